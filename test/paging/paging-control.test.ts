import { afterAll, describe, expect, it } from 'vitest'
import { createHealthBoard } from '../../src/channels/health.js'
import { createPairing } from '../../src/channels/pairing.js'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { createPager } from '../../src/paging/pager.js'
import { pagingControl } from '../../src/paging/paging-control.js'
import { createReach } from '../../src/paging/reach.js'
import { serveControl } from '../../src/store/control.js'
import { aTerminal } from '../cli/terminal.js'
import { aCommunity, huzhou } from '../desk/running-server.js'
import { aStaffAccount } from '../store/rows.js'
import { openTempStore } from '../store/temp-store.js'

const { store, folder, close } = await openTempStore()
const now = (): number => Date.parse('2026-11-23T03:00:00+08:00')
const present = new Set<string>()
let serial = 0
const pager = createPager({
  store, outbox: { push: () => undefined }, nameOf: () => '示例社区', deskUrl: () => null, now, newId: () => `n${String((serial += 1)).padStart(6, '0')}`, log: () => undefined,
  reach: createReach({ store, pairing: createPairing({ store, now }), health: createHealthBoard(now), present: () => Promise.resolve(present), now }),
})
const control = await serveControl(folder, pagingControl({ pager, store, communities: () => [aCommunity(huzhou, '示例社区')] }))
await store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'li', login: 'li', scope: [huzhou] }) }])
afterAll(async () => { await control.close(); await pager.stop(); await close() })

async function yichuang(...args: string[]): Promise<{ readonly code: number; readonly output: readonly string[]; readonly told: readonly string[] }> {
  const terminal = { ...aTerminal(), env: { YICHUANG_DATA_DIR: folder } }
  return { code: await runCommand(commands, args, terminal), ...terminal }
}

describe('page try', () => {
  it('says so, with exit code 1, when the person can’t be reached now', async () => {
    const { code, output, told } = await yichuang('page', 'try', huzhou, 'li')
    expect([code, output, told.join()]).toEqual([1, [], expect.stringContaining('现在叫不到')])
  })

  it('calls, at any hour, and tells by which way', async () => {
    present.add('li')
    await pager.over(huzhou, () => true)
    const { code, output } = await yichuang('page', 'try', huzhou, 'li')
    expect([code, output]).toEqual([0, [expect.stringMatching(/^呼叫 2 {2}工作台$/)]])
  })

  it('knows no account that is not there', async () => {
    expect((await yichuang('page', 'try', huzhou, 'nobody')).told.join()).toContain('没有叫「nobody」的账号')
  })
})
