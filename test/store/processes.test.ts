import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { put } from './writes.js'
import { compileStore, runWithStore } from './child-process.js'
import { aMessage, HUZHOU } from './rows.js'
import { tempFolder } from './temp-store.js'

const KILLS = Number(process.env['STORE_KILLS'] ?? (process.env['LONG'] ? 200 : 20))

/** Commits messages `<run>-<n>` and a slot that counts them, ten at a time, and prints each id once it is durable. */
const writer = (run: number): string => `
  const store = await open({ folder, create: true, now: Date.now, onFatal: () => process.exit(3), snapshotAfter: { lines: 60, bytes: 1e9 } })
  let n = 0
  const write = async () => {
    for (;;) {
      const id = '${run}-' + n++
      const slot = { id: 'slot-' + id, rev: 0, what: 'x', at: 'x', capacity: 1, taken: 0 }
      const number = await store.nextNumber('huzhou-demo', 'HZ')
      await store.commit('huzhou-demo', [
        { op: 'put', table: 'messages', row: { id, rev: 0, conversationId: 'c', at: number, from: 'bot', authorId: 'a', authorName: null, text: 'text of ' + id, attachments: [], reply: null, requestId: null } },
        { op: 'put', table: 'slots', row: slot },
      ])
      print(id + ' ' + number)
    }
  }
  await Promise.all(Array.from({ length: 10 }, write))`

describe('processes', () => {
  let compiled: Awaited<ReturnType<typeof compileStore>>
  let folder: string
  beforeAll(async () => void (compiled = await compileStore()))
  afterAll(() => compiled.remove())
  beforeEach(async () => void (folder = await tempFolder()))
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const open = (create = false): Promise<EmbeddedStore> => openEmbeddedStore({ folder, create, now: Date.now, onFatal: () => {} })

  it(`one killed at any moment, ${KILLS} times over, loses nothing it had acknowledged and leaves nothing half`, { timeout: 60_000 + KILLS * 5_000 }, async () => {
    const acknowledged = new Set<string>()
    const numbers: number[] = []
    for (let run = 0; run < KILLS; run++) {
      const writing = runWithStore(compiled.folder, folder, writer(run))
      // A different moment each time; snapshots are written every 60 transactions.
      await writing.printed(20 + ((run * 37) % 150))
      writing.child.kill('SIGKILL')
      expect(await writing.ended).toBeNull()
      for (const line of writing.lines) {
        const [id, number] = line.split(' ') as [string, string]
        acknowledged.add(id)
        numbers.push(Number(number))
      }
      const store = await open()
      const messages: { id: string; text: string; at: number }[] = []
      for (let after: string | undefined; ; after = messages.at(-1)?.id) {
        const page = await store.find(HUZHOU, 'messages', { limit: 10_000, ...(after === undefined ? {} : { after }) })
        messages.push(...page)
        if (page.length < 10_000) break
      }
      const ids = new Set(messages.map(({ id }) => id))
      expect([...acknowledged].filter((id) => !ids.has(id))).toEqual([])
      expect(messages.filter(({ id, text }) => text !== `text of ${id}`)).toEqual([])
      expect((await store.find(HUZHOU, 'slots', { limit: 10_000 })).map(({ id }) => id)).toEqual(messages.map(({ id }) => `slot-${id}`))
      expect(new Set(messages.map(({ at }) => at)).size).toBe(messages.length)
      await store.close()
    }
    expect(new Set(numbers).size).toBe(numbers.length)
    expect(acknowledged.size).toBeGreaterThan(KILLS * 20)
  })

  it('a second one is refused within a second, writes nothing and says who is there', async () => {
    const store = await open(true)
    await store.commit(HUZHOU, [put('messages', aMessage())])
    const sizes = async (): Promise<string[]> => Promise.all((await readdir(folder, { recursive: true })).sort().map(async (name) => `${name} ${(await stat(join(folder, name))).size}`))
    const before = await sizes()
    const second = runWithStore(compiled.folder, folder, `
      const start = performance.now()
      await open({ folder, create: true, now: Date.now, onFatal: () => {} }).then(() => print('opened'), (error) => print(JSON.stringify({ code: error.code, message: error.message, ms: performance.now() - start })))`)
    expect(await second.ended).toBe(0)
    const refusal = JSON.parse(second.lines[0] ?? '{}') as { code: string; message: string; ms: number }
    expect(refusal.code).toBe('locked')
    expect(refusal.message).toContain(String(process.pid))
    expect(refusal.ms).toBeLessThan(1_000)
    expect(await sizes()).toEqual(before)
    await store.commit(HUZHOU, [put('messages', aMessage({ rev: 1 }))])
    await store.close()
  })
  it('the same one can not open a folder twice', async () => {
    const store = await open(true)
    await expect(open()).rejects.toMatchObject({ code: 'locked' })
    await store.close()
    await (await open()).close()
  })
  it('of ten that start at once on a dead one\'s folder exactly one gets it', async () => {
    await (await open(true)).close()
    await writeFile(join(folder, 'lock'), '{"pid":999999999,"started":"x"}')
    const starting = Array.from({ length: 10 }, () =>
      runWithStore(compiled.folder, folder, `
        const store = await open({ folder, create: false, now: Date.now, onFatal: () => {} }).catch((error) => print(error.code))
        if (store) { print('opened'); process.stdin.resume(); setInterval(() => {}, 1000) }`),
    )
    await Promise.all(starting.map(({ printed }) => printed(1)))
    expect(starting.map(({ lines }) => lines[0]).sort()).toEqual([...Array<string>(9).fill('locked'), 'opened'])
    for (const { child } of starting) child.kill('SIGKILL')
    await Promise.all(starting.map(({ ended }) => ended))
    await (await open()).close()
  })
  it.each([
    ['of a process that is gone', '{"pid":999999999,"started":"x"}'],
    ['of this process\'s number in an earlier life', `{"pid":${process.pid},"started":"before the restart"}`],
    ['that a power failure left empty', ''],
    ['that a power failure left half written', '{"pid":1'],
  ])('a lock %s is recovered', async (_, lock) => {
    await (await open(true)).close()
    await writeFile(join(folder, 'lock'), lock)
    const store = await open()
    await expect(open()).rejects.toMatchObject({ code: 'locked' })
    await store.close()
    expect(await readdir(folder)).not.toContain('lock')
  })
  it('a lock names its holder and is gone after closing', async () => {
    const store = await open(true)
    expect(JSON.parse(await readFile(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid })
    await store.close()
    expect((await readdir(folder)).filter((name) => name.startsWith('lock'))).toEqual([])
  })
})
