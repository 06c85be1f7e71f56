import type { ChannelName } from './channel.js'

/** Whether residents are heard on a channel. A channel that is not is an event: staff are told, rooms are told once on return. */
export type ChannelState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'online' }
  /** It comes back by itself. `reason` is for staff, without secrets. */
  | { readonly kind: 'offline'; readonly reason: string }
  /** A person has to do something: scan a code, correct a secret. `qr` is what the code says, `null` where none is needed. */
  | { readonly kind: 'needs-login'; readonly reason: string; readonly qr: string | null }

export interface ChannelHealth {
  readonly channel: ChannelName
  readonly state: ChannelState
  /** When the state began, ms since 1970. */
  readonly since: number
}

/** What the desk and the command line see of the channels. */
export interface HealthBoard {
  all(): readonly ChannelHealth[]
  /** A state that differs from the one before is told to all listeners; the same again is not. */
  report(channel: ChannelName, state: ChannelState): void
  /** Called at each change. Returns how to stop listening. */
  onChange(listener: (now: ChannelHealth, before: ChannelHealth | null) => void): () => void
}

export function createHealthBoard(now: () => number): HealthBoard {
  const known = new Map<ChannelName, ChannelHealth>()
  const listeners = new Set<(now: ChannelHealth, before: ChannelHealth | null) => void>()
  return {
    all: () => [...known.values()],
    report(channel, state) {
      const before = known.get(channel) ?? null
      if (before !== null && JSON.stringify(before.state) === JSON.stringify(state)) return
      const changed: ChannelHealth = { channel, state, since: before?.state.kind === state.kind ? before.since : now() }
      known.set(channel, changed)
      for (const listener of listeners) listener(changed, before)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
