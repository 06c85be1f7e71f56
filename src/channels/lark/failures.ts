import { ChannelError } from '../../errors.js'

/** What Lark, or the way to it, answered to a call that did not succeed. */
export interface Refusal {
  /** HTTP status; `null` when no answer came. */
  readonly status: number | null
  /** Lark's code in the body; `null` when there was none. */
  readonly code: number | null
  /** Seconds after which the limit is lifted (header x-ogw-ratelimit-reset); `null` when not told. */
  readonly resetSeconds: number | null
  /** Of the network (ECONNREFUSED, ECONNABORTED …); `null` when an answer came. */
  readonly network: string | null
}

/** The token is not (any more) one of Lark's: to be asked for anew. */
const badToken = [99991661, 99991663]

/** Limits: of the app, of a chat or person, of the platform when everybody sends at the hour and half-hour (11232). */
const limited = [99991400, 230020, 11232, 11247]

/** Nobody can be reached there: bot not in the group, person outside the app's reach, left, stopped the bot, other tenant, group gone. */
const gone = [230002, 230013, 230029, 230034, 230038, 230045, 230053, 232006, 232009]

/** What cannot be drawn: bad parameter, too long, content refused, card that cannot be made. Plain text may still do. */
const undrawable = [230001, 230025, 230099, 200621, 11310]

/** The message replied to was taken back or deleted, or is out of sight. */
const unanswerable = [230011, 230050, 230110, 230111]

/** A right or an ability that the app lacks: an admin can give it, so what waits is kept. */
const withoutRight = [230006, 230027, 99991672, 99991679]

type FailureKind = 'bad-token' | 'undrawable' | 'unanswerable' | 'other'

/** What the sender may try itself before it gives up. */
export function failureKind({ code }: Refusal): FailureKind {
  if (code === null) return 'other'
  if (badToken.includes(code)) return 'bad-token'
  if (undrawable.includes(code)) return 'undrawable'
  return unanswerable.includes(code) ? 'unanswerable' : 'other'
}

/** How long to wait where Lark does not say, ms. */
const defaultWaitMs = 1_000
/** At the hour and half-hour the platform is under pressure for about that long, ms. */
const pressureWaitMs = 30_000

/** A refusal as one of our codes; whether it is tried again is decided from the code alone. `what` names the call, never its content. */
export function classifyRefusal(what: string, refusal: Refusal): ChannelError {
  const { status, code, network } = refusal
  const told = `lark: ${what}: ${network ?? `HTTP ${status ?? '–'}, code ${code ?? '–'}`}`
  if (network !== null) return new ChannelError(/^(ECONNABORTED|ETIMEDOUT)$/.test(network) ? 'timeout' : 'unavailable', told)
  if (status === 429 || (code !== null && limited.includes(code))) {
    const waitMs = refusal.resetSeconds !== null ? refusal.resetSeconds * 1_000 : code === 11232 ? pressureWaitMs : defaultWaitMs
    return new ChannelError('rate-limited', told, { retryAfterMs: waitMs })
  }
  if (code !== null && gone.includes(code)) return new ChannelError('gone', `${told}; nobody can be reached there: is the bot still in the group, the person within the app's reach?`)
  if (code !== null && (withoutRight.includes(code) || badToken.includes(code))) return new ChannelError('unavailable', `${told}; check the app's permissions and secret in the developer console`)
  if (status === null || status >= 500 || code === 230049) return new ChannelError('unavailable', told)
  return new ChannelError('rejected', told)
}
