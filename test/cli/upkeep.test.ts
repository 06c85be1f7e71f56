import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import type { StaffAccount } from '../../src/desk/accounts.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { aTerminal } from './terminal.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const open = (dataDir: string, create = false) =>
  openEmbeddedStore({ folder: dataDir, create, now: () => 0, onFatal: (error) => { throw error } })

const admin: StaffAccount = {
  id: 's1', rev: 0, login: 'wang', name: '王主任', passwordHash: '$argon2id$x', role: 'admin', scope: 'all', failures: 0, lockedUntil: null, disabled: false, createdAt: 0,
}

async function run(dataDir: string, ...args: string[]) {
  const terminal = { ...aTerminal(), env: { YICHUANG_DATA_DIR: dataDir } }
  return { code: await runCommand(commands, args, terminal), ...terminal }
}

async function dataWithAdmin(): Promise<string> {
  const dataDir = join(folder, 'data')
  const store = await open(dataDir, true)
  await store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: admin }])
  await store.close()
  return dataDir
}

describe('backup and restore', () => {
  it('brings everything back into an empty folder', async () => {
    const dataDir = await dataWithAdmin()
    expect((await run(dataDir, 'backup', join(folder, 'backup'), '--with-key')).code).toBe(0)
    const restored = join(folder, 'restored')
    const { code, told } = await run(restored, 'restore', join(folder, 'backup'))
    expect([code, told.join('')]).toEqual([0, expect.stringContaining('已恢复')])
    const store = await open(restored)
    expect(await store.get(PLATFORM, 'staff', 's1')).toMatchObject({ login: 'wang', name: '王主任' })
    await store.close()
  })

  it('refuses a backup of which one byte differs, and touches nothing', async () => {
    const dataDir = await dataWithAdmin()
    const backup = join(folder, 'backup')
    await run(dataDir, 'backup', backup, '--with-key')
    const files = readdirSync(backup, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name !== 'key')
    const largest = files.map((entry) => join(entry.parentPath, entry.name)).sort((a, b) => readFileSync(b).length - readFileSync(a).length)[0] ?? ''
    const bytes = readFileSync(largest)
    bytes[Math.floor(bytes.length / 2)]! ^= 1
    writeFileSync(largest, bytes)
    const restored = join(folder, 'restored')
    const { code, told } = await run(restored, 'restore', backup)
    expect(code).toBe(1)
    expect(told.join('')).not.toBe('')
    await expect(open(restored)).rejects.toMatchObject({ code: 'missing' })
  })

  it('does not overwrite data that is there unless told to', async () => {
    const dataDir = await dataWithAdmin()
    await run(dataDir, 'backup', join(folder, 'backup'), '--with-key')
    expect((await run(dataDir, 'restore', join(folder, 'backup'))).code).toBe(1)
    expect((await run(dataDir, 'restore', join(folder, 'backup'), '--replace')).code).toBe(0)
  })

  it('says what to do where there is no data', async () => {
    const { code, told } = await run(join(folder, 'nothing'), 'backup', join(folder, 'backup'))
    expect(code).toBe(1)
    expect(told).toHaveLength(1)
  })
})

describe('an admin who lost the password', () => {
  it('gets a one-time link on stdout', async () => {
    const { code, output } = await run(await dataWithAdmin(), 'admin', 'reset', 'wang')
    expect(code).toBe(0)
    expect(output).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:8080\/desk\/invite\/[\w-]{40,}$/)])
  })

  it('must exist', async () => {
    const { code, output, told } = await run(await dataWithAdmin(), 'admin', 'reset', 'li')
    expect([code, output]).toEqual([1, []])
    expect(told.join('')).toContain('li')
  })
})
