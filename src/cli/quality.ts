import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { InputError } from '../errors.js'
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
    run: async (path) => (await import('../nlu/evaluate.js')).evaluateClassifier({ train: path('messages/labelled_train.jsonl'), folds: 5, seed: 1 }),
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

export const quality = command({
  name: 'quality',
  summary: '测质量：把一个数据文件夹里有的评测都跑一遍，一行一项 JSON',
  usage: '--data 文件夹',
  options: { data: { kind: 'text', value: '文件夹', help: '评测数据，文件夹里的名字见 src/cli/quality.ts', required: true } },
  words: [0, 0],
  more: '缺哪份数据就跳过哪一项，并说明。',
  async run(given, _, terminal) {
    await access(given.data).catch(() => { throw new InputError('no-data', `找不到文件夹 ${given.data}`) })
    const path = (file: string): string => join(given.data, file)
    for (const trial of trials) {
      const missing: string[] = []
      for (const file of trial.files) await access(path(file)).catch(() => missing.push(file))
      if (missing.length > 0) {
        terminal.tell(`跳过「${trial.name}」：没有 ${missing.join('、')}`)
        continue
      }
      await terminal.out(JSON.stringify({ trial: trial.name, ...(await trial.run(path, terminal)) }))
    }
    return 0
  },
})
