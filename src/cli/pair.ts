import { z } from 'zod'
import { InputError } from '../errors.js'
import { callControl } from '../store/control.js'
import { command, type Command, type Terminal } from './command.js'
import { settingsOf } from './settings.js'

/** Codes are used while it runs, and so they are asked for while it runs. */
async function asked<T>(name: string, args: unknown, schema: z.ZodType<T>, terminal: Terminal): Promise<T> {
  const answer = await callControl(settingsOf(terminal).dataDir, name, args)
  if (!answer.live) throw new InputError('not-running', '没有在运行。请先启动（npm start），再领配对码。')
  return schema.parse(answer.result)
}

const issued = z.object({ code: z.string(), minutes: z.number() })

async function issue(args: unknown, how: string, terminal: Terminal): Promise<number> {
  const { code, minutes } = await asked('pair issue', args, issued, terminal)
  await terminal.out(code)
  terminal.tell(`${minutes} 分钟内有效，只能用一次。${how}`)
  return 0
}

const pairRoom = command({
  name: 'pair room',
  summary: '领一个群配对码：发到飞书群或微信群里，这个群就归这个社区',
  usage: '社区 [--staff] [--again 群]',
  options: {
    staff: { kind: 'flag', help: '工作群：新工单发到这里，工作人员在工单下面回复居民' },
    again: { kind: 'text', value: '群', help: '微信重新登录后还是这个群（pair list 里的编号）：没发出去的话接着发' },
  },
  words: [1, 1],
  run: (given, [community = ''], terminal) => issue({ kind: 'room', community, use: given.staff ? 'staff' : 'residents', ...(given.again === null ? {} : { again: given.again }) }, '在群里@小助手并发「配对 这个码」。', terminal),
})

const pairStaff = command({
  name: 'pair staff',
  summary: '领一个关联码：工作人员私聊发给小助手，他在工作群里说的话就署他的名字',
  usage: '登录名',
  options: {},
  words: [1, 1],
  run: (_, [login = ''], terminal) => issue({ kind: 'staff', login }, '请本人私聊小助手发「关联 这个码」。', terminal),
})

const pairResident = command({
  name: 'pair resident',
  summary: '领一个居民码：居民私聊发给小助手，以后就按这个社区答复',
  usage: '社区',
  options: {},
  words: [1, 1],
  run: (_, [community = ''], terminal) => issue({ kind: 'resident', community }, '请居民私聊小助手发「绑定 这个码」。', terminal),
})

const rooms = z.array(z.object({ id: z.string(), communityId: z.string(), use: z.enum(['residents', 'staff']), pairedAt: z.number() }))

const pairList = command({
  name: 'pair list',
  summary: '已配对的群',
  usage: '',
  options: {},
  words: [0, 0],
  async run(_given, _words, terminal) {
    const found = await asked('pair list', null, rooms, terminal)
    for (const { id, communityId, use, pairedAt } of found) {
      await terminal.out(`${id}  ${communityId}  ${use === 'staff' ? '工作群' : '居民群'}  ${new Date(pairedAt).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })}`)
    }
    terminal.tell(found.length === 0 ? '还没有配对的群，用 pair room 领码。' : `共 ${found.length} 个群。`)
    return 0
  },
})

const states = z.array(z.object({
  channel: z.string(), forMs: z.number(),
  state: z.object({ kind: z.enum(['connecting', 'online', 'offline', 'needs-login']), reason: z.string().optional(), qr: z.string().nullable().optional() }),
}))
const stateWords = { connecting: '正在连接', online: '正常', offline: '断线', 'needs-login': '需要人处理' } as const

const channels = command({
  name: 'channels',
  summary: '飞书、微信现在通不通',
  usage: '',
  options: {},
  words: [0, 0],
  more: '有一个不通时退出码是 1。',
  async run(_given, _words, terminal) {
    const all = await asked('channels', null, states, terminal)
    for (const { channel, state, forMs } of all) {
      await terminal.out(`${channel}  ${stateWords[state.kind]}（${Math.round(forMs / 60_000)} 分钟）${state.reason ?? ''}`)
      if (state.qr != null) await terminal.out(state.qr)
    }
    if (all.length === 0) terminal.tell('没有配置飞书或微信，只有网页聊天。')
    return all.every(({ state }) => state.kind === 'online') ? 0 : 1
  },
})

export const pairCommands: readonly Command[] = [pairRoom, pairStaff, pairResident, pairList, channels]
