import { resolve } from 'node:path'
import { z } from 'zod'
import { resetAdmin } from '../desk/invitations.js'
import { newestBackup } from '../store/backup-schedule.js'
import { restoreEmbedded } from '../store/backup.js'
import { command, type Command } from './command.js'
import { askRunning, timeOf, withStore } from './running.js'
import { settingsOf } from './settings.js'

const backup = command({
  name: 'backup',
  summary: '把全部数据备份到一个空文件夹，每个文件都加密，逐个记下校验值',
  usage: '文件夹 [--with-key]',
  options: { 'with-key': { kind: 'flag', help: '把密钥也放进备份（默认不放：没有密钥的人打不开备份，请另行妥善保管密钥）' } },
  words: [1, 1],
  more: '正在运行时也可以备份，不用停。数据文件夹和 PostgreSQL 的备份是同一种格式，可以恢复到任何一边。要每天自动备份，设 YICHUANG_BACKUP_DIR（见 .env.example）。',
  async run(given, [folder = ''], terminal) {
    const config = settingsOf(terminal)
    const to = resolve(folder)
    const withKey = given['with-key']
    await askRunning({ name: 'backup', args: { folder: to, withKey }, schema: z.unknown() }, config, () => withStore(config, terminal, (store) => store.backup(to, { withKey })))
    terminal.tell(withKey ? `已备份到 ${to}，密钥也在里面，请妥善保管。` : `已备份到 ${to}，内容已加密。恢复时需要密钥（数据文件夹里的 key 文件，或 YICHUANG_KEY）。`)
    return 0
  },
})

const restore = command({
  name: 'restore',
  summary: '从备份恢复：先全部核对，再放回数据文件夹，或（设了 DATABASE_URL 时）放进数据库',
  usage: '备份文件夹 [--replace]',
  options: { replace: { kind: 'flag', help: '那里已有数据时也恢复；原有数据挪到数据文件夹里的 before-… 文件夹，或数据库里名为 yichuang_before_… 的 schema' } },
  words: [1, 1],
  more: '恢复前请先停止运行。有一个字节对不上，就什么都不动。每天自动备份的文件夹也可以直接写，恢复其中最新的一份。空机器上装好程序、设好 YICHUANG_KEY（要放进数据库再设 DATABASE_URL），这一条命令就够。',
  async run(given, [folder = ''], terminal) {
    const { dataDir, databaseUrl, key } = settingsOf(terminal)
    // The folder of the daily backups stands for the newest of them.
    const from = (await newestBackup(resolve(folder))) ?? resolve(folder)
    const now = (): number => Date.now()
    const { rows, madeAt } = databaseUrl === null
      ? await restoreEmbedded({ from, to: resolve(dataDir), ...(key === null ? {} : { key }), replace: given.replace, now })
      : await (await import('../store/postgres/backup.js')).restoreDatabase({ from, url: databaseUrl, key, replace: given.replace, now })
    terminal.tell(`已恢复 ${rows} 条记录，备份于 ${timeOf(madeAt)}。`)
    return 0
  },
})

const resetAnswer = z.object({ path: z.string() })

const adminReset = command({
  name: 'admin reset',
  summary: '管理员忘了密码、丢了手机：给他一个重设密码的一次性链接',
  usage: '登录名',
  options: {},
  words: [1, 1],
  more: '链接 24 小时内有效，只能用一次；用了以后两步验证要重新设，原来的登录都失效。正在运行时也可以用。',
  async run(_, [login = ''], terminal) {
    const config = settingsOf(terminal)
    const { path } = await askRunning({ name: 'admin reset', args: { login }, schema: resetAnswer }, config, async () => ({ path: await withStore(config, terminal, (store) => resetAdmin(store, login, Date.now())) }))
    await terminal.out(`${config.publicUrl ?? `http://${config.host}:${config.port}`}${path}`)
    return 0
  },
})

export const upkeepCommands: readonly Command[] = [backup, restore, adminReset]
