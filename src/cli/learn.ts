import { writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Config } from '../config.js'
import { InputError } from '../errors.js'
import { learningReasons } from '../learning/records.js'
import { createLearningWork, inOrder, labels, learningControl } from '../learning/work.js'
import { createRoomSettings, gateModes, roomControl } from '../learning/room-settings.js'
import { intentNames } from '../nlu/understanding.js'
import { command, UsageError, type Command, type Terminal } from './command.js'
import { askRunning, timeOf, withStore } from './running.js'
import { settingsOf } from './settings.js'

/** Asks the running process, or opens the data folder when none runs. */
function asked<T>(name: string, args: unknown, schema: z.ZodType<T>, config: Config, terminal: Terminal): Promise<T> {
  return askRunning({ name, args, schema }, config, () =>
    withStore(config, terminal, async (store) => {
      const handlers = { ...learningControl(createLearningWork(store, Date.now), async () => {}), ...roomControl(createRoomSettings(store)) }
      return handlers[name]?.(args)
    }),
  )
}

const intent = z.enum(intentNames)
const listed = z.array(z.object({
  communityId: z.string(),
  row: z.object({
    id: z.string(), at: z.number(), text: z.string(), why: z.enum(learningReasons), chosen: intent.nullable(),
    understood: z.array(z.object({ intent, confidence: z.number() })),
  }),
}))
const line = z.object({ text: z.string(), label: intent.nullable() })
const labelled = z.object({ published: z.array(line), fresh: z.array(line.extend({ id: z.string() })) })
const nothing = z.null()

const reasons: Readonly<Record<(typeof learningReasons)[number], string>> = {
  unclear: '没听明白', 'corrected-by-choice': '居民自己选的', 'taken-over': '转给了人', 'out-of-scope': '说了不归社区管', unanswered: '没有依据可答',
}

const list = command({
  name: 'learn list',
  summary: '学习队列：没听明白、居民自己改选、转给人的话，等人来标',
  usage: '[--community 社区] [--json]',
  options: { community: { kind: 'text', value: '社区', help: '只看一个社区的' }, json: { kind: 'flag', help: '一行一条 JSON' } },
  words: [0, 0],
  more: '话里的姓名、电话、证件号、门牌都已遮去。标注用 learn label。',
  async run(given, _, terminal) {
    const rows = await asked('learn list', { community: given.community }, listed, settingsOf(terminal), terminal)
    for (const { communityId, row } of rows) {
      if (given.json) {
        await terminal.out(JSON.stringify({ communityId, ...row }))
        continue
      }
      const heard = row.understood.map((one) => (one.confidence > 0 ? `${one.intent} ${one.confidence.toFixed(2)}` : one.intent)).join('，')
      await terminal.out(`${row.id}  ${timeOf(row.at)}  ${communityId}  ${reasons[row.why]}${row.chosen === null ? '' : `：${row.chosen}`}`)
      await terminal.out(`  「${row.text}」${heard === '' ? '' : `  听成：${heard}`}`)
    }
    terminal.tell(rows.length === 0 ? '没有等着标的话。' : `共 ${rows.length} 条等着标。`)
    return 0
  },
})

const label = command({
  name: 'learn label',
  summary: '说一句话其实是什么意思：一个意图、none（与社区无关）或 drop（不学）',
  usage: '编号 意图|none|drop',
  options: {},
  words: [2, 2],
  more: `意图有：${intentNames.join('、')}。标好后用 learn retrain 训练。`,
  async run(_, [id = '', said = ''], terminal) {
    const found = labels.find((one) => one === said)
    if (found === undefined) throw new UsageError('usage', `没有「${said}」这个意图。有：${labels.join('、')}`)
    await asked('learn label', { id, label: found }, nothing, settingsOf(terminal), terminal)
    terminal.tell(found === 'drop' ? '记下了：这句不学。' : `记下了：${found}。`)
    return 0
  },
})

const retrain = command({
  name: 'learn retrain',
  summary: '带上标好的话重新训练，和现在这版比；退步太多不发布',
  usage: '[--publish] [--page 文件]',
  options: { publish: { kind: 'flag', help: '比完没有退步就发布，马上用上' }, page: { kind: 'text', value: '文件', help: '把报告写成一个网页' } },
  words: [0, 0],
  more: '每句话都由没见过它的分类器来判（五份交叉验证）。不写 --publish 只看报告，什么都不变。',
  async run(given, _, terminal) {
    const config = settingsOf(terminal)
    const { published, fresh } = await asked('learn lines', {}, labelled, config, terminal)
    if (fresh.length === 0) terminal.tell('没有新标的话，报告的是现在这版。')
    const { createNlu, readIntents } = await import('../nlu/load-nlu.js')
    const { compareRetrained } = await import('../learning/retrain.js')
    const { writeReport } = await import('../learning/report.js')
    const set = await readIntents(config.intentsDir)
    const newLines = inOrder(fresh)
    const told = new Set(newLines.map(({ text }) => text))
    const change = await compareRetrained(set, published.filter(({ text }) => !told.has(text)), newLines)
    const report = { at: Date.now(), titles: set.intents, figures: change.after, change: fresh.length === 0 ? null : change, rooms: null }
    for (const row of writeReport(report)) await terminal.out(row)
    if (given.page !== null) await writeFile(given.page, (await import('../learning/page.js')).drawReport(report))
    if (!given.publish) return 0
    if (change.losses.length > 0) throw new InputError('loses', `没有发布：${change.losses.join('；')}。请看看新标的话有没有标错。`)
    if (fresh.length === 0) return 0
    // The model is trained here and lies in the cache; the running process only takes it up.
    await createNlu({ intentsDir: config.intentsDir, cacheDir: config.cacheDir, learned: inOrder([...published, ...newLines]) })
    await asked('learn publish', { ids: fresh.map(({ id }) => id) }, nothing, config, terminal)
    terminal.tell(`已发布，多学了 ${fresh.length} 句。`)
    return 0
  },
})

const setting = z.object({ communityId: z.string(), id: z.string(), title: z.string(), mode: z.enum(gateModes), trial: z.boolean() })
const modeNames: Readonly<Record<(typeof gateModes)[number], string>> = { 'only-when-addressed': '叫到才说', careful: '谨慎', helpful: '热心' }

async function showRoom(room: z.output<typeof setting>, terminal: Terminal): Promise<void> {
  await terminal.out(`${room.id}  ${room.communityId}  ${room.title}  ${modeNames[room.mode]}（${room.mode}）${room.trial ? '  试运行：只记不说' : ''}`)
}

const roomList = command({
  name: 'room list',
  summary: '有哪些群，在每个群里什么时候开口',
  usage: '',
  options: {},
  words: [0, 0],
  async run(_given, _words, terminal) {
    for (const room of await asked('room list', {}, z.array(setting), settingsOf(terminal), terminal)) await showRoom(room, terminal)
    return 0
  },
})

const roomSet = command({
  name: 'room set',
  summary: '设定在一个群里什么时候开口，要不要先试运行',
  usage: '群 [--mode 方式] [--trial on|off]',
  options: {
    mode: { kind: 'text', value: '方式', help: 'only-when-addressed 叫到才说，careful 谨慎（原来就是），helpful 热心' },
    trial: { kind: 'text', value: 'on|off', help: '试运行：没人叫它的话只记下本来会怎么答，不说出来' },
  },
  words: [1, 1],
  more: '不管怎么设，有危险、有人把身份证号发在群里，都会开口。',
  async run(given, [id = ''], terminal) {
    const mode = gateModes.find((one) => one === given.mode)
    if (given.mode !== null && mode === undefined) throw new UsageError('usage', `--mode 要写 ${gateModes.join('、')} 之一，写的是「${given.mode}」。`)
    if (given.trial !== null && given.trial !== 'on' && given.trial !== 'off') throw new UsageError('usage', `--trial 要写 on 或 off，写的是「${given.trial}」。`)
    const args = { id, ...(mode === undefined ? {} : { mode }), ...(given.trial === null ? {} : { trial: given.trial === 'on' }) }
    await showRoom(await asked('room set', args, setting, settingsOf(terminal), terminal), terminal)
    return 0
  },
})

const unsaid = z.array(z.object({ at: z.number(), conversationId: z.string(), text: z.string(), reply: z.array(z.string()), outcome: z.string() }))
/** How many are shown when nothing else is said. */
const usualCount = 50

const roomUnsaid = command({
  name: 'room unsaid',
  summary: '试运行的群里，本来会说什么',
  usage: '[--room 群] [--limit 条数]',
  options: { room: { kind: 'text', value: '群', help: '只看一个群的' }, limit: { kind: 'number', value: '条数', help: `最多几条，默认 ${usualCount}` } },
  words: [0, 0],
  async run(given, _, terminal) {
    for (const row of await asked('room unsaid', { room: given.room, limit: given.limit ?? usualCount }, unsaid, settingsOf(terminal), terminal)) {
      await terminal.out(`${timeOf(row.at)}  ${row.conversationId}\n  居民：${row.text}`)
      for (const reply of row.reply) await terminal.out(`  本来会说：${reply.replaceAll('\n', '\n    ')}`)
    }
    return 0
  },
})

export const learnCommands: readonly Command[] = [list, label, retrain, roomList, roomSet, roomUnsaid]
