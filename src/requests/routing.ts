import type { Grid } from '../knowledge/community.js'
import type { Owner } from './service-request.js'

/** The post that owns what no grid covers. */
export const dutyPost: Owner = { kind: 'post', id: 'duty', name: '社区值班人员' }

/** The post for what must not go to those whom it may be about. */
export const leadPost: Owner = { kind: 'post', id: 'lead', name: '社区负责人' }

const buildingNumber = /(\d{1,4})(?:栋|幢|号楼|座|#)/

/** The first owner of a request: the grid of its building or area, else the duty post. No request is ever without one. */
export function firstOwner(grids: readonly Grid[], address: string | null, normal: string | null = null): Owner {
  if (address === null) return dutyPost
  const building = (buildingNumber.exec(normal ?? '') ?? buildingNumber.exec(address))?.[1] ?? null
  const byBuilding = building === null ? undefined : grids.find((grid) => grid.buildings.some((known) => known.replace(/\D+/g, '') === building))
  const grid = byBuilding ?? grids.find((one) => one.areas.some((area) => address.includes(area)))
  return grid ? { kind: 'post', id: grid.name, name: `${grid.person.role} ${grid.person.name}` } : dutyPost
}
