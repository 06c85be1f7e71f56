import { sayKinds } from '../programmes/announcement.js'
import type { CommunityId } from '../knowledge/community.js'
import type { BookingWait } from '../booking/waiting.js'
import type { Activity, SignUp } from '../programmes/activity.js'
import type { PartyMember } from '../programmes/party-member.js'
import type { Proposal, Support } from '../programmes/proposal.js'
import type { Praise } from '../programmes/praise.js'
import type { Wish, WishClaim } from '../programmes/wish.js'
import type { Volunteer } from '../programmes/volunteer.js'
import { statusName, type Appointment, type Rating } from '../requests/service-request.js'
import { identitiesOf } from '../residents/identities.js'
import type { Store } from '../store/store.js'
import { everything, filesOf, linesOf, ownRequests } from './kept.js'
import { choiceWords, tenureNames, titleOf } from './dialogs/topic-words.js'

/** What is kept of a person, to take along. Moments are ISO times; what staff noted among themselves is not the person's. */
export interface OwnCopy {
  readonly madeAt: string
  readonly community: string
  readonly names: readonly { readonly channel: string; readonly name: string | null; readonly phone: string | null; readonly since: string }[]
  readonly requests: readonly {
    readonly number: string
    readonly service: string
    readonly status: string
    readonly description: string
    readonly address: string | null
    readonly data: Readonly<Record<string, string>>
    readonly appointment: Pick<Appointment, 'at' | 'until' | 'what' | 'place'> | null
    readonly consents: readonly string[]
    readonly ratings: readonly Pick<Rating, 'stars' | 'words'>[]
    readonly steps: readonly { readonly at: string; readonly status: string }[]
    readonly filedAt: string
  }[]
  /** Who they are to the community, and what they chose in votes; absent where nothing was told. */
  readonly standings?: readonly { readonly household: string; readonly tenure: string; readonly isConfirmed: boolean }[]
  readonly ballots?: readonly { readonly topic: string; readonly choice: string; readonly at: string }[]
  /** What they want to hear unasked, and for which building; absent: nothing. */
  readonly subscriptions?: readonly { readonly kinds: string; readonly building: string | null; readonly since: string }[]
  /** What they signed up for; absent: nothing. `person`: who of the family. */
  readonly activities?: readonly { readonly title: string; readonly at: string; readonly person: string | null; readonly signedUp: string; readonly hours: number | null }[]
  /** Times that were taken and that they wait for; absent: none. */
  readonly waits?: readonly Pick<BookingWait, 'what' | 'from' | 'until'>[]
  /** Wishes of others that they claimed, and what they left to be called by; absent: none. */
  readonly claims?: readonly { readonly wish: string; readonly claimedAt: string; readonly name: string | null; readonly phone: string | null }[]
  /** Whom they praised; absent: nobody. */
  readonly praises?: readonly { readonly about: string; readonly words: string; readonly at: string }[]
  /** Small projects they support; absent: none. */
  readonly supports?: readonly { readonly project: string; readonly at: string }[]
  /** As whom they reported in; absent: they did not. */
  readonly member?: Pick<PartyMember, 'name' | 'unit'> & { readonly since: string }
  /** What they registered as a volunteer; absent: they did not. */
  readonly volunteer?: Pick<Volunteer, 'skills' | 'also' | 'times' | 'grids'> & { readonly since: string }
  /** Neighbours' requests that own reports were joined to: own words only. */
  readonly joined: readonly { readonly number: string; readonly service: string; readonly words: readonly string[] }[]
  readonly lines: readonly { readonly at: string; readonly from: 'me' | 'bot' | 'staff'; readonly text: string }[]
  readonly files: readonly { readonly kind: string; readonly mediaType: string; readonly bytes: number; readonly at: string }[]
}

/** A copy of what is kept of this person under all their identities here, but for what was moved to the archive. */
export async function copyOwnData(store: Store, community: { readonly id: CommunityId; readonly name: string }, residentId: string, now: number): Promise<OwnCopy> {
  const ids = await identitiesOf(store, community.id, residentId)
  const found = await Promise.all(ids.map(async (id) => ({
    resident: await store.get(community.id, 'residents', id), requests: await ownRequests(store, community.id, id), lines: await linesOf(store, community.id, id), files: await filesOf(store, community.id, id), subscription: await store.get(community.id, 'subscriptions', id), standing: await store.get(community.id, 'standings', id), ballots: await ballotsOf(store, community.id, id), volunteer: await store.get(community.id, 'volunteers', id), member: await store.get(community.id, 'partyMembers', id), praises: await everything(store, community.id, 'praises', { by: 'residentId', equals: id }),
    waits: await everything(store, community.id, 'bookingWaits', { by: 'residentId', equals: id }),
    supports: await Promise.all((await everything(store, community.id, 'supports', { by: 'residentId', equals: id })).map(async (row) => ({ row, proposal: await store.get(community.id, 'proposals', row.proposalId) }))),
    claims: await Promise.all((await everything(store, community.id, 'wishClaims', { by: 'residentId', equals: id })).map(async (row) => ({ row, wish: await store.get(community.id, 'wishes', row.wishId) }))),
    signUps: await Promise.all((await everything(store, community.id, 'signUps', { by: 'residentId', equals: id })).map(async (row) => ({ row, activity: await store.get(community.id, 'activities', row.activityId) }))),
  })))
  const joined = await Promise.all(found.flatMap(({ resident }) => resident?.joined ?? []).map((id) => store.get(community.id, 'requests', id)))
  return {
    madeAt: moment(now),
    community: community.name,
    names: found.flatMap(({ resident }) => (resident === null ? [] : [{ channel: resident.channel, name: resident.name, phone: resident.phone, since: moment(resident.createdAt) }])),
    requests: found.flatMap(({ requests }) => requests).map((one) => ({
      number: one.number, service: one.serviceName, status: statusName(one.status), description: one.description, address: one.address,
      data: Object.fromEntries(one.fields.map(({ name, value, normal }) => [name, normal ?? value])),
      appointment: one.appointment === null ? null : { at: one.appointment.at, what: one.appointment.what, ...(one.appointment.until === undefined ? {} : { until: one.appointment.until }), ...(one.appointment.place === undefined ? {} : { place: one.appointment.place }) },
      consents: one.consent === undefined ? [] : [`${one.consent.asked} ${one.consent.answered}`],
      ratings: one.ratings.filter((rating) => ids.includes(rating.residentId)).map(({ stars, words }) => ({ stars, words })),
      steps: one.history.filter(({ from, to }) => from !== to).map(({ at, to }) => ({ at: moment(at), status: statusName(to) })),
      filedAt: moment(one.filedAt),
    })),
    ...(found.some(({ standing }) => standing !== null) ? { standings: found.flatMap(({ standing }) => (standing === null ? [] : [{ household: standing.household, tenure: tenureNames[standing.tenure], isConfirmed: standing.state === 'confirmed' }])) } : {}),
    ...(found.some(({ ballots }) => ballots.length > 0) ? { ballots: found.flatMap(({ ballots }) => ballots) } : {}),
    ...(found.some(({ subscription }) => subscription !== null) ? { subscriptions: found.flatMap(({ subscription }) => (subscription === null ? [] : [{ kinds: sayKinds(subscription.kinds), building: subscription.building, since: moment(subscription.since) }])) } : {}),
    ...waitsOf(found.flatMap(({ waits }) => waits)),
    ...claimsOf(found.flatMap(({ claims }) => claims)),
    ...praisesOf(found.flatMap(({ praises }) => praises)),
    ...supportsOf(found.flatMap(({ supports }) => supports)),
    ...memberOf(found.flatMap(({ member }) => (member === null ? [] : [member]))[0]),
    ...activitiesOf(found.flatMap(({ signUps }) => signUps)),
    ...volunteerOf(found.flatMap(({ volunteer }) => (volunteer === null ? [] : [volunteer]))[0]),
    joined: joined.flatMap((one) => (one === null ? [] : [{ number: one.number, service: one.serviceName, words: one.reporters.filter(({ residentId: id }) => ids.includes(id)).map(({ words }) => words) }])),
    lines: found.flatMap(({ lines }) => lines).sort((a, b) => a.at - b.at).map((line) => ({ at: moment(line.at), from: line.from === 'resident' ? 'me' : line.from, text: line.text })),
    files: found.flatMap(({ files }) => files).map(({ kind, mediaType, bytes, at }) => ({ kind, mediaType, bytes, at: moment(at) })),
  }
}

function waitsOf(all: readonly BookingWait[]): Pick<OwnCopy, 'waits'> {
  return all.length === 0 ? {} : { waits: all.map(({ what, from, until }) => ({ what, from, until })) }
}

function claimsOf(all: readonly { readonly row: WishClaim; readonly wish: Wish | null }[]): Pick<OwnCopy, 'claims'> {
  return all.length === 0 ? {} : { claims: all.map(({ row, wish }) => ({ wish: wish === null ? '' : `${wish.number}号 ${wish.words}`, claimedAt: moment(row.claimedAt), name: row.contact?.name ?? null, phone: row.contact?.phone ?? null })) }
}

function supportsOf(all: readonly { readonly row: Support; readonly proposal: Proposal | null }[]): Pick<OwnCopy, 'supports'> {
  return all.length === 0 ? {} : { supports: all.map(({ row, proposal }) => ({ project: proposal === null ? '' : `${proposal.number}号 ${proposal.words}`, at: moment(row.at) })) }
}

function praisesOf(all: readonly Praise[]): Pick<OwnCopy, 'praises'> {
  return all.length === 0 ? {} : { praises: all.map(({ about, words, at }) => ({ about, words, at: moment(at) })) }
}

function memberOf(row: PartyMember | undefined): Pick<OwnCopy, 'member'> {
  return row === undefined ? {} : { member: { name: row.name, unit: row.unit, since: moment(row.registeredAt) } }
}

function activitiesOf(all: readonly { readonly row: SignUp; readonly activity: Activity | null }[]): Pick<OwnCopy, 'activities'> {
  if (all.length === 0) return {}
  return { activities: all.map(({ row, activity }) => ({ title: activity?.title ?? row.hours?.title ?? '', at: activity?.at ?? row.hours?.day ?? '', person: row.person, signedUp: moment(row.at), hours: row.hours?.count ?? null })) }
}

function volunteerOf(row: Volunteer | undefined): Pick<OwnCopy, 'volunteer'> {
  return row === undefined ? {} : { volunteer: { skills: row.skills, also: row.also, times: row.times, grids: row.grids, since: moment(row.joinedAt) } }
}

/** What one identity chose, in words. */
async function ballotsOf(store: Store, communityId: CommunityId, residentId: string): Promise<NonNullable<OwnCopy['ballots']>> {
  const ballots = await everything(store, communityId, 'ballots', { by: 'residentId', equals: residentId })
  return Promise.all(ballots.map(async ({ topicId, choice, at }) => {
    const topic = await store.get(communityId, 'topics', topicId)
    return { topic: topic === null ? '' : titleOf(topic), choice: choice === 'withdrawn' ? '已撤回' : topic?.vote == null ? '' : choiceWords(topic.vote, choice), at: moment(at) }
  }))
}

/** In Asia/Shanghai, which has had no summer time since 1991. */
function moment(at: number): string {
  return `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
