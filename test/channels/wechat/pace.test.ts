import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createPace, personsPace } from '../../../src/channels/wechat/pace.js'

const at = (time: string): number => Date.parse(`2026-11-20T${time}:00+08:00`)

function aPace(time: string, chance = 0.5) {
  const clock = { now: at(time) }
  return { clock, pace: createPace({ now: () => clock.now, chance: () => chance }) }
}

describe('the pace of a person', () => {
  it('leaves no more than 20 messages in any minute in one room and 40 of the account, with a gap between two', () => {
    fc.assert(fc.property(fc.array(fc.record({ room: fc.integer({ min: 0, max: 3 }), passesMs: fc.integer({ min: 0, max: 3_000 }), chance: fc.double({ min: 0, max: 1, noNaN: true }) }), { maxLength: 150 }), (sends) => {
      const clock = { now: at('10:00') }
      let chance = 0
      const pace = createPace({ now: () => clock.now, chance: () => chance })
      const left: { readonly room: number; readonly at: number }[] = []
      for (const send of sends) {
        clock.now += send.passesMs
        chance = send.chance
        left.push({ room: send.room, at: clock.now + pace.place(`room-${send.room}`, false) })
      }
      for (const room of [0, 1, 2, 3, null]) {
        const times = left.filter((one) => room === null || one.room === room).map((one) => one.at).sort((a, b) => a - b)
        const most = room === null ? personsPace.perMinute : personsPace.perMinuteInConversation
        for (const [index, time] of times.entries()) {
          expect((times[index + most] ?? Infinity) - time).toBeGreaterThanOrEqual(60_000)
          if (room !== null) expect((times[index + 1] ?? Infinity) - time).toBeGreaterThanOrEqual(personsPace.conversationGapMs[0])
        }
      }
    }), { seed: 1120, numRuns: 60 })
  })

  it('keeps nobody in danger waiting, nor what stands before the warning in the same room', () => {
    const { pace } = aPace('10:00')
    for (let i = 0; i < 30; i += 1) pace.place('room', false)
    expect(pace.place('room', true)).toBe(0)
    pace.heard('room', true)
    expect(pace.place('room', false)).toBe(0)
  })
})

describe('the night', () => {
  it('is no hindrance for who just wrote, for ten minutes and for nobody else', () => {
    const { pace, clock } = aPace('23:00')
    pace.heard('wang', false)
    expect(pace.isAwake('wang')).toBe(true)
    expect(pace.isAwake('zhang')).toBe(false)
    clock.now += 10 * 60_000
    expect(pace.isAwake('wang')).toBe(false)
  })
})
