/** What the desk's server and its pages of activities and volunteers say to each other. Types only. */
import type { Activity } from '../programmes/activity.js'
import type { VolunteerTime } from '../programmes/volunteer.js'

/** GET /api/desk/activities/:community */
export interface ActivityList {
  /** Still to come, and not published yet, in the order of time. */
  readonly ahead: readonly ActivityRow[]
  /** Over or called off, the newest first. */
  readonly past: readonly ActivityRow[]
  /** What volunteers may be asked for. */
  readonly skills: readonly string[]
  readonly grids: readonly string[]
}

export interface ActivityRow extends Omit<Activity, 'by' | 'isWaitedFor' | 'invitedAt'> {
  readonly by: string
  readonly waiting: number
}

/** GET /api/desk/activities/:community/:id */
export interface ActivityDetail {
  readonly activity: ActivityRow
  /** Whether it has begun: who came can be ticked. */
  readonly hasBegun: boolean
  /** What a volunteer's time is first put down as, hours. */
  readonly lasts: number
  /** Who comes, in the order in which they signed up; then who waits. */
  readonly signUps: readonly SignUpRow[]
  /** Registered volunteers whose skills and times fit and who have not signed up. In no order of merit. */
  readonly fitting: readonly VolunteerRow[]
  /** Whether all of them were told of it. */
  readonly isToldAll: boolean
}

export interface SignUpRow {
  readonly id: string
  readonly rev: number
  readonly place: number
  /** As the resident is known, or told of the family; masked for auditors. Empty: nobody said. */
  readonly name: string
  readonly isFamily: boolean
  readonly phone: string | null
  readonly isVolunteer: boolean
  readonly state: 'in' | 'waiting'
  readonly at: number
  readonly came: boolean | null
  /** Confirmed; `null`: none yet. */
  readonly hours: number | null
}

/** POST /api/desk/activities/:community {id, rev, activity, publish} → ActivityList. `id` `null`: a new one. */
export type ActivityGiven = Pick<Activity, 'kind' | 'title' | 'at' | 'until' | 'place' | 'places' | 'audience' | 'skills' | 'grid' | 'note' | 'source'> & {
  /** ISO local time; `null`: when it begins. */
  readonly closes: string | null
}

/** POST …/:id/invite {rev} → ActivityDetail: tells those who fit, each once. …/:id/call-off {rev, reason} · …/:id/remove {rev} (a draft) → ActivityList · …/:id/came {signUp, rev, came} · …/:id/hours {signUp, rev, hours} → ActivityDetail. */

export interface VolunteerRow {
  readonly id: string
  readonly name: string
  readonly skills: readonly string[]
  readonly also: string
  readonly times: readonly VolunteerTime[]
  readonly grids: readonly string[]
}

/** GET /api/desk/volunteers/:community. By the day they registered, in no other order. */
export interface VolunteerList {
  readonly volunteers: readonly (VolunteerRow & { readonly joinedAt: number; /** Confirmed hours. */ readonly hours: number })[]
  readonly rules: { readonly rev: number; readonly skills: readonly string[]; readonly stars: readonly number[]; readonly by: string; readonly at: number }
}
/** POST /api/desk/volunteers/:community {rev, skills, stars} (admins) → VolunteerList. */
