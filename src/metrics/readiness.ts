import type { ChannelHealth } from '../channels/health.js'
import type { Backlog } from './backlog.js'
import type { LoopWatch } from './loop-watch.js'

/** What can be wrong with a running process. */
export const faultNames = ['starting', 'draining', 'store', 'loop', 'turns', 'replies', 'channel', 'knowledge', 'clock', 'backup'] as const
export type FaultName = (typeof faultNames)[number]

/** With any of these nobody is well served here: a proxy sends people to another process. The others are told, and residents come in. */
const closing: ReadonlySet<FaultName> = new Set(['starting', 'draining', 'store', 'loop', 'turns'])

export interface Fault {
  readonly what: FaultName
  /** For whoever looks after the server: codes, channel names, seconds; never a person's data. */
  readonly detail: string
}

export interface Standing {
  readonly ready: boolean
  readonly faults: readonly Fault[]
}

export interface ReadinessParts {
  readonly isStarted: () => boolean
  /** Rejects when nothing could be written now. */
  readonly probeStore: () => Promise<void>
  readonly loop: LoopWatch
  readonly backlog: Backlog
  readonly channels: () => readonly ChannelHealth[]
  /** Why the newest published knowledge is not in use; `null`: it is. */
  readonly knowledgeFault: () => string | null
  /** Why the last scheduled backup failed; `null`: it did not, or none is wished. */
  readonly backupFault: () => string | null
  readonly now: () => number
}

export interface Readiness {
  standing(): Promise<Standing>
  /** From now on it is not ready: the process is about to stop. */
  drain(): void
}

/** What is found holds so long, ms: anybody may ask, and each look writes. */
const holdsMs = 1_000
/** A store that takes longer is away, ms. */
const storeWithinMs = 3_000
/** The loop held up so long at once, ms: residents waited. */
const loopWithinMs = 1_000
/** A message has its turn within seconds; one that waits longer tells of a process that is stuck, ms. */
const turnWithinMs = 30_000
/** A platform may be away for minutes; replies that wait longer are told, ms. */
const replyWithinMs = 300_000
/** A jump of the clock is told so long, ms. */
const jumpToldMs = 600_000

export function createReadiness(parts: ReadinessParts): Readiness {
  let isDraining = false
  let last: { readonly at: number; readonly standing: Promise<Standing> } | null = null

  async function look(): Promise<Standing> {
    const faults: Fault[] = []
    const add = (what: FaultName, detail: string): void => void faults.push({ what, detail })
    if (!parts.isStarted()) add('starting', 'the web chat is not open yet')
    const heldMs = parts.loop.worstMs()
    if (heldMs > loopWithinMs) add('loop', `the event loop was held up for ${seconds(heldMs)}`)
    const store = await storeFault(parts.probeStore)
    if (store !== null) add('store', store)
    else {
      for (const [what, waiting, withinMs] of [['turns', await parts.backlog.turns(), turnWithinMs], ['replies', await parts.backlog.replies(), replyWithinMs]] as const) {
        const waitedMs = waiting.since === null ? 0 : parts.now() - waiting.since
        if (waitedMs > withinMs) add(what, `${waiting.count} waiting, the oldest for ${seconds(waitedMs)}`)
      }
    }
    for (const { channel, state } of parts.channels()) if (state.kind === 'offline' || state.kind === 'needs-login') add('channel', `${channel} is ${state.kind}`)
    const knowledge = parts.knowledgeFault()
    if (knowledge !== null) add('knowledge', knowledge)
    const backup = parts.backupFault()
    if (backup !== null) add('backup', backup)
    const jump = parts.loop.jump()
    if (jump !== null && Math.abs(parts.now() - jump.at) < jumpToldMs) add('clock', `the clock was set by ${seconds(jump.byMs)}`)
    return { ready: !faults.some(({ what }) => closing.has(what)), faults }
  }

  return {
    async standing() {
      // Never from memory: a proxy has to hear of it at once.
      if (isDraining) return { ready: false, faults: [{ what: 'draining', detail: 'the process is stopping' }] }
      if (last === null || Math.abs(parts.now() - last.at) >= holdsMs) last = { at: parts.now(), standing: look() }
      return last.standing
    },
    drain() {
      isDraining = true
    },
  }
}

/** Why nothing can be written; `null`: something can. */
async function storeFault(probe: () => Promise<void>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve('it does not answer'), storeWithinMs)
  })
  try {
    return await Promise.race([probe().then(() => null, codeOf), late])
  } finally {
    clearTimeout(timer)
  }
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : 'failed'
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
