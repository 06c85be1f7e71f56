import { describe, expect, it } from 'vitest'
import { encodeReply } from '../../../src/channels/wechat/encode.js'
import { createOwnLines } from '../../../src/channels/wechat/own-lines.js'
import { aReply } from '../../contracts/channel.js'

describe('a reply in WeChat', () => {
  it('offers its choices as numbers', () => {
    expect(encodeReply(aReply('请核对：3栋楼下公共照明', { choices: ['对', '不对', '取消'] }), 'private')).toBe('请核对：3栋楼下公共照明\n1 对　2 不对　3 取消')
  })

  it('does not number choices again that are numbered, nor repeat what the words list', () => {
    expect(encodeReply(aReply('要撤销吗？', { choices: ['1 撤销', '2 不用'] }), 'private')).toBe('要撤销吗？\n1 撤销　2 不用')
    expect(encodeReply(aReply('是本人办吗？\n1 是　2 不是', { choices: ['是', '不是'] }), 'private')).toBe('是本人办吗？\n1 是　2 不是')
  })

  it('names its source once, and says of a draft that it is one', () => {
    const source = { kind: 'policy', document: '示例市关于加强社区建设的实施意见', number: '示政发〔2026〕1号', section: '二/(三)/3', quote: '每个社区配备工作人员不少于5名', source: '每个社区配备工作人员不少于5名', status: 'in-force', jurisdiction: '330500', date: '2026-01-01', clause: '很长的一条' } as const
    const answer = '「每个社区配备工作人员不少于5名」\n——《示例市关于加强社区建设的实施意见》（示政发〔2026〕1号） 二/(三)/3'
    expect(encodeReply(aReply(answer, { citations: [source, source] }), 'private')).toBe(answer)
    const draft = encodeReply(aReply('不少于5名。', { citations: [{ ...source, status: 'draft' }] }), 'private')
    expect(draft.match(/每个社区配备/g)).toHaveLength(1)
    expect(draft).toContain('征求意见稿')
  })

  it('is three lines in a room, its choices among them', () => {
    const long = aReply(['一', '二', '三', '四', '五'].map((n) => `第${n}行${'字'.repeat(200)}`).join('\n'), { choices: ['对', '不对'] })
    expect(encodeReply(long, 'group').split('\n')).toHaveLength(3)
    expect(encodeReply(long, 'group').length).toBeLessThan(250)
  })

  it('is whole in a room when somebody is in danger, and when a person wrote it', () => {
    const lines = ['请马上离开', '不要开灯', '拨打119', '社区已经派人', '在楼下等']
    expect(encodeReply(aReply(lines.join('\n'), { urgency: 'danger' }), 'group')).toBe(lines.join('\n'))
    expect(encodeReply(aReply(lines.join('\n'), { from: { kind: 'staff', name: '李师傅' } }), 'group')).toBe(`【社区工作人员 李师傅】${lines.join('\n')}`)
  })
})

describe('a typed number', () => {
  const privateChat = { channel: 'wechat', conversationId: 'wechat:p2p:s1:wang', chat: 'private', residentId: 'wechat:s1:wang' } as const
  const inRoom = { channel: 'wechat', conversationId: 'wechat:room:1', chat: 'group', residentId: null, inReplyTo: 'wechat:m1' } as const

  it('is the choice that stood beside it', () => {
    const own = createOwnLines(() => 1_000)
    own.sent(privateChat, aReply('对吗', { choices: ['对', '不对'] }), '对吗', null)
    expect(own.chosen(privateChat.conversationId, 'wechat:s1:wang', ' ２。')).toBe('不对')
    expect(own.chosen(privateChat.conversationId, 'wechat:s1:wang', '3')).toBeNull()
    expect(own.chosen(privateChat.conversationId, 'wechat:s1:wang', '2号楼')).toBeNull()
  })

  it('means nothing any more once something else was said, or after a day', () => {
    const clock = { now: 1_000 }
    const own = createOwnLines(() => clock.now)
    own.sent(privateChat, aReply('对吗', { choices: ['对', '不对'] }), '对吗', null)
    clock.now += 25 * 3_600_000
    expect(own.chosen(privateChat.conversationId, 'wechat:s1:wang', '1')).toBeNull()
    clock.now = 1_000
    own.sent(privateChat, aReply('好的'), '好的', null)
    expect(own.chosen(privateChat.conversationId, 'wechat:s1:wang', '1')).toBeNull()
  })

  it('in a room is the answer of the one who was asked, not of a neighbour', () => {
    const own = createOwnLines(() => 1_000)
    own.wrote('wechat:m1', 'wechat:s1:wang')
    own.sent(inRoom, aReply('对吗', { choices: ['对', '不对'] }), '对吗', null)
    expect(own.chosen(inRoom.conversationId, 'wechat:s1:wang', '1')).toBe('对')
    expect(own.chosen(inRoom.conversationId, 'wechat:s1:zhang', '1')).toBeNull()
  })
})
