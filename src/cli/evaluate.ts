import { join } from 'node:path'
import type { Knowledge } from '../knowledge/knowledge.js'
import { command, UsageError, type OptionSpec, type Terminal } from './command.js'
import { settingsOf } from './settings.js'

const file = (help: string) => ({ kind: 'text', value: '文件', help }) as const satisfies OptionSpec
const needed = (help: string) => ({ ...file(help), required: true }) as const satisfies OptionSpec
const out = file('把每一行的结果写进这个文件')
const folds = { kind: 'number', value: '份数', help: '不另给测试文件，分成几份交叉验证' } as const satisfies OptionSpec
const seed = { kind: 'number', value: '数', help: '分份时的随机种子，默认 1' } as const satisfies OptionSpec

const failed = { kind: 'flag', help: '列出没通过的每一条和原因' } as const satisfies OptionSpec

/** The figures are the last line of stdout, as JSON. */
async function printFigures(figures: object, terminal: Terminal): Promise<number> {
  await terminal.out(JSON.stringify(figures))
  return 0
}

/** The knowledge folder as it lies there, for who is at work on it; or the version that residents are answered from. */
async function knowledgeOf(live: boolean, terminal: Terminal): Promise<Knowledge> {
  const { readKnowledgeFolder } = await import('../knowledge/files.js')
  const { readKnowledge } = await import('../knowledge/knowledge.js')
  const { readMirror } = await import('../publication/mirror.js')
  const { knowledgeDir, dataDir } = settingsOf(terminal)
  const folder = await readKnowledgeFolder(knowledgeDir)
  const published = live ? await readMirror(dataDir, folder) : null
  if (live) terminal.tell(published === null ? '在用的就是知识库文件夹里的内容。' : `测的是已上线的第 ${published.number} 版。`)
  return readKnowledge(published?.files ?? folder)
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
    name: 'evaluate classifier',
    summary: '测意图分类：用一份语料重新训练，在另一份上看准不准',
    usage: '--train 文件 --test 文件 [选项]，或 --train 文件 --folds 份数 [选项]',
    options: {
      train: needed('训练语料，每行 {text,label} 或 {title,detail,label}'),
      test: file('测试语料，格式同上'),
      none: file('不属于任何一类的话，测能不能认出来'),
      folds,
      seed,
      out,
      baseline: { kind: 'text', value: '名称', help: '改测 nlpjs 自带的流程，作为对照' },
    },
    words: [0, 0],
    more: '最后一行：{accuracy,macroF1,auroc?,accuracyAt5FA?,ece,trainMs,usPerUtterance,n}。--out 每行 {text,label,predicted,confidence}。',
    async run(given, _, terminal) {
      if ((given.test === null) === (given.folds === null)) throw new UsageError('usage', '--test 和 --folds 要写一个，也只能写一个。')
      if (given.baseline !== null && given.baseline !== 'nlpjs') throw new UsageError('usage', `--baseline 只有 nlpjs，写的是「${given.baseline}」。`)
      const { evaluateClassifier } = await import('../nlu/evaluate.js')
      const rest = only({ test: given.test, none: given.none, folds: foldsOf(given.folds), seed: given.seed, out: given.out })
      return printFigures(await evaluateClassifier({ train: given.train, areas: join(settingsOf(terminal).knowledgeDir, 'areas.json'), ...rest, ...(given.baseline === null ? {} : { baseline: given.baseline }) }), terminal)
    },
  }),
  command({
    name: 'evaluate utterances',
    summary: '测听懂：意图、要素、群里该不该开口、危险话语',
    usage: '--cases 文件 [--failed]',
    options: { cases: needed('话语，每行 {id,text,intent,also,slots,in_group,should_bot_speak}'), failed },
    words: [0, 0],
    async run(given, _, terminal) {
      const { createNlu } = await import('../nlu/load-nlu.js')
      const { evaluateUtterances } = await import('../nlu/evaluate.js')
      const { intentsDir, cacheDir } = settingsOf(terminal)
      const { faults, ...figures } = await evaluateUtterances(await createNlu({ intentsDir, cacheDir }), given.cases, Date.now())
      if (given.failed) for (const fault of faults) await terminal.out(JSON.stringify(fault))
      return printFigures(figures, terminal)
    },
  }),
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
    async run(given, _, terminal) {
      const { evaluateRetrieval } = await import('../retrieval/evaluate.js')
      const rest = only({ train: given.train, out: given.out, folds: foldsOf(given.folds), seed: given.seed })
      return printFigures(await evaluateRetrieval({ corpus: given.corpus, queries: given.queries, ...rest }), terminal)
    },
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
      folds,
      seed,
    },
    words: [0, 0],
    more: '最后一行：{hit1,hit3,hit5,mrr10,quoteF1,auroc,reliability,n}：auroc 是拿掉答案所在的文件后分不分得出，reliability 是把握和实际的对照。--out 每行 {id,passages:[{docid,text}…10],quote}。',
    async run(given, _, terminal) {
      const { evaluatePassages } = await import('../retrieval/evaluate.js')
      const rest = only({ train: given.train, out: given.out, folds: foldsOf(given.folds), seed: given.seed })
      return printFigures(await evaluatePassages({ documents: given.documents, questions: given.questions, ...rest }), terminal)
    },
  }),
  command({
    name: 'evaluate policy',
    summary: '测政策问答：条款对不对、原文引得对不对、该说不知道时说不说',
    usage: '--questions 文件 [--live] [--failed]',
    options: {
      questions: needed('问题，每行 {id,jurisdiction,question,section,gold_quote,unanswerable}'),
      live: { kind: 'flag', help: '测已上线的那一版（默认测知识库文件夹里现在的内容）' },
      failed,
    },
    words: [0, 0],
    async run(given, _, terminal) {
      const { evaluatePolicyQuestions } = await import('../retrieval/evaluate.js')
      const { misses, ...figures } = await evaluatePolicyQuestions(given.questions, await knowledgeOf(given.live, terminal), Date.now())
      if (given.failed) for (const miss of misses) await terminal.out(miss)
      return printFigures(figures, terminal)
    },
  }),
  command({
    name: 'evaluate conversations',
    summary: '测对话：按写好的对话一句一句地走，逐句核对',
    usage: '--cases 文件 [--failed]',
    options: { cases: needed('对话，每行一段 {id,chat,community,now,turns}'), failed },
    words: [0, 0],
    more: '没通过的每一句和没走的每一段，连同原因列成一张表。最后一行：{turns,passed,skipped}。本版本还做不到的（needs）跳过并计数。知识取自知识库文件夹，不是已上线的那一版。',
    async run(given, _, terminal) {
      const { knowledgeDir, intentsDir, cacheDir } = settingsOf(terminal)
      const { evaluateConversations } = await import('../conversation/evaluate.js')
      const { reports, unplayed, ...figures } = await evaluateConversations({ cases: given.cases, knowledgeDir, intentsDir, cacheDir })
      const misses = [
        ...reports.filter((report) => !report.passed).map(({ dialogue, turn, text, why }) => [dialogue, String(turn), text, why.join('; ')]),
        ...unplayed.map(({ dialogue, turns, needs }) => [dialogue, `全部 ${turns} 句`, '', `没走：要用到 ${needs.join('、')}，本版本还没有`]),
      ]
      if (misses.length > 0) for (const row of [['对话', '第几句', '说的话', '原因'], ...misses]) terminal.tell(row.map((cell) => cell.replaceAll('\n', ' ')).join('｜'))
      if (given.failed) for (const report of reports) if (!report.passed) await terminal.out(JSON.stringify(report))
      return printFigures(figures, terminal)
    },
  }),
]
