import { ref } from 'vue'

/** The present, to the minute; what says 「3 分钟前」 follows it. */
export const present = ref(Date.now())
setInterval(() => {
  present.value = Date.now()
}, 30_000)

const exact = new Intl.DateTimeFormat('zh-CN', {
  timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hour12: false,
})
const dayAndTime = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false })
const year = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', year: 'numeric' })

export const sayExactly = (at: number): string => exact.format(at)
/** For lists: 刚刚, 12 分钟前, 3 小时前, then the date. */
export function sayAgo(at: number, now: number): string {
  const minutes = Math.floor((now - at) / 60_000)
  if (minutes < 1) return '刚刚'
  if (minutes < 60) return `${minutes} 分钟前`
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} 小时前`
  return year.format(at) === year.format(now) ? dayAndTime.format(at) : exact.format(at).slice(0, 10)
}
