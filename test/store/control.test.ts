import { mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../src/errors.js'
import { callControl, serveControl } from '../../src/store/control.js'
import { tempFolder } from './temp-store.js'

describe('commands to the live process', () => {
  let folder: string
  let control: { close(): Promise<void> } | null = null
  beforeEach(async () => void (folder = await tempFolder()))
  afterEach(async () => {
    await control?.close()
    control = null
    await rm(folder, { recursive: true, force: true })
  })

  it('reach it with their arguments and come back with its answer', async () => {
    control = await serveControl(folder, { backup: async (args) => ({ to: args, words: '备份完成\n' }) })
    expect(await callControl(folder, 'backup', { folder: '/备份' })).toEqual({ live: true, result: { to: { folder: '/备份' }, words: '备份完成\n' } })
  })
  it('find no process where none serves, where one has ended, and where one was killed', async () => {
    expect(await callControl(folder, 'backup', null)).toEqual({ live: false })
    await (await serveControl(folder, {})).close()
    expect(await callControl(folder, 'backup', null)).toEqual({ live: false })
    const killed = createServer()
    await new Promise<void>((resolve) => killed.listen(join(folder, 'control.sock'), resolve))
    // A killed process leaves its socket behind.
    await new Promise<void>((resolve) => killed.close(() => resolve()))
    await writeFile(join(folder, 'control.sock'), '')
    expect(await callControl(folder, 'backup', null)).toEqual({ live: false })
    control = await serveControl(folder, { backup: async () => 'done' })
    expect(await callControl(folder, 'backup', null)).toEqual({ live: true, result: 'done' })
  })
  it('end in the error that they ended in there', async () => {
    control = await serveControl(folder, {
      backup: () => Promise.reject(new StoreError('conflict', 'store: not empty')),
      import: () => Promise.reject(new Error('line 3')),
    })
    await expect(callControl(folder, 'backup', null)).rejects.toMatchObject({ name: 'StoreError', code: 'conflict', message: 'store: not empty' })
    await expect(callControl(folder, 'import', null)).rejects.toMatchObject({ code: 'failed', message: 'line 3' })
  })
  it('that it does not know are refused, those every object has among them', async () => {
    control = await serveControl(folder, {})
    for (const command of ['nothing', 'constructor', '__proto__']) await expect(callControl(folder, command, null)).rejects.toMatchObject({ code: 'unknown-command' })
  })
  it('may come many at once', async () => {
    control = await serveControl(folder, { double: async (args) => (args as number) * 2 })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => callControl(folder, 'double', n)))
    expect(answers).toEqual(Array.from({ length: 50 }, (_, n) => ({ live: true, result: n * 2 })))
  })
  it('tell when it ended in the middle', async () => {
    let call: Promise<unknown> = Promise.resolve()
    await new Promise<void>((begin, fail) => {
      const long = (): Promise<never> => (begin(), new Promise(() => {}))
      serveControl(folder, { long }).then((serving) => {
        control = serving
        call = callControl(folder, 'long', null)
        call.catch(() => {})
      }, fail)
    })
    await control?.close()
    control = null
    await expect(call).rejects.toMatchObject({ code: 'interrupted' })
  })
  it('come through a socket that only its owner may use, in a folder however deep', async () => {
    const deep = join(folder, ...Array.from({ length: 12 }, (_, n) => `a-rather-long-name-${n}`))
    await mkdir(deep, { recursive: true })
    control = await serveControl(deep, { ping: async () => 'pong' })
    expect((await stat(join(deep, 'control.sock'))).mode & 0o777).toBe(0o600)
    expect(await callControl(deep, 'ping', null)).toEqual({ live: true, result: 'pong' })
  })
})
