import type { DeskEvent } from './api-types.js'
import { canSee, type SignIn } from './sign-in.js'
import type { EventStream } from '../http/event-stream.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { maskNumbers } from '../privacy.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Committed, Store } from '../store/store.js'
import type { TableName } from '../store/tables.js'

/** How often a quiet page gets a sign of life and its session is looked at, ms. */
const beatEveryMs = 15_000

interface Page {
  readonly sessionId: string
  readonly stream: EventStream
}

/** The desk's pages that listen now. */
export interface LiveUpdates {
  add(sessionId: string, stream: EventStream): void
  /** Accounts that have a page open and were at it lately (their session holds). */
  present(): Promise<ReadonlySet<string>>
  stop(): void
}

/** Tells each page of what its person may see, as it is committed; ends the pages of a session or an account that has ended. `takeUp`: resolves once the version live in the store is in use here; who hears of one may ask what it brings. */
export function liveUpdates(store: Store, signIn: SignIn, takeUp: () => Promise<void> = () => Promise.resolve()): LiveUpdates {
  const pages = new Set<Page>()
  // One after another, so that pages hear of things in the order in which they happened.
  let last: Promise<void> = Promise.resolve()

  const stopListening = store.onCommit((committed) => {
    if (pages.size === 0) return
    last = last.then(() => tell(committed)).catch(() => undefined)
  })
  const beat = setInterval(() => {
    for (const page of pages) page.stream.beat()
    last = last.then(endEnded).catch(() => undefined)
  }, beatEveryMs)
  beat.unref()

  async function endEnded(): Promise<void> {
    for (const page of pages) if (!(await signIn.stillHolds(page.sessionId))) page.stream.end()
  }

  async function tell(committed: Committed): Promise<void> {
    if (committed.communityId === PLATFORM && committed.writes.some(({ op, table }) => table === 'staff' || (table === 'staffSessions' && op === 'remove'))) await endEnded()
    const events = await eventsOf(store, committed)
    if (events.length === 0) return
    if (events.some((event) => event.type === 'version' && event.state === 'live')) await takeUp().catch(() => undefined)
    for (const page of pages) {
      const held = await signIn.stillHolds(page.sessionId)
      if (!held) page.stream.end()
      // Of the knowledge only numbers and states are told; it is of the whole house.
      else for (const event of events) if (event.type === 'version' || canSee(held.account, committed.communityId)) page.stream.send(event.type, event)
    }
  }

  return {
    add(sessionId, stream) {
      const page: Page = { sessionId, stream }
      pages.add(page)
      stream.onEnd(() => pages.delete(page))
      stream.send('ready', {})
    },
    async present() {
      const held = await Promise.all([...pages].map(({ sessionId }) => signIn.stillHolds(sessionId)))
      return new Set(held.flatMap((one) => (one === null ? [] : [one.account.id])))
    },
    stop() {
      clearInterval(beat)
      stopListening()
      for (const { stream } of [...pages]) stream.end()
    },
  }
}

/** Rows that the pages of the programmes show. */
const programmeTables: ReadonlySet<TableName> = new Set(['activities', 'signUps', 'volunteers', 'volunteerRules', 'topics', 'topicProcedures', 'standings', 'wishes', 'wishClaims', 'wishKinds', 'partyMembers', 'praises', 'proposals', 'supports', 'disclosures', 'announcements', 'coordinations', 'evaluationRules', 'propertyEvaluations', 'unitMarks', 'projects'])

/** What has changed for the desk: requests that were sent, conversations and their lines; each once. */
async function eventsOf(store: Store, { communityId, writes }: Committed): Promise<readonly DeskEvent[]> {
  const events: DeskEvent[] = []
  const told = new Set<string>()
  if (writes.some(({ table }) => programmeTables.has(table))) events.push({ type: 'programme', communityId })
  for (const write of writes) {
    // A day that is open again; its id begins with it.
    if (write.op === 'remove' && write.table === 'closedDays') events.push({ type: 'booking', communityId, day: write.id.slice(0, 10) })
    if (write.op !== 'put') continue
    if (write.table === 'requests' && write.row.status !== 'draft') {
      events.push({ type: 'request', communityId, id: write.row.id, number: write.row.number, isNew: write.row.rev === 1 })
      const mention = mentionIn(communityId, write.row)
      if (mention !== null) events.push(mention)
    }
    if (write.table === 'knowledgeVersions') events.push({ type: 'version', number: write.row.number, state: write.row.state })
    const day = write.table === 'slots' ? write.row.at.slice(0, 10) : write.table === 'closedDays' ? write.row.day : write.table === 'requests' ? (write.row.appointment?.at.slice(0, 10) ?? null) : null
    if (day !== null && !told.has(day)) {
      told.add(day)
      events.push({ type: 'booking', communityId, day })
    }
    if (write.table === 'pages') {
      const { id, number, state, cause, steps, conversationId } = write.row
      events.push({ type: 'page', communityId, id, number, state, kind: cause.kind, what: maskNumbers(cause.what), calls: state === 'calling' ? (steps.at(-1)?.staffId ?? null) : null, conversationId })
    }
    if (write.table === 'clockWarnings') {
      const { requestId, stage, staffId } = write.row
      const request = await store.get(communityId, 'requests', requestId)
      if (request !== null) events.push({ type: 'clock', communityId, id: requestId, number: request.number, stage, staffId })
    }
    // What did not arrive is shown with the request it tells of, and in its conversation.
    const lost = write.table === 'outbox' && write.row.state !== 'due' ? write.row : null
    const about = lost === null ? null : ((await store.get(communityId, 'messages', lost.id))?.requestId ?? null)
    const request = about === null ? null : await store.get(communityId, 'requests', about)
    if (request !== null) events.push({ type: 'request', communityId, id: request.id, number: request.number, isNew: false })
    const id = lost !== null ? lost.conversationId : write.table === 'conversations' ? write.row.id : write.table === 'messages' ? write.row.conversationId : null
    if (id === null || told.has(id)) continue
    told.add(id)
    const event = await conversationEvent(store, communityId, id)
    if (event) events.push(event)
  }
  return events
}

/** Who is called by name in the note that was just written. */
function mentionIn(communityId: CommunityId, { id, number, history, updatedAt }: ServiceRequest): DeskEvent | null {
  const last = history.at(-1)
  if (last?.move !== 'note' || last.at !== updatedAt || last.brought?.kind !== 'mentions' || last.brought.staff.length === 0 || last.actor.kind !== 'staff') return null
  return { type: 'mention', communityId, id, number, staffIds: last.brought.staff.map((one) => one.id), by: last.actor.name }
}

async function conversationEvent(store: Store, communityId: CommunityId, id: string): Promise<DeskEvent | null> {
  const conversation = await store.get(communityId, 'conversations', id)
  return conversation && { type: 'conversation', communityId, id, waiting: conversation.mode === 'waiting', urgent: conversation.handover?.urgent ?? false }
}
