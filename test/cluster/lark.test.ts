import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { larkChannel, type LarkChannel } from '../../src/channels/lark.js'
import { createPairing } from '../../src/channels/pairing.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { seededRandom } from '../../src/random.js'
import type { Store } from '../../src/store/store.js'
import { aJpeg } from '../channels/pictures.js'
import { larkStandIn, wordsOf, type LarkStandIn } from '../channels/lark/stand-in.js'
import { aCommunity } from '../desk/running-server.js'
import { postgresOfFile } from '../store/postgres-server.js'
import { aMortalProcess, findDead, knowEachOther, type MortalProcess } from './mortal.js'

const key = randomBytes(32)
const postgres = postgresOfFile(key)

const huzhou = 'huzhou-demo' as CommunityId
const room = 'oc_lotus'
const persons = 12
const faults = 5

interface LarkHouse {
  readonly lark: LarkStandIn
  readonly processes: readonly MortalProcess[]
  /** Ends the connections of a process, as its death does. */
  disconnect(at: number): Promise<void>
}

/** Processes on one database with so many connections to one Lark, which gives each event to any of them. */
async function aLarkHouse(count: number, connections: number, seed: number): Promise<LarkHouse> {
  const url = await postgres.newMade()
  const chance = seededRandom(seed)
  const lark = await larkStandIn({ chance })
  onTestFinished(() => lark.close())
  const lines: LarkChannel[][] = []
  const processes: MortalProcess[] = []
  for (let at = 0; at < count; at += 1) {
    const own: LarkChannel[] = []
    const opened = (store: Store): readonly LarkChannel[] => {
      for (let n = at; n < connections; n += count) own.push(larkChannel({
        settings: { appId: lark.appId, appSecret: lark.appSecret, domain: lark.domain, by: { kind: 'connection' } },
        store, pairing: createPairing({ store, now: Date.now }), communities: () => [aCommunity(huzhou, '新荷社区')], onState: () => undefined, now: Date.now, log: () => undefined,
      }))
      return own
    }
    processes.push(await aMortalProcess({
      url, key, community: huzhou, now: Date.now, arrived: { shown: [], sent: [] }, channels: opened,
      parts: { after: (ms, work) => { const timer = setTimeout(work, ms); return () => { clearTimeout(timer) } } },
    }))
    lines.push(own)
  }
  const [first] = processes
  if (first === undefined) throw new Error('no process')
  await createPairing({ store: first.store, now: Date.now }).pair({ id: `lark:chat:${room}`, channel: 'lark', communityId: huzhou, use: 'residents' })
  await knowEachOther(processes)
  for (const [at, own] of lines.entries()) for (const one of own) await one.start((event) => processes[at]?.engine.deliver(event) ?? Promise.reject(new Error('no process')))
  const disconnect = async (at: number): Promise<void> => { for (const one of lines[at] ?? []) await one.stop() }
  onTestFinished(async () => { for (const at of lines.keys()) await disconnect(at) })
  return { lark, processes, disconnect }
}

/** Lark's way: what is not acknowledged comes again, to any connection; and some of what is comes again all the same. */
async function hears({ lark }: LarkHouse, id: string, message: object, isTwice: boolean): Promise<void> {
  const deliver = () => lark.event('im.message.receive_v1', message, { eventId: id, withinMs: 3_000 })
  for (;;) {
    const answers = await Promise.all(isTwice ? [deliver(), deliver()] : [deliver()])
    if (answers.some(({ how }) => how === 'acknowledged')) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

const words = (who: number, n: number): string => `${100 + who * 20 + n}栋1单元楼道灯坏了`

async function settled({ processes }: LarkHouse): Promise<void> {
  const living = processes.filter(({ isDead }) => !isDead)
  await vi.waitFor(async () => {
    for (const { engine } of living) await engine.idle()
    const [{ store } = { store: null }] = living
    expect(await store?.find(huzhou, 'intake', { by: 'state', equals: 'pending' })).toEqual([])
    expect(await store?.find(huzhou, 'outbox', { by: 'state', equals: 'due' })).toEqual([])
  }, 30_000)
}

/** Everybody reports one fault after the other in private, while the room talks; each as soon as Lark has got rid of the one before. */
async function talk(house: LarkHouse): Promise<void> {
  const lanes = Array.from({ length: persons }, async (_, who) => {
    for (let n = 0; n < faults; n += 1) await hears(house, `e-${who}-${n}`, house.lark.message(`ou_${who}`, words(who, n), { id: `om_${who}_${n}` }), n % 3 === 0)
  })
  const group = (async () => {
    for (let n = 0; n < 2 * faults; n += 1) await hears(house, `e-room-${n}`, house.lark.message(`ou_${n % persons}`, '一个社区要配几个工作人员', { id: `om_room_${n}`, chat: room, mentionsBot: true }), n % 2 === 0)
  })()
  await Promise.all([...lanes, group])
}

async function expectEachOnceInOrder(house: LarkHouse): Promise<void> {
  const store = house.processes.find(({ isDead }) => !isDead)?.store
  if (store === undefined) throw new Error('nobody lives')
  const requests = await store.find(huzhou, 'requests', { limit: 1_000 })
  const numberOf = new Map(requests.map(({ description, number }) => [description, number]))
  expect(requests).toHaveLength(persons * faults)
  for (let who = 0; who < persons; who += 1) {
    const said = Array.from({ length: faults }, (_, n) => words(who, n))
    const kept = await store.find(huzhou, 'messages', { by: 'conversationId', equals: `lark:p2p:ou_${who}` })
    expect(kept.filter(({ from }) => from === 'resident').map(({ text }) => text)).toEqual(said)
    const shown = house.lark.shown.filter(({ to }) => to === `ou_${who}`).map(wordsOf).flatMap((text) => /HZ-\d{4}-\d{4}/.exec(text)?.[0] ?? [])
    expect(shown).toEqual(said.map((text) => numberOf.get(text)))
  }
  expect(house.lark.shown.filter(({ to }) => to === room)).toHaveLength(2 * faults)
}

describe('Lark, which gives each event to any of the connections', () => {
  // Lark takes 50; three or fifty make no difference to anything but the time it takes to open them.
  it.each(process.env['LONG'] === '1' ? [[3, 3], [3, 50]] : [[3, 6]])('of %i processes with %i of them: each message is answered once, and those of one person in the order in which they were said', { timeout: 120_000 }, async (count, connections) => {
    const house = await aLarkHouse(count, connections, 12)
    expect(house.lark.connections()).toBe(connections)
    await talk(house)
    await settled(house)
    await expectEachOnceInOrder(house)
  })

  it('a photo sent after words that were for us is taken, whichever process hears of it', { timeout: 60_000 }, async () => {
    const house = await aLarkHouse(3, 3, 5)
    for (let who = 0; who < 6; who += 1) await hears(house, `e-words-${who}`, house.lark.message(`ou_${who}`, words(who, 0), { id: `om_words_${who}`, chat: room, mentionsBot: true }), false)
    await settled(house)
    for (let who = 0; who < 6; who += 1) {
      house.lark.files.set(`om_photo_${who}/img_1`, aJpeg())
      await hears(house, `e-photo-${who}`, house.lark.message(`ou_${who}`, '', { id: `om_photo_${who}`, chat: room, type: 'image', content: { image_key: 'img_1' } }), false)
    }
    // Neighbours' photos are nobody's business.
    await hears(house, 'e-photo-other', house.lark.message('ou_other', '', { id: 'om_photo_other', chat: room, type: 'image', content: { image_key: 'img_1' } }), false)
    expect((await house.processes[0]?.store.find(huzhou, 'attachments', {}))?.map(({ residentId }) => residentId).sort()).toEqual(Array.from({ length: 6 }, (_, who) => `lark:ou_${who}`))
  })

  it('newcomers who come one after the other are welcomed once, whichever process hears of them', { timeout: 60_000 }, async () => {
    const house = await aLarkHouse(3, 3, 11)
    for (let who = 0; who < 6; who += 1) await house.lark.event('im.chat.member.user.added_v1', { chat_id: room, users: [{ name: `新邻居${who}`, user_id: { open_id: `ou_new_${who}` } }] }, { eventId: `e-new-${who}`, withinMs: 3_000 })
    const welcomes = house.lark.shown.filter(({ to }) => to === room).map(wordsOf).filter((text) => text.includes('欢迎新邻居'))
    expect(welcomes).toHaveLength(1)
  })

  it('one of whose processes dies in the middle: what it had taken the others do, once and in order', { timeout: 120_000 }, async () => {
    const house = await aLarkHouse(3, 3, 7)
    const [dying] = house.processes
    if (dying === undefined) throw new Error('no process')
    dying.dieAt(25, 'after')
    const talking = talk(house)
    await vi.waitFor(() => { expect(dying.isDead).toBe(true) }, 30_000)
    await house.disconnect(0)
    await findDead(dying)
    await talking
    await settled(house)
    await expectEachOnceInOrder(house)
  })
})
