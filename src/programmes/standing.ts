import { createHash } from 'node:crypto'
import type { Address } from '../channels/channel.js'
import type { Recorder } from './recorder.js'

/** Owner of the home, tenant, or somebody of an owner's household who lives there. */
export const tenures = ['owner', 'tenant', 'family'] as const
export type Tenure = (typeof tenures)[number]

/** Who somebody is to the community (居住身份), as they told it in private, and as staff found it in their own records. */
export interface Standing {
  /** The resident's. */
  readonly id: string
  readonly rev: number
  readonly tenure: Tenure
  /** The home, e.g. `3栋2单元301室`. */
  readonly household: string
  /** Alike for one home: by it those who live together are found. */
  readonly householdKey: string
  /** told 待核实 → confirmed 已核实 | refused 核实不上 */
  readonly state: 'told' | 'confirmed' | 'refused'
  readonly toldAt: number
  readonly decided: { readonly at: number; readonly by: Recorder } | null
  /** Where its news go. */
  readonly to: Address
}

/** A home in one spelling: 3幢二单元301 and 3栋2单元301室 are the same. */
export function householdOf(place: string): string {
  return place.replace(/\s+/g, '').replace(/幢|号楼|座|#楼?/g, '栋').replace(/门洞/g, '单元').replace(/(\d)(?:户|号)?$/, '$1室')
}

/** Whether it names one home, not a building. */
export function namesHome(place: string): boolean {
  return /\d室$|\d{3,4}$/.test(householdOf(place)) || /组\d{1,4}(号|户|室)$/.test(place)
}

export function householdKey(household: string): string {
  return createHash('sha256').update(`household|${householdOf(household)}`).digest('hex').slice(0, 24)
}

/** What a resident told. Said again alike it stands as it was; otherwise staff look anew. */
export function toldStanding(known: Standing | null, told: Pick<Standing, 'id' | 'tenure' | 'to'> & { readonly place: string }, now: number): Standing {
  const household = householdOf(told.place)
  if (known !== null && known.state === 'confirmed' && known.tenure === told.tenure && known.household === household) return { ...known, to: told.to }
  return { id: told.id, rev: known?.rev ?? 0, tenure: told.tenure, household, householdKey: householdKey(household), state: 'told', toldAt: now, decided: null, to: told.to }
}

/** What staff found. */
export function decideStanding(standing: Standing, found: { readonly tenure: Tenure; readonly place: string; readonly state: 'confirmed' | 'refused' }, by: Recorder, now: number): Standing {
  const household = householdOf(found.place)
  return { ...standing, tenure: found.tenure, household, householdKey: householdKey(household), state: found.state, decided: { at: now, by } }
}
