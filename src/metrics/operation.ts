import type { ChannelHealth } from '../channels/health.js'
import type { Probe } from '../store/probe.js'
import type { Store } from '../store/store.js'
import { watchBacklog } from './backlog.js'
import { watchLoop } from './loop-watch.js'
import { createMetrics, type Metrics } from './metrics.js'
import { createReadiness, type Readiness } from './readiness.js'

export interface OperationSetup {
  readonly store: Store
  readonly probeStore: Probe
  readonly isStarted: () => boolean
  readonly channels: () => readonly ChannelHealth[]
  readonly now: () => number
  /** A clock that only grows, ms. */
  readonly steady: () => number
  /** Hears that the wall clock was set, ms. */
  readonly onClockJump: (byMs: number) => void
  /** Hears what was not found out, and why. */
  readonly onFailure: (error: unknown) => void
}

/** What is known of how the process does. */
export interface Operation {
  readonly readiness: Readiness
  readonly metrics: Metrics
  /** Reads what waited before the start, and loads what counts: a while after the first residents were let in. */
  begin(): Promise<void>
  /** `null`: the newest knowledge is in use. */
  knowledge(fault: string | null): void
  /** How the scheduled backup went. */
  backup(fault: string | null): void
  stop(): void
}

export function createOperation({ store, probeStore, isStarted, channels, now, steady, onClockJump, onFailure }: OperationSetup): Operation {
  let knowledgeFault: string | null = null
  let backupFault: string | null = null
  let backupAt: number | null = null
  const loop = watchLoop({
    now, steady, onJump: onClockJump,
    every(ms, work) {
      const timer = setInterval(work, ms)
      timer.unref()
      return () => { clearInterval(timer) }
    },
  })
  const backlog = watchBacklog(store, now)
  const readiness = createReadiness({ isStarted, probeStore, loop, backlog, channels, knowledgeFault: () => knowledgeFault, backupFault: () => backupFault, now })
  const metrics = createMetrics({ readiness, backlog, loop, channels, backupAt: () => backupAt, now })
  const stopCounting = store.onCommit((committed) => { metrics.committed(committed) })
  return {
    readiness, metrics,
    async begin() {
      await Promise.all([metrics.load(), backlog.readEarlier()]).catch(onFailure)
    },
    knowledge(fault) {
      knowledgeFault = fault
    },
    backup(fault) {
      backupFault = fault
      if (fault === null) backupAt = now()
    },
    stop() {
      loop.stop()
      backlog.stop()
      stopCounting()
    },
  }
}
