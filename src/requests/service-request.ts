import type { IntentName, Slot } from '../nlu/understanding.js'

/**
 * The life of a request (工单), in the words of a 12345 centre. Open311 knows only `open` and `closed`; `isClosed` maps.
 *
 *   draft 草稿 → submitted 已提交 → accepted 已受理 → assigned 已派单 → in-progress 办理中
 *     ⇄ awaiting-resident 待居民补充 · forwarded 转办 · returned 退回 · extended 申请延期
 *     → done 已办结 → confirming 待确认 → resolved 已解决 | reopened 重办 → archived 已归档
 *   withdrawn 撤回 · declined 不予受理 · merged 并单 end it early.
 */
export const requestStatuses = [
  'draft', 'submitted', 'accepted', 'assigned', 'in-progress', 'awaiting-resident', 'forwarded', 'returned', 'extended',
  'done', 'confirming', 'resolved', 'reopened', 'archived', 'withdrawn', 'declined', 'merged',
] as const
export type RequestStatus = (typeof requestStatuses)[number]

export type Actor =
  | { readonly kind: 'resident'; readonly id: string }
  | { readonly kind: 'staff'; readonly id: string; readonly name: string }
  | { readonly kind: 'bot' }

/** Who answers for a request. A `post` (岗位) owns it until a person takes it, so that none is ever without an owner. */
export type Owner =
  | { readonly kind: 'post'; readonly id: string; readonly name: string }
  | { readonly kind: 'staff'; readonly id: string; readonly name: string }

export interface StatusChange {
  readonly at: number
  readonly actor: Actor
  readonly from: RequestStatus | null
  readonly to: RequestStatus
  readonly note: string | null
}

/** Somebody who reported this matter: the first filed it, the others joined. All are told when it ends. */
export interface Reporter {
  readonly residentId: string
  readonly conversationId: string
  readonly chat: 'private' | 'group'
  readonly at: number
  readonly words: string
}

export interface Rating {
  readonly at: number
  readonly residentId: string
  /** 1 (非常不满意) – 5 (非常满意). */
  readonly stars: number
  readonly words: string
}

export interface Appointment {
  readonly slotId: string | null
  /** ISO local time with +08:00. */
  readonly at: string
  readonly what: string
}

export interface ServiceRequest {
  readonly id: string
  readonly rev: number
  /** What the resident is told, e.g. `HZ-2611-0042`: prefix, year and month of filing, serial in the month. */
  readonly number: string
  /** channel + message id + place of the matter in the message; unique for ever, so that one message files once. */
  readonly sourceKey: string
  readonly serviceCode: string
  readonly serviceName: string
  readonly intent: IntentName
  readonly status: RequestStatus
  readonly owner: Owner
  /** The resident who filed it; asked whether it is solved. */
  readonly residentId: string
  readonly channel: string
  /** Where its news go: the resident's private chat where known, else the room it was filed in. */
  readonly conversationId: string
  readonly description: string
  readonly address: string | null
  readonly fields: readonly Slot[]
  readonly attachmentIds: readonly string[]
  readonly reporters: readonly Reporter[]
  readonly appointment: Appointment | null
  readonly urges: readonly { readonly at: number; readonly residentId: string }[]
  readonly ratings: readonly Rating[]
  readonly history: readonly StatusChange[]
  readonly filedAt: number
  readonly updatedAt: number
  /** When it reached an end (resolved, withdrawn, declined, merged, archived); `null` while it is open. */
  readonly settledAt: number | null
}
