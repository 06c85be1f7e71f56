import { describe, expect, it } from 'vitest'
import { placesToTell, type BookingWait } from '../../src/booking/waiting.js'
import type { BookableSlot } from '../../src/booking/slot.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { aNeighbourhood, type Neighbourhood } from '../conversation/neighbourhood.js'

const years = await loadCalendar('knowledge')
const aTown = (): Promise<Neighbourhood> => aNeighbourhood('huzhou-demo', { years })
const hourMs = 3_600_000

async function talk(home: Neighbourhood, who: string, lines: readonly string[]): Promise<string> {
  let last = ''
  for (const line of lines) last = await home.says(who, line)
  return last
}

/** What one look tells, and whom. */
async function look(home: Neighbourhood): Promise<readonly (readonly [string, string])[]> {
  const from = home.channel.shown.length
  await home.engine.bookings.run()
  await home.engine.idle()
  return home.channel.shown.slice(from).map(({ to, reply }) => [to.conversationId.replace('memory:private:', ''), reply.text] as const)
}

describe('a time that is taken', () => {
  it('given back is told to those who queued, in their order, once each and in private', async () => {
    const home = await aTown()
    await talk(home, '甲', ['活动室明天下午两点', '对'])
    expect(await home.says('乙', '活动室明天下午两点')).toMatch(/没有号了.*回「排队」/)
    expect(await home.says('乙', '排队')).toMatch(/给您排上了。有人退号/)
    await home.says('丙', '活动室明天下午两点')
    expect(await home.says('丙', '排队')).toContain('前面还有1位')
    expect(await look(home)).toEqual([])
    await home.says('甲', '来不了，退了')
    const told = await look(home)
    expect(told.map(([who]) => who)).toEqual(['乙'])
    expect(told[0]?.[1]).toMatch(/有人退号：活动室 11月24日（周二）14:00—16:00空出来了/)
    expect(await look(home)).toEqual([])
    home.pass(31 * 60_000)
    expect((await look(home)).map(([who]) => who)).toEqual(['丙'])
    home.pass(31 * 60_000)
    expect(await look(home)).toEqual([])
  })

  it('and told of, is booked with the words that were named', async () => {
    const home = await aTown()
    await talk(home, '甲', ['活动室明天下午两点', '对'])
    await talk(home, '乙', ['活动室明天下午两点', '排队'])
    await home.says('甲', '来不了，退了')
    const words = /回「(.+?)」/.exec((await look(home))[0]?.[1] ?? '')?.[1] ?? ''
    expect(await talk(home, '乙', [words, '对'])).toMatch(/约好了：活动室 11月24日（周二）14:00—16:00/)
  })

  it('given back at night is told in the morning', async () => {
    const home = await aTown()
    await talk(home, '甲', ['活动室后天下午两点', '对'])
    await talk(home, '乙', ['活动室后天下午两点', '排队'])
    home.pass(14 * hourMs)
    await home.says('甲', '来不了，退了')
    expect(await look(home)).toEqual([])
    home.pass(8 * hourMs)
    expect((await look(home)).map(([who]) => who)).toEqual(['乙'])
  })

  it('is waited for no longer after 「不排了」, nor in a room', async () => {
    const home = await aTown()
    await talk(home, '甲', ['活动室明天下午两点', '对'])
    expect(await talk(home, '乙', ['活动室明天下午两点', '排队', '排队'])).not.toContain('排上了')
    expect(await home.says('乙', '不排了')).toContain('不排了')
    await home.says('甲', '来不了，退了')
    expect(await look(home)).toEqual([])
  })
})

describe('who is told', () => {
  const wait = (id: string, more: Partial<BookingWait> = {}): BookingWait => ({
    id, rev: 1, residentId: id, to: { channel: 'web', conversationId: id, chat: 'private', residentId: id }, serviceCode: 's', what: '法律咨询', from: '2026-11-25T00:00', until: '2026-11-25T23:59', endsAt: 1e15, told: null, ...more,
  })
  const slot = (id: string, places: number): BookableSlot => ({ id, rev: 1, what: '法律咨询', at: '2026-11-25T09:00:00+08:00', capacity: places, taken: 0 })

  it('is never more than there are places', () => {
    const waits = ['c', 'a', 'd', 'b'].map((id) => wait(id))
    expect(placesToTell(waits, () => [slot('x', 2), slot('y', 1)], 0).map((one) => `${one.wait.id} ${one.slot.id}`)).toEqual(['a x', 'b x', 'c y'])
  })

  it('is nobody whose day is over, who was told, or who waits for something else', () => {
    const waits = [wait('a', { endsAt: 5 }), wait('b', { told: { at: 0, slotId: 'z' } }), wait('c', { what: '活动室' }), wait('d', { from: '2026-11-26T00:00', until: '2026-11-26T23:59' })]
    expect(placesToTell(waits, () => [slot('x', 4)], 10)).toEqual([])
  })
})
