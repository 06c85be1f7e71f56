import { describe, expect, it } from 'vitest'
import type { Channel, InboundMessage } from '../../src/channels/channel.js'
import { createHealthBoard } from '../../src/channels/health.js'
import { memoryChannel, type MemoryChannel } from '../../src/channels/memory.js'
import { createPairing } from '../../src/channels/pairing.js'
import { PLATFORM, type CommunityId } from '../../src/knowledge/community.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { loadServices } from '../../src/knowledge/services.js'
import type { Page } from '../../src/paging/page.js'
import { watchChannels } from '../../src/paging/channel-watch.js'
import { readPageAnswer } from '../../src/paging/lines.js'
import { createReach } from '../../src/paging/reach.js'
import { rosterId, type DutyLine } from '../../src/paging/roster.js'
import type { ServiceCatalogue } from '../../src/requests/services.js'
import type { Store } from '../../src/store/store.js'
import { aNeighbourhood, overStore, type Neighbourhood } from '../conversation/neighbourhood.js'
import { aStaffAccount } from '../store/rows.js'

const [years, services] = await Promise.all([loadCalendar('knowledge'), loadServices('knowledge')])
const minute = 60_000
const hour = 60 * minute
const always: DutyLine = { name: '值班', weekdays: [1, 2, 3, 4, 5, 6, 7], dates: null, from: '00:00', until: '00:00', staffIds: ['wang', 'zhao'] }
const fire = '3栋楼道着火了 快来人'

/** A Lark of which only the sending is looked at; everybody on duty has a private chat there. */
async function aLark(): Promise<{ readonly channel: Channel; readonly memory: MemoryChannel; readonly told: (who: string) => readonly string[] }> {
  const memory = memoryChannel()
  await memory.start(() => Promise.resolve())
  return { channel: { ...memory, name: 'lark' }, memory, told: (who) => memory.shown.filter(({ to }) => to.conversationId === `lark:p2p:ou_${who}`).map(({ reply }) => reply.text) }
}

interface Duty extends Neighbourhood {
  readonly lark: Awaited<ReturnType<typeof aLark>>
  readonly present: Set<string>
  readonly health: ReturnType<typeof createHealthBoard>
  pages(): Promise<readonly Page[]>
  /** Time passes, and whoever is next is called. */
  wait(ms: number): Promise<void>
  /** A member of staff writes to the bot in private, on Lark. */
  staffSays(who: string, text: string, more?: Partial<InboundMessage>): Promise<string | undefined>
}

/** 王芳 then 赵强 are on duty around the clock (or as `lines` say), both on Lark. */
async function onDuty(given: { readonly lines?: readonly DutyLine[]; readonly community?: string; readonly wrap?: (store: Store) => Store; readonly linked?: readonly string[]; readonly services?: ServiceCatalogue } = {}): Promise<Duty> {
  const lark = await aLark()
  const present = new Set<string>()
  const health = createHealthBoard(() => 0)
  health.report('lark', { kind: 'online' })
  const place = await aNeighbourhood(given.community ?? 'puyang-demo', {
    years, besides: [lark.channel], ...(given.services === undefined ? {} : { services: given.services }), ...(given.wrap === undefined ? {} : { wrap: given.wrap }),
    dutyOn: (store, now) => ({ reach: createReach({ store, pairing: createPairing({ store, now }), health, present: () => Promise.resolve(present), now }), deskUrl: () => 'https://desk.example/desk' }),
  })
  const people = [['wang', '王芳', 'staff'], ['zhao', '赵强', 'staff'], ['li', '李主任', 'lead']] as const
  await place.store.commit(PLATFORM, people.map(([id, name, role]) => ({ op: 'put', table: 'staff', row: aStaffAccount({ id, login: id, name, role, scope: [place.communityId] }) })))
  for (const who of given.linked ?? ['wang', 'zhao']) await createPairing({ store: place.store, now: place.now }).remember(`lark:ou_${who}`, 'lark', { staffId: who })
  await place.store.commit(place.communityId, [{ op: 'put', table: 'rosters', row: { id: rosterId, rev: 0, lines: given.lines ?? [always], changedAt: 0, changedBy: '李主任' } }])
  const settle = async (): Promise<void> => { await place.engine.pager?.look(); await place.engine.idle() }
  return Object.assign(Object.create(place) as Neighbourhood, {
    lark, present, health,
    pages: () => place.store.find(place.communityId, 'pages', {}),
    async wait(ms: number) {
      place.pass(ms)
      await settle()
    },
    async staffSays(who: string, text: string, more: Partial<InboundMessage> = {}) {
      await place.engine.deliver(place.message(who, text, { channel: 'lark', conversationId: `lark:p2p:ou_${who}`, author: { id: `lark:ou_${who}`, name: who, kind: 'resident' }, ...more }))
      await place.engine.idle()
      return lark.told(who).at(-1)
    },
  })
}

describe('somebody who is lonely', () => {
  const lonely = '一个人在家太闷了，就想有人说说话'

  it('hears that a person was asked to come where one is being called, once', async () => {
    const place = await onDuty()
    expect(await place.says('甲', lonely)).toMatch(/12356.*\n.*已请社区工作人员来找您说说话/)
    expect(place.lark.told('wang')).toHaveLength(1)
    expect(await place.says('甲', '老伴走了以后天天一个人')).not.toContain('已请社区工作人员')
  })

  it('is not told so where nobody can be reached, but that nobody is there yet, and who listens now', async () => {
    const place = await onDuty({ linked: [] })
    const said = await place.says('甲', lonely)
    expect(said).not.toMatch(/已请|110、119/)
    expect(said).toMatch(/还没联系上.*12356/)
  })
})

describe('a year whose holidays nobody has entered', () => {
  const promised = (workdays: number): ServiceCatalogue => {
    const term = { workdays, source: '测试', date: '2026-11-01' }
    return { ...services, byCode: (code) => { const found = services.byCode(code); return found && { ...found, term } }, forMatter: (...given) => { const found = services.forMatter(...given); return found && { ...found, term } } }
  }

  it('is shown to the resident as 待确认, and told to the head, not to the duty; once, and again after a week', async () => {
    const place = await onDuty({ linked: ['wang', 'li'], services: promised(40) })
    expect(await place.says('甲', '3号楼2单元楼道灯坏了')).toContain('待确认')
    await place.engine.watch()
    await place.wait(0)
    expect(place.lark.told('li')).toHaveLength(1)
    expect(place.lark.told('li')[0]).toMatch(/时限算不出.*\n.*2027年的放假调休还没有录入/)
    expect(place.lark.told('wang')).toEqual([])
    await place.engine.watch()
    await place.restart()
    await place.engine.watch()
    expect((await place.pages()).filter(({ cause }) => cause.kind === 'no-time')).toHaveLength(1)
    await place.wait(7 * 24 * hour)
    await place.engine.watch()
    expect((await place.pages()).filter(({ cause }) => cause.kind === 'no-time')).toHaveLength(2)
  })

  it('is asked for from December on, whether or not something falls due in it', async () => {
    const place = await onDuty({ linked: ['li'] })
    await place.says('甲', '3号楼2单元楼道灯坏了')
    await place.engine.watch()
    expect(await place.pages()).toEqual([])
    place.pass(8 * 24 * hour)
    await place.engine.watch()
    expect((await place.pages()).map(({ cause }) => cause.kind)).toContain('no-time')
  })
})

describe('somebody in danger', () => {
  it('hears the advice and that the duty is being called, which it is: the first in the roster, on Lark, without a word about the resident', async () => {
    const place = await onDuty()
    const reply = await place.says('甲', fire)
    expect(reply).toContain('119')
    expect(reply).toContain('正在呼叫社区值班人员')
    expect(place.lark.told('wang')).toHaveLength(1)
    expect(place.lark.told('wang')[0]).toMatch(/紧急.*\n.*火情\n回「应 1」.*https:\/\/desk\.example\/desk\/pages/)
    expect(place.lark.told('wang')[0]).not.toContain('3栋')
    expect(place.lark.told('zhao')).toEqual([])
  })

  it('is called on for every two minutes until somebody answers, and hears who did', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    await place.wait(2 * minute)
    expect(place.lark.told('zhao')).toHaveLength(1)
    expect(await place.staffSays('zhao', '应 1')).toContain('由您处理')
    expect(place.channel.shown.at(-1)?.reply).toMatchObject({ text: '赵强已经看到，马上联系您。', urgency: 'danger' })
    await place.wait(10 * minute)
    expect(place.lark.told('wang')).toHaveLength(1)
    expect(await place.pages()).toMatchObject([{ state: 'answered', answeredBy: { id: 'zhao', name: '赵强' }, steps: [{ staffId: 'wang', by: ['lark'] }, { staffId: 'zhao' }] }])
    // Who is too late is told so; who says it again too.
    expect(await place.staffSays('wang', '应1')).toContain('已由赵强处理')
  })

  it('hears that nobody has answered when all were called twice, with the numbers to call', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    for (let i = 0; i < 4; i += 1) await place.wait(2 * minute)
    expect(place.channel.shown.at(-1)?.reply.text).toMatch(/还没有人应答.*110、119、120/)
    expect([place.lark.told('wang').length, place.lark.told('zhao').length]).toEqual([2, 2])
    expect(await place.pages()).toMatchObject([{ state: 'unanswered' }])
  })

  it('is told at once when nobody can be reached, and never that somebody is called', async () => {
    const place = await onDuty({ linked: [] })
    const reply = await place.says('甲', fire)
    expect(reply).toMatch(/现在联系不上社区值班人员，请您直接打110、119、120/)
    expect(reply).not.toMatch(/正在呼叫|已通知/)
    expect(await place.pages()).toMatchObject([{ state: 'held', steps: [] }])
  })

  it('hears the line for people in despair when nobody can be reached and that is what it is', async () => {
    const place = await onDuty({ linked: [], lines: [] })
    expect(await place.says('甲', '我不想活了，想从楼上跳下去')).toContain('请现在就打12356')
  })

  it('is called for as soon as somebody opens the desk', async () => {
    const place = await onDuty({ linked: [], lines: [] })
    await place.says('甲', fire)
    place.present.add('li')
    await place.wait(minute)
    expect(await place.pages()).toMatchObject([{ state: 'calling', steps: [{ staffId: 'li', by: ['desk'] }] }])
  })

  it('is one call, however often they write', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    expect(await place.says('甲', '火越来越大了')).toContain('正在呼叫')
    expect(await place.pages()).toHaveLength(1)
    expect(place.lark.told('wang')).toHaveLength(1)
  })

  it('goes to the next at once when Lark refuses the first', async () => {
    const place = await onDuty()
    place.lark.memory.forget('lark:p2p:ou_wang')
    await place.says('甲', fire)
    await place.wait(0)
    expect(place.lark.told('zhao')).toHaveLength(1)
    expect((await place.pages())[0]?.steps).toMatchObject([{ staffId: 'wang', failed: true }, { staffId: 'zhao', failed: false }])
  })

  it('is answered by whoever takes the conversation over at the desk', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    await place.engine.takeConversation(place.communityId, 'memory:private:甲', { kind: 'staff', id: 'li', name: '李主任', isLead: true })
    await place.wait(0)
    expect(await place.pages()).toMatchObject([{ state: 'answered', answeredBy: { name: '李主任' } }])
    expect(place.channel.shown.at(-1)?.reply.text).toContain('李主任已经看到')
  })

  it('is not taken for answered because somebody had the conversation already, until that person speaks', async () => {
    const place = await onDuty()
    const wang = { kind: 'staff', id: 'wang', name: '王芳', isLead: false } as const
    await place.says('甲', '人工')
    await place.engine.takeConversation(place.communityId, 'memory:private:甲', wang)
    await place.wait(0)
    const reply = await place.says('甲', fire)
    expect(reply).toContain('119')
    expect(reply).toContain('正在呼叫')
    expect(await place.says('甲', '在三楼')).not.toContain('已经看到')
    await place.restart()
    await place.says('甲', '快点')
    expect((await place.pages()).map(({ state }) => state)).toEqual(['answered', 'calling'])
    await place.engine.say(place.communityId, 'memory:private:甲', '我马上到', wang)
    await place.wait(0)
    expect((await place.pages()).map(({ state, answeredBy }) => [state, answeredBy?.name])).toEqual([['answered', '王芳'], ['answered', '王芳']])
  })

  it('finds the first called again after a kill, once, and the next in time', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    for (let i = 0; i < 3; i += 1) await place.restart()
    expect([place.lark.told('wang').length, place.lark.told('zhao').length]).toEqual([1, 0])
    place.pass(2 * minute)
    await place.restart()
    await place.wait(0)
    expect([place.lark.told('wang').length, place.lark.told('zhao').length]).toEqual([1, 1])
  })

  it('killed between the step and its sending: it is sent at the next start, once', async () => {
    const place = await onDuty()
    place.lark.memory.failNext('unavailable', 1)
    await place.says('甲', fire)
    expect(place.lark.told('wang')).toEqual([])
    await place.restart()
    await place.engine.idle()
    expect(place.lark.told('wang')).toHaveLength(1)
    expect((await place.pages())[0]?.steps).toHaveLength(1)
  })

  it('a step that the store refuses calls nobody, and comes when it takes it', async () => {
    let refuses = false
    const place = await onDuty({
      wrap: (store) => overStore(store, {
        commit: (id, writes) => (refuses && writes.some((write) => write.table === 'pages') ? Promise.reject(new Error('disk')) : store.commit(id, writes)),
      }),
    })
    await place.says('甲', fire)
    refuses = true
    await place.wait(2 * minute)
    expect(place.lark.told('zhao')).toEqual([])
    refuses = false
    await place.wait(minute)
    expect(place.lark.told('zhao')).toHaveLength(1)
  })
})

describe('somebody who asks for a person', () => {
  it('by day is called for, every ten minutes', async () => {
    const place = await onDuty()
    expect(await place.says('甲', '人工')).toContain('已转给社区工作人员')
    expect(place.lark.told('wang')).toHaveLength(1)
    await place.wait(9 * minute)
    expect(place.lark.told('zhao')).toEqual([])
    await place.wait(minute)
    expect(place.lark.told('zhao')).toHaveLength(1)
  })

  it('at night wakes nobody, hears when people are back, and is called for in the morning', async () => {
    const place = await onDuty()
    place.pass(14 * hour)
    const reply = await place.says('甲', '人工')
    expect(reply).toContain('现在是夜里，工作人员11月24日（周二）07:00以后看得到')
    expect(reply).toContain('12345')
    expect(place.lark.told('wang')).toEqual([])
    await place.wait(8 * hour)
    expect(place.lark.told('wang')).toHaveLength(1)
  })

  it('is met at night all the same when in danger', async () => {
    const place = await onDuty()
    place.pass(14 * hour)
    await place.says('甲', '人工')
    expect(await place.says('甲', fire)).toContain('正在呼叫')
    expect(place.lark.told('wang')).toHaveLength(1)
    expect(await place.pages()).toMatchObject([{ cause: { kind: 'danger' }, state: 'calling' }])
  })

  it('is given the community’s own number with its date where one was entered', async () => {
    const place = await onDuty({ lines: [], community: 'langfang-demo' })
    expect(await place.says('甲', '人工')).not.toContain('社区电话')
  })
})

describe('「应 12」', () => {
  it('of somebody who is no member of staff is a message like any other', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    await place.says('乙', '应 1')
    expect(await place.pages()).toMatchObject([{ state: 'calling' }])
  })

  it('that Lark delivers five times is one answer and one reply', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    const before = place.lark.told('wang').length
    const again = { eventId: 'press-1', messageId: 'press-1' }
    for (let i = 0; i < 5; i += 1) await place.staffSays('wang', '应 1', again)
    expect(place.lark.told('wang').length - before).toBe(1)
  })

  it('in a room of staff takes the call of that community, and no other’s', async () => {
    const place = await onDuty()
    await place.says('甲', fire)
    const zhao = { kind: 'staff', id: 'zhao', name: '赵强', isLead: false } as const
    expect(await place.engine.answerPage('huzhou-demo' as CommunityId, 1, zhao)).toContain('没有找到')
    expect(await place.engine.answerPage(place.communityId, 1, zhao)).toContain('由您处理')
    expect(await place.pages()).toMatchObject([{ state: 'answered', answeredBy: { id: 'zhao' } }])
  })

  it.each([['应 12', 12], ['应12。', 12], ['应呼叫 3', 3], ['１２', null], ['应该 12 点到', null], ['应 12 单元', null]])('is read from 「%s」 as %s', (text, number) => {
    expect(readPageAnswer(text)).toBe(number)
  })

  it('of a call that never was is said to be unknown', async () => {
    expect(await (await onDuty()).staffSays('wang', '应 99')).toContain('没有找到')
  })
})

describe('a promised time', () => {
  const promised = { ...services, byCode: (code: string) => { const found = services.byCode(code); return found && { ...found, term: { workdays: 2, source: '测试', date: '2026-11-01' } } } }

  it('reminds its owner once at half of it and once at four fifths, in private', async () => {
    const place = await onDuty({ services: promised })
    await place.says('甲', '3号楼2单元楼道灯坏了')
    const [request] = await place.store.find(place.communityId, 'requests', {})
    if (request === undefined) throw new Error('no request')
    await place.engine.actOnRequest(place.communityId, request.id, request.rev, { name: 'take', reason: null, brings: null }, { kind: 'staff', id: 'wang', name: '王芳', isLead: false })
    // Filed on Monday 9:30, promised by Wednesday's end: 15.5 working hours.
    const told: string[] = []
    for (let hours = 0; hours < 56; hours += 1) {
      await place.engine.watch()
      await place.wait(hour)
      told.splice(0, told.length, ...place.lark.told('wang'))
    }
    expect(told).toEqual([`工单 ${request.number} 时限过半，请尽快办理。`, `工单 ${request.number} 时限只剩不到两成，请尽快办理。`])
  })
})

describe('a channel that is lost', () => {
  it('calls an administrator over another channel, with where to find the code, and is over when it is back', async () => {
    const place = await onDuty({ linked: ['wang', 'admin'] })
    await place.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'admin', login: 'admin', name: '管理员', role: 'admin', scope: 'all' }) }])
    const { pager } = place.engine
    if (pager === null) throw new Error('no pager')
    const stop = watchChannels({ health: place.health, pager, log: () => undefined })
    place.health.report('wechat', { kind: 'needs-login', reason: '请用微信扫码登录', qr: 'https://login.example/secret' })
    await place.wait(0)
    expect(place.lark.told('admin')[0]).toMatch(/微信要人处理：请用微信扫码登录[\s\S]*https:\/\/desk\.example\/desk\/channels/)
    expect(place.lark.told('admin')[0]).not.toContain('secret')
    expect(place.lark.told('wang')).toEqual([])
    place.health.report('wechat', { kind: 'online' })
    await place.wait(0)
    expect(await place.store.find(PLATFORM, 'pages', {})).toMatchObject([{ state: 'over' }])
    stop()
  })

  it('of which another process still hears residents, or is to call, is looked at again and calls nobody meanwhile', async () => {
    const place = await onDuty({ linked: ['wang', 'admin'] })
    await place.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'admin', login: 'admin', name: '管理员', role: 'admin', scope: 'all' }) }])
    const { pager } = place.engine
    if (pager === null) throw new Error('no pager')
    const own = createHealthBoard(() => 0)
    let [heardElsewhere, isMine] = [true, true]
    let waiting: (() => void) | null = null
    const stop = watchChannels({
      pager, log: () => undefined, isMine: () => isMine, after: (_, work) => { waiting = work; return () => { waiting = null } },
      health: { onChange: own.onChange, all: () => (heardElsewhere ? [{ channel: 'lark', state: { kind: 'online' }, since: 0 }] : own.all()) },
    })
    const strike = async (): Promise<number> => {
      waiting?.()
      await place.wait(0)
      return (await place.store.find(PLATFORM, 'pages', {})).length
    }
    own.report('lark', { kind: 'offline', reason: '和飞书的连接断了，正在重连' })
    expect(await strike()).toBe(0)
    ;[heardElsewhere, isMine] = [false, false]
    expect(await strike()).toBe(0)
    isMine = true
    expect(await strike()).toBe(1)
    stop()
  })
})
