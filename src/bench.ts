import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runLoad, type LoadFigures } from './bench/load.js'
import { describeMachine, memoryOf } from './bench/machine.js'
import { sentence } from './bench/sentences.js'
import { startServer, type ServerProcess } from './bench/server-process.js'
import type { CommunityId } from './knowledge/community.js'

const compiled = dirname(fileURLToPath(import.meta.url))
const program = join(compiled, 'cli.js')
const bareBotkit = join(compiled, 'bench', 'bare-botkit.js')
const communityId = 'huzhou-demo' as CommunityId

type Tell = (line: string) => void
/** `data`: a folder of evaluation data, where one was given. */
type Bench = (tell: Tell, data: string | null) => Promise<unknown>

/** What can be measured, by name (the parts are loaded when they are); all of it is bounded in count and time and stays on 127.x.x.x. */
export const benches: Readonly<Record<string, Bench>> = {
  start: benchStart,
  chat: benchChat,
  store: async () => (await import('./store/bench.js')).benchStore(),
  requests: benchRequests,
  desk: () => inFolder(async (folder) => (await import('./bench/desk.js')).benchDesk(folder)),
  postgres: async (tell) => (await import('./bench/postgres.js')).benchPostgres(tell),
  safekeeping: (tell) => inFolder(async (folder) => (await import('./bench/safekeeping.js')).benchSafekeeping(folder, tell)),
  understanding: async () => (await import('./bench/parts.js')).benchUnderstanding(),
  answering: async () => (await import('./bench/parts.js')).benchAnswering(),
  retrieval: async (_, data) => (await import('./bench/retrieval.js')).benchRetrieval(data),
  city: async (tell) => (await import('./bench/city/cases.js')).benchCity(tell),
  'city-day': async (tell) => (await import('./bench/city/cases.js')).benchCityDay(tell),
}

/** Take minutes to a quarter of an hour and more: run when they are named. */
const longOnes: readonly string[] = ['city', 'city-day', 'postgres', 'safekeeping']

/** What is measured when nothing is named. */
export const usualBenches = Object.keys(benches).filter((name) => !longOnes.includes(name))

/** Runs the named benches one after another; none at the same time as another. */
export async function runBenches(names: readonly string[], tell: Tell, data: string | null): Promise<Record<string, unknown>> {
  const figures: Record<string, unknown> = { machine: describeMachine() }
  for (const name of names) {
    tell(`正在测 ${name} …`)
    figures[name] = await benches[name]?.(tell, data)
  }
  return figures
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-bench-'))
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Seconds from the start of the process to the first answer in a resident's hand. */
async function firstAnswerS(folder: string): Promise<number> {
  const started = performance.now()
  const server = await startServer({ script: program, dataDir: folder })
  try {
    const answered = await runLoad({ base: server.url, communityId, conversations: 1, messages: 1, perSecond: null, text: () => '一个社区配几个工作人员' })
    if (answered.failed > 0) throw new Error(`the first message was not answered; the server said:\n${server.output()}`)
    return Math.round(performance.now() - started) / 1_000
  } finally {
    await server.end()
  }
}

/** The first start of all makes the store and trains; later ones find both. */
function benchStart(): Promise<unknown> {
  return inFolder(async (folder) => {
    const first = await firstAnswerS(folder)
    const later = [await firstAnswerS(folder), await firstAnswerS(folder), await firstAnswerS(folder)]
    return { firstStartToAnswerS: first, laterStartToAnswerS: later }
  })
}

interface ChatFigures {
  readonly oneConversation: LoadFigures
  readonly fiftyConversations: LoadFigures
  /** On schedule, whether or not the last message is answered: what residents feel at this load. */
  readonly hundredPerSecond: LoadFigures
  /** Just started, and after the messages of this run. */
  readonly memoryAtStart: ReturnType<typeof memoryOf>
  readonly memory: ReturnType<typeof memoryOf>
}

async function measure(server: ServerProcess): Promise<ChatFigures> {
  const load = { base: server.url, communityId, text: sentence }
  const memoryAtStart = memoryOf(server.pid)
  // Warms up the compiled code and the caches on both sides.
  await runLoad({ ...load, conversations: 5, messages: 100, perSecond: null })
  const oneConversation = await runLoad({ ...load, conversations: 1, messages: 300, perSecond: null })
  const hundredPerSecond = await runLoad({ ...load, conversations: 120, messages: 1_000, perSecond: 100 })
  const fiftyConversations = await runLoad({ ...load, conversations: 50, messages: 5_000, perSecond: null })
  return { oneConversation, fiftyConversations, hundredPerSecond, memoryAtStart, memory: memoryOf(server.pid) }
}

/** Lives of requests with 10,000 and 50,000 before them; the memory is that of one process that measures both, one after the other. */
async function benchRequests(tell: Tell): Promise<unknown> {
  const { benchLifeCycles } = await import('./bench/life-cycle.js')
  const figures = []
  for (const requests of [10_000, 50_000]) {
    tell(`  库里 ${requests} 件工单`)
    figures.push(await benchLifeCycles(requests))
  }
  return figures
}

/** The whole product under load with an empty store and with 10,000 requests, and a bare Botkit beside it. */
async function benchChat(tell: Tell): Promise<unknown> {
  const withRequests: Record<string, ChatFigures> = {}
  for (const requests of [0, 10_000]) {
    tell(`  库里 ${requests} 件工单`)
    withRequests[String(requests)] = await inFolder(async (folder) => {
      if (requests > 0) await (await import('./bench/seed.js')).seedRequests(folder, communityId, requests, Date.now())
      return measured(await startServer({ script: program, dataDir: folder }))
    })
  }
  tell('  裸 Botkit 回声')
  const bare = await inFolder(async (folder) => measured(await startServer({ script: bareBotkit, args: [], dataDir: folder })))
  return { withRequests, bareBotkit: bare, toBareBotkit: Object.fromEntries(Object.entries(withRequests).map(([key, ours]) => [key, ratio(ours, bare)])) }
}

async function measured(server: ServerProcess): Promise<ChatFigures> {
  try {
    return await measure(server)
  } finally {
    await server.end()
  }
}

/** Ours over the bare one's: above 1 is more messages a second, or longer waits. */
function ratio(ours: ChatFigures, bare: ChatFigures): Record<string, number | null> {
  const of = (a: number | null, b: number | null) => (a === null || b === null || b === 0 ? null : Math.round((a / b) * 100) / 100)
  return {
    messagesPerSecondAt50: of(ours.fiftyConversations.messagesPerSecond, bare.fiftyConversations.messagesPerSecond),
    replyP50At1: of(ours.oneConversation.replied.p50, bare.oneConversation.replied.p50),
    replyP99At100PerSecond: of(ours.hundredPerSecond.replied.p99, bare.hundredPerSecond.replied.p99),
    memoryAtStart: of(ours.memoryAtStart?.rssMiB ?? null, bare.memoryAtStart?.rssMiB ?? null),
    memory: of(ours.memory?.rssMiB ?? null, bare.memory?.rssMiB ?? null),
  }
}
