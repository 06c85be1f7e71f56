import { evaluateConversations } from '../conversation/evaluate.js'
import { evaluatePassages, evaluatePolicyQuestions, evaluateRetrieval } from '../retrieval/evaluate.js'
import { loadKnowledge } from '../knowledge/knowledge.js'
import { command, UsageError, type OptionSpec, type Terminal } from './command.js'
import { settingsOf } from './settings.js'

const file = (help: string) => ({ kind: 'text', value: '文件', help }) as const satisfies OptionSpec
const needed = (help: string) => ({ ...file(help), required: true }) as const satisfies OptionSpec
const out = file('把每一行的结果写进这个文件')
const folds = { kind: 'number', value: '份数', help: '不另给测试文件，分成几份交叉验证' } as const satisfies OptionSpec
const seed = { kind: 'number', value: '数', help: '分份时的随机种子，默认 1' } as const satisfies OptionSpec

/** The figures are the last line of stdout, as JSON. */
async function printFigures(figures: object, terminal: Terminal): Promise<number> {
  await terminal.out(JSON.stringify(figures))
  return 0
}

/** A number of parts to split into; `undefined` when none was asked for. */
function foldsOf(given: number | null): number | undefined {
  if (given === null) return undefined
  if (!Number.isInteger(given) || given < 2 || given > 100) throw new UsageError('usage', `--folds 要写 2 到 100 的整数，写的是 ${given}。`)
  return given
}

/** What was given, without what was not. */
function only<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], null> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null && value !== undefined)) as { [K in keyof T]?: Exclude<T[K], null> }
}

export const evaluateCommands = [
  command({
    name: 'evaluate retrieval',
    summary: '测检索：一批文章、一批问题，看对的文章排第几',
    usage: '--corpus 文件 --queries 文件 [选项]',
    options: {
      corpus: needed('文章，每行 {id,title?,text}'),
      queries: needed('问题，每行 {id,question,relevant:[id]}'),
      train: file('训练用的问题，格式同上'),
      out,
      folds,
      seed,
    },
    words: [0, 0],
    more: '最后一行：{hit1,hit5,hit10,recall100,mrr10,indexMs,p50Ms,p95Ms,n}。--out 每行 {id,ranked:[id…100]}。',
    run: async (given, _, terminal) =>
      printFigures(
        await evaluateRetrieval({ corpus: given.corpus, queries: given.queries, ...only({ train: given.train, out: given.out, folds: foldsOf(given.folds), seed: given.seed }) }),
        terminal,
      ),
  }),
  command({
    name: 'evaluate passages',
    summary: '测引用：从整篇文件里找出含答案的段落和原句',
    usage: '--documents 文件 --questions 文件 [选项]',
    options: {
      documents: needed('文件，每行 {docid,text}'),
      questions: needed('问题，每行 {id,docid,question,answer}'),
      train: file('训练用的问题，格式同上'),
      out,
    },
    words: [0, 0],
    more: '最后一行：{hit1,hit3,hit5,mrr10,quoteF1,n}。--out 每行 {id,passages:[{docid,text}…10],quote}。',
    run: async (given, _, terminal) =>
      printFigures(
        await evaluatePassages({ documents: given.documents, questions: given.questions, ...only({ train: given.train, out: given.out }) }),
        terminal,
      ),
  }),
  command({
    name: 'evaluate policy',
    summary: '测政策问答：条款对不对、原文引得对不对、该说不知道时说不说',
    usage: '--questions 文件',
    options: { questions: needed('问题，每行 {id,jurisdiction,question,section,gold_quote,unanswerable}') },
    words: [0, 0],
    run: async (given, _, terminal) =>
      printFigures(await evaluatePolicyQuestions(given.questions, await loadKnowledge(settingsOf(terminal).knowledgeDir), Date.now()), terminal),
  }),
  command({
    name: 'evaluate conversations',
    summary: '测对话：按写好的对话一句一句地走，逐句核对',
    usage: '--cases 文件 [--failed]',
    options: { cases: needed('对话，每行一段 {id,chat,community,now,turns}'), failed: { kind: 'flag', help: '列出没通过的每一句和原因' } },
    words: [0, 0],
    more: '最后一行：{turns,passed,skipped}。本版本还做不到的（needs）跳过并计数。',
    async run(given, _, terminal) {
      const { knowledgeDir, intentsDir, cacheDir } = settingsOf(terminal)
      const { reports, ...figures } = await evaluateConversations({ cases: given.cases, knowledgeDir, intentsDir, cacheDir })
      if (given.failed) for (const report of reports) if (!report.passed) await terminal.out(JSON.stringify(report))
      return printFigures(figures, terminal)
    },
  }),
]
