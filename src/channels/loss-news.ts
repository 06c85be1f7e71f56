import type { LarkChannel } from './lark.js'
import type { ChannelHealth, HealthBoard } from './health.js'

/** A code is good for some minutes; of one loss the newest is shown again at most this often, ms. */
const codeAgainMs = 10 * 60_000

export interface LossNewsParts {
  readonly health: Pick<HealthBoard, 'onChange'>
  readonly lark: Pick<LarkChannel, 'tellStaff' | 'showPicture'>
  /** Private chats on Lark of those who run the installation. */
  readonly adminChats: () => Promise<readonly string[]>
  /** What a login code says, as a picture to be scanned. */
  readonly drawCode: (code: string) => Promise<Uint8Array>
  readonly now: () => number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

const lines = {
  lost: (channel: string, reason: string): string => `${channel}断线了：${reason}。居民发来的消息可能收不到，请管理员处理。`,
  back: (channel: string): string => `${channel}恢复了。`,
  scan: (channel: string): string => `${channel}要重新登录：请用那个账号的手机扫下面的码。码几分钟就换，过期了到工作台「渠道」页扫新的。`,
} as const

/** Tells on Lark what becomes of another channel: staff groups hear that it is lost and back, admins get the code that has to be scanned. Returns how to stop. */
export function tellLosses({ health, lark, adminChats, drawCode, now, log }: LossNewsParts): () => void {
  let codeShownAt: number | null = null

  async function showCode(channel: string, code: string): Promise<void> {
    if (codeShownAt !== null && now() - codeShownAt < codeAgainMs) return
    codeShownAt = now()
    const picture = await drawCode(code)
    for (const chat of await adminChats()) await lark.showPicture(chat, lines.scan(channel), picture, `${channel}-code-${codeShownAt}`)
  }

  function changed({ channel, state, since }: ChannelHealth, before: ChannelHealth | null): void {
    // A channel that is lost can't tell it itself.
    if (channel === 'lark') return
    const isLost = state.kind === 'offline' || state.kind === 'needs-login'
    const isBack = state.kind === 'online' && before !== null && before.state.kind !== 'connecting'
    if (state.kind === 'online') codeShownAt = null
    const failed = (error: unknown): void => { log('loss-news.failed', { error: String(error) }) }
    if (isLost || isBack) lark.tellStaff(isLost ? lines.lost(nameOf(channel), state.reason) : lines.back(nameOf(channel)), `${channel}-${state.kind}-${since}`).catch(failed)
    if (state.kind === 'needs-login' && state.qr !== null) showCode(nameOf(channel), state.qr).catch(failed)
  }

  return health.onChange(changed)
}

function nameOf(channel: ChannelHealth['channel']): string {
  return channel === 'wechat' ? '微信' : channel
}
