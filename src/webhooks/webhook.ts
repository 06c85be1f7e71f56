import type { CommunityId } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { withoutDoors } from '../requests/place.js'
import { maySee } from '../requests/routing.js'
import { isOpen, statusName, type ServiceRequest } from '../requests/service-request.js'

/** What other systems are told of. `moved`: status or owner changed while it is open; `closed`: nobody has to do anything more for now. */
export const eventTypes = ['request.filed', 'request.moved', 'request.escalated', 'request.closed', 'request.confirmed', 'request.reopened'] as const
export type EventType = (typeof eventTypes)[number]

/** A system that is told of requests as they move. Kept under the platform. */
export interface Webhook {
  readonly id: string
  readonly rev: number
  /** Whose it is, for people. */
  readonly name: string
  readonly url: string
  readonly scope: 'all' | readonly CommunityId[]
  readonly events: readonly EventType[]
  /** Words and place go along, without names, numbers and doors. Default: they do not. */
  readonly withWords: boolean
  /** `whsec_` and base64, as Standard Webhooks has it. */
  readonly secret: string
  /** The secret before, which everything is signed with as well until then (ms since 1970), so that the other side can change over in peace; absent or `null`: there is none. */
  readonly previous?: { readonly secret: string; readonly until: number } | null
  /** Why nothing is sent any more; `null`: it is. */
  readonly off: { readonly by: 'staff' | 'failures' | 'gone'; readonly at: number } | null
  /** Since when nothing has arrived; `null`: the last one did. */
  readonly failingSince: number | null
  readonly createdAt: number
  readonly createdBy: string
}

/** One try of sending. `status`: what the other side answered; `null`: it could not be reached, `error` says why. */
export interface Try {
  readonly at: number
  readonly status: number | null
  readonly error: string | null
  readonly ms: number
}

/** One event for one system, until it has arrived, and as a line of the log after. Kept under the community of its request. */
export interface WebhookDelivery {
  readonly id: string
  readonly rev: number
  readonly webhookId: string
  /** `webhookId|eventId`; unique, so that an event goes to a system once. */
  readonly key: string
  /** The same in every try: the other side knows by it what it has had. */
  readonly eventId: string
  readonly type: EventType | 'test'
  /** Of the request; `null` in a test. */
  readonly number: string | null
  readonly body: string
  readonly state: 'due' | 'sent' | 'failed'
  readonly attempts: number
  /** Not sent before, ms since 1970. */
  readonly dueAt: number
  /** The last ones. */
  readonly tries: readonly Try[]
  readonly createdAt: number
  readonly endedAt: number | null
}

/** Something that happened to a request, once for ever the same. */
export interface RequestEvent {
  /** Request and place in its history. */
  readonly id: string
  readonly type: EventType
  readonly at: number
  /** Place in the history. */
  readonly index: number
}

/** What of a request's history from `since` on (ms) is an event. Read off the request alone, so that it is the same whenever it is asked. */
export function eventsOf(request: ServiceRequest, since: number): readonly RequestEvent[] {
  // Who wants it kept between us, and what only the head of the community may see, is told to nobody.
  if (request.status === 'draft' || request.discretion === 'private' || !maySee(request, { id: '', name: '', isLead: false })) return []
  return request.history.flatMap((change, index): RequestEvent[] => {
    const type = change.at < since ? null : typeOf(request, index)
    return type === null ? [] : [{ id: `${request.id}.${index}`, type, at: change.at, index }]
  })
}

function typeOf(request: ServiceRequest, index: number): EventType | null {
  const change = request.history[index]
  if (change === undefined) return null
  const { from, to, move, at, actor } = change
  if (move === 'submit' || from === null) return 'request.filed'
  // What the filing itself brings with it is no move of its own.
  if (actor.kind === 'bot' && at === request.filedAt && index <= 3) return null
  if (move === 'escalate' || move === 'supervise') return 'request.escalated'
  const [wasOpen, isNow] = [isOpen({ status: from }), isOpen({ status: to })]
  if (wasOpen && !isNow) return 'request.closed'
  if (!wasOpen && isNow) return 'request.reopened'
  if (to === 'resolved' && from !== to) return 'request.confirmed'
  const changesOwner = move === 'take-over' || move === 'stand-in' || move === 'reassign' || move === 'assign'
  return isNow && (from !== to || changesOwner) ? 'request.moved' : null
}

/** What is sent of an event: no word of anybody, unless words are wished for, and then none that names somebody. */
export function bodyOf(request: ServiceRequest, event: RequestEvent, given: { readonly communityId: CommunityId; readonly withWords: boolean }): string {
  const stage = request.history[event.index]?.to ?? request.status
  return JSON.stringify({
    type: event.type,
    timestamp: new Date(event.at).toISOString(),
    data: {
      community: given.communityId, number: request.number, service_code: request.serviceCode, service_name: request.serviceName,
      status: isOpen({ status: stage }) ? 'open' : 'closed', stage, stage_name: statusName(stage).replaceAll('您', '居民'), filed_at: new Date(request.filedAt).toISOString(),
      ...(given.withWords ? { description: redact(withoutDoors(request.description)), address: request.address === null ? null : redact(withoutDoors(request.address)) } : {}),
    },
  })
}
