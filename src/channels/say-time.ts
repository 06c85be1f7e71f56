const zoneMs = 8 * 3_600_000
const dayMs = 86_400_000

/** A moment as people say it in Asia/Shanghai: 今天 14:20, 昨天 09:05, 11月3日 14:20, 2025年11月3日; of what is still to come the clock is said in any year. */
export function sayTime(at: number, now: number): string {
  const [then, today] = [new Date(at + zoneMs), new Date(now + zoneMs)]
  const clock = then.toISOString().slice(11, 16)
  const daysAgo = Math.floor((now + zoneMs) / dayMs) - Math.floor((at + zoneMs) / dayMs)
  if (daysAgo === 0) return `今天 ${clock}`
  if (daysAgo === 1) return `昨天 ${clock}`
  if (daysAgo === -1) return `明天 ${clock}`
  const day = `${then.getUTCMonth() + 1}月${then.getUTCDate()}日`
  if (then.getUTCFullYear() === today.getUTCFullYear()) return `${day} ${clock}`
  return `${then.getUTCFullYear()}年${day}${at > now ? ` ${clock}` : ''}`
}
