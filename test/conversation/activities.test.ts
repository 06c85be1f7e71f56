import { describe, expect, it } from 'vitest'
import type { Activity, SignUp } from '../../src/programmes/activity.js'
import { oneOfEach } from '../store/rows.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

/** Saturday, 2026-11-28, 8:30; it is Monday. */
const river: Activity = { ...oneOfEach.activities, id: 'river', title: '清理河边步道', places: 2, taken: 0, closesAt: Date.parse('2026-11-28T08:30:00+08:00') }
const talk: Activity = { ...river, id: 'talk', kind: 'talk', title: '防诈骗讲座', at: '2026-11-29T09:00:00+08:00', until: '2026-11-29T10:30:00+08:00', closesAt: Date.parse('2026-11-29T09:00:00+08:00'), places: null, place: '活动室', note: '' }
const hourMs = 3_600_000

async function put(home: Neighbourhood, ...activities: readonly Activity[]): Promise<void> {
  await home.store.commit(home.communityId, activities.map((row) => ({ op: 'put' as const, table: 'activities' as const, row })))
}

async function aTown(...activities: readonly Activity[]): Promise<Neighbourhood> {
  const home = await aNeighbourhood()
  await put(home, ...activities)
  return home
}

const stands = (home: Neighbourhood, id = 'river'): Promise<Activity | null> => home.store.get(home.communityId, 'activities', id)
const listOf = (home: Neighbourhood, id = 'river'): Promise<readonly SignUp[]> => home.store.find(home.communityId, 'signUps', { by: 'activityId', equals: id })
const inList = async (home: Neighbourhood): Promise<readonly string[]> => (await listOf(home)).filter(({ state }) => state === 'in').map(({ residentId }) => residentId).sort()

describe('what is on', () => {
  it('is listed with its day, place and places left, never what is past or called off', async () => {
    const home = await aTown(river, talk, { ...talk, id: 'gone', title: '重阳敬老', at: '2026-10-20T09:00:00+08:00', until: '2026-10-20T10:00:00+08:00' }, { ...talk, id: 'off', title: '包饺子', state: 'called-off', reason: '停电' })
    const said = await home.says('甲', '有什么活动')
    expect(said).toMatch(/1\. 清理河边步道，11月28日（周六）08:30，在河边凉亭，还剩2个名额/)
    expect(said).toContain('2. 防诈骗讲座')
    expect(said).not.toMatch(/重阳|包饺子/)
    expect(home.outcomes.at(-1)?.kind).toBe('answered')
    expect(await home.says('甲', '2')).toMatch(/报上了：防诈骗讲座/)
  })

  it('in a room takes three lines at most', async () => {
    const home = await aTown(river, talk, { ...talk, id: 'third', title: '合唱排练', at: '2026-11-30T09:00:00+08:00', until: '2026-11-30T10:30:00+08:00' })
    const said = await home.saysInRoom('甲', '@小助手 最近有啥活动')
    expect(said.split('\n')).toHaveLength(3)
    expect(said).toContain('还有1个')
  })

  it('asked for a day on which nothing is, says so and names what else there is', async () => {
    const home = await aTown(river)
    expect(await home.says('甲', '这周五有活动吗')).toMatch(/没有登记的活动。别的有：清理河边步道/)
  })

  it('tells when, where and how many places, and how to sign up', async () => {
    const home = await aTown(river, talk)
    await home.says('甲', '有什么讲座')
    expect(await home.says('甲', '几点开始')).toMatch(/防诈骗讲座.*09:00—10:30，在活动室/)
    expect(await home.says('甲', '清理步道的活动还有名额吗')).toMatch(/还剩2个名额/)
    expect(await home.says('甲', '怎么报名')).toMatch(/清理河边步道.*我报/)
  })

  it('of what nobody entered, says that it is not known', async () => {
    const home = await aTown({ ...river, note: '' }, talk)
    await home.says('甲', '清理步道给我报上')
    expect(await home.says('甲', '夹子要自家带伐')).toMatch(/要带什么没有登记/)
    expect(home.outcomes.at(-1)?.kind).toBe('unanswerable')
  })

  it('that was called off or is over is told to be so, with the reason', async () => {
    const home = await aTown({ ...river, state: 'called-off', reason: '下雨' })
    expect(await home.says('甲', '清理河边步道给我报个名')).toMatch(/取消了，不办了：下雨/)
    expect(await listOf(home)).toHaveLength(0)
  })
})

describe('signing up', () => {
  it('by its name takes a place; the last one is taken once, and who comes too late hears so', async () => {
    const home = await aTown({ ...river, places: 1 })
    expect(await home.saysInRoom('甲', '@小助手 清理步道给我报个名')).toBe('报上了：清理河边步道，11月28日（周六）08:30（还剩0个名额）。')
    expect(home.outcomes.at(-1)?.kind).toBe('filed')
    expect(await home.saysInRoom('乙', '@小助手 我也去')).toMatch(/名额满了.*候补/)
    expect(home.outcomes.at(-1)?.kind).toBe('answered')
    expect(await inList(home)).toEqual(['memory:甲'])
  })

  it('two who take the last place at once get one between them', async () => {
    const home = await aTown({ ...river, places: 1 })
    const [one, other] = [home.message('甲', '清理河边步道我报名'), home.message('乙', '清理河边步道我报名')]
    await Promise.all([home.channel.deliver(one), home.channel.deliver(other)])
    await home.engine.idle()
    expect(await inList(home)).toHaveLength(1)
    expect((await stands(home))?.taken).toBe(1)
    expect(home.outcomes.map(({ kind }) => kind).sort()).toEqual(['answered', 'filed'])
  })

  it('twice is one place, also for who writes from two channels', async () => {
    const home = await aTown(river)
    await home.store.commit(home.communityId, ['memory:甲', 'memory:甲的平板'].map((id) => ({ op: 'put' as const, table: 'identities' as const, row: { id, rev: 0, personId: 'person-1', linkedAt: 0 } })))
    await home.says('甲', '清理步道我报名')
    expect(await home.says('甲', '清理步道我报名')).toMatch(/已经报上了/)
    expect(await home.says('甲的平板', '清理步道算我一个')).toMatch(/已经报上了/)
    expect((await stands(home))?.taken).toBe(1)
    expect(await home.says('甲的平板', '清理步道我不去了')).toMatch(/已取消/)
    expect(await inList(home)).toEqual([])
  })

  it('names nobody in a room, whatever was asked', async () => {
    const home = await aTown(river)
    await home.says('王秀兰', '你好')
    expect(await home.saysInRoom('王秀兰', '@小助手 清理步道算我一个')).not.toContain('王秀兰')
    expect(await home.saysInRoom('王秀兰', '@小助手 我报了哪些活动')).toBe('您报了1个活动，时间地点请私聊我看。')
  })

  it('「我不去了，让给对门」 frees the place and signs nobody else up; who wants it says so', async () => {
    const home = await aTown({ ...river, places: 1 })
    await home.saysInRoom('甲', '@小助手 清理步道给我报上')
    expect(await home.saysInRoom('甲', '@小助手 我不去了，让给楼上那位')).toMatch(/已取消.*名额释放.*本人/)
    expect(home.outcomes.at(-1)?.kind).toBe('cancelled')
    expect(await inList(home)).toEqual([])
    expect(await home.saysInRoom('乙', '@小助手 那我报')).toMatch(/报上了/)
    expect(await inList(home)).toEqual(['memory:乙'])
  })

  it('is not done for a neighbour, who has to say so', async () => {
    const home = await aTown(river)
    expect(await home.says('甲', '清理步道帮楼下老张报个名')).toMatch(/得他本人/)
    expect(await inList(home)).toEqual([])
  })

  it('for one of the family asks the name in private, reads it back, and takes a place for them alone', async () => {
    const home = await aTown(river)
    expect(await home.saysInRoom('甲', '@小助手 清理步道给我妈报个名')).toMatch(/私聊/)
    expect(await home.says('甲', '清理步道给我妈报个名')).toMatch(/您妈.*名字.*签到/)
    expect(await home.says('甲', '她叫王秀兰')).toMatch(/给王秀兰报名「清理河边步道」.*对吗/)
    expect(await listOf(home)).toHaveLength(0)
    expect(await home.says('甲', '对')).toMatch(/报上了：王秀兰，清理河边步道/)
    expect(await listOf(home)).toMatchObject([{ residentId: 'memory:甲', person: '王秀兰', state: 'in' }])
    expect(await home.says('甲', '我也去')).toMatch(/报上了：清理河边步道/)
    expect((await stands(home))?.taken).toBe(2)
    expect(await home.says('甲', '我妈不去了')).toMatch(/已取消/)
    expect(await listOf(home)).toMatchObject([{ person: null }])
  })

  it('asks which, where the words fit several, and takes a bare number only for that question', async () => {
    const home = await aTown(river, { ...river, id: 'river-2', title: '清理河边垃圾', at: '2026-11-29T08:30:00+08:00', until: '2026-11-29T10:30:00+08:00', closesAt: Date.parse('2026-11-29T08:30:00+08:00') })
    expect(await home.says('甲', '清理河边的我报名')).toMatch(/哪一个[^]*1\. 清理河边步道[^]*2\. 清理河边垃圾/)
    expect(await home.says('甲', '第二个')).toMatch(/报上了：清理河边垃圾/)
    await home.says('甲', '1')
    expect(await listOf(home)).toHaveLength(0)
  })

  it('takes no bare number that answers 「解决了吗」, asked since as news', async () => {
    const home = await aTown(river, talk)
    await home.says('甲', '3栋楼下的路灯不亮了')
    await home.says('甲', '有什么活动')
    home.pass(60_000)
    const [request] = await home.requests()
    if (request === undefined) throw new Error('not filed')
    await home.store.commit(home.communityId, [{ op: 'put', table: 'requests', row: { ...request, status: 'confirming', updatedAt: home.now() } }])
    await home.says('甲', '1')
    expect(await listOf(home)).toHaveLength(0)
    expect((await home.requests())[0]?.status).toBe('resolved')
  })

  it('「我也去」 of which nothing was spoken signs nobody up', async () => {
    const home = await aTown(river)
    await home.says('甲', '我也去')
    expect(await listOf(home)).toHaveLength(0)
  })

  it('a fault told with 「帮我报一下」 is filed, whatever an activity is called', async () => {
    const home = await aTown({ ...river, title: '清理楼道' })
    await home.says('甲', '有什么活动')
    expect(await home.says('甲', '3栋楼道灯坏了帮我报一下')).toMatch(/已受理/)
    expect(await listOf(home)).toHaveLength(0)
  })

  it('「我想报名」 names what there is', async () => {
    const home = await aTown(river)
    expect(await home.says('甲', '我想报名')).toContain('清理河边步道')
    expect(await home.says('甲', '1')).toMatch(/报上了/)
  })

  it('still knows after a restart what was spoken of in the room', async () => {
    const home = await aTown(river)
    await home.saysInRoom('甲', '@小助手 清理步道给我报上')
    await home.restart()
    expect(await home.saysInRoom('乙', '@小助手 算我一个')).toMatch(/报上了/)
  })

  it('「算我一个」 under what staff announced in the room means that', async () => {
    const home = await aTown(river, talk)
    await home.saysInRoom('甲', '@小助手 你好')
    await home.store.commit(home.communityId, [{ op: 'put', table: 'messages', row: { ...oneOfEach.messages, id: 'zzz', conversationId: 'memory:room', at: home.now(), from: 'bot', authorId: 'bot', text: '通知：本周六清理河边步道，欢迎邻居们来。' } }])
    expect(await home.saysInRoom('乙', '@小助手 算我一个')).toMatch(/报上了：清理河边步道/)
  })

  it('of a hearing keeps the order in which people will speak, and closes at its time', async () => {
    const home = await aTown({ ...river, id: 'river', kind: 'hearing', title: '停车位划线听证会', places: 20, closesAt: Date.parse('2026-11-25T18:00:00+08:00') })
    expect(await home.says('甲', '听证会我报名发言')).toMatch(/您发言排第1位/)
    expect(await home.says('乙', '停车位听证会我要报名')).toMatch(/您发言排第2位/)
    home.pass(3 * 24 * hourMs)
    expect(await home.says('丙', '听证会我报名')).toMatch(/报名11月25日（周三）18:00就截止了/)
    expect(await inList(home)).toEqual(['memory:乙', 'memory:甲'])
  })

  it('is not given up by 「不去医院了」', async () => {
    const home = await aTown(river)
    await home.says('甲', '清理步道给我报上')
    await home.says('甲', '我不去医院了')
    expect(await inList(home)).toEqual(['memory:甲'])
    expect(await home.says('甲', '清理步道我不去了')).toMatch(/已取消/)
  })

  it('leaves a booking alone where it is not clear what is given up', async () => {
    const home = await aNeighbourhood()
    await put(home, river)
    await home.says('甲', '清理步道给我报上')
    await home.store.commit(home.communityId, [{ op: 'put', table: 'requests', row: { ...oneOfEach.requests, id: 'b1', number: 'HZ-2611-0009', residentId: 'memory:甲', status: 'accepted', appointment: { at: '2026-11-25T09:00:00+08:00', what: '办事窗口', slotId: 'x' } } }])
    home.pass(3 * hourMs)
    expect(await home.says('甲', '我不去了')).toMatch(/活动（清理河边步道）.*预约/)
    expect(await inList(home)).toEqual(['memory:甲'])
  })
})

describe('a place given up with its reason beside it', () => {
  it('is given up; a fault told beside it is filed', async () => {
    const home = await aTown(river, talk)
    await home.says('甲', '清理步道给我报上')
    expect(await home.says('甲', '老家来人了 去不成了 退了吧')).toMatch(/已取消.*清理河边步道/)
    await home.says('甲', '防诈骗讲座我报名')
    expect(await home.says('甲', '3栋楼道灯坏了 还有讲座我去不了了')).toMatch(/0001[^]*已取消.*防诈骗讲座|已取消.*防诈骗讲座[^]*0001/)
    expect(await home.requests()).toHaveLength(1)
  })
})

describe('the waiting list', () => {
  it('tells who waits when a place falls free, in private, by day and once; the place is kept for nobody', async () => {
    const home = await aTown({ ...river, places: 1 })
    await home.says('甲', '清理步道我报名')
    await home.says('乙', '清理步道我报名')
    expect(await home.says('乙', '候补')).toMatch(/候补上了/)
    await home.says('丙', '清理步道我报名')
    expect(await home.says('丙', '候补')).toMatch(/前面还有1位/)
    await home.says('甲', '清理步道我不去了')
    const before = home.channel.shown.length
    expect(await home.engine.activities.run()).toEqual({ reminded: 0, told: 1 })
    expect(await home.engine.activities.run()).toEqual({ reminded: 0, told: 0 })
    await home.engine.idle()
    expect(home.channel.shown.slice(before).map(({ to, reply }) => [to.conversationId, reply.text])).toEqual([['memory:private:乙', expect.stringMatching(/空出名额了.*报名清理河边步道/)]])
    expect(await home.says('乙', '我报')).toMatch(/报上了/)
    expect((await listOf(home)).map(({ residentId, state }) => [residentId, state]).sort()).toEqual([['memory:丙', 'waiting'], ['memory:乙', 'in']])
    expect(await home.says('丙', '不等了')).toMatch(/候补取消/)
  })

  it('takes in who asks in a room and has never written in private; the room hears of the free place, and no name', async () => {
    const home = await aTown({ ...river, places: 1 })
    await home.saysInRoom('甲', '@小助手 清理步道给我报上')
    await home.saysInRoom('乙', '@小助手 清理步道还有位儿没 给俺报上')
    expect(await home.saysInRoom('乙', '@小助手 那给俺排个候补')).toMatch(/候补上了[^]*不点名/)
    expect(home.outcomes.at(-1)?.kind).toBe('filed')
    expect(await home.saysInRoom('乙', '@小助手 我到底报上没得')).toMatch(/还没报上，在候补/)
    expect(home.outcomes.at(-1)?.kind).toBe('status-given')
    await home.saysInRoom('甲', '@小助手 家里来客 去不成了 退了吧')
    expect(home.outcomes.at(-1)?.kind).toBe('cancelled')
    const before = home.channel.shown.length
    expect(await home.engine.activities.run()).toEqual({ reminded: 0, told: 1 })
    expect(await home.engine.activities.run()).toEqual({ reminded: 0, told: 0 })
    await home.engine.idle()
    const said = home.channel.shown.slice(before)
    expect(said.map(({ to, reply }) => [to.chat, reply.text])).toEqual([['group', expect.stringMatching(/空出名额了.*报名清理河边步道/)]])
    expect(said[0]?.reply.text).not.toContain('乙')
    home.pass(hourMs)
    expect(await home.saysInRoom('乙', '@小助手 报名清理河边步道')).toMatch(/报上了/)
  })

  it('is left with a word, in a room too, and only the one that is named', async () => {
    const home = await aTown({ ...river, places: 0 }, { ...talk, places: 0 })
    for (const title of ['清理步道', '防诈骗讲座']) await home.saysInRoom('甲', `@小助手 ${title}给我候补上`)
    expect((await listOf(home)).length + (await listOf(home, 'talk')).length).toBe(2)
    expect(await home.saysInRoom('甲', '@小助手 讲座的候补甭排了')).toMatch(/「防诈骗讲座」的候补取消了/)
    expect(home.outcomes.at(-1)?.kind).toBe('cancelled')
    expect([(await listOf(home)).length, (await listOf(home, 'talk')).length]).toEqual([1, 0])
  })

  it('tells nobody at night', async () => {
    const home = await aTown({ ...river, places: 1, taken: 0, isWaitedFor: true })
    await home.store.commit(home.communityId, [{ op: 'put', table: 'signUps', row: { ...oneOfEach.signUps, id: 'river|r1', activityId: 'river', state: 'waiting', hours: null, endsAt: Date.parse(river.until) } }])
    home.pass(14 * hourMs)
    expect(await home.engine.activities.run()).toEqual({ reminded: 0, told: 0 })
  })
})

describe('who signed up', () => {
  it('is reminded the evening before and two hours before, each once', async () => {
    const home = await aTown({ ...river, at: '2026-11-25T15:00:00+08:00', until: '2026-11-25T17:00:00+08:00', closesAt: Date.parse('2026-11-25T15:00:00+08:00') })
    await home.says('甲', '清理步道我报名')
    home.pass(33 * hourMs)
    expect(await home.engine.activities.run()).toMatchObject({ reminded: 1 })
    expect(await home.engine.activities.run()).toMatchObject({ reminded: 0 })
    await home.engine.idle()
    expect(home.channel.shown.at(-1)?.reply.text).toMatch(/提醒您：明天15:00「清理河边步道」/)
    home.pass(19 * hourMs)
    expect(await home.engine.activities.run()).toMatchObject({ reminded: 1 })
    await home.engine.idle()
    expect(home.channel.shown.at(-1)?.reply.text).toMatch(/提醒您：今天15:00/)
  })

  it('sees it with their data, takes it along, and is out of every list once the data are deleted', async () => {
    const home = await aTown(river)
    await home.says('甲', '清理步道我报名')
    expect(await home.says('甲', '我的数据')).toMatch(/报名的活动：1个/)
    await home.says('甲', '删除我的数据')
    await home.says('甲', '确认删除')
    await home.engine.erase()
    expect(await listOf(home)).toHaveLength(0)
    expect((await stands(home))?.taken).toBe(0)
  })
})

describe('a volunteer', () => {
  const haircut: Activity = { ...river, id: 'haircut', title: '义务理发', audience: 'volunteers', skills: ['理发'], places: 5, note: '' }
  const repairs: Activity = { ...haircut, id: 'repairs', title: '上门修水电', skills: ['修水电'] }

  async function withRules(home: Neighbourhood, stars: readonly number[] = []): Promise<void> {
    await home.store.commit(home.communityId, [{ op: 'put', table: 'volunteerRules', row: { ...oneOfEach.volunteerRules, skills: ['理发', '修水电'], stars } }])
  }

  it('registers in private, question by question with its why, and is read back before anything is kept', async () => {
    const home = await aTown(haircut, repairs)
    await withRules(home)
    expect(await home.saysInRoom('甲', '@小助手 登记志愿者')).toMatch(/私聊/)
    expect(await home.says('甲', '登记志愿者')).toMatch(/会什么.*好知道[^]*1 理发　2 修水电/)
    expect(await home.says('甲', '1')).toMatch(/什么时候有空.*好对上/)
    expect(await home.says('甲', '周末上午')).toMatch(/哪一片.*好给您找近的/)
    expect(await home.says('甲', '都行')).toMatch(/会什么：理发[^]*周六上午、周日上午[^]*不做了[^]*对吗/)
    expect(await home.store.find(home.communityId, 'volunteers', {})).toHaveLength(0)
    expect(await home.says('甲', '对')).toMatch(/登记好了.*义务理发/)
    expect(await home.store.get(home.communityId, 'volunteers', 'memory:甲')).toMatchObject({ skills: ['理发'], times: ['6-morning', '0-morning'], consent: { answered: '对' } })
  })

  it('sees the task that fits and not the other; who is none sees neither', async () => {
    const home = await aTown(haircut, repairs)
    await home.store.commit(home.communityId, [{ op: 'put', table: 'volunteers', row: { ...oneOfEach.volunteers, id: 'memory:甲', times: [] } }])
    const said = await home.says('甲', '有什么志愿任务')
    expect(said).toContain('义务理发')
    expect(said).not.toContain('修水电')
    expect(await home.says('甲', '上门修水电我报名')).toMatch(/对不上/)
    expect(await home.says('乙', '有什么活动')).not.toMatch(/理发|水电/)
    expect(await home.says('乙', '义务理发给我报名')).toMatch(/只请登记过的志愿者/)
    expect(await home.says('甲', '义务理发我报名')).toMatch(/报上了/)
  })

  it('hears of confirmed hours only, and of a star only where the community has set one', async () => {
    const home = await aTown()
    const row = (id: string, given: Partial<SignUp>): SignUp => ({ ...oneOfEach.signUps, id, residentId: 'memory:甲', ...given })
    await home.store.commit(home.communityId, [{ op: 'put', table: 'signUps', row: row('a', { hours: null }) }])
    expect(await home.says('甲', '我的志愿时长')).toMatch(/还没有.*确认过/)
    await home.store.commit(home.communityId, [{ op: 'put', table: 'signUps', row: row('b', { hours: { count: 2, title: '清理河边步道', day: '2026-11-28', by: { id: 'staff-1', name: '小周' }, at: 2_000 } }) }])
    expect(await home.says('甲', '我的志愿时长有多少')).toMatch(/一共2小时.*没有设标准/)
    await withRules(home, [1, 10])
    expect(await home.says('甲', '我几星了')).toMatch(/一共2小时（社区确认过的才算），1星/)
    expect(await home.saysInRoom('甲', '@小助手 我的志愿时长')).not.toContain('2小时')
  })

  it('who tells skills, times, name and telephone in one breath is read back all of it and registered by one yes', async () => {
    const home = await aTown(haircut, repairs)
    await withRules(home)
    const said = await home.says('甲', '我想当志愿者 会理发 周末都得空 叫方大勇 13800000031')
    expect(said).toMatch(/会什么：理发[^]*周六全天、周日全天[^]*方大勇[^]*13800000031[^]*安排志愿服务的工作人员看[^]*对吗/)
    expect(await home.store.find(home.communityId, 'volunteers', {})).toHaveLength(0)
    expect(await home.says('甲', '电话写错了 是13800000013')).toMatch(/理发[^]*13800000013/)
    expect(await home.says('甲', '对')).toMatch(/0001[^]*登记好了[^]*义务理发/)
    const [request] = await home.requests()
    expect(await home.store.get(home.communityId, 'volunteers', 'memory:甲')).toMatchObject({ skills: ['理发'], also: '', times: ['6-morning', '6-afternoon', '6-evening', '0-morning', '0-afternoon', '0-evening'], requestId: request?.id, consent: { answered: '对' } })
  })

  it('is not asked again for what was told when the wish was filed', async () => {
    const home = await aTown()
    await home.says('甲', '我想当志愿者，会修自行车')
    expect(await home.says('甲', '登记志愿者')).toMatch(/什么时候有空/)
  })

  it('hears how many hours a star takes as the community has set it, else that it has set none', async () => {
    const home = await aTown()
    expect(await home.says('甲', '做满几个钟头算一星')).toMatch(/还没有设/)
    expect(home.outcomes.at(-1)?.kind).toBe('unanswerable')
    await withRules(home, [20, 60])
    expect(await home.says('甲', '两星要干多少小时')).toMatch(/1星满20小时，2星满60小时/)
  })

  it('leaves with one word; confirmed hours stay', async () => {
    const home = await aTown()
    await home.store.commit(home.communityId, [{ op: 'put', table: 'volunteers', row: { ...oneOfEach.volunteers, id: 'memory:甲' } }])
    expect(await home.says('甲', '不做志愿者了')).toMatch(/已经删了/)
    expect(await home.store.find(home.communityId, 'volunteers', {})).toHaveLength(0)
  })

  it('who only says that they want to is filed as before, and told how to register', async () => {
    const home = await aTown()
    expect(await home.says('甲', '我想当志愿者')).toMatch(/0001[^]*登记志愿者/)
    expect(await home.requests()).toHaveLength(1)
  })
})
