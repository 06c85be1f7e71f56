import { setFlagsFromString } from 'node:v8'
import { command } from './command.js'
import { settingsOf } from './settings.js'

/** How long a stop may take before the process ends without it, ms: everything acknowledged is on disk anyway. */
const stopWithinMs = 10_000

/**
 * How far the heap may grow past what is alive before it is swept, per cent. V8's own choice (up to fourfold on a large machine) keeps
 * some 550 MiB where 430 do; at 30 it is 370, but sweeping then shows in the slowest replies (p99 54 ms instead of 17 at 100 messages/s).
 */
const heapGrowth = 100

export const start = command({
  name: 'start',
  summary: '启动：网页聊天和工作台，直到按 Ctrl+C',
  usage: '',
  options: {},
  words: [0, 0],
  more: '端口、数据文件夹等设置写在环境变量或 .env 里，见 .env.example。',
  async run(_given, _words, terminal) {
    let end = (_code: number): void => undefined
    const ended = new Promise<number>((resolve) => {
      end = resolve
    })
    const [{ startYichuang }, { withoutQuoted }] = await Promise.all([import('../main.js'), import('../log.js')])
    // A part that breaks a promise nobody waits for must not take the window down; it is a fault and shown as one.
    process.on('unhandledRejection', (reason) => {
      terminal.tell(`没有处理的错误：${withoutQuoted(reason instanceof Error ? (reason.stack ?? reason.message) : String(reason))}`)
    })
    setFlagsFromString(`--heap-growing-percent=${heapGrowth}`)
    const running = await startYichuang(settingsOf(terminal), (error) => {
      terminal.tell(`无法继续运行：${error.message}`)
      end(1)
    })
    const lines = [`居民聊天：${running.chatUrl}`, `工作台：  ${running.deskUrl}`]
    if (running.inviteUrl !== null) lines.push('第一次使用，请用这个一次性链接建立管理员（24 小时内有效）：', `          ${running.inviteUrl}`)
    await terminal.out(lines.join('\n'))
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end(0))
    const code = await ended
    if (code !== 0) return code
    terminal.tell('正在停止 …')
    const late = new Promise<number>((resolve) => {
      setTimeout(() => {
        terminal.tell(`${stopWithinMs / 1_000} 秒内没有停妥，直接结束；已受理的都在磁盘上。`)
        resolve(1)
      }, stopWithinMs).unref()
    })
    return Promise.race([running.stop().then(() => 0), late])
  },
})
