import type { Address } from '../channels/channel.js'
import type { Recorder } from './recorder.js'

/** What residents may have sent to them unasked, by what they call it. */
export const announcementKinds = {
  outage: { name: '停水停电', words: /停水|停电|停气|停暖|水电|断水|断电|检修/ },
  activity: { name: '活动', words: /活动|讲座|义诊|演出|志愿/ },
  topic: { name: '议题', words: /议题|投票|表决|商量|议事/ },
  policy: { name: '政策', words: /政策|新规|补贴|文件/ },
  disclosure: { name: '居务公开', words: /居务|村务|公开|公示|账目|财务/ },
} as const satisfies Readonly<Record<string, { readonly name: string; readonly words: RegExp }>>
export type AnnouncementKind = keyof typeof announcementKinds
export const announcementKindNames = Object.keys(announcementKinds) as readonly AnnouncementKind[]

/** What a resident wants to hear unasked. */
export interface Subscription {
  /** The resident's. */
  readonly id: string
  readonly rev: number
  readonly kinds: readonly AnnouncementKind[]
  /** The number of the building they told, for what concerns some buildings only; `null`: not told. */
  readonly building: string | null
  readonly to: Address
  readonly since: number
}

/** To whom staff send something: rooms by their ids, and of the subscribers of its kind nobody, all, or those of one grid. */
export interface Audience {
  readonly rooms: readonly string[]
  readonly subscribers: { readonly kind: 'none' } | { readonly kind: 'all' } | { readonly kind: 'grid'; readonly name: string }
}

/** What staff have sent to an audience. */
export interface Announcement {
  readonly id: string
  readonly rev: number
  readonly kind: AnnouncementKind
  readonly text: string
  readonly audience: Audience
  /** So many people and rooms it was written to. */
  readonly persons: number
  readonly rooms: number
  /** So many of the people had left before it went out: it was not sent to them. */
  readonly withdrawn: number
  readonly by: Recorder
  readonly at: number
  /** From when on it goes out: at once by day, in the morning by night. */
  readonly dueAt: number
}

/** Kinds that words name, in the order of the list. */
export function kindsIn(words: string): readonly AnnouncementKind[] {
  return announcementKindNames.filter((kind) => announcementKinds[kind].words.test(words))
}

/** 停水停电、活动 */
export function sayKinds(kinds: readonly AnnouncementKind[]): string {
  return announcementKindNames.filter((kind) => kinds.includes(kind)).map((kind) => announcementKinds[kind].name).join('、')
}

/**
 * Who of the subscribers hears of it, each person once, however many identities they have. With a grid only who told a building of it:
 * nobody outside the audience is written to. `personOf` names the person behind a resident's id.
 */
export function readersOf(subscriptions: readonly Subscription[], { kind, audience, buildings, personOf }: {
  readonly kind: AnnouncementKind
  readonly audience: Audience
  /** Numbers of the grid's buildings; used where the audience is a grid. */
  readonly buildings: readonly string[]
  readonly personOf: (residentId: string) => string
}): readonly Subscription[] {
  const { subscribers } = audience
  if (subscribers.kind === 'none') return []
  const found = new Map<string, Subscription>()
  for (const one of subscriptions) {
    if (!one.kinds.includes(kind)) continue
    if (subscribers.kind === 'grid' && (one.building === null || !buildings.includes(one.building))) continue
    const person = personOf(one.id)
    if (!found.has(person)) found.set(person, one)
  }
  return [...found.values()]
}
