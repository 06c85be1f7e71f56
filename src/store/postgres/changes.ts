import type { CommunityId } from '../../knowledge/community.js'
import type { TableName } from '../tables.js'
import { ruleOf, type StoredRow } from '../state.js'
import type { Write } from '../store.js'

/** One row that a commit touched: table, id, the revision after it (0: it is gone), and of what is done in a conversation, which. */
export type Touched = readonly [table: TableName, id: string, rev: number, conversationId?: string]

/** What a commit touched, as the other processes hear of it. */
export interface Change {
  readonly id: string
  readonly communityId: CommunityId
  readonly touched: readonly Touched[]
}

/** Longest payload of a NOTIFY, bytes (PostgreSQL: below 8,000). */
const longestPayload = 7_900

/** What a commit tells; `null`: nothing that others need hear. */
export function touchedBy(writes: readonly Write[]): readonly Touched[] | null {
  const touched = writes.flatMap((write): Touched[] => {
    if (isUnheard(write)) return []
    if (write.op === 'remove') return [[write.table, write.id, 0]]
    const conversationId = write.table === 'intake' || write.table === 'outbox' ? write.row.conversationId : undefined
    const at = [write.table, write.row.id, write.row.rev + 1] as const
    return [conversationId === undefined ? at : [...at, conversationId]]
  })
  return touched.length === 0 ? null : touched
}

function isUnheard(write: Write): boolean {
  const { unheard } = ruleOf(write.table)
  if (unheard === undefined || unheard === true) return unheard === true
  return write.op === 'put' && unheard(write.row as unknown as StoredRow)
}

/** Changes as payloads of NOTIFY; `null` stands for those that are too long: whoever hears it reads them. */
export function payloadsOf(writer: string, changes: readonly Change[]): readonly string[] {
  const payloads: string[] = []
  let current = ''
  let isLeftOut = false
  for (const { id, communityId, touched } of changes) {
    const text = JSON.stringify([id, communityId, touched])
    if (Buffer.byteLength(text) > longestPayload - 200) {
      isLeftOut = true
      continue
    }
    if (current !== '' && Buffer.byteLength(current) + Buffer.byteLength(text) > longestPayload - 200) {
      payloads.push(`${writer} [${current}]`)
      current = ''
    }
    current = current === '' ? text : `${current},${text}`
  }
  if (current !== '') payloads.push(`${writer} [${current}]`)
  return isLeftOut ? [...payloads, `${writer} null`] : payloads
}

/** Who says what; `changes` is `null` where they have to be read. Ours, written by `payloadsOf`: a version beside us writes the same form. */
export function readPayload(payload: string): { readonly writer: string; readonly changes: readonly Change[] | null } {
  const space = payload.indexOf(' ')
  const said = JSON.parse(payload.slice(space + 1)) as readonly (readonly [string, CommunityId, readonly Touched[]])[] | null
  return { writer: payload.slice(0, space), changes: said === null ? null : said.map(([id, communityId, touched]) => ({ id, communityId, touched })) }
}
