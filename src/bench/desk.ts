import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { benchInBrowser, type BrowserFigures } from './desk-browser.js'
import { seedRequests } from './seed.js'
import { spreadOf, type Spread } from './spread.js'
import { readConfig, readEnvFile } from '../config.js'
import { inboxViews } from '../desk/api-types.js'
import { listRequests, type Viewer } from '../desk/inbox.js'
import { createRequestIndex } from '../desk/request-index.js'
import { loadCalendar } from '../knowledge/calendar.js'
import { loadKnowledge } from '../knowledge/knowledge.js'
import type { CommunityId } from '../knowledge/community.js'
import { openEmbeddedStore } from '../store/embedded.js'

const communityId = 'huzhou-demo' as CommunityId
const requestCount = 50_000
const searchRounds = 200

export interface DeskFigures {
  readonly requests: number
  /** Reading all requests after the start, a part at a time, before anybody opens the desk, ms. */
  readonly warmMs: number
  /** The first page of the inbox after that: every promise is reckoned. ms. */
  readonly firstListMs: number
  /** Each view opened again, ms. */
  readonly listMs: Spread
  /** The first search of all, ms. */
  readonly firstSearchMs: number
  /** Words, buildings, numbers, phone tails and what is nowhere, ms. */
  readonly searchMs: Spread
  /** The list after one request changed, ms. */
  readonly afterChangeMs: Spread
  /** What a browser loads to show a page for the first time, gzip, KiB. */
  readonly pagesKiB: Readonly<Record<string, number>>
  /** The same inbox in a browser; `null` where none is installed. */
  readonly browser: BrowserFigures | null
}

/** The inbox with 50,000 requests of one community, and how heavy its pages are. Takes about a minute. */
export async function benchDesk(folder: string): Promise<DeskFigures> {
  return { ...(await benchLists(folder)), browser: await benchInBrowser(folder) }
}

async function benchLists(folder: string): Promise<Omit<DeskFigures, 'browser'>> {
  const { knowledgeDir } = readConfig({ ...readEnvFile('.env'), ...process.env })
  const [knowledge, years] = [await loadKnowledge(knowledgeDir), await loadCalendar(knowledgeDir)]
  await seedRequests(folder, communityId, requestCount, Date.now())
  const store = await openEmbeddedStore({
    folder, create: false, now: Date.now,
    onFatal: (error) => {
      throw error
    },
  })
  const index = createRequestIndex({
    store, now: Date.now, termOf: () => promise,
    workingTime: (id) => ({ years, hours: knowledge.communities.get(id)?.hours ?? null }),
  })
  const list = (view: (typeof inboxViews)[number], search = '') => timed(() => listRequests(index, [communityId], { view, search, after: null }, lead))
  try {
    const warmMs = await timed(() => index.warm([communityId]))
    const firstListMs = await list('open')
    const listMs: number[] = []
    for (let round = 0; round < 5; round += 1) for (const view of inboxViews) listMs.push(await list(view))
    const firstSearchMs = await list('all', searched(0))
    const searchMs: number[] = []
    for (let n = 1; n <= searchRounds; n += 1) searchMs.push(await list(n % 2 === 0 ? 'all' : 'open', searched(n)))
    const afterChangeMs: number[] = []
    for (const row of await store.find(communityId, 'requests', { limit: 10 })) {
      await store.commit(communityId, [{ op: 'put', table: 'requests', row: { ...row, updatedAt: Date.now() } }])
      afterChangeMs.push(await list('open'))
    }
    return {
      requests: requestCount, warmMs, firstListMs, listMs: spreadOf(listMs), firstSearchMs, searchMs: spreadOf(searchMs), afterChangeMs: spreadOf(afterChangeMs),
      pagesKiB: { chat: await pageKiB('index.html'), desk: await pageKiB('desk/index.html') },
    }
  } finally {
    index.stop()
    await store.close()
  }
}

const lead: Viewer = { id: 's1', name: '林工', isLead: true }

/** Every request has a promise, so that every clock is reckoned. */
const promise = { workdays: 5, source: 'bench', date: '2026-01-01' } as const

/** The n-th search, of five kinds in turn. */
function searched(n: number): string {
  const kinds = [`${(n % 80) + 1}栋${(n % 6) + 1}单元`, '楼道灯 看不清', String(n * 37).padStart(5, '0'), `SD-2601-${String(n * 211).padStart(5, '0')}`, '电梯困人 没有这句']
  return kinds[n % kinds.length] ?? ''
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return Math.round((performance.now() - started) * 10) / 10
}

/** A built page with the scripts and styles its HTML names. */
async function pageKiB(page: string): Promise<number> {
  const built = fileURLToPath(new URL('../web/', import.meta.url))
  const html = await readFile(join(built, page), 'utf8')
  const assets = (await readdir(join(built, 'assets'))).filter((name) => html.includes(name))
  const sizes = await Promise.all([join(built, page), ...assets.map((name) => join(built, 'assets', name))].map(async (path) => gzipSync(await readFile(path)).length))
  return Math.round((sizes.reduce((sum, one) => sum + one, 0) / 1024) * 10) / 10
}
