import type { FieldDay, FieldTask } from '../../field-types.js'

/** The building that an address names, by its number; `null`: none. */
function buildingOf(address: string | null): string | null {
  return /(\d{1,4})(?:栋|幢|号楼|座|#)/.exec(address ?? '')?.[1] ?? null
}

/** How far off, in steps that need no map: the same building, the same grid, elsewhere. */
function distance(task: FieldTask, here: { readonly building: string; readonly grid: string | null }): 0 | 1 | 2 {
  if (buildingOf(task.address) === here.building.replace(/\D+/g, '')) return 0
  return task.grid !== null && task.grid === here.grid ? 1 : 2
}

/** Tasks with what is near first; without a place, by building, so that one walk takes them in. */
export function nearestFirst(tasks: readonly FieldTask[], grids: FieldDay['grids'], building: string | null): readonly FieldTask[] {
  const number = (task: FieldTask): number => Number(buildingOf(task.address) ?? Number.MAX_SAFE_INTEGER)
  const here = building === null ? null : { building, grid: grids.find(({ buildings }) => buildings.includes(building))?.name ?? null }
  return [...tasks].sort((one, other) => (here === null ? 0 : distance(one, here) - distance(other, here)) || number(one) - number(other))
}

export type Section = 'visits' | 'mine' | 'open'

/** Where a task stands on the page: a visit of today is due at its time, wherever it is. */
export function sectionOf(task: FieldTask, today: string): Section {
  if (task.visit !== undefined && new Date(task.visit.at + 8 * 3_600_000).toISOString().slice(0, 10) === today) return 'visits'
  return task.isMine ? 'mine' : 'open'
}
