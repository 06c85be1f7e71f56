import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { plainReply } from '../../src/channels/plain-reply.js'
import { webChannel, type WebChannel } from '../../src/channels/web.js'
import type { ChatLine } from '../../src/channels/web-types.js'
import type { ChatResident } from '../../src/channels/web/sessions.js'
import { createMembership, type Membership } from '../../src/cluster/membership.js'
import { idMaker } from '../../src/conversation/new-id.js'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import { aCommunity } from '../desk/running-server.js'
import { postgresOfFile } from '../store/postgres-server.js'
import { aMessage, HUZHOU, oneOfEach } from '../store/rows.js'
import { put } from '../store/writes.js'

const key = randomBytes(32)
const postgres = postgresOfFile(key)

interface Process {
  readonly store: PostgresStore
  readonly membership: Membership
  readonly web: WebChannel
}

async function aProcess(url: string): Promise<Process> {
  const store = await openPostgresStore({ url, key, connections: 4 })
  const membership = createMembership({
    processId: store.processId, share: (options) => store.share(options), single: [], clock: () => performance.now(), log: () => undefined, onFatal: (error) => { throw error },
    standing: () => ({ version: '1', serves: ['web'], channels: [], present: [] }),
  })
  const web = webChannel({ store, now: Date.now, newId: idMaker(Date.now), cluster: membership })
  await membership.start()
  onTestFinished(async () => {
    await web.stop()
    await membership.stop()
    await store.close()
  })
  return { store, membership, web }
}

/** A resident's page that listens there; the lines it is sent. */
async function aPage({ web }: Process, resident: ChatResident): Promise<readonly string[]> {
  const texts: string[] = []
  await web.listen(resident, { send: (type, data) => { if (type === 'line') texts.push((data as ChatLine).text) }, beat: () => undefined, end: () => undefined, onEnd: () => undefined }, null)
  return texts
}

describe('pages of the web chat that listen to different processes', () => {
  it('each show a line once, whichever process writes it and whichever is to send it', async () => {
    const url = await postgres.newMade()
    const processes = [await aProcess(url), await aProcess(url)]
    await vi.waitFor(() => { for (const { membership } of processes) expect(membership.others()).toHaveLength(1) }, 5_000)
    const said: string[][] = []
    const pages: (readonly string[])[] = []
    for (const [index, home] of processes.entries()) {
      const who = Array.from({ length: 100 }, (_, n) => `r${index}-${n}`).find((id) => home.membership.isMine(HUZHOU, `web:${HUZHOU}:${id}`)) ?? expect.fail('half of them are')
      const resident: ChatResident = { id: `web:${who}`, name: '邻居', community: aCommunity(HUZHOU, '新荷社区'), privateId: `web:${HUZHOU}:${who}`, roomId: `web:${HUZHOU}:room` }
      await home.store.commit(HUZHOU, [put('residents', { ...oneOfEach.residents, id: resident.id, privateConversationId: resident.privateId })])
      await home.web.start(() => Promise.resolve())
      for (const process of processes) pages.push(await aPage(process, resident))
      const texts = ['甲', '乙'].map((by) => `${by}对 ${who} 说`)
      for (const [at, { store }] of processes.entries()) {
        const row = aMessage({ id: `m-${who}-${at}`, conversationId: resident.privateId, from: 'staff', text: texts[at] ?? '' })
        await store.commit(HUZHOU, [put('messages', row)])
        // What it sends it may have shown already.
        await home.web.send({ channel: 'web', conversationId: resident.privateId, chat: 'private', residentId: resident.id }, { ...plainReply(row.text), from: { kind: 'staff', name: '林工' } }, row.id)
      }
      said.push(texts, texts)
    }
    await vi.waitFor(() => { expect(pages.map((page) => [...page].sort())).toEqual(said.map((texts) => [...texts].sort())) }, 5_000)
  })
})
