import type { InboundEvent } from '../channels/channel.js'
import { alone, type Cluster } from '../cluster/cluster.js'
import { noticeRow, noticeWrites } from '../conversation/notices.js'
import type { Outbox } from '../conversation/outbox.js'
import type { Conversation, OutboxRow } from '../conversation/records.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { decideAgain, isConflict, unlessQuicker } from '../store/quicker.js'
import type { Committed, Store, Write } from '../store/store.js'
import { answered, called, ended, held, isGoing, isUrgent, newPage, nextMove, raised, rowFailed } from './ladder.js'
import { pagingLines, readPageAnswer } from './lines.js'
import type { Candidate, Page, PageCause } from './page.js'
import type { Reach } from './reach.js'

/** Calls are looked at this often at least, ms: the clock may jump while the machine sleeps. */
const lookEveryMs = 60_000
/** Calls of a conversation that are looked through for one that stands. */
const mostPages = 1_000

export interface PagerParts {
  readonly store: Store
  readonly outbox: Pick<Outbox, 'push'>
  readonly reach: Reach
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  /** A community's name for staff. */
  readonly nameOf: (communityId: CommunityId) => string
  /** Where the desk is, without a slash at the end; `null` while it has no address. */
  readonly deskUrl: () => string | null
  readonly now: () => number
  readonly newId: () => string
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** What a call for a person comes to, before it is committed. */
export interface Planned {
  readonly page: Page
  readonly writes: readonly Write[]
}

/** Who answers a call. */
interface Answerer {
  readonly id: string
  readonly name: string
}

export interface Pager {
  /** A call for somebody who waits in a conversation: the one that stands, or a new one with its first step. To be committed, and its outbox rows pushed, with what causes it. */
  plan(communityId: CommunityId, conversationId: string, cause: Extract<PageCause, { readonly kind: 'danger' | 'person' }>): Promise<Planned>
  /** Calls for what no resident waits for; one at a time for one cause. */
  call(communityId: CommunityId, cause: Exclude<PageCause, { readonly kind: 'danger' | 'person' }>): Promise<Page>
  /** Resolves with the call as it stands then; `null`: there is none. */
  answer(communityId: CommunityId, id: string, by: Answerer): Promise<Page | null>
  /** 「应 12」 of a member of staff, with what they hear; `mayAnswer` tells of which communities. */
  answerNumber(number: number, by: Answerer, mayAnswer: (communityId: CommunityId) => boolean): Promise<string>
  /** Takes 「应 12」 in a private chat of a member of staff; `false`: it is something else. Rejects when it could not be kept. */
  take(event: InboundEvent): Promise<boolean>
  /** What was called for needs nobody any more. */
  over(communityId: CommunityId, isMeant: (page: Page) => boolean): Promise<void>
  /** Calls whoever is next, where it is time; called by the clock, and by tests. */
  look(): Promise<void>
  /** Resolves when nothing is being called. */
  idle(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export function createPager(parts: PagerParts): Pager {
  const { store, outbox, reach, now, newId, log } = parts
  const { isMine, onChange } = parts.cluster ?? alone
  /** Calls that are going on, as they were last committed. */
  const going = new Map<string, { readonly communityId: CommunityId; readonly page: Page }>()
  let clock: NodeJS.Timeout | null = null
  let isStopped = false
  /** Who had the conversation of a call in hand when it was made: that they still have is no answer. */
  const takenBefore = new Map<string, string>()
  const loaded = load()
  /** Steps, one after the other. */
  let tail: Promise<void> = loaded.catch(() => undefined)

  const keyOf = (communityId: CommunityId, id: string): string => `${communityId}|${id}`

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = tail.then(work)
    tail = mine.then(() => undefined, () => undefined)
    return mine
  }

  function inOrder(work: () => Promise<void>): Promise<void> {
    return inTurn(work).catch((error: unknown) => {
      // Somebody was quicker: what they committed is looked at next.
      if (!isConflict(error)) log('pager.failed', { error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    })
  }

  function note(communityId: CommunityId, page: Page): void {
    if (isGoing(page)) {
      going.set(keyOf(communityId, page.id), { communityId, page })
      return
    }
    going.delete(keyOf(communityId, page.id))
    takenBefore.delete(keyOf(communityId, page.id))
  }

  async function load(): Promise<void> {
    for (const communityId of await store.communities()) {
      for (const state of ['held', 'calling'] as const) {
        for (const page of await store.find(communityId, 'pages', { by: 'state', equals: state, limit: mostPages })) {
          const conversation = page.conversationId === null ? null : await store.get(communityId, 'conversations', page.conversationId)
          if (conversation?.takenBy != null) takenBefore.set(keyOf(communityId, page.id), conversation.takenBy.id)
          if (!going.has(keyOf(communityId, page.id))) note(communityId, page)
        }
      }
    }
  }

  function rearm(): void {
    if (clock !== null) clearTimeout(clock)
    clock = null
    if (isStopped || going.size === 0) return
    const next = [...going.values()].reduce((earliest, { communityId, page }) => (isMine(communityId) ? Math.min(earliest, page.nextAt) : earliest), Infinity)
    clock = setTimeout(() => { void inOrder(look) }, Math.min(lookEveryMs, Math.max(0, next - now())))
    clock.unref()
  }

  /** The page with this person called, and the messages that call. */
  async function step(communityId: CommunityId, page: Page, who: Candidate): Promise<Planned> {
    const desk = parts.deskUrl()
    const link = desk === null ? null : page.cause.kind === 'channel' ? `${desk}/channels` : `${desk}/pages`
    const chats = (await reach.chats(who.staffId)).filter(({ channel }) => who.by.includes(channel))
    const rows = chats.map(({ channel, conversationId }): OutboxRow => {
      const row = noticeRow({
        to: { channel, conversationId, chat: 'private', residentId: null },
        text: pagingLines.call(page, communityId === PLATFORM ? '一窗' : parts.nameOf(communityId), link), choices: [`应 ${page.number}`], about: null, when: 'now',
      }, null, { id: newId(), now: now() })
      return isUrgent(page.cause) ? { ...row, reply: { ...row.reply, urgency: 'danger' } } : row
    })
    const after = called(page, who, rows.map(({ id }) => id), now())
    // No lines: a member of staff is no resident of ours.
    return { page: after, writes: [{ op: 'put', table: 'pages', row: after }, ...rows.map((row): Write => ({ op: 'put', table: 'outbox', row }))] }
  }

  /** The page as the next move leaves it; unchanged when there is nothing to do. */
  async function advanced(communityId: CommunityId, page: Page): Promise<Planned> {
    const move = nextMove(page, isGoing(page) && page.nextAt <= now() ? await reach.candidates(communityId, page.cause) : [], now())
    switch (move.kind) {
      case 'wait':
        return { page, writes: [] }
      case 'call':
        return step(communityId, page, move.who)
      case 'hold': {
        const later = held(page, move.until)
        return { page: later, writes: [{ op: 'put', table: 'pages', row: later }] }
      }
      case 'end': {
        const over = ended(page, 'unanswered', now())
        log('pager.unanswered', { page: page.number, cause: page.cause.kind, called: page.steps.length })
        return { page: over, writes: [{ op: 'put', table: 'pages', row: over }, ...(await news(communityId, page, pagingLines.unanswered(page.cause)))] }
      }
    }
  }

  /** What the one who waits is told; the rows are sent when they are committed. */
  async function news(communityId: CommunityId, page: Page, text: string): Promise<readonly Write[]> {
    const conversation: Conversation | null = page.conversationId === null ? null : await store.get(communityId, 'conversations', page.conversationId)
    if (conversation === null) return []
    const to = { channel: conversation.channel, conversationId: conversation.id, chat: conversation.chat, residentId: conversation.residentId }
    const row = noticeRow({ to, text, about: null, when: isUrgent(page.cause) ? 'now' : 'by-day' }, conversation, { id: newId(), now: now() })
    return noticeWrites([isUrgent(page.cause) ? { ...row, reply: { ...row.reply, urgency: 'danger' } } : row], now(), null)
  }

  async function commit(communityId: CommunityId, planned: Planned): Promise<void> {
    if (planned.writes.length === 0) return
    await store.commit(communityId, planned.writes)
    outbox.push(communityId, planned.writes.flatMap((write) => (write.op === 'put' && write.table === 'outbox' ? [write.row] : [])))
  }

  async function look(): Promise<void> {
    for (const { communityId, page } of [...going.values()]) {
      if (isStopped || page.nextAt > now() || !isMine(communityId)) continue
      if (await unlessQuicker(commit(communityId, await advanced(communityId, page)))) continue
      const newest = await store.get(communityId, 'pages', page.id)
      if (newest !== null) note(communityId, newest)
    }
    rearm()
  }

  /** Reads, changes and writes a page; again when somebody was quicker. `null` from `to`: nothing to change. */
  async function change(communityId: CommunityId, id: string, to: (page: Page) => Promise<Planned | null>): Promise<Page | null> {
    return decideAgain(async () => {
      const page = await store.get(communityId, 'pages', id)
      const planned = page === null ? null : await to(page)
      if (planned === null) return page
      await commit(communityId, planned)
      return planned.page
    })
  }

  function answer(communityId: CommunityId, id: string, by: Answerer): Promise<Page | null> {
    return change(communityId, id, async (page) => {
      if (page.state === 'answered' || page.state === 'over') return null
      const after = answered(page, by, now())
      return { page: after, writes: [{ op: 'put', table: 'pages', row: after }, ...(await news(communityId, page, pagingLines.answered(by.name)))] }
    })
  }

  async function close(communityId: CommunityId, id: string): Promise<void> {
    await change(communityId, id, async (page) => {
      if (!isGoing(page)) return null
      const after = ended(page, 'over', now())
      return { page: after, writes: [{ op: 'put', table: 'pages', row: after }] }
    })
  }

  async function fail(communityId: CommunityId, id: string, rowId: string): Promise<void> {
    await change(communityId, id, async (page) => {
      const after = rowFailed(page, rowId, now())
      return after === null ? null : { page: after, writes: [{ op: 'put', table: 'pages', row: after }] }
    })
  }

  const ofConversation = (communityId: CommunityId, conversationId: string): Page | null =>
    [...going.values()].find((one) => one.communityId === communityId && one.page.conversationId === conversationId)?.page ?? null

  function hear({ communityId, writes }: Committed): void {
    let isChanged = false
    const spokenIn = new Set(writes.flatMap((write) => (write.op === 'put' && write.table === 'messages' && write.row.from === 'staff' ? [write.row.conversationId] : [])))
    for (const write of writes) {
      if (write.op !== 'put') continue
      if (write.table === 'pages') {
        note(communityId, write.row)
        isChanged = true
        const talk = writes.find((one) => one.op === 'put' && one.table === 'conversations' && one.row.id === write.row.conversationId)
        if (isGoing(write.row) && talk?.op === 'put' && talk.table === 'conversations' && talk.row.takenBy !== null) takenBefore.set(keyOf(communityId, write.row.id), talk.row.takenBy.id)
      }
      if (write.table === 'outbox' && write.row.state !== 'due') {
        const { id } = write.row
        const page = [...going.values()].find((one) => one.communityId === communityId && one.page.steps.some(({ rowIds }) => rowIds.includes(id)))?.page
        if (page !== undefined && isMine(communityId)) void inOrder(() => fail(communityId, page.id, id))
      }
      if (write.table === 'conversations') {
        const page = ofConversation(communityId, write.row.id)
        const { mode, takenBy } = write.row
        // One process answers for all.
        if (page === null || mode === 'waiting' || !isMine(communityId)) continue
        if (mode === 'staff' && !spokenIn.has(write.row.id) && takenBy?.id === takenBefore.get(keyOf(communityId, page.id))) continue
        // Who takes the conversation over or speaks there has answered; what was given back to the bot needs nobody.
        void inOrder(async () => { await (mode === 'staff' && takenBy !== null ? answer(communityId, page.id, takenBy) : close(communityId, page.id)) })
      }
    }
    if (isChanged) rearm()
  }
  const stopListening = store.onCommit(hear)
  const stopWatching = onChange(rearm)

  async function fresh(communityId: CommunityId, cause: PageCause, conversationId: string | null): Promise<Planned> {
    const page = newPage({ id: newId(), number: await store.nextNumber(PLATFORM, 'page'), cause, conversationId }, now())
    const planned = await advanced(communityId, page)
    return planned.writes.length > 0 ? planned : { page, writes: [{ op: 'put', table: 'pages', row: page }] }
  }

  async function answerNumber(number: number, by: Answerer, mayAnswer: (communityId: CommunityId) => boolean): Promise<string> {
    for (const communityId of await store.communities()) {
      if (communityId !== PLATFORM && !mayAnswer(communityId)) continue
      const [page] = await store.find(communityId, 'pages', { by: 'number', equals: number, limit: 1 })
      if (page === undefined) continue
      const after = await answer(communityId, page.id, by)
      if (after?.state !== 'answered') return pagingLines.overAlready(number)
      return after.answeredBy?.id === by.id ? pagingLines.answeredToStaff(after) : pagingLines.answeredByOther(after)
    }
    return pagingLines.noSuchPage(number)
  }

  async function idle(): Promise<void> {
    for (let waited: Promise<void> | null = null; waited !== tail;) {
      waited = tail
      await waited
    }
  }

  return {
    async plan(communityId, conversationId, cause) {
      await loaded
      const standing = ofConversation(communityId, conversationId)
      if (standing === null) {
        // Whoever has answered has the conversation: it is told what is said, and nobody is called twice for it.
        const [last] = await store.find(communityId, 'pages', { by: 'conversationId', equals: conversationId, order: 'desc', limit: 1 })
        if (last?.state === 'answered' && (last.cause.kind === 'danger' || cause.kind === 'person') && now() - (last.endedAt ?? 0) < answeredHoldsMs) return { page: last, writes: [] }
        return fresh(communityId, cause, conversationId)
      }
      if (cause.kind === 'danger' && standing.cause.kind !== 'danger') return advanced(communityId, raised(standing, cause, now()))
      // Somebody may have come meanwhile.
      return standing.state === 'held' && (isUrgent(standing.cause) || standing.nextAt <= now()) ? advanced(communityId, { ...standing, nextAt: now() }) : { page: standing, writes: [] }
    },

    call: (communityId, cause) => inTurn(async () => {
      const standing = [...going.values()].find((one) => one.communityId === communityId && sameCause(one.page.cause, cause))
      if (standing !== undefined) return standing.page
      const planned = await fresh(communityId, cause, null)
      await commit(communityId, planned)
      return planned.page
    }),

    answer,

    answerNumber,

    async take(event) {
      if (event.kind === 'recalled' || event.kind === 'edited' || event.chat !== 'private') return false
      const number = readPageAnswer(event.text)
      const staff = number === null ? null : await reach.staffBehind(event.author.id)
      if (number === null || staff === null) return false
      const text = await answerNumber(number, staff, (id) => staff.scope === 'all' || staff.scope.includes(id))
      const row: OutboxRow = { ...noticeRow({ to: { channel: event.channel, conversationId: event.conversationId, chat: 'private', residentId: null }, text, about: null, when: 'now' }, null, { id: newId(), now: now() }), answers: `${event.channel}:${event.messageId}` }
      // The delivery that comes again is known by its key, as any other is.
      const isNew = await unlessQuicker(store.commit(event.communityId, [
        { op: 'put', table: 'intake', row: { id: newId(), rev: 0, eventKey: `${event.channel}:${event.eventId}`, conversationId: event.conversationId, state: 'done', message: null, outcome: { kind: 'silent', reason: 'page-answered' }, receivedAt: now(), doneAt: now() } },
        { op: 'put', table: 'outbox', row },
      ]))
      if (isNew) outbox.push(event.communityId, [row])
      return true
    },

    over: (communityId, isMeant) => inTurn(async () => {
      for (const one of [...going.values()]) if (one.communityId === communityId && isMeant(one.page)) await close(communityId, one.page.id)
    }),

    look: () => inOrder(look),
    idle,

    async start() {
      await loaded
      // What others did with calls after they were read here and before it could be heard.
      if (parts.cluster !== undefined) await Promise.all([...going.values()].map(async ({ communityId, page }) => {
        const stands = await store.get(communityId, 'pages', page.id)
        if (stands !== null && stands.rev > (going.get(keyOf(communityId, page.id))?.page.rev ?? 0)) note(communityId, stands)
      })).then(load)
      rearm()
    },

    async stop() {
      isStopped = true
      stopListening()
      stopWatching()
      if (clock !== null) clearTimeout(clock)
      await idle()
    },
  }
}

/** A conversation in which somebody has answered is theirs for so long, ms; what is said later calls anew. */
const answeredHoldsMs = 30 * 60_000

function sameCause(a: PageCause, b: PageCause): boolean {
  if (a.kind === 'channel' && b.kind === 'channel') return a.channel === b.channel
  if (a.kind === 'overdue' && b.kind === 'overdue') return a.requestId === b.requestId
  if (a.kind === 'no-time' && b.kind === 'no-time') return a.what === b.what
  return a.kind === 'test' && b.kind === 'test' && a.staffId === b.staffId
}
