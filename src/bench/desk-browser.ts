import { randomUUID } from 'node:crypto'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer } from './server-process.js'
import { spreadOf, type Spread } from './spread.js'
import { hashToken, newToken } from '../http/tokens.js'
import { PLATFORM } from '../knowledge/community.js'
import { openEmbeddedStore } from '../store/embedded.js'
import type { Write } from '../store/store.js'

const program = join(dirname(fileURLToPath(import.meta.url)), '..', 'cli.js')

/** How long the list is scrolled, and how far in one frame: three screens a second. */
const scrollMs = 10_000
const scrollPx = 40

/** The inbox in a real Chromium over a real server, as somebody at the desk feels it. */
export interface BrowserFigures {
  /** From the address to the first row on the screen, with an empty cache, ms: the very first, while the server reads its requests, and later ones. */
  readonly firstOpenMs: number
  readonly openMs: Spread
  /** From the press on another view to its rows, ms. */
  readonly viewMs: Spread
  /** Rows that were read on while scrolling. */
  readonly rowsScrolled: number
  /** Time between two frames while scrolling, ms, and the share of frames (0–1) that came more than 50 ms after the one before. */
  readonly frameMs: Spread
  readonly lateFrames: number
}

/** Measures with the browser among the development dependencies; `null` where it is not installed. The folder holds a store with requests. */
export async function benchInBrowser(folder: string): Promise<BrowserFigures | null> {
  const parts = await Promise.all([import('playwright-core'), import('@sparticuz/chromium')]).catch(() => null)
  if (parts === null) return null
  const [{ chromium }, { default: packed }] = parts
  const token = await makeLead(folder)
  const server = await startServer({ script: program, dataDir: folder })
  const browser = await chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] || (await packed.executablePath()), args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'], headless: true })
  try {
    const open = async () => {
      const context = await browser.newContext({ locale: 'zh-CN', viewport: { width: 1280, height: 800 } })
      await context.addCookies([{ name: 'desk', value: token, url: server.url }])
      const page = await context.newPage()
      const started = performance.now()
      await page.goto(`${server.url}/desk/`)
      await page.locator('a.request-row').first().waitFor()
      return { page, context, ms: performance.now() - started }
    }
    const first = await open()
    await first.context.close()
    const opens: number[] = []
    for (let n = 0; n < 5; n += 1) {
      const { context, ms } = await open()
      opens.push(ms)
      await context.close()
    }
    const { page } = await open()
    const views: number[] = []
    for (const view of ['unclaimed', 'closed', 'all', 'unclaimed', 'closed', 'all']) {
      const started = performance.now()
      await page.locator(`nav.views a[href$="view=${view}"]`).click()
      // The rows of the view before are gone at once.
      await page.locator(`nav.views a[href$="view=${view}"][aria-current]`).waitFor()
      await page.locator('a.request-row').first().waitFor()
      views.push(performance.now() - started)
    }
    const frames = await page.evaluate<number[]>(`new Promise((resolve) => {
      const frames = []
      let last = performance.now()
      const end = last + ${scrollMs}
      const step = (now) => {
        frames.push(now - last)
        last = now
        window.scrollBy(0, ${scrollPx})
        if (now < end) requestAnimationFrame(step)
        else resolve(frames.slice(1))
      }
      requestAnimationFrame(step)
    })`)
    return {
      firstOpenMs: Math.round(first.ms), openMs: spreadOf(opens), viewMs: spreadOf(views), rowsScrolled: await page.locator('a.request-row').count(),
      frameMs: spreadOf(frames), lateFrames: Math.round((frames.filter((ms) => ms > 50).length / frames.length) * 10_000) / 10_000,
    }
  } finally {
    await browser.close()
    await server.end()
  }
}

/** Somebody who heads the community and is signed in; the token of the cookie. */
async function makeLead(folder: string): Promise<string> {
  const store = await openEmbeddedStore({
    folder, create: false, now: Date.now,
    onFatal: (error) => {
      throw error
    },
  })
  const [id, token, now] = [randomUUID(), newToken(), Date.now()]
  const writes: readonly Write[] = [
    { op: 'put', table: 'staff', row: { id, rev: 0, login: 'bench', name: '测试', passwordHash: '', role: 'lead', scope: 'all', failures: 0, lockedUntil: null, disabled: false, createdAt: now } },
    { op: 'put', table: 'staffSessions', row: { id: hashToken(token), rev: 0, staffId: id, createdAt: now, lastAt: now } },
  ]
  await store.commit(PLATFORM, writes)
  await store.close()
  return token
}
