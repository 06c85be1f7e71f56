import type { SheetRow } from './sheet.js'
import type { Grid } from '../knowledge/community.js'

/** A line for each building and place; who looks after the grid stands on each of its lines. */
const columns = ['网格', '负责人', '职务', '替岗人', '替岗职务', '类别', '名称'] as const
type Column = (typeof columns)[number]
const needed: readonly Column[] = ['网格', '负责人', '职务', '类别', '名称']

/** What is wrong in a line, in words; all of them are told at once. */
export interface SheetFault {
  /** From 1, as a text editor counts. */
  readonly line: number
  readonly says: string
}

export type ReadGrids = { readonly kind: 'grids'; readonly grids: readonly Grid[] } | { readonly kind: 'faults'; readonly faults: readonly SheetFault[] }

/** More lines are no community's. */
const mostRows = 5_000
/** Characters of a name. */
export const longestCell = 60

export function gridSheet(grids: readonly Grid[]): readonly (readonly string[])[] {
  const lines = grids.flatMap((grid) => {
    const who = [grid.name, grid.person.name, grid.person.role, grid.standIn?.name ?? '', grid.standIn?.role ?? '']
    const held = [...grid.buildings.map((name) => ['楼栋', name]), ...grid.areas.map((name) => ['地点', name])]
    return held.length === 0 ? [[...who, '', '']] : held.map((one) => [...who, ...one])
  })
  return [columns, ...lines]
}

/** All of the table's grids, or everything that is wrong with it. */
export function readGrids(rows: readonly SheetRow[]): ReadGrids {
  const head = rows[0]
  const at = new Map(columns.map((name) => [name, head?.cells.indexOf(name) ?? -1]))
  const missing = needed.filter((name) => at.get(name) === -1)
  if (head === undefined || missing.length > 0) return { kind: 'faults', faults: [{ line: head?.line ?? 1, says: `第一行要写列名，缺 ${missing.join('、')}` }] }
  if (rows.length - 1 > mostRows) return { kind: 'faults', faults: [{ line: rows[mostRows + 1]?.line ?? 1, says: `一次最多 ${mostRows} 行` }] }
  if (rows.length === 1) return { kind: 'faults', faults: [{ line: head.line, says: '下面一行内容也没有' }] }

  const faults: SheetFault[] = []
  const grids = new Map<string, { readonly line: number; readonly grid: Grid }>()
  const seen = new Map<string, { readonly line: number; readonly grid: string }>()
  for (const { line, cells } of rows.slice(1)) {
    const cell = (name: Column): string => cells[at.get(name) ?? -1] ?? ''
    const fault = (says: string): void => { faults.push({ line, says }) }
    const odd = cells.find((each) => [...each].length > longestCell || /\p{Cc}/u.test(each))
    if (odd !== undefined) { fault(`「${[...odd].slice(0, 10).join('').replace(/\p{Cc}/gu, ' ')}…」太长，或者有换行`); continue }
    const [name, person, role, standIn, standInRole] = [cell('网格'), cell('负责人'), cell('职务'), cell('替岗人'), cell('替岗职务')]
    if (name === '') { fault('没写网格'); continue }
    if (person === '' || role === '') fault('没写负责人或职务')
    if ((standIn === '') !== (standInRole === '')) fault('替岗人和替岗职务要么都写，要么都不写')
    const known = grids.get(name)
    const own = JSON.stringify([person, role, standIn, standInRole])
    if (known !== undefined && JSON.stringify(peopleOf(known.grid)) !== own) fault(`${name}的负责人或替岗人和第 ${known.line} 行写的不一样`)
    const before = known?.grid ?? { name, person: { name: person, role }, ...(standIn === '' ? {} : { standIn: { name: standIn, role: standInRole } }), buildings: [], areas: [] }
    const [kind, held] = [cell('类别'), cell('名称')]
    if (kind === '' && held === '') { grids.set(name, { line: known?.line ?? line, grid: before }); continue }
    if (kind !== '楼栋' && kind !== '地点') fault(`类别要写「楼栋」或「地点」，写的是「${kind}」`)
    if (held === '') fault('没写名称')
    const key = held.normalize('NFKC')
    const other = seen.get(key)
    if (held !== '' && other !== undefined) fault(`「${held}」第 ${other.line} 行已经写在${other.grid}了`)
    else seen.set(key, { line, grid: name })
    grids.set(name, {
      line: known?.line ?? line,
      grid: kind === '地点' ? { ...before, areas: [...before.areas, held] } : { ...before, buildings: [...before.buildings, held] },
    })
  }
  return faults.length > 0 ? { kind: 'faults', faults } : { kind: 'grids', grids: [...grids.values()].map(({ grid }) => grid) }
}

/** What keeps grids that were typed from standing side by side, in words; `null`: nothing. */
export function gridsFault(grids: readonly Pick<Grid, 'name' | 'buildings' | 'areas'>[]): string | null {
  const [names, held] = [new Set<string>(), new Map<string, string>()]
  for (const grid of grids) {
    if (names.has(grid.name)) return `有两个网格都叫「${grid.name}」`
    names.add(grid.name)
    for (const each of [...grid.buildings, ...grid.areas]) {
      const key = each.normalize('NFKC')
      const other = held.get(key)
      if (other !== undefined) return other === grid.name ? `${grid.name}里「${each}」写了两次` : `「${each}」同时写在${other}和${grid.name}`
      held.set(key, grid.name)
    }
  }
  return null
}

function peopleOf({ person, standIn }: Grid): readonly string[] {
  return [person.name, person.role, standIn?.name ?? '', standIn?.role ?? '']
}
