import { expect } from 'vitest'
import { call, enterChat, type ChatClient } from '../../src/bench/chat-client.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { allLines } from '../journeys/running.js'
import type { House } from './house.js'

export const communityId = 'huzhou-demo' as CommunityId

/** A refused message is sent again after this, ms. */
const againMs = 300
/** A resident writes no faster than one may, ms. */
const everyMs = 1_100
/** Reports of all residents together: each building has a number of three digits. */
const mostReports = 448

/** Residents who report one fault after the other, now at this process, now at that one; what was refused is sent again as the same message. */
export interface Traffic {
  readonly clients: readonly ChatClient[]
  /** Texts that a process said it has kept, by resident. */
  readonly kept: readonly (readonly string[])[]
  readonly refusals: number
  /** Resolves when so many more were kept. */
  goOn(reports: number): Promise<void>
  end(): Promise<void>
}

/** `round`: 0 or 1; the faults of one have nothing to do with those of the other. `urls`: the processes as they are now. */
export async function startTraffic(urls: () => readonly string[], round: 0 | 1, residents = 16): Promise<Traffic> {
  const most = Math.floor(mostReports / residents)
  const at = (n: number): string => urls()[n % urls().length] ?? ''
  const clients = await Promise.all(Array.from({ length: residents }, (_, n) => enterChat(at(n), communityId, `127.4.${round + 1}.${n + 1}`)))
  const kept = clients.map((): string[] => [])
  let isOver = false
  let refusals = 0
  const lanes = clients.map(async (client, who) => {
    for (let n = 0; !isOver && n < most; n += 1) {
      const text = `${100 + round * 450 + who * most + n}栋1单元楼道灯坏了`
      for (let tried = 0; ; tried += 1) {
        const { status } = await client.at(at(who + n + tried)).send(text, { clientId: `traffic-${round}-${who}-${n}` }).catch(() => ({ status: 0 }))
        if (status === 202) break
        refusals += 1
        await new Promise((resolve) => setTimeout(resolve, againMs))
      }
      kept[who]?.push(text)
      await new Promise((resolve) => setTimeout(resolve, everyMs))
    }
  })
  return {
    clients, kept,
    get refusals() { return refusals },
    async goOn(reports) {
      const before = kept.flat().length
      await until(() => Promise.resolve(kept.flat().length >= before + reports), 60_000)
    },
    async end() {
      isOver = true
      await Promise.all(lanes)
    },
  }
}

/** Resolves to how long it took, ms. */
export async function until(passes: () => Promise<boolean>, withinMs: number): Promise<number> {
  const from = performance.now()
  while (!(await passes())) {
    if (performance.now() - from > withinMs) throw new Error(`not within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return performance.now() - from
}

/** Each report is one line, one request and one receipt, and nothing waits any more. Read at `url`. */
export async function expectEachOnce(house: House, { clients, kept }: Traffic, url: string): Promise<void> {
  await until(async () => {
    const { pending, due } = await house.stored(communityId)
    return pending.length === 0 && due === 0
  }, 30_000)
  const { requests } = await house.stored(communityId)
  expect(new Set(requests.map(({ number }) => number)).size).toBe(requests.length)
  for (const [who, client] of clients.entries()) {
    const texts = kept[who] ?? []
    const lines = await allLines(client, (path) => call(url, path, { cookie: client.cookie }))
    expect(lines.filter(({ from }) => from === 'me').map(({ text }) => text)).toEqual(texts)
    for (const text of texts) expect(requests.filter(({ description }) => description === text), text).toHaveLength(1)
    expect(lines.filter(({ from, text }) => from === 'bot' && /HZ-\d/.test(text))).toHaveLength(texts.length)
  }
}
