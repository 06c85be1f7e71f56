import type { ReminderKind } from '../requests/service-request.js'
import type { Recorder } from './recorder.js'

/** 志愿服务, 文体活动, 讲座, and a hearing or talk (听证、恳谈) at which those who signed up speak in their order. */
export const activityKinds = ['service', 'culture', 'talk', 'hearing'] as const
export type ActivityKind = (typeof activityKinds)[number]

/** What the community holds for its people to come to. Made at the desk; its words are public, nobody's data stand in it. */
export interface Activity {
  readonly id: string
  readonly rev: number
  readonly kind: ActivityKind
  readonly title: string
  /** ISO local times with +08:00. */
  readonly at: string
  readonly until: string
  /** Where to come; empty: not entered. */
  readonly place: string
  /** How many can come; `null`: as many as do. */
  readonly places: number | null
  /** Nobody signs up after it, ms since 1970; at the latest when it begins. */
  readonly closesAt: number
  /** `volunteers`: registered ones whose skills and times fit. */
  readonly audience: 'everybody' | 'volunteers'
  /** Of the community's list; a volunteer fits by one of them, empty: any volunteer. */
  readonly skills: readonly string[]
  /** The grid it is in, for volunteers who help near by; `null`: of the whole community. */
  readonly grid: string | null
  /** What to bring, what to know; empty: nothing. */
  readonly note: string
  readonly source: string
  readonly state: 'draft' | 'published' | 'called-off'
  /** Why it was called off; empty while it is not. */
  readonly reason: string
  /** Places taken, which only grows through the store's revision check: two who take the last one meet in this row. */
  readonly taken: number
  /** Whether somebody waits for a place; who waited last may be gone. */
  readonly isWaitedFor: boolean
  /** When volunteers who fit were last told of it, ms: who registered since may be told; `null`: nobody was. */
  readonly invitedAt: number | null
  readonly by: Recorder
  readonly changedAt: number
}

/** Somebody who comes, or waits for a place. */
export interface SignUp {
  /** Of the activity, the resident and, for somebody of the family, their number: nobody stands twice in one list. */
  readonly id: string
  readonly rev: number
  readonly activityId: string
  readonly residentId: string
  /** Grows with time: who signed up first stands first. */
  readonly order: string
  /** Who of the family it is, by the name that the resident told; `null`: the resident. */
  readonly person: string | null
  readonly state: 'in' | 'waiting'
  readonly at: number
  /** When the activity ends, ms. */
  readonly endsAt: number
  /** When who waits was last told of a free place, ms. */
  readonly told: number | null
  readonly reminded: readonly ReminderKind[]
  /** The room's conversation in which who waits asked, where we know no private chat of theirs; absent: they are told in private. */
  readonly room?: string
  /** As ticked after it; `null`: nobody has said. */
  readonly came: boolean | null
  /** Hours of a volunteer as staff confirmed them; none counts before. With what they were given for, which outlives the activity. */
  readonly hours: ConfirmedHours | null
}

export interface ConfirmedHours {
  readonly count: number
  readonly title: string
  /** `2026-11-28` */
  readonly day: string
  readonly by: Recorder
  readonly at: number
}

/** Why nobody can sign up now; `null`: one can. */
export type Shut = 'over' | 'called-off' | 'closed' | 'full'

function signUpId(activityId: string, residentId: string, number = 0): string {
  return number === 0 ? `${activityId}|${residentId}` : `${activityId}|${residentId}|${number}`
}

export function shutFor(activity: Activity, now: number): Shut | null {
  if (activity.state === 'called-off') return 'called-off'
  if (Date.parse(activity.at) <= now) return 'over'
  if (activity.closesAt <= now) return 'closed'
  return freePlaces(activity) === 0 ? 'full' : null
}

/** `null`: no limit. */
export function freePlaces({ places, taken }: Pick<Activity, 'places' | 'taken'>): number | null {
  return places === null ? null : Math.max(0, places - taken)
}

/** What is still to come, in the order of time: nothing past, nothing called off, nothing unpublished. */
export function activitiesAhead(all: readonly Activity[], now: number): readonly Activity[] {
  return byTime(all.filter((one) => one.state === 'published' && Date.parse(one.at) > now))
}

export function byTime(all: readonly Activity[]): readonly Activity[] {
  return [...all].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1))
}

/** The activity with so many places more gone, or given back (negative). */
export function withTaken(activity: Activity, by: number): Activity {
  return { ...activity, taken: Math.max(0, activity.taken + by) }
}

export function newSignUp(activity: Activity, given: { readonly residentId: string; readonly person: string | null; readonly number: number; readonly order: string; readonly state: SignUp['state']; readonly room?: string | null; readonly now: number }): SignUp {
  return {
    id: signUpId(activity.id, given.residentId, given.number), rev: 0, activityId: activity.id, residentId: given.residentId, order: given.order, person: given.person, state: given.state,
    at: given.now, endsAt: Date.parse(activity.until), told: null, reminded: [], came: null, hours: null,
    ...(given.room == null ? {} : { room: given.room }),
  }
}

export function inOrder(signUps: readonly SignUp[]): readonly SignUp[] {
  return [...signUps].sort((a, b) => (a.order < b.order ? -1 : 1))
}

/** So long a place that somebody was told of is not told to the next, ms: time to read a message and answer it. */
const headStartMs = 30 * 60_000

/** Who of those waiting is told now that a place is free: in the order in which they asked, each once for a place, no more of them than there are places. The place is kept for nobody. */
export function waitersToTell(activity: Activity, signUps: readonly SignUp[], now: number): readonly SignUp[] {
  if (shutFor(activity, now) !== null) return []
  const free = freePlaces(activity)
  const waiting = inOrder(signUps.filter(({ state }) => state === 'waiting'))
  if (free === null) return waiting.filter(({ told }) => told === null)
  const promised = waiting.filter(({ told }) => told !== null && now - told < headStartMs).length
  return waiting.filter(({ told }) => told === null).slice(0, Math.max(0, free - promised))
}

/** How long it lasts, hours, to the half: what a volunteer's time is first put down as. */
export function lastsHours({ at, until }: Pick<Activity, 'at' | 'until'>): number {
  return Math.max(0.5, Math.round((Date.parse(until) - Date.parse(at)) / 1_800_000) / 2)
}
