/** What the routes of understanding and their pages say to each other. Types only. */
import type { Training } from '../learning/figures.js'
import type { LearningRow, RoomSetting, UnsaidRow } from '../learning/records.js'
import type { Intent } from '../nlu/intents.js'

/** GET /api/desk/understanding?community= → what nobody has labelled, newest first; POST /api/desk/understanding/:community/:id/label {label} (leads, admins; `null` takes it back) → 204. */
export interface LearningQueue {
  /** At most 200 of those that wait. */
  readonly rows: readonly QueueRow[]
  readonly waiting: number
  /** What a message can be. */
  readonly intents: readonly Pick<Intent, 'name' | 'title' | 'description'>[]
}
export interface QueueRow extends Pick<LearningRow, 'id' | 'at' | 'text' | 'why' | 'understood' | 'chosen'> { readonly communityId: string }

/** GET /api/desk/training → TrainingView; POST …/start, …/publish, …/discard (admins) → the new view, or 409 with why not. */
export interface TrainingView {
  readonly training: Training
  /** Lines labelled since the last publication, and those in use. */
  readonly fresh: number
  readonly published: number
  /** The intents' Chinese names. */
  readonly titles: Readonly<Record<string, string>>
}

/** GET /api/desk/rooms?community= → RoomList; POST /api/desk/rooms/:community/:id {mode?, trial?} (leads, admins) → RoomSetting; GET …/:id/unsaid → UnsaidList. */
export interface RoomList { readonly rooms: readonly RoomSetting[] }
export interface UnsaidList { readonly unsaid: readonly Pick<UnsaidRow, 'id' | 'at' | 'text' | 'reply' | 'outcome' | 'reason'>[] }
