import type { BookingDay, BookingHolder, BookingSlot } from '../../booking-types.js'

const weekdays = '日一二三四五六'

/** 11月25日 周三 */
export function sayDay(day: string): string {
  const [, month, date] = day.split('-').map(Number)
  return `${month ?? ''}月${date ?? ''}日 周${weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ''}`
}

/** 余 1 / 2 */
export function sayPlaces(slot: Pick<BookingSlot, 'capacity' | 'taken' | 'shut'>): string {
  switch (slot.shut) {
    case 'closed-day': return '已关闭'
    case 'not-in-hours': return '已不在开放时间'
    case null: return slot.taken >= slot.capacity ? `约满（${slot.capacity}）` : `余 ${slot.capacity - slot.taken} / ${slot.capacity}`
  }
}

/** Whose yes it is, and to what; empty: there is none. */
export function sayConsent({ consent }: Pick<BookingHolder, 'consent'>): string {
  if (consent === null) return ''
  const whose = consent.forWhom === null ? '本人同意' : `代「${consent.forWhom}」登记，称其同意`
  return consent.allows === 'agent' ? `${whose}上门、代办` : `${whose}上门`
}

export const kindNames: Readonly<Record<BookingDay['bookables'][number]['kind'], string>> = { window: '窗口', room: '场地', visitor: '上门' }

export const bookingsWords = {
  title: '预约',
  today: '今天',
  before: '前一天',
  after: '后一天',
  toToday: '回到今天',
  whichDay: '哪一天',
  others: (community: string): string => `${community}。要看别的社区，在上面选。`,
  none: '这个社区还没有登记可预约的窗口、场地和上门服务',
  closeDay: '关闭这一天',
  closeOne: '这天不开',
  closeWhy: (name: string | null): string => `关闭${name === null ? '这一天的所有预约' : `${name}这一天的预约`}，为什么？约好的居民会看到。`,
  closeHint: '比如：停电检修',
  close: '关闭并通知',
  notClose: '不关了',
  whyNeeded: '请写为什么，约好的居民会看到',
  closed: '已关闭，约好的居民会收到通知',
  dayClosed: (reason: string, by: string): string => `这一天已关闭：${reason}（${by}）`,
  oneClosed: (reason: string, by: string): string => `这天不开：${reason}（${by}）`,
  open: '重新开放',
  opened: '已重新开放',
  addTime: '加一个时间',
  whatTime: '几点',
  add: '加上',
  notAdd: '不加了',
  timeAdded: (time: string): string => `已加 ${time}`,
  noTimes: '这一天没有时间可约。',
} as const

/** One time of a day, and who holds it. */
export const slotWords = {
  more: '加号',
  moreAt: (time: string): string => `加号 ${time}`,
  added: (time: string): string => `${time} 加了一个号`,
  fewer: '减号',
  fewerAt: (time: string): string => `减号 ${time}`,
  takenBack: (time: string): string => `${time} 收回一个号`,
  holders: (time: string): string => `${time} 约了的人`,
  noConsent: '没有同意记录',
  contact: (who: string): string => `；联系${who}`,
  then: '；',
  helper: (name: string): string => `${name}上门`,
  helperOpen: '上门的人待定',
  whoGoes: '谁上门',
  whoGoesHint: '谁上门，空着就是待定',
  planned: (number: string, name: string): string => `${number} ${name === '' ? '上门的人待定' : `由${name}上门`}`,
  plan: '安排人',
  ok: '好',
  came: '到场',
  notCame: '未到',
  met: '见到了',
  notMet: '没见到',
  unmarked: '取消了标记',
} as const
