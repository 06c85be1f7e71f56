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

/** Measures backup, restore and moving house in a folder of its own, on a database server of its own. Takes some three minutes. */
export async function benchSafekeeping(folder: string, tell: (line: string) => void): Promise<SafekeepingFigures> {
  const data = join(folder, 'full')
  const now = Date.now()
  await mkdir(folder, { recursive: true })
  const store = await open(data, true)
  for (let from = 0; from < requests; from += batch) {
    await store.commit(communityId, Array.from({ length: batch }, (_, n): Write => ({ op: 'put', table: 'requests', row: aRequest(from + n, now) })))
    for (let m = 0; m < messagesEach; m += 1) await store.commit(communityId, Array.from({ length: batch }, (_, n) => message(from + n, m, now)))
  }
  await store.compact()
  const key = Buffer.from((await readFile(join(data, 'key'), 'utf8')).trim(), 'base64')
  const postgres = await ownPostgres()
  try {
    const at = (path: string): string => join(folder, path)
    const backup = await seconds(() => store.backup(at('backup')))
    const restore = await seconds(() => restoreEmbedded({ from: at('backup'), to: at('restored'), key, now: Date.now }))
    tell(`data folder: backup ${backup} s, restore ${restore} s`)
    const to = { kind: 'postgres', url: postgres.url } as const
    const contents = store.contents()
    const old = { ...folderMarks(data), name: `lowdb:${data}`, contents }
    const ahead = await seconds(() => withNewHouse(to, contents, key, Date.now, (house) => copyAhead(old, house, { now: Date.now })))
    await store.close()
    const from = { kind: 'lowdb', folder: data } as const
    const switching = await seconds(() => withOldHouse(from, key, Date.now, (one) => withNewHouse(to, one.contents, key, Date.now, (other) => finishMove(one, other, { now: Date.now }))))
    tell(`moved: ahead ${ahead} s, switch ${switching} s`)
    const there = await openPostgresStore({ url: postgres.url, key })
    const databaseBackup = await seconds(() => there.backup(at('database-backup')))
    await there.close()
    const databaseRestore = await seconds(() => restoreDatabase({ from: at('database-backup'), url: postgres.url, key, replace: true, now: Date.now }))
    const back = await seconds(() => withOldHouse(to, key, Date.now, (one) => withNewHouse({ kind: 'lowdb', folder: at('back') }, one.contents, key, Date.now, (other) => finishMove(one, other, { now: Date.now }))))
    tell(`database: backup ${databaseBackup} s, restore ${databaseRestore} s, moved back ${back} s`)
    return {
      rows: requests * (1 + messagesEach),
      dataFolder: { backup, backupMb: await megabytes(at('backup')), restore },
      database: { backup: databaseBackup, restore: databaseRestore },
      move: { ahead, switch: switching, back },
    }
  } finally {
    await store.close()
    await postgres.stop()
  }
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

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return Math.round((performance.now() - started) / 100) / 10
}

async function megabytes(folder: string): Promise<number> {
  let bytes = 0
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size
  return Math.round(bytes / 100_000) / 10
}
