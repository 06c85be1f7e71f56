import { ref } from 'vue'
import { sayTime } from '../../../channels/say-time.js'

/** The present, to the minute; what says 「3 分钟前」 follows it. */
export const present = ref(Date.now())
setInterval(() => {
  present.value = Date.now()
}, 30_000)

const exact = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
})
export const sayExactly = (at: number): string => exact.format(at)
/** For lists: 刚刚, 12 分钟前, 今天 14:20, 昨天 09:05, then the date. */
export function sayAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return '刚刚'
  return minutes < 60 ? `${minutes} 分钟前` : sayTime(at, now)
}
