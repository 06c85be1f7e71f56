import type { Owner } from './service-request.js'

/** Who looks after a building: one line of a community's grid table. */
export interface GridPost {
  /** Stable id of the post, e.g. `grid-1`. */
  readonly id: string
  /** Shown to residents: role and name, e.g. `网格员 李师傅`. */
  readonly name: string
  /** Normalised buildings, e.g. `3栋`. */
  readonly buildings: readonly string[]
}

/** The post that owns what no grid covers. */
export const dutyPost: Owner = { kind: 'post', id: 'duty', name: '社区值班人员' }

/** The first owner of a request: the grid of its building, else the duty post. No request is ever without one. */
export function firstOwner(grids: readonly GridPost[], address: string | null): Owner {
  const building = address === null ? null : (/(\d{1,4})(?:栋|幢|号楼|座|#)/.exec(address)?.[1] ?? null)
  if (building === null) return dutyPost
  const grid = grids.find((post) => post.buildings.some((known) => known.replace(/\D+/g, '') === building))
  return grid ? { kind: 'post', id: grid.id, name: grid.name } : dutyPost
}
