import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { CommunityId } from '../knowledge/community.js'
import { restoreEmbedded } from '../store/backup.js'
import { openEmbeddedStore, type EmbeddedStore } from '../store/embedded.js'
import { copyAhead, finishMove, folderMarks, withNewHouse, withOldHouse } from '../store/move.js'
import { openPostgresStore } from '../store/postgres.js'
import { restoreDatabase } from '../store/postgres/backup.js'
import type { Write } from '../store/store.js'
import { ownPostgres } from './own-postgres.js'
import { aRequest } from './seed.js'

/** Seconds, with 50,000 requests and three messages to each: 200,000 rows. */
export interface SafekeepingFigures {
  readonly rows: number
  readonly dataFolder: { readonly backup: number; readonly backupMb: number; readonly restore: number }
  readonly database: { readonly backup: number; readonly restore: number }
  /** `ahead`: while residents are served; `switch`: the last pass and the comparison of every row, with everything stopped. */
  readonly move: { readonly ahead: number; readonly switch: number; readonly back: number }
}

const communityId = 'bench-demo' as CommunityId
const requests = 50_000
const messagesEach = 3
/** Rows in one transaction. */
const batch = 500
/** A step takes seconds, and half a minute on a machine that is busy with something else; one that takes longer than this hangs, ms. */
const stepWithinMs = 600_000

/** Measures backup, restore and moving house in a folder of its own, on a database server of its own. Takes some three minutes; says each step before it begins. */
export async function benchSafekeeping(folder: string, tell: (line: string) => void): Promise<SafekeepingFigures> {
  const data = join(folder, 'full')
  const now = Date.now()
  await mkdir(folder, { recursive: true })
  const store = await open(data, true)
  const seconds = timed(tell)
  await seconds(`写入 ${requests * (1 + messagesEach)} 行`, () => fill(store, now))
  const key = Buffer.from((await readFile(join(data, 'key'), 'utf8')).trim(), 'base64')
  const postgres = await ownPostgres()
  try {
    const at = (path: string): string => join(folder, path)
    const backup = await seconds('备份数据文件夹', () => store.backup(at('backup')))
    const restore = await seconds('恢复到数据文件夹', () => restoreEmbedded({ from: at('backup'), to: at('restored'), key, now: Date.now }))
    const to = { kind: 'postgres', url: postgres.url } as const
    const contents = store.contents()
    const old = { ...folderMarks(data), name: `lowdb:${data}`, contents }
    const ahead = await seconds('搬家：先复制', () => withNewHouse(to, contents, key, Date.now, (house) => copyAhead(old, house, { now: Date.now })))
    await store.close()
    const from = { kind: 'lowdb', folder: data } as const
    const switching = await seconds('搬家：核对并切换', () => withOldHouse(from, key, Date.now, (one) => withNewHouse(to, one.contents, key, Date.now, (other) => finishMove(one, other, { now: Date.now }))))
    const there = await openPostgresStore({ url: postgres.url, key })
    const databaseBackup = await seconds('备份数据库', () => there.backup(at('database-backup')))
    await there.close()
    const databaseRestore = await seconds('恢复到数据库', () => restoreDatabase({ from: at('database-backup'), url: postgres.url, key, replace: true, now: Date.now }))
    const back = await seconds('搬回数据文件夹', () => withOldHouse(to, key, Date.now, (one) => withNewHouse({ kind: 'lowdb', folder: at('back') }, one.contents, key, Date.now, (other) => finishMove(one, other, { now: Date.now }))))
    return {
      rows: requests * (1 + messagesEach),
      dataFolder: { backup, backupMb: await megabytes(at('backup')), restore },
      database: { backup: databaseBackup, restore: databaseRestore },
      move: { ahead, switch: switching, back },
    }
  } finally {
    // The server first: what hangs on it ends with it.
    await postgres.stop()
    await store.close()
  }
}

async function fill(store: EmbeddedStore, now: number): Promise<void> {
  for (let from = 0; from < requests; from += batch) {
    await store.commit(communityId, Array.from({ length: batch }, (_, n): Write => ({ op: 'put', table: 'requests', row: aRequest(from + n, now) })))
    for (let m = 0; m < messagesEach; m += 1) await store.commit(communityId, Array.from({ length: batch }, (_, n) => message(from + n, m, now)))
  }
  await store.compact()
}

function open(folder: string, create: boolean): Promise<EmbeddedStore> {
  return openEmbeddedStore({ folder, create, now: Date.now, onFatal: (error) => { throw error } })
}

function message(n: number, m: number, now: number): Write {
  return { op: 'put', table: 'messages', row: {
    id: `${String(n).padStart(8, '0')}-${m}`, rev: 0, conversationId: `web:seed:${n % 2_000}`, at: now, from: m === 0 ? 'resident' : 'bot', authorId: `r${n % 2_000}`, authorName: null,
    text: '楼道灯不亮，晚上老人上下楼看不清，请派人来看看', attachments: [], reply: null, requestId: null, platformMessageId: null,
  } }
}

/** Seconds that a step took; it is told before it begins, and given up when it hangs. */
function timed(tell: (line: string) => void): (what: string, work: () => Promise<unknown>) => Promise<number> {
  return async (what, work) => {
    tell(`  ${what} …`)
    const started = performance.now()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => { reject(new Error(`bench safekeeping: 「${what}」 was not done within ${stepWithinMs / 1_000} s; is the machine busy with something else?`)) }, stepWithinMs)
    })
    try {
      await Promise.race([work(), late])
    } finally {
      clearTimeout(timer)
    }
    const took = Math.round((performance.now() - started) / 100) / 10
    tell(`  ${what}：${took} 秒`)
    return took
  }
}

async function megabytes(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  return Math.round(bytes / 100_000) / 10
}
