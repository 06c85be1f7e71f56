import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { CommunityId } from '../../knowledge/community.js'
import type { MoveName } from '../../requests/moves.js'
import { readConfig } from '../../config.js'
import { spreadOf, type Spread } from '../spread.js'
import { communityIdOf, writeCity } from './communities.js'
import { dayOf, type DayPlan, type Errand } from './day.js'
import type { FromHouse, HouseSettings, ToHouse } from './wire.js'
import { seededRandom } from '../../random.js'

/** A run of the simulated city: residents, staff and clocks against the product's own processes, through the ports that channels and desk use. */
export interface CityPlan extends DayPlan {
  /** Hours of the day that are lived through. */
  readonly hours: readonly [from: number, until: number]
  /** Times real speed. */
  readonly speed: number
  readonly processes: number
  /** Of the database they share; `null`: one process with the embedded store. */
  readonly databaseUrl: string | null
}

export interface CityFigures {
  readonly communities: number
  readonly processes: number
  readonly store: 'embedded' | 'postgres'
  readonly speed: number
  readonly readySeconds: number
  /** Sent by residents, in real messages a second. */
  readonly messages: number
  readonly messagesPerSecond: number
  /** Real time from the message to its acknowledgement, and to its turn being durable, ms. In the city's time it is `speed` times as much. */
  readonly acknowledgedMs: Spread
  readonly servedMs: Spread
  /** Of the processes' own time for a turn, ms. */
  readonly turnMs: Spread
  /** The most messages that waited for their turn at one moment, and the longest any waited so far, seconds; looked at four times a second. */
  readonly queue: { readonly most: number; readonly oldestSeconds: number }
  /** Acknowledged, and without a turn when everything had settled; not kept, and said so. */
  readonly lost: number
  readonly refused: number
  /** Turns taken twice, messages said twice. */
  readonly doubled: number
  readonly outcomes: Readonly<Record<string, number>>
  /** Requests on record, residents who reported them (more than requests: they joined one), and those that staff closed. */
  readonly requests: { readonly rows: number; readonly reports: number; readonly closed: number }
  /** From the last message until nothing was left to do, seconds. */
  readonly settledSeconds: number
  /** Each process: share of one processor, highest memory, delay of its event loop. */
  readonly load: readonly { readonly cpuShare: number; readonly rssMiB: number; readonly loopP99Ms: number }[]
  readonly cpuMsPerMessage: number
}

/** A Tuesday that is no holiday, 00:00 in Asia/Shanghai. */
const midnight = Date.UTC(2026, 10, 23, 16)
const hourMs = 3_600_000
/** Means of what staff and residents take, in the city's time, ms: until a request is taken up, until it is done, until its resident confirms. */
const meanMs = { take: 20 * 60_000, close: 60 * 60_000, confirm: 10 * 60_000 } as const
/** Longest wait for everything to settle, s. */
const settleWithin = 300

const house = join(dirname(fileURLToPath(import.meta.url)), 'house.js')

export async function liveThrough(plan: CityPlan, tell: (line: string) => void): Promise<CityFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-city-'))
  try {
    const knowledgeDir = join(folder, 'knowledge')
    await writeCity(readConfig({}).knowledgeDir, knowledgeDir, plan.communities, plan.householdsEach)
    return await run(plan, folder, knowledgeDir, tell)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Sent {
  readonly at: number
  readonly conversationId: string
}

async function run(plan: CityPlan, folder: string, knowledgeDir: string, tell: (line: string) => void): Promise<CityFigures> {
  const draw = seededRandom(plan.seed + 1)
  const wait = (mean: number): number => (-Math.log(1 - draw()) * mean) / plan.speed
  const [from, until] = plan.hours
  const errands = dayOf(plan).filter(({ at }) => at >= from * hourMs && at < until * hourMs)
  const processes = plan.databaseUrl === null ? 1 : plan.processes
  const startedAt = performance.now()
  // The city's clock begins once all stand ready; a process is given the time when it begins, so the first moments are slower to come.
  const settings = (n: number): HouseSettings => ({
    databaseUrl: plan.databaseUrl, dataDir: join(folder, `data-${n}`), knowledgeDir,
    clock: { simulatedAt: midnight + from * hourMs, realAt, speed: plan.speed },
  })
  const realAt = Date.now()
  const houses: { readonly child: ChildProcess; send(message: ToHouse): void }[] = []

  const waiting = new Map<string, Sent>()
  const served = new Set<string>()
  const said = new Set<string>()
  const filed = new Set<string>()
  const acknowledged: number[] = []
  const servedMs: number[] = []
  const turnMs: number[] = []
  const outcomes: Record<string, number> = {}
  const totals = { messages: 0, refused: 0, doubled: 0, closed: 0, most: 0, oldestMs: 0 }
  const counts: Extract<FromHouse, { kind: 'counted' }>[] = []
  const conversationOf = new Map<string, { readonly conversationId: string; readonly communityId: CommunityId }>()
  let ready = 0
  let isOver = false
  /** The hours are over: nobody begins anything more, what was begun is still finished. */
  let isQuiet = false
  let wake: () => void = () => undefined

  const any = (): (typeof houses)[number] => {
    const one = houses[Math.floor(draw() * houses.length)]
    if (one === undefined) throw new Error('city: no process')
    return one
  }

  function say(conversationId: string, communityId: CommunityId, residentId: string, text: string, isRoom: boolean): void {
    if (isOver || isQuiet) return
    totals.messages += 1
    const eventId = `city:${totals.messages}`
    waiting.set(eventId, { at: performance.now(), conversationId })
    any().send({
      kind: 'deliver',
      event: {
        channel: 'memory', communityId, eventId, messageId: eventId, conversationId, chat: isRoom ? 'group' : 'private', author: { id: residentId, name: null, kind: 'resident' },
        text, attachments: [], mentions: { bot: false, others: [], everyone: false }, quoted: null, sentAt: Date.now(),
      },
    })
  }

  function move(requestId: string, communityId: CommunityId, name: MoveName, words: string, mean: number): void {
    setTimeout(() => { if (!isOver && !isQuiet) any().send({ kind: 'move', communityId, requestId, move: name, words }) }, wait(mean)).unref()
  }

  function hear(message: FromHouse): void {
    switch (message.kind) {
      case 'ready': ready += 1; break
      case 'taken': {
        const sent = waiting.get(message.eventId)
        if (sent !== undefined) acknowledged.push(performance.now() - sent.at)
        if (!message.kept) { totals.refused += 1; waiting.delete(message.eventId) }
        break
      }
      case 'turn': {
        if (served.has(message.eventId)) totals.doubled += 1
        served.add(message.eventId)
        const sent = waiting.get(message.eventId)
        waiting.delete(message.eventId)
        if (sent !== undefined) servedMs.push(performance.now() - sent.at)
        if (message.tookMs > 0) turnMs.push(message.tookMs)
        outcomes[message.outcome] = (outcomes[message.outcome] ?? 0) + 1
        break
      }
      case 'said':
        if (said.has(message.key)) totals.doubled += 1
        said.add(message.key)
        break
      case 'filed':
        if (filed.has(message.requestId)) break
        filed.add(message.requestId)
        conversationOf.set(message.requestId, message)
        move(message.requestId, message.communityId, 'take', '', meanMs.take)
        break
      case 'moved': {
        const here = conversationOf.get(message.requestId)
        if (here === undefined || !message.done) break
        if (message.move === 'take') move(message.requestId, here.communityId, 'close', '修好了，已经试过', meanMs.close)
        else {
          totals.closed += 1
          setTimeout(() => { say(here.conversationId, here.communityId, here.conversationId.replace('private:', ''), '1', false) }, wait(meanMs.confirm)).unref()
        }
        break
      }
      case 'counted': counts.push(message); break
      case 'ended': break
    }
    wake()
  }

  for (let n = 0; n < processes; n += 1) {
    const child = fork(house, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.on('message', hear)
    child.on('exit', (code) => { if (!isOver) { tell(`a process ended with ${String(code)}`); isOver = true; wake() } })
    houses.push({ child, send: (message) => { if (child.connected) child.send(message) } })
    // One after the other: the first publishes the knowledge.
    houses.at(-1)?.send({ kind: 'begin', settings: settings(n) })
    while (ready <= n && !isOver) await new Promise<void>((resolve) => { wake = resolve })
  }
  const readySeconds = (performance.now() - startedAt) / 1_000
  try {
    const cpuBefore = await countAll()
    const began = performance.now()
    const offset = errands[0]?.at ?? 0
    const look = setInterval(() => {
      totals.most = Math.max(totals.most, waiting.size)
      const [first] = waiting.values()
      if (first !== undefined) totals.oldestMs = Math.max(totals.oldestMs, performance.now() - first.at)
    }, 250)
    for (const errand of errands) {
      const due = began + (errand.at - offset) / plan.speed
      const early = due - performance.now()
      if (early > 2) await new Promise((resolve) => { setTimeout(resolve, early) })
      if (isOver) break
      sayErrand(errand)
    }
    const seconds = (performance.now() - began) / 1_000
    const settleFrom = performance.now()
    isQuiet = true
    for (;;) {
      const [first] = await countAll()
      if (isOver || first === undefined || (first.unfinished === 0 && first.due === 0 && waiting.size === 0)) break
      if (performance.now() - settleFrom > settleWithin * 1_000) { tell('not everything settled'); break }
      await new Promise((resolve) => { setTimeout(resolve, 1_000) })
    }
    clearInterval(look)
    const settledSeconds = (performance.now() - settleFrom) / 1_000
    const after = await countAll()
    const wallMs = performance.now() - began
    const load = after.map((one, n) => ({ cpuShare: round((one.cpuMs - (cpuBefore[n]?.cpuMs ?? 0)) / wallMs), rssMiB: one.rssMiB, loopP99Ms: round(one.loopP99Ms) }))
    return {
      communities: plan.communities, processes, store: plan.databaseUrl === null ? 'embedded' : 'postgres', speed: plan.speed, readySeconds: round(readySeconds),
      messages: totals.messages, messagesPerSecond: round(totals.messages / seconds),
      acknowledgedMs: spreadOf(acknowledged), servedMs: spreadOf(servedMs), turnMs: spreadOf(turnMs),
      queue: { most: totals.most, oldestSeconds: round(totals.oldestMs / 1_000) },
      lost: waiting.size, refused: totals.refused, doubled: totals.doubled, outcomes,
      requests: { rows: after[0]?.requests ?? 0, reports: after[0]?.reports ?? 0, closed: totals.closed },
      settledSeconds: round(settledSeconds), load,
      cpuMsPerMessage: round(after.reduce((sum, one, n) => sum + one.cpuMs - (cpuBefore[n]?.cpuMs ?? 0), 0) / Math.max(1, totals.messages)),
    }
  } finally {
    isOver = true
    await Promise.all(houses.map(({ child, send }) => new Promise<void>((resolve) => {
      if (child.exitCode !== null) { resolve(); return }
      child.once('exit', () => { resolve() })
      send({ kind: 'end' })
    })))
  }

  function sayErrand({ community, household, kind, words }: Errand): void {
    const communityId = communityIdOf(community) as CommunityId
    const residentId = `memory:${community}-${household}`
    const isRoom = kind === 'chatter'
    say(isRoom ? `memory:room:${community}` : `memory:private:${community}-${household}`, communityId, residentId, words, isRoom)
  }

  /** What each process counts; the whole store is counted by the first. */
  async function countAll(): Promise<readonly Extract<FromHouse, { kind: 'counted' }>[]> {
    const all = []
    for (const { send } of houses) {
      counts.length = 0
      send({ kind: 'count' })
      while (counts.length === 0 && !isOver) await new Promise<void>((resolve) => { wake = resolve })
      all.push(...counts)
    }
    return all
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100
}
