import { describe, expect, it } from 'vitest'
import type { StaffActor } from '../../src/conversation/engine.js'
import { graceMs, undoMs } from '../../src/conversation/undo.js'
import { moveInWords, type Move } from '../../src/requests/apply-move.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'

const fang: StaffActor = { kind: 'staff', id: 'fang', name: '王芳', isLead: true }
const own = 'memory:private:甲'

async function filed(): Promise<Neighbourhood> {
  const here = await aNeighbourhood()
  await here.says('甲', '3栋2单元楼道灯坏了')
  return here
}

async function newest(here: Neighbourhood, at = 0): Promise<ServiceRequest> {
  const request = (await here.requests())[at]
  if (request === undefined) throw new Error('no request')
  return request
}

/** Makes a step that can be taken back; resolves to what residents were told up to now of it. */
async function make(here: Neighbourhood, move: Move, by = clerk, canUndo = true): Promise<readonly string[]> {
  const request = await newest(here)
  const before = here.channel.shown.length
  await here.engine.actOnRequest(here.communityId, request.id, request.rev, move, by, { canUndo })
  await here.engine.idle()
  return here.channel.shown.slice(before).map(({ reply }) => reply.text)
}

/** What residents hear once the time to take it back is over. */
async function waited(here: Neighbourhood): Promise<readonly string[]> {
  const before = here.channel.shown.length
  here.pass(undoMs + graceMs)
  here.engine.release()
  await here.engine.idle()
  return here.channel.shown.slice(before).map(({ reply }) => reply.text)
}

const without = ({ rev: _rev, ...rest }: ServiceRequest): Omit<ServiceRequest, 'rev'> => rest

describe('a step made at the desk', () => {
  it('is heard of by its resident only when it can no longer be taken back, and then once', async () => {
    const here = await filed()
    expect(await make(here, moveInWords('reply', '今天下午去修'))).toEqual([])
    expect(await here.engine.undoableUntil(here.communityId, (await newest(here)).id, clerk.id)).toBe(here.now() + undoMs)
    expect(await waited(here)).toEqual(['今天下午去修'])
    expect(await waited(here)).toEqual([])
    const lines = await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: own })
    expect(lines.filter(({ from }) => from === 'staff').map(({ text }) => text)).toEqual(['今天下午去修'])
  })

  it('taken back leaves the request as it stood, and nobody ever hears of it', async () => {
    const here = await filed()
    await make(here, moveInWords('take', ''), clerk, false)
    const before = await newest(here)
    await make(here, moveInWords('close', '换了灯泡'))
    expect((await newest(here)).status).toBe('confirming')
    await here.engine.undoMove(here.communityId, before.id, clerk)
    expect(without(await newest(here))).toEqual(without(before))
    expect(await waited(here)).toEqual([])
    expect(await here.store.find(here.communityId, 'outbox', {})).toEqual([])
  })

  it('is taken back only by who made it, only for ten seconds, and not once a colleague went on from there', async () => {
    const here = await filed()
    await make(here, moveInWords('take', ''))
    const { id } = await newest(here)
    await expect(here.engine.undoMove(here.communityId, id, fang)).rejects.toMatchObject({ code: 'too-late' })
    await make(here, { name: 'supervise', reason: '请快一点', brings: null }, fang, false)
    await expect(here.engine.undoMove(here.communityId, id, clerk)).rejects.toMatchObject({ code: 'too-late' })
    expect((await newest(here)).history.at(-1)?.move).toBe('supervise')
    expect(await waited(here)).toEqual([expect.stringContaining('已有人接手')])
    await make(here, moveInWords('reply', '今天去'))
    here.pass(undoMs)
    await expect(here.engine.undoMove(here.communityId, id, clerk)).rejects.toMatchObject({ code: 'too-late' })
  })

  it('is taken back by whichever process is asked, also one that came after it', async () => {
    const here = await filed()
    await make(here, moveInWords('take', ''), clerk, false)
    const before = await newest(here)
    await make(here, moveInWords('close', '换了灯泡'))
    await here.restart()
    expect(await here.engine.undoableUntil(here.communityId, before.id, clerk.id)).toBe(here.now() + undoMs)
    await here.engine.undoMove(here.communityId, before.id, clerk)
    expect(without(await newest(here))).toEqual(without(before))
    await expect(here.engine.undoMove(here.communityId, before.id, clerk)).rejects.toMatchObject({ code: 'too-late' })
    expect(await waited(here)).toEqual([])
  })

  it('leaves no copy of what its resident takes back, nor of one who wants to be forgotten, nor for longer than it is good for', async () => {
    const here = await filed()
    const kept = async (): Promise<number> => (await here.store.find(here.communityId, 'undoables', {})).length
    const report = (await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: own })).find(({ from }) => from === 'resident')
    await make(here, moveInWords('take', ''))
    expect(await kept()).toBe(1)
    await here.channel.deliver({ kind: 'recalled', channel: 'memory', communityId: here.communityId, messageId: report?.platformMessageId ?? '', conversationId: own, sentAt: here.now() })
    await here.engine.idle()
    expect(await kept()).toBe(0)
    await make(here, moveInWords('reply', '今天去'))
    here.pass(undoMs)
    await here.store.retire(here.now())
    expect(await kept()).toBe(0)
  })

  it('taken back after joining two requests leaves each with its own reporters', async () => {
    const here = await filed()
    await here.says('乙', '7栋门口垃圾没人清')
    const [first, second] = await here.requests()
    if (first === undefined || second === undefined) throw new Error('two requests')
    await here.engine.actOnRequest(here.communityId, first.id, first.rev, { name: 'merge', reason: '是一回事', brings: { kind: 'into', requestId: second.id, number: second.number } }, fang, { canUndo: true })
    expect((await newest(here, 1)).reporters).toHaveLength(2)
    await here.engine.undoMove(here.communityId, first.id, fang)
    expect((await here.requests()).map(without)).toEqual([without(first), without(second)])
  })
})

describe('a request with two matters', () => {
  const split: Move = { name: 'split', reason: null, brings: { kind: 'matter', serviceCode: 'waste', words: '门口垃圾也没人清', filed: null } }
  async function wasteCode(): Promise<string> {
    const { loadServices } = await import('../../src/knowledge/services.js')
    const service = (await loadServices('knowledge')).forMatter('repair_env', '垃圾没人清')
    if (service === null) throw new Error('no service')
    return service.code
  }
  async function splitting(): Promise<Move> {
    return { ...split, brings: { kind: 'matter', serviceCode: await wasteCode(), words: '门口垃圾也没人清', filed: null } }
  }

  it('becomes two that know each other, each with its number and owner; its resident is told once', async () => {
    const here = await filed()
    const told = await make(here, await splitting(), fang, false)
    const [first, second] = await here.requests()
    expect(second).toMatchObject({ description: '门口垃圾也没人清', address: first?.address, residentId: 'memory:甲', status: 'assigned' })
    expect([first?.linked?.map(({ number }) => number), second?.linked?.map(({ number }) => number)]).toEqual([[second?.number], [first?.number]])
    expect(told).toHaveLength(1)
    expect(told[0]).toContain(first?.number)
    expect(told[0]).toContain(second?.number)
    // The words of the second stand only there.
    expect(JSON.stringify(first)).not.toContain('门口垃圾也没人清')
  })

  it('taken back is one again', async () => {
    const here = await filed()
    const before = await newest(here)
    await make(here, await splitting(), fang)
    await here.engine.undoMove(here.communityId, before.id, fang)
    expect((await here.requests()).map(without)).toEqual([without(before)])
    expect(await waited(here)).toEqual([])
  })

  it('is split off only into a service that there is', async () => {
    const here = await filed()
    await expect(make(here, { ...split, brings: { kind: 'matter', serviceCode: 'no-such', words: '别的事', filed: null } }, fang)).rejects.toMatchObject({ code: 'bad-target' })
    expect(await here.requests()).toHaveLength(1)
  })
})

describe('a visit', () => {
  const visit = (here: Neighbourhood, where: 'home' | 'site'): Move => ({ name: 'plan-visit', reason: null, brings: { kind: 'visit', visit: { at: here.now() + 86_400_000, until: null, helper: '周师傅', where } } })

  it('is told to its resident with who comes and when, and called off with the reason', async () => {
    const here = await filed()
    expect(await make(here, visit(here, 'site'), fang, false)).toEqual([expect.stringMatching(/周师傅.*到现场/)])
    expect((await newest(here)).visit).toMatchObject({ helper: '周师傅', where: 'site' })
    expect(await make(here, { name: 'cancel-visit', reason: '配件没到', brings: null }, fang, false)).toEqual([expect.stringContaining('配件没到')])
    expect((await newest(here)).visit).toBeNull()
  })

  it('into a home takes the resident’s yes, which stays on record', async () => {
    const here = await filed()
    await expect(make(here, visit(here, 'home'), fang)).rejects.toThrow(/先问过居民/)
    await make(here, { ...visit(here, 'home'), reason: '11月23日电话里说可以来' }, fang, false)
    expect((await newest(here)).history.at(-1)).toMatchObject({ move: 'plan-visit', note: '11月23日电话里说可以来' })
  })
})

describe('whoever waits at home for a visit', () => {
  it('reads of it with the progress, and is reminded the evening before and two hours before, each once', async () => {
    const here = await filed()
    const at = here.now() + 50 * 3_600_000
    await make(here, { name: 'plan-visit', reason: '电话里说可以来', brings: { kind: 'visit', visit: { at, until: null, helper: '周师傅', where: 'home' } } }, fang, false)
    expect(await here.says('甲', '我的报修到哪一步了')).toMatch(/周师傅\d+月\d+日.*上门/)
    const reminded: number[] = []
    for (; here.now() < at; here.pass(20 * 60_000)) {
      const before = here.channel.shown.length
      await here.engine.watch()
      await here.engine.idle()
      if (here.channel.shown.slice(before).some(({ reply }) => reply.text.includes('提醒您：周师傅'))) reminded.push(at - here.now())
    }
    expect(reminded).toHaveLength(2)
    expect(new Date((at - (reminded[0] ?? 0)) + 8 * 3_600_000).getUTCHours()).toBe(17)
    expect(reminded[1]).toBeLessThanOrEqual(2 * 3_600_000)
  })
})

describe('a note between colleagues', () => {
  it('is kept with the request; no resident ever hears of it, and it is no answer', async () => {
    const here = await filed()
    expect(await make(here, { name: 'note', reason: '@王芳 这家有老人，语气缓一点', brings: { kind: 'mentions', staff: [{ id: 'fang', name: '王芳' }] } }, clerk, false)).toEqual([])
    expect(await here.says('甲', '我的报修到哪一步了')).not.toContain('语气缓一点')
    expect(await here.says('甲', '我的资料')).not.toContain('语气缓一点')
    expect((await newest(here)).status).toBe('assigned')
  })
})
