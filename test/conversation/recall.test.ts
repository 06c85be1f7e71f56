import { describe, expect, it } from 'vitest'
import type { EditedMessage, InboundMessage, RecalledMessage } from '../../src/channels/channel.js'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'
import { moveInWords } from '../../src/requests/apply-move.js'

const recallOf = ({ channel, communityId, messageId, conversationId, sentAt }: InboundMessage): RecalledMessage => ({ kind: 'recalled', channel, communityId, messageId, conversationId, sentAt })
const inRoom = { conversationId: 'memory:room', chat: 'group' } as const

async function hear(home: Neighbourhood, event: InboundMessage | RecalledMessage | EditedMessage): Promise<string> {
  const before = home.channel.shown.length
  await home.channel.deliver(event)
  await home.engine.idle()
  return home.channel.shown.slice(before).map((shown) => shown.reply.text).join('\n')
}

/** Everything that is kept, as text. */
async function everything(home: Neighbourhood): Promise<string> {
  const tables = ['intake', 'conversations', 'dialogs', 'messages', 'requests', 'learning', 'unsaid', 'attachments'] as const
  return JSON.stringify(await Promise.all(tables.map((table) => home.store.find(home.communityId, table, {}))))
}

describe('a message taken back before its answer', () => {
  it('is not answered and files nothing, when the recall comes right behind it', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    await Promise.all([home.channel.deliver(sent), home.channel.deliver(recallOf(sent))])
    await home.engine.idle()
    expect(home.channel.shown).toEqual([])
    expect(await home.requests()).toEqual([])
    expect(await everything(home)).not.toContain('楼道灯')
  })

  it('is not answered when the recall comes before the message itself, also after a restart', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    expect(await hear(home, recallOf(sent))).toBe('')
    await home.restart()
    expect(await hear(home, sent)).toBe('')
    expect(await home.requests()).toEqual([])
  })

  it('still raises the alarm when somebody was in danger, and then forgets the words', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '5栋着火了浓烟好大')
    await home.channel.deliver(recallOf(sent))
    expect(await hear(home, sent)).toContain('119')
    const [conversation] = await home.store.find(home.communityId, 'conversations', {})
    expect(conversation?.handover).toMatchObject({ urgent: true })
    expect(conversation?.handover?.reason).toContain('撤回')
    expect(await everything(home)).not.toContain('浓烟')
  })
})

describe('a message taken back after it was filed', () => {
  it('leaves the public fault with its kind and place, without its words, and asks once whether it goes too', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了我婆婆昨天差点摔跤气死人')
    await hear(home, sent)
    const asked = await hear(home, recallOf(sent))
    expect(asked).toContain('要不要连同登记一起撤销')
    for (let times = 0; times < 4; times += 1) expect(await hear(home, recallOf(sent))).toBe('')
    const [request] = await home.requests()
    expect(request).toMatchObject({ status: 'assigned', address: '3栋2单元' })
    expect(request?.description).toMatch(/灯.*（居民撤回了这条消息）/)
    expect(request?.history.at(-1)?.note).toBe('居民撤回了原话')
    expect(await everything(home)).not.toContain('婆婆')
    expect(await home.says('王阿姨', '我那个修到哪了')).not.toContain('婆婆')
  })

  it('withdraws the request when told so, and keeps it when not', async () => {
    for (const [answer, status] of [['1', 'withdrawn'], ['撤销吧', 'withdrawn'], ['2', 'assigned'], ['不用，照常办', 'assigned']] as const) {
      const home = await aNeighbourhood()
      const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
      await hear(home, sent)
      await hear(home, recallOf(sent))
      await home.says('王阿姨', answer)
      expect([answer, (await home.requests())[0]?.status]).toEqual([answer, status])
    }
  })

  it('asks in private when it stood in the room, and says nothing there', async () => {
    const home = await aNeighbourhood()
    await home.says('王阿姨', '你好')
    const sent = home.message('王阿姨', '@小助手 3栋2单元楼道灯坏了摔了我婆婆', inRoom)
    await hear(home, sent)
    const before = home.channel.shown.length
    await hear(home, recallOf(sent))
    expect(home.channel.shown.slice(before).map(({ to }) => to.chat)).toEqual(['private'])
    await home.says('王阿姨', '撤销')
    expect((await home.requests())[0]?.status).toBe('withdrawn')
  })

  it('keeps its neighbours\' words and their request', async () => {
    const home = await aNeighbourhood()
    await home.says('老张', '3栋2单元楼道灯坏了黑得很')
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了我婆婆都不敢下楼')
    await hear(home, sent)
    expect(await hear(home, recallOf(sent))).toBe('')
    const [request] = await home.requests()
    expect(request?.description).toContain('黑得很')
    expect(request?.reporters).toHaveLength(2)
    expect(await everything(home)).not.toContain('婆婆')
  })
})

describe('an answer taken back while a form is open', () => {
  it('counts for nothing and is asked again', async () => {
    const home = await aNeighbourhood()
    await home.says('王阿姨', '楼道灯不亮了')
    const wrong = home.message('王阿姨', '帮我婆婆约个上门理发')
    await hear(home, wrong)
    expect(await hear(home, recallOf(wrong))).not.toContain('婆婆')
    expect(await everything(home)).not.toContain('婆婆')
  })

  it('drops the form when it was the message that began it', async () => {
    const home = await aNeighbourhood()
    const begun = home.message('王阿姨', '楼道灯不亮了')
    await hear(home, begun)
    expect(await hear(home, recallOf(begun))).toContain('没有登记')
    await home.says('王阿姨', '14栋1单元')
    expect((await home.requests()).filter((request) => request.description.includes('楼道灯'))).toEqual([])
  })

  it('asks for the phone again when the message with the phone was taken back', async () => {
    const home = await aNeighbourhood()
    await home.says('王阿姨', '我爸想上门理发')
    await home.says('王阿姨', '住5栋301')
    const phone = home.message('王阿姨', '电话13800000011')
    await hear(home, phone)
    const again = await hear(home, recallOf(phone))
    expect(again).toContain('撤回')
    expect(await everything(home)).not.toContain('13800000011')
    expect(await home.says('王阿姨', '13800000012')).toContain('13800000012')
  })
})

describe('what is left of a message taken back', () => {
  it('is no row in the queue of learning', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '那个哐哐当当的玩意儿又来劲了咋整哎')
    await hear(home, sent)
    await hear(home, recallOf(sent))
    expect(await home.store.find(home.communityId, 'learning', {})).toEqual([])
    expect(await everything(home)).not.toContain('哐哐')
  })

  it('takes the answer with it that has not gone out yet', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '一个社区配几个工作人员')
    home.channel.failNext('unavailable')
    expect(await hear(home, sent)).toBe('')
    expect(await home.store.find(home.communityId, 'outbox', {})).toHaveLength(1)
    expect(await hear(home, recallOf(sent))).toBe('')
    expect(await home.store.find(home.communityId, 'outbox', {})).toEqual([])
    expect(JSON.stringify(await home.store.find(home.communityId, 'messages', {}))).not.toContain('6至12人')
    expect(await home.says('王阿姨', '谢谢')).not.toMatch(/^$|6至12人/)
  })

  it('takes the waiting answer with it also when the process was stopped in between', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '一个社区配几个工作人员')
    home.channel.failNext('unavailable')
    await hear(home, sent)
    const intake = { id: 'zz-recall', rev: 0, eventKey: `memory:${sent.messageId}:recalled`, conversationId: sent.conversationId, state: 'pending', message: recallOf(sent), outcome: null, receivedAt: home.now(), doneAt: null } as const
    await home.store.commit(home.communityId, [{ op: 'put', table: 'intake', row: intake }])
    await home.restart()
    await home.engine.idle()
    expect(home.channel.shown).toEqual([])
    expect(await home.store.find(home.communityId, 'outbox', {})).toEqual([])
  })

  it('leaves what is said about a danger on its way', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '5栋着火了浓烟好大')
    home.channel.failNext('unavailable')
    await hear(home, sent)
    await hear(home, recallOf(sent))
    expect((await home.store.find(home.communityId, 'outbox', {})).map((row) => row.reply.urgency)).toEqual(['danger'])
  })

  it('leaves no byte of its picture, whether it was taken back before or after its turn', async () => {
    const home = await aNeighbourhood()
    for (const isLate of [true, false]) {
      const photo = { id: `att-${isLate}`, kind: 'image', mediaType: 'image/jpeg', bytes: 3 } as const
      const sent = home.message('王阿姨', '3栋2单元楼道灯坏了', { attachments: [photo] })
      await home.store.saveBlob(home.communityId, photo.id, new Uint8Array(3))
      await home.store.commit(home.communityId, [{ op: 'put', table: 'attachments', row: { ...photo, rev: 0, residentId: 'memory:王阿姨', conversationId: sent.conversationId, sha256: '0', at: home.now() } }])
      if (isLate) await hear(home, sent)
      await hear(home, recallOf(sent))
      if (!isLate) await hear(home, sent)
      expect([isLate, await home.store.loadBlob(home.communityId, photo.id)]).toEqual([isLate, null])
    }
    expect(await home.store.find(home.communityId, 'attachments', {})).toEqual([])
  })

  it('is no picture either', async () => {
    const home = await aNeighbourhood()
    const photo = { id: 'att-1', kind: 'image', mediaType: 'image/jpeg', bytes: 1 } as const
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了', { attachments: [photo] })
    await hear(home, sent)
    expect((await home.requests())[0]?.attachmentIds).toEqual(['att-1'])
    await hear(home, recallOf(sent))
    expect((await home.requests())[0]?.attachmentIds).toEqual([])
    expect(await everything(home)).not.toContain('att-1')
  })
})

const editOf = (sent: InboundMessage, text: string, change = 'c1'): EditedMessage =>
  ({ ...sent, kind: 'edited', eventId: `${sent.eventId}:${change}`, text, mentions: { ...sent.mentions, bot: text.includes('@小助手') } })

describe('a message changed before its answer', () => {
  it('is answered in its new words alone', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    await Promise.all([home.channel.deliver(sent), home.channel.deliver(editOf(sent, '5栋2单元楼道灯坏了'))])
    await home.engine.idle()
    expect((await home.requests()).map((request) => request.address)).toEqual(['5栋2单元'])
    expect(home.channel.shown).toHaveLength(1)
  })

  it('counts once, when the change comes before the message', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    await hear(home, editOf(sent, '5栋2单元楼道灯坏了'))
    expect(await hear(home, sent)).toBe('')
    expect((await home.requests()).map((request) => request.address)).toEqual(['5栋2单元'])
  })
})

describe('a message changed after its answer', () => {
  it('corrects what it filed while nobody has taken it: new words, the old ones gone, a line in the history', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    await hear(home, sent)
    const said = await hear(home, editOf(sent, '8栋1单元楼道灯坏了'))
    expect(said).toContain('8栋1单元')
    const [request, ...more] = await home.requests()
    expect(more).toEqual([])
    expect(request).toMatchObject({ address: '8栋1单元', description: '8栋1单元楼道灯坏了' })
    expect(request?.history.at(-1)?.note).toBe('居民改了原话')
    for (let times = 0; times < 4; times += 1) expect(await hear(home, editOf(sent, '8栋1单元楼道灯坏了'))).toBe('')
    expect((await home.requests())[0]?.history.filter(({ note }) => note === '居民改了原话')).toHaveLength(1)
  })

  it('is a note for staff once somebody has it in hand', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    await hear(home, sent)
    const [filed] = await home.requests()
    await home.engine.actOnRequest(home.communityId, filed?.id ?? '', filed?.rev ?? 0, moveInWords('take', ''), clerk)
    await hear(home, editOf(sent, '3栋2单元楼道灯坏了，5楼也不亮'))
    const [request] = await home.requests()
    expect(request?.description).toBe('3栋2单元楼道灯坏了')
    expect(request?.history.at(-1)?.note).toContain('5楼也不亮')
  })

  it('is answered again when it now asks something else, and not when only a mark was changed', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '社区工作人员怎么配备')
    const first = await hear(home, sent)
    expect(await hear(home, editOf(sent, '社区工作人员怎么配备？', 'c1'))).toBe('')
    const second = await hear(home, editOf(sent, '人工', 'c2'))
    expect(second).not.toBe('')
    expect(second).not.toBe(first)
    const lines = (await home.store.find(home.communityId, 'messages', {})).filter((line) => line.from === 'resident')
    expect(lines.map(({ text, changed }) => [text, changed])).toEqual([['人工', 'edited']])
  })

  it('takes the place of the answer it was to an open question', async () => {
    const home = await aNeighbourhood()
    await home.says('王阿姨', '我爸想上门理发')
    await home.says('王阿姨', '住5栋301')
    const phone = home.message('王阿姨', '电话13800000011')
    await hear(home, phone)
    expect(await hear(home, editOf(phone, '电话13800000012'))).toContain('13800000012')
    expect(JSON.stringify(await home.store.find(home.communityId, 'dialogs', {}))).not.toContain('13800000011')
  })

  it('tells of danger at once when that is what it now says', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    await hear(home, sent)
    expect(await hear(home, editOf(sent, '3栋2单元楼道着火了'))).toContain('119')
  })

  it('does nothing after it was taken back', async () => {
    const home = await aNeighbourhood()
    const sent = home.message('王阿姨', '3栋2单元楼道灯坏了')
    await hear(home, sent)
    await hear(home, recallOf(sent))
    expect(await hear(home, editOf(sent, '3栋2单元楼道灯坏了好几天'))).toBe('')
  })
})
