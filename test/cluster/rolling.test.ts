import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, script } from '../journeys/running.js'
import { aHouse, type House } from './house.js'
import { expectEachOnce, startTraffic } from './traffic.js'

/** A table that came with the program of today, as far as the one before is concerned; reports have nothing to do with it. */
const newTable = 'staffViews'

/**
 * The program of the release before. EARLIER names the `dist/cli.js` of a real one (a checkout of it, built); else it is the one
 * of today without `newTable`, under a lower version and level of the schema.
 */
function earlierProgram(): string {
  const given = process.env['EARLIER']
  if (given !== undefined) return given
  const folder = aFolder()
  cpSync(dirname(script), join(folder, 'dist'), { recursive: true })
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...JSON.parse(readFileSync('package.json', 'utf8')) as object, version: '0.0.9' }))
  change(join(folder, 'dist/store/postgres/schema.js'), /SCHEMA_LEVEL = (\d+)/, (_, level) => `SCHEMA_LEVEL = ${Number(level) - 1}`)
  change(join(folder, 'dist/store/tables.js'), /export const tableNames/, (found) => `delete tables.${newTable};\n${found}`)
  return join(folder, 'dist/cli.js')
}

function change(path: string, what: RegExp, to: (found: string, part: string) => string): void {
  const text = readFileSync(path, 'utf8')
  if (!what.test(text)) throw new Error(`${path} has no ${String(what)}`)
  writeFileSync(path, text.replace(what, to))
}

let house: House
let earlier: string
beforeAll(async () => {
  earlier = earlierProgram()
  house = await aHouse()
}, 120_000)

async function asked<R>(text: string): Promise<readonly R[]> {
  const client = new pg.Client({ connectionString: house.url })
  await client.connect()
  try {
    return (await client.query(text)).rows as R[]
  } finally {
    await client.end()
  }
}

const hasNewTable = async (): Promise<boolean> => (await asked<{ there: boolean }>(`select to_regclass('yichuang."${newTable}"') is not null as there`))[0]?.there === true
const versions = async (): Promise<readonly string[]> => (await asked<{ told: string }>('select told from yichuang.processes')).map(({ told }) => (JSON.parse(told) as { version: string }).version).sort()

describe('an upgrade, process by process, while residents write', () => {
  it('loses nothing and doubles nothing, also where the program before is started once more beside the new one', { timeout: 180_000 }, async () => {
    let running: ServerProcess[] = [await house.process({ script: earlier }), await house.process({ script: earlier })]
    // Few, so that their reports last until the slowest machine has started everything.
    const traffic = await startTraffic(() => running.map(({ url }) => url), 0, 8)
    onTestFinished(() => traffic.end())
    const leave = async (gone: ServerProcess | undefined): Promise<void> => {
      running = running.filter((one) => one !== gone)
      expect(await gone?.end(), gone?.output().slice(-2_000)).toBe(0)
    }
    await traffic.goOn(16)
    const isDerived = process.env['EARLIER'] === undefined
    if (isDerived) expect([await hasNewTable(), await versions()]).toEqual([false, ['0.0.9', '0.0.9']])
    running = [...running, await house.process()]
    await traffic.goOn(16)
    if (isDerived) expect([await hasNewTable(), new Set(await versions()).size]).toEqual([true, 2])
    await leave(running[0])
    await traffic.goOn(16)
    const again = await house.process({ script: earlier })
    running = [...running, again]
    await traffic.goOn(16)
    expect(await hasNewTable()).toBe(true)
    await leave(running[0])
    running = [...running, await house.process()]
    await leave(again)
    await traffic.goOn(16)
    await traffic.end()
    await expectEachOnce(house, traffic, running[0]?.url ?? '')
    console.log(`upgrade: ${traffic.kept.flat().length} reports kept, ${traffic.refusals} refused and sent again`)
  })
})
