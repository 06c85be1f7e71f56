/**
 * The error tree. Every error has a stable `code`, keeps its `cause`, and its message says what was expected, what
 * came, and what to do.
 *
 *   YichuangError
 *   ├─ ConfigError     a setting is missing or wrong; found at start, all at once
 *   ├─ KnowledgeError  a file in knowledge/ or intents/ is wrong; names file and line
 *   ├─ StoreError      the store refused: conflict, write-refused, locked, damaged, missing, newer-format, closed
 *   ├─ ChannelError    a platform refused or did not answer; `retry` says whether trying again can help
 *   └─ InputError      what a person or a client sent can't be taken; safe to show to them
 *
 * What may normally happen is a value, not an error: no passage, low confidence, a missing slot, no such request.
 */
export class YichuangError extends Error {
  override readonly name: string = 'YichuangError'
  constructor(
    readonly code: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}

export class ConfigError extends YichuangError {
  override readonly name = 'ConfigError'
}

export class KnowledgeError extends YichuangError {
  override readonly name = 'KnowledgeError'
}

/** Why a store call did not do what was asked. */
export type StoreErrorCode =
  /** A row changed since it was read, or a unique key exists: read again and decide again. Nothing was written. */
  | 'conflict'
  /** The disk refused the write (full, read-only, too many files). Nothing was written; the process may go on. */
  | 'write-refused'
  /** Flushing to disk failed: what is on disk is unknown, the process must stop. */
  | 'flush-failed'
  | 'locked'
  | 'missing'
  | 'damaged'
  | 'newer-format'
  | 'wrong-key'
  /** What it held is held elsewhere now, or is still on its way here. */
  | 'moved'
  | 'closed'

export class StoreError extends YichuangError {
  override readonly name = 'StoreError'
  declare readonly code: StoreErrorCode
  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, message, options)
  }
}

/** How a platform failed, decided once at the channel; sending again is decided from this code only. */
export type ChannelErrorCode =
  | 'rate-limited'
  | 'unavailable'
  | 'timeout'
  | 'rejected'
  | 'gone'
  | 'unknown-delivery'

export class ChannelError extends YichuangError {
  override readonly name = 'ChannelError'
  declare readonly code: ChannelErrorCode
  constructor(
    code: ChannelErrorCode,
    message: string,
    options?: { cause?: unknown; /** How long the platform asked us to wait, ms. */ retryAfterMs?: number },
  ) {
    super(code, message, options)
    this.retryAfterMs = options?.retryAfterMs ?? null
  }
  readonly retryAfterMs: number | null
}

export class InputError extends YichuangError {
  override readonly name = 'InputError'
}
