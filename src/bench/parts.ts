import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { readConfig, readEnvFile } from '../config.js'
import { gazetteerOf } from '../knowledge/gazetteer.js'
import { loadKnowledge } from '../knowledge/knowledge.js'
import { createNlu } from '../nlu/load-nlu.js'
import type { UtteranceView } from '../nlu/understanding.js'
import { createRetriever } from '../retrieval/retriever.js'
import { sentence } from './sentences.js'
import { spreadOf, type Spread } from './spread.js'

const rounds = 2_000
const settings = () => readConfig({ ...readEnvFile('.env'), ...process.env })

const elapsed = async <T>(work: () => Promise<T>): Promise<readonly [result: T, ms: number]> => {
  const started = performance.now()
  const result = await work()
  return [result, Math.round(performance.now() - started)]
}

/** Learning from nothing, loading what was learnt, understanding one message (ms), and what a process grows by that does it (MiB resident). */
export async function benchUnderstanding(): Promise<{ readonly trainMs: number; readonly loadMs: number; readonly messageMs: Spread; readonly memoryMiB: number }> {
  const { knowledgeDir, intentsDir } = settings()
  const knowledge = await loadKnowledge(knowledgeDir)
  const gazetteer = gazetteerOf(knowledge.communities.values())
  const cacheDir = await mkdtemp(join(tmpdir(), 'yichuang-bench-'))
  try {
    const [, trainMs] = await elapsed(() => createNlu({ intentsDir, cacheDir, gazetteer }))
    const [nlu, loadMs] = await elapsed(() => createNlu({ intentsDir, cacheDir, gazetteer }))
    const times: number[] = []
    for (let n = 0; n < rounds; n += 1) {
      const view: UtteranceView = {
        text: sentence(n), chat: 'private', mentions: { bot: false, others: [], everyone: false }, quoted: null, authorKind: 'resident', before: [], now: Date.now(),
      }
      const started = performance.now()
      await nlu.understand(view)
      times.push(performance.now() - started)
    }
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL('./understanding-memory.js', import.meta.url)), intentsDir, cacheDir, String(rounds)])
    return { trainMs, loadMs, messageMs: spreadOf(times), memoryMiB: Number(/\d+$/.exec(stdout)?.[0]) }
  } finally {
    await rm(cacheDir, { recursive: true, force: true })
  }
}

/** Loading and indexing the policy texts, and answering one question in each community in turn (ms). */
export async function benchAnswering(): Promise<{ readonly loadMs: number; readonly indexMs: number; readonly questionMs: Spread }> {
  const { knowledgeDir } = settings()
  const [knowledge, loadMs] = await elapsed(() => loadKnowledge(knowledgeDir))
  const [retriever, indexMs] = await elapsed(async () => createRetriever(knowledge))
  const communities = [...knowledge.communities.values()]
  const times: number[] = []
  for (let n = 0; n < rounds; n += 1) {
    const community = communities[n % communities.length]
    if (!community) continue
    const started = performance.now()
    retriever.answer({ question: sentence(2 * n), community, now: Date.now(), includeFacts: true })
    times.push(performance.now() - started)
  }
  return { loadMs, indexMs, questionMs: spreadOf(times) }
}
