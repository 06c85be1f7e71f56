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

/** What can be booked, and the form that changes it. */
export const bookableWords = {
  says: '居民在聊天里能约的时间，照这里登记的开放时间切出来。改动先存成草稿，由另一位管理员核对、批准、上线；某一天临时不开或加号，到「预约」里办。',
  none: '还没有登记可以预约的。没有登记时，居民要约时间，一窗转给工作人员。',
  add: '添加一项', addTitle: '添加预约项目', editTitle: (name: string): string => `修改${name}`, edit: '修改', retire: '不再开放', editOf: (name: string): string => `修改${name}`, retireOf: (name: string): string => `不再开放${name}`,
  retireTitle: (name: string): string => `不再开放${name}`,
  retireSays: (ahead: number): string => (ahead === 0 ? '以后没有人约着。上线以后居民就约不到它了。' : `还有 ${ahead} 个约好的时间。它们照样算数，在「预约」里看得到；要取消，请先到「预约」里关掉那一天，约好的居民会收到通知。`),
  toDay: '到「预约」',
  kind: '是哪一种', name: '名称', nameHint: '如 办事窗口', words: '居民还叫它什么，用顿号隔开', wordsHint: '如 大厅、窗口', place: '到哪里', placeHint: '如 社区一楼大厅；上门的留空',
  services: '用于哪些服务', minutes: '每次多少分钟', capacity: '同时几个号', daysAhead: '最多提前几天', noticeMinutes: '开始前几分钟截止',
  hours: '开放时间', sameHours: '和社区的办公时间一样', noOfficeHours: '（社区还没有登记办公时间，这样居民约不到）', source: '来源', sourceHint: '如 社区公告栏 2026-11-20',
  why: '为什么改', split: /[、,，;；\s]+/, join: '、',
  each: (minutes: number, capacity: number): string => `每次 ${minutes} 分钟，同时 ${capacity} 个号`,
  limits: (days: number, minutes: number): string => `最多提前 ${days} 天，开始前 ${minutes >= 60 && minutes % 60 === 0 ? `${minutes / 60} 小时` : `${minutes} 分钟`}截止`,
  ahead: (count: number): string => (count === 0 ? '没有约着的' : `约着 ${count} 个`),
  also: (words: readonly string[]): string => `也叫 ${words.join('、')}`, usedFor: (names: readonly string[]): string => `用于 ${names.join('、')}`,
  season: (from: string | undefined, until: string | undefined): string => (from === undefined && until === undefined ? '' : `${from ?? '01-01'} 至 ${until ?? '12-31'}：`),
  days: (first: string, last: string, spans: string): string => `${first === last ? first : `${first}至${last}`} ${spans}`, then: '；', shut: '不开放',
  from: (source: string, date: string): string => `${source}，${date} 登记`,
} as const
