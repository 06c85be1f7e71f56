import { sayKinds } from '../programmes/announcement.js'
import type { CommunityId } from '../knowledge/community.js'
import { statusName, type Appointment, type Rating } from '../requests/service-request.js'
import { identitiesOf } from '../residents/identities.js'
import type { Store } from '../store/store.js'
import { filesOf, linesOf, ownRequests } from './kept.js'

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
  /** What they want to hear unasked, and for which building; absent: nothing. */
  readonly subscriptions?: readonly { readonly kinds: string; readonly building: string | null; readonly since: string }[]
  /** Neighbours' requests that own reports were joined to: own words only. */
  readonly joined: readonly { readonly number: string; readonly service: string; readonly words: readonly string[] }[]
  readonly lines: readonly { readonly at: string; readonly from: 'me' | 'bot' | 'staff'; readonly text: string }[]
  readonly files: readonly { readonly kind: string; readonly mediaType: string; readonly bytes: number; readonly at: string }[]
}

/** A copy of what is kept of this person under all their identities here, but for what was moved to the archive. */
export async function copyOwnData(store: Store, community: { readonly id: CommunityId; readonly name: string }, residentId: string, now: number): Promise<OwnCopy> {
  const ids = await identitiesOf(store, community.id, residentId)
  const found = await Promise.all(ids.map(async (id) => ({
    resident: await store.get(community.id, 'residents', id), requests: await ownRequests(store, community.id, id), lines: await linesOf(store, community.id, id), files: await filesOf(store, community.id, id), subscription: await store.get(community.id, 'subscriptions', id),
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
    ...(found.some(({ subscription }) => subscription !== null) ? { subscriptions: found.flatMap(({ subscription }) => (subscription === null ? [] : [{ kinds: sayKinds(subscription.kinds), building: subscription.building, since: moment(subscription.since) }])) } : {}),
    joined: joined.flatMap((one) => (one === null ? [] : [{ number: one.number, service: one.serviceName, words: one.reporters.filter(({ residentId: id }) => ids.includes(id)).map(({ words }) => words) }])),
    lines: found.flatMap(({ lines }) => lines).sort((a, b) => a.at - b.at).map((line) => ({ at: moment(line.at), from: line.from === 'resident' ? 'me' : line.from, text: line.text })),
    files: found.flatMap(({ files }) => files).map(({ kind, mediaType, bytes, at }) => ({ kind, mediaType, bytes, at: moment(at) })),
  }
}

/** In Asia/Shanghai, which has had no summer time since 1991. */
function moment(at: number): string {
  return `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`
}
