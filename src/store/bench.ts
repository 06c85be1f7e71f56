import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { openEmbeddedStore, type EmbeddedStore } from './embedded.js'

export interface StoreFigures {
  /** Durable transactions a second (one message each), by how many are in flight. */
  readonly commitsPerSecond: Readonly<Record<'1' | '50' | '500', number>>
  /** By how many requests the store holds. */
  readonly filled: Readonly<Record<'10000' | '50000', FilledFigures>>
}

interface FilledFigures {
  readonly openMs: number
  /** One read of a request by its id, and one of the last 20 of a resident, µs (median). */
  readonly getUs: number
  readonly findUs: number
  /** A snapshot of everything while commits go on: how long it takes, and the longest the event loop stood still. */
  readonly snapshotMs: number
  readonly stallMaxMs: number
  readonly stallP99Ms: number
  /** Commit to durable while the snapshot is written, ms. */
  readonly commitP99Ms: number
  readonly rssMb: number
}

const COMMUNITY = 'bench-demo' as CommunityId

/** Measures the embedded store in a folder of its own. Takes about 15 s. */
export async function benchStore(): Promise<StoreFigures> {
  return {
    commitsPerSecond: {
      '1': await commitsPerSecond(1, 4_000),
      '50': await commitsPerSecond(50, 40_000),
      '500': await commitsPerSecond(500, 60_000),
    },
    filled: { '10000': await filled(10_000), '50000': await filled(50_000) },
  }
}

async function inTempFolder<T>(use: (open: () => Promise<EmbeddedStore>) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-bench-'))
  try {
    return await use(() =>
      openEmbeddedStore({
        folder,
        create: true,
        now: Date.now,
        onFatal: (error) => {
          throw error
        },
      }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function commitsPerSecond(inFlight: number, total: number): Promise<number> {
  return inTempFolder(async (open) => {
    const store = await open()
    const start = performance.now()
    await many(inFlight, total, (n) => commitMessage(store, n))
    const perSecond = total / ((performance.now() - start) / 1000)
    await store.close()
    return Math.round(perSecond)
  })
}

async function many(inFlight: number, total: number, act: (n: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async (): Promise<void> => {
    while (next < total) await act(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

function idOf(n: number): string {
  return `m${String(n).padStart(8, '0')}`
}

function commitMessage(store: EmbeddedStore, n: number): Promise<void> {
  return store.commit(COMMUNITY, [
    {
      op: 'put',
      table: 'messages',
      row: { id: idOf(n), rev: 0, conversationId: `web:${n % 500}`, at: n, from: 'resident', authorId: `r${n % 500}`, authorName: '邻居', text: '3栋楼下的灯不亮了,麻烦看一下', attachments: [], reply: null, requestId: null },
    },
  ])
}

function filled(requests: number): Promise<FilledFigures> {
  return inTempFolder(async (open) => {
    let store = await open()
    await many(200, requests, (n) => store.commit(COMMUNITY, [{ op: 'put', table: 'requests', row: request(n) }]))
    await store.compact()
    await store.close()

    const start = performance.now()
    store = await open()
    const openMs = performance.now() - start
    const getUs = await medianUs(2_000, (n) => store.get(COMMUNITY, 'requests', idOf((n * 7919) % requests)))
    const findUs = await medianUs(2_000, (n) => store.find(COMMUNITY, 'requests', { by: 'residentId', equals: `r${(n * 7919) % 1_000}`, order: 'desc', limit: 20 }))

    const stall = monitorEventLoopDelay({ resolution: 1 })
    stall.enable()
    const waits: number[] = []
    let isDone = false
    const snapshotStart = performance.now()
    const snapshot = store.compact().then(() => (isDone = true))
    for (let n = 0; !isDone; n++) {
      const before = performance.now()
      await commitMessage(store, n)
      waits.push(performance.now() - before)
    }
    await snapshot
    const snapshotMs = performance.now() - snapshotStart
    stall.disable()
    const rssMb = process.memoryUsage.rss() / 2 ** 20
    await store.close()
    waits.sort((a, b) => a - b)
    return {
      openMs: round(openMs),
      getUs: round(getUs),
      findUs: round(findUs),
      snapshotMs: round(snapshotMs),
      stallMaxMs: round(stall.max / 1e6),
      stallP99Ms: round(stall.percentile(99) / 1e6),
      commitP99Ms: round(waits[Math.floor(waits.length * 0.99)] ?? 0),
      rssMb: round(rssMb),
    }
  })
}

async function medianUs(times: number, act: (n: number) => Promise<unknown>): Promise<number> {
  const taken: number[] = []
  for (let n = 0; n < times; n++) {
    const start = performance.now()
    await act(n)
    taken.push((performance.now() - start) * 1000)
  }
  taken.sort((a, b) => a - b)
  return taken[times >> 1] ?? 0
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function request(n: number): ServiceRequest {
  return {
    id: idOf(n),
    rev: 0,
    number: `HZ-2611-${n}`,
    sourceKey: `web:${n}:0`,
    serviceCode: 'repair-public',
    serviceName: '公共设施报修',
    intent: 'repair_env',
    status: 'accepted',
    owner: { kind: 'post', id: 'grid-1', name: '第一网格' },
    residentId: `r${n % 1_000}`,
    channel: 'web',
    conversationId: `web:${n % 1_000}`,
    description: '3栋楼下的灯不亮了,老人晚上出门看不见路,麻烦尽快看一下',
    address: '3栋2单元楼下',
    placeKey: null,
    fields: [],
    attachmentIds: [],
    reporters: [{ residentId: `r${n % 1_000}`, conversationId: `web:${n % 1_000}`, chat: 'private', at: n, words: '灯不亮了' }],
    appointment: null,
    urges: [],
    ratings: [],
    history: [{ at: n, actor: { kind: 'bot' }, from: null, to: 'submitted', note: null }],
    filedAt: n,
    updatedAt: n,
    settledAt: null,
  }
}
