import { inboxViews, type InboxView, type RequestList, type RequestRow } from './api-types.js'
import { searchFor, type RequestIndex } from './request-index.js'
import type { CommunityId } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { pendingOffer } from '../requests/apply-move.js'
import type { Due } from '../requests/clock.js'
import { maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'

/** Requests of a page. */
const pageSize = 50

/** Characters of a request shown in a list. */
const summaryLength = 80

/** Who looks. */
export interface Viewer {
  readonly id: string
  readonly name: string
  /** Heads the community, or reads everything (auditors). */
  readonly isLead: boolean
  /** Reads what residents say in confidence: heads of the community; absent: no. An auditor checks the work, not the people. */
  readonly hearsAll?: boolean
}

const views = { ended: ['closed', 'all'], confirming: ['confirming', 'all'] } as const satisfies Record<string, readonly InboxView[]>

/** The views that show a request to this member of staff. A draft is the resident's own until it is sent. */
function viewsOf(request: ServiceRequest, viewer: Viewer, due: () => Due): readonly InboxView[] {
  const { status, owner } = request
  if (status === 'draft') return []
  if (status === 'done' || status === 'confirming') return views.confirming
  if (!isOpen(request)) return views.ended
  const found: InboxView[] = ['open', 'all']
  if (owner.kind === 'post') found.push('unclaimed')
  else if (owner.id === viewer.id) found.push('mine')
  if (status === 'awaiting-resident') found.push('awaiting')
  if (isOverdue(due())) found.push('overdue')
  if (concerns(request, viewer)) found.push('mentioned')
  return found
}

/** Whether somebody waits for this person's word: it is offered to them, it names them in a note, or only a lead can decide on it. */
function concerns(request: ServiceRequest, viewer: Viewer): boolean {
  const to = pendingOffer(request)?.to
  if (to?.kind === 'staff' && to.id === viewer.id) return true
  if (viewer.isLead && (request.status === 'extended' || request.status === 'returned')) return true
  // The filing names nobody of the staff in a note of theirs; most requests have no more.
  return viewer.name.length > 1 && request.history.length > 3 && request.history.some(({ note, actor }) => note !== null && actor.kind === 'staff' && actor.id !== viewer.id && note.includes(viewer.name))
}

export function isOverdue(due: Due): boolean {
  return due.kind === 'running' && due.stage === 'overdue'
}

/** A page of requests of these communities, newest first, with the number in each view; `search`: only those that hold its words. */
export async function listRequests(
  index: RequestIndex, communities: readonly CommunityId[], asked: { readonly view: InboxView; readonly after: string | null; readonly search: string }, viewer: Viewer,
): Promise<RequestList> {
  const counts = Object.fromEntries(inboxViews.map((each) => [each, 0])) as Record<InboxView, number>
  const found: { readonly communityId: CommunityId; readonly request: ServiceRequest }[] = []
  const holds = asked.search === '' ? null : searchFor(asked.search)
  for (const communityId of communities) {
    let foundHere = 0
    // A whole number is that one request: nothing else is looked through.
    const named = holds === null ? null : await index.numbered(communityId, asked.search)
    const [entries, dueOf] = [named === null ? await index.entries(communityId) : [named], index.duesNow(communityId)]
    for (let at = entries.length - 1; at >= 0; at -= 1) {
      const entry = entries[at]
      if (entry === undefined || (holds !== null && !holds(entry))) continue
      const { request } = entry
      if (!maySee(request, viewer)) continue
      const shownIn = viewsOf(request, viewer, () => dueOf(entry))
      for (const each of shownIn) counts[each] += 1
      if (foundHere <= pageSize && (asked.after === null || request.id < asked.after) && shownIn.includes(asked.view)) {
        foundHere += 1
        found.push({ communityId, request })
      }
    }
  }
  found.sort((a, b) => (a.request.id > b.request.id ? -1 : 1))
  return {
    requests: found.slice(0, pageSize).map(({ communityId, request }) => describeRequest(communityId, request, index.dueOf(communityId, request))),
    more: found.length > pageSize,
    counts,
  }
}

/** A request as a list shows it: what could tell who it is about is masked. */
export function describeRequest(communityId: CommunityId, request: ServiceRequest, due: Due): RequestRow {
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
    ...(due.kind === 'running' && isOpen(request) ? { dueAt: due.dueAt, stage: due.stage } : {}),
  }
}

function shorten(text: string): string {
  const characters = [...text.replace(/\s+/gu, ' ').trim()]
  return characters.length > summaryLength ? `${characters.slice(0, summaryLength - 1).join('')}…` : characters.join('')
}
