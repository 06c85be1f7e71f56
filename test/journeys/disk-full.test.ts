import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { enterChat } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer, atTheEnd, talkAs } from './running.js'
import { storedIn } from './stored.js'

/** A way to leave a running server no room to write, and to give it back. */
interface Shortage {
  readonly dataDir: string
  begin(server: ServerProcess): void
  end(server: ServerProcess): void
}

/** A disk of 64 MB in memory that is filled to the last byte; needs the right to mount. */
function smallDisk(): Shortage {
  const disk = aFolder()
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m,mode=0700', 'tmpfs', disk])
  atTheEnd(() => spawnSync('umount', ['-l', disk]))
  const dataDir = join(disk, 'data')
  mkdirSync(dataDir)
  const filler = join(disk, 'filler')
  return {
    dataDir,
    begin: () => {
      for (let n = 0; n < 200; n += 1) {
        try {
          writeFileSync(`${filler}-${n}`, Buffer.alloc(n < 64 ? 2 ** 20 : 4096))
        } catch {
          // Full is what is wanted; the smaller pieces take the rest.
        }
      }
    },
    end: () => {
      for (const name of readdirSync(disk)) if (name.startsWith('filler')) rmSync(join(disk, name))
    },
  }
}

/** Files of the process may not grow past the size of the largest one there is; needs no rights. */
function limitedFiles(): Shortage {
  const dataDir = aFolder()
  const limit = (server: ServerProcess, bytes: string) => execFileSync('prlimit', ['--pid', String(server.pid), `--fsize=${bytes}:unlimited`])
  return {
    dataDir,
    begin: (server) => {
      const journals = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).filter((name) => /journal/.test(name))
      const sizes = journals.map((name) => statSync(join(dataDir, name))).filter((stat) => stat.isFile()).map((stat) => stat.size)
      limit(server, String(Math.min(...sizes)))
    },
    end: (server) => limit(server, 'unlimited'),
  }
}

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0
const canLimit = spawnSync('prlimit', ['--version']).status === 0
const ways: readonly (readonly [string, () => Shortage])[] = [
  ...(canMount ? ([['a full disk', smallDisk]] as const) : []),
  ...(canLimit ? ([['files that may not grow', limitedFiles]] as const) : []),
]

describe.skipIf(ways.length === 0).each(ways)('%s', (_, make) => {
  it('is told to the resident, stops nothing, and loses nothing once there is room again', async () => {
    const shortage = make()
    const server = await aServer(shortage.dataDir)
    // Three homes with three messages each: all within the pace of one resident, also when each is sent twice.
    const homes = await Promise.all([1, 2, 3].map(async (home) => {
      const resident = await enterChat(server.url, 'huzhou-demo', `127.4.0.${home}`)
      return { resident, talk: await talkAs(resident), texts: [1, 2, 3].map((n) => `${home * 10 + n}栋2单元楼道灯坏了`) }
    }))
    const texts = homes.flatMap((home) => home.texts)
    const sendAll = () => Promise.all(homes.flatMap(({ resident, texts }) => texts.map((text, n) => resident.send(text, { clientId: `while-full-${n}` }))))
    await homes[0]?.talk.ask('你好')

    shortage.begin(server)
    // The last block of a file may have room for a message or two; what was acknowledged then counts like any other.
    const refused = (await sendAll()).filter((answer) => answer.status !== 202)
    expect(refused.length).toBeGreaterThan(0)
    for (const answer of refused) {
      expect(answer.status).toBeGreaterThanOrEqual(500)
      expect((JSON.parse(answer.body) as { message: string }).message).toMatch(/^没有登记成功[,，]请稍后再发$/)
    }
    expect(server.isAlive()).toBe(true)

    shortage.end(server)
    expect((await sendAll()).map((answer) => answer.status)).toEqual(texts.map(() => 202))
    for (const { talk, texts } of homes) {
      for (const text of texts) await talk.until((line) => line.from === 'bot' && line.text.includes(text) && /HZ-\d{4}-\d{4}/.test(line.text))
      talk.close()
    }
    expect(await server.end()).toBe(0)
    const stored = await storedIn(shortage.dataDir, 'huzhou-demo')
    expect(stored.requests.map((request) => request.description).sort()).toEqual(texts)
    expect(stored.pendingIntakes).toEqual([])
  })
})
