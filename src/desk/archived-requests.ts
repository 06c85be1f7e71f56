import { livesMs } from './request-index.js'
import { monthOf } from './supervision.js'
import { madeAt } from '../conversation/new-id.js'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'

/** The months (`2026-11`) of whose requests the archive may hold some filed in `since` or later. */
function monthsSince(since: string, now: number): readonly string[] {
  const last = monthOf(now - livesMs)
  const months: string[] = []
  for (let [year = 0, month = 0] = since.split('-').map(Number); ; month === 12 ? (year += 1, month = 1) : (month += 1)) {
    const name = `${year}-${String(month).padStart(2, '0')}`
    if (name > last) return months
    months.push(name)
  }
}

/**
 * Requests in use with those in the archive that were filed in the month `since` or later: a rate of any month is of all its requests.
 * What the archive holds counts as it stands there, whatever is still remembered of it.
 */
export async function withArchived(store: Pick<Store, 'archived'>, communityId: CommunityId, live: readonly ServiceRequest[], { since, now }: { readonly since: string; readonly now: number }): Promise<readonly ServiceRequest[]> {
  const found = await Promise.all(monthsSince(since, now).map((month) => store.archived(communityId, 'requests', month)))
  const archived = found.flat()
  if (archived.length === 0) return live
  const ids = new Set(archived.map(({ id }) => id))
  return [...live.filter(({ id }) => !ids.has(id)), ...[...archived].reverse()]
}

/** A request that has left for the archive, as it stands there; `null` where none has this id. */
export async function archivedRequest(store: Pick<Store, 'archived'>, communityId: CommunityId, id: string, now: number): Promise<ServiceRequest | null> {
  const filedAt = madeAt(id)
  if (filedAt === null || filedAt > now) return null
  for (const month of monthsSince(monthOf(filedAt), now)) {
    const found = (await store.archived(communityId, 'requests', month)).find((row) => row.id === id)
    if (found !== undefined) return found
  }
  return null
}
