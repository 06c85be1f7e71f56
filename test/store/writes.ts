import type { Write } from '../../src/store/store.js'
import type { Row, TableName } from '../../src/store/tables.js'

export function put<T extends TableName>(table: T, row: Row<T>): Write {
  return { op: 'put', table, row } as Write
}

export function remove(table: TableName, id: string, rev: number): Write {
  return { op: 'remove', table, id, rev }
}
