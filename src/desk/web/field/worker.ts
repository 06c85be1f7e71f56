/**
 * Opens the desk without a line: the page itself and the files that it was made of are kept, never an answer of the server.
 * What is kept is what the page that is open names; nothing of a person is among it.
 */
interface Extended extends Event { waitUntil(work: Promise<unknown>): void }
interface Fetched extends Extended { readonly request: Request; respondWith(answer: Promise<Response>): void }
interface Worker {
  addEventListener(type: 'install' | 'activate', work: (event: Extended) => void): void
  addEventListener(type: 'message', work: (event: Extended & { readonly data: unknown }) => void): void
  addEventListener(type: 'fetch', work: (event: Fetched) => void): void
  skipWaiting(): Promise<void>
  readonly clients: { claim(): Promise<void> }
}
const worker = self as unknown as Worker

const kept = 'yichuang-desk'
const page = '/desk/'
/** A line that says nothing for so long counts as none, ms. */
const patienceMs = 6_000

/** Keeps the page and these files, and lets go of files of an older build. */
async function keep(files: readonly string[]): Promise<void> {
  const cache = await caches.open(kept)
  const wanted = new Set([page, ...files])
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request)
  const fresh = await fetch(page, { cache: 'no-cache' })
  if (fresh.ok) await cache.put(page, fresh)
  for (const file of files) if ((await cache.match(file)) === undefined) await cache.add(file)
}

async function openPage(request: Request): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), patienceMs)
  try {
    return await fetch(request, { signal: late.signal })
  } catch (error) {
    const held = await (await caches.open(kept)).match(page)
    if (held === undefined) throw error
    return held
  } finally {
    clearTimeout(timer)
  }
}

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))
worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()))
worker.addEventListener('message', (event) => {
  const files = (event.data as { readonly keep?: unknown } | null)?.keep
  if (!Array.isArray(files)) return
  event.waitUntil(keep(files.filter((file): file is string => typeof file === 'string' && file.startsWith('/assets/'))).catch(() => undefined))
})
worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin) return
  if (request.mode === 'navigate') event.respondWith(openPage(request))
  // The name of a file changes with what is in it.
  else if (pathname.startsWith('/assets/')) event.respondWith(caches.open(kept).then((cache) => cache.match(pathname)).then((held) => held ?? fetch(request)))
})
