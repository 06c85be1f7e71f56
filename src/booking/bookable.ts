import { z } from 'zod'
import { openingHoursSchema } from '../requests/working-time.js'

/** What of a community can be booked: a window (窗口), a room (场地), or somebody who comes to the home (上门). Entered by its people, never guessed. */
export const bookableSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, '只用小写字母、数字和 -'),
  kind: z.enum(['window', 'room', 'visitor']),
  name: z.string().min(1),
  /** What residents call it besides its name. */
  words: z.array(z.string().min(1)).default([]),
  /** Where to come; empty: it is not entered, or somebody comes. */
  place: z.string().default(''),
  /** Codes of the services whose form takes a time of it. */
  services: z.array(z.string().min(1)).min(1).default(['window-booking']),
  /** How long one time lasts, minutes: its hours are cut into pieces of this length, and what is left over is no time. */
  minutes: z.number().int().min(5).max(480),
  /** How many can come at one time. */
  capacity: z.number().int().min(1).max(500),
  /** How many days ahead it can be booked, today not counted. */
  daysAhead: z.number().int().min(1).max(90).default(14),
  /** Later than this many minutes before it begins it is not booked any more. */
  noticeMinutes: z.number().int().min(0).max(10_080).default(30),
  /** Its own weekly hours and closed days; absent: those of the community's window, and none where nobody entered them. */
  hours: openingHoursSchema.optional(),
  source: z.string().min(1, '要写来源'),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '要写成 2026-11-01'),
})
export type Bookable = z.infer<typeof bookableSchema>

/** The bookables of a community; no two share an id or a name. */
export const bookablesSchema = z.array(bookableSchema).superRefine((list, context) => {
  for (const [i, one] of list.entries()) {
    if (list.findIndex((other) => other.id === one.id) < i) context.addIssue({ code: 'custom', path: [i, 'id'], message: `「${one.id}」用了两次` })
    if (list.findIndex((other) => other.name === one.name) < i) context.addIssue({ code: 'custom', path: [i, 'name'], message: `「${one.name}」用了两次` })
  }
})
