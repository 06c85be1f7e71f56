import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryChannel } from '../channels/memory.js'
import { readConfig, readEnvFile } from '../config.js'
import type { StaffActor } from '../conversation/engine.js'
import type { StaffAccount } from '../desk/accounts.js'
import { listRequests } from '../desk/inbox.js'
import { createRequestIndex } from '../desk/request-index.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { moveInWords } from '../requests/apply-move.js'
import type { WorkingTime } from '../requests/working-time.js'
import { openEmbeddedStore } from '../store/embedded.js'
import type { Write } from '../store/store.js'
import { engineOn } from './engine-on.js'
import { memoryOf } from './machine.js'
import { seedRequests } from './seed.js'
import { spreadOf, type Spread } from './spread.js'

export const communityId = 'huzhou-demo' as CommunityId

/** Life cycles before the clock starts (compiled code, caches, the index of the inbox), and while it runs. */
const warmUps = 100
const cycles = 1_000
/** Requests alive at the same time: residents and staff of a community on a bad day. */
const atOnce = 10

export const clerk: StaffActor = { kind: 'staff', id: 'bench-clerk', name: '小周', isLead: false }
export const lead: StaffActor = { kind: 'staff', id: 'bench-lead', name: '陈主任', isLead: true }

const steps = ['file', 'dispatch', 'resolve', 'confirm', 'search'] as const
type StepName = (typeof steps)[number]

/** Whole lives of requests: told in chat, given to a person, closed with evidence, confirmed in chat, found at the desk. */
export interface LifeCycleFigures {
  /** Requests that the store held before. */
  readonly requests: number
  readonly cyclesPerSecond: number
  /** What one takes of a processor, ms: tells more than the rate where other programs share the machine. */
  readonly cpuMsPerCycle: number
  /** From the first word until it was found again, ms. */
  readonly cycleMs: Spread
  /** Each step until it was durable and its reply had left, ms. */
  readonly stepMs: Readonly<Record<StepName, Spread>>
  readonly memory: ReturnType<typeof memoryOf>
}

/** An account for one of them. */
export function accountOf({ id, name, isLead }: StaffActor): StaffAccount {
  return { id, rev: 0, login: id, name, passwordHash: '', role: isLead ? 'lead' : 'staff', scope: [communityId], failures: 0, lockedUntil: null, disabled: false, createdAt: 0 }
}

/** Lives through requests with the product's own engine, desk list and embedded store (every commit flushed); no HTTP, no platform. */
export async function benchLifeCycles(requests: number): Promise<LifeCycleFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-bench-'))
  try {
    await seedRequests(join(folder, 'data'), communityId, requests, Date.now())
    return await live(folder, requests)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function live(folder: string, requests: number): Promise<LifeCycleFigures> {
  const { knowledgeDir, intentsDir, cacheDir } = readConfig({ ...readEnvFile('.env'), ...process.env })
  const now = Date.now
  const store = await openEmbeddedStore({ folder: join(folder, 'data'), create: false, now, onFatal: (error) => { throw error } })
  const channel = memoryChannel()
  const { engine, knowledge } = await engineOn({ store, channel, knowledgeDir, intentsDir, cacheDir, now, log: (event, details) => { throw new Error(`${event}: ${JSON.stringify(details)}`) } })
  const time: WorkingTime = { years: knowledge.years, hours: knowledge.community(communityId).hours ?? null }
  const index = createRequestIndex({ store, termOf: (code) => knowledge.services.byCode(code)?.term ?? null, workingTime: () => time, now })
  await store.commit(PLATFORM, [lead, clerk].map((row): Write => ({ op: 'put', table: 'staff', row: accountOf(row) })))
  await channel.start(engine.deliver)
  await engine.start()
  const took: Record<StepName, number[]> = { file: [], dispatch: [], resolve: [], confirm: [], search: [] }
  const whole: number[] = []

  /** Says it in private and waits for the answer to have left. */
  async function says(who: string, text: string, n: number): Promise<string> {
    const before = channel.shown.length
    const id = `${who}-${n}`
    const conversationId = `memory:private:${who}`
    await channel.deliver({
      channel: 'memory', communityId, eventId: id, messageId: id, conversationId, chat: 'private', author: { id: `memory:${who}`, name: null, kind: 'resident' },
      text, attachments: [], mentions: { bot: false, others: [], everyone: false }, quoted: null, sentAt: now(),
    })
    await engine.alone(communityId, conversationId, () => Promise.resolve())
    for (;;) {
      const answer = channel.shown.slice(before).find(({ to }) => to.conversationId === conversationId)
      if (answer !== undefined) return answer.reply.text
      await new Promise((resolve) => { setImmediate(resolve) })
    }
  }

  async function liveOnce(n: number): Promise<void> {
    const who = `resident-${n}`
    const started = performance.now()
    let last = started
    const lap = (name: StepName): void => {
      const at = performance.now()
      took[name].push(at - last)
      last = at
    }
    const receipt = await says(who, `${(n % 900) + 101}栋${(n % 6) + 1}单元楼道灯不亮了`, 1)
    const [filed] = await store.find(communityId, 'requests', { by: 'residentId', equals: `memory:${who}` })
    if (filed === undefined || !receipt.includes(filed.number)) throw new Error(`life ${n}: not filed: ${receipt}`)
    lap('file')
    const given = await engine.actOnRequest(communityId, filed.id, filed.rev, { name: 'reassign', reason: '请尽快处理', brings: { kind: 'owner', owner: { kind: 'staff', id: clerk.id, name: clerk.name } } }, lead)
    const taken = await engine.actOnRequest(communityId, given.id, given.rev, moveInWords('take', ''), clerk)
    lap('dispatch')
    await engine.actOnRequest(communityId, taken.id, taken.rev, moveInWords('close', '灯泡已换新'), clerk)
    lap('resolve')
    await says(who, '1', 2)
    if ((await store.get(communityId, 'requests', filed.id))?.status !== 'resolved') throw new Error(`life ${n}: not confirmed`)
    lap('confirm')
    const found = await listRequests(index, [communityId], { view: 'all', after: null, search: filed.number }, lead)
    if (found.requests[0]?.id !== filed.id) throw new Error(`life ${n}: not found`)
    lap('search')
    whole.push(performance.now() - started)
  }

  async function liveMany(from: number, count: number): Promise<void> {
    let next = from
    const lane = async (): Promise<void> => {
      while (next < from + count) await liveOnce(next++)
    }
    await Promise.all(Array.from({ length: atOnce }, lane))
    await engine.idle()
  }

  try {
    await liveMany(0, warmUps)
    for (const name of steps) took[name].length = 0
    whole.length = 0
    const [started, cpuBefore] = [performance.now(), process.cpuUsage()]
    await liveMany(warmUps, cycles)
    const [seconds, cpu] = [(performance.now() - started) / 1_000, process.cpuUsage(cpuBefore)]
    return {
      requests,
      cyclesPerSecond: Math.round((cycles / seconds) * 10) / 10,
      cpuMsPerCycle: Math.round((cpu.user + cpu.system) / cycles / 10) / 100,
      cycleMs: spreadOf(whole),
      stepMs: Object.fromEntries(steps.map((name) => [name, spreadOf(took[name])])) as Record<StepName, Spread>,
      memory: memoryOf(process.pid),
    }
  } finally {
    index.stop()
    await engine.stop()
    await store.close()
  }
}
