import type { LinkedRow } from './coordination-types.js'
import { redact } from '../privacy.js'
import { withoutDoors } from '../requests/place.js'
import { maySee } from '../requests/routing.js'
import { statusName, type ServiceRequest } from '../requests/service-request.js'
import { shorten } from '../text.js'

/** Requests that something was made from, as a list of colleagues may read it: what this person may not see stays out. */
export function linkedRows(ids: readonly string[], requests: readonly ServiceRequest[], viewer: Parameters<typeof maySee>[1]): readonly LinkedRow[] {
  const wanted = new Set(ids)
  return requests.filter((request) => wanted.has(request.id) && maySee(request, viewer)).map(linkedRow)
}

export function linkedRow({ id, number, description, status, filedAt }: ServiceRequest): LinkedRow {
  return { id, number, words: shorten(withoutDoors(redact(description)), 60), status: statusName(status), filedAt }
}
