import { alone, type Cluster } from '../cluster/cluster.js'
import { PLATFORM, type Community, type CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { unlessQuicker } from '../store/quicker.js'
import { pages } from '../store/pages.js'
import type { Committed, Store, Write } from '../store/store.js'
import type { Post } from './post.js'
import { secretsAt, signedHeaders } from './signature.js'
import { bodyOf, eventsOf, type Try, type Webhook, type WebhookDelivery } from './webhook.js'

/** Waits after each try that failed, ms (Standard Webhooks: 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 h); after the last it is given up. */
const waitsMs = [5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000] as const

/** A system that nothing has arrived at for so long is told nothing more until somebody has looked, ms: three days. */
const givesUpAfterMs = 3 * 86_400_000

/** Who sends holds the row so long; a process that died meanwhile leaves it to the next, ms. */
const heldMs = 60_000

/** Rows are looked at this often at least, ms: the clock may jump while the machine sleeps. */
const lookEveryMs = 60_000

/** What goes out at once. */
const mostAtOnce = 8

/** Tries that are kept with a delivery. */
const triesKept = 12

/** How far back what was missed is looked for where nothing was sent yet, ms. */
const lookBackMs = 7 * 86_400_000

export interface WebhookSenderParts {
  readonly store: Store
  readonly cluster?: Cluster | undefined
  readonly communities: () => readonly Pick<Community, 'id'>[]
  readonly post: Post
  /** Called when a system is told nothing more, for somebody to look. */
  readonly onGivenUp: (hook: Webhook) => void
  readonly now: () => number
  readonly newId: () => string
  /** Runs `work` after so many ms, unless the answer is called first. */
  readonly after: (ms: number, work: () => void) => () => void
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** Tells other systems of requests as they move: each event once by its id, again until it has arrived. */
export interface WebhookSender {
  /** Reads what is left from before, and what happened while nobody listened. */
  start(): Promise<void>
  /** Sends what is due; called by the clock, and by tests. Resolves when it is sent or has failed. */
  look(): Promise<void>
  /** Sends a test, or one of the log once more under the same event id; resolves with what came of it. */
  sendNow(communityId: CommunityId, row: WebhookDelivery): Promise<WebhookDelivery | null>
  /** Resolves when everything heard so far is written down. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export function createWebhookSender(parts: WebhookSenderParts): WebhookSender {
  const { store, post, now, newId, log } = parts
  const cluster = parts.cluster ?? alone
  const hooks = new Map<string, Webhook>()
  const due = new Map<string, { readonly communityId: CommunityId; readonly row: WebhookDelivery }>()
  const busy = new Set<string>()
  let writing: Promise<unknown> = Promise.resolve()
  let isStopped = false
  let cancel = (): void => undefined
  let stopListening = (): void => undefined

  const isMine = (communityId: CommunityId, webhookId: string): boolean => cluster.isMine(communityId, `webhook:${webhookId}`)
  const isFor = (hook: Webhook, communityId: CommunityId): boolean => hook.off === null && (hook.scope === 'all' || hook.scope.includes(communityId))

  function inOrder(work: () => Promise<void>): void {
    writing = writing.then(() => (isStopped ? undefined : work())).catch((error: unknown) => { log('webhooks.failed', { error: String(error) }) })
  }

  /** Rows for what happened to a request since then, one for each system that wants it and has no such row yet. */
  async function enqueue(communityId: CommunityId, request: ServiceRequest, sinceFor: (hook: Webhook) => number): Promise<void> {
    for (const hook of hooks.values()) {
      if (!isFor(hook, communityId) || !isMine(communityId, hook.id)) continue
      for (const event of eventsOf(request, Math.max(sinceFor(hook), hook.createdAt))) {
        if (!hook.events.includes(event.type)) continue
        const key = `${hook.id}|${event.id}`
        if ((await store.find(communityId, 'webhookDeliveries', { by: 'key', equals: key, limit: 1 })).length > 0) continue
        const row: WebhookDelivery = {
          id: newId(), rev: 0, webhookId: hook.id, key, eventId: event.id, type: event.type, number: request.number, body: bodyOf(request, event, { communityId, withWords: hook.withWords }),
          state: 'due', attempts: 0, dueAt: now(), tries: [], createdAt: now(), endedAt: null,
        }
        await commit(communityId, [{ op: 'put', table: 'webhookDeliveries', row }])
      }
    }
  }

  /** `false`: somebody else was quicker. */
  function commit(communityId: CommunityId, writes: readonly Write[]): Promise<boolean> {
    return unlessQuicker(store.commit(communityId, writes))
  }

  function hear({ communityId, writes }: Committed): void {
    for (const write of writes) {
      if (write.table === 'webhooks') {
        if (write.op === 'put') hooks.set(write.row.id, write.row)
        else hooks.delete(write.id)
      } else if (write.table === 'webhookDeliveries') {
        if (write.op === 'put' && write.row.state === 'due') due.set(write.row.id, { communityId, row: write.row })
        else due.delete(write.op === 'put' ? write.row.id : write.id)
        wait()
      } else if (write.op === 'put' && write.table === 'requests' && hooks.size > 0) {
        const { row } = write
        // A commit dates what it adds to the history and the request alike.
        inOrder(() => enqueue(communityId, row, () => row.updatedAt))
      }
    }
  }

  function wait(): void {
    cancel()
    if (isStopped || due.size === 0) return
    let next = Infinity
    // What another process sends, or is on its way, is not waited for.
    for (const { communityId, row } of due.values()) if (!busy.has(row.webhookId) && isMine(communityId, row.webhookId)) next = Math.min(next, row.dueAt)
    cancel = parts.after(Math.min(lookEveryMs, Math.max(0, next - now())), () => { void look() })
  }

  /** What is due and this process's to send, one of each system at a time, oldest first. */
  function ready(): readonly { readonly communityId: CommunityId; readonly row: WebhookDelivery }[] {
    const taken = new Set<string>()
    const found: { readonly communityId: CommunityId; readonly row: WebhookDelivery }[] = []
    for (const one of [...due.values()].sort((a, b) => a.row.dueAt - b.row.dueAt || (a.row.id < b.row.id ? -1 : 1))) {
      const { webhookId, dueAt } = one.row
      if (dueAt > now() || taken.has(webhookId) || busy.has(webhookId) || found.length >= mostAtOnce || !isMine(one.communityId, webhookId)) continue
      taken.add(webhookId)
      found.push(one)
    }
    return found
  }

  async function look(): Promise<void> {
    await writing
    for (let batch = ready(); batch.length > 0 && !isStopped; batch = ready()) {
      await Promise.all(batch.map(async ({ communityId, row }) => {
        busy.add(row.webhookId)
        try {
          await sendRow(communityId, row)
        } catch (error) {
          due.delete(row.id)
          log('webhooks.failed', { delivery: row.id, error: String(error) })
        } finally {
          busy.delete(row.webhookId)
        }
      }))
    }
    wait()
  }

  async function sendRow(communityId: CommunityId, row: WebhookDelivery): Promise<WebhookDelivery | null> {
    const hook = hooks.get(row.webhookId)
    // Held first: a process that dies in between leaves it due again, under the same event id.
    const held: WebhookDelivery = { ...row, attempts: row.attempts + 1, dueAt: now() + heldMs }
    if (hook === undefined || (hook.off !== null && row.type !== 'test')) return end(communityId, { ...row, state: 'failed', endedAt: now() })
    if (!(await commit(communityId, [{ op: 'put', table: 'webhookDeliveries', row: held }]))) {
      due.delete(row.id)
      return null
    }
    const tried = await attempt(hook, row)
    const isSent = tried.status !== null && tried.status >= 200 && tried.status < 300
    const wait = waitsMs[row.attempts]
    const isOver = isSent || wait === undefined || tried.status === 410 || row.type === 'test'
    const after: WebhookDelivery = {
      ...held, rev: row.rev + 1, tries: [...row.tries, tried].slice(-triesKept), state: isSent ? 'sent' : isOver ? 'failed' : 'due', endedAt: isOver ? now() : null, dueAt: isOver ? row.dueAt : now() + (wait ?? 0),
    }
    const done = await end(communityId, after)
    if (row.type !== 'test') await noteHealth(hook.id, isSent, tried.status)
    return done
  }

  async function end(communityId: CommunityId, row: WebhookDelivery): Promise<WebhookDelivery | null> {
    if (!(await commit(communityId, [{ op: 'put', table: 'webhookDeliveries', row }]))) due.delete(row.id)
    return store.get(communityId, 'webhookDeliveries', row.id)
  }

  async function attempt(hook: Webhook, { eventId, body }: WebhookDelivery): Promise<Try> {
    const at = now()
    const startedAt = performance.now()
    const ms = (): number => Math.round(performance.now() - startedAt)
    try {
      const { status } = await post(hook.url, signedHeaders(secretsAt(hook, at), eventId, at, body), body)
      return { at, status, error: null, ms: ms() }
    } catch (error) {
      const { code } = error as { readonly code?: unknown }
      return { at, status: null, error: typeof code === 'string' ? code : 'failed', ms: ms() }
    }
  }

  /** Whether something arrives there, and the end of trying where nothing has for days. */
  async function noteHealth(id: string, isSent: boolean, status: number | null): Promise<void> {
    const hook = await store.get(PLATFORM, 'webhooks', id)
    if (hook === null || hook.off !== null) return
    if (isSent) {
      if (hook.failingSince !== null) await commit(PLATFORM, [{ op: 'put', table: 'webhooks', row: { ...hook, failingSince: null } }])
      return
    }
    const failingSince = hook.failingSince ?? now()
    const by = status === 410 ? 'gone' : now() - failingSince >= givesUpAfterMs ? 'failures' : null
    if (by === null && hook.failingSince !== null) return
    const row: Webhook = { ...hook, failingSince, off: by === null ? null : { by, at: now() } }
    if ((await commit(PLATFORM, [{ op: 'put', table: 'webhooks', row }])) && by !== null) parts.onGivenUp(row)
  }

  /** What is left from before, and what happened between a commit and a kill: its row was never written. */
  async function catchUp(): Promise<void> {
    for (const { id: communityId } of parts.communities()) {
      for await (const rows of pages(store, communityId, 'webhookDeliveries', { by: 'state', equals: 'due' })) for (const row of rows) due.set(row.id, { communityId, row })
      const since = new Map<string, number>()
      for (const hook of hooks.values()) {
        const [last] = await store.find(communityId, 'webhookDeliveries', { by: 'webhookId', equals: hook.id, order: 'desc', limit: 1 })
        since.set(hook.id, (last?.createdAt ?? now() - lookBackMs + lookEveryMs) - lookEveryMs)
      }
      const earliest = Math.min(...since.values())
      if (![...hooks.values()].some((hook) => isFor(hook, communityId))) continue
      for await (const rows of pages(store, communityId, 'requests', {})) {
        for (const row of rows) if (row.updatedAt >= earliest) await enqueue(communityId, row, (hook) => since.get(hook.id) ?? now())
      }
    }
  }

  return {
    async start() {
      for (const hook of await store.find(PLATFORM, 'webhooks', { limit: 1_000 })) hooks.set(hook.id, hook)
      const stopHearing = store.onCommit(hear)
      const stopChange = cluster.onChange(() => { inOrder(catchUp) })
      stopListening = () => { stopHearing(); stopChange() }
      if (hooks.size > 0) inOrder(catchUp)
      inOrder(async () => { wait() })
    },
    look,
    async sendNow(communityId, row) {
      await writing
      return sendRow(communityId, row)
    },
    async idle() {
      await writing
    },
    async stop() {
      isStopped = true
      cancel()
      stopListening()
      await writing
    },
  }
}
