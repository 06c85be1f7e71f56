import type { ConversationDetail, RequestContext, RequestRow } from './api-types.js'
import { showConversation } from './conversations.js'
import { describeRequest, type Viewer } from './inbox.js'
import type { RequestIndex } from './request-index.js'
import type { CommunityId } from '../knowledge/community.js'
import { buildingNumber } from '../requests/place.js'
import { maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import { identitiesOf } from '../residents/identities.js'
import type { Citation } from '../retrieval/citation.js'
import type { Store } from '../store/store.js'

/** Rows of each list, the newest. */
const mostRows = 20

/** How long after its filing an ended request may still be the same matter, ms. */
const similarForMs = 14 * 86_400_000

/** Characters of a matter that the knowledge is asked by. */
const askedLength = 120

export interface ContextParts {
  readonly store: Store
  readonly index: RequestIndex
  readonly grounds: (communityId: CommunityId, words: string) => readonly Citation[]
  readonly now: () => number
}

/** What to know beside a request, as this person may see it. */
export async function contextOf(parts: ContextParts, communityId: CommunityId, request: ServiceRequest, viewer: Viewer): Promise<RequestContext> {
  const { store, index } = parts
  const row = (one: ServiceRequest): RequestRow => describeRequest(communityId, one, index.dueOf(communityId, one))
  const all = (await index.newestFirst(communityId)).filter((one) => one.id !== request.id && maySee(one, viewer))
  // Whose it is must not show by what else they asked for.
  const persons = request.discretion === 'anonymous' ? [] : await identitiesOf(store, communityId, request.residentId)
  const linked = all.filter((one) => isLinked(request, one) || isLinked(one, request))
  const earlier = all.filter((one) => one.discretion !== 'anonymous' && persons.includes(one.residentId))
  const similar = all.filter((one) => !linked.includes(one) && isSimilar(request, one, parts.now()))
  return {
    earlier: earlier.slice(0, mostRows).map(row),
    similar: similar.slice(0, mostRows).map(row),
    linked: linked.slice(0, mostRows).map(row),
    talks: await talksElsewhere(store, communityId, request, persons, viewer),
    grounds: parts.grounds(communityId, `${request.serviceName}：${request.description}`.slice(0, askedLength)),
  }
}

/** Of one message, split off, or merged. */
function isLinked(one: ServiceRequest, other: ServiceRequest): boolean {
  return one.linked?.some(({ id }) => id === other.id) === true || one.history.some(({ brought }) => brought?.kind === 'into' && brought.requestId === other.id)
}

function isSimilar(request: ServiceRequest, other: ServiceRequest, now: number): boolean {
  if (other.serviceCode !== request.serviceCode || (!isOpen(other) && now - other.filedAt > similarForMs)) return false
  if (request.placeKey !== null && request.placeKey === other.placeKey) return true
  const building = request.address === null ? null : buildingNumber(request.address)
  return building !== null && other.address !== null && buildingNumber(other.address) === building
}

/** Lines about the request outside the conversation it stands in: this person's other channels, and rooms. */
async function talksElsewhere(store: Store, communityId: CommunityId, request: ServiceRequest, persons: readonly string[], viewer: Viewer): Promise<readonly ConversationDetail[]> {
  const lines = await store.find(communityId, 'messages', { by: 'requestId', equals: request.id, limit: 1_000 })
  const ids = [...new Set(lines.map(({ conversationId }) => conversationId))].filter((id) => id !== request.conversationId)
  const talks = await Promise.all(ids.map(async (id) => {
    const talk = await store.get(communityId, 'conversations', id)
    if (talk === null || persons.length === 0 || (talk.chat === 'private' && (talk.residentId === null || !persons.includes(talk.residentId)))) return null
    const shown = await showConversation(store, communityId, id, viewer, request.id)
    return shown === null ? null : { ...shown, lines: shown.lines.filter(({ requestId }) => requestId === request.id) }
  }))
  return talks.filter((talk) => talk !== null && talk.lines.length > 0) as readonly ConversationDetail[]
}
