import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHealthBoard } from '../../../src/channels/health.js'
import { createPairing } from '../../../src/channels/pairing.js'
import { createReach } from '../../../src/paging/reach.js'
import { rosterId } from '../../../src/paging/roster.js'
import { group, until, wang, zhang } from './app.js'
import { aStaffedHouse, staffRoom, zhou, type StaffedHouse } from './house.js'

let house: StaffedHouse
beforeEach(async () => {
  const health = createHealthBoard(() => 0)
  health.report('lark', { kind: 'online' })
  house = await aStaffedHouse(undefined, (store, now) => ({ reach: createReach({ store, pairing: createPairing({ store, now }), health, present: () => Promise.resolve(new Set()), now }), deskUrl: () => null }))
  const line = { name: '值班', weekdays: [1, 2, 3, 4, 5, 6, 7], dates: null, from: '00:00', until: '00:00', staffIds: ['staff-zhou'] }
  await house.hood.store.commit(house.hood.communityId, [{ op: 'put', table: 'rosters', row: { id: rosterId, rev: 0, lines: [line], changedAt: 0, changedBy: '赵主任' } }])
})
afterEach(() => house.close())

const pages = () => house.hood.store.find(house.hood.communityId, 'pages', {})

describe('「应 1」 typed in the staff group', () => {
  it('answers the call, once, and the resident hears who has seen it', async () => {
    await house.say(wang, '3栋楼道着火了 快来人')
    await house.hood.engine.idle()
    await until(() => house.shownIn(zhou).some((text) => text.includes('应 1')))
    await house.say(zhou, '应 1', { chat: staffRoom, id: 'om_answer' })
    await house.say(zhou, '应 1', { chat: staffRoom, id: 'om_answer' })
    await house.hood.engine.idle()
    expect(await pages()).toMatchObject([{ state: 'answered', answeredBy: { id: 'staff-zhou', name: '小周' } }])
    expect(house.shownIn(staffRoom).filter((text) => text.includes('由您处理'))).toHaveLength(1)
    expect(house.shownIn(wang).at(-1)).toContain('小周已经看到')
  })

  it('by somebody who is linked to no account answers nothing', async () => {
    await house.say(wang, '3栋楼道着火了 快来人')
    await house.hood.engine.idle()
    await house.say(zhang, '应1', { chat: staffRoom })
    expect(house.shownIn(staffRoom).join()).toContain('关联')
    expect((await pages())[0]?.state).toBe('calling')
  })
})

describe('another program in a residents’ group', () => {
  it('is answered three times in a minute and then no more, which is noted; neighbours still are, and danger always', async () => {
    const asks = async (who: string, text: string): Promise<number> => {
      const before = house.shownIn(group).length
      await house.say(who, text, { chat: group, mentionsBot: true })
      await house.hood.engine.idle()
      return house.shownIn(group).length - before
    }
    const answers: number[] = []
    for (let round = 1; round <= 5; round += 1) answers.push(await asks(wang, ` 有人吗${round}`))
    expect(answers).toEqual([1, 1, 1, 0, 0])
    expect(house.hood.log.filter((event) => event === 'room.looped')).toHaveLength(2)
    expect(await asks(zhang, ' 有人吗')).toBe(1)
    expect(await asks(wang, ' 救命啊 3栋着火了')).toBe(1)
    house.hood.pass(60_000)
    expect(await asks(wang, ' 有人吗6')).toBe(1)
  })
})
