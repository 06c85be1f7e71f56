/** Has the desk open without a line from now on: what this page was made of is kept by the browser. Without a worker (plain http) nothing happens. */
export async function keepShell(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  try {
    await navigator.serviceWorker.register('/desk/worker.js', { scope: '/desk/' })
    const { active } = await navigator.serviceWorker.ready
    const files = performance.getEntriesByType('resource').map(({ name }) => new URL(name)).filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith('/assets/'))
    active?.postMessage({ keep: [...new Set(files.map(({ pathname }) => pathname))] })
  } catch {
    // It works with a line all the same.
  }
}
