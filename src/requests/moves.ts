import type { Citation } from '../retrieval/citation.js'
import type { Owner, ReminderKind, RequestStatus } from './service-request.js'

/** One level of the grid above a community's own people: 网格 → 社区 → 街道 → 区县 → 市 (濮社区领〔2020〕2号 二/（四）/18 names four of them). */
export const levels = ['grid', 'community', 'street', 'county', 'city'] as const
export type Level = (typeof levels)[number]

/** Where a matter belongs that the community may not take up, in the groups of 国办函〔2025〕66号. */
export const legalRoutes = ['lawsuit', 'arbitration', 'petition', 'reconsideration', 'disclosure', 'emergency', 'other-unit'] as const
export type LegalRoute = (typeof legalRoutes)[number]

/** To whom a request is offered: a post, a person, or a unit outside that has no account here. */
export type Receiver = Owner | { readonly kind: 'unit'; readonly name: string; readonly citation: Citation | null }

/** Who goes there and when. `home`: into somebody's home, which takes their yes; `site`: a stairwell, a gate, a lamp. */
export interface PlannedVisit {
  /** ms since 1970. */
  readonly at: number
  /** When it is over at the latest; `null`: nobody said. */
  readonly until: number | null
  readonly helper: string
  readonly where: 'home' | 'site'
  /** Reminders of it that went to who waits at home. */
  readonly reminded?: readonly ReminderKind[]
}

/** What a move brings beside its reason. */
export type Particulars =
  | { readonly kind: 'owner'; readonly owner: Owner }
  | { readonly kind: 'offer'; readonly to: Receiver }
  /** By when it has to be dispatched anew, or answered, ms since 1970. */
  | { readonly kind: 'deadline'; readonly dueAt: number }
  | { readonly kind: 'extension'; readonly workdays: number }
  /** Photos or papers, and what was done in words; one of the two may be empty. */
  | { readonly kind: 'evidence'; readonly attachmentIds: readonly string[]; readonly statement: string }
  | { readonly kind: 'route'; readonly route: LegalRoute }
  | { readonly kind: 'into'; readonly requestId: string; readonly number: string }
  | { readonly kind: 'level'; readonly level: Level }
  /** Colleagues called by name (@) in a note; may be empty. */
  | { readonly kind: 'mentions'; readonly staff: readonly { readonly id: string; readonly name: string }[] }
  | { readonly kind: 'visit'; readonly visit: PlannedVisit }
  /** The second matter of a request, in the resident's words; number and id are given when it is filed, and the words stay only there. */
  | { readonly kind: 'matter'; readonly serviceCode: string; readonly words: string; readonly filed: { readonly requestId: string; readonly number: string; readonly serviceName: string } | null }

/**
 * Who may make a move. `filer`: the resident who filed it; `resident`: anyone who reported it; `owner`: the person who
 * owns it; `staff`: anybody of the staff; `receiver`: to whom it was offered; `lead`: the head of the community.
 */
export type Mover = 'filer' | 'resident' | 'bot' | 'owner' | 'staff' | 'receiver' | 'lead'

interface MoveRule {
  /** What people call it. */
  readonly title: string
  readonly by: readonly Mover[]
  readonly from: readonly RequestStatus[]
  /** `same`: something happens, the status stays. */
  readonly to: RequestStatus | 'same'
  readonly needsReason: boolean
  readonly brings: Particulars['kind'] | null
}

/** Statuses in which somebody still has to do something. */
export const openStatuses: readonly RequestStatus[] = ['submitted', 'accepted', 'assigned', 'in-progress', 'awaiting-resident', 'forwarded', 'returned', 'extended', 'reopened']

/** Statuses in which nobody has to do anything any more. */
export const endings: readonly RequestStatus[] = ['resolved', 'archived', 'withdrawn', 'declined', 'merged']

/** Every status but a draft, which is the resident's own. */
const filed: readonly RequestStatus[] = [...openStatuses, 'done', 'confirming', ...endings]

const atWork: readonly RequestStatus[] = ['assigned', 'in-progress', 'reopened']

/** Every move there is. What is not here can't happen; the picture in DESIGN.md is drawn from it. */
export const moves = {
  submit: { title: '提交', by: ['filer'], from: ['draft'], to: 'submitted', needsReason: false, brings: null },
  accept: { title: '受理', by: ['bot', 'staff'], from: ['submitted'], to: 'accepted', needsReason: false, brings: null },
  assign: { title: '派单', by: ['bot', 'lead'], from: ['accepted'], to: 'assigned', needsReason: false, brings: 'owner' },
  take: { title: '接单', by: ['staff'], from: ['accepted', 'assigned', 'returned', 'forwarded', 'reopened'], to: 'in-progress', needsReason: false, brings: null },
  'take-over': { title: '接手', by: ['staff'], from: ['in-progress', 'awaiting-resident', 'extended'], to: 'same', needsReason: false, brings: null },
  reply: { title: '答复', by: ['staff'], from: [...openStatuses, 'done', 'confirming', 'resolved'], to: 'same', needsReason: true, brings: null },
  'ask-resident': { title: '请居民补充', by: ['owner', 'bot'], from: [...atWork, 'forwarded', 'extended'], to: 'awaiting-resident', needsReason: true, brings: null },
  supplement: { title: '居民补充', by: ['resident', 'owner', 'bot'], from: ['awaiting-resident'], to: 'in-progress', needsReason: false, brings: null },
  forward: { title: '转办', by: ['owner', 'lead', 'bot'], from: atWork, to: 'forwarded', needsReason: true, brings: 'offer' },
  'accept-forward': { title: '承接', by: ['receiver'], from: ['forwarded'], to: 'in-progress', needsReason: false, brings: null },
  'refuse-forward': { title: '不承接', by: ['receiver'], from: ['forwarded'], to: 'in-progress', needsReason: true, brings: null },
  'recall-forward': { title: '收回转办', by: ['owner', 'lead'], from: ['forwarded'], to: 'in-progress', needsReason: false, brings: null },
  return: { title: '退回', by: ['owner'], from: [...atWork, 'forwarded'], to: 'returned', needsReason: true, brings: 'deadline' },
  reassign: { title: '改派', by: ['lead'], from: openStatuses.filter((status) => status !== 'submitted'), to: 'assigned', needsReason: true, brings: 'owner' },
  'stand-in': { title: 'B岗顶上', by: ['bot', 'lead'], from: openStatuses, to: 'same', needsReason: true, brings: 'owner' },
  'ask-extension': { title: '申请延期', by: ['owner'], from: atWork, to: 'extended', needsReason: true, brings: 'extension' },
  'approve-extension': { title: '同意延期', by: ['lead'], from: ['extended'], to: 'in-progress', needsReason: false, brings: null },
  'refuse-extension': { title: '不同意延期', by: ['lead'], from: ['extended'], to: 'in-progress', needsReason: true, brings: null },
  /** `bot`: what somebody of the neighbourhood says they have brought (a wish); its resident is asked at once. */
  close: { title: '办结', by: ['owner', 'bot'], from: [...atWork, 'forwarded', 'awaiting-resident', 'extended'], to: 'done', needsReason: false, brings: 'evidence' },
  /** Only for a matter that its service calls simple (廊坊 三/（六）「简易事项网上审批」). */
  approve: { title: '网上批准', by: ['owner'], from: [...atWork, 'awaiting-resident'], to: 'done', needsReason: false, brings: 'evidence' },
  'ask-confirm': { title: '请居民确认', by: ['bot'], from: ['done'], to: 'confirming', needsReason: false, brings: null },
  /** The same, with the day told on which silence files it away. */
  'ask-confirm-by': { title: '请居民在期限前确认', by: ['bot'], from: ['done'], to: 'confirming', needsReason: false, brings: 'deadline' },
  confirm: { title: '确认解决', by: ['filer'], from: ['confirming'], to: 'resolved', needsReason: false, brings: null },
  lapse: { title: '到期未回，归档', by: ['bot'], from: ['confirming'], to: 'archived', needsReason: true, brings: null },
  reopen: { title: '重办', by: ['filer', 'lead', 'staff'], from: ['confirming', 'resolved', 'archived'], to: 'reopened', needsReason: true, brings: null },
  archive: { title: '归档', by: ['bot'], from: ['resolved'], to: 'archived', needsReason: false, brings: null },
  withdraw: { title: '撤回', by: ['filer'], from: openStatuses, to: 'withdrawn', needsReason: false, brings: null },
  decline: { title: '不予受理', by: ['owner', 'lead'], from: openStatuses, to: 'declined', needsReason: true, brings: 'route' },
  merge: { title: '并单', by: ['owner', 'lead', 'bot'], from: openStatuses, to: 'merged', needsReason: true, brings: 'into' },
  escalate: { title: '上报一级', by: ['bot', 'owner', 'lead'], from: openStatuses, to: 'same', needsReason: true, brings: 'level' },
  supervise: { title: '督办', by: ['lead'], from: openStatuses, to: 'same', needsReason: true, brings: null },
  /** After a bad mark, by somebody who had no hand in it; the reason says what the resident said. */
  'call-back': { title: '回访', by: ['staff'], from: [...openStatuses, 'done', 'confirming', 'resolved', 'archived'], to: 'same', needsReason: true, brings: null },
  /** Between colleagues: residents never see it. */
  note: { title: '内部备注', by: ['staff'], from: filed, to: 'same', needsReason: true, brings: 'mentions' },
  'plan-visit': { title: '约定上门', by: ['owner', 'lead'], from: openStatuses, to: 'same', needsReason: false, brings: 'visit' },
  'cancel-visit': { title: '取消上门', by: ['owner', 'lead'], from: openStatuses, to: 'same', needsReason: true, brings: null },
  split: { title: '分单', by: ['owner', 'lead'], from: openStatuses, to: 'same', needsReason: false, brings: 'matter' },
} as const satisfies Readonly<Record<string, MoveRule>>

export type MoveName = keyof typeof moves
export const moveNames = Object.keys(moves) as MoveName[]

/** A rule of the table with its general type. */
export function ruleOf(name: MoveName): MoveRule {
  return moves[name]
}

/** Which statuses may follow which, read off the table. */
export function statusesAfter(status: RequestStatus): readonly RequestStatus[] {
  const after = moveNames.map(ruleOf).flatMap(({ from, to }) => (to !== 'same' && to !== status && from.includes(status) ? [to] : []))
  return [...new Set(after)]
}

/** What may happen while it is open, wherever it stands: drawn once, from the box of open statuses. */
function isOfAllOpen({ from }: MoveRule): boolean {
  return openStatuses.every((status) => from.includes(status))
}

/** The table as a Mermaid state diagram; `name` gives a status its word. */
export function drawMoves(name: (status: RequestStatus) => string): string {
  const statuses = [...new Set(moveNames.map(ruleOf).flatMap(({ from, to }) => (to === 'same' ? from : [...from, to])))]
  const id = (status: RequestStatus) => status.replaceAll('-', '_')
  const arrows = new Map<string, string[]>()
  const add = (from: string, to: string, title: string) => arrows.set(`${from} --> ${to}`, [...(arrows.get(`${from} --> ${to}`) ?? []), title])
  const inside = new Map<string, string[]>()
  for (const rule of moveNames.map(ruleOf)) {
    if (rule.to === 'same') continue
    if (isOfAllOpen(rule)) {
      add('open', id(rule.to), rule.title)
      continue
    }
    for (const from of rule.from) {
      if (from === rule.to) continue
      const arrow = `${id(from)} --> ${id(rule.to)}`
      if (openStatuses.includes(from) && openStatuses.includes(rule.to)) inside.set(arrow, [...(inside.get(arrow) ?? []), rule.title])
      else add(id(from), id(rule.to), rule.title)
    }
  }
  const lines = (all: ReadonlyMap<string, readonly string[]>, indent: string) => [...all].map(([arrow, titles]) => `${indent}${arrow}: ${titles.join('／')}`)
  return [
    'stateDiagram-v2',
    ...statuses.filter((status) => !openStatuses.includes(status)).map((status) => `  ${id(status)}: ${name(status)}`),
    '  [*] --> draft',
    '  state "在办" as open {',
    ...openStatuses.map((status) => `    ${id(status)}: ${name(status)}`),
    ...lines(inside, '    '),
    '  }',
    ...lines(arrows, '  '),
    ...endings.filter((status) => statusesAfter(status).length === 0 || status === 'archived').map((status) => `  ${id(status)} --> [*]`),
  ].join('\n')
}
