import type { IntentName, Slot } from '../nlu/understanding.js'
import type { Citation } from '../retrieval/citation.js'
import { endings, openStatuses, type MoveName, type Particulars, type PlannedVisit } from './moves.js'

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
  /** Which move it was; absent where only the status was set. */
  readonly move?: MoveName
  readonly brought?: Particulars
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
  /** When it is over, as `at`; absent where nobody said how long it lasts. */
  readonly until?: string
  /** Where to come; absent where it is not entered, or somebody comes to the home. */
  readonly place?: string
  /** How often it was moved; default 0. */
  readonly sequence?: number
  /** When it was booked or moved to this time, ms since 1970. */
  readonly bookedAt?: number
  /** Reminders that went out. */
  readonly reminded?: readonly ReminderKind[]
  /** Who goes there or acts for the person (上门、代办), by name; absent: not settled yet. */
  readonly helper?: string
  /** Whether the person came, or was met at home. */
  readonly came?: { readonly yes: boolean; readonly at: number; readonly by: { readonly id: string; readonly name: string } }
}
export type ReminderKind = 'day-before' | 'hours-before'

/** What somebody agreed to before a person comes to the home (上门) or acts for them (代办). */
export interface Consent {
  readonly at: number
  /** The resident who said it. */
  readonly by: string
  /** Whose matter it is, in the words of who filed it; `null`: their own. */
  readonly forWhom: string | null
  readonly allows: 'visit' | 'agent'
  /** What for, and nothing else. */
  readonly matter: string
  /** The question as it was put, and the answer. */
  readonly asked: string
  readonly answered: string
}

/** A request that came with another in one message. */
export interface LinkedRequest {
  readonly id: string
  readonly number: string
}

/** `anonymous` (匿名): staff see no name and no phone. `private` (不公开): nobody but who works on it, no room hears of it, and no neighbour joins it. */
export type Discretion = 'anonymous' | 'private'

export interface ServiceRequest {
  /** Grows with time. */
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
  /** Hash of service and place while the request is open, so that a second report of the same fault joins; `null` after. */
  readonly placeKey: string | null
  readonly fields: readonly Slot[]
  readonly attachmentIds: readonly string[]
  readonly reporters: readonly Reporter[]
  readonly appointment: Appointment | null
  /** Absent where nobody comes to the home and nobody acts for the resident. */
  readonly consent?: Consent
  /** When somebody of the staff goes there; absent or `null`: nothing is arranged. */
  readonly visit?: PlannedVisit | null
  /** The other matters of the same message; absent: it was the only one. */
  readonly linked?: readonly LinkedRequest[]
  /** What the resident wants withheld; absent: nothing. */
  readonly discretion?: Discretion
  readonly urges: readonly { readonly at: number; readonly residentId: string }[]
  readonly ratings: readonly Rating[]
  readonly history: readonly StatusChange[]
  readonly filedAt: number
  readonly updatedAt: number
  /** When it reached an end (resolved, withdrawn, declined, merged, archived); `null` while it is open. */
  readonly settledAt: number | null
}

export function isOpen(request: Pick<ServiceRequest, 'status'>): boolean {
  return openStatuses.includes(request.status)
}

/** Who answered for it first (首问负责); `null` where it was never given to anybody. */
export function firstOwnerOf(request: Pick<ServiceRequest, 'history'>): Owner | null {
  const brought = request.history.find(({ move }) => move === 'assign')?.brought
  return brought?.kind === 'owner' ? brought.owner : null
}

/** What follows from a status: when it was settled, and whether a second report of the same fault still joins it. */
export function statusFields(request: ServiceRequest, status: RequestStatus, now: number): Pick<ServiceRequest, 'status' | 'updatedAt' | 'settledAt' | 'placeKey'> {
  const isEnd = endings.includes(status)
  return { status, updatedAt: now, settledAt: isEnd ? (request.status === status ? request.settledAt : now) : null, placeKey: isOpen({ status }) ? request.placeKey : null }
}

/** What a resident has said, ready to be filed. */
export interface RequestDraft {
  readonly serviceCode: string
  readonly serviceName: string
  readonly intent: IntentName
  readonly description: string
  readonly address: string | null
  readonly fields: readonly Slot[]
  readonly attachmentIds: readonly string[]
  readonly appointment: Appointment | null
  readonly consent?: Consent | null
  readonly discretion?: Discretion | null
  readonly linked?: readonly LinkedRequest[]
  readonly sourceKey: string
  readonly residentId: string
  readonly channel: string
  readonly conversationId: string
  readonly chat: 'private' | 'group'
  /** The unit outside the community that has to act; the request is then 转办 from the start. */
  readonly forwardTo: string | null
}

/** Files a draft: submitted by the resident, accepted and assigned to its first owner. */
export function fileRequest(
  draft: RequestDraft,
  given: {
    readonly id: string
    readonly number: string
    readonly now: number
    readonly owner: Owner
    readonly placeKey: string | null
    /** Why it went to this owner, for the history; absent: only the name. */
    readonly note?: string
    /** Where a text says that the unit it is passed on to has to act; absent or `null`: no text does. */
    readonly unitCitation?: Citation | null
  },
): ServiceRequest {
  const { now, owner } = given
  const resident: Actor = { kind: 'resident', id: draft.residentId }
  const bot: Actor = { kind: 'bot' }
  const history: StatusChange[] = [
    { at: now, actor: resident, from: null, to: 'submitted', note: null, move: 'submit' },
    { at: now, actor: bot, from: 'submitted', to: 'accepted', note: null, move: 'accept' },
    { at: now, actor: bot, from: 'accepted', to: 'assigned', note: given.note ?? `首问负责：${owner.name}`, move: 'assign', brought: { kind: 'owner', owner } },
  ]
  if (draft.forwardTo) {
    const unit = { kind: 'unit', name: draft.forwardTo, citation: given.unitCitation ?? null } as const
    history.push({ at: now, actor: bot, from: 'assigned', to: 'forwarded', note: `转请${draft.forwardTo}处理`, move: 'forward', brought: { kind: 'offer', to: unit } })
  }
  return {
    id: given.id,
    rev: 0,
    number: given.number,
    sourceKey: draft.sourceKey,
    serviceCode: draft.serviceCode,
    serviceName: draft.serviceName,
    intent: draft.intent,
    status: draft.forwardTo ? 'forwarded' : 'assigned',
    owner,
    residentId: draft.residentId,
    channel: draft.channel,
    conversationId: draft.conversationId,
    description: draft.description,
    address: draft.address,
    placeKey: given.placeKey,
    fields: draft.fields,
    attachmentIds: draft.attachmentIds,
    reporters: [{ residentId: draft.residentId, conversationId: draft.conversationId, chat: draft.chat, at: now, words: draft.description }],
    appointment: draft.appointment,
    ...(draft.consent == null ? {} : { consent: draft.consent }),
    ...(draft.discretion == null ? {} : { discretion: draft.discretion }),
    ...(draft.linked === undefined || draft.linked.length === 0 ? {} : { linked: draft.linked }),
    urges: [],
    ratings: [],
    history,
    filedAt: now,
    updatedAt: now,
    settledAt: null,
  }
}

/** `HZ-2611-0042`: prefix, year and month in Asia/Shanghai, serial in the month with at least four digits. */
export function requestNumber(prefix: string, month: string, serial: number): string {
  return `${prefix}-${month}-${String(serial).padStart(4, '0')}`
}

/** The month part of a request number, `2611` for November 2026, in Asia/Shanghai. */
export function numberMonth(now: number): string {
  // UTC+8 without daylight saving since 1991.
  const local = new Date(now + 8 * 3_600_000)
  return String(local.getUTCFullYear() % 100).padStart(2, '0') + String(local.getUTCMonth() + 1).padStart(2, '0')
}

const statusNames: Readonly<Record<RequestStatus, string>> = {
  draft: '草稿', submitted: '已提交', accepted: '已受理', assigned: '已派单', 'in-progress': '办理中', 'awaiting-resident': '待您补充',
  forwarded: '已转办', returned: '已退回', extended: '申请延期', done: '已办结', confirming: '待您确认', resolved: '已解决', reopened: '重办中',
  archived: '已归档', withdrawn: '已撤回', declined: '不予受理', merged: '已并单',
}

/** What a resident reads. */
export function statusName(status: RequestStatus): string {
  return statusNames[status]
}
