import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatHistory } from '../../src/channels/web-types.js'
import { aMessage } from '../store/rows.js'
import { huzhou, runningServer, type RunningServer } from '../desk/running-server.js'

describe('whose data are all deleted', () => {
  let server: RunningServer
  beforeAll(async () => { server = await runningServer() })
  afterAll(() => server.close())

  it('stays in the talk, reads the receipt there after a reload, and goes on as somebody of whom nothing is known', async () => {
    const own = await server.resident()
    const { residentId } = own.session
    const row = await server.store.get(huzhou, 'residents', residentId)
    await server.store.commit(huzhou, [
      { op: 'remove', table: 'residents', id: residentId, rev: row?.rev ?? 0 },
      { op: 'put', table: 'messages', row: aMessage({ id: 'receipt', conversationId: own.privateId, from: 'bot', text: '删除回执' }) },
    ])
    const [first, second] = await Promise.all([1, 2].map(() => own.call('GET', `/api/chat/messages?conversation=${encodeURIComponent(own.privateId)}`)))
    expect([first?.statusCode, second?.statusCode]).toEqual([200, 200])
    expect(first?.json<ChatHistory>().lines.map(({ text }) => text)).toContain('删除回执')
    expect(await server.store.get(huzhou, 'residents', residentId)).toMatchObject({ phone: null, noticedAt: null, privateConversationId: own.privateId })
  })
})
