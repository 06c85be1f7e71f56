import { z } from 'zod'
import { dayOf } from '../booking/slot.js'
import type { Community } from './community.js'

/** That a community's window is no longer served: what was filed is finished, nothing new is taken up. */
export const closingSchema = z.strictObject({
  /** The first day, `2026-12-01`. */
  since: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '要写成 2026-12-01').refine((value) => !Number.isNaN(Date.parse(value)), '没有这一天'),
  reason: z.string().min(1),
  /** Where to turn instead, a whole sentence; empty: nobody said. */
  instead: z.string(),
})
export type Closing = z.infer<typeof closingSchema>

/** The closing that holds now; `null`: the window is open. */
export function closingOf({ closed }: Pick<Community, 'closed'>, now: number): Closing | null {
  return closed !== undefined && dayOf(now) >= closed.since ? closed : null
}

/** In a line, as residents and staff read it. */
export function sayClosing({ since, reason, instead }: Closing): string {
  const [year, month, day] = since.split('-').map(Number)
  return `${year ?? ''}年${month ?? ''}月${day ?? ''}日起停用：${reason}。${instead}`
}
