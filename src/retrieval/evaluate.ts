import { createWriteStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { z } from 'zod'
import { InputError } from '../errors.js'
import type { Knowledge } from '../knowledge/knowledge.js'
import { chanceOf, readAnswerability, trainAnswerability } from './answerability.js'
import { indexWords, largestOf, rankDocuments, trainDocuments, type Corpus, type DocumentRanker } from './document-ranker.js'
import { auroc, characterF1, quantile, rankFigures, reliability, round, squeeze, type ReliabilityPoint } from './measure.js'
import { indexFamilies, indexPassages, scoreFamilies, searchPassages, type Hit } from './passage-index.js'
import { buildMeaningSpace } from './meaning-space.js'
import { splitPassages, splitSentences } from './passages.js'
import { readQuery, type Query } from './query.js'
import { mistype, type Homophones } from './homophones.js'
import { findCandidates, rankCandidates, trainRanker } from './ranker.js'
import { createRetriever } from './retriever.js'
import { seededRandom } from '../random.js'

/** The figures of the product's retrieval over files that someone else wrote. The only file here that touches the disk. */

/** Question phrases left out where no lexicon is given. */
const asking = ['请问', '怎么办', '是什么', '有哪些', '哪些', '可以', '是否', '应该', '多少', '什么时候', '什么', '怎么', '如何', '哪个', '哪里', '吗', '呢']
const bareLexicon = { groups: [], drop: [...asking].sort((a, b) => b.length - a.length) }

const article = z.looseObject({ id: z.union([z.string(), z.number()]), title: z.string().optional(), law: z.string().optional(), text: z.string() })
const judged = z
  .looseObject({ id: z.union([z.string(), z.number()]).optional(), query_id: z.union([z.string(), z.number()]).optional(), question: z.string(), relevant: z.array(z.union([z.string(), z.number()])), answer: z.string().nullish() })
const page = z.looseObject({ docid: z.union([z.string(), z.number()]), text: z.string() })
const answered = z.looseObject({ id: z.union([z.string(), z.number()]), docid: z.union([z.string(), z.number()]), question: z.string(), answer: z.string() })
const policyQuestion = z.looseObject({
  id: z.string(),
  jurisdiction: z.string(),
  question: z.string(),
  section: z.string().nullable(),
  gold_quote: z.string().nullable(),
  unanswerable: z.boolean(),
  alt_sections: z.array(z.string()).optional(),
})

export interface RetrievalFigures {
  readonly hit1: number
  readonly hit5: number
  readonly hit10: number
  readonly recall100: number
  readonly mrr10: number
  readonly indexMs: number
  readonly p50Ms: number
  readonly p95Ms: number
  readonly n: number
}

/**
 * Whole texts ranked for questions: BM25 over characters and pairs of title and text. `train`: questions with their right
 * texts teach the signals and the order of `document-ranker.ts`; `folds` cross-validates them on `queries` instead.
 */
export async function evaluateRetrieval(options: { readonly corpus: string; readonly queries: string; readonly train?: string; readonly out?: string; readonly folds?: number; readonly seed?: number }): Promise<RetrievalFigures> {
  const corpus = await readRows(options.corpus, article)
  const queries = await readRows(options.queries, judged)
  const began = performance.now()
  const families = indexFamilies(corpus.map(({ title, text }) => (title === undefined ? text : `${title}\n${text}`)))
  const indexMs = performance.now() - began
  const place = new Map(corpus.map(({ id }, i) => [String(id), i]))
  type Row = z.output<typeof judged>
  const learns = options.train !== undefined || options.folds !== undefined
  const whole = (): Corpus => ({ texts: corpus.map(({ text }) => text), groups: corpus.map(groupOf), families, words: indexWords(corpus.map(({ title, text }) => (title === undefined ? text : `${title}\n${text}`))), lexicon: bareLexicon, space: buildMeaningSpace(families.pairs, seededRandom(options.seed ?? 1)) })
  const known = learns ? whole() : null
  const learn = (rows: readonly Row[]) =>
    trainDocuments(
      known!,
      rows.map(({ question, relevant, answer }) => ({ question, relevant: relevant.flatMap((id) => place.get(String(id)) ?? []), ...(typeof answer === 'string' ? { answer } : {}) })),
      seededRandom(options.seed ?? 1),
    )
  const rankerOf: (row: Row) => DocumentRanker | null =
    options.train !== undefined ? always(learn(await readRows(options.train, judged))) : options.folds !== undefined ? inFolds(queries, (row) => row.question, options.folds, options.seed ?? 1, learn) : always(null)
  const out = lineWriter(options.out)
  const times: number[] = []
  const ranks = queries.map((row) => {
    const ranker = rankerOf(row)
    const start = performance.now()
    const ranked = ranker ? rankDocuments(ranker, row.question, 100) : largestOf(scoreFamilies(families, readQuery(row.question, bareLexicon)), 100)
    times.push(performance.now() - start)
    out.write({ id: row.id ?? row.query_id, ranked: ranked.map((d) => corpus[d]!.id) })
    const relevant = new Set(row.relevant.map((id) => place.get(String(id))))
    return { places: ranked.flatMap((d, i) => (relevant.has(d) ? [i] : [])), relevant: relevant.size }
  })
  await out.end()
  const { hit1, hit5, hit10, recall100, mrr10 } = rankFigures(ranks)
  return { hit1, hit5, hit10, recall100, mrr10, indexMs: round(indexMs, 0), p50Ms: round(quantile(times, 0.5), 2), p95Ms: round(quantile(times, 0.95), 2), n: queries.length }
}

export interface PassageFigures {
  readonly hit1: number
  readonly hit3: number
  readonly hit5: number
  readonly mrr10: number
  readonly quoteF1: number
  /** Questions whose document is there told from the same ones with it taken away, by the cross-fitted chance that the texts answer. */
  readonly auroc: number
  /** That chance beside how often the document was there. */
  readonly reliability: readonly ReliabilityPoint[]
  readonly n: number
}

/**
 * Passages of documents and the quotation taken from the best one. A passage is right if it is of the document and holds
 * the answer. `train`: labelled questions for the ranker; `folds` instead cross-validates it by document; neither: formula F.
 */
export async function evaluatePassages(options: {
  readonly documents: string
  readonly questions: string
  readonly train?: string
  readonly folds?: number
  readonly seed?: number
  readonly out?: string
  readonly mistyping?: Mistyping
}): Promise<PassageFigures> {
  const documents = await readRows(options.documents, page)
  const questions = await mistyped(await readRows(options.questions, answered), options.mistyping)
  const index = indexPassages(documents.map(({ text }) => ({ title: titleOf(text), passages: splitPassages(text) })))
  const passageOf = (hit: Hit) => ({ docid: documents[hit.document]!.docid, text: index.documents[hit.document]!.passages[index.position[hit.passage]!]! })
  type Row = z.output<typeof answered>
  const isRight = (hit: Hit, row: Row) => {
    const { docid, text } = passageOf(hit)
    return String(docid) === String(row.docid) && holds(squeeze(text), squeeze(row.answer))
  }
  const candidatesOf = (row: Row, allow?: (document: number) => boolean) => findCandidates(index, readQuery(row.question, bareLexicon), allow)
  const learn = (rows: readonly Row[]) =>
    trainRanker(
      rows.map((row) => {
        const { hits, features } = candidatesOf(row)
        return { features, right: hits.map((hit) => isRight(hit, row)) }
      }),
      seededRandom(options.seed ?? 1),
    )
  const rankerOf = options.train !== undefined ? always(learn(await readRows(options.train, answered))) : options.folds !== undefined ? inFolds(questions, (row) => String(row.docid), options.folds, options.seed ?? 1, learn) : always(null)

  const out = lineWriter(options.out)
  let quoteF1 = 0
  const seen: { readonly row: Row; readonly answers: boolean; readonly seen: Float64Array | null }[] = []
  const ranks = questions.map((row) => {
    const query = readQuery(row.question, bareLexicon)
    const ranker = rankerOf(row)
    const rank = (allow?: (document: number) => boolean) => (ranker ? rankCandidates(ranker, candidatesOf(row, allow)) : searchPassages(index, query, 60, allow))
    const ranked = rank()
    const hits = ranked.slice(0, 10)
    const look = (found: readonly Hit[]) => readAnswerability(index, query, found, found.map(({ score }) => score))
    seen.push({ row, answers: true, seen: look(ranked) }, { row, answers: false, seen: look(rank((document) => String(documents[document]!.docid) !== String(row.docid))) })
    const quote = hits[0] ? bestSentence(query, passageOf(hits[0]).text) : ''
    quoteF1 += characterF1(quote, row.answer)
    out.write({ id: row.id, passages: hits.map(passageOf), quote })
    const right = hits.findIndex((hit) => isRight(hit, row))
    return { places: right < 0 ? [] : [right], relevant: 1 }
  })
  await out.end()
  const { hit1, hit3, hit5, mrr10 } = rankFigures(ranks)
  const found = seen.flatMap((each) => (each.seen ? [{ ...each, seen: each.seen }] : []))
  const modelOf = inFolds(found, ({ row }) => String(row.docid), options.folds ?? 5, options.seed ?? 1, trainAnswerability)
  const said = found.map((each) => ({ confidence: chanceOf(modelOf(each), each.seen), held: each.answers }))
  const chances = (held: boolean) => said.filter((each) => each.held === held).map(({ confidence }) => confidence)
  return { hit1, hit3, hit5, mrr10, quoteF1: round(quoteF1 / Math.max(1, questions.length)), auroc: auroc(chances(true), chances(false)), reliability: reliability(said), n: questions.length }
}

function always<T>(value: T): () => T {
  return () => value
}

/** What was learned without the row and without any row of its kind (its document, its wording). */
function inFolds<Row, Learned>(rows: readonly Row[], kindOf: (row: Row) => string, folds: number, seed: number, learn: (rows: readonly Row[]) => Learned): (row: Row) => Learned {
  const random = seededRandom(seed)
  const foldOf = new Map<string, number>()
  for (const row of rows) if (!foldOf.has(kindOf(row))) foldOf.set(kindOf(row), Math.floor(random() * folds))
  const learned = Array.from({ length: folds }, (_, fold) => learn(rows.filter((row) => foldOf.get(kindOf(row)) !== fold)))
  return (row) => learned[foldOf.get(kindOf(row))!]!
}

/** The law or document a text belongs to: its `law`, else its title or id without the number of the article. */
function groupOf({ law, title, id }: z.output<typeof article>): string {
  return law ?? (title ?? String(id)).replace(/\s*第[一二三四五六七八九十百千零〇\d]+条.*$/s, '')
}

export interface PolicyFigures {
  /** Shares of the answerable questions. */
  readonly rightSection: number
  readonly rightSectionIn3: number
  readonly quoteHolds: number
  readonly quoteHoldsIn3: number
  readonly answered: number
  /** Share of the unanswerable ones that were not answered. */
  readonly refused: number
  readonly wrongJurisdiction: number
  readonly meanQuoteLength: number
  readonly p95Ms: number
  readonly answerable: number
  readonly unanswerable: number
  /** What went wrong, a line each. */
  readonly misses: readonly string[]
}

/** Questions as a hurried hand types them: one character in ten written with another of the same sound. */
export interface Mistyping {
  /** JSON: each character with those of the same sound. */
  readonly homophones: string
  readonly seed: number
}

/** What a question becomes; itself where no mistyping is asked for. */
async function mistyped<Row extends { readonly question: string }>(rows: readonly Row[], mistyping: Mistyping | undefined): Promise<Row[]> {
  if (mistyping === undefined) return [...rows]
  const homophones = z.record(z.string(), z.array(z.string())).parse(JSON.parse(await readFile(mistyping.homophones, 'utf8'))) as Homophones
  const random = seededRandom(mistyping.seed)
  return rows.map((row) => ({ ...row, question: mistype(row.question, homophones, 0.1, random) }))
}

/** Policy questions put to the example community of each place, with policy texts only. */
export async function evaluatePolicyQuestions(file: string, knowledge: Knowledge, now: number, mistyping?: Mistyping): Promise<PolicyFigures> {
  const rows = await mistyped(await readRows(file, policyQuestion), mistyping)
  const retriever = createRetriever(knowledge)
  const communities = [...knowledge.communities.values()]
  const counts = { rightSection: 0, rightSectionIn3: 0, quoteHolds: 0, quoteHoldsIn3: 0, answered: 0, refused: 0, wrong: 0, length: 0, quotes: 0 }
  const misses: string[] = []
  const times: number[] = []
  for (const row of rows) {
    const community = communities.find((each) => each.chain.some((link) => link.name.startsWith(row.jurisdiction)))
    if (!community) throw new InputError('jurisdiction', `${row.id}: 没有「${row.jurisdiction}」的社区`)
    const start = performance.now()
    const answer = retriever.answer({ question: row.question, community, now, includeFacts: false })
    times.push(performance.now() - start)
    const citations = answer.kind === 'no-passage' ? [] : answer.citations
    const codes = new Set(community.chain.map((link) => link.code))
    if (citations.some((citation) => !codes.has(citation.jurisdiction))) counts.wrong += 1
    if (row.unanswerable) {
      if (answer.kind !== 'answered') counts.refused += 1
      else misses.push(`${row.id} answered though no text does: ${row.question} → ${citations[0]!.section} ${citations[0]!.quote}`)
      continue
    }
    const sections = [row.section, ...(row.alt_sections ?? [])]
    const holdsGold = citations.map(({ source }) => squeeze(source).includes(squeeze(row.gold_quote ?? '')))
    if (sections.includes(citations[0]?.section ?? null)) counts.rightSection += 1
    if (citations.slice(0, 3).some(({ section }) => sections.includes(section))) counts.rightSectionIn3 += 1
    if (holdsGold[0]) counts.quoteHolds += 1
    else misses.push(`${row.id} ${answer.kind} ${answer.confidence.toFixed(2)} ${row.question} → ${citations[0]?.section ?? '-'} ${citations[0]?.quote ?? ''} (gold ${row.section ?? ''} ${row.gold_quote ?? ''}, at ${holdsGold.indexOf(true)})`)
    if (holdsGold.slice(0, 3).includes(true)) counts.quoteHoldsIn3 += 1
    if (answer.kind === 'answered') counts.answered += 1
    else if (holdsGold[0]) misses.push(`${row.id} ${answer.kind} ${answer.confidence.toFixed(2)} though right: ${row.question}`)
    if (citations[0]) {
      counts.length += citations[0].quote.length
      counts.quotes += 1
    }
  }
  const unanswerable = rows.filter((row) => row.unanswerable).length
  const answerable = rows.length - unanswerable
  return {
    rightSection: round(counts.rightSection / answerable),
    rightSectionIn3: round(counts.rightSectionIn3 / answerable),
    quoteHolds: round(counts.quoteHolds / answerable),
    quoteHoldsIn3: round(counts.quoteHoldsIn3 / answerable),
    answered: round(counts.answered / answerable),
    refused: round(counts.refused / Math.max(1, unanswerable)),
    wrongJurisdiction: counts.wrong,
    meanQuoteLength: round(counts.length / Math.max(1, counts.quotes), 1),
    p95Ms: round(quantile(times, 0.95), 2),
    answerable,
    unanswerable,
    misses,
  }
}

/** An answer that a split cuts counts by its first 12 characters. */
function holds(passage: string, answer: string): boolean {
  return passage.includes(answer) || passage.includes(answer.slice(0, 12))
}

/** A page's title: its first words up to white space, or its first 40 characters. */
function titleOf(text: string): string {
  return /^\S{4,60}(?=\s)/.exec(text.trimStart())?.[0] ?? text.slice(0, 40)
}

function bestSentence(query: Query, passage: string): string {
  const spans = splitSentences(passage)
  const families = indexFamilies(spans.map(({ start, end }) => passage.slice(start, end)))
  const scores = scoreFamilies(families, query)
  const span = spans[largestOf(scores, 1)[0] ?? 0]
  return span ? passage.slice(span.start, span.end) : ''
}

async function readRows<T>(file: string, row: z.ZodType<T>): Promise<T[]> {
  const lines = (await readFile(file, 'utf8')).split('\n')
  return lines.flatMap((line, i) => {
    if (line.trim() === '') return []
    let value: unknown
    try {
      // Some tools write NaN for a figure that is missing.
      value = JSON.parse(line.replace(/:\s*NaN(?=\s*[,}])/g, ': null'))
    } catch (error) {
      throw new InputError('jsonl', `${file}:${i + 1} 不是完整的 JSON`, { cause: error })
    }
    const checked = row.safeParse(value)
    if (!checked.success) throw new InputError('jsonl', `${file}:${i + 1} ${checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')}`)
    return [checked.data]
  })
}

function lineWriter(file: string | undefined): { write(row: unknown): void; end(): Promise<void> } {
  if (file === undefined) return { write: () => undefined, end: () => Promise.resolve() }
  const stream = createWriteStream(file)
  return {
    write: (row) => void stream.write(`${JSON.stringify(row)}\n`),
    end: () => {
      stream.end()
      return finished(stream)
    },
  }
}
