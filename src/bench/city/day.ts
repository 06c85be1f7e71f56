import { seededRandom } from '../../random.js'
/** The day of a simulated city: who says what and when. Everything is drawn from one seed; the same seed is the same day. */

/** What one household wants at one moment. */
export interface Errand {
  /** Since midnight, ms. */
  readonly at: number
  /** 0 … communities − 1. */
  readonly community: number
  /** 0 … households − 1 of the community. */
  readonly household: number
  readonly kind: ErrandKind
  readonly words: string
}

export type ErrandKind = 'question' | 'fault' | 'outage' | 'progress' | 'thanks' | 'chatter'

export interface DayPlan {
  readonly communities: number
  readonly householdsEach: number
  /** Of all kinds but the storm's. */
  readonly messages: number
  readonly seed: number
  readonly storm: Storm | null
}

/** One district loses its power: outage reports come so many times as often as faults do otherwise. */
export interface Storm {
  /** Hours of the day between which it reports. */
  readonly from: number
  readonly until: number
  /** The first so many communities are the district. */
  readonly communities: number
  readonly times: number
}

/**
 * Share of a day's messages in each hour, per mille: calls to 12345 centres peak at nine to eleven and again in the
 * afternoon, residents' groups in the evening; at night there is next to nothing.
 */
const hourShares = [4, 2, 1, 1, 2, 8, 25, 60, 92, 96, 84, 58, 44, 46, 62, 66, 60, 56, 62, 66, 48, 32, 18, 7] as const

/** Of a hundred messages: mostly questions and small talk; a report brings a second message, when it is confirmed. */
const kindShares: readonly (readonly [ErrandKind, number])[] = [['question', 46], ['fault', 12], ['progress', 10], ['thanks', 12], ['chatter', 20]]

const questions = [
  '一个社区配几个工作人员', '社区工作者的工资由谁发', '网格员要做什么', '居民议事多久一次', '社区用房面积有什么要求', '社区志愿服务怎么组织', '社区要建多大的活动室', '一窗受理是什么意思',
  '上门服务给哪些人', '物业不管找谁', '社区多久公开一次事务', '养老服务站要多大',
]
const faults = ['楼道灯坏了', '电梯停了没人修', '下水道堵了往外冒水', '门禁刷不开', '垃圾桶满了没人清', '路面有个大坑', '健身器材断了', '单元门关不上']
const outages = ['停电了', '整栋都没电了', '又停电了，什么时候来电', '家里没电，楼道也黑着']
const thanks = ['谢谢', '好的', '辛苦了', '知道了']
const chatter = ['今天菜市场的白菜便宜', '谁家的猫跑出来了', '孩子放学了吗', '晚上跳舞几点', '天冷了多穿点', '有人拼车去市里吗', '楼上的能轻点吗哈哈']

const hourMs = 3_600_000

/** What a day brings, in order of time. A fault's second message (解决了) is not among them: it follows its request. */
export function dayOf(plan: DayPlan): readonly Errand[] {
  const draw = seededRandom(plan.seed)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(draw() * list.length)] as T
  const all = hourShares.reduce((sum, share) => sum + share, 0)
  const errands: Errand[] = []
  const add = (hour: number, kind: ErrandKind, community: number): void => {
    const household = Math.floor(draw() * plan.householdsEach)
    errands.push({ at: Math.floor((hour + draw()) * hourMs), community, household, kind, words: wordsOf(kind, household, pick) })
  }
  for (const [hour, share] of hourShares.entries()) {
    const count = Math.round((plan.messages * share) / all)
    for (let n = 0; n < count; n += 1) add(hour, kindAt(draw()), Math.floor(draw() * plan.communities))
  }
  if (plan.storm !== null) {
    const { from, until, communities, times } = plan.storm
    for (let hour = from; hour < until; hour += 1) {
      const faultsHere = ((plan.messages * (hourShares[hour] ?? 0)) / all) * shareOf('fault') * (communities / plan.communities)
      for (let n = 0; n < Math.round(faultsHere * times); n += 1) add(hour, 'outage', Math.floor(draw() * communities))
    }
  }
  return errands.sort((a, b) => a.at - b.at)
}

function shareOf(kind: ErrandKind): number {
  const all = kindShares.reduce((sum, [, share]) => sum + share, 0)
  return (kindShares.find(([name]) => name === kind)?.[1] ?? 0) / all
}

function kindAt(drawn: number): ErrandKind {
  let left = drawn * kindShares.reduce((sum, [, share]) => sum + share, 0)
  for (const [kind, share] of kindShares) {
    left -= share
    if (left < 0) return kind
  }
  return 'question'
}

/** Fifty households a building. */
export const householdsPerBuilding = 50

/** The building of a household, as residents write it. */
export function buildingOf(household: number): string {
  return `${Math.floor(household / householdsPerBuilding) + 1}栋`
}

function wordsOf(kind: ErrandKind, household: number, pick: <T>(list: readonly T[]) => T): string {
  const place = `${buildingOf(household)}${(household % 4) + 1}单元`
  switch (kind) {
    case 'question': return pick(questions)
    case 'fault': return `${place}${pick(faults)}`
    case 'outage': return `${place}${pick(outages)}`
    case 'progress': return '进度'
    case 'thanks': return pick(thanks)
    case 'chatter': return pick(chatter)
  }
}
