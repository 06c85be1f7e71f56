import { z } from 'zod'
import type { Config } from '../config.js'
import { ConfigError } from '../errors.js'
import { callControl } from '../store/control.js'
import { copyAhead, finishMove, houseOf, isAtWork, nameOf, withNewHouse, withOldHouse, type House } from '../store/move.js'
import { command, type Terminal } from './command.js'
import { settingsOf } from './settings.js'

const aheadAnswer = z.object({ copied: z.number(), passes: z.number() })

/** How often a long copy says how far it has come, ms. */
const tellEveryMs = 2_000

export const migrate = command({
  name: 'migrate',
  summary: '搬家：把全部数据从数据文件夹搬到 PostgreSQL，或搬回来',
  usage: '--to postgres://…|lowdb:文件夹',
  options: { to: { kind: 'text', value: '去处', help: 'postgres://用户:密码@主机:端口/数据库，或 lowdb:文件夹', required: true } },
  words: [0, 0],
  more: `从现在的设置所指的地方搬走：设了 DATABASE_URL 就是那个数据库，否则是数据文件夹。两边用同一把密钥（YICHUANG_KEY）。
正在运行时：先复制，居民照常使用；复制到只剩零头就停下，请停止一窗，再运行同一条命令。
停着的时候：补上剩下的，两边逐条打开、按 SHA-256 核对，全部相同才启用新的一边；旧的一边从此打不开，数据原样留着。
中途断电、被杀，再运行同一条命令即可。任何时候都不会两边同时可用。
搬完把 DATABASE_URL（或 YICHUANG_DATA_DIR）改成新的去处再启动。`,
  async run(given, _words, terminal) {
    const config = settingsOf(terminal)
    const from: House = config.databaseUrl === null ? { kind: 'lowdb', folder: config.dataDir } : { kind: 'postgres', url: config.databaseUrl }
    const to = houseOf(given.to)
    if (from.kind === 'lowdb' && to.kind === 'lowdb') throw new ConfigError('config', 'migrate: both sides are data folders; use backup and restore, or set DATABASE_URL')
    const ahead = await aheadOf(config, from, to, given.to, terminal)
    if (ahead !== null) {
      terminal.tell(`先复制了 ${ahead.copied} 项（${ahead.passes} 遍），原来的一边照常使用。接下来：停止一窗，再运行同一条命令，补上剩下的并核对。`)
      await terminal.out(JSON.stringify({ state: 'copied-ahead', ...ahead }))
      return 0
    }
    const started = Date.now()
    const moved = await withOldHouse(from, config.key, Date.now, (old) => withNewHouse(to, old.contents, config.key, Date.now, (house) => finishMove(old, house, { now: Date.now, onBatch: progress(terminal) })))
    if (moved === null) {
      terminal.tell(`早已搬到 ${nameOf(to)}，这次什么都没有动。`)
      await terminal.out(JSON.stringify({ state: 'moved-before' }))
      return 0
    }
    terminal.tell(`搬完了：${moved.rows} 条记录、${moved.archived} 条归档、${moved.blobs} 个附件，两边逐条核对相同。请把 ${to.kind === 'postgres' ? 'DATABASE_URL' : 'YICHUANG_DATA_DIR（并去掉 DATABASE_URL）'} 改成 ${nameOf(to)} 再启动。`)
    await terminal.out(JSON.stringify({ state: 'moved', ...moved, seconds: Math.round((Date.now() - started) / 100) / 10 }))
    return 0
  },
})

/** Copies while the old house is at work; `null` where it is not. */
async function aheadOf(config: Config, from: House, to: House, target: string, terminal: Terminal): Promise<z.infer<typeof aheadAnswer> | null> {
  if (from.kind === 'lowdb') {
    const answer = await callControl(from.folder, 'migrate', { to: target })
    return answer.live ? aheadAnswer.parse(answer.result) : null
  }
  if (!(await isAtWork(from.url))) return null
  return withOldHouse(from, config.key, Date.now, (old) => withNewHouse(to, old.contents, config.key, Date.now, (house) => copyAhead(old, house, { now: Date.now, onBatch: progress(terminal) })))
}

function progress(terminal: Terminal): (passed: { readonly copied: number }) => void {
  let toldAt = Date.now()
  return ({ copied }) => {
    if (Date.now() - toldAt < tellEveryMs) return
    toldAt = Date.now()
    terminal.tell(`已复制 ${copied} 项 …`)
  }
}
