import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fetchedChannel } from '../../src/channels/fetched.js'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { exchangeControl } from '../../src/exchange/control.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { loadServices } from '../../src/knowledge/services.js'
import { serveControl } from '../../src/store/control.js'
import { aNeighbourhood, type Neighbourhood } from '../conversation/neighbourhood.js'
import { aTerminal } from './terminal.js'

let folder: string
let home: Neighbourhood
let control: { close(): Promise<void> }
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-requests-'))
  home = await aNeighbourhood('huzhou-demo', { besides: [fetchedChannel('exchange')] })
  const [{ communities }, services] = await Promise.all([loadKnowledge('knowledge'), loadServices('knowledge')])
  let serial = 0
  control = await serveControl(folder, exchangeControl({
    store: home.store, engine: home.engine, services: () => services, serviceFor: () => Promise.resolve(null), communities: () => [...communities.values()], workingTime: () => ({ years: new Map(), hours: null }), now: home.now, newId: () => `r${(serial += 1)}`,
  }))
  writeFileSync(join(folder, '交办.csv'), '工单编号,诉求内容,诉求地址,诉求分类\nGD-1,楼道灯坏了,3栋,公共设施报修\nGD-2,请帮忙看看,5栋,\n,没有编号,6栋,\n')
})
afterAll(async () => {
  await control.close()
  rmSync(folder, { recursive: true, force: true })
})

async function run(...args: string[]) {
  const terminal = { ...aTerminal(), env: { YICHUANG_DATA_DIR: folder } }
  return { code: await runCommand(commands, ['requests', ...args], terminal), ...terminal }
}

it('a file is tried, refused whole for one wrong line, taken without it, and known the second time', async () => {
  const file = join(folder, '交办.csv')
  const dry = await run('import', file, '--community', 'huzhou-demo', '--dry-run')
  expect([dry.code, dry.output, dry.told.join()]).toEqual([1, ['第 2 行  新登记  GD-1  公共设施报修', '第 3 行  不对  GD-2  看不出是什么事项，请填「事项代码」', '第 4 行  不对  没有工单编号'], expect.stringContaining('只是试看')])
  expect((await run('import', file, '--community', 'huzhou-demo')).told.join()).toContain('整份没有导入')
  expect(await home.requests()).toEqual([])
  const taken = await run('import', file, '--community', 'huzhou-demo', '--skip-wrong', '--json')
  expect(JSON.parse(taken.output[0] ?? '')).toMatchObject({ counts: { new: 1, wrong: 2 } })
  expect((await run('import', file, '--community', 'huzhou-demo', '--skip-wrong')).told.join()).toContain('新登记 0')
  expect((await home.store.find(PLATFORM, 'audit', {})).map(({ act, result }) => [act, result])).toEqual([['import', 'refused'], ['import', 'done'], ['import', 'done']])
})

it('requests are written to a file that is not there yet, by its ending, with what it is for', async () => {
  const file = join(folder, '工单.csv')
  expect((await run('export', file, '--community', 'huzhou-demo', '--reason', '报区平台', '--by', '陈主任')).code).toBe(0)
  expect(readFileSync(file, 'utf8')).toMatch(/^\ufeff陈主任于 2026-11-23 09:30 从一窗导出.*用途：报区平台/)
  expect((await run('export', file, '--community', 'huzhou-demo', '--reason', '报区平台')).code).toBe(1)
  expect((await run('export', join(folder, '工单.doc'), '--community', 'huzhou-demo', '--reason', '报区平台')).code).toBe(2)
  expect((await run('export', join(folder, 'x.csv'), '--community', 'huzhou-demo', '--reason', '看')).code).toBe(2)
  expect((await run('export', join(folder, 'x.csv'), '--community', 'nowhere', '--reason', '报区平台')).told.join()).toContain('没有社区「nowhere」')
})

it('says so where 一窗 does not run', async () => {
  const terminal = { ...aTerminal(), env: { YICHUANG_DATA_DIR: join(folder, 'none') } }
  expect(await runCommand(commands, ['requests', 'import', join(folder, '交办.csv'), '--community', 'huzhou-demo'], terminal)).toBe(1)
  expect(terminal.told.join()).toContain('没有在运行')
})
