import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { group, wang, zhang } from './app.js'
import { aStaffedHouse, zhou, type StaffedHouse } from './house.js'

let house: StaffedHouse
beforeEach(async () => { house = await aStaffedHouse() })
afterEach(() => house.close())

const heard = () => house.shownIn(group)

/** Says it in the residents' group and waits until all of it is done; what was said to it. */
async function says(from: string, text: string, isCalled = false): Promise<readonly string[]> {
  const before = heard().length
  await house.say(from, text, { chat: group, mentionsBot: isCalled })
  await house.hood.engine.idle()
  return heard().slice(before)
}

describe('a pause word in a residents’ group on Lark', () => {
  it('of staff makes the bot quiet until they call it back; danger is answered all the same', async () => {
    expect(await says(zhou, '小助手先停一下')).toEqual([expect.stringContaining('先不说话')])
    expect(await says(wang, ' 3栋楼下的灯坏了', true)).toEqual([])
    expect((await says(zhang, '3栋着火了 快跑')).join()).toContain('119')
    expect(await says(zhou, ' 继续', true)).toEqual([expect.stringContaining('回来了')])
    expect((await says(wang, ' 3栋楼下的灯坏了', true)).join()).toContain('已受理')
  })

  it('keeps nothing of what neighbours say meanwhile', async () => {
    await says(zhou, '小助手休息一下')
    await says(wang, ' 物业费要涨到五块八了', true)
    expect(JSON.stringify(await house.hood.store.find(house.hood.communityId, 'messages', {}))).not.toContain('五块八')
  })

  it('of a neighbour pauses nothing', async () => {
    await says(zhang, '小助手先停一下')
    expect((await says(wang, ' 3栋楼下的灯坏了', true)).join()).toContain('已受理')
  })
})

describe('in a residents’ group on Lark', () => {
  it('what staff say to neighbours is theirs: the bot answers it only when they call it', async () => {
    expect(await says(zhou, '请问3栋楼道灯坏了找谁报修')).toEqual([])
    expect((await says(zhou, ' 3栋楼下的灯坏了', true)).join()).toContain('已受理')
  })

  it('the bot speaks when called only, where the group is set so', async () => {
    await says(wang, ' 有人吗', true)
    const id = `lark:chat:${group}`
    const row = await house.hood.store.get(house.hood.communityId, 'conversations', id)
    if (row === null) throw new Error('no conversation')
    await house.hood.store.commit(house.hood.communityId, [{ op: 'put', table: 'conversations', row: { ...row, gateMode: 'only-when-addressed' } }])
    expect(await says(wang, '请问3栋楼道灯坏了找谁报修')).toEqual([])
    expect((await says(wang, ' 3栋楼下的灯坏了', true)).join()).toContain('已受理')
  })

  it('a second report of the same fault is joined to the first instead of repeated', async () => {
    await says(wang, ' 3栋2单元楼道灯坏了', true)
    expect((await says(zhang, ' 3栋2单元的楼道灯不亮', true)).join()).toContain('已并入')
    expect(await house.hood.requests()).toHaveLength(1)
  })

  it('an ID number in the open is asked to be taken back and kept nowhere', async () => {
    expect((await says(wang, '登记 330502190003170037')).join()).toContain('撤回')
    const rows = await Promise.all((['messages', 'intake', 'dialogs', 'outbox'] as const).map((table) => house.hood.store.find(house.hood.communityId, table, {})))
    expect(JSON.stringify(rows)).not.toContain('330502190003170037')
  })
})
