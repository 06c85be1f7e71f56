import type { Coordination } from '../programmes/coordination.js'
import type { PropertyEvaluation } from '../programmes/property-evaluation.js'
import type { Project } from '../programmes/project.js'

/** What the desk's server and pages say to each other of property companies and of needs that keep coming back. Types only. */

/** A request that something was made from: its number and what it is about, without anybody's data. */
export interface LinkedRow { readonly id: string; readonly number: string; readonly words: string; readonly status: string; readonly filedAt: number }

/** GET /api/desk/property/:community */
export interface PropertyView {
  readonly rule: Coordination['rule']
  readonly parties: readonly string[]
  readonly coordinations: readonly CoordinationRow[]
  readonly evaluations: readonly EvaluationRow[]
  readonly evaluationParties: readonly string[]
  readonly passMark: number
  readonly today: string
}

export interface CoordinationRow extends Pick<Coordination, 'id' | 'rev' | 'subject' | 'state' | 'meeting' | 'result' | 'raisedAt' | 'rule'> {
  readonly requests: readonly LinkedRow[]
  readonly steps: readonly { readonly at: number; readonly by: string | null; readonly to: Coordination['state'] }[]
}

export interface EvaluationRow extends Pick<PropertyEvaluation, 'id' | 'rev' | 'company' | 'period' | 'from' | 'until' | 'again' | 'at'> {
  readonly marks: readonly { readonly party: string; readonly mark: number | null; readonly words: string; readonly spokeFor: string }[]
  readonly verdict: { readonly passes: boolean; readonly mean: number; readonly passMark: number; readonly rectifyBy: string | null; readonly by: string } | null
  /** Complaints about property services filed in its days, by subject. */
  readonly complaints: readonly { readonly subject: string; readonly count: number }[]
}

/** GET /api/desk/projects/:community */
export interface ProjectList {
  readonly projects: readonly ProjectRow[]
  /** Services of which several requests came in the last months, the commonest first: what a project may be made from. */
  readonly needs: readonly { readonly service: string; readonly requests: readonly LinkedRow[] }[]
}

export interface ProjectRow extends Pick<Project, 'id' | 'rev' | 'title' | 'need' | 'organisation' | 'socialWorker' | 'volunteers' | 'state'> {
  readonly requests: readonly LinkedRow[]
  readonly steps: readonly { readonly at: number; readonly by: string; readonly note: string }[]
}
