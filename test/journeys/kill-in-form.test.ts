import { describe, expect, it } from 'vitest'
import { call, enterChat } from '../../src/bench/chat-client.js'
import type { ChatLine } from '../../src/channels/web-types.js'
import { aFolder, aServer, allLines } from './running.js'
import { storedIn } from './stored.js'

const communityId = 'huzhou-demo'
const steps = ['给我妈订个送餐', '3栋2单元501', '13800000017', '对']
/** An answer that takes longer than this is lost, ms. */
const answerWithinMs = 20_000

describe('a form whose server is killed after every answer', () => {
  it.each(['acknowledged', 'answered'] as const)('as soon as it is %s: goes on where it stood, asks nothing twice, and files one request', { timeout: 120_000 }, async (moment) => {
    const dataDir = aFolder()
    let server = await aServer(dataDir)
    const resident = await enterChat(server.url, communityId, '127.4.0.1')
    const lines = (): Promise<ChatLine[]> => {
      const here = resident.at(server.url)
      return allLines(here, (path) => call(server.url, path, { cookie: here.cookie }))
    }
    const answered = async (clientId: string): Promise<ChatLine[]> => {
      for (const deadline = Date.now() + answerWithinMs; ;) {
        const all = await lines()
        const own = all.findIndex((line) => line.clientId === clientId)
        if (own !== -1 && all.slice(own).some(({ from }) => from === 'bot')) return all
        if (Date.now() > deadline) throw new Error(`no answer to ${clientId}: ${all.map(({ text }) => text).join(' | ')}`)
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
    for (const [at, text] of steps.entries()) {
      const clientId = `form-step-${at}`
      expect((await resident.at(server.url).send(text, { clientId })).status).toBe(202)
      if (moment === 'answered') await answered(clientId)
      await server.end('SIGKILL')
      server = await aServer(dataDir)
      // The page sends again what it saw no answer to.
      expect((await resident.at(server.url).send(text, { clientId })).status).toBe(202)
      await answered(clientId)
    }
    const said = (await lines()).filter(({ from }) => from === 'bot').map(({ text }) => text)
    expect(new Set(said).size).toBe(said.length)
    expect(said.at(-1)).toMatch(/HZ-\d{4}-0001/)
    expect((await lines()).filter(({ from }) => from === 'me').map(({ text }) => text)).toEqual(steps)
    expect(await server.end()).toBe(0)
    const stored = await storedIn(dataDir, communityId)
    expect(stored.pendingIntakes).toEqual([])
    expect(stored.requests).toHaveLength(1)
  })
})
