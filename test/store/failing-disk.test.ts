import { describe, expect, it } from 'vitest'
import type { StoreError } from '../../src/errors.js'
import type { EmbeddedStore } from '../../src/store/embedded.js'
import type { Files, OpenFile } from '../../src/store/files.js'
import { put } from './writes.js'
import { MemoryDisk } from './memory-disk.js'
import { aMessage, HUZHOU } from './rows.js'
import { emptyAccount, faultsOf, openOn, work } from './workload.js'

const flushes = ['datasync', 'syncFolder']

/** Fails one call to a disk, by its number; a write that fails has written half. Flushing fails with EIO only. */
class FailingDisk {
  calls = 0
  /** The call that failed; empty until then. */
  failed = ''
  flushedAfterFailure: string[] = []

  constructor(
    readonly disk: MemoryDisk,
    readonly failAt: number,
    readonly code: string,
  ) {}

  readonly files: Files = {
    open: async (path, how) => {
      await this.#call('open', path)
      return this.#file(path, await this.disk.open(path, how))
    },
    read: (path) => this.#call('read', path).then(() => this.disk.read(path)),
    readFrom: (path, position, most) => this.#call('read', path).then(() => this.disk.readFrom(path, position, most)),
    list: (folder) => this.#call('list', folder).then(() => this.disk.list(folder)),
    makeFolder: (path) => this.#call('makeFolder', path).then(() => this.disk.makeFolder(path)),
    rename: (from, to) => this.#call('rename', to).then(() => this.disk.rename(from, to)),
    link: (from, to) => this.#call('link', to).then(() => this.disk.link(from, to)),
    remove: (path) => this.#call('remove', path).then(() => this.disk.remove(path)),
    removeFolder: (path) => this.#call('removeFolder', path).then(() => this.disk.removeFolder(path)),
    syncFolder: (path) => this.#call('syncFolder', path).then(() => this.disk.syncFolder(path)),
  }

  #file(path: string, file: OpenFile): OpenFile {
    return {
      write: async (bytes, position) => {
        try {
          await this.#call('write', path)
        } catch (error) {
          if (this.code !== 'EROFS') await file.write(bytes.subarray(0, bytes.length >> 1), position)
          throw error
        }
        await file.write(bytes, position)
      },
      truncate: (length) => this.#call('truncate', path).then(() => file.truncate(length)),
      size: () => this.#call('size', path).then(() => file.size()),
      datasync: () => this.#call('datasync', path).then(() => file.datasync()),
      close: () => file.close(),
    }
  }

  async #call(what: string, path: string): Promise<void> {
    if (this.failed !== '' && flushes.includes(what)) this.flushedAfterFailure.push(path)
    if (++this.calls !== this.failAt) return
    this.failed = `${what} ${path}`
    throw Object.assign(new Error(this.code), { code: flushes.includes(what) ? 'EIO' : this.code })
  }
}

async function messagesOf(store: EmbeddedStore): Promise<unknown> {
  return [await store.find(HUZHOU, 'messages', {}), await store.find(HUZHOU, 'slots', {}), await store.archived(HUZHOU, 'messages', '1970-01')]
}

describe('a disk that fails', () => {
  it.each(['ENOSPC', 'EIO', 'EROFS', 'EMFILE'])('with %s at any one call: nothing unwritten is acknowledged, nothing refused comes back, a failed flush stops the process', { timeout: 120_000 }, async (code) => {
    const faults: string[] = []
    let failures = 0
    let flushFailures = 0
    for (let failAt = 1; ; failAt++) {
      const disk = new MemoryDisk()
      const failing = new FailingDisk(disk, failAt, code)
      const account = emptyAccount()
      const fatal: StoreError[] = []
      let opened: EmbeddedStore | StoreError | null = null
      let inMemory: unknown = null
      for (const from of [1, 100]) {
        opened = await openOn(failing.files, from === 1, (error) => fatal.push(error)).catch((error: StoreError) => error)
        if (opened instanceof Error) {
          const expected = flushes.some((flush) => failing.failed.startsWith(flush)) ? 'flush-failed' : 'write-refused'
          if (opened.code !== expected && !(code === 'EIO' && opened.code === 'damaged')) faults.push(`${failing.failed}: opening ended in ${opened.code}`)
          break
        }
        inMemory = null
        await work(opened, account, from)
        if (fatal.length === 0) inMemory = await messagesOf(opened).catch(() => messagesOf(opened as EmbeddedStore))
        await opened.close()
        if (fatal.length > 0) break
      }
      if (failing.failed === '') break
      failures++
      const isFlush = flushes.some((flush) => failing.failed.startsWith(flush))
      if (isFlush) flushFailures++
      if (isFlush && !(opened instanceof Error) && fatal.length === 0) faults.push(`${failing.failed}: the process was not told to stop`)
      if (fatal.length > 1) faults.push(`${failing.failed}: told to stop ${fatal.length} times`)
      if (isFlush && failing.failed.startsWith('datasync') && failing.flushedAfterFailure.includes(failing.failed.slice('datasync '.length))) faults.push(`${failing.failed}: the flush was tried again`)

      // The next start, on a disk that is well again. What is unknown after a failed flush may be there or not.
      if (isFlush) account.refused.clear()
      const store = await openOn(disk, true).catch((error: Error) => error)
      if (store instanceof Error) {
        faults.push(`${failing.failed}: the next start ended in ${store.message}`)
        continue
      }
      if (inMemory !== null && JSON.stringify(await messagesOf(store)) !== JSON.stringify(inMemory)) faults.push(`${failing.failed}: the disk holds other rows than memory did`)
      faults.push(...(await faultsOf(store, account)).map((fault) => `${failing.failed}: ${fault}`))
      await store.close()
    }
    expect(faults).toEqual([])
    expect(failures).toBeGreaterThan(200)
    expect(flushFailures).toBeGreaterThan(70)
  })

  it('refuses everything while it is full and goes on by itself once there is room', async () => {
    const disk = new MemoryDisk()
    let isFull = false
    const files: Files = {
      ...Object.fromEntries(['read', 'list', 'makeFolder', 'rename', 'link', 'remove', 'removeFolder', 'syncFolder'].map((name) => [name, (...args: never[]) => (disk as unknown as Record<string, (...args: never[]) => unknown>)[name]?.(...args)])),
      open: async (path: string, how: 'create' | 'change') => {
        const file = await disk.open(path, how)
        return { ...file, write: (bytes: Uint8Array, position: number) => (isFull ? file.write(bytes.subarray(0, 9), position).then(() => Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' }))) : file.write(bytes, position)) }
      },
    } as Files
    const fatal: StoreError[] = []
    const store = await openOn(files, true, (error) => fatal.push(error))
    const commit = (id: string): Promise<void> => store.commit(HUZHOU, [put('messages', aMessage({ id }))])
    await commit('before')
    isFull = true
    const refused = await Promise.allSettled(Array.from({ length: 30 }, (_, n) => commit(`while-${n}`)))
    expect(refused.map((result) => (result.status === 'rejected' ? (result.reason as StoreError).code : 'kept'))).toEqual(Array(30).fill('write-refused'))
    expect((await store.find(HUZHOU, 'messages', {})).map(({ id }) => id)).toEqual(['before'])
    await expect(store.saveBlob(HUZHOU, 'a1', new Uint8Array(9))).rejects.toMatchObject({ code: 'write-refused' })
    expect(await store.loadBlob(HUZHOU, 'a1')).toBeNull()
    isFull = false
    await commit('while-3')
    await store.saveBlob(HUZHOU, 'a1', new Uint8Array(9))
    await store.close()
    const again = await openOn(disk, false)
    expect((await again.find(HUZHOU, 'messages', {})).map(({ id }) => id)).toEqual(['before', 'while-3'])
    expect((await again.loadBlob(HUZHOU, 'a1'))?.length).toBe(9)
    expect(fatal).toEqual([])
    await again.close()
  })

  it('refuses with a batch what was built on it, and what was built on nothing can be asked again', async () => {
    const disk = new MemoryDisk()
    let refusals = 0
    const files: Files = {
      ...Object.fromEntries(['read', 'list', 'makeFolder', 'rename', 'link', 'remove', 'removeFolder', 'syncFolder'].map((name) => [name, (...args: never[]) => (disk as unknown as Record<string, (...args: never[]) => unknown>)[name]?.(...args)])),
      open: async (path: string, how: 'create' | 'change') => {
        const file = await disk.open(path, how)
        return { ...file, write: (bytes: Uint8Array, position: number) => (refusals-- > 0 ? Promise.reject(Object.assign(new Error('full'), { code: 'ENOSPC' })) : file.write(bytes, position)) }
      },
    } as Files
    const store = await openOn(files, true)
    refusals = 1
    const first = store.commit(HUZHOU, [put('messages', aMessage({ text: '一' }))])
    const onFirst = store.commit(HUZHOU, [put('messages', aMessage({ rev: 1, text: '二' }))])
    // The same row made by another: whether it may is known only once the first is settled.
    const instead = store.commit(HUZHOU, [put('messages', aMessage({ text: '三' }))])
    await expect(first).rejects.toMatchObject({ code: 'write-refused' })
    await expect(onFirst).rejects.toMatchObject({ code: 'write-refused' })
    await instead
    expect(await store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ rev: 1, text: '三' })
    await store.close()
  })
})
