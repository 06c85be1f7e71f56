import { isCommunityId, type CommunityId } from '../knowledge/community.js'
import type { Query, Write } from './store.js'
import { tables, type TableName } from './tables.js'

const mostRows = 10_000
const rowsUnlessTold = 1_000

/** Throws TypeError for what can't be meant: no community, no table, no id, no revision. */
export function checkWrites(communityId: CommunityId, writes: readonly Write[]): void {
  if (typeof communityId !== 'string' || !isCommunityId(communityId)) throw new TypeError(`store: "${String(communityId)}" is no community id`)
  for (const write of writes) {
    const { id, rev } = write.op === 'put' ? write.row : write
    if (!Object.hasOwn(tables, write.table)) throw new TypeError(`store: there is no table "${String(write.table)}"`)
    if (typeof id !== 'string' || id === '') throw new TypeError(`store: a row of ${write.table} has no id`)
    if (!Number.isInteger(rev) || rev < 0) throw new TypeError(`store: ${write.table} ${id} has the revision ${String(rev)}`)
  }
}

/** How many rows are asked for at most. Throws RangeError for more than a page holds, TypeError for a field that is no index. */
export function checkQuery<T extends TableName>(table: T, query: Query<T>): number {
  const limit = query.limit ?? rowsUnlessTold
  if (!Number.isInteger(limit) || limit < 0 || limit > mostRows) throw new RangeError(`store: limit must be 0 to ${mostRows}, it is ${limit}; page with "after"`)
  if (query.by !== undefined && query.equals === undefined) throw new TypeError(`store: "equals" is missing beside by "${query.by}"`)
  if (query.by !== undefined && ![...tables[table].indexes, ...tables[table].unique].includes(query.by as never)) {
    throw new TypeError(`store: ${table} can't be searched by "${query.by}", which is no index of it`)
  }
  return limit
}
