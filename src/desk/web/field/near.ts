import type { FieldDay, FieldTask } from '../../field-types.js'

/** Which of these buildings an address names (`13` is not `3`); `null`: none. */
function buildingOf(address: string | null, buildings: readonly string[]): string | null {
  return buildings.find((building) => {
    const at = address?.indexOf(building) ?? -1
    return at >= 0 && !/\d/.test(address?.[at - 1] ?? '')
  }) ?? null
}

/**
 * Tasks with what is near first, in steps that need no map: the same building, the same grid, elsewhere; within each, and without a place, by building
 * in the order of the grids, so that one walk takes them in.
 */
export function nearestFirst(tasks: readonly FieldTask[], grids: FieldDay['grids'], here: string | null): readonly FieldTask[] {
  const buildings = grids.flatMap((grid) => grid.buildings)
  const grid = grids.find((one) => here !== null && one.buildings.includes(here))?.name ?? null
  const placed = tasks.map((task) => {
    const building = buildingOf(task.address, buildings)
    const distance = here === null ? 0 : building === here ? 0 : task.grid !== null && task.grid === grid ? 1 : 2
    return { task, distance, order: building === null ? buildings.length : buildings.indexOf(building) }
  })
  return placed.sort((one, other) => one.distance - other.distance || one.order - other.order).map(({ task }) => task)
}

export type Section = 'visits' | 'mine' | 'open'

/** Where a task stands on the page: a visit of today is due at its time, wherever it is. */
export function sectionOf(task: FieldTask, today: string): Section {
  if (task.visit !== undefined && new Date(task.visit.at + 8 * 3_600_000).toISOString().slice(0, 10) === today) return 'visits'
  return task.isMine ? 'mine' : 'open'
}
