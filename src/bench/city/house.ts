import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Channel } from '../../channels/channel.js'
import { createMembership, type Membership } from '../../cluster/membership.js'
import { readConfig } from '../../config.js'
import type { RunningEngine } from '../../conversation/create-engine.js'
import type { StaffActor } from '../../conversation/engine.js'
import { piecesOf } from '../../conversation/pieces.js'
import { InputError } from '../../errors.js'
import { moveInWords } from '../../requests/apply-move.js'
import { isFresh } from '../../store/load.js'
import { openStore } from '../../store/open-store.js'
import { pages } from '../../store/pages.js'
import { decideAgain } from '../../store/quicker.js'
import type { Store } from '../../store/store.js'
import { engineOn } from '../engine-on.js'
import { memoryOf } from '../machine.js'
import type { FromHouse, HouseSettings, ToHouse } from './wire.js'

/** One process of the simulated city: the product's engine on the city's store, in the city's time. It is told what to do by the process that forked it. */

/** Recalls, reminders and clocks run each so many minutes of the city's time. */
const watchEveryMs = 10 * 60_000

const key = Buffer.from('simulated city: nothing in here is anybody’s').subarray(0, 32)

function tell(message: FromHouse): void {
  process.send?.(message)
}

interface House {
  readonly store: Store
  readonly engine: RunningEngine
  deliver: Parameters<Channel['start']>[0]
  end(): Promise<void>
}

async function begin({ databaseUrl, dataDir, knowledgeDir, clock }: HouseSettings): Promise<House> {
  const started = performance.now()
  const now = (): number => clock.simulatedAt + (Date.now() - clock.realAt) * clock.speed
  const fail = (error: Error): void => { process.stderr.write(`${error.stack ?? error.message}\n`); process.exit(1) }
  const { intentsDir, cacheDir } = readConfig({})
  const opened = await openStore({ dataDir, databaseUrl, key }, { create: databaseUrl === null && await isFresh(dataDir), now, onFatal: fail, onNotice: () => undefined })
  const { store } = opened
  let membership: Membership | undefined
  if (opened.kind === 'postgres') {
    membership = createMembership({
      processId: opened.store.processId, share: (options) => opened.store.share(options), single: [],
      standing: () => ({ version: '0', serves: ['memory'], channels: [], present: [] }),
      clock: () => performance.now(), log: () => undefined, onFatal: fail,
    })
  }
  const channel: Channel = {
    name: 'memory',
    start: (deliver) => { house.deliver = deliver; return Promise.resolve() },
    stop: () => Promise.resolve(),
    send(to, reply, rowId) {
      tell({ kind: 'said', conversationId: to.conversationId, key: rowId, isBot: reply.from.kind === 'bot' })
      return Promise.resolve({ messageId: rowId })
    },
  }
  const { engine } = await engineOn({
    store, channel, knowledgeDir, intentsDir, cacheDir, now, ...(membership === undefined ? {} : { cluster: membership }),
    after: (ms, work) => { const timer = setTimeout(work, ms / clock.speed); return () => { clearTimeout(timer) } },
    log: (event, details) => { process.stderr.write(`${event} ${JSON.stringify(details).slice(0, 500)}\n`) },
    onTurn: (outcome, message, tookMs) => {
      tell({ kind: 'turn', eventId: message.eventId, outcome: outcome.kind, tookMs })
      for (const piece of piecesOf(message)) tell({ kind: 'turn', eventId: piece.message.eventId, outcome: 'joined-to-next', tookMs: 0 })
    },
  })
  const house: House = {
    store, engine,
    deliver: () => Promise.reject(new Error('not begun')),
    async end() {
      clearInterval(watching)
      await engine.stop()
      await membership?.stop()
      await store.close()
    },
  }
  store.onCommit(({ communityId, writes }) => {
    for (const write of writes) {
      if (write.op === 'put' && write.table === 'requests' && write.row.rev === 1) tell({ kind: 'filed', communityId, requestId: write.row.id, conversationId: write.row.conversationId })
    }
  })
  await membership?.start()
  await channel.start(engine.deliver)
  await engine.start()
  const watching = setInterval(() => {
    void Promise.all([engine.remind(), engine.watch()]).catch((error: unknown) => { process.stderr.write(`${String(error)}\n`) })
    engine.release()
  }, watchEveryMs / clock.speed)
  tell({ kind: 'ready', seconds: (performance.now() - started) / 1_000 })
  return house
}

async function move({ engine, store }: House, { communityId, requestId, move: name, words }: Extract<ToHouse, { kind: 'move' }>): Promise<void> {
  const by: StaffActor = { kind: 'staff', id: `clerk-${communityId}`, name: '小周', isLead: true }
  const done = await decideAgain(async () => {
    const row = await store.get(communityId, 'requests', requestId)
    if (row === null || !engine.movesFor(row, by).includes(name)) return false
    await engine.actOnRequest(communityId, requestId, row.rev, moveInWords(name, words), by)
    return true
  }).catch((error: unknown) => {
    if (error instanceof InputError) return false
    throw error
  })
  tell({ kind: 'moved', requestId, move: name, done })
}

const loop = monitorEventLoopDelay({ resolution: 10 })
loop.enable()

async function count({ store }: House, now: number): Promise<void> {
  const found = { unfinished: 0, due: 0, requests: 0, reports: 0 }
  for (const communityId of await store.communities()) {
    for await (const rows of pages(store, communityId, 'intake', { by: 'state', equals: 'pending' })) found.unfinished += rows.length
    for await (const rows of pages(store, communityId, 'outbox', { by: 'state', equals: 'due' })) found.due += rows.filter(({ dueAt }) => dueAt <= now).length
    for await (const rows of pages(store, communityId, 'requests', {})) {
      found.requests += rows.length
      found.reports += rows.reduce((sum, { reporters }) => sum + reporters.length, 0)
    }
  }
  const { user, system } = process.cpuUsage()
  tell({ kind: 'counted', ...found, cpuMs: (user + system) / 1_000, rssMiB: memoryOf(process.pid)?.highestRssMiB ?? 0, loopP99Ms: loop.percentile(99) / 1e6 })
}

let begun: { readonly house: Promise<House>; readonly settings: HouseSettings } | null = null

async function take(message: ToHouse): Promise<void> {
  if (message.kind === 'begin') {
    begun = { house: begin(message.settings), settings: message.settings }
    await begun.house
    return
  }
  if (begun === null) throw new Error(`${message.kind}: not begun`)
  const house = await begun.house
  switch (message.kind) {
    case 'deliver':
      await house.deliver(message.event).then(
        () => { tell({ kind: 'taken', eventId: message.event.eventId, kept: true }) },
        () => { tell({ kind: 'taken', eventId: message.event.eventId, kept: false }) },
      )
      return
    case 'move': return move(house, message)
    case 'count': {
      const { simulatedAt, realAt, speed } = begun.settings.clock
      return count(house, simulatedAt + (Date.now() - realAt) * speed)
    }
    case 'end':
      await house.end()
      tell({ kind: 'ended' })
      process.disconnect()
  }
}

process.on('message', (message: ToHouse) => {
  take(message).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    process.exit(1)
  })
})
