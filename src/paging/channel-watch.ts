import type { ChannelHealth, HealthBoard } from '../channels/health.js'
import { PLATFORM } from '../knowledge/community.js'
import type { Pager } from './pager.js'

/** A connection that is back within this was no loss, ms. It was found within 60 s, and the admin is to know within 2 minutes. */
const hiccupMs = 30_000

export interface ChannelWatchParts {
  /** Changes are this process's own; the states are those of all processes. */
  readonly health: Pick<HealthBoard, 'onChange' | 'all'>
  /** Of several processes that lost it, this one calls. Absent: this process has the store to itself. */
  readonly isMine?: () => boolean
  readonly pager: Pick<Pager, 'call' | 'over'>
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
  /** Does it after so many ms, unless it is called off; default a timer. */
  readonly after?: (ms: number, work: () => void) => () => void
}

/** A channel on which no process hears residents calls an administrator, over another one; ends with its return. Returns how to stop. */
export function watchChannels({ health, isMine = () => true, pager, log, after = byTimer }: ChannelWatchParts): () => void {
  const timers = new Map<string, () => void>()
  const failed = (error: unknown): void => { log('channel-watch.failed', { error: String(error) }) }

  function forget(channel: string): void {
    timers.get(channel)?.()
    timers.delete(channel)
  }

  function changed({ channel, state }: ChannelHealth): void {
    forget(channel)
    if (state.kind === 'connecting') return
    if (state.kind === 'online') {
      pager.over(PLATFORM, ({ cause }) => cause.kind === 'channel' && cause.channel === channel).catch(failed)
      return
    }
    const what = `${nameOf(channel)}${state.kind === 'needs-login' ? '要人处理' : '断线了'}：${state.reason}。居民发来的消息可能收不到${state.kind === 'needs-login' && state.qr !== null ? '，登录码在工作台「渠道」页' : ''}`
    const look = (): void => {
      timers.delete(channel)
      // Another may hear them still, or is to call; both may change.
      if (!isMine() || health.all().some((one) => one.channel === channel && one.state.kind === 'online')) timers.set(channel, after(hiccupMs, look))
      else pager.call(PLATFORM, { kind: 'channel', channel, what }).catch(failed)
    }
    if (state.kind === 'needs-login') return look()
    timers.set(channel, after(hiccupMs, look))
  }

  const stop = health.onChange(changed)
  return () => {
    stop()
    for (const channel of [...timers.keys()]) forget(channel)
  }
}

function byTimer(ms: number, work: () => void): () => void {
  const timer = setTimeout(work, ms)
  timer.unref()
  return () => { clearTimeout(timer) }
}

const names: Readonly<Record<string, string>> = { wechat: '微信', lark: '飞书', web: '网页聊天' }

function nameOf(channel: string): string {
  return names[channel] ?? channel
}
