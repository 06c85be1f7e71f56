import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { AskAnswer, Question } from '../conversation/ask-answer.js'
import { InputError } from '../errors.js'
import { isCommunityId } from '../knowledge/community.js'
import { readKnowledgeFolder } from '../knowledge/files.js'
import { readMirror } from '../publication/mirror.js'
import { command, UsageError, type Terminal } from './command.js'
import { readJsonLine } from './json-lines.js'
import { settingsOf } from './settings.js'

/** Who asks when nobody is named: the first of the example communities. */
const defaultCommunity = 'huzhou-demo'

const questionLine = z.object({
  id: z.string().max(200),
  text: z.string(),
  community: z.string(),
  chat: z.enum(['private', 'group']).default('private'),
  mentioned: z.boolean().default(false),
})

export const ask = command({
  name: 'ask',
  summary: '试问一句：看机器人会怎么答，什么都不保存、不发送',
  usage: '[--community 社区] [--group] "一句话"  或  --jsonl < 问题文件',
  options: {
    community: { kind: 'text', value: '社区', help: `在哪个社区问，默认 ${defaultCommunity}` },
    group: { kind: 'flag', help: '当作群里的一句话（默认是私聊）' },
    jsonl: { kind: 'flag', help: '从标准输入读，一行一问；标准输出按同样顺序一行一答' },
    facts: { kind: 'flag', help: '也用示例社区的本地信息（默认只用政策文件）' },
  },
  words: [0, 1],
  more: [
    '一行一问：{"id":"1","text":"一个社区配几个工作人员","community":"huzhou-demo","chat":"private"}',
    '一行一答：{id, speaks, outcome, intents, slots, reply, citations, reason?, ms}；读不懂的那一行得到 {id, error}，其余照常。',
    '每一行都当作一位新居民，没有之前的对话；句中的 @小助手 算作点名。',
  ].join('\n'),
  async run(given, [text], terminal) {
    if (given.jsonl && text !== undefined) throw new UsageError('usage', '用了 --jsonl，问题就从标准输入读，不再写在命令里。')
    if (given.jsonl && (given.community !== null || given.group)) throw new UsageError('usage', '用了 --jsonl，社区和群聊写在每一行里。')
    if (!given.jsonl && text === undefined) throw new UsageError('usage', '请写上要问的话，例如：yichuang ask "一个社区配几个工作人员"')
    const { knowledgeDir, dataDir, intentsDir, cacheDir } = settingsOf(terminal)
    const { createAsker } = await import('../conversation/dry-run.js')
    const folder = await readKnowledgeFolder(knowledgeDir)
    const published = await readMirror(dataDir, folder)
    if (published !== null) terminal.tell(`按已上线的知识库第 ${published.number} 版回答。`)
    const asker = await createAsker({ knowledge: published?.files ?? folder, intentsDir, cacheDir, facts: given.facts, now: () => Date.now() })
    if (text !== undefined) {
      const chat = given.group ? 'group' : 'private'
      const question = toQuestion({ id: randomUUID(), text, community: given.community ?? defaultCommunity, chat, mentioned: false }, asker.communities)
      await showAnswer(await asker.ask(question), terminal)
      return 0
    }
    return answerLines(asker, terminal)
  },
})

interface Asker {
  readonly communities: readonly string[]
  ask(question: Question): Promise<AskAnswer>
}

function toQuestion(line: z.output<typeof questionLine>, known: readonly string[]): Question {
  const { community } = line
  if (!isCommunityId(community) || !known.includes(community)) {
    throw new InputError('no-community', `没有「${community}」这个社区，有：${known.join('、')}`)
  }
  return { ...line, community }
}

/** Every line of the input is answered by one line of the output, in the same order. */
async function answerLines(asker: Asker, terminal: Terminal): Promise<number> {
  let unread = 0
  for await (const line of terminal.lines()) {
    const read = readJsonLine(line, questionLine)
    const answer = read.ok ? await answerLine(asker, read.value) : { id: read.id, error: read.error }
    if ('error' in answer) unread += 1
    await terminal.out(JSON.stringify(answer))
  }
  if (unread > 0) terminal.tell(`有 ${unread} 行没有读懂，原因写在那一行的 error 里。`)
  return 0
}

async function answerLine(asker: Asker, line: z.output<typeof questionLine>): Promise<AskAnswer | { readonly id: string; readonly error: string }> {
  try {
    return await asker.ask(toQuestion(line, asker.communities))
  } catch (error) {
    return { id: line.id, error: error instanceof Error ? error.message : String(error) }
  }
}

async function showAnswer(answer: AskAnswer, terminal: Terminal): Promise<void> {
  const intents = answer.intents.map(({ name, confidence }) => `${name} ${confidence.toFixed(2)}`)
  await terminal.out(`听懂：${intents.join('，') || '（没有）'}`)
  for (const slot of answer.slots) await terminal.out(`      ${slot.name} = ${slot.value}${slot.normal === undefined ? '' : `（${slot.normal}）`}`)
  await terminal.out(`结果：${answer.outcome}${answer.reason === undefined ? '' : `（${answer.reason}）`}，${answer.ms.toFixed(1)} 毫秒`)
  await terminal.out('')
  if (!answer.speaks) await terminal.out('（不说话）')
  for (const reply of answer.reply) await terminal.out(`一窗：${reply}`)
  // Two sentences of one clause have one source.
  const sources = new Set<string>()
  for (const citation of answer.citations) {
    const source = `  《${citation.document}》${citation.number ?? ''} ${citation.section}（${citation.status}）`
    if (!sources.has(source)) await terminal.out(source)
    sources.add(source)
    if (citation.answer !== undefined) await terminal.out(`    答在：「${citation.quote.slice(citation.answer.start, citation.answer.end)}」`)
  }
}
