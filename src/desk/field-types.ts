/** What the desk's server and the page for those in the field say to each other. Types only. */
import type { ApiError } from '../channels/web-types.js'
import type { MoveName } from '../requests/moves.js'
import type { Consent, RequestStatus, StatusChange } from '../requests/service-request.js'
import type { Position } from '../visits/step.js'

/** GET /api/desk/field/:community → what there is to do on the spot: the caller's own and what waits for anybody, the visits of today first. */
export interface FieldDay {
  /** When it was drawn up, ms since 1970. */
  readonly at: number
  /** In Asia/Shanghai, `2026-11-25`. */
  readonly today: string
  readonly grids: readonly { readonly name: string; readonly buildings: readonly string[] }[]
  readonly tasks: readonly FieldTask[]
  /** There are more than are sent. */
  readonly more: boolean
}

export interface FieldTask {
  readonly id: string
  readonly communityId: string
  readonly number: string
  readonly serviceName: string
  readonly status: RequestStatus
  /** Numbers in it are shortened. */
  readonly words: string
  readonly address: string | null
  /** The grid that its place lies in. */
  readonly grid: string | null
  readonly isMine: boolean
  readonly ownerName: string
  /** Steps of its history that the page has seen; what comes after by others is news. */
  readonly seen: number
  /** A visit that was promised; absent: an order without a time. */
  readonly visit?: { /** ms since 1970. */ readonly at: number; readonly until: number | null; readonly helper: string | null; readonly consent: Pick<Consent, 'allows' | 'forWhom'> | null }
  /** The last time somebody of the staff was there. */
  readonly arrived: { readonly at: number; readonly name: string; readonly accuracyM: number | null } | null
  readonly photoIds: readonly string[]
  readonly urges: number
  readonly dueAt: number | null
  /** Its service wants a photo at the end. */
  readonly needsPhoto: boolean
  readonly moves: readonly MoveName[]
}

/** POST /api/desk/field/:community/:id/steps → FieldTask, or 409 with FieldConflict. The same `clientId` again is the same step. */
export type FieldStep = { readonly clientId: string; readonly madeAt: number } & (
  | { readonly kind: 'take' }
  | { readonly kind: 'arrive'; readonly position: Position | null }
  /** `photos`: the client ids of photos sent before; `seen`: as in FieldTask; `anyway`: although somebody did something since. */
  | { readonly kind: 'close'; readonly statement: string; readonly photos: readonly string[]; readonly seen: number; readonly anyway: boolean }
)
/** POST /api/desk/field/:community/:id/photos?client=&made= (multipart, one picture) → FieldTask. */

/** Somebody did something meanwhile; nothing was changed by this step. */
export interface FieldConflict extends ApiError {
  readonly newest: FieldTask
  /** What was done, newest last; numbers in it are shortened. */
  readonly since: readonly Pick<StatusChange, 'at' | 'actor' | 'move' | 'note'>[]
}
