import { handlersOf, openBadMark } from './bad-mark.js'
import { levels, moveNames, ruleOf, type Level, type MoveName, type Mover, type Particulars, type Receiver } from './moves.js'
import { statusFields, type Actor, type Owner, type RequestStatus, type ServiceRequest, type StatusChange } from './service-request.js'

/** A move somebody wants to make. */
export interface Move {
  readonly name: MoveName
  /** Kept with the move and shown to whom it concerns; needed where the table says so. */
  readonly reason: string | null
  readonly brings: Particulars | null
}

/** A move as one line of words can say it: what was done, where evidence is asked for, else the reason. */
export function moveInWords(name: MoveName, words: string): Move {
  const said = words.trim()
  if (ruleOf(name).brings === 'evidence') return { name, reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: said } }
  return { name, reason: said === '' ? null : said, brings: null }
}

/** Who makes it and when; `isLead` is the right of the community's head, whatever the name. */
export interface Hand {
  readonly actor: Actor
  readonly isLead: boolean
  readonly now: number
}

/** Working days by which a promise may be put off in all (山东's preset for 12345 requests; also the most a lead can approve). */
export const longestExtension = 10

/** Why a move did not happen. */
export type RefusalWhy =
  | 'not-from-here' | 'not-yours' | 'no-reason' | 'nothing-brought' | 'deadline-past' | 'extension-too-long' | 'own-extension' | 'not-offered'
  | 'no-level-above' | 'into-itself' | 'same-owner' | 'owned-by-another' | 'no-consent' | 'no-visit'
export interface Refusal {
  readonly refused: RefusalWhy
  /** A sentence for the person who tried. */
  readonly says: string
}

const refusals: Readonly<Record<RefusalWhy, string>> = {
  'not-from-here': '这张工单现在不能这样处理，请刷新看看最新状态。',
  'not-yours': '这一步要由别的人来做。',
  'no-reason': '请写一句说明，看工单的人要知道为什么。',
  'nothing-brought': '这一步还有要填的内容没填，可以到工作台填。',
  'deadline-past': '期限要写在现在以后。',
  'extension-too-long': `延期加起来最多 ${longestExtension} 个工作日。`,
  'own-extension': '延期要由另一位负责人批。',
  'not-offered': '这张工单没有转给您。',
  'no-level-above': '要一级一级往上报，不能越级，也不能往下推。',
  'into-itself': '不能并到它自己。',
  'same-owner': '现在就是这位负责。',
  'no-consent': '进居民家里要先问过居民：请写明居民哪天、怎么同意的。',
  'no-visit': '还没有约好的上门。',
  'owned-by-another': '已经有人负责，要换人请负责人改派，或由原负责人转办。',
}

/** The request after the move, or why not. The request given is not changed. */
export function apply(request: ServiceRequest, move: Move, hand: Hand): ServiceRequest | Refusal {
  const refused = whyNot(request, move, hand)
  if (refused !== null) return { refused, says: refusals[refused] }
  const { to } = ruleOf(move.name)
  const status: RequestStatus = to === 'same' ? request.status : to
  const last = request.history.at(-1)
  // Two machines' clocks may differ; what comes after is never dated before.
  const at = Math.max(hand.now, last?.at ?? 0)
  const reason = move.reason?.trim() ?? ''
  const note = reason !== '' ? reason : move.brings?.kind === 'evidence' && move.brings.statement.trim() !== '' ? move.brings.statement.trim() : null
  const change: StatusChange = { at, actor: hand.actor, from: request.status, to: status, note, move: move.name, ...(move.brings === null ? {} : { brought: move.brings }) }
  return {
    ...request,
    owner: ownerAfter(request, move, hand.actor),
    attachmentIds: move.brings?.kind === 'evidence' ? [...new Set([...request.attachmentIds, ...move.brings.attachmentIds])] : request.attachmentIds,
    history: [...request.history, change],
    ...visitAfter(request, move, status),
    ...statusFields(request, status, at),
  }
}

/** The visit that stands after a move: planned, called off, or over with the request. */
function visitAfter(request: ServiceRequest, { name, brings }: Move, status: RequestStatus): Pick<ServiceRequest, 'visit'> {
  if (brings?.kind === 'visit') return { visit: brings.visit }
  const isOff = name === 'cancel-visit' || status === 'merged' || status === 'withdrawn' || status === 'declined'
  return isOff && request.visit !== undefined ? { visit: null } : {}
}

export function isRefusal(result: ServiceRequest | Refusal): result is Refusal {
  return 'refused' in result
}

/** The moves this person may make now, their reasons and particulars still to be given. */
export function movesFor(request: ServiceRequest, hand: Hand): readonly MoveName[] {
  return moveNames.filter((name) => ruleOf(name).from.includes(request.status) && mayMove(request, name, hand) && ownedByAnother(request, name, hand) === null)
}

/** To whom it is offered and by whom, while nobody has taken it up; `null` where nothing is offered. The owner stays until then (首问负责). */
export function pendingOffer(request: ServiceRequest): { readonly to: Receiver; readonly change: StatusChange } | null {
  if (request.status !== 'forwarded') return null
  const change = request.history.findLast((each) => each.move === 'forward')
  return change?.brought?.kind === 'offer' ? { to: change.brought.to, change } : null
}

/** Working days asked for and not decided on yet; `null` where none are. */
export function pendingExtension(request: ServiceRequest): { readonly workdays: number; readonly change: StatusChange } | null {
  if (request.status !== 'extended') return null
  const change = request.history.findLast((each) => each.move === 'ask-extension')
  return change?.brought?.kind === 'extension' ? { workdays: change.brought.workdays, change } : null
}

/** Working days by which the promise was put off, as approved. */
export function extendedBy(request: Pick<ServiceRequest, 'history'>): number {
  let asked = 0
  let approved = 0
  for (const { move, brought } of request.history) {
    if (move === 'ask-extension' && brought?.kind === 'extension') asked = brought.workdays
    if (move === 'approve-extension') approved += asked
  }
  return approved
}

/** How far up it has come: its own grid until it was escalated. */
export function levelReached(request: Pick<ServiceRequest, 'history'>): Level {
  const brought = request.history.findLast((each) => each.move === 'escalate')?.brought
  return brought?.kind === 'level' ? brought.level : 'grid'
}

/** The level right above, `null` at the top. */
export function levelAbove(level: Level): Level | null {
  return levels[levels.indexOf(level) + 1] ?? null
}

function whyNot(request: ServiceRequest, move: Move, hand: Hand): RefusalWhy | null {
  const rule = ruleOf(move.name)
  if (!rule.from.includes(request.status)) return 'not-from-here'
  if (!mayMove(request, move.name, hand)) return rule.by.includes('receiver') ? 'not-offered' : 'not-yours'
  if (rule.needsReason && (move.reason ?? '').trim() === '') return 'no-reason'
  if (rule.brings !== (move.brings?.kind ?? null) && !(move.name === 'decline' && move.brings === null && broughtByResidents.includes(request.intent))) return 'nothing-brought'
  if (move.name === 'cancel-visit' && request.visit == null) return 'no-visit'
  // Nobody goes into a home without a yes that is on record: what the resident said in the talk, or the words of who asked.
  if (move.brings?.kind === 'visit' && move.brings.visit.where === 'home' && request.consent?.allows !== 'visit' && (move.reason ?? '').trim() === '') return 'no-consent'
  return ownedByAnother(request, move.name, hand) ?? ownExtension(request, move.name, hand) ?? faultIn(request, move.brings, hand.now)
}

/** What residents bring of themselves (a wish, an offer, a topic) belongs nowhere else: the reason alone declines it. */
const broughtByResidents: readonly ServiceRequest['intent'][] = ['micro_wish', 'volunteer', 'deliberation']

/** What is wrong with what a move brings. */
function faultIn(request: ServiceRequest, brings: Particulars | null, now: number): RefusalWhy | null {
  switch (brings?.kind) {
    case undefined:
    case 'route':
    case 'mentions':
      return null
    case 'visit': {
      const { at, until, helper } = brings.visit
      if (helper.trim() === '') return 'nothing-brought'
      return at > now && (until === null || until > at) ? null : 'deadline-past'
    }
    case 'matter':
      return brings.serviceCode.trim() === '' || brings.words.trim() === '' ? 'nothing-brought' : null
    case 'owner':
      if (brings.owner.id.trim() === '' || brings.owner.name.trim() === '') return 'nothing-brought'
      return isSame(brings.owner, request.owner) && request.status !== 'accepted' ? 'same-owner' : null
    case 'offer':
      if (brings.to.name.trim() === '') return 'nothing-brought'
      return brings.to.kind !== 'unit' && isSame(brings.to, request.owner) ? 'same-owner' : null
    case 'deadline':
      return brings.dueAt > now ? null : 'deadline-past'
    case 'extension':
      if (!Number.isInteger(brings.workdays) || brings.workdays < 1) return 'nothing-brought'
      return brings.workdays + extendedBy(request) > longestExtension ? 'extension-too-long' : null
    case 'evidence':
      return brings.attachmentIds.length === 0 && brings.statement.trim() === '' ? 'nothing-brought' : null
    case 'into':
      if (brings.requestId === '') return 'nothing-brought'
      return brings.requestId === request.id ? 'into-itself' : null
    case 'level':
      return levelAbove(levelReached(request)) === brings.level ? null : 'no-level-above'
  }
}

/** A person's request is taken by another only through an order or an offer, never from under their hands. */
function ownedByAnother(request: ServiceRequest, name: MoveName, { actor }: Hand): RefusalWhy | null {
  if (name !== 'take' && name !== 'take-over') return null
  if (request.owner.kind === 'post') return null
  const isOwn = actor.kind === 'staff' && request.owner.id === actor.id
  if (!isOwn) return 'owned-by-another'
  return name === 'take-over' ? 'same-owner' : null
}

function ownExtension(request: ServiceRequest, name: MoveName, { actor }: Hand): RefusalWhy | null {
  if (name !== 'approve-extension' || actor.kind !== 'staff') return null
  const asker = pendingExtension(request)?.change.actor
  return asker?.kind === 'staff' && asker.id === actor.id ? 'own-extension' : null
}

function mayMove(request: ServiceRequest, name: MoveName, hand: Hand): boolean {
  if (name === 'call-back' && !mayCallBack(request, hand)) return false
  if (name === 'cancel-visit' && request.visit == null) return false
  return ruleOf(name).by.some((mover) => isMover(request, mover, hand))
}

/** Nobody calls back about their own work, nor where no bad mark waits for it. */
function mayCallBack(request: ServiceRequest, { actor }: Hand): boolean {
  const bad = openBadMark(request)
  return bad !== null && actor.kind === 'staff' && !handlersOf(request, bad.at).includes(actor.id)
}

function isMover(request: ServiceRequest, mover: Mover, { actor, isLead }: Hand): boolean {
  switch (mover) {
    case 'filer':
      return actor.kind === 'resident' && actor.id === request.residentId
    case 'resident':
      return actor.kind === 'resident' && (actor.id === request.residentId || request.reporters.some(({ residentId }) => residentId === actor.id))
    case 'bot':
      return actor.kind === 'bot'
    case 'staff':
      return actor.kind === 'staff'
    case 'lead':
      return actor.kind === 'staff' && isLead
    case 'owner':
      return actor.kind === 'staff' && request.owner.kind === 'staff' && request.owner.id === actor.id
    case 'receiver': {
      const to = pendingOffer(request)?.to
      if (actor.kind !== 'staff' || to === undefined || to.kind === 'unit') return false
      // Whoever has the post's work in hand may take up what was offered to the post, but not who offered it.
      return to.kind === 'staff' ? to.id === actor.id : !(request.owner.kind === 'staff' && request.owner.id === actor.id)
    }
  }
}

function ownerAfter(request: ServiceRequest, move: Move, actor: Actor): Owner {
  if (move.brings?.kind === 'owner') return move.brings.owner
  const takes = move.name === 'take' || move.name === 'take-over' || move.name === 'accept-forward'
  return takes && actor.kind === 'staff' ? { kind: 'staff', id: actor.id, name: actor.name } : request.owner
}

function isSame(one: Owner, other: Owner): boolean {
  return one.kind === other.kind && one.id === other.id
}
