import type { Viewer } from './inbox.js'
import type { Message } from '../conversation/records.js'
import type { CommunityId } from '../knowledge/community.js'
import { complainsOf, maySee } from '../requests/routing.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'

/** 「我要匿名举报」 counts for what is filed within this time after it, ms; what was said then is part of it. */
const wishLastsMs = 30 * 60_000

/** Why a request's lines are not shown: whose it is would be told, or it is a complaint that this person may not see. */
function whyWithheld(request: ServiceRequest, viewer: Viewer): 'anonymous' | 'complaint' | null {
  if (!maySee(request, viewer)) return 'complaint'
  return request.discretion === 'anonymous' ? 'anonymous' : null
}

/** What of a talk may be shown. `why`: set where something is left out. */
export interface ShownLines {
  readonly lines: readonly Message[]
  readonly why: 'anonymous' | 'complaint' | null
}

/**
 * Lines of a talk as this person may read them. What was said for an anonymous request stands under no name, so it is left out
 * for all; what was said for a complaint, for those who may not see the complaint.
 */
export async function withoutWithheld(store: Pick<Store, 'get'>, communityId: CommunityId, lines: readonly Message[], viewer: Viewer): Promise<ShownLines> {
  const ids = [...new Set(lines.flatMap(({ requestId }) => requestId ?? []))]
  const rows = await Promise.all(ids.map((id) => store.get(communityId, 'requests', id)))
  const withheld = rows.flatMap((request) => {
    const why = request === null ? null : whyWithheld(request, viewer)
    return request === null || why === null ? [] : [{ id: request.id, why, from: beganAt(request, lines) - (why === 'anonymous' ? wishLastsMs : 0), until: request.filedAt }]
  })
  const shown = lines.filter((line) => {
    if (withheld.some(({ id, from, until }) => line.requestId === id || (line.requestId === null && line.at >= from && line.at <= until))) return false
    return line.from !== 'resident' || !complainsOf(line.text, viewer.name)
  })
  return { lines: shown, why: shown.length === lines.length ? null : withheld.some(({ why }) => why === 'anonymous') ? 'anonymous' : 'complaint' }
}

/** When the message came that became the request; its answers to the form's questions came after it. */
function beganAt(request: ServiceRequest, lines: readonly Message[]): number {
  const first = lines.find(({ platformMessageId }) => platformMessageId != null && request.sourceKey.includes(`:${platformMessageId}:`))
  return first?.at ?? request.filedAt
}

/** Whether a resident has something on record that is withheld from this person. */
export async function hasWithheld(store: Pick<Store, 'find'>, communityId: CommunityId, residentId: string, viewer: Viewer): Promise<boolean> {
  return (await store.find(communityId, 'requests', { by: 'residentId', equals: residentId })).some((request) => whyWithheld(request, viewer) !== null)
}
