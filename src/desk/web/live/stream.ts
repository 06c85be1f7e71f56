import { onUnmounted, ref } from 'vue'
import type { DeskEvent } from '../../api-types.js'
import { readMe } from '../api/client.js'

/** `again`: the stream stands, for the first time or anew; what came before it was not told, so whoever shows something asks for it once more. */
export type LiveEvent = DeskEvent | { readonly type: 'again' }

/** Pause before a refused stream is tried again, ms. (A broken one is taken up by the browser itself.) */
const retryMs = 3_000

export const isLive = ref(true)
const listeners = new Set<(event: LiveEvent) => void>()
let source: EventSource | null = null
let timer: ReturnType<typeof setTimeout> | undefined

/** Opens the stream of news; called after login. */
export function openStream(): void {
  closeStream()
  const stream = new EventSource('/api/desk/stream')
  source = stream
  stream.onopen = () => {
    isLive.value = true
    tell({ type: 'again' })
  }
  stream.onerror = () => {
    isLive.value = false
    if (stream.readyState !== EventSource.CLOSED) return
    timer = setTimeout(openStream, retryMs)
    // Perhaps the login has ended: asking tells, and shows the login form.
    void readMe()
  }
  const pass = (event: MessageEvent): void => tell(JSON.parse(String(event.data)) as DeskEvent)
  stream.addEventListener('request', pass)
  for (const type of ['conversation', 'page', 'clock', 'mention', 'booking', 'version', 'programme']) stream.addEventListener(type, pass)
}

export function closeStream(): void {
  clearTimeout(timer)
  source?.close()
  source = null
}

/** Called after logout: the next login starts afresh. */
export function forgetStream(): void {
  closeStream()
  isLive.value = true
}

/** Hears the news as long as the component lives. */
export function useLive(listener: (event: LiveEvent) => void): void {
  listeners.add(listener)
  onUnmounted(() => listeners.delete(listener))
}

function tell(event: LiveEvent): void {
  for (const listener of listeners) listener(event)
}
