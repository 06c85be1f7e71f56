import type { ChatLine } from '../web-types.js'

export interface LiveHandlers {
  readonly line: (line: ChatLine) => void
  readonly typing: (conversationId: string) => void
  /** The stream stands, for the first time or anew: what was said before is to be asked for. */
  readonly up: () => void
  readonly down: () => void
  /** The server would not have us: perhaps it no longer knows this browser. */
  readonly refused: () => void
}

/** Pause before a refused stream is tried again, ms. (A broken one is taken up by the browser itself.) */
const retryMs = 3_000

/** Opens the stream of lines and keeps it open; returns how to close it. */
export function openLive(handlers: LiveHandlers): () => void {
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function connect(): void {
    if (closed) return
    clearTimeout(timer)
    source?.close()
    const stream = new EventSource('/api/chat/stream')
    source = stream
    stream.onopen = () => {
      handlers.up()
    }
    stream.onerror = () => {
      handlers.down()
      if (stream.readyState !== EventSource.CLOSED) return
      handlers.refused()
      clearTimeout(timer)
      timer = setTimeout(connect, retryMs)
    }
    stream.addEventListener('line', (event) => handlers.line(JSON.parse(String(event.data)) as ChatLine))
    stream.addEventListener('typing', (event) => {
      handlers.typing((JSON.parse(String(event.data)) as { conversationId: string }).conversationId)
    })
  }

  /** A phone that wakes up does not wait for the next try. */
  function wake(): void {
    if (document.visibilityState === 'visible' && source?.readyState !== EventSource.OPEN) connect()
  }

  connect()
  window.addEventListener('online', connect)
  document.addEventListener('visibilitychange', wake)
  return () => {
    closed = true
    clearTimeout(timer)
    source?.close()
    window.removeEventListener('online', connect)
    document.removeEventListener('visibilitychange', wake)
  }
}
