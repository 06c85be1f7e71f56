import { randomUUID } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, enterChat, type ChatClient } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { talkAs } from '../journeys/running.js'
import { startOwnPostgres } from '../store/postgres-server.js'
import { aHouse, type House } from './house.js'
import { communityId, expectEachOnce, startTraffic, until } from './traffic.js'

/** Longer than a process may act without a sign of life, ms; with LONG=1 as long as the update of a server takes. */
const awayMs = process.env['LONG'] === '1' ? 30_000 : 5_500
/** From the server's return until a resident is answered again, ms. */
const backWithinMs = 10_000

let database: Awaited<ReturnType<typeof startOwnPostgres>>
let house: House
let processes: readonly ServerProcess[]
beforeAll(async () => {
  database = await startOwnPostgres()
  house = await aHouse(database)
  const first = await house.process()
  processes = [first, await house.process()]
}, 120_000)

const urls = (): readonly string[] => processes.map(({ url }) => url)
/** Says it until it is kept; resolves when it is answered, to how long that took, ms. */
async function answeredMs(client: ChatClient, text: string): Promise<number> {
  const from = performance.now()
  const talk = await talkAs(client)
  const clientId = randomUUID()
  await until(async () => (await client.send(text, { clientId })).status === 202, backWithinMs)
  await talk.until((line) => line.from === 'bot')
  talk.close()
  return performance.now() - from
}

const allSay = async (status: number): Promise<boolean> => (await Promise.all(urls().map((url) => call(url, '/readyz')))).every((answer) => answer.status === status)

describe('two processes whose database server', () => {
  it('crashes and starts again in the middle of the traffic: nothing that was kept is lost, nothing is done twice', { timeout: 120_000 }, async () => {
    const traffic = await startTraffic(urls, 0)
    await traffic.goOn(20)
    const waiting = await enterChat(urls()[0] ?? '', communityId, '127.4.9.1')
    const start = await database.halt('SIGQUIT')
    await start()
    const tookMs = await answeredMs(waiting, '一个社区配几个工作人员')
    await until(() => allSay(200), backWithinMs)
    await traffic.goOn(20)
    await traffic.end()
    await expectEachOnce(house, traffic, urls()[0] ?? '')
    console.log(`crash: ${traffic.kept.flat().length} reports kept, ${traffic.refusals} refused and sent again, a question was answered ${Math.round(tookMs)} ms after it was back`)
    expect(processes.every((one) => one.isAlive())).toBe(true)
  })

  it(`is stopped for ${awayMs / 1_000} s: they live on and say that they are not ready, keep nothing meanwhile, and go on by themselves`, { timeout: awayMs + 180_000 }, async () => {
    const traffic = await startTraffic(urls, 1)
    await traffic.goOn(20)
    const waiting = await enterChat(urls()[1] ?? '', communityId, '127.4.9.2')
    const start = await database.halt('SIGINT')
    const awayFrom = performance.now()
    await until(() => allSay(503), 8_000)
    const stood = traffic.kept.flat().length
    while (performance.now() - awayFrom < awayMs) {
      // Alive is not ready: nobody is to end it for what it can't help.
      for (const url of urls()) expect((await call(url, '/healthz')).status).toBe(200)
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    expect(traffic.kept.flat().length).toBe(stood)
    await start()
    const tookMs = await answeredMs(waiting, '一个社区配几个工作人员')
    expect(tookMs).toBeLessThan(backWithinMs)
    await until(() => allSay(200), backWithinMs)
    await traffic.goOn(20)
    await traffic.end()
    await expectEachOnce(house, traffic, urls()[0] ?? '')
    console.log(`${awayMs / 1_000} s away: ${traffic.kept.flat().length} reports kept, ${traffic.refusals} refused and sent again, a question was answered ${Math.round(tookMs)} ms after it was back`)
    expect(processes.every((one) => one.isAlive())).toBe(true)
  })
})
