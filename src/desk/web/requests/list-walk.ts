import { computed, shallowRef, type ComputedRef } from 'vue'
import type { RequestRow } from '../../api-types.js'
import type { Place } from '../addresses.js'

type Inbox = Extract<Place, { readonly page: 'inbox' }>
type Named = Pick<RequestRow, 'communityId' | 'id'>

/** The list that somebody works through, as it last stood, and which of its requests was opened last. */
const walked = shallowRef<{ readonly place: Inbox; readonly rows: readonly Named[] } | null>(null)
const opened = shallowRef<string | null>(null)

/** Notes what a list shows now. */
export function walkList(place: Inbox, rows: readonly Named[]): void {
  walked.value = { place, rows: rows.map(({ communityId, id }) => ({ communityId, id })) }
}

/** The list that one came from. */
export const listBehind: ComputedRef<Inbox> = computed(() => walked.value?.place ?? { page: 'inbox', view: 'open' })

/** The requests before and after this one in that list; `null`: there is none, or it is not in it. */
export function besideInList(id: string): { readonly before: Place | null; readonly after: Place | null } {
  opened.value = id
  const rows = walked.value?.rows ?? []
  const at = rows.findIndex((row) => row.id === id)
  const placeOf = (row: Named | undefined): Place | null => (at < 0 || row === undefined ? null : { page: 'request', communityId: row.communityId, id: row.id, reply: false })
  return { before: placeOf(rows[at - 1]), after: placeOf(rows[at + 1]) }
}

/** Which row somebody comes back from; asked once. */
export function takeOpened(): string | null {
  const id = opened.value
  opened.value = null
  return id
}
