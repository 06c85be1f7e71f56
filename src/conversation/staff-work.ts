import type { Address, Reply } from '../channels/channel.js'
import type { RequestAction } from '../desk/api-types.js'
import { InputError, StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { apply, isRefusal, type Move } from '../requests/apply-move.js'
import { silenceEnds } from '../requests/follow-up.js'
import { maySee } from '../requests/routing.js'
import type { WorkingTime } from '../requests/working-time.js'
import { isOpen, moveRequest, type RequestStatus, type ServiceRequest } from '../requests/service-request.js'
import type { Store, Write } from '../store/store.js'
import type { Delivery } from './deliver.js'
import type { Engine, StaffActor } from './engine.js'
import type { Outbox } from './outbox.js'
import type { Conversation, OutboxRow } from './records.js'
import { replies } from './replies.js'
import { ourLine } from './conclude.js'

export interface StaffWorkParts {
  readonly store: Store
  readonly outbox: Outbox
  readonly delivery: Delivery
  /** What a community's working time is counted by. */
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly now: () => number
  readonly newId: () => string
}

/** What the desk may do: each verb is one commit of the change and the news that follows from it. */
export function createStaffWork(parts: StaffWorkParts): Omit<Engine, 'deliver'> {
  const { store, outbox, delivery, now, newId } = parts

  async function commitAndSend(communityId: CommunityId, writes: readonly Write[], rows: readonly OutboxRow[], requestId: string | null): Promise<void> {
    const at = now()
    await store.commit(communityId, [
      ...writes,
      ...rows.flatMap((row): Write[] => [{ op: 'put', table: 'outbox', row }, { op: 'put', table: 'messages', row: ourLine(row, at, requestId) }]),
    ])
    outbox.push(communityId, rows)
  }

  function news(to: Address, text: string, choices: readonly string[], from: Reply['from']): OutboxRow {
    return {
      id: newId(), rev: 0, conversationId: to.conversationId, to,
      reply: { text, choices, citations: [], urgency: 'normal', from },
      state: 'due', attempts: 0, dueAt: now(), error: null, endedAt: null,
    }
  }

  /** News to everyone who reported it: in their private chat; in a room only the number and the state. */
  async function tellReporters(communityId: CommunityId, request: ServiceRequest, own: string, others: string, choices: readonly string[], from: Reply['from']): Promise<OutboxRow[]> {
    const told = new Set<string>()
    const rows: OutboxRow[] = []
    for (const reporter of request.reporters) {
      const conversation = await store.get(communityId, 'conversations', reporter.conversationId)
      const chat = conversation?.chat ?? reporter.chat
      const key = `${reporter.conversationId}|${chat === 'private' ? reporter.residentId : ''}`
      if (told.has(key)) continue
      told.add(key)
      const channel = conversation?.channel ?? (request.channel as Address['channel'])
      const to: Address = { channel, conversationId: reporter.conversationId, chat, residentId: chat === 'private' ? reporter.residentId : null }
      const isOwner = reporter.residentId === request.residentId
      rows.push(news(to, isOwner ? own : others, isOwner ? choices : [], from))
    }
    return rows
  }

  async function actOnRequest(communityId: CommunityId, id: string, rev: number, action: RequestAction, text: string | null, by: StaffActor): Promise<ServiceRequest> {
    const request = await store.get(communityId, 'requests', id)
    if (!request) throw new InputError('no-request', '没有这张工单。')
    if (request.rev !== rev) throw new StoreError('conflict', `request ${id}: expected rev ${rev}, it stands at ${request.rev}`)
    if (!actionsFor(request, by).includes(action)) throw new InputError('not-allowed', '这张工单现在不能这样处理，请刷新看看最新状态。')
    const words = text?.trim() ?? ''
    if (action !== 'take' && words === '') throw new InputError('no-text', '请写一句说明，居民会看到。')
    const until = action === 'resolve' ? silenceEnds(parts.workingTime(communityId), now()) : null
    const acted = act(request, action, words, by, until)
    const staff: Reply['from'] = { kind: 'staff', name: by.name }
    const bot: Reply['from'] = { kind: 'bot' }
    let rows: OutboxRow[]
    switch (action) {
      case 'take':
        rows = await tellReporters(communityId, acted, replies.takenNews(acted), replies.takenNews(acted), [], bot)
        break
      case 'reply':
        rows = (await tellReporters(communityId, { ...acted, reporters: acted.reporters.filter((one) => one.residentId === acted.residentId) }, words, words, [], staff)).slice(0, 1)
        break
      case 'ask-resident':
        rows = (await tellReporters(communityId, { ...acted, reporters: acted.reporters.filter((one) => one.residentId === acted.residentId) }, replies.askNews(acted, words), replies.askNews(acted, words), [], bot)).slice(0, 1)
        break
      case 'resolve':
        rows = await tellReporters(communityId, acted, replies.resolvedNews(acted, words, until), `${acted.number} 已办结。`, ['1 解决了', '2 没解决', '3 没人联系我'], bot)
        break
      case 'decline':
        rows = await tellReporters(communityId, acted, replies.declinedNews(acted, words), `${acted.number} 没能受理。`, [], bot)
        break
      case 'reopen':
        rows = await tellReporters(communityId, acted, replies.reopened(acted), `${acted.number} 重新办理中。`, [], bot)
        break
    }
    await commitAndSend(communityId, [{ op: 'put', table: 'requests', row: acted }], rows, id)
    return (await store.get(communityId, 'requests', id)) ?? acted
  }

  function act(request: ServiceRequest, action: RequestAction, words: string, by: StaffActor, until: number | null): ServiceRequest {
    const actor = { kind: 'staff', id: by.id, name: by.name } as const
    const at = now()
    if (action === 'reply') return make(request, { name: 'reply', reason: words.slice(0, 200), brings: null }, { actor, isLead: false, now: at })
    if (action === 'resolve') {
      const closed = make(request, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: words } }, { actor, isLead: false, now: at })
      const ask: Move = until === null ? { name: 'ask-confirm', reason: null, brings: null } : { name: 'ask-confirm-by', reason: null, brings: { kind: 'deadline', dueAt: until } }
      return make(closed, ask, { actor: { kind: 'bot' }, isLead: false, now: at })
    }
    if (action === 'ask-resident') return make(request, { name: 'ask-resident', reason: words, brings: null }, { actor, isLead: false, now: at })
    if (action === 'reopen') return make(request, { name: 'reopen', reason: words, brings: null }, { actor, isLead: false, now: at })
    if (action === 'take') {
      const isInHand = ['in-progress', 'awaiting-resident', 'extended'].includes(request.status)
      const taken = apply(request, { name: isInHand ? 'take-over' : 'take', reason: null, brings: null }, { actor, isLead: false, now: at })
      // From a colleague's hands it is still taken without the lead's order: the desk can't give one yet.
      if (!isRefusal(taken)) return taken
    }
    const mine: ServiceRequest = action === 'take' ? { ...request, owner: { kind: 'staff', id: by.id, name: by.name } } : request
    const moved = moveRequest(mine, pathOf(request, action), { actor, now: at, note: action === 'take' ? null : words })
    if (!moved) throw new InputError('not-allowed', '这张工单现在不能这样处理，请刷新看看最新状态。')
    return moved
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
    actionsFor,
    actOnRequest,
    takeConversation: (communityId, id, by) =>
      withConversation(
        communityId,
        id,
        (conversation) => {
          if (conversation.mode === 'staff' && conversation.takenBy !== null && conversation.takenBy.id !== by.id) throw new InputError('taken', `${conversation.takenBy.name}正在和居民说话。`)
          return { ...conversation, mode: 'staff', takenBy: { id: by.id, name: by.name }, lastAt: now() }
        },
        () => [],
      ),
    async say(communityId, conversationId, text, by) {
      const words = text.trim()
      if (words === '') throw new InputError('no-text', '请写一句话再发。')
      await withConversation(
        communityId,
        conversationId,
        (conversation) => {
          if (conversation.mode !== 'staff' || conversation.takenBy?.id !== by.id) throw new InputError('not-taken', '请先接管这个会话，再和居民说话。')
          return { ...conversation, lastAt: now() }
        },
        (conversation) => [news(addressOf(conversation), words, [], { kind: 'staff', name: by.name })],
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
        (conversation) => (conversation.chat === 'private' ? [news(addressOf(conversation), replies.released, [], { kind: 'bot' })] : []),
      ),
  }
}

function make(request: ServiceRequest, move: Move, by: Parameters<typeof apply>[2]): ServiceRequest {
  const after = apply(request, move, by)
  if (isRefusal(after)) throw new InputError('not-allowed', after.says)
  return after
}

/** What this person may do with a request now. */
export function actionsFor(request: ServiceRequest, by: StaffActor): readonly RequestAction[] {
  // Whom a complaint names has no hand in it, lead or not.
  if (!maySee(request, { name: by.name, isLead: true })) return []
  const mine = request.owner.kind === 'staff' && request.owner.id === by.id
  if (isOpen(request)) {
    const withResident: RequestAction[] = request.status === 'awaiting-resident' ? [] : ['ask-resident']
    return mine ? [...(request.status === 'reopened' ? (['take'] as const) : []), 'reply', ...withResident, 'resolve', 'decline'] : ['take', 'reply']
  }
  if (request.status === 'confirming' || request.status === 'resolved') return ['reply', 'reopen']
  return []
}

function pathOf(request: ServiceRequest, action: Exclude<RequestAction, 'reply' | 'ask-resident' | 'resolve' | 'reopen'>): readonly RequestStatus[] {
  switch (action) {
    case 'take':
      return request.status === 'in-progress' || request.status === 'awaiting-resident' ? [] : ['in-progress']
    case 'decline':
      return ['declined']
  }
}
