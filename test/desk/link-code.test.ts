import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LinkCodeShown } from '../../src/desk/api-types.js'
import { hashLinkCode } from '../../src/residents/codes.js'
import { huzhou, runningServer, type RunningServer } from './running-server.js'

let server: RunningServer
beforeAll(async () => {
  server = await runningServer()
  for (const [id, chat, residentId] of [['web:huzhou-test:r1', 'private', 'web:r1'], ['web:huzhou-test:room', 'group', null]] as const) {
    await server.store.commit(huzhou, [{ op: 'put', table: 'conversations', row: { id, rev: 0, channel: 'web', chat, residentId, title: '邻居', mode: 'bot', handover: null, takenBy: null, lastAt: 1 } }])
  }
})
afterAll(() => server.close())

const pathOf = (id: string): string => `/api/desk/conversations/${huzhou}/${encodeURIComponent(id)}/link-code`

describe('a link code handed out at the desk', () => {
  it('is shown once, kept by its hash with who handed it out, and takes the place of the one before', async () => {
    const staff = await server.staff('staff')
    const first = (await staff.call('POST', pathOf('web:huzhou-test:r1'), {})).json<LinkCodeShown>()
    const second = await staff.call('POST', pathOf('web:huzhou-test:r1'), {})
    expect(second.statusCode).toBe(201)
    const { code, minutes } = second.json<LinkCodeShown>()
    expect([code, minutes]).toEqual([expect.stringMatching(/^\d{6}$/), 10])
    expect(await server.store.get(huzhou, 'linkCodes', hashLinkCode(huzhou, code))).toMatchObject({ residentId: 'web:r1', conversationId: 'web:huzhou-test:r1', staffId: staff.account.id, usedAt: null })
    expect((await server.store.get(huzhou, 'linkCodes', hashLinkCode(huzhou, first.code)))?.usedAt).not.toBeNull()
  })

  it('is for one resident: in a room, or for who only reads along, there is none', async () => {
    const staff = await server.staff('staff')
    expect((await staff.call('POST', pathOf('web:huzhou-test:room'), {})).statusCode).toBe(400)
    expect((await (await server.staff('auditor')).call('POST', pathOf('web:huzhou-test:r1'), {})).statusCode).toBe(403)
  })
})
