import { createInterface } from 'node:readline'
import { z } from 'zod'
import { memoryChannel } from '../channels/memory.js'
import { createMembership } from '../cluster/membership.js'
import { readConfig, readEnvFile } from '../config.js'
import { PLATFORM } from '../knowledge/community.js'
import { moveInWords } from '../requests/apply-move.js'
import { openPostgresStore } from '../store/postgres.js'
import { unlessQuicker } from '../store/quicker.js'
import { engineOn } from './engine-on.js'
import { accountOf, clerk, communityId, lead } from './life-cycle.js'
import { spreadOf } from './spread.js'

/** One process of several that live through requests on a database: says `ready`, waits for a line with how many, answers with its figures as a line of JSON; ends with its input. */

/** An answer that has not come by then may have been another process's to give, ms. */
const elsewhereAfterMs = 1_000
/** Requests alive at the same time in this process. */
const atOnce = 10

const order = z.object({ cycles: z.number().int().min(1), run: z.string(), from: z.number().int(), places: z.number().int().min(1) })

const { databaseUrl, key, knowledgeDir, intentsDir, cacheDir } = readConfig({ ...readEnvFile('.env'), ...process.env })
if (databaseUrl === null || key === null) throw new Error('DATABASE_URL and YICHUANG_KEY are needed')
const now = Date.now
const fail = (error: Error): never => { throw error }
const store = await openPostgresStore({ url: databaseUrl, key })
const cluster = createMembership({
  processId: store.processId, share: (options) => store.share(options), single: [], clock: () => performance.now(), log: () => undefined, onFatal: fail,
  standing: () => ({ version: '', serves: ['memory'], channels: [], present: [] }),
})
const channel = memoryChannel()
const { engine } = await engineOn({ store, channel, cluster, knowledgeDir, intentsDir, cacheDir, now, log: (event, details) => { process.stderr.write(`${event} ${JSON.stringify(details)}\n`) } })
for (const one of [lead, clerk]) {
  await unlessQuicker(store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: accountOf(one) }]))
}
await cluster.start()
await channel.start(engine.deliver)
await engine.start()

/** Says it in private and waits for the answer. */
async function says(who: string, text: string, n: number): Promise<string> {
  const conversationId = `memory:private:${who}`
  const [before, saidAt] = [channel.shown.length, now()]
  await channel.deliver({
    channel: 'memory', communityId, eventId: `${who}-${n}`, messageId: `${who}-${n}`, conversationId, chat: 'private', author: { id: `memory:${who}`, name: null, kind: 'resident' },
    text, attachments: [], mentions: { bot: false, others: [], everyone: false }, quoted: null, sentAt: now(),
  })
  for (let lookAt = performance.now() + elsewhereAfterMs; ;) {
    const answer = channel.shown.slice(before).find(({ to }) => to.conversationId === conversationId)
    if (answer !== undefined) return answer.reply.text
    if (performance.now() > lookAt) {
      // Another process took it over and answered it there.
      const [kept] = (await store.find(communityId, 'messages', { by: 'conversationId', equals: conversationId, order: 'desc', limit: 1 })).filter((line) => line.from === 'bot' && line.at >= saidAt)
      if (kept !== undefined) return kept.text
      lookAt = performance.now() + elsewhereAfterMs
    }
    await new Promise((resolve) => { setTimeout(resolve, 1) })
  }
}

async function live(who: string, n: number): Promise<void> {
  const receipt = await says(who, `${(n % 900) + 101}栋${(n % 6) + 1}单元楼道灯不亮了`, 1)
  const [filed] = await store.find(communityId, 'requests', { by: 'residentId', equals: `memory:${who}` })
  if (filed === undefined || !receipt.includes(filed.number)) throw new Error(`${who}: not filed: ${receipt}`)
  const given = await engine.actOnRequest(communityId, filed.id, filed.rev, { name: 'reassign', reason: '请尽快处理', brings: { kind: 'owner', owner: { kind: 'staff', id: clerk.id, name: clerk.name } } }, lead)
  const taken = await engine.actOnRequest(communityId, given.id, given.rev, moveInWords('take', ''), clerk)
  await engine.actOnRequest(communityId, taken.id, taken.rev, moveInWords('close', '灯泡已换新'), clerk)
  await says(who, '1', 2)
  if ((await store.get(communityId, 'requests', filed.id))?.status !== 'resolved') throw new Error(`${who}: not confirmed`)
  const [found] = await store.find(communityId, 'requests', { by: 'number', equals: filed.number })
  if (found?.id !== filed.id) throw new Error(`${who}: not found`)
}

/** At places of its own, one after the other: neighbours' reports of one place would become one request. */
async function liveMany({ cycles, run, from, places }: z.infer<typeof order>): Promise<void> {
  const took: number[] = []
  let next = 0
  const [started, before] = [performance.now(), process.cpuUsage()]
  const lane = async (): Promise<void> => {
    while (next < cycles) {
      const n = next++
      // Residents whose conversations are this process's own: a platform's events would come to any.
      let who = `${run}-${n}`
      for (let at = 0; !cluster.isMine(communityId, `memory:private:${who}`); at += 1) who = `${run}-${n}-${at}`
      const begun = performance.now()
      await live(who, from + (n % places))
      took.push(performance.now() - begun)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
  const cpu = process.cpuUsage(before)
  await engine.idle()
  process.stdout.write(`${JSON.stringify({ seconds: (performance.now() - started) / 1_000, cpuMsPerCycle: (cpu.user + cpu.system) / cycles / 1_000, cycleMs: spreadOf(took) })}\n`)
}

process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  const given = order.parse(JSON.parse(line))
  await liveMany({ ...given, run: `${given.run}-${store.processId.slice(0, 6)}` })
}
await engine.stop()
await cluster.stop()
await store.close()
