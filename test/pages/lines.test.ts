import { describe, expect, it } from 'vitest'
import { mergeLines, numbersToCall, offeredChoices, partLine, sayDay } from '../../src/channels/web-chat/lines.js'
import type { ChatLine } from '../../src/channels/web-types.js'

const aLine = (given: Partial<ChatLine> & { readonly id: string }): ChatLine => ({
  conversationId: 'c', at: 0, from: 'bot', name: null, text: '', choices: [], citations: [], attachments: [], urgent: false, clientId: null, ...given,
})

describe('the lines of a conversation', () => {
  it('shows a line once however often it comes, in order', () => {
    const first = mergeLines([], [aLine({ id: '02' }), aLine({ id: '01' })])
    const again = mergeLines(first, [aLine({ id: '02', text: 'newer copy' }), aLine({ id: '03' })])
    expect(again.map((line) => [line.id, line.text])).toEqual([['01', ''], ['02', 'newer copy'], ['03', '']])
  })

  it('offers the short answers of the last question until the resident has answered', () => {
    const asked = aLine({ id: '1', choices: ['对', '不对'] })
    expect(offeredChoices([asked])).toEqual(['对', '不对'])
    expect(offeredChoices([asked, aLine({ id: '2', from: 'neighbour' })])).toEqual(['对', '不对'])
    expect(offeredChoices([asked, aLine({ id: '2', from: 'me' })])).toEqual([])
    expect(offeredChoices([asked, aLine({ id: '2' })])).toEqual([])
  })

  it('makes emergency numbers callable, and no other number', () => {
    expect(numbersToCall('请拨打119，有人受伤拨打 120。工单 DH-2611-0110')).toEqual(['119', '120'])
    expect(numbersToCall('3栋2单元，1190元')).toEqual([])
  })

  it('never breaks a request number at the end of a line', () => {
    expect(partLine('工单 DH-2611-0042。', [])).toEqual([
      { words: '工单 ', kind: 'plain' }, { words: 'DH-2611-0042', kind: 'number' }, { words: '。', kind: 'plain' },
    ])
    expect(partLine('没有号', [])).toEqual([{ words: '没有号', kind: 'plain' }])
  })

  it('marks the words that answer in the sentence quoted, in a shortened one too, and nowhere else', () => {
    const citation = { kind: 'policy', document: '示例办法', number: null, section: '一', quote: '若干名以上，每个社区配备若干名。', source: '', status: 'in-force', jurisdiction: '330500', date: null, clause: '', answer: { start: 12, end: 15 } } as const
    const marked = (text: string) => partLine(text, [citation]).map(({ words, kind }) => (kind === 'answer' ? `[${words}]` : words)).join('')
    expect(marked('「若干名以上，每个社区配备若干名。」')).toBe('「若干名以上，每个社区配备[若干名]。」')
    expect(marked('若干名：「…每个社区配备若干名。」')).toBe('若干名：「…每个社区配备[若干名]。」')
    expect(marked('「每个社区配备…」')).toBe('「每个社区配备…」')
    expect(marked('工单 DH-2611-0042，「若干名以上，每个社区配备若干名。」')).toBe('工单 DH-2611-0042，「若干名以上，每个社区配备[若干名]。」')
    expect(partLine('没有号', [{ ...citation, answer: { start: 4, end: 4 } }])).toEqual([{ words: '没有号', kind: 'plain' }])
  })

  it('names days by the clock of Beijing', () => {
    const now = Date.parse('2026-11-23T00:30:00+08:00')
    expect(sayDay(Date.parse('2026-11-23T00:01:00+08:00'), now)).toBe('今天')
    expect(sayDay(Date.parse('2026-11-22T23:59:00+08:00'), now)).toBe('昨天')
    expect(sayDay(Date.parse('2026-11-20T12:00:00+08:00'), now)).toBe('2026年11月20日')
  })
})
