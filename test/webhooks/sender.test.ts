import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { alone } from '../../src/cluster/cluster.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { moveInWords } from '../../src/requests/apply-move.js'
import { createAddressGuard } from '../../src/webhooks/address-guard.js'
import { createPost } from '../../src/webhooks/post.js'
import { createWebhookSender, type WebhookSender } from '../../src/webhooks/sender.js'
import { graceMs, newSecret } from '../../src/webhooks/signature.js'
import { eventTypes, type Webhook } from '../../src/webhooks/webhook.js'
import { aNeighbourhood, clerk, type Neighbourhood } from '../conversation/neighbourhood.js'
import { aReceiver, type Receiver } from './receiver.js'

const guard = createAddressGuard(['127.0.0.0/8'])
const hour = 3_600_000

let home: Neighbourhood
let receiver: Receiver
let sender: WebhookSender
let givenUp: Webhook[]
beforeEach(async () => {
  receiver = await aReceiver()
  home = await aNeighbourhood()
  givenUp = []
})
afterEach(async () => {
  await sender.stop()
  await receiver.close()
})

let serial = 0
async function listens(change: Partial<Webhook> = {}): Promise<Webhook> {
  receiver.secret = newSecret()
  const hook: Webhook = { id: 'hook-1', rev: 0, name: '区平台', url: receiver.url, scope: 'all', events: eventTypes, withWords: false, secret: receiver.secret, off: null, failingSince: null, createdAt: home.now(), createdBy: '陈主任', ...change }
  await home.store.commit(PLATFORM, [{ op: 'put', table: 'webhooks', row: hook }])
  await open()
  return hook
}

async function open(): Promise<void> {
  sender = createWebhookSender({
    store: home.store, communities: () => [{ id: home.communityId }], post: createPost(guard), onGivenUp: (hook) => void givenUp.push(hook), now: home.now, newId: () => `d-${String((serial += 1)).padStart(6, '0')}`,
    after: () => () => undefined, log: () => undefined,
  })
  await sender.start()
  await sender.look()
}

async function act(move: 'take' | 'close', words = ''): Promise<void> {
  const row = (await home.requests()).at(-1)!
  await home.engine.actOnRequest(home.communityId, row.id, row.rev, moveInWords(move, words), { ...clerk, isLead: true })
  await home.engine.idle()
}

const rows = () => home.store.find(home.communityId, 'webhookDeliveries', {})
const types = () => receiver.got.map(({ body }) => body.type)

describe('another system', () => {
  it('is told of a request from filing to its end, each event once, signed, without a word of anybody', async () => {
    await listens()
    await home.says('王阿姨', '我是王小明，电话13800000031，3栋2单元502楼道灯坏了')
    await act('take')
    await act('close', '换好了')
    await home.says('王阿姨', '没解决')
    await sender.look()
    // What was not solved is shown to the head of the community as well.
    expect(types()).toEqual(['request.filed', 'request.moved', 'request.closed', 'request.reopened', 'request.escalated'])
    expect(receiver.got.every(({ isSigned }) => isSigned)).toBe(true)
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(5)
    expect(receiver.got[2]?.body.data).toMatchObject({ community: 'huzhou-demo', service_code: 'public-fault', status: 'closed', stage: 'done' })
    expect(receiver.got.map(({ text }) => text).join()).not.toMatch(/王|13800000031|502|楼道灯/)
    await sender.look()
    expect(receiver.got).toHaveLength(5)
  })

  it('may change to another secret within a day: until then each event is signed by both, after it by the new one alone', async () => {
    const hook = await listens()
    const [before, after] = [receiver.secret, newSecret()]
    await home.store.commit(PLATFORM, [{ op: 'put', table: 'webhooks', row: { ...hook, rev: 1, secret: after, previous: { secret: before, until: home.now() + graceMs } } }])
    const tells = async (words: string): Promise<boolean | undefined> => {
      await home.says('甲', words)
      await sender.look()
      return receiver.got.at(-1)?.isSigned
    }
    expect(await tells('4栋电梯坏了')).toBe(true)
    receiver.secret = after
    expect(await tells('5栋水管漏了')).toBe(true)
    home.pass(graceMs)
    expect(await tells('6栋路灯不亮')).toBe(true)
    receiver.secret = before
    expect(await tells('7栋门禁坏了')).toBe(false)
  })

  it('is told words and place where that is wished for, masked', async () => {
    await listens({ withWords: true })
    await home.says('王阿姨', '电话13800000031，3栋2单元502门口楼道灯坏了')
    await sender.look()
    expect(receiver.got[0]?.text).toContain('楼道灯坏了')
    expect(receiver.got[0]?.text).not.toMatch(/13800000031|502/)
  })

  it('hears nothing of what somebody wants kept between us, nor of complaints about staff, nor of events it does not want', async () => {
    await listens({ events: ['request.filed'] })
    await home.says('甲', '请保密，3栋有人群租')
    await home.says('乙', '我要投诉网格员态度差，骂人')
    await home.says('丙', '4栋电梯坏了')
    await act('take')
    await sender.look()
    expect(receiver.got.map(({ body }) => body.data['service_code'])).toEqual(['public-fault'])
  })

  it('that does not answer is tried again, at longer and longer waits, under the same id, until it arrives', async () => {
    await listens()
    receiver.answer(500)
    await home.says('甲', '4栋电梯坏了')
    await sender.look()
    await sender.look()
    expect(receiver.got).toHaveLength(1)
    for (const ms of [5_000, 300_000, 1_800_000]) {
      home.pass(ms - 1)
      await sender.look()
      home.pass(1)
      await sender.look()
    }
    receiver.answer(200)
    home.pass(2 * hour)
    await sender.look()
    expect(receiver.got).toHaveLength(5)
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(1)
    expect((await rows()).map(({ state, attempts, tries }) => [state, attempts, tries.map(({ status }) => status)])).toEqual([['sent', 5, [500, 500, 500, 500, 200]]])
    expect((await home.store.get(PLATFORM, 'webhooks', 'hook-1'))?.failingSince).toBeNull()
  })

  it('that is silent for three days is told nothing more, and somebody is called to look', async () => {
    await listens()
    receiver.answer(503)
    await home.says('甲', '4栋电梯坏了')
    for (let i = 0; i < 12; i += 1) {
      await sender.look()
      home.pass(8 * hour)
    }
    const hook = await home.store.get(PLATFORM, 'webhooks', 'hook-1')
    expect(hook?.off?.by).toBe('failures')
    expect(givenUp.map(({ name }) => name)).toEqual(['区平台'])
    const before = receiver.got.length
    await home.says('乙', '5栋水管漏了')
    home.pass(48 * hour)
    await sender.look()
    expect(receiver.got).toHaveLength(before)
    expect((await rows()).every(({ state }) => state === 'failed')).toBe(true)
  })

  it('that says it is gone is not asked again', async () => {
    await listens()
    receiver.answer(410)
    await home.says('甲', '4栋电梯坏了')
    await sender.look()
    expect((await home.store.get(PLATFORM, 'webhooks', 'hook-1'))?.off?.by).toBe('gone')
  })

  it('is told after a restart what was left, and what happened while nobody listened; nothing twice', async () => {
    await listens()
    receiver.answer(500)
    await home.says('甲', '4栋电梯坏了')
    await sender.look()
    await sender.stop()
    // Between the commit of a request and its row for the other system: the process is gone.
    await home.says('乙', '5栋水管漏了')
    receiver.answer(200)
    home.pass(hour)
    await home.restart()
    await open()
    expect(receiver.got.map(({ body, id }) => [body.type, id])).toHaveLength(3)
    expect(new Set(receiver.got.map(({ id }) => id)).size).toBe(2)
    await sender.stop()
    await open()
    expect(receiver.got).toHaveLength(3)
  })

  it('that another process tells is left to it: nothing is sent twice, and nobody is kept busy waiting', async () => {
    await listens()
    const waited: number[] = []
    let isMine = false
    const other = createWebhookSender({
      store: home.store, cluster: { ...alone, isMine: () => isMine }, communities: () => [{ id: home.communityId }], post: createPost(guard), onGivenUp: () => undefined, now: home.now, newId: () => `e-${(serial += 1)}`,
      after: (ms) => { waited.push(ms); return () => undefined }, log: () => undefined,
    })
    await other.start()
    receiver.answer(500)
    await home.says('甲', '4栋电梯坏了')
    await other.look()
    await sender.look()
    home.pass(hour)
    await other.look()
    expect(receiver.got).toHaveLength(1)
    expect(waited.every((ms) => ms === 60_000)).toBe(true)
    // The other one is gone.
    await sender.stop()
    isMine = true
    receiver.answer(200)
    await other.look()
    expect((await rows()).map(({ state }) => state)).toEqual(['sent'])
    await other.stop()
  })

  it('may be sent one of the log again, by hand', async () => {
    await listens()
    await home.says('甲', '4栋电梯坏了')
    await sender.look()
    const [row] = await rows()
    expect((await sender.sendNow(home.communityId, row!))?.state).toBe('sent')
    expect(receiver.got.map(({ id }) => id)).toEqual([row?.eventId, row?.eventId])
  })
})
