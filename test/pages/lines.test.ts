import { describe, expect, it } from 'vitest'
import { mergeLines, numbersToCall, offeredChoices, partNumbers, sayDay } from '../../src/channels/web-chat/lines.js'
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
    expect(partNumbers('工单 DH-2611-0042。')).toEqual([
      { words: '工单 ', isNumber: false }, { words: 'DH-2611-0042', isNumber: true }, { words: '。', isNumber: false },
    ])
    expect(partNumbers('没有号')).toEqual([{ words: '没有号', isNumber: false }])
  })

  it('names days by the clock of Beijing', () => {
    const now = Date.parse('2026-11-23T00:30:00+08:00')
    expect(sayDay(Date.parse('2026-11-23T00:01:00+08:00'), now)).toBe('今天')
    expect(sayDay(Date.parse('2026-11-22T23:59:00+08:00'), now)).toBe('昨天')
    expect(sayDay(Date.parse('2026-11-20T12:00:00+08:00'), now)).toBe('2026年11月20日')
  })
})
