import { ref } from 'vue'
import { sayTime } from '../../../channels/say-time.js'
import { timeWords } from '../words/live.js'

/** The present, to the minute; what says how long ago something was follows it. */
export const present = ref(Date.now())
setInterval(() => {
  present.value = Date.now()
}, 30_000)

const exactDay = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', dateStyle: 'long' })
const exactTime = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
/** 2026年11月24日 */
export const sayDate = (at: number): string => exactDay.format(at)
/** 2026年11月24日 09:05: for what is printed, and behind what is said shorter. */
export const sayExactly = (at: number): string => `${sayDate(at)} ${exactTime.format(at)}`
/** As people say it: 今天 14:20, 昨天 09:05, 11月3日 14:20. */
export const sayWhen = (at: number): string => sayTime(at, present.value)
/** For lists: minutes ago within the hour, then as people say a time. */
export function sayAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return timeWords.justNow
  return minutes < 60 ? timeWords.minutesAgo(minutes) : sayTime(at, now)
}
