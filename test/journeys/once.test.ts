import { beforeAll, describe, expect, it } from 'vitest'
import { enterChat } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer, talkAs } from './running.js'
import { storedIn } from './stored.js'

const dataDir = aFolder()
let server: ServerProcess

beforeAll(async () => {
  server = await aServer(dataDir)
})

describe('one message delivered fifty times at once', () => {
  it('is one request and one reply, also when it comes again after a restart', async () => {
    const resident = await enterChat(server.url, 'huzhou-demo')
    const talk = await talkAs(resident)
    const clientId = 'the-same-message-0001'
    const text = '7栋1单元楼道灯坏了'
    const answers = await Promise.all(Array.from({ length: 50 }, () => resident.send(text, { clientId })))
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 50 }, () => 202))
    const receipt = await talk.until((line) => line.from === 'bot')
    expect(receipt.text).toMatch(/HZ-\d{4}-\d{4}/)
    talk.close()

    expect(await server.end()).toBe(0)
    server = await aServer(dataDir)
    const again = resident.at(server.url)
    expect((await again.send(text, { clientId })).status).toBe(202)
    // A message after it shows that the copy was dealt with: its answer is the next line.
    const second = await talkAs(again)
    await second.ask('你好')
    second.close()
    const lines = (await again.history()).lines
    expect(lines.filter((line) => line.from === 'me' && line.text === text)).toHaveLength(1)
    expect(lines.filter((line) => line.from === 'bot' && /HZ-\d{4}-\d{4}/.test(line.text))).toHaveLength(1)

    expect(await server.end()).toBe(0)
    const stored = await storedIn(dataDir, 'huzhou-demo')
    expect(stored.requests).toHaveLength(1)
    expect(stored.requests[0]?.number).toBe(/HZ-\d{4}-\d{4}/.exec(receipt.text)?.[0])
  })
})
