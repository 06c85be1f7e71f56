import type { Counter, Histogram, Registry } from 'prom-client'
import type { ChannelName } from '../channels/channel.js'
import type { ChannelHealth } from '../channels/health.js'
import type { Committed } from '../store/store.js'
import type { Backlog } from './backlog.js'
import type { LoopWatch } from './loop-watch.js'
import { faultNames, type Readiness } from './readiness.js'

export interface MetricsParts {
  readonly readiness: Readiness
  readonly backlog: Backlog
  readonly loop: LoopWatch
  readonly channels: () => readonly ChannelHealth[]
  /** When the last scheduled backup was whole, ms since 1970; `null`: none in this run. */
  readonly backupAt: () => number | null
  readonly now: () => number
}

/** What the process counts. No label holds a person's, a community's or a request's name or number. */
export interface Metrics {
  turn(channel: ChannelName, outcome: string, tookMs: number): void
  committed(committed: Committed): void
  answered(method: string, route: string | null, status: number, tookMs: number): void
  /** Loads what counts (a tenth of a second of the processor); until then what happens is remembered. */
  load(): Promise<void>
  /** All figures in the text format of Prometheus, and its media type. */
  text(): Promise<{ readonly mediaType: string; readonly body: string }>
}

/** Happenings remembered before the counters are there, at most. */
const mostEarly = 10_000
const turnBuckets = [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const httpBuckets = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const prefix = 'yichuang_'

interface Counting {
  readonly registry: Registry
  readonly turns: Counter<'channel' | 'outcome'>
  readonly turnSeconds: Histogram<'channel'>
  readonly commits: Counter<'table'>
  readonly http: Histogram<'method' | 'route' | 'status'>
}

export function createMetrics(parts: MetricsParts): Metrics {
  let early: ((counting: Counting) => void)[] = []
  let ready: Counting | null = null
  let loading: Promise<Counting> | null = null

  function count(work: (counting: Counting) => void): void {
    if (ready !== null) work(ready)
    else if (early.length < mostEarly) early.push(work)
  }

  function loaded(): Promise<Counting> {
    loading ??= begin(parts).then((counting) => {
      ready = counting
      for (const work of early) work(counting)
      early = []
      return counting
    })
    return loading
  }

  return {
    turn(channel, outcome, tookMs) {
      count(({ turns, turnSeconds }) => {
        turns.inc({ channel, outcome })
        turnSeconds.observe({ channel }, tookMs / 1_000)
      })
    },
    committed({ writes, elsewhere }) {
      if (elsewhere !== true) count(({ commits }) => { for (const { table } of writes) commits.inc({ table }) })
    },
    answered(method, route, status, tookMs) {
      count(({ http }) => { http.observe({ method, route: route ?? 'none', status: String(status) }, tookMs / 1_000) })
    },
    async load() {
      await loaded()
    },
    async text() {
      const { registry } = await loaded()
      return { mediaType: registry.contentType, body: await registry.metrics() }
    },
  }
}

async function begin({ readiness, backlog, loop, channels, backupAt, now }: MetricsParts): Promise<Counting> {
  const prom = await import('prom-client')
  const registry = new prom.Registry()
  const registers = [registry]
  prom.collectDefaultMetrics({ register: registry })
  new prom.Gauge({
    name: `${prefix}ready`, help: '1 while /readyz says 200', registers,
    async collect() { this.set((await readiness.standing()).ready ? 1 : 0) },
  })
  new prom.Gauge({
    name: `${prefix}fault`, help: '1 while /readyz names it', labelNames: ['what'], registers,
    async collect() {
      const { faults } = await readiness.standing()
      for (const what of faultNames) this.set({ what }, faults.some((fault) => fault.what === what) ? 1 : 0)
    },
  })
  for (const [name, what, look] of [['turns', 'Messages whose turn is not over', () => backlog.turns()], ['replies', 'Replies that are due and not out', () => backlog.replies()]] as const) {
    new prom.Gauge({ name: `${prefix}${name}_waiting`, help: what, registers, async collect() { this.set((await look()).count) } })
    new prom.Gauge({
      name: `${prefix}${name}_oldest_seconds`, help: `${what}: how long the oldest has waited`, registers,
      async collect() {
        const { since } = await look()
        this.set(since === null ? 0 : Math.max(0, now() - since) / 1_000)
      },
    })
  }
  new prom.Gauge({
    name: `${prefix}channel_up`, help: '1 while residents are heard on the channel', labelNames: ['channel'], registers,
    collect() { for (const { channel, state } of channels()) this.set({ channel }, state.kind === 'online' ? 1 : 0) },
  })
  new prom.Gauge({ name: `${prefix}event_loop_held_seconds`, help: 'The longest the event loop was held up in the last 15 s', registers, collect() { this.set(loop.worstMs() / 1_000) } })
  new prom.Gauge({
    name: `${prefix}backup_timestamp_seconds`, help: 'When the last scheduled backup was whole; 0: none since the start', registers,
    collect() { this.set((backupAt() ?? 0) / 1_000) },
  })
  return {
    registry,
    turns: new prom.Counter({ name: `${prefix}turns_total`, help: 'Turns by how they ended', labelNames: ['channel', 'outcome'], registers }),
    turnSeconds: new prom.Histogram({ name: `${prefix}turn_seconds`, help: 'How long a turn took', labelNames: ['channel'], buckets: turnBuckets, registers }),
    commits: new prom.Counter({ name: `${prefix}rows_committed_total`, help: 'Rows that this process wrote durably, by table', labelNames: ['table'], registers }),
    http: new prom.Histogram({ name: `${prefix}http_seconds`, help: 'How long an answer over HTTP took', labelNames: ['method', 'route', 'status'], buckets: httpBuckets, registers }),
  }
}
