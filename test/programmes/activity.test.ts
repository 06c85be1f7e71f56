import { describe, expect, it } from 'vitest'
import { activitiesAhead, freePlaces, inOrder, lastsHours, newSignUp, shutFor, waitersToTell, type Activity, type SignUp } from '../../src/programmes/activity.js'
import { askedFor, askedOf, meantActivities, placeNamed, readActivityWish, readWhom, titledLike } from '../../src/programmes/meant-activity.js'
import { confirmedHours, fits, isFor, starsOf, timesOf } from '../../src/programmes/volunteer.js'
import { readGrids, readOffer, readSkills, readTimes, readVolunteerWish, sayTimes } from '../../src/programmes/volunteer-words.js'
import { readSlots } from '../../src/conversation/turn-state.js'
import { oneOfEach } from '../store/rows.js'

/** Monday morning in Asia/Shanghai. */
const now = Date.parse('2026-11-23T09:30:00+08:00')
const anActivity = (given: Partial<Activity> = {}): Activity => ({ ...oneOfEach.activities, closesAt: Date.parse('2026-11-28T08:30:00+08:00'), taken: 0, ...given })
const aSignUp = (given: Partial<SignUp> = {}): SignUp => ({ ...oneOfEach.signUps, hours: null, came: null, ...given })

const planned = [
  anActivity({ id: 'river', title: '周六清理河道', at: '2026-11-28T08:30:00+08:00', until: '2026-11-28T10:30:00+08:00' }),
  anActivity({ id: 'fraud', title: '防诈骗讲座', kind: 'talk', at: '2026-11-29T09:00:00+08:00', until: '2026-11-29T10:30:00+08:00', note: '' }),
  anActivity({ id: 'tai-chi', title: '太极拳班', kind: 'culture', at: '2026-12-02T08:00:00+08:00', until: '2026-12-02T09:00:00+08:00', note: '' }),
  anActivity({ id: 'hearing', title: '停车位划线听证会', kind: 'hearing', at: '2026-12-03T19:00:00+08:00', until: '2026-12-03T21:00:00+08:00', note: '' }),
]

describe('what is on', () => {
  it('names nothing past, called off or not published, in the order of time', () => {
    const all = [...planned].reverse().concat(anActivity({ id: 'gone', at: '2026-11-22T09:00:00+08:00' }), anActivity({ id: 'off', state: 'called-off' }), anActivity({ id: 'draft', state: 'draft' }))
    expect(activitiesAhead(all, now).map(({ id }) => id)).toEqual(['river', 'fraud', 'tai-chi', 'hearing'])
  })

  it('says why nobody can sign up: it is over, called off, closed, or full', () => {
    expect(shutFor(anActivity(), now)).toBeNull()
    expect(shutFor(anActivity({ taken: 2 }), now)).toBe('full')
    expect(shutFor(anActivity({ places: null, taken: 400 }), now)).toBeNull()
    expect(shutFor(anActivity({ closesAt: now - 1 }), now)).toBe('closed')
    expect(shutFor(anActivity({ at: '2026-11-23T09:00:00+08:00' }), now)).toBe('over')
    expect(shutFor(anActivity({ state: 'called-off' }), now)).toBe('called-off')
    expect(freePlaces(anActivity({ places: 2, taken: 3 }))).toBe(0)
  })

  it('tells who waits in the order in which they asked, no more of them than there are places', () => {
    const waiting = ['3', '1', '2'].map((order) => aSignUp({ id: `s${order}`, order, state: 'waiting' }))
    expect(waitersToTell(anActivity({ places: 3, taken: 2 }), waiting, now).map(({ id }) => id)).toEqual(['s1'])
    const told = waiting.map((one) => (one.order === '1' ? { ...one, told: now - 60_000 } : one))
    expect(waitersToTell(anActivity({ places: 3, taken: 2 }), told, now)).toEqual([])
    expect(waitersToTell(anActivity({ places: 3, taken: 2 }), told, now + 3_600_000).map(({ id }) => id)).toEqual(['s2'])
    expect(waitersToTell(anActivity({ taken: 2 }), waiting, now)).toEqual([])
  })

  it('keeps a list in the order in which people signed up', () => {
    expect(inOrder(['b', 'a', 'c'].map((order) => aSignUp({ order }))).map(({ order }) => order)).toEqual(['a', 'b', 'c'])
    expect(newSignUp(anActivity(), { residentId: 'r9', person: '王秀兰', number: 1, order: '9', state: 'in', now }).id).toBe('activity-1|r9|1')
    expect(lastsHours(anActivity())).toBe(2)
  })
})

describe('words about an activity', () => {
  it.each([
    ['有什么活动', 'list'], ['周末有啥活动', 'list'], ['最近社区有没有活动', 'list'], ['有哪些讲座', 'list'], ['社区最近搞啥活动没', 'list'], ['俺想问下这个月有甚活动', 'list'], ['还有什么活动能报', 'list'],
    ['清理河道给我报个名', 'join'], ['我也去', 'join'], ['算我一个', 'join'], ['俺也报', 'join'], ['给我报上', 'join'], ['那我报', 'join'], ['带上我', 'join'], ['第二个给我报上', 'join'], ['2号我报', 'join'], ['我和老伴都去', 'join'], ['中 我报', 'join'], ['占个位子给我', 'join'], ['咱也去吧', 'join'], ['我妈也想参加那个义诊', 'join'],
    ['我不去了', 'leave'], ['我去不了了', 'leave'], ['来不了啦', 'leave'], ['报的名给我取消', 'leave'], ['太极拳我不参加了', 'leave'], ['我不去了，让给对门', 'leave'], ['临时有事去不了了', 'leave'],
    ['候补', 'wait'], ['有人退了告诉我', 'wait'], ['有名额了喊我一声', 'wait'], ['不等了', 'stop-waiting'], ['取消候补', 'stop-waiting'],
    ['腰疼 来不得了', 'leave'], ['孙子放假 我不得去了', 'leave'], ['名额腾出来吧 我没得空', 'leave'], ['把俺名字划掉', 'leave'], ['勿去了', 'leave'],
    ['甭排了', 'stop-waiting'], ['不用给我排队了', 'stop-waiting'], ['太极拳那个候补也退了吧', 'stop-waiting'], ['莫等哒', 'stop-waiting'], ['候补撤了', 'stop-waiting'],
    ['合唱我报进了伐', 'own'], ['到底报上没得', 'own'], ['俺报成了不', 'own'], ['我现在算报上了没', 'own'], ['名单上有没有我', 'own'], ['候补轮到我了没', 'own'], ['我还在候补吗', 'own'],
    ['太极拳剑要自己带伐', 'detail'], ['水杯用自备不', 'detail'], ['要不要自家带凳子', 'detail'], ['讲座办完了没', 'detail'],
    ['我报了哪些活动', 'own'], ['我报上了没', 'own'], ['我排第几', 'own'],
    ['几点集合', 'detail'], ['在哪儿', 'detail'], ['还有名额没', 'detail'], ['要带啥不', 'detail'], ['怎么报名', 'detail'], ['那个讲座几点开始', 'detail'],
  ])('「%s」 is a wish to %s', (text, act) => {
    expect(readActivityWish(text)?.act).toBe(act)
  })

  it.each(['我要报修', '我家楼道灯坏了帮我报一下', '广场舞活动几点结束，吵死了', '3栋楼道灯坏了', '社区几点上班', '低保怎么申请', '参加医保要什么材料', '居民参加社区活动有什么补贴标准', '活动室周六还有空吗', '报警了没人来', '医药费报销怎么弄', '你好', '我想去派出所办户口', '物业让我去办公室', '我要去看病', '志愿者有保险吗', '办居住证要带啥', '修好了没'])('「%s」 is none', (text) => {
    expect(readActivityWish(text)).toBeNull()
  })

  it('ask for what may not be entered: what to bring, what it costs, where it is', () => {
    expect(askedOf('要自己带水伐', { note: '', place: '' })).toEqual([{ aspect: 'bring', isTold: false }])
    expect(askedOf('要带啥', { note: '自备水杯', place: '' })).toEqual([{ aspect: 'bring', isTold: true }])
    expect(askedOf('在哪儿办，要钱不', { note: '免费', place: '活动室' })).toEqual([{ aspect: 'cost', isTold: true }, { aspect: 'where', isTold: true }])
    expect(askedOf('几点开始', { note: '', place: '' })).toEqual([])
  })

  it.each([
    ['清河道那个我去', 'river'], ['太极算我一个', 'tai-chi'], ['讲座我参加', 'fraud'], ['听证会我报名发言', 'hearing'], ['防骗的课我报', ''], ['停车那个会我要去', 'hearing'], ['周六那个我去', 'river'], ['下周三的给我报上', 'tai-chi'], ['我也去', ''],
  ])('「%s」 means %s', (text, id) => {
    expect(meantActivities(text, planned, readSlots(text, now)).map((one) => one.id).join()).toBe(id)
  })

  it('are understood by the place in a list, not by a building or a day', () => {
    expect([placeNamed('2号我报', 3), placeNamed('第二个给我报上', 3), placeNamed('最后一个', 3), placeNamed('3号楼灯坏', 5), placeNamed('11月2号的', 5), placeNamed('12号我来', 3)]).toEqual([2, 2, 3, null, null, null])
  })

  it('ask for a day or a kind', () => {
    const ids = (text: string): string => askedFor(text, planned, readSlots(text, now)).map(({ id }) => id).join()
    expect([ids('周末有啥活动'), ids('有什么讲座'), ids('有什么活动'), ids('这周五有活动吗')]).toEqual(['river,fraud', 'fraud', 'river,fraud,tai-chi,hearing', ''])
    expect(titledLike('太极拳改了没', planned).map(({ id }) => id)).toEqual(['tai-chi'])
  })

  it('tell whom they sign up: oneself, one of the family, or somebody whose own word is needed', () => {
    expect(readWhom('给我妈报个名')).toMatchObject({ self: false, family: '您妈', others: false, name: null })
    expect(readWhom('那个替我妈报个名 我妈叫李秀英')).toMatchObject({ self: false, family: '您妈', name: '李秀英' })
    expect(readWhom('给我邻居老李报上吧')).toMatchObject({ self: false, others: true })
    expect(readWhom('我家三口人都去')).toMatchObject({ self: true, several: true })
    expect(readWhom('我和老伴都去')).toMatchObject({ self: true, family: '您老伴' })
    expect(readWhom('俺老伴去')).toMatchObject({ self: false, family: '您老伴' })
    expect(readWhom('帮楼下老张报个名')).toMatchObject({ self: false, family: null, others: true })
    expect(readWhom('也给我报一个')).toMatchObject({ self: true, family: null, others: false })
  })
})

describe('a volunteer', () => {
  const saturday = anActivity({ audience: 'volunteers', skills: ['理发', '修水电'] })
  const barber = { skills: ['理发'], times: ['6-morning' as const], grids: [] }

  it('is told of what fits by skill and time, and of nothing else', () => {
    expect(fits(saturday, barber)).toBe(true)
    expect(fits(saturday, { ...barber, skills: ['辅导功课'] })).toBe(false)
    expect(fits(saturday, { ...barber, times: ['6-evening'] })).toBe(false)
    expect(fits(saturday, { ...barber, times: [] })).toBe(true)
    expect(fits({ ...saturday, grid: '第一网格' }, { ...barber, grids: ['第二网格'] })).toBe(false)
    expect(fits({ ...saturday, skills: [] }, { ...barber, skills: [] })).toBe(true)
    expect(isFor(saturday, null)).toBe(false)
    expect(isFor(anActivity(), null)).toBe(true)
  })

  it('has all the time that something takes', () => {
    expect(timesOf(saturday)).toEqual(['6-morning'])
    expect(timesOf({ at: '2026-11-28T10:00:00+08:00', until: '2026-11-28T14:30:00+08:00' })).toEqual(['6-morning', '6-afternoon'])
    expect(timesOf({ at: '2026-11-25T18:30:00+08:00', until: '2026-11-25T20:00:00+08:00' })).toEqual(['3-evening'])
  })

  it('has hours only once they are confirmed, and a star only where the community has set what it takes', () => {
    const hours = { count: 2, title: '清理河边步道', day: '2026-11-28', by: { id: 'staff-1', name: '小周' }, at: 2_000 }
    const rows = [aSignUp({ came: true, hours }), aSignUp({ id: 'other', came: true }), aSignUp({ id: 'mother', person: '王秀兰', hours })]
    expect(confirmedHours(rows).total).toBe(2)
    expect([starsOf(25, { stars: [] }), starsOf(25, { stars: [20, 60] }), starsOf(60, { stars: [20, 60] }), starsOf(2, { stars: [20, 60] })]).toEqual([null, 1, 2, 0])
  })

  it.each([
    ['登记志愿者', 'register'], ['我要注册志愿者', 'register'], ['改志愿者登记', 'register'], ['我想当志愿者', 'offers'], ['我退休了想报名做义工', 'offers'], ['不做志愿者了', 'leave'], ['退出志愿者', 'leave'], ['我的志愿时长', 'hours'], ['我几星了', 'hours'], ['攒了多少小时', 'hours'],
    ['做满几个钟头算两星', 'stars'], ['三星要干多长时间', 'stars'], ['志愿者星级有啥标准', 'stars'], ['要攒够多少时长才给评星级', 'stars'], ['我会修电器 算我一个志愿者', 'offers'],
  ])('「%s」: %s', (text, wish) => {
    expect(readVolunteerWish(text)).toBe(wish)
  })

  it.each(['志愿时长少记了', '志愿者怎么报名', '星级志愿者怎么评', '楼下装修太吵', '做不了饭', '几个小时的服务我打五星', '宾馆三星的多少钱'])('「%s」 says nothing of it', (text) => {
    expect(readVolunteerWish(text)).toBeNull()
  })

  it('tells in one breath what somebody can do and when, whoever they are and however they are reached left out', () => {
    const offer = (text: string, list: readonly string[] = []): string | null => {
      const told = readOffer(text, list)
      return told === null ? null : `${[...told.skills, told.also].filter((one) => one !== '').join('、')}|${told.times === null ? '没说' : sayTimes(told.times)}`
    }
    expect([
      offer('我想做志愿者，会拉二胡，礼拜三晚上得空，叫沈阿福 13800000021'), offer('报名当义工 做过三十年护士 工作日上午都行'), offer('算我一个志愿者 会点电工 随时'),
      offer('俺想当志愿者 会剪头 逢礼拜天有空 姓田 住6栋', ['剪头', '修水电']), offer('想加入志愿者，周末能陪老人聊天'), offer('我想当志愿者'), offer('帮我找个志愿者，会理发的'), offer('想当志愿者 我是退休老师 教娃写作业'),
    ]).toEqual(['拉二胡|周三晚上', '做过三十年护士|周一上午、周二上午、周三上午、周四上午、周五上午', '电工|', '剪头|周日全天', '陪老人聊天|周六全天、周日全天', null, null, '退休老师，教娃写作业|没说'])
  })

  it('tells skills by number, by name or in own words', () => {
    const list = ['理发', '修水电', '照看老人']
    expect(readSkills('1、3', list)).toEqual({ skills: ['理发', '照看老人'], also: '' })
    expect(readSkills('我会理发', list)).toEqual({ skills: ['理发'], also: '' })
    expect(readSkills('会拉二胡', list)).toEqual({ skills: [], also: '会拉二胡' })
    expect(readSkills('啥都行', list)).toEqual({ skills: [], also: '' })
    expect(readSkills('9', list)).toBeNull()
    expect(readSkills('我家漏水了吗', list)).toBeNull()
  })

  it.each([
    ['周末上午', '周六上午、周日上午'], ['周三晚上，周六', '周三晚上、周六全天'], ['工作日下班后', '周一晚上、周二晚上、周三晚上、周四晚上、周五晚上'], ['随时', ''], ['礼拜天下午', '周日下午'], ['周二四晚上', '周二晚上、周四晚上'],
  ])('「%s」 is a time of the week: %s', (text, said) => {
    expect(sayTimes(readTimes(text) ?? [])).toBe(said)
  })

  it('tells where by number, name or building', () => {
    const grids = [{ name: '第一网格', buildings: ['1栋', '2栋'] }, { name: '第二网格', buildings: ['12栋'] }]
    expect([readGrids('1', grids), readGrids('12栋附近', grids), readGrids('哪儿都行', grids), readGrids('3', grids), readGrids('漏水了', grids)]).toEqual([['第一网格'], ['第二网格'], [], null, null])
  })
})
