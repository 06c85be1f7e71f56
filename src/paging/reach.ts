import type { ChannelName } from '../channels/channel.js'
import type { HealthBoard } from '../channels/health.js'
import type { Pairing } from '../channels/pairing.js'
import type { StaffAccount } from '../desk/accounts.js'
import { canSee } from '../desk/sign-in.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { awayAt } from '../requests/absence.js'
import type { Store } from '../store/store.js'
import type { Candidate, Means, PageCause } from './page.js'
import { onDuty, rosterId, type DutyRoster } from './roster.js'

/** A private chat in which a member of staff can be written to now. */
interface StaffChat {
  readonly channel: Extract<ChannelName, 'lark' | 'wechat'>
  readonly conversationId: string
}

/** Who can be called for what, as things stand now. */
export interface Reach {
  roster(communityId: CommunityId): Promise<DutyRoster | null>
  /** In the order of calling, each with how they can be reached; also those who can't be. */
  candidates(communityId: CommunityId, cause: PageCause): Promise<readonly Candidate[]>
  chats(staffId: string): Promise<readonly StaffChat[]>
  /** The account linked to a person of a chat platform; `null`: none that may act. */
  staffBehind(personId: string): Promise<StaffAccount | null>
}

export interface ReachParts {
  readonly store: Store
  readonly pairing: Pick<Pairing, 'person' | 'persons'>
  readonly health: Pick<HealthBoard, 'all'>
  /** Accounts with a page of the desk open now. */
  readonly present: () => Promise<ReadonlySet<string>>
  readonly now: () => number
}

/** Persons of a platform looked through for those linked to an account. */
const mostPersons = 10_000

export function createReach({ store, pairing, health, present, now }: ReachParts): Reach {
  const roster = (communityId: CommunityId): Promise<DutyRoster | null> => store.get(communityId, 'rosters', rosterId)

  async function chats(staffId: string): Promise<readonly StaffChat[]> {
    const found: StaffChat[] = []
    for (const channel of ['lark', 'wechat'] as const) {
      if (!health.all().some((one) => one.channel === channel && one.state.kind === 'online')) continue
      for (const { id, staffId: linked } of await pairing.persons(channel, mostPersons)) {
        // The newest chat counts: of WeChat's persons only that of this login is one.
        if (linked === staffId) { found.push({ channel, conversationId: id.replace(`${channel}:`, `${channel}:p2p:`) }); break }
      }
    }
    return found
  }

  return {
    roster,
    chats,

    async candidates(communityId, cause) {
      const accounts = (await store.find(PLATFORM, 'staff', { limit: 10_000 })).filter((one) => !one.disabled && one.role !== 'auditor' && (communityId === PLATFORM ? one.role === 'admin' : canSee(one, communityId)))
      const here = await present()
      const away = awayAt(await store.find(communityId, 'absences', { limit: 10_000 }), now())
      /** Who is away is called only where they were seen just now; else whoever stands in for them (AB岗). */
      const standingIn = (id: string): readonly string[] => {
        const absence = away.get(id)
        if (absence?.kind !== 'staff' || here.has(id)) return [id]
        return absence.standIn?.kind === 'staff' ? [absence.standIn.id] : []
      }
      const duty = communityId === PLATFORM ? [] : onDuty((await roster(communityId))?.lines ?? [], now()).flatMap(standingIn)
      const by = (role: StaffAccount['role']): readonly string[] => accounts.filter((one) => one.role === role).flatMap(({ id }) => standingIn(id))
      const above = [...by('lead'), ...by('admin')]
      const order = cause.kind === 'test' ? [cause.staffId]
        : cause.kind === 'channel' ? by('admin')
        : cause.kind === 'overdue' || cause.kind === 'no-time' ? above
        : [...duty, ...(cause.kind === 'danger' ? above : []), ...above.filter((id) => here.has(id)), ...accounts.map(({ id }) => id).filter((id) => here.has(id))]
      const found: Candidate[] = []
      for (const id of new Set(order)) {
        const account = accounts.find((one) => one.id === id)
        if (account === undefined) continue
        const means: Means[] = [...(here.has(id) ? ['desk' as const] : []), ...(await chats(id)).map(({ channel }) => channel)]
        // A channel that is lost can't tell it itself.
        found.push({ staffId: id, name: account.name, by: cause.kind === 'channel' ? means.filter((one) => one !== cause.channel) : means })
      }
      return found
    },

    async staffBehind(personId) {
      const staffId = (await pairing.person(personId))?.staffId ?? null
      const account = staffId === null ? null : await store.get(PLATFORM, 'staff', staffId)
      return account === null || account.disabled || account.role === 'auditor' ? null : account
    },
  }
}
