import { ref } from 'vue'
import { sayTime } from '../../../channels/say-time.js'
import { timeWords } from '../words/live.js'

/** The present, to the minute; what says how long ago something was follows it. */
export const present = ref(Date.now())
setInterval(() => {
  present.value = Date.now()
}, 30_000)

const exact = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
})
/** For what is printed, and behind what is said shorter. */
export const sayExactly = (at: number): string => exact.format(at)
/** As people say it: 今天 14:20, 昨天 09:05, 11月3日 14:20. */
export const sayWhen = (at: number): string => sayTime(at, present.value)
/** For lists: minutes ago within the hour, then as people say a time. */
export function sayAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return timeWords.justNow
  return minutes < 60 ? timeWords.minutesAgo(minutes) : sayTime(at, now)
}
