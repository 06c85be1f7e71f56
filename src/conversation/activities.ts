import type { Address } from '../channels/channel.js'
import { reminderDue } from '../booking/reminder.js'
import type { Cluster } from '../cluster/cluster.js'
import type { CommunityId } from '../knowledge/community.js'
import { activitiesAhead, waitersToTell, type Activity, type SignUp } from '../programmes/activity.js'
import { identitiesOf } from '../residents/identities.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'
import { everySoOften, inEachCommunity, type ClockWork } from './clock-work.js'
import { activityWords } from './dialogs/activity-words.js'
import { nightEnds } from './notices.js'
import type { Teller } from './teller.js'

/** How often activities are looked at, ms. */
const lookEveryMs = 120_000
/** Who comes is reminded in the last day and evening before it; until then their list is not read, ms. */
const remindedWithinMs = 36 * 3_600_000

export interface ActivitiesParts {
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly store: Store
  readonly teller: Teller
  readonly now: () => number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** What looks after activities: the clock's part, and the words that go to who signed up when one changes. */
export interface Activities extends ClockWork {
  /** Reminds who comes, and tells who waits of a free place; called by the clock, and by tests. */
  run(): Promise<{ readonly reminded: number; readonly told: number }>
  /** Commits a change with the words about it to these residents, each once; rejects with StoreError `conflict` when somebody was quicker. */
  commitAndTell(communityId: CommunityId, writes: readonly Write[], residentIds: readonly string[], text: string, choices?: readonly string[]): Promise<void>
}

export function createActivities(parts: ActivitiesParts): Activities {
  const { store, teller } = parts

  /** The private chat of who signed up, in a room perhaps; `null`: they have written in none. */
  async function chatOf(communityId: CommunityId, residentId: string): Promise<Address | null> {
    for (const id of await identitiesOf(store, communityId, residentId)) {
      const resident = await store.get(communityId, 'residents', id)
      if (resident?.privateConversationId != null) return { channel: resident.channel, conversationId: resident.privateConversationId, chat: 'private', residentId: id }
    }
    return null
  }

  /** Where who waits hears of a free place: in private, else in the room in which they asked, where nobody is named. */
  async function tellWaiting(communityId: CommunityId, row: SignUp, activity: Activity, now: number): Promise<void> {
    const room = row.room === undefined || (await chatOf(communityId, row.residentId)) !== null ? null : await store.get(communityId, 'conversations', row.room)
    const writes: readonly Write[] = [{ op: 'put', table: 'signUps', row: { ...row, told: now } }]
    if (room === null) return commitAndTell(communityId, writes, [row.residentId], activityWords.fellFree(activity), [activityWords.joinBy(activity)])
    await teller.commitAndTell(communityId, writes, [{ to: { channel: room.channel, conversationId: room.id, chat: 'group', residentId: null }, text: activityWords.fellFreeInRoom(activity), about: null }])
  }

  async function commitAndTell(communityId: CommunityId, writes: readonly Write[], residentIds: readonly string[], text: string, choices: readonly string[] = []): Promise<void> {
    const chats = await Promise.all([...new Set(residentIds)].map((id) => chatOf(communityId, id)))
    const once = new Map(chats.flatMap((to) => (to === null ? [] : [[to.conversationId, to] as const])))
    await teller.commitAndTell(communityId, writes, [...once.values()].map((to) => ({ to, text, choices, about: null })))
  }

  async function lookAt(communityId: CommunityId, activity: Activity, now: number): Promise<{ readonly reminded: number; readonly told: number }> {
    const signUps = await store.find(communityId, 'signUps', { by: 'activityId', equals: activity.id, limit: 10_000 })
    let [reminded, told] = [0, 0]
    for (const row of signUps.filter(({ state }) => state === 'in')) {
      const due = reminderDue({ at: activity.at, reminded: row.reminded }, row.at, now)
      if (due === null) continue
      const after: SignUp = { ...row, reminded: [...row.reminded, due] }
      if (await unlessQuicker(commitAndTell(communityId, [{ op: 'put', table: 'signUps', row: after }], [row.residentId], activityWords.reminder(activity, due, row.person)))) reminded += 1
    }
    for (const row of waitersToTell(activity, signUps, now)) {
      if (await unlessQuicker(tellWaiting(communityId, row, activity, now))) told += 1
    }
    return { reminded, told }
  }

  async function run(): Promise<{ readonly reminded: number; readonly told: number }> {
    const now = parts.now()
    let [reminded, told] = [0, 0]
    if (nightEnds(now) !== null) return { reminded, told }
    await inEachCommunity('activities', parts, async (communityId) => {
      for (const activity of activitiesAhead(await store.find(communityId, 'activities', { limit: 10_000 }), now)) {
        if (Date.parse(activity.at) - now > remindedWithinMs && !activity.isWaitedFor) continue
        const looked = await lookAt(communityId, activity, now)
        reminded += looked.reminded
        told += looked.told
      }
    })
    return { reminded, told }
  }

  return {
    run,
    ...everySoOften('activities', lookEveryMs, run, parts.log),
    commitAndTell,
  }
}
