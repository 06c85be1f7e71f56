import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { diskFiles, type Files } from '../../src/store/files.js'
import { Sealer } from '../../src/store/seal.js'
import { tables, tableNames } from '../../src/store/tables.js'
import { put } from './writes.js'
import { anIntake, HUZHOU, oneOfEach } from './rows.js'
import { openTempStore, tempFolder, type TempStore } from './temp-store.js'

/** Invented; each stands for what must never be read on a disk. */
const canaries = ['13800000099', '金丝雀王大娘', '330500194901010099', '金丝雀巷9号901室']
const canary = canaries.join(' ')

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** Ways the words could lie in a file: plain, escaped, UTF-16, base64 at each of its three shifts. */
function formsOf(words: string): Buffer[] {
  const bytes = Buffer.from(words)
  const shifted = [0, 1, 2].map((shift) => Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64').slice(shift === 0 ? 0 : 4, -4))
  const escaped = [...words].map((c) => (c > '\u007f' ? `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}` : c)).join('')
  return [bytes, Buffer.from(escaped), Buffer.from(words, 'utf16le'), Buffer.from(bytes.toString('hex')), ...shifted.map((form) => Buffer.from(form))]
}

describe('what is personal', () => {
  const folders: string[] = []
  let temp: TempStore | null = null
  afterEach(async () => {
    await temp?.close()
    temp = null
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
  })

  it('is readable in no file: journal, snapshots, archive, attachments, backup, nor any temporary one', async () => {
    const written: Buffer[] = []
    const files: Files = {
      ...diskFiles,
      open: async (path, how) => {
        const file = await diskFiles.open(path, how)
        return { ...file, write: (bytes, position) => (written.push(Buffer.from(bytes)), file.write(bytes, position)) }
      },
    }
    temp = await openTempStore({ files })
    const { store, folder } = temp
    for (const table of tableNames) {
      const sealed = Object.fromEntries((tables[table].sealed as readonly string[]).map((field) => [field, field === 'fields' || field === 'history' ? [{ words: canary }] : canary]))
      await store.commit(HUZHOU, [put(table, { ...oneOfEach[table], ...sealed })])
    }
    await store.commit(HUZHOU, [put('messages', { ...oneOfEach.messages, id: 'old', at: -60 * 86_400_000, text: canary })])
    await store.saveBlob(HUZHOU, 'a1', Buffer.from(canary))
    expect(await store.retire(0)).toBe(1)
    await store.compact()
    const backup = join(await tempFolder(), 'backup')
    folders.push(join(backup, '..'))
    await store.backup(backup)
    expect(await store.get(HUZHOU, 'residents', 'r1')).toMatchObject({ phone: canary })

    const found: string[] = []
    const contents = await Promise.all([...(await filesIn(folder)), ...(await filesIn(backup))].map(async (path) => [path, await readFile(path)] as const))
    expect(contents.length).toBeGreaterThan(12)
    for (const [path, bytes] of [...contents, ...written.map((bytes, n) => [`write ${n}`, bytes] as const)]) {
      for (const word of canaries) for (const form of formsOf(word)) if (bytes.includes(form)) found.push(`${path}: ${word}`)
    }
    expect(found).toEqual([])
    expect(formsOf(canaries[1] as string).some((form) => Buffer.from(Buffer.from(`x${canary}`).toString('base64')).includes(form))).toBe(true)
  })

  it('needs the key it was sealed with: another one, a short one or none refuses to start and changes nothing', async () => {
    const folder = await tempFolder()
    folders.push(folder)
    const open = (key?: Buffer): ReturnType<typeof openEmbeddedStore> => openEmbeddedStore({ folder, create: true, now: () => 0, onFatal: () => {}, ...(key === undefined ? {} : { key }) })
    const key = randomBytes(32)
    const store = await open(key)
    await store.commit(HUZHOU, [put('intake', anIntake())])
    await store.close()
    expect(await readdir(folder)).not.toContain('key')
    for (const wrong of [randomBytes(32), randomBytes(16), undefined]) await expect(open(wrong)).rejects.toMatchObject({ code: 'wrong-key' })
    const again = await open(key)
    expect(await again.get(HUZHOU, 'intake', 'intake-1')).toMatchObject(anIntake({ rev: 1 }))
    await again.close()
  })

  it('lies in files that only their owner may read', async () => {
    temp = await openTempStore()
    await temp.store.commit(HUZHOU, [put('intake', anIntake())])
    await temp.store.saveBlob(HUZHOU, 'a1', Buffer.from('x'))
    for (const path of await filesIn(temp.folder)) expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0])
    expect((await stat(join(temp.folder, 'key'))).mode & 0o777).toBe(0o600)
  })

  it('sealed in one place does not open in another', () => {
    const sealer = new Sealer(Buffer.alloc(32, 1))
    const sealed = sealer.seal('王大娘', 'huzhou-demo/residents/r1/name')
    expect(sealer.open(sealed, 'huzhou-demo/residents/r1/name')).toBe('王大娘')
    for (const place of ['puyang-demo/residents/r1/name', 'huzhou-demo/messages/r1/name', 'huzhou-demo/residents/r2/name', 'huzhou-demo/residents/r1/phone']) {
      expect(() => sealer.open(sealed, place)).toThrow(expect.objectContaining({ code: 'damaged' }))
    }
  })

  it('sealed twice never looks the same', () => {
    const sealer = new Sealer(Buffer.alloc(32, 1))
    const seen = new Set(Array.from({ length: 2_000 }, () => sealer.seal('王大娘', 'x')['~']))
    expect(seen.size).toBe(2_000)
  })
})
