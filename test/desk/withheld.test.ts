import { describe, expect, it } from 'vitest'
import { listConversations, showConversation } from '../../src/desk/conversations.js'
import type { Viewer } from '../../src/desk/inbox.js'
import { aNeighbourhood, type Neighbourhood } from '../conversation/neighbourhood.js'

const zhang: Viewer = { id: 'staff-zhang', name: '张建国', isLead: false }
const li: Viewer = { id: 'staff-li', name: '李芳', isLead: false }
const head: Viewer = { id: 'staff-head', name: '陈主任', isLead: true }
const minute = 60_000

const listed = async (place: Neighbourhood, viewer: Viewer) => (await listConversations(place.store, [place.communityId], viewer)).conversations
const read = async (place: Neighbourhood, who: string, viewer: Viewer) => showConversation(place.store, place.communityId, `memory:private:${who}`, viewer)

describe('a complaint about a member of staff', () => {
  it('is in no list and no talk of the one it names, but the head reads it', async () => {
    const place = await aNeighbourhood()
    await place.says('王秀英', '我要投诉张建国，态度太差了')
    expect((await place.requests())[0]?.owner.id).toBe('lead')
    expect(await listed(place, zhang)).toEqual([])
    expect(await read(place, '王秀英', zhang)).toBeNull()
    expect((await read(place, '王秀英', head))?.lines[0]?.text).toContain('张建国')
  })

  it('leaves the rest of the talk readable, as if it had not been said', async () => {
    const place = await aNeighbourhood()
    await place.says('王秀英', '3栋2单元楼道灯坏了')
    const before = (await listed(place, zhang))[0]
    place.pass(5 * minute)
    await place.says('王秀英', '我要投诉张建国，态度太差了')
    expect((await listed(place, zhang))[0]).toEqual(before)
    const seen = (await read(place, '王秀英', zhang))?.lines.map(({ text }) => text).join('\n')
    expect(seen).toContain('楼道灯')
    expect(seen).not.toContain('张建国')
  })
})

describe('an anonymous report', () => {
  it('stands under no name: the talk that is nothing else is in no list, not even of the head', async () => {
    const place = await aNeighbourhood()
    await place.says('王秀英', '我要匿名举报')
    await place.says('王秀英', '3栋2单元楼道有人堆杂物')
    expect((await place.requests())[0]?.discretion).toBe('anonymous')
    expect([await listed(place, li), await listed(place, head)]).toEqual([[], []])
    expect(await read(place, '王秀英', head)).toMatchObject({ title: '匿名居民', lines: [] })
  })

  it('does not move up the talk of somebody who is known from other reports', async () => {
    const place = await aNeighbourhood()
    await place.says('王秀英', '9栋门禁坏了')
    const before = await listed(place, li)
    place.pass(60 * minute)
    await place.says('王秀英', '匿名反映，3栋2单元楼道有人堆杂物')
    expect(await listed(place, li)).toEqual(before)
    expect(JSON.stringify(await read(place, '王秀英', li))).not.toContain('堆杂物')
  })

  it('whoever asks for a person after it is met by one', async () => {
    const place = await aNeighbourhood()
    await place.says('王秀英', '匿名反映，3栋2单元楼道有人堆杂物')
    place.pass(60 * minute)
    await place.says('王秀英', '人工')
    expect(await listed(place, li)).toMatchObject([{ mode: 'waiting' }])
    expect((await read(place, '王秀英', li))?.lines.map(({ text }) => text)).toContain('人工')
  })
})
