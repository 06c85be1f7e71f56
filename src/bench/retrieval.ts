import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readConfig, readEnvFile } from '../config.js'
import { loadKnowledge } from '../knowledge/knowledge.js'
import { indexWords, largestOf, rankDocuments, trainDocuments, type DocumentRanker } from '../retrieval/document-ranker.js'
import { buildMeaningSpace } from '../retrieval/meaning-space.js'
import { quantile, round } from '../retrieval/measure.js'
import { indexFamilies, scoreFamilies, type Families } from '../retrieval/passage-index.js'
import { indexPolicies } from '../retrieval/policy-index.js'
import { pairTerms, readQuery, singleTerms } from '../retrieval/query.js'
import { normalise, toSimplified } from '../text.js'
import { sentence } from './sentences.js'
import { seededRandom } from '../random.js'

/** Texts in the index: a province's whole law. Fewer are repeated up to it. */
const size = 58_000
/** Questions asked of ours; of MiniSearch, a hundred times slower; and learned from, which changes no query's time. */
const asked = { ours: 400, miniSearch: 30, learned: 150 }
/** Lexicon of the bench: none, so that both indexes look for the same terms. */
const lexicon = { groups: [], drop: [] }
/** Results wanted, by both. */
const limit = 100

interface Material {
  readonly texts: readonly string[]
  readonly groups: readonly string[]
  readonly questions: readonly { readonly question: string; readonly relevant: readonly number[] }[]
}

interface SearchFigures {
  readonly indexMs: number
  /** Growth of the process (resident set) while it was made. */
  readonly memoryMiB: number
  readonly queryMs: { readonly n: number; readonly p50: number; readonly p95: number }
}

/**
 * Our index and MiniSearch over the same terms of the same texts in the same process: `statutes/` in the data folder, or
 * the sentences of our own policies.
 */
export async function benchRetrieval(data: string | null): Promise<unknown> {
  const { texts, groups, questions } = await (data === null ? ownMaterial() : statutes(join(data, 'statutes')))
  const repeated = Array.from({ length: size }, (_, i) => texts[i % texts.length]!)
  const families: Families[] = []
  const ours = await measure(
    async () => void families.push(indexFamilies(repeated)),
    questions.slice(0, asked.ours).map(({ question }) => () => void largestOf(scoreFamilies(families[0]!, readQuery(question, lexicon)), limit)),
  )
  const rankers: DocumentRanker[] = []
  const reranked = await measure(
    async () => {
      const random = seededRandom(1)
      const corpus = { texts: repeated, groups: repeated.map((_, i) => groups[i % groups.length]!), families: families[0]!, words: indexWords(repeated), lexicon, space: buildMeaningSpace(families[0]!.pairs, random) }
      rankers.push(trainDocuments(corpus, questions.slice(0, asked.learned), random))
    },
    questions.slice(0, asked.ours).map(({ question }) => () => void rankDocuments(rankers[0]!, question, limit)),
  )
  rankers.length = 0
  families.length = 0
  return { texts: repeated.length, of: texts.length, ours, reranked, miniSearch: await measureMiniSearch(repeated, questions.slice(0, asked.miniSearch).map(({ question }) => question)) }
}

async function measureMiniSearch(texts: readonly string[], questions: readonly string[]): Promise<SearchFigures | null> {
  // Installed for development only.
  const found = await import('minisearch').catch(() => null)
  if (found === null) return null
  const MiniSearch = found.default
  const clean = (text: string) => toSimplified(normalise(text))
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    tokenize: (text) => [...singleTerms(clean(text)), ...pairTerms(clean(text))],
    processTerm: (term) => term,
    searchOptions: { bm25: { k: 1.2, b: 0.75, d: 0 } },
  })
  return measure(
    async () => index.addAll(texts.map((text, id) => ({ id, text }))),
    questions.map((question) => () => void index.search(readQuery(question, lexicon).matter).slice(0, limit)),
  )
}

async function measure(make: () => Promise<void>, queries: readonly (() => void)[]): Promise<SearchFigures> {
  const before = process.memoryUsage().rss
  const began = performance.now()
  await make()
  const indexMs = performance.now() - began
  const memoryMiB = Math.round((process.memoryUsage().rss - before) / 2 ** 20)
  const times = queries.map((query) => {
    const start = performance.now()
    query()
    return performance.now() - start
  })
  return { indexMs: Math.round(indexMs), memoryMiB, queryMs: { n: times.length, p50: round(quantile(times, 0.5), 2), p95: round(quantile(times, 0.95), 2) } }
}

async function statutes(folder: string): Promise<Material> {
  const read = async (name: string) => (await readFile(join(folder, name), 'utf8')).split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line.replace(/:\s*NaN(?=\s*[,}])/g, ': null')) as Record<string, unknown>)
  const articles = await read('articles.jsonl')
  const place = new Map(articles.map(({ id }, i) => [String(id), i]))
  const questions = await read('questions_train.jsonl')
  return {
    texts: articles.map(({ text }) => String(text)),
    groups: articles.map(({ law }) => String(law)),
    questions: questions.map(({ question, relevant }) => ({ question: String(question), relevant: (relevant as unknown[]).flatMap((id) => place.get(String(id)) ?? []) })),
  }
}

/** Every sentence of the product's policies under its headings, and questions whose right sentence is any: only times are measured. */
async function ownMaterial(): Promise<Material> {
  const { knowledgeDir } = readConfig({ ...readEnvFile('.env'), ...process.env })
  const { passages, clauses } = indexPolicies((await loadKnowledge(knowledgeDir)).policies)
  const all = passages.documents.flatMap(({ title, passages: own }, i) => own.map((text) => ({ text: `${title}\n${text}`, group: clauses[i]!.policy.id })))
  return {
    texts: all.map(({ text }) => text),
    groups: all.map(({ group }) => group),
    questions: Array.from({ length: asked.ours }, (_, n) => ({ question: sentence(2 * n), relevant: [n % all.length] })),
  }
}
