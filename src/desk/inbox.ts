import { inboxViews, type InboxView, type RequestList, type RequestRow } from './api-types.js'
import type { CommunityId } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'

/** Requests of a page. */
const pageSize = 50

/** Characters of a request shown in a list. */
const summaryLength = 80

/** Rows read from the store at once. */
const batch = 10_000

/** Whether a view shows a request to this member of staff. A draft is the resident's own until it is sent. */
export function isInView(view: InboxView, request: ServiceRequest, staffId: string): boolean {
  if (request.status === 'draft') return false
  const isConfirming = request.status === 'done' || request.status === 'confirming'
  switch (view) {
    case 'open': return isOpen(request)
    case 'mine': return isOpen(request) && request.owner.kind === 'staff' && request.owner.id === staffId
    case 'unclaimed': return isOpen(request) && request.owner.kind === 'post'
    case 'confirming': return isConfirming
    case 'closed': return !isOpen(request) && !isConfirming
    case 'all': return true
    default: return view satisfies never
  }
}

/** A page of requests of these communities, newest first (ids grow with time), with the number in each view. */
export async function listRequests(
  store: Store, communities: readonly CommunityId[], view: InboxView, staffId: string, after: string | null,
): Promise<RequestList> {
  const counts = Object.fromEntries(inboxViews.map((each) => [each, 0])) as Record<InboxView, number>
  const found: { readonly communityId: CommunityId; readonly request: ServiceRequest }[] = []
  for (const communityId of communities) {
    let foundHere = 0
    for await (const request of newestFirst(store, communityId)) {
      for (const each of inboxViews) if (isInView(each, request, staffId)) counts[each] += 1
      const isDue = foundHere <= pageSize && (after === null || request.id < after) && isInView(view, request, staffId)
      if (isDue) {
        foundHere += 1
        found.push({ communityId, request })
      }
    }
  }
  found.sort((a, b) => (a.request.id > b.request.id ? -1 : 1))
  return {
    requests: found.slice(0, pageSize).map(({ communityId, request }) => describeRequest(communityId, request)),
    more: found.length > pageSize,
    counts,
  }
}

async function* newestFirst(store: Store, communityId: CommunityId): AsyncGenerator<ServiceRequest> {
  for (let after: string | undefined; ;) {
    const rows = await store.find(communityId, 'requests', { order: 'desc', limit: batch, ...(after === undefined ? {} : { after }) })
    yield* rows
    if (rows.length < batch) return
    after = rows.at(-1)?.id
  }
}

/** A request as a list shows it: what could tell who it is about is masked. */
export function describeRequest(communityId: CommunityId, request: ServiceRequest): RequestRow {
  return {
    id: request.id,
    communityId,
    number: request.number,
    serviceName: request.serviceName,
    status: request.status,
    summary: shorten(redact(request.description)),
    owner: request.owner,
    filedAt: request.filedAt,
    updatedAt: request.updatedAt,
    reporters: request.reporters.length,
    urges: request.urges.length,
  }
}

function shorten(text: string): string {
  const characters = [...text.replace(/\s+/gu, ' ').trim()]
  return characters.length > summaryLength ? `${characters.slice(0, summaryLength - 1).join('')}…` : characters.join('')
}
