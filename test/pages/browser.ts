import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import packed from '@sparticuz/chromium'
import { chromium, type Browser, type BrowserContextOptions, type Page, type Request } from 'playwright-core'

const require = createRequire(import.meta.url)
const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run',
  '--font-render-hinting=none',
]
/** Another process unpacks the browser in some seconds; beyond this its lock is stale, ms. */
const unpackMs = 60_000

/** The browser of CHROMIUM_PATH, else the one packed among the development dependencies. */
export async function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: process.env['CHROMIUM_PATH'] || (await unpackChromium()), args: flags, headless: true })
}

/** Test files run side by side: one of them unpacks, the others wait for it. */
async function unpackChromium(): Promise<string> {
  const lock = join(tmpdir(), 'yichuang-chromium.lock')
  for (;;) {
    try {
      mkdirSync(lock)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (isStale(lock)) rmSync(lock, { recursive: true, force: true })
      else await new Promise((resolve) => setTimeout(resolve, 200))
      continue
    }
    try {
      return await packed.executablePath()
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
}

function isStale(lock: string): boolean {
  return existsSync(lock) && Date.now() - statSync(lock).mtimeMs > unpackMs
}

/** What happened in a page that should not: errors, and reports of its security policy. */
export interface Watched {
  readonly page: Page
  readonly faults: string[]
}

export interface PageWish extends BrowserContextOptions {
  /** Chinese glyphs for pictures; without them a bare machine draws boxes, which no test minds. */
  readonly chinese?: boolean
}

/** A page of its own context (its own cookies): another person at another device. */
export async function openPage(browser: Browser, wish: PageWish = {}): Promise<Watched> {
  const { chinese = false, ...options } = wish
  const context = await browser.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', reducedMotion: 'reduce', viewport: { width: 360, height: 740 }, ...options })
  if (chinese) await context.route('**/__type/*', async (route) => {
    const name = new URL(route.request().url()).pathname.split('/').at(-1) ?? ''
    if (name === 'type.css') return route.fulfill({ contentType: 'text/css', body: typeFaces })
    return route.fulfill({ contentType: 'font/woff2', body: readFileSync(require.resolve(`@fontsource/noto-sans-sc/files/${name}`)) })
  })
  if (chinese) await context.addInitScript(addTypeFaces)
  const page = await context.newPage()
  watchRequests(page)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refused connection or an answer of 4xx is the business of the test that brings it about.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) faults.push(`console: ${message.text()}`)
  })
  return { page, faults }
}

const onTheirWay = new WeakMap<Page, Set<Request>>()

function watchRequests(page: Page): void {
  const open = new Set<Request>()
  onTheirWay.set(page, open)
  page.on('request', (request) => {
    // What the page before had asked for is nobody's any more.
    if (request.isNavigationRequest()) open.clear()
    // A stream of live lines is open for as long as the page is.
    if (request.resourceType() !== 'eventsource') open.add(request)
  })
  page.on('requestfinished', (request) => { open.delete(request) })
  page.on('requestfailed', (request) => { open.delete(request) })
}

/** Addresses that the page asked for and that are still on their way. */
export function stillComing(page: Page): readonly string[] {
  return [...(onTheirWay.get(page) ?? [])].map((request) => request.url())
}

const typeFaces = [400, 600, 700].map((weight) =>
  `@font-face{font-family:'Noto Sans SC';font-weight:${weight};src:url('/__type/noto-sans-sc-chinese-simplified-${weight}-normal.woff2')}`).join('\n')

/** As a stylesheet of the page's own origin, so that the page's policy is tested as it is. */
const addTypeFaces = `addEventListener('DOMContentLoaded', () => {
  const link = document.createElement('link'); link.rel = 'stylesheet'; link.href = '/__type/type.css'; document.head.append(link)
})`

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')
/** What is looked for in the scheme that a page comes in; and, in the other, what colours decide: the elements are the same. */
const wanted = {
  first: "runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']",
  second: "runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }",
} as const

/** Violations of WCAG 2 A and AA that axe finds by day and by night, each with the first element it is about. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate<boolean>(`'axe' in window`))) {
    await page.evaluate(axe)
    // Rows out of sight are not drawn, and axe would read them in the colours of the scheme before.
    await page.evaluate(`(() => {
      const drawn = new CSSStyleSheet()
      drawn.replaceSync('.rows > li { content-visibility: visible !important }')
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, drawn]
    })()`)
  }
  const before = await page.evaluate<boolean>(`matchMedia('(prefers-color-scheme: dark)').matches`)
  const found: string[] = []
  for (const [which, colorScheme] of [['first', before ? 'dark' : 'light'], ['second', before ? 'light' : 'dark']] as const) {
    await page.emulateMedia({ colorScheme })
    // Colours of the other scheme fade for a moment, and those within others after them.
    await page.evaluate(`(async () => {
      for (let still = 0, frames = 0; still < 5; frames += 1) {
        await new Promise(requestAnimationFrame)
        // In what is folded away nothing moves on.
        const moving = document.getAnimations().filter((one) => one instanceof CSSTransition && one.effect.target.checkVisibility())
        still = moving.length > 0 ? 0 : still + 1
        if (frames > 600) throw new Error('this never comes to rest: ' + moving.map(({ effect, transitionProperty }) => transitionProperty + ' of ' + effect.target.outerHTML.slice(0, 200)).join('; '))
      }
    })()`)
    const { violations } = await page.evaluate<{ violations: readonly { id: string; help: string; nodes: readonly { html: string; failureSummary: string }[] }[] }>(
      `axe.run(document, { ${wanted[which]}, resultTypes: ['violations'] })`)
    found.push(...violations.map(({ id, help, nodes }) => `${colorScheme}: ${id}: ${help}: ${nodes[0]?.html ?? ''} ${nodes[0]?.failureSummary ?? ''}`))
  }
  return found
}
