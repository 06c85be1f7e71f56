import { describe, expect, it } from 'vitest'
import { call, enterChat, type ChatClient } from '../../src/bench/chat-client.js'
import { EndedEarly, type ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer, allLines } from './running.js'
import { storedIn } from './stored.js'
import { seededRandom } from '../../src/random.js'

/** Times the server is killed: `KILLS=50`, or 500 in the long run. */
const kills = Number(process.env['KILLS'] ?? (process.env['LONG'] ? 500 : 25))
/** The same seed gives the same moments and the same words. */
const seed = Number(process.env['SEED'] ?? 20_261_122)
const messagesPerSecond = 20
/** Two of five die while they start and recover, within this many ms of their start (those quicker than that take messages until then). */
const deathsAtStart = 0.4
const startMs = 1_500
/** The others take messages and die within this many ms after they were ready. */
const loadMs = 600
const communityId = 'huzhou-demo'

interface Sent {
  readonly resident: number
  readonly clientId: string
  readonly text: string
  readonly isFault: boolean
  acknowledged: boolean
}

describe(`killed ${kills} times at random moments under ${messagesPerSecond} messages a second (seed ${seed})`, () => {
  it('loses no acknowledged message, doubles no request, and is ready again each time', { timeout: 15 * 60_000 }, async () => {
    const chance = seededRandom(seed)
    const dataDir = aFolder()
    const sent: Sent[] = []
    const residents: ChatClient[] = []
    let server = await aServer(dataDir)
    // One message a second is what a resident may send in the long run: twice as many residents as messages in a second.
    for (let n = 0; n < 2 * messagesPerSecond; n += 1) residents.push(await enterChat(server.url, communityId, `127.3.0.${n + 1}`))
    await server.end('SIGKILL')

    let underLoad = 0
    for (let kill = 1; kill < kills; kill += 1) {
      const mortal = chance() < deathsAtStart ? await aMortalServer(dataDir, chance() * startMs) : await aServer(dataDir)
      if (!mortal) continue
      server = mortal
      underLoad += 1
      const death = setTimeout(() => void mortal.end('SIGKILL'), chance() * loadMs)
      const inFlight: Promise<void>[] = []
      // What was not acknowledged before the kill is sent again as the page does, under the same id.
      for (const message of sent.filter((each) => !each.acknowledged)) inFlight.push(post(message))
      while (server.isAlive()) {
        inFlight.push(post(nextMessage()))
        await Promise.race([server.ended, new Promise((resolve) => setTimeout(resolve, 1_000 / messagesPerSecond))])
      }
      clearTimeout(death)
      await Promise.all(inFlight)
    }
    server = await aServer(dataDir)

    for (const message of sent.filter((each) => !each.acknowledged)) {
      for (let attempt = 0; attempt < 5 && !message.acknowledged; attempt += 1) {
        await post(message)
        if (!message.acknowledged) await new Promise((resolve) => setTimeout(resolve, 1_000))
      }
    }
    expect(sent.filter((each) => !each.acknowledged)).toEqual([])
    const health = await call(server.url, '/readyz')
    expect(health.status).toBe(200)

    // Answered: after each resident's last line stands an answer of the bot.
    for (const [index, resident] of residents.entries()) {
      const here = resident.at(server.url)
      const own = sent.filter((each) => each.resident === index)
      if (own.length === 0) continue
      const lines = await settled(() => allLines(here, (path) => call(server.url, path, { cookie: here.cookie })), own.length)
      for (const { clientId } of own) expect(lines.filter((line) => line.clientId === clientId), clientId).toHaveLength(1)
      expect(lines.at(-1)?.from).toBe('bot')
    }

    expect(await server.end()).toBe(0)
    const stored = await storedIn(dataDir, communityId)
    expect(stored.pendingIntakes).toEqual([])
    const faults = sent.filter((each) => each.isFault)
    const filed = stored.requests.map((request) => request.description)
    expect(new Set(stored.requests.map((request) => request.number)).size).toBe(stored.requests.length)
    for (const { text } of faults) expect(filed.filter((words) => words === text), text).toHaveLength(1)
    expect(stored.requests).toHaveLength(faults.length)
    process.stdout.write(`kills ${kills} (${underLoad} of them under load), messages ${sent.length}, requests ${stored.requests.length}, lost 0, doubled 0\n`)

    function nextMessage(): Sent {
      const n = sent.length
      const isFault = chance() < 0.3
      const text = isFault ? `${(n % 997) + 1}栋${Math.floor(n / 997) + 1}单元楼道灯坏了` : n % 2 === 0 ? '一个社区配几个工作人员' : '你好'
      const message: Sent = { resident: n % residents.length, clientId: `kill-${seed}-${n}`, text, isFault, acknowledged: false }
      sent.push(message)
      return message
    }

    async function post(message: Sent): Promise<void> {
      const resident = residents[message.resident]
      // No answer is what a kill looks like from outside; the message stays unacknowledged.
      const answer = await resident?.at(server.url).send(message.text, { clientId: message.clientId }).catch(() => null)
      if (answer?.status === 202) message.acknowledged = true
    }
  })
})

/** A server that is killed after `lifeMs`; `null` when that was before it was ready. */
async function aMortalServer(dataDir: string, lifeMs: number): Promise<ServerProcess | null> {
  try {
    return await aServer(dataDir, { killAfterMs: lifeMs })
  } catch (error) {
    if (error instanceof EndedEarly) return null
    throw error
  }
}

/** Reads lines until there are `least` of the resident's and an answer after them, at most 20 s. */
async function settled<T extends { readonly from: string }>(read: () => Promise<T[]>, least: number): Promise<T[]> {
  const deadline = Date.now() + 20_000
  for (;;) {
    const lines = await read()
    if ((lines.filter((line) => line.from === 'me').length >= least && lines.at(-1)?.from === 'bot') || Date.now() > deadline) return lines
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
