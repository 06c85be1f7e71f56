import { z } from 'zod'
import { InputError } from '../errors.js'
import { callControl } from '../store/control.js'
import { command } from './command.js'
import { settingsOf } from './settings.js'

const tried = z.object({ number: z.number(), by: z.array(z.enum(['desk', 'lark', 'wechat'])) })
const means = { desk: '工作台', lark: '飞书私信', wechat: '微信私信' } as const

export const pageTry = command({
  name: 'page try',
  summary: '试一下呼叫：看这个人现在叫不叫得到，不惊动居民',
  usage: '社区 登录名',
  options: {},
  words: [2, 2],
  more: '叫得到时打印呼叫号和方式，退出码 0；叫不到时退出码 1。对方回「应 呼叫号」就算应答，工作台「呼叫」页看得到。',
  async run(_given, [community = '', login = ''], terminal) {
    const answer = await callControl(settingsOf(terminal).dataDir, 'page try', { community, login })
    if (!answer.live) throw new InputError('not-running', '没有在运行。请先启动（npm start），再试呼叫。')
    const { number, by } = tried.parse(answer.result)
    if (by.length === 0) {
      terminal.tell('现在叫不到：工作台没开着，也没有能用的飞书或微信私信（用 pair staff 关联）。')
      return 1
    }
    await terminal.out(`呼叫 ${number}  ${by.map((one) => means[one]).join('、')}`)
    return 0
  },
})
