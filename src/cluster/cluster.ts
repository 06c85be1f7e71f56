import type { ChannelHealth } from '../channels/health.js'
import type { CommunityId } from '../knowledge/community.js'

/** What a process tells of itself with each sign of life. */
export interface Standing {
  /** The program's version. */
  readonly version: string
  /** Channels whose conversations it can serve (`web`, `lark` …). */
  readonly serves: readonly string[]
  readonly channels: readonly ChannelHealth[]
  /** Accounts that have a page of the desk open there. */
  readonly present: readonly string[]
}

/** A process that shares the store with this one, and is alive. */
export interface Member {
  readonly id: string
  readonly standing: Standing
}

/** The processes on one store, and what is whose to do. */
export interface Cluster {
  /**
   * Whether what is of this conversation (without one: of the community) is this process's to do now: its turn, its words,
   * its clocks. Never while the process can't be sure that the others think it alive.
   */
  isMine(communityId: CommunityId, conversationId?: string): boolean
  /** The other processes that are alive. */
  others(): readonly Member[]
  /** Called when something may have become this process's own that was not. Returns how to stop listening. */
  onChange(listener: () => void): () => void
  /**
   * Called when something may no longer be this process's own: what it is sending is still to be finished and noted, nothing
   * more begun. Until that is done the others do not take it up. Returns how to stop listening.
   */
  onLoss(finish: () => Promise<void>): () => void
  /** Resolves when all that the others committed before was told to those who listen to the store. Rejects when the database can't be reached now. */
  catchUp(): Promise<void>
  /** Called when another process has kept a message of this conversation, at once or, where that could not be told, never. Returns how to stop listening. */
  onArrival(listener: (conversationId: string) => void): () => void
  /** Tells the other processes something that is kept nowhere. */
  say(topic: string, words: unknown): void
  /** Returns how to stop listening. */
  hear(topic: string, listener: (words: unknown) => void): () => void
}

/** One process that has its store to itself: everything is its own. */
export const alone: Cluster = {
  isMine: () => true,
  others: () => [],
  onChange: () => () => undefined,
  onLoss: () => () => undefined,
  catchUp: () => Promise.resolve(),
  onArrival: () => () => undefined,
  say: () => undefined,
  hear: () => () => undefined,
}
