import { describe, expect, it } from 'vitest'
import type { StaffActor } from '../../src/conversation/engine.js'
import type { StaffAccount } from '../../src/desk/accounts.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { moveInWords, type Move } from '../../src/requests/apply-move.js'
import { responsibleUnit } from '../../src/requests/routing.js'
import { firstOwnerOf, type ServiceRequest } from '../../src/requests/service-request.js'
import { createCatalogue } from '../../src/requests/services.js'
import { loadServices } from '../../src/knowledge/services.js'
import { aStaffAccount } from '../store/rows.js'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'

const years = await loadCalendar('knowledge')
const [knowledge, services] = await Promise.all([loadKnowledge('knowledge'), loadServices('knowledge')])
const lead: StaffActor = { kind: 'staff', id: 'lead-1', name: '陈主任', isLead: true }
const fang: StaffActor = { kind: 'staff', id: 'fang', name: '王芳', isLead: false }

async function withStaff(community = 'huzhou-demo', more: Parameters<typeof aNeighbourhood>[1] = {}): Promise<Neighbourhood> {
  const here = await aNeighbourhood(community, { years, ...more })
  const account = (by: StaffActor, role: StaffAccount['role']) => aStaffAccount({ id: by.id, login: by.id, name: by.name, role, scope: [here.communityId] })
  await here.store.commit(PLATFORM, [account(clerk, 'staff'), account(fang, 'staff'), account(lead, 'lead')].map((row) => ({ op: 'put', table: 'staff', row })))
  return here
}

async function only(here: Neighbourhood): Promise<ServiceRequest> {
  const [request] = await here.requests()
  if (request === undefined) throw new Error('no request')
  return request
}

/** Makes a move on the one request; resolves to what residents were told by it, by conversation. */
async function make(here: Neighbourhood, move: Move, by: StaffActor, request?: ServiceRequest): Promise<Readonly<Record<string, string>>> {
  const now = request ?? (await only(here))
  const before = here.channel.shown.length
  await here.engine.actOnRequest(here.communityId, now.id, now.rev, move, by)
  await here.engine.idle()
  return Object.fromEntries(here.channel.shown.slice(before).map(({ to, reply }) => [to.conversationId, reply.text]))
}

async function filed(): Promise<Neighbourhood> {
  const here = await withStaff()
  await here.says('甲', '3栋2单元楼道灯坏了')
  return here
}
const taken = async (): Promise<Neighbourhood> => {
  const here = await filed()
  await make(here, moveInWords('take', ''), clerk)
  return here
}
const own = 'memory:private:甲'

describe('what staff do to a request', () => {
  it('given to a colleague by the lead, it has the colleague as owner and its resident hears who', async () => {
    const here = await taken()
    const told = await make(here, { name: 'reassign', reason: '小周休假', brings: { kind: 'owner', owner: { kind: 'staff', id: 'fang', name: '随便写的' } } }, lead)
    expect((await only(here)).owner).toEqual({ kind: 'staff', id: 'fang', name: '王芳' })
    expect(told[own]).toContain('现在由王芳负责')
  })

  it('is given only to accounts of this community and to posts that there are', async () => {
    const here = await taken()
    for (const owner of [{ kind: 'staff', id: 'nobody', name: '谁' }, { kind: 'post', id: '第九十九网格', name: '谁' }] as const)
      await expect(make(here, { name: 'reassign', reason: '换人', brings: { kind: 'owner', owner } }, lead)).rejects.toMatchObject({ code: 'bad-target' })
  })

  it('handed on stays with who handed it on until the other accepts; both times its resident hears whose turn it is', async () => {
    const here = await taken()
    const offered = await make(here, { name: 'forward', reason: '那一片归她', brings: { kind: 'offer', to: { kind: 'staff', id: 'fang', name: '王芳' } } }, clerk)
    expect(offered[own]).toContain('对方接下以前，仍由小周负责')
    expect((await only(here)).owner.name).toBe('小周')
    expect(here.engine.movesFor(await only(here), clerk)).not.toContain('accept-forward')
    const accepted = await make(here, { name: 'accept-forward', reason: null, brings: null }, fang)
    expect(accepted[own]).toContain('王芳')
    expect((await only(here)).owner.name).toBe('王芳')
  })

  it('handed back is dispatched anew within a working day, and says until when', async () => {
    const here = await taken()
    const told = await make(here, moveInWords('return', '不归我管'), clerk)
    expect(told[own]).toContain('11月24日（周二）')
    expect((await only(here)).history.at(-1)?.brought?.kind).toBe('deadline')
  })

  it('handed back with a day of its own says that day, and one that has passed is refused', async () => {
    const here = await taken()
    const by = (at: string) => make(here, { name: 'return', reason: '不归我管', brings: { kind: 'deadline', dueAt: Date.parse(at) } }, clerk)
    await expect(by('2026-11-22T23:59:00+08:00')).rejects.toMatchObject({ code: 'not-allowed' })
    expect((await by('2026-11-27T23:59:00+08:00'))[own]).toContain('11月27日（周五）')
  })

  it('declined tells the reason and the legal way', async () => {
    const here = await taken()
    const told = await make(here, { name: 'decline', reason: '法院已经立案', brings: { kind: 'route', route: 'lawsuit' } }, clerk)
    expect(told[own]).toMatch(/法院已经立案[\s\S]*人民法院/)
  })

  it('put off by the lead has a new day, told to its resident, and nobody approves their own wish', async () => {
    const here = await taken()
    const asked = await make(here, { name: 'ask-extension', reason: '等配件', brings: { kind: 'extension', workdays: 2 } }, clerk)
    expect(asked).toEqual({})
    await expect(make(here, { name: 'approve-extension', reason: null, brings: null }, { ...clerk, isLead: true })).rejects.toMatchObject({ code: 'not-allowed' })
    expect((await make(here, { name: 'approve-extension', reason: null, brings: null }, lead))[own]).toContain('负责人已同意')
  })

  it('can be closed with a photo alone, and is put to its resident at once with the day on which silence ends it', async () => {
    const here = await withStaff('puyang-demo')
    await here.says('甲', '3号楼2单元楼道灯坏了')
    await make(here, moveInWords('take', ''), clerk)
    const told = await make(here, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: ['photo'], statement: '' } }, clerk)
    expect((await only(here)).status).toBe('confirming')
    expect(told[own]).toMatch(/解决了吗[\s\S]*11月30日/)
  })

  it('merged into another brings its people along: they hear how that one ends', async () => {
    const here = await taken()
    await here.says('乙', '5栋门口垃圾桶三天没清了')
    const [lamp, bin] = await here.requests()
    if (!lamp || !bin) throw new Error('two requests')
    const mine = await here.engine.actOnRequest(here.communityId, bin.id, bin.rev, moveInWords('take', ''), clerk)
    const told = await make(here, { name: 'merge', reason: '是同一件', brings: { kind: 'into', requestId: lamp.id, number: lamp.number } }, clerk, mine)
    expect(told['memory:private:乙']).toContain(lamp.number)
    const ended = await make(here, moveInWords('close', '都弄好了'), clerk, (await here.requests())[0])
    expect(Object.keys(ended).sort()).toEqual(['memory:private:乙', own].sort())
    await expect(make(here, { name: 'merge', reason: '再并', brings: { kind: 'into', requestId: 'no-such', number: 'HZ-1' } }, clerk, (await here.requests())[1])).rejects.toThrow()
  })

  it('in a room tells number and state only, whatever the staff wrote', async () => {
    const here = await withStaff()
    await here.saysInRoom('丙', '@小助手 3栋2单元楼道灯坏了')
    const told = await make(here, moveInWords('take', ''), clerk)
    const handed = await make(here, { name: 'forward', reason: '转王芳', brings: { kind: 'offer', to: { kind: 'staff', id: 'fang', name: '王芳' } } }, clerk)
    const { number } = await only(here)
    expect(told['memory:room']).toBe(`工单 ${number}：办理中。`)
    expect(handed['memory:room']).toBe(`工单 ${number}：已转办。`)
  })

  it('done by two at once is done by the first; the second is told so', async () => {
    const here = await filed()
    const request = await only(here)
    const results = await Promise.allSettled([make(here, moveInWords('take', ''), clerk, request), make(here, moveInWords('take', ''), fang, request)])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(results.find((one) => one.status === 'rejected')).toMatchObject({ reason: { code: 'conflict' } })
  })
})

describe('a complaint about somebody', () => {
  it('can be seen and worked on by the lead alone, and is given to nobody it is about', async () => {
    const here = await withStaff()
    await here.says('甲', '我要投诉小周，态度太差了')
    await here.says('甲', '对')
    const request = await only(here)
    expect(here.engine.movesFor(request, clerk)).toEqual([])
    expect(here.engine.movesFor(request, fang)).toEqual([])
    expect(here.engine.movesFor(request, { ...clerk, isLead: true })).toEqual([])
    expect(here.engine.movesFor(request, lead)).toContain('reassign')
    await expect(make(here, { name: 'reassign', reason: '请看', brings: { kind: 'owner', owner: { kind: 'staff', id: clerk.id, name: '小周' } } }, lead)).rejects.toMatchObject({ code: 'bad-target' })
  })
})

describe('what another unit has to do', () => {
  it('is handed on with the text that names it, where one in force here does', async () => {
    const responsibleFor = (_id: unknown, code: string) => {
      const [service, community] = [services.byCode(code), [...knowledge.communities.values()].find(({ id }) => id === 'puyang-demo')]
      return service === null || community === undefined ? null : responsibleUnit(service, community, knowledge.policies)
    }
    const here = await withStaff('puyang-demo', { responsibleFor })
    await here.says('甲', '3号楼物业收了电梯费不修电梯')
    for (let turn = 0; turn < 3 && (await here.requests()).length === 0; turn += 1) await here.says('甲', turn === 0 ? '3号楼' : '对')
    const request = await only(here)
    await make(here, moveInWords('take', ''), clerk)
    const unit = responsibleFor(null, request.serviceCode)
    if (unit === null) throw new Error(`no unit for ${request.serviceCode}`)
    const told = await make(here, { name: 'forward', reason: '物业归口管理', brings: { kind: 'offer', to: { kind: 'unit', name: '市住建局', citation: null } } }, clerk)
    expect(told[own]).toMatch(/已转请市住建局办理（依据《.+》二\/（六）\/23）/)
    expect((await only(here)).owner.name).toBe('小周')
  })
})

describe('a post whose person is away', () => {
  it('is stood in for: the B post gets what is filed, and the history says why', async () => {
    const here = await withStaff()
    const first = firstOwnerOf(await (async () => { await here.says('甲', '3栋2单元楼道灯坏了'); return only(here) })())
    if (first === null) throw new Error('no owner')
    await here.store.commit(here.communityId, [{ op: 'put', table: 'absences', row: { id: first.id, rev: 0, kind: 'post', name: first.name, until: here.now() + 86_400_000, standIn: { kind: 'staff', id: 'fang', name: '王芳' }, setBy: { id: 'lead-1', name: '陈主任' }, at: here.now() } }])
    await here.says('丁', '3栋3单元垃圾桶满了')
    const second = (await here.requests())[1]
    expect(second?.owner.name).toBe('王芳')
    expect(second?.history.find(({ move }) => move === 'assign')?.note).toContain(`A岗${first.name}不在，B岗顶上`)
    here.pass(2 * 86_400_000)
    await here.says('戊', '3栋4单元门禁坏了')
    expect((await here.requests())[2]?.owner).toEqual(first)
  })

  it('that names no B is stood in for by the colleague with the least in hand', async () => {
    const here = await taken()
    const post = firstOwnerOf(await only(here))
    if (post === null) throw new Error('no owner')
    await here.store.commit(here.communityId, [{ op: 'put', table: 'absences', row: { id: post.id, rev: 0, kind: 'post', name: post.name, until: here.now() + 86_400_000, standIn: null, setBy: { id: 'lead-1', name: '陈主任' }, at: here.now() } }])
    await here.says('丁', '3栋3单元垃圾桶满了')
    expect((await here.requests())[1]?.owner.name).toMatch(/王芳|周大姐/)
  })
})

describe('what a service asks of an end', () => {
  const withService = (more: object) => createCatalogue(services.services.map((service) => (service.code === 'public-fault' ? { ...service, ...more } : service)))
  const inHand = async (more: object): Promise<Neighbourhood> => {
    const here = await withStaff('huzhou-demo', { services: withService(more) })
    await here.says('甲', '3栋2单元楼道灯坏了')
    await make(here, moveInWords('take', ''), clerk)
    return here
  }

  it('a simple matter is granted online, and its resident hears that nobody need come', async () => {
    const here = await inHand({ simple: true })
    expect(here.channel.shown[0]?.reply.text).toContain('可以网上批')
    expect(here.engine.movesFor(await only(here), clerk)).toContain('approve')
    const told = await make(here, { name: 'approve', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '同意换灯' } }, clerk)
    expect(told[own]).toContain('网上已批准：同意换灯')
    expect(told[own]).toContain('不用再跑窗口')
    expect((await only(here)).status).toBe('confirming')
  })
  it('what its service does not call simple is not granted online', async () => {
    const here = await taken()
    expect(here.engine.movesFor(await only(here), clerk)).not.toContain('approve')
    await expect(make(here, { name: 'approve', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '同意' } }, clerk)).rejects.toMatchObject({ code: 'not-allowed' })
    expect((await only(here)).status).toBe('in-progress')
  })
  it('where a photo is asked for, words alone do not end it', async () => {
    const here = await inHand({ photo: true })
    await expect(make(here, moveInWords('close', '换好了'), clerk)).rejects.toMatchObject({ code: 'no-photo' })
    expect((await only(here)).status).toBe('in-progress')
  })
})
