import { describe, expect, it } from 'vitest'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { loadServices } from '../../src/knowledge/services.js'
import { levelReached } from '../../src/requests/apply-move.js'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'
import { moveInWords } from '../../src/requests/apply-move.js'

const [years, services] = await Promise.all([loadCalendar('knowledge'), loadServices('knowledge')])
const hour = 3_600_000
/** 龙湾社区 works 8–12 and 14:30–17:30 on weekdays; the clock stands on a Monday, 9:30. */
const here = () => aNeighbourhood('puyang-demo', { years })
async function only(place: Neighbourhood) {
  const [request] = await place.requests()
  if (!request) throw new Error('no request')
  return request
}
async function done(place: Neighbourhood): Promise<string> {
  await place.says('甲', '3号楼2单元楼道灯坏了')
  const filed = await only(place)
  const taken = await place.engine.actOnRequest(place.communityId, filed.id, filed.rev, moveInWords('take', ''), clerk)
  const before = place.channel.shown.length
  await place.engine.actOnRequest(place.communityId, filed.id, taken.rev, moveInWords('close', '换了灯泡'), clerk)
  await place.engine.idle()
  return place.channel.shown.slice(before).map((shown) => shown.reply.text).join('\n')
}

describe('work nobody has taken', () => {
  it('climbs one level after half a working day, and the next only a working day later', async () => {
    const place = await here()
    await place.says('甲', '3号楼2单元楼道灯坏了')
    const owner = (await only(place)).owner
    place.pass(3 * hour)
    expect(await place.engine.watch()).toEqual({ climbed: 0, lapsed: 0 })
    place.pass(4 * hour)
    expect(await place.engine.watch()).toEqual({ climbed: 1, lapsed: 0 })
    expect(await place.engine.watch()).toEqual({ climbed: 0, lapsed: 0 })
    const request = await only(place)
    expect([levelReached(request), request.owner, request.status]).toEqual(['community', owner, 'assigned'])
    expect(request.history.at(-1)).toMatchObject({ move: 'escalate', actor: { kind: 'bot' }, note: '到时间还没有人接单，上报社区负责人' })
    place.pass(25 * hour)
    await place.engine.watch()
    const higher = await only(place)
    expect([levelReached(higher), higher.history.at(-1)?.note]).toEqual(['street', '到时间还没有人接单，上报华龙湾街道(示例)'])
  })

  it('rests at night', async () => {
    const place = await here()
    await place.says('甲', '3号楼2单元楼道灯坏了')
    place.pass(14 * hour)
    expect(await place.engine.watch()).toEqual({ climbed: 0, lapsed: 0 })
  })

  it('raises one alarm where nobody entered the hours, and climbs nowhere', async () => {
    const place = await aNeighbourhood('qinghai-demo', { years })
    await place.says('甲', '3号楼2单元楼道灯坏了')
    place.pass(8 * hour)
    expect(await place.engine.watch()).toEqual({ climbed: 0, lapsed: 0 })
    await place.engine.watch()
    expect(place.log.filter((event) => event === 'watch.no-working-time')).toHaveLength(1)
  })
})

describe('silence after 「解决了吗」', () => {
  it('files the request away on the day that was told, not before, and a bad mark still brings it back to the same owner', async () => {
    const place = await here()
    expect(await done(place)).toContain('11月30日')
    place.pass(7 * 24 * hour)
    expect(await place.engine.watch()).toEqual({ climbed: 0, lapsed: 0 })
    place.pass(24 * hour)
    expect(await place.engine.watch()).toEqual({ climbed: 0, lapsed: 1 })
    await place.engine.idle()
    expect(place.channel.shown.at(-1)?.reply.text).toContain('归档')
    expect((await only(place)).status).toBe('archived')
    await place.says('甲', '1分')
    const again = await only(place)
    expect(again).toMatchObject({ status: 'reopened', owner: { kind: 'staff', id: clerk.id } })
    // Shown to the lead.
    expect(levelReached(again)).toBe('community')
  })

  it('is never told a day that can’t be counted, and files nothing away', async () => {
    const place = await aNeighbourhood('qinghai-demo', { years })
    expect(await done(place)).not.toContain('归档')
    place.pass(60 * 24 * hour)
    expect(await place.engine.watch()).toEqual({ climbed: 0, lapsed: 0 })
    expect((await only(place)).status).toBe('confirming')
  })
})

describe('a request that was closed', () => {
  it('keeps what was done as evidence, by whom, and that the resident was asked', async () => {
    const place = await here()
    await done(place)
    expect((await only(place)).history.slice(-2)).toMatchObject([
      { move: 'close', actor: { kind: 'staff', name: clerk.name }, note: '换了灯泡', brought: { kind: 'evidence' } },
      { move: 'ask-confirm-by', actor: { kind: 'bot' }, brought: { kind: 'deadline' } },
    ])
  })
})

describe('a complaint that names a member of staff', () => {
  it('leaves that person nothing to do with it', async () => {
    const place = await here()
    await place.says('甲', '3号楼2单元楼道灯坏了')
    const request = { ...(await only(place)), intent: 'rate_complain' as const, description: '赵师傅态度太差，我要投诉' }
    expect(place.engine.movesFor(request, { kind: 'staff', id: 'zhao', name: '赵师傅', isLead: true })).toEqual([])
    expect(place.engine.movesFor(request, { ...clerk, isLead: true })).toContain('take')
  })
})

describe('a promised time', () => {
  const promised = { ...services, byCode: (code: string) => { const found = services.byCode(code); return found && { ...found, term: { workdays: 5, source: '测试', date: '2026-11-01' } } }, forMatter: (...given: Parameters<typeof services.forMatter>) => { const found = services.forMatter(...given); return found && { ...found, term: { workdays: 5, source: '测试', date: '2026-11-01' } } } }

  it('is told with the receipt and with the progress, counted in the community’s own working days', async () => {
    const place = await aNeighbourhood('puyang-demo', { years, services: promised })
    expect(await place.says('甲', '3号楼2单元楼道灯坏了')).toContain('承诺11月30日（周一）17:30前办结')
    expect(await place.says('甲', '进度')).toContain('承诺11月30日（周一）17:30前办结')
  })

  it('is told as 待确认 where nobody entered the hours', async () => {
    const place = await aNeighbourhood('qinghai-demo', { years, services: promised })
    const receipt = await place.says('甲', '3号楼2单元楼道灯坏了')
    expect(receipt).toContain('待确认')
    expect(receipt).not.toMatch(/月\d+日/)
  })

  it('is not told where none was promised', async () => {
    expect(await (await here()).says('甲', '3号楼2单元楼道灯坏了')).not.toContain('承诺')
  })
})

describe('a matter that is not the community’s', () => {
  it('is kept by the window and never sent down to a grid, even when its place is corrected', async () => {
    const place = await here()
    await place.says('甲', '3号楼1楼有人违建私搭了个棚子')
    expect(await only(place)).toMatchObject({ status: 'forwarded', owner: { id: 'duty' } })
    await place.says('甲', '不对，是2号楼')
    expect((await only(place)).owner.id).toBe('duty')
  })
})

describe('a dispute', () => {
  const tells = async (community: string, more: Parameters<typeof aNeighbourhood>[1]) => {
    const place = await aNeighbourhood(community, { years, ...more })
    await place.says('甲', '跟楼上邻居因为漏水吵起来了，想请社区调解一下')
    await place.says('甲', '我住3号楼2单元301，楼上是401')
    await place.says('甲', '对')
    return (await only(place)).owner
  }
  it('goes to the grid’s one person where the text orders 五员合一, else to the mediator', async () => {
    expect(await tells('puyang-demo', { fiveInOne: new Set(['puyang-demo' as CommunityId]) })).toMatchObject({ name: '专职网格员 赵师傅' })
    expect(await tells('huzhou-demo', {})).toMatchObject({ id: 'mediator' })
  })
})

describe('what staff ask the resident', () => {
  const asked = async () => {
    const place = await here()
    await place.says('甲', '3号楼2单元楼道灯坏了')
    const filed = await only(place)
    const taken = await place.engine.actOnRequest(place.communityId, filed.id, filed.rev, moveInWords('take', ''), clerk)
    await place.engine.actOnRequest(place.communityId, filed.id, taken.rev, moveInWords('ask-resident', '灯在单元门里还是门外'), clerk)
    await place.engine.idle()
    return place
  }

  it('is answered in plain words, and the request goes on with them', async () => {
    const place = await asked()
    expect(await place.says('甲', '在单元门里边，一进门头顶那个')).toContain('接着办')
    const request = await only(place)
    expect(request).toMatchObject({ status: 'in-progress', owner: { id: clerk.id } })
    expect(request.description).toContain('头顶那个')
    expect(request.history.at(-1)).toMatchObject({ move: 'supplement', actor: { kind: 'resident' } })
  })

  it('waits while the resident says thanks, asks something else, or reports another building', async () => {
    for (const words of ['好的谢谢', '一个社区配几个工作人员？', '7号楼井盖没了']) {
      const place = await asked()
      await place.says('甲', words)
      const [first] = (await place.requests()).filter(({ address }) => address?.startsWith('3'))
      expect(first?.status, words).toBe('awaiting-resident')
    }
  })

  it('may be answered with a photo alone', async () => {
    const place = await asked()
    await place.says('甲', '', { attachments: [{ id: 'p1', kind: 'image', mediaType: 'image/png', bytes: 10 }] })
    expect(await only(place)).toMatchObject({ status: 'in-progress', attachmentIds: ['p1'] })
  })

  it('is not answered by a neighbour', async () => {
    const place = await asked()
    await place.says('乙', '在单元门里边')
    expect((await only(place)).status).toBe('awaiting-resident')
  })
})
