import type { Activity, ConfirmedHours, SignUp } from './activity.js'
import type { Recorder } from './recorder.js'

export const dayParts = ['morning', 'afternoon', 'evening'] as const
export type DayPart = (typeof dayParts)[number]

/** When somebody has time in a usual week: `6-morning` is Saturday before noon (0 Sunday … 6 Saturday). */
export type VolunteerTime = `${0 | 1 | 2 | 3 | 4 | 5 | 6}-${DayPart}`

/** A resident who wants to help, as they told it and confirmed. One a person; the id is the resident's. */
export interface Volunteer {
  readonly id: string
  readonly rev: number
  /** Of the community's list. */
  readonly skills: readonly string[]
  /** What else they can do, in their own words; empty: nothing was told. */
  readonly also: string
  /** Empty: any time. */
  readonly times: readonly VolunteerTime[]
  /** Grids they would help in; empty: anywhere in the community. */
  readonly grids: readonly string[]
  /** The request by which they came, where staff look after it; `null`: none. */
  readonly requestId: string | null
  readonly consent: { readonly at: number; readonly asked: string; readonly answered: string }
  readonly joinedAt: number
}

/** What an admin has set for the volunteers of a community. One row. */
export interface VolunteerRules {
  readonly id: 'rules'
  readonly rev: number
  /** What volunteers are asked for; empty: they tell it in their own words. */
  readonly skills: readonly string[]
  /** Confirmed hours from which somebody has one star, two and so on, growing. Empty: no stars are given, since no text names a number. */
  readonly stars: readonly number[]
  readonly by: Recorder
  readonly at: number
}

export const noRules: VolunteerRules = { id: 'rules', rev: 0, skills: [], stars: [], by: { id: '', name: '' }, at: 0 }

/** Asia/Shanghai has had no summer time since 1991. */
const zoneMs = 8 * 3_600_000

/** The times of the week an activity falls into: all parts of its day that it touches. */
export function timesOf({ at, until }: Pick<Activity, 'at' | 'until'>): readonly VolunteerTime[] {
  const begins = new Date(Date.parse(at) + zoneMs)
  const ends = new Date(Date.parse(until) + zoneMs)
  const day = begins.getUTCDay() as 0 | 1 | 2 | 3 | 4 | 5 | 6
  const from = begins.getUTCHours()
  const to = begins.getUTCDate() === ends.getUTCDate() ? ends.getUTCHours() + (ends.getUTCMinutes() > 0 ? 1 : 0) : 24
  const touches: Readonly<Record<DayPart, boolean>> = { morning: from < 12, afternoon: from < 18 && to > 12, evening: to > 18 || from >= 18 }
  return dayParts.filter((part) => touches[part]).map((part): VolunteerTime => `${day}-${part}`)
}

/** Whether a volunteer can do it: one of the skills asked for, all of its time, near enough. What was left open on either side fits. */
export function fits(activity: Activity, volunteer: Pick<Volunteer, 'skills' | 'times' | 'grids'>): boolean {
  const able = activity.skills.length === 0 || activity.skills.some((skill) => volunteer.skills.includes(skill))
  const free = volunteer.times.length === 0 || timesOf(activity).every((time) => volunteer.times.includes(time))
  const near = activity.grid === null || volunteer.grids.length === 0 || volunteer.grids.includes(activity.grid)
  return able && free && near
}

/** Whether this person is told of it: everybody of what is for everybody, a volunteer of what fits. */
export function isFor(activity: Activity, volunteer: Pick<Volunteer, 'skills' | 'times' | 'grids'> | null): boolean {
  return activity.audience === 'everybody' || (volunteer !== null && fits(activity, volunteer))
}

/** What was confirmed of a person's own work; what is not confirmed counts nothing. */
export function confirmedHours(signUps: readonly SignUp[]): { readonly total: number; readonly each: readonly ConfirmedHours[] } {
  const each = signUps.flatMap(({ hours, person }) => (hours === null || person !== null ? [] : [hours])).sort((a, b) => (a.day < b.day ? -1 : 1))
  return { total: each.reduce((sum, { count }) => sum + count, 0), each }
}

/** Stars by the community's own thresholds; `null` where it has set none. */
export function starsOf(hours: number, { stars }: Pick<VolunteerRules, 'stars'>): number | null {
  return stars.length === 0 ? null : stars.filter((threshold) => hours >= threshold).length
}
