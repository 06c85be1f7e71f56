import { afterEach, describe, expect, it } from 'vitest'
import { StoreError } from '../../../src/errors.js'
import { overStore } from '../../conversation/neighbourhood.js'
import { group, until, wang } from './app.js'
import { aHouse, aStaffedHouse, type House } from './house.js'
import { buttonsOf, wordsOf } from './stand-in.js'

let house: House
afterEach(() => house.close())

const hear = (text: string, how: { readonly id: string; readonly at?: number }) => house.lark.event('im.message.receive_v1', house.lark.message(wang, text, how), { eventId: how.id })
const clerk = { kind: 'staff', id: 'staff-1', name: '小周', isLead: false } as const

/** A request of 王 that is done; answers the card that asks whether it is solved. */
async function aDoneRequest() {
  await hear('3栋楼下的灯坏了', { id: 'om_lamp' })
  await house.hood.engine.idle()
  const [filed] = await house.hood.requests()
  const taken = await house.hood.engine.actOnRequest(house.hood.communityId, filed?.id ?? '', filed?.rev ?? 0, { name: 'take', reason: null, brings: null }, clerk)
  await house.hood.engine.actOnRequest(house.hood.communityId, taken.id, taken.rev, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '换了灯管' } }, clerk)
  await house.hood.engine.idle()
  return house.lark.shown.findLast(({ to, type }) => to === wang && type === 'interactive')
}

describe('a button of a card, pressed fifty times at once and again after a restart', () => {
  it('is one answer, one change and one reply', async () => {
    house = await aHouse()
    const card = await aDoneRequest()
    const value = buttonsOf(card ?? { type: 'text', content: '{"text":""}' }).find(({ text }) => text.includes('没解决'))?.value
    const press = () => house.lark.event('card.action.trigger', { operator: { open_id: wang }, action: { tag: 'button', value }, context: { open_message_id: card?.id, open_chat_id: `oc_p2p_${wang}` } })
    const answers = await Promise.all(Array.from({ length: 50 }, press))
    expect(answers.every(({ how }) => how === 'acknowledged')).toBe(true)
    await house.hood.engine.idle()
    await house.hood.restart()
    await press()
    await house.hood.engine.idle()
    const [request] = await house.hood.requests()
    expect(request?.history.filter(({ move }) => move === 'reopen')).toHaveLength(1)
    expect(house.lark.shown.filter((one) => one.to === wang && wordsOf(one).includes('重'))).toHaveLength(1)
  })
})

describe('an event that comes seven hours late', () => {
  it('is filed, with the time at which the resident said it', async () => {
    house = await aHouse()
    const at = Date.now() - 7 * 3_600_000
    expect((await hear('3栋楼下的灯坏了', { id: 'om_late', at })).how).toBe('acknowledged')
    await house.hood.engine.idle()
    expect(await house.hood.requests()).toHaveLength(1)
    expect(house.lark.shown.filter(({ to }) => to === wang)).toHaveLength(1)
  })
})

describe('an event that the store does not take', () => {
  it('is refused within three seconds, never acknowledged, and filed once when it comes again', async () => {
    let isFull = false
    house = await aHouse(undefined, (store) => overStore(store, { commit: (...given) => (isFull ? Promise.reject(new StoreError('write-refused', 'no space left')) : store.commit(...given)) }))
    const lost: unknown[] = []
    const note = (reason: unknown): void => { lost.push(reason) }
    process.on('unhandledRejection', note)
    isFull = true
    const startedAt = performance.now()
    for (let i = 0; i < 3; i += 1) expect((await hear('3栋楼下的灯坏了', { id: 'om_full' })).how).toBe('refused')
    const tookMs = (performance.now() - startedAt) / 3
    expect(tookMs).toBeLessThan(3_000)
    isFull = false
    expect((await hear('3栋楼下的灯坏了', { id: 'om_full' })).how).toBe('acknowledged')
    await house.hood.engine.idle()
    process.off('unhandledRejection', note)
    expect(lost).toEqual([])
    expect(await house.hood.requests()).toHaveLength(1)
    console.log(`a full disk: refused after ${tookMs.toFixed(0)} ms each, 1 request when it came again`)
  })
})

describe('news that can never arrive', () => {
  it('because the resident is out of reach is tried once and left for staff as not delivered', async () => {
    house = await aHouse()
    await hear('3栋楼下的灯坏了', { id: 'om_lamp' })
    await house.hood.engine.idle()
    house.lark.gone.set(wang, 230013)
    const before = house.lark.calls.filter(({ to }) => to === wang).length
    const [filed] = await house.hood.requests()
    await house.hood.engine.actOnRequest(house.hood.communityId, filed?.id ?? '', filed?.rev ?? 0, { name: 'take', reason: null, brings: null }, clerk)
    await house.hood.engine.idle()
    const left = await house.hood.store.find(house.hood.communityId, 'outbox', {})
    expect(left).toMatchObject([{ state: 'failed', error: 'gone', attempts: 1 }])
    expect(house.lark.calls.filter(({ to }) => to === wang)).toHaveLength(before + 1)
  })

  it('because the bot was taken out of the group is tried once, and the card of staff is not held up', async () => {
    const staffed = await aStaffedHouse()
    house = staffed
    await staffed.say(wang, ' 3栋楼下的灯坏了', { chat: group, mentionsBot: true })
    await staffed.hood.engine.idle()
    await until(() => staffed.card().id !== '')
    staffed.lark.gone.set(group, 230002).set(wang, 230013)
    await staffed.write('我来看看')
    await staffed.hood.engine.idle()
    expect((await staffed.hood.store.find(staffed.hood.communityId, 'outbox', {})).map(({ state }) => state)).toEqual(['failed'])
    expect(await staffed.press('接单')).toContain('已办好')
  })
})
