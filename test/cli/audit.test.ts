import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { auditId } from '../../src/audit/entry.js'
import { createAuditLog } from '../../src/audit/log.js'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { aTerminal } from './terminal.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-cli-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function inStore(work: (store: EmbeddedStore) => Promise<void>, create = false): Promise<void> {
  const store = await openEmbeddedStore({ folder, create, now: () => 0, onFatal: (error) => { throw error } })
  await work(store)
  await store.close()
}

async function verify(...args: string[]) {
  const terminal = { ...aTerminal(), env: { YICHUANG_DATA_DIR: folder } }
  return { code: await runCommand(commands, ['audit', 'verify', ...args], terminal), ...terminal }
}

it('says that the log is whole and gives its end to be noted; later that end is still found; a line taken out is named', async () => {
  await inStore(async (store) => {
    const log = createAuditLog({ store, now: () => 1 })
    for (const about of ['a', 'b', 'c']) await log.record({ who: null, act: 'invite', communityId: null, about, words: null, result: 'done' })
  }, true)
  const whole = await verify()
  const end = whole.output.join('').trim()
  expect([whole.code, end]).toEqual([0, expect.stringMatching(/^3:[0-9a-f]{64}$/)])
  expect((await verify('--end', end)).code).toBe(0)
  expect((await verify('--end', `3:${'0'.repeat(64)}`)).code).toBe(1)
  expect((await verify('--end', 'gestern')).code).toBe(2)
  await inStore(async (store) => {
    const row = (await store.get(PLATFORM, 'audit', auditId(2)))!
    await store.commit(PLATFORM, [{ op: 'remove', table: 'audit', id: row.id, rev: row.rev }])
  })
  const cut = await verify()
  expect([cut.code, cut.told.join('')]).toEqual([1, expect.stringContaining('第 2 条起不对')])
})
