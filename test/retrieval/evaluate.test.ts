import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluatePassages, evaluateRetrieval } from '../../src/retrieval/evaluate.js'
import { auroc, characterF1, rankFigures, reliability } from '../../src/retrieval/measure.js'
import { indexPassages } from '../../src/retrieval/passage-index.js'
import { readQuery } from '../../src/retrieval/query.js'
import { findCandidates, rankCandidates, trainRanker } from '../../src/retrieval/ranker.js'
import { seededRandom } from '../../src/random.js'

let dir: string
const file = (name: string) => join(dir, name)
const jsonl = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join('\n')

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'evaluate-'))
  await writeFile(
    file('corpus.jsonl'),
    jsonl([
      { id: 'a', title: '物业条例', text: '业主大会选聘物业服务企业,应当经业主表决。' },
      { id: 'b', title: '养老条例', text: '社区应当设立老年人日间照料中心。' },
      { id: 'c', text: '生活垃圾分为四类。' },
    ]),
  )
  await writeFile(file('queries.jsonl'), jsonl([{ query_id: 1, question: '谁来选聘物业服务企业', relevant: ['a'] }, { id: 'q2', question: '哪里有日间照料中心', relevant: ['b', 'c'] }]) + '\n')
  await writeFile(file('documents.jsonl'), jsonl([{ docid: 1, text: '养老服务通知 社区设立日间照料中心。每张床位补贴500元。' }, { docid: 2, text: '垃圾分类通知 厨余垃圾每日清运。投放时间为早七点。' }]))
  await writeFile(file('questions.jsonl'), jsonl([{ id: 1, docid: 1, question: '养老床位补贴多少钱?', answer: '500元' }, { id: 2, docid: 2, question: '厨余垃圾多久清运?', answer: '每日清运' }]))
})
afterAll(() => rm(dir, { recursive: true }))

describe('figures', () => {
  it('count the first right place, and all right ones for recall', () => {
    expect(rankFigures([{ places: [0], relevant: 1 }, { places: [3, 120], relevant: 2 }, { places: [], relevant: 1 }])).toEqual({ hit1: 0.3333, hit3: 0.3333, hit5: 0.6667, hit10: 0.6667, recall100: 0.5, mrr10: 0.4167 })
  })

  it('tell answers from none by how often the one is above the other, ties counting half', () => {
    expect(auroc([0.9, 0.5], [0.1, 0.5])).toBe(0.875)
    expect(auroc([1], [0])).toBe(1)
  })

  it('show beside each tenth of confidence how often it held', () => {
    expect(reliability([{ confidence: 0.91, held: true }, { confidence: 1, held: false }, { confidence: 0.2, held: false }])).toEqual([
      { confidence: 0.2, held: 0, n: 1 },
      { confidence: 0.955, held: 0.5, n: 2 },
    ])
  })

  it('overlap by characters, white space aside', () => {
    expect(characterF1('5至9人', '5 至 9 人')).toBe(1)
    expect(characterF1('', '')).toBe(0)
    expect(characterF1('abcd', 'cdef')).toBe(0.5)
  })
})

describe('evaluateRetrieval', () => {
  it('ranks the corpus for every question and writes the list', async () => {
    const figures = await evaluateRetrieval({ corpus: file('corpus.jsonl'), queries: file('queries.jsonl'), out: file('ranked.jsonl') })
    expect(figures).toMatchObject({ hit1: 1, mrr10: 1, recall100: 0.75, n: 2 })
    const lines = (await readFile(file('ranked.jsonl'), 'utf8')).trim().split('\n').map((line) => JSON.parse(line) as unknown)
    expect(lines).toEqual([{ id: 1, ranked: ['a'] }, { id: 'q2', ranked: ['b'] }])
  })

  it('names file and line of a row that is wrong', async () => {
    await writeFile(file('bad.jsonl'), '{"id":"a","text":"x"}\n{"id":"b"}')
    await expect(evaluateRetrieval({ corpus: file('bad.jsonl'), queries: file('queries.jsonl') })).rejects.toThrow(/bad\.jsonl:2 text/)
  })
})

describe('evaluateRetrieval with questions to learn from', () => {
  /** Six invented laws of ten articles; lay questions share hardly a word with them. */
  const topics = [['遛狗', '犬只管理'], ['漏水', '房屋渗漏维修'], ['吵闹', '环境噪声防治'], ['彩礼', '婚约财物返还'], ['欠薪', '劳动报酬支付'], ['停车', '机动车停放秩序']] as const
  const articles = topics.flatMap(([, words], law) =>
    Array.from({ length: 10 }, (_, n) => ({ id: `示例法${law}第${n + 1}条`, law: `示例法${law}`, text: `${words}的第${n + 1}项要求,按照${'甲乙丙丁戊己庚辛壬癸'[n]}款执行,${words}应当合法有序。` })))
  const ask = (lay: string, n: number) => `${'我邻居他咱您楼家院同'[n]}${lay}这事${'怎么说找谁管有啥规矩'.slice(n, n + 3)}`
  const questions = topics.flatMap(([lay], law) => Array.from({ length: 6 }, (_, n) => ({ id: `${law}-${n}`, question: ask(lay, n), relevant: [`示例法${law}第1条`] })))

  it('finds by lay words what similar questions were answered with, each judged without itself', async () => {
    await writeFile(file('laws.jsonl'), jsonl(articles))
    await writeFile(file('asked.jsonl'), jsonl(questions))
    const plain = await evaluateRetrieval({ corpus: file('laws.jsonl'), queries: file('asked.jsonl') })
    const learned = await evaluateRetrieval({ corpus: file('laws.jsonl'), queries: file('asked.jsonl'), folds: 3, seed: 7, out: file('learned.jsonl') })
    expect(learned.hit1).toBeGreaterThan(plain.hit1 + 0.3)
    const again = await evaluateRetrieval({ corpus: file('laws.jsonl'), queries: file('asked.jsonl'), folds: 3, seed: 7, out: file('again.jsonl') })
    expect(again.mrr10).toBe(learned.mrr10)
    expect(await readFile(file('again.jsonl'), 'utf8')).toBe(await readFile(file('learned.jsonl'), 'utf8'))
  })

  it('brings up the whole stretch of a long law that a question is about, also articles that no known question was answered with', async () => {
    // One law, six chapters of forty articles; no article says what its chapter is about. Questions are known for the first twelve of each.
    const law = topics.flatMap((_, chapter) => Array.from({ length: 40 }, (__, n) => ({ id: `${chapter}/${n}`, law: '示例大法', text: `${'甲乙丙丁戊己庚辛壬癸'[n % 10]}类事项依照规定办理。` })))
    const known = topics.flatMap(([lay], chapter) => Array.from({ length: 6 }, (_, n) => ({ id: `${chapter}-${n}`, question: ask(lay, n), relevant: [`${chapter}/${2 * n}`] })))
    const asked = topics.map(([lay], chapter) => ({ id: `新${chapter}`, question: ask(lay, 6), relevant: Array.from({ length: 7 }, (_, n) => `${chapter}/${13 + n}`) }))
    await writeFile(file('long.jsonl'), jsonl(law))
    await writeFile(file('known.jsonl'), jsonl(known))
    await writeFile(file('new.jsonl'), jsonl(asked))
    expect((await evaluateRetrieval({ corpus: file('long.jsonl'), queries: file('new.jsonl'), train: file('known.jsonl') })).recall100).toBeGreaterThan(0.95)
  })

  it('learns from a file of its own, also from next to nothing, and answers empty questions', async () => {
    await writeFile(file('laws.jsonl'), jsonl(articles))
    await writeFile(file('train.jsonl'), jsonl(questions.filter((_, i) => i % 2 === 0)))
    await writeFile(file('held.jsonl'), jsonl([...questions.filter((_, i) => i % 2 === 1), { id: 'none', question: '', relevant: ['示例法0第1条'] }]))
    expect((await evaluateRetrieval({ corpus: file('laws.jsonl'), queries: file('held.jsonl'), train: file('train.jsonl') })).hit1).toBeGreaterThan(0.6)
    await writeFile(file('one.jsonl'), jsonl([{ id: 1, question: '遛狗', relevant: ['示例法0第1条'] }, { id: 2, question: '无此条', relevant: ['没有'] }]))
    const scarce = await evaluateRetrieval({ corpus: file('laws.jsonl'), queries: file('held.jsonl'), train: file('one.jsonl') })
    expect(Number.isFinite(scarce.mrr10)).toBe(true)
  })
})

describe('evaluatePassages', () => {
  it('finds the passage that holds the answer and quotes its sentence', async () => {
    const figures = await evaluatePassages({ documents: file('documents.jsonl'), questions: file('questions.jsonl'), out: file('passages.jsonl') })
    expect(figures).toMatchObject({ hit1: 1, hit3: 1, mrr10: 1, n: 2 })
    const [first] = (await readFile(file('passages.jsonl'), 'utf8')).split('\n').map((line) => JSON.parse(line || '{}') as { quote: string; passages: { docid: number }[] })
    expect(first).toMatchObject({ quote: '每张床位补贴500元。', passages: [{ docid: 1 }] })
  })
})

describe('candidates of a question', () => {
  it('are seen by how near they stand to the best passage of their text: nearer ones more, none above it', () => {
    const index = indexPassages([{ title: '示例通知', passages: ['公交票价如何减免按下列办理。', '一是老人免票。', '二是学生半价。', '三是军人免票。'] }, { title: '别的通知', passages: ['供暖时间另行通知。'] }])
    const { hits, features } = findCandidates(index, readQuery('公交票价如何减免'))
    const nearness = [0, 1, 2, 3].map((passage) => features[hits.findIndex((hit) => hit.passage === passage)]!.at(-1)!)
    expect(nearness).toEqual([...nearness].sort((one, other) => other - one))
    expect(nearness[0]).toBe(1)
    expect(nearness[1]).toBeCloseTo(Math.exp(-1 / 3))
  })
})

describe('the ranker', () => {
  const features = (useful: number, noise: number) => Float64Array.of(useful, noise, 1)
  const random = seededRandom(5)
  const lists = Array.from({ length: 40 }, () => ({
    features: [features(0.9, random()), features(0.2, random()), features(0.1, random())],
    right: [true, false, false],
  }))
  const hit = (passage: number) => ({ passage, document: 0, score: 0, passageScore: 0, documentScore: 0 })

  it('learns what tells right from wrong, and puts it first', () => {
    const ranker = trainRanker(lists, seededRandom(1))
    const ranked = rankCandidates(ranker, { hits: [hit(0), hit(1)], features: [features(0.1, 0.9), features(0.8, 0.1)] })
    expect(ranked.map(({ passage }) => passage)).toEqual([1, 0])
    expect(Math.abs(ranker.weights[0]!)).toBeGreaterThan(Math.abs(ranker.weights[1]!))
    expect([...ranker.weights].every(Number.isFinite)).toBe(true)
  })

  it('is the same for the same seed', () => {
    expect(trainRanker(lists, seededRandom(3)).weights).toEqual(trainRanker(lists, seededRandom(3)).weights)
  })
})
