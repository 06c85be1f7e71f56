import type { Address, Attachment, Reply } from '../channels/channel.js'
import { InputError } from '../errors.js'
import { PLATFORM, type Community, type CommunityId } from '../knowledge/community.js'
import { apply, isRefusal, movesFor, type Hand, type Move } from '../requests/apply-move.js'
import { dueOf, type Due } from '../requests/clock.js'
import { putToResident } from '../requests/follow-up.js'
import { withoutDoors } from '../requests/place.js'
import { maySee, postsOf, unitOf, type ResponsibleUnit } from '../requests/routing.js'
import type { ServiceCatalogue } from '../requests/services.js'
import { isOpen, type Owner, type Reporter, type ServiceRequest } from '../requests/service-request.js'
import { addWorkdays, type WorkingTime } from '../requests/working-time.js'
import { redact } from '../privacy.js'
import { chatLastUsed } from '../residents/identities.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store, Write } from '../store/store.js'
import { heardBy } from './confidence.js'
import type { Delivery } from './deliver.js'
import type { Engine, MoveWish, StaffActor } from './engine.js'
import { inRoom, newsOf, type MoveNews } from './move-news.js'
import { noticeRow, noticeWrites, withdrawals } from './notices.js'
import type { Outbox } from './outbox.js'
import type { Conversation, OutboxRow } from './records.js'
import { replies } from './replies.js'
import { splitOff, withSibling } from './split.js'
import { createUndo, heldBack } from './undo.js'

export interface StaffWorkParts {
  readonly store: Store
  readonly outbox: Outbox
  readonly delivery: Delivery
  readonly services: Pick<ServiceCatalogue, 'byCode'>
  readonly community: (id: CommunityId) => Community
  /** As in TurnParts. */
  readonly responsibleFor: (communityId: CommunityId, serviceCode: string) => ResponsibleUnit | null
  /** What a community's working time is counted by. */
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly now: () => number
  readonly newId: () => string
}

/** Characters of a reply that stay in the history; the whole of it is in the conversation. */
const replyKept = 200

/** Until when what was handed back is dispatched anew where nobody named a day, ms, should no working day be known. */
const redispatchMs = 24 * 3_600_000

/** What the desk may do: each verb is one commit of the change and the news that follows from it. */
export function createStaffWork(parts: StaffWorkParts): Omit<Engine, 'deliver' | 'answerPage'> {
  const { store, outbox, delivery, services, workingTime, now, newId } = parts
  const undo = createUndo({ store, outbox, now })

  async function commitAndSend(communityId: CommunityId, writes: readonly Write[], rows: readonly OutboxRow[], requestId: string | null): Promise<void> {
    await store.commit(communityId, [...writes, ...noticeWrites(rows, now(), requestId)])
    outbox.push(communityId, rows)
  }

  /** News to those who reported it: in their private chat; in a room only the number and the state, or what a person says there. */
  async function tellReporters(communityId: CommunityId, request: ServiceRequest, news: MoveNews, by: StaffActor, files: readonly Attachment[]): Promise<OutboxRow[]> {
    const told = new Set<string>()
    const rows: OutboxRow[] = []
    for (const reporter of request.reporters) {
      const isFiler = reporter.residentId === request.residentId
      if (news.to === 'filer' && !isFiler) continue
      const first = await store.get(communityId, 'conversations', reporter.conversationId)
      const chat = first?.chat ?? reporter.chat
      const to = await chatLastUsed(store, communityId, { channel: first?.channel ?? (request.channel as Address['channel']), conversationId: reporter.conversationId, chat, residentId: chat === 'private' ? reporter.residentId : null })
      const conversation = to.conversationId === first?.id ? first : await store.get(communityId, 'conversations', to.conversationId)
      const key = `${to.conversationId}|${to.residentId ?? ''}`
      if (told.has(key)) continue
      told.add(key)
      const from: Reply['from'] = news.isSaid ? spokenBy(by) : { kind: 'bot' }
      const text = chat === 'private' ? (isFiler ? news.own : news.others) : news.isSaid ? redact(withoutDoors(news.own), ['name']) : inRoom(request, isFiler ? news : { choices: [] })
      rows.push(noticeRow({ to, text, choices: isFiler ? news.choices : [], attachments: isFiler && (chat === 'private' || news.isSaid) ? files : [], from, about: request.id, when: news.isSaid ? 'now' : 'by-day' }, conversation, { id: newId(), now: now() }))
      if (news.to === 'filer') break
    }
    return rows
  }

  async function actOnRequest(communityId: CommunityId, id: string, rev: number, move: Move, by: StaffActor, { canUndo = false, attachments = [] }: MoveWish = {}): Promise<ServiceRequest> {
    const request = await store.get(communityId, 'requests', id)
    if (!request) throw new InputError('no-request', '没有这张工单。')
    mustStandAt(rev, request, 'requests')
    if (!maySee(request, by)) throw new InputError('not-allowed', '这张工单由别的人处理。')
    const time = workingTime(communityId)
    const received = await withReceiver(communityId, request, spelledOut(request, move, time))
    checkService(request, received)
    const hand = handOf(by)
    // Refused before a number is spent on it.
    if (received.brings?.kind === 'matter') made(request, received, hand)
    const split = await splitOff(parts, communityId, request, received)
    const whole = split?.move ?? received
    const moved = asked(made(request, whole.name === 'reply' ? { ...whole, reason: whole.reason?.trim().slice(0, replyKept) ?? null } : whole, hand), time)
    const acted = split === null ? moved : withSibling(moved, split.filed)
    const news = newsOf(acted, whole, dueNow(acted, time))
    const told = news === null ? [] : await tellReporters(communityId, acted, news, by, whole.name === 'reply' ? attachments : await filesOf(communityId, whole))
    const rows = canUndo ? heldBack(told, id, now()) : told
    const into = whole.brings?.kind === 'into' ? [await joined(communityId, acted, whole.brings)] : []
    const filed = split === null ? [] : [split.filed]
    const withdrawn = acted.status === request.status ? [] : await unasked(communityId, id, rows)
    const writes = [acted, ...into.map(({ after }) => after), ...filed].map((row): Write => ({ op: 'put', table: 'requests', row }))
    const before = [request, ...into.map((one) => one.before)]
    const noted = canUndo ? [await undo.noting(communityId, { id, by: by.id, before, filed: filed.map((one) => one.id), news: rows.map((row) => row.id), withdrawn })] : []
    await commitAndSend(communityId, [...writes, ...noted, ...withdrawals(withdrawn, (about) => about === id)], rows, id)
    return (await store.get(communityId, 'requests', id)) ?? acted
  }

  /** A question of the state before, held over the night, is not asked in the morning. */
  async function unasked(communityId: CommunityId, id: string, rows: readonly OutboxRow[]): Promise<readonly OutboxRow[]> {
    const waiting = await Promise.all([...new Set(rows.map(({ conversationId }) => conversationId))].map((conversationId) => store.find(communityId, 'outbox', { by: 'conversationId', equals: conversationId })))
    return waiting.flat().filter(({ reply, held, state }) => state === 'due' && reply.choices.length > 0 && held?.about === id)
  }

  /** What was brought to show that it is done: its resident sees it too. */
  async function filesOf(communityId: CommunityId, { brings }: Move): Promise<readonly Attachment[]> {
    const rows = await Promise.all((brings?.kind === 'evidence' ? brings.attachmentIds : []).map((id) => store.get(communityId, 'attachments', id)))
    return rows.flatMap((row) => (row === null ? [] : [{ id: row.id, kind: row.kind, mediaType: row.mediaType, bytes: row.bytes }]))
  }

  /** What the service itself asks of an end: a photo, or that it may be granted online at all. */
  function checkService(request: ServiceRequest, { name, brings }: Move): void {
    const service = services.byCode(request.serviceCode)
    if (name === 'approve' && service?.simple !== true) throw new InputError('not-allowed', '这个事项不是简易事项，不能网上批准，请按办结处理。')
    if (name === 'close' && service?.photo === true && !(brings?.kind === 'evidence' && brings.attachmentIds.length > 0)) throw new InputError('no-photo', '这个事项办结要附上照片，请先加照片。')
  }

  function handOf(by: StaffActor): Hand {
    return { actor: { kind: 'staff', id: by.id, name: by.name }, isLead: by.isLead, now: now() }
  }

  function dueNow(request: ServiceRequest, time: WorkingTime): Due {
    return dueOf(request, services.byCode(request.serviceCode)?.term ?? null, time, now())
  }

  /** The move with what a person need not say. */
  function spelledOut(request: ServiceRequest, move: Move, time: WorkingTime): Move {
    if (move.name === 'take' && ['in-progress', 'awaiting-resident', 'extended'].includes(request.status)) return { ...move, name: 'take-over' }
    if (move.name !== 'return' || move.brings !== null) return move
    const day = addWorkdays(now(), 1, time)
    return { ...move, brings: { kind: 'deadline', dueAt: day.kind === 'known' ? day.value : now() + redispatchMs } }
  }

  /** The move with the receiver as the accounts, the posts and the texts know it: nobody hands on to a name that is only typed. */
  async function withReceiver(communityId: CommunityId, request: ServiceRequest, move: Move): Promise<Move> {
    if (move.brings?.kind === 'owner') return { ...move, brings: { kind: 'owner', owner: await receiver(communityId, request, move.brings.owner) } }
    if (move.brings?.kind !== 'offer') return move
    const { to } = move.brings
    if (to.kind !== 'unit') return { ...move, brings: { kind: 'offer', to: await receiver(communityId, request, to) } }
    const named = parts.responsibleFor(communityId, request.serviceCode)
    return { ...move, brings: { kind: 'offer', to: { ...to, citation: named?.units.includes(to.name) === true ? unitOf(named).citation : null } } }
  }

  async function receiver(communityId: CommunityId, request: ServiceRequest, to: Owner): Promise<Owner> {
    if (to.kind === 'post') {
      const post = postsOf(parts.community(communityId)).find(({ id }) => id === to.id)
      if (post === undefined) throw new InputError('bad-target', '没有这个岗位。')
      return post
    }
    const account = await store.get(PLATFORM, 'staff', to.id)
    if (account === null || account.disabled || account.role === 'auditor' || (account.scope !== 'all' && !account.scope.includes(communityId))) throw new InputError('bad-target', '这位同事不在这个社区，不能接这张工单。')
    // Who is handed what stays between few sees it by that.
    if (!maySee({ ...request, discretion: undefined }, { id: account.id, name: account.name, isLead: account.role !== 'staff' })) throw new InputError('bad-target', '这张工单涉及本人，或只由负责人看，不能交给这位同事。')
    return { kind: 'staff', id: account.id, name: account.name }
  }

  function asked(request: ServiceRequest, time: WorkingTime): ServiceRequest {
    return request.status === 'done' ? allowed(putToResident(request, time, now())) : request
  }

  /** The request that another was merged into, with those who reported the other: they hear how it ends. */
  async function joined(communityId: CommunityId, from: ServiceRequest, into: { readonly requestId: string; readonly number: string }): Promise<{ readonly before: ServiceRequest; readonly after: ServiceRequest }> {
    const target = await store.get(communityId, 'requests', into.requestId)
    if (target === null || target.number !== into.number || !isOpen(target)) throw new InputError('bad-target', '要并入的工单不在办理中，请核对编号。')
    const isNew = (one: Reporter): boolean => !target.reporters.some(({ residentId, conversationId }) => residentId === one.residentId && conversationId === one.conversationId)
    return { before: target, after: { ...target, updatedAt: now(), reporters: [...target.reporters, ...from.reporters.filter(isNew)] } }
  }

  async function withConversation(communityId: CommunityId, id: string, change: (conversation: Conversation) => Conversation, rows: (changed: Conversation) => readonly OutboxRow[]): Promise<Conversation> {
    return delivery.alone(communityId, id, async () => {
      const conversation = await store.get(communityId, 'conversations', id)
      if (!conversation) throw new InputError('no-conversation', '没有这个会话。')
      const changed = change(conversation)
      await commitAndSend(communityId, [{ op: 'put', table: 'conversations', row: changed }], rows(changed), null)
      return (await store.get(communityId, 'conversations', id)) ?? changed
    })
  }

  function addressOf(conversation: Conversation): Address {
    return { channel: conversation.channel, conversationId: conversation.id, chat: conversation.chat, residentId: conversation.residentId }
  }

  return {
    // Whom a complaint names has no hand in it, lead or not.
    movesFor: (request, by) => (maySee(request, by) ? movesFor(request, handOf(by)).filter((name) => name !== 'approve' || services.byCode(request.serviceCode)?.simple === true) : []),
    actOnRequest,
    undoMove: undo.undo,
    undoableUntil: undo.until,
    takeConversation: (communityId, id, by) =>
      withConversation(
        communityId,
        id,
        (conversation) => {
          if (conversation.mode === 'staff' && conversation.takenBy !== null && conversation.takenBy.id !== by.id) throw new InputError('taken', `${conversation.takenBy.name}正在和居民说话。`)
          return { ...heardBy(conversation, by.id), mode: 'staff', takenBy: { id: by.id, name: by.name }, lastAt: now() }
        },
        () => [],
      ),
    async say(communityId, conversationId, text, by, attachments = []) {
      const words = text.trim()
      if (words === '') throw new InputError('no-text', '请写一句话再发。')
      await withConversation(
        communityId,
        conversationId,
        (conversation) => {
          if (conversation.mode !== 'staff' || conversation.takenBy?.id !== by.id) throw new InputError('not-taken', '请先接管这个会话，再和居民说话。')
          return { ...conversation, lastAt: now() }
        },
        (conversation) => [noticeRow({ to: addressOf(conversation), text: words, attachments, from: spokenBy(by), about: null, when: 'now' }, conversation, { id: newId(), now: now() })],
      )
    },
    releaseConversation: (communityId, id, by) =>
      withConversation(
        communityId,
        id,
        (conversation) => {
          if (conversation.mode === 'staff' && conversation.takenBy !== null && conversation.takenBy.id !== by.id) throw new InputError('taken', `${conversation.takenBy.name}正在和居民说话。`)
          return { ...conversation, mode: 'bot', takenBy: null, handover: null, lastAt: now() }
        },
        (conversation) => (conversation.chat === 'private' ? [noticeRow({ to: addressOf(conversation), text: replies.released, about: null, when: 'now' }, conversation, { id: newId(), now: now() })] : []),
      ),
  }
}

function spokenBy({ name, isLead }: StaffActor): Reply['from'] {
  return { kind: 'staff', name, role: isLead ? '社区负责人' : '社区工作人员' }
}

function made(request: ServiceRequest, move: Move, hand: Hand): ServiceRequest {
  return allowed(apply(request, move, hand))
}

function allowed(after: ReturnType<typeof apply>): ServiceRequest {
  if (isRefusal(after)) throw new InputError(after.refused === 'no-reason' ? 'no-text' : after.refused === 'nothing-brought' ? 'bad-input' : 'not-allowed', after.says)
  return after
}
