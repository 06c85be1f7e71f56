import { describe, expect, it } from 'vitest'
import { listConversations, showConversation } from '../../src/desk/conversations.js'
import type { Viewer } from '../../src/desk/inbox.js'
import { aNeighbourhood, clerk, type Neighbourhood } from '../conversation/neighbourhood.js'
import { huzhou, runningServer } from './running-server.js'

const listener: Viewer = { id: clerk.id, name: clerk.name, isLead: false }
const colleague: Viewer = { id: 'staff-li', name: '李芳', isLead: false }
const auditor: Viewer = { id: 'auditor', name: '审计', isLead: true }
const head: Viewer = { id: 'staff-head', name: '陈主任', isLead: true, hearsAll: true }
const chat = 'memory:private:王秀英'
const hour = 3_600_000

const row = async (place: Neighbourhood, viewer: Viewer) => (await listConversations(place.store, [place.communityId], viewer)).conversations.find(({ id }) => id === chat)
const read = async (place: Neighbourhood, viewer: Viewer) => (await showConversation(place.store, place.communityId, chat, viewer))?.lines.map(({ text }) => text).join('\n')

describe('what is said in confidence', () => {
  it.each(['老伴走了以后我天天睡不着，心里堵得慌，想找个人说说话', '我活着没意思，不想拖累孩子了', '我老公又打我，我不敢出门'])('「%s」 waits for a person under no name, and is read by the head and by who takes it in hand, nobody else', async (words) => {
    const place = await aNeighbourhood()
    await place.says('王秀英', words)
    expect(await row(place, colleague)).toMatchObject({ mode: 'waiting', title: '一位居民', isConfided: true })
    expect((await row(place, colleague))?.reason).not.toMatch(/轻生|倾听|暴力/)
    expect(await row(place, head)).toMatchObject({ title: '王秀英', isConfided: true })
    expect(await read(place, head)).toContain(words)
    for (const viewer of [colleague, listener, auditor]) expect(await read(place, viewer)).toBe('')
    await place.engine.takeConversation(place.communityId, chat, clerk)
    await place.says('王秀英', '谢谢你肯听我说这些')
    expect(await read(place, listener)).toMatch(new RegExp(`${words}[^]*谢谢你肯听我说这些`))
    for (const viewer of [colleague, auditor]) expect(await read(place, viewer)).toBe('')
  })

  it('stays so when it is over, and what the resident turns to next is everybody’s work again', async () => {
    const place = await aNeighbourhood()
    await place.says('王秀英', '3栋2单元楼道灯坏了')
    place.pass(hour)
    await place.says('王秀英', '心里苦，没人能说话，想找人聊聊')
    await place.engine.takeConversation(place.communityId, chat, clerk)
    await place.engine.say(place.communityId, chat, '大姐，您慢慢说，我听着', clerk)
    await place.engine.releaseConversation(place.communityId, chat, clerk)
    place.pass(hour)
    await place.says('王秀英', '那个灯修了没')
    expect(await row(place, colleague)).toMatchObject({ title: '王秀英' })
    expect((await row(place, colleague))?.isConfided).toBeUndefined()
    const seen = await read(place, colleague)
    expect(seen).toMatch(/楼道灯坏了[^]*灯修了没/)
    expect(seen).not.toMatch(/心里苦|慢慢说/)
    expect(await read(place, listener)).toMatch(/楼道灯坏了[^]*心里苦[^]*慢慢说[^]*灯修了没/)
  })

  it('teaches the machine nothing, whoever answers it', async () => {
    const place = await aNeighbourhood()
    await place.says('王秀英', '心里苦，没人能说话，想找人聊聊')
    await place.engine.takeConversation(place.communityId, chat, clerk)
    await place.says('王秀英', '儿子三年没回来过了，我要办低保怎么办')
    expect(await place.store.find(place.communityId, 'learning', {})).toEqual([])
  })

  it('in a room is the one message and its answer, not the neighbours’ talk', async () => {
    const place = await aNeighbourhood()
    await place.saysInRoom('王秀英', '@小助手 我心里难受，想找个人聊聊')
    place.pass(60_000)
    await place.saysInRoom('赵大爷', '@小助手 5栋楼下井盖坏了')
    const seen = (await showConversation(place.store, place.communityId, 'memory:room', colleague))?.lines.map(({ text }) => text).join('\n')
    expect(seen).toContain('井盖')
    expect(seen).not.toContain('心里难受')
  })

  it('gives its pictures to nobody else, and no fact is made of what staff said in it', async () => {
    const server = await runningServer()
    const [staff, other, lead, audit] = await Promise.all([server.staff('staff'), server.staff('staff'), server.staff('lead'), server.staff('auditor')])
    await server.store.saveBlob(huzhou, 'p1', Buffer.from('jpeg'))
    await server.store.commit(huzhou, [
      { op: 'put', table: 'conversations', row: { id: 'c1', rev: 0, channel: 'web', chat: 'private', residentId: 'web:r1', title: '邻居', mode: 'staff', handover: null, takenBy: null, lastAt: 1, confided: [{ from: 1, until: null, heardBy: [staff.account.id] }] } },
      { op: 'put', table: 'attachments', row: { id: 'p1', rev: 0, residentId: 'web:r1', conversationId: 'c1', kind: 'image', mediaType: 'image/jpeg', bytes: 4, sha256: '', at: 2 } },
      { op: 'put', table: 'messages', row: { id: 'm0', rev: 0, conversationId: 'c1', at: 0, from: 'staff', authorId: 'staff:x', authorName: 'x', text: '周三上午办', attachments: [], reply: null, requestId: null } },
      { op: 'put', table: 'messages', row: { id: 'm1', rev: 0, conversationId: 'c1', at: 3, from: 'staff', authorId: 'staff:x', authorName: 'x', text: '您慢慢说', attachments: [], reply: null, requestId: null } },
    ])
    const codes = await Promise.all([staff, other, lead, audit].map(async (page) => (await page.call('GET', `/api/desk/attachments/${huzhou}/p1`)).statusCode))
    expect(codes).toEqual([200, 404, 200, 404])
    const made = await Promise.all(['m0', 'm1'].map(async (id) => (await lead.call('GET', `/api/desk/knowledge/facts/${huzhou}/from/${id}`)).statusCode))
    expect(made).toEqual([200, 404])
    await server.close()
  })
})
