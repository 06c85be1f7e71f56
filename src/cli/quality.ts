import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../errors.js'
import type { QualityReport } from '../learning/report.js'
import type { RoomReport } from '../learning/rooms.js'
import type { PolicyFigures } from '../retrieval/evaluate.js'
import { command, type Terminal } from './command.js'
import { settingsOf } from './settings.js'

interface Trial {
  readonly name: string
  /** Files below the data folder without which the trial is left out. */
  readonly files: readonly string[]
  run(path: (file: string) => string, terminal: Terminal): Promise<object>
}

/** Each evaluation on the data it is meant for; the files' forms are those of the `evaluate` commands. */
const trials: readonly Trial[] = [
  {
    name: 'classifier, train → dev',
    files: ['smp2017/train.jsonl', 'smp2017/dev.jsonl'],
    run: async (path) => (await import('../nlu/evaluate.js')).evaluateClassifier({ train: path('smp2017/train.jsonl'), test: path('smp2017/dev.jsonl') }),
  },
  {
    name: 'classifier, the stock pipeline of nlp.js on the same lines',
    files: ['smp2017/train.jsonl', 'smp2017/dev.jsonl'],
    run: async (path) => (await import('../nlu/evaluate.js')).evaluateClassifier({ train: path('smp2017/train.jsonl'), test: path('smp2017/dev.jsonl'), baseline: 'nlpjs' }),
  },
  {
    name: 'classifier, chat as out of scope, small talk as none',
    files: ['smp2017/train.jsonl', 'smp2017/dev.jsonl', 'small_talk/small_talk.jsonl'],
    run: (path) =>
      withoutLabel(path('smp2017/train.jsonl'), 'chat', async (train) =>
        (await import('../nlu/evaluate.js')).evaluateClassifier({ train, test: path('smp2017/dev.jsonl'), none: path('small_talk/small_talk.jsonl') }),
      ),
  },
  {
    name: 'classifier, letters of residents, 5-fold',
    files: ['messages/labelled_train.jsonl'],
    run: async (path, terminal) =>
      (await import('../nlu/evaluate.js')).evaluateClassifier({ train: path('messages/labelled_train.jsonl'), areas: join(settingsOf(terminal).knowledgeDir, 'areas.json'), folds: 5, seed: 1 }),
  },
  {
    name: 'utterances that resemble unseen ones',
    files: ['dev/utterances.jsonl'],
    async run(path, terminal) {
      const { checkResemblance } = await import('../learning/resemblance.js')
      const { intentsDir } = settingsOf(terminal)
      const file = path('dev/utterances.jsonl')
      const names = (await readdir(intentsDir)).filter((name) => name.endsWith('.json')).sort()
      const intents = await Promise.all(names.map(async (name) => ({ path: join(intentsDir, name), text: await readFile(join(intentsDir, name), 'utf8') })))
      const found = checkResemblance(intents, { path: file, text: await readFile(file, 'utf8') })
      for (const one of found) terminal.tell(`${one.where} 「${one.utterance}」像 ${one.other} 「${one.line}」（${one.similarity}）`)
      return { resembling: found.length }
    },
  },
  {
    name: 'utterances',
    files: ['dev/utterances.jsonl'],
    async run(path, terminal) {
      const { createNlu } = await import('../nlu/load-nlu.js')
      const { evaluateUtterances } = await import('../nlu/evaluate.js')
      const { intentsDir, cacheDir } = settingsOf(terminal)
      const { faults: _faults, slots: _slots, ...figures } = await evaluateUtterances(await createNlu({ intentsDir, cacheDir }), path('dev/utterances.jsonl'), Date.now())
      return figures
    },
  },
  {
    name: 'policy questions in five communities',
    files: ['dev/policy_qa.jsonl'],
    async run(path, terminal) {
      const { loadKnowledge } = await import('../knowledge/knowledge.js')
      const { evaluatePolicyQuestions } = await import('../retrieval/evaluate.js')
      const figures = await evaluatePolicyQuestions(path('dev/policy_qa.jsonl'), await loadKnowledge(settingsOf(terminal).knowledgeDir), Date.now())
      return Object.fromEntries(Object.entries(figures).filter(([, value]) => typeof value === 'number'))
    },
  },
  {
    name: 'policy questions, one character in ten mistyped, mean of three seeds',
    files: ['dev/policy_qa.jsonl', 'typos/same_pinyin.json'],
    async run(path, terminal) {
      const { loadKnowledge } = await import('../knowledge/knowledge.js')
      const { evaluatePolicyQuestions } = await import('../retrieval/evaluate.js')
      const knowledge = await loadKnowledge(settingsOf(terminal).knowledgeDir)
      const runs: PolicyFigures[] = []
      for (const seed of [1, 2, 3]) runs.push(await evaluatePolicyQuestions(path('dev/policy_qa.jsonl'), knowledge, Date.now(), { homophones: path('typos/same_pinyin.json'), seed }))
      const mean = (of: (run: PolicyFigures) => number) => Number((runs.reduce((sum, run) => sum + of(run), 0) / runs.length).toFixed(4))
      return { quoteHolds: mean((run) => run.quoteHolds), quoteHoldsIn3: mean((run) => run.quoteHoldsIn3), answered: mean((run) => run.answered), refused: mean((run) => run.refused) }
    },
  },
  {
    name: 'passages, untrained, one character in ten mistyped',
    files: ['policy_questions/documents.jsonl', 'policy_questions/questions_dev.jsonl', 'typos/same_pinyin.json'],
    run: async (path) =>
      (await import('../retrieval/evaluate.js')).evaluatePassages({ documents: path('policy_questions/documents.jsonl'), questions: path('policy_questions/questions_dev.jsonl'), mistyping: { homophones: path('typos/same_pinyin.json'), seed: 1 } }),
  },
  {
    name: 'passages, untrained',
    files: ['policy_questions/documents.jsonl', 'policy_questions/questions_dev.jsonl'],
    run: async (path) => (await import('../retrieval/evaluate.js')).evaluatePassages({ documents: path('policy_questions/documents.jsonl'), questions: path('policy_questions/questions_dev.jsonl') }),
  },
  {
    name: 'passages, ranker, 5-fold',
    files: ['policy_questions/documents.jsonl', 'policy_questions/questions_dev.jsonl'],
    run: async (path) =>
      (await import('../retrieval/evaluate.js')).evaluatePassages({ documents: path('policy_questions/documents.jsonl'), questions: path('policy_questions/questions_dev.jsonl'), folds: 5, seed: 1 }),
  },
  {
    name: 'retrieval, statutes',
    files: ['statutes/articles.jsonl', 'statutes/questions_train.jsonl'],
    run: async (path) => (await import('../retrieval/evaluate.js')).evaluateRetrieval({ corpus: path('statutes/articles.jsonl'), queries: path('statutes/questions_train.jsonl') }),
  },
  {
    name: 'retrieval, statutes, ranker, 5-fold',
    files: ['statutes/articles.jsonl', 'statutes/questions_train.jsonl'],
    run: async (path) => (await import('../retrieval/evaluate.js')).evaluateRetrieval({ corpus: path('statutes/articles.jsonl'), queries: path('statutes/questions_train.jsonl'), folds: 5, seed: 1 }),
  },
  {
    name: 'conversations',
    files: ['dev/dialogues.jsonl'],
    async run(path, terminal) {
      const { evaluateConversations } = await import('../conversation/evaluate.js')
      const { knowledgeDir, intentsDir, cacheDir } = settingsOf(terminal)
      const { reports: _reports, ...figures } = await evaluateConversations({ cases: path('dev/dialogues.jsonl'), knowledgeDir, intentsDir, cacheDir })
      return figures
    },
  },
]

/** The training lines without one label, in a file that is removed afterwards. */
async function withoutLabel<T>(file: string, label: string, use: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-quality-'))
  try {
    const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '' && (JSON.parse(line) as { label?: unknown }).label !== label)
    const kept = join(folder, 'train.jsonl')
    await writeFile(kept, lines.join('\n'))
    return await use(kept)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Made-up messages in which personal data are sought. */
const personalMessages = 2_400

/** Talk of rooms, where the project's own lies; elsewhere it is not measured. */
const usualRooms = 'test/fixtures/chatter'

/** How often the bot speaks and is silent rightly in rooms; `null` where there is no such folder. */
async function measureRoomsIn(folder: string, terminal: Terminal): Promise<RoomReport | null> {
  const { measureRooms } = await import('../learning/rooms.js')
  const { createNlu, readRooms } = await import('../nlu/load-nlu.js')
  const lines = await readRooms(folder)
  if (lines.length === 0) return null
  const { intentsDir, cacheDir } = settingsOf(terminal)
  return measureRooms(await createNlu({ intentsDir, cacheDir }), lines, 'careful', Date.now())
}

async function reportUnderstanding(rooms: string | null, terminal: Terminal): Promise<QualityReport> {
  const { readIntents } = await import('../nlu/load-nlu.js')
  const { crossValidate, figuresOf, usualFolds } = await import('../learning/measure.js')
  const set = await readIntents(settingsOf(terminal).intentsDir)
  const figures = figuresOf(await crossValidate(set, [], [], usualFolds))
  return { at: Date.now(), titles: set.intents, figures, change: null, rooms: await measureRoomsIn(rooms ?? usualRooms, terminal) }
}

async function runTrials(folder: string, terminal: Terminal): Promise<void> {
  await access(folder).catch(() => { throw new InputError('no-data', `找不到文件夹 ${folder}`) })
  const path = (file: string): string => join(folder, file)
  for (const trial of trials) {
    const missing: string[] = []
    for (const file of trial.files) await access(path(file)).catch(() => missing.push(file))
    if (missing.length > 0) {
      terminal.tell(`跳过「${trial.name}」：没有 ${missing.join('、')}`)
      continue
    }
    await terminal.out(JSON.stringify({ trial: trial.name, ...(await trial.run(path, terminal)) }))
  }
}

export const quality = command({
  name: 'quality',
  summary: '测质量：每个意图听得准不准、把握可不可信、群里该不该开口、个人信息认不认得出；给了数据就把有的评测都跑一遍',
  usage: '[--page 文件] [--rooms 文件夹] [--data 文件夹]',
  options: {
    page: { kind: 'text', value: '文件', help: '把报告写成一个网页，带图' },
    rooms: { kind: 'text', value: '文件夹', help: `群里的话，silent/ 和 answered/ 两个文件夹，默认 ${usualRooms}` },
    data: { kind: 'text', value: '文件夹', help: '评测数据，文件夹里的名字见 src/cli/quality.ts；一行一项 JSON' },
  },
  words: [0, 0],
  more: '意图按五份交叉验证：每句话都由没见过它的分类器来判。给了 --data 而没给 --page 时只跑数据里的评测；缺哪份数据就跳过哪一项，并说明。知识取自知识库文件夹；要测已上线的那一版，用 evaluate policy --live。',
  async run(given, _, terminal) {
    if (given.data === null || given.page !== null) {
      const report = await reportUnderstanding(given.rooms, terminal)
      const { writeReport } = await import('../learning/report.js')
      const { makeMessages, measurePersonalData, writePersonalData } = await import('../learning/personal-data.js')
      for (const line of [...writeReport(report), '', ...writePersonalData(measurePersonalData(makeMessages(personalMessages)))]) await terminal.out(line)
      if (given.page !== null) {
        await writeFile(given.page, (await import('../learning/page.js')).drawReport(report))
        terminal.tell(`网页写在 ${given.page}。`)
      }
    }
    if (given.data !== null) await runTrials(given.data, terminal)
    return 0
  },
})
