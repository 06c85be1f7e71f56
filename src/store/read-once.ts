import type { CommunityId } from '../knowledge/community.js'
import type { Query, Store } from './store.js'
import type { TableName } from './tables.js'

/** What reads and changes nothing. */
export type Reads = Pick<Store, 'get' | 'find'>

/** The store as it stood at the first look: what was read is not read again. For one decision, whose commit finds out whether a row has moved on since. */
export function readOnce(store: Reads): Reads {
  const known = new Map<string, Promise<unknown>>()
  function once<T>(key: string, read: () => Promise<T>): Promise<T> {
    const found = known.get(key) as Promise<T> | undefined
    if (found !== undefined) return found
    const made = read()
    known.set(key, made)
    return made
  }
  return {
    get: <T extends TableName>(communityId: CommunityId, table: T, id: string) => once(`${communityId}|${table}|${id}`, () => store.get(communityId, table, id)),
    find: <T extends TableName>(communityId: CommunityId, table: T, query: Query<T>) =>
      once(`${communityId}|${table}||${query.by ?? ''}|${String(query.equals)}|${query.order ?? ''}|${String(query.limit)}|${query.after ?? ''}`, () => store.find(communityId, table, query)),
  }
}
