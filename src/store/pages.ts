import type { CommunityId } from '../knowledge/community.js'
import type { Query, Store } from './store.js'
import type { Row, TableName } from './tables.js'

/** Everything a query finds, page by page, oldest first. */
export async function* pages<T extends TableName>(store: Pick<Store, 'find'>, communityId: CommunityId, table: T, query: Pick<Query<T>, 'by' | 'equals'>): AsyncGenerator<readonly Row<T>[]> {
  const limit = 1_000
  let after: string | undefined
  for (;;) {
    const rows = await store.find(communityId, table, { ...query, limit, ...(after === undefined ? {} : { after }) })
    if (rows.length > 0) yield rows
    if (rows.length < limit) return
    after = rows.at(-1)?.id
  }
}
