import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { call, enterChat } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { createLearningWork } from '../../src/learning/work.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { openPostgresStore } from '../../src/store/postgres.js'
import { aFolder, talkAs } from '../journeys/running.js'
import { fewIntents } from '../learning/few-intents.js'
import { oneOfEach } from '../store/rows.js'
import { put } from '../store/writes.js'
import { aHouse, type House } from './house.js'
import { until } from './traffic.js'

const communityId = 'guangdong-demo' as CommunityId

/** Two processes as on machines of their own: no model that the other has learned lies with it. */
async function twoMachines(house: House): Promise<readonly ServerProcess[]> {
  const intents = fewIntents(join(aFolder(), 'intents'))
  const start = () => house.process({ env: { YICHUANG_INTENTS_DIR: intents, YICHUANG_CACHE_DIR: aFolder() } })
  const first = await start()
  return [first, await start()]
}

/** Residents enough that some are answered by each of the processes. */
async function answers(processes: readonly ServerProcess[], text: string, n: number): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: 6 }, async (_, who) => {
    const client = await enterChat(processes[who % processes.length]?.url ?? '', communityId, `127.5.${n}.${who + 1}`)
    const talk = await talkAs(client)
    const { text: answer } = await talk.ask(text)
    talk.close()
    return answer
  }))
}

describe.runIf(process.env['LONG'] === '1')('words that people labelled and one process published', () => {
  it('are understood by the others, too, which learn them beside what serves the residents', { timeout: 120_000 }, async () => {
    const house = await aHouse()
    const processes = await twoMachines(house)
    const words = ['搞一个嘎嘎本', '嘎嘎本', '给我搞嘎嘎本', '嘎嘎本搞一个', '我要搞一个嘎嘎本', '嘎嘎本咋搞']
    const before = await answers(processes, '搞一个嘎嘎本', 20)
    const store = await openPostgresStore({ url: house.url, key: house.key })
    try {
      const rows = words.map((text, n) => ({ ...oneOfEach.learning, id: `learn-${n}`, text, label: 'schooling' as const, labelledAt: 1, publishedAt: null }))
      await store.commit(communityId, rows.map((row) => put('learning', row)))
      await createLearningWork(store, Date.now).publish(rows.map(({ id }) => id))
    } finally {
      await store.close()
    }
    const answered: number[] = []
    let isLearned = false
    const watching = (async () => {
      while (!isLearned) {
        const from = performance.now()
        for (const { url } of processes) await call(url, '/healthz')
        answered.push(performance.now() - from)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })()
    let round = 20
    const tookMs = await until(async () => {
      const now = await answers(processes, '搞一个嘎嘎本', (round += 1))
      return new Set(now).size === 1 && now[0] !== before[0]
    }, 40_000).finally(() => { isLearned = true })
    await watching
    console.log(`published words are understood by both processes after ${(tookMs / 1_000).toFixed(1)} s; meanwhile the slowest answer took ${Math.round(Math.max(...answered))} ms`)
    for (const one of processes) expect((await call(one.url, '/readyz')).status, one.output()).toBe(200)
  })
})
