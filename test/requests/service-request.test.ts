import { describe, expect, it } from 'vitest'
import { fileRequest, numberMonth, requestNumber, requestStatuses, statusName, type RequestDraft } from '../../src/requests/service-request.js'
import { statusesAfter } from '../../src/requests/moves.js'
import { dutyPost } from '../../src/requests/routing.js'

const draft: RequestDraft = {
  serviceCode: 'public-fault', serviceName: '公共设施报修', intent: 'repair_env', description: '楼道灯坏了', address: '3栋2单元', fields: [], attachmentIds: [],
  appointment: null, sourceKey: 'memory:m1:0', residentId: 'memory:甲', channel: 'memory', conversationId: 'memory:private:甲', chat: 'private', forwardTo: null,
}
const given = { id: '1', number: 'HZ-2611-0001', now: 1_000, owner: dutyPost, placeKey: 'key' }

describe('a request', () => {
  it('is submitted by its resident, accepted, and assigned to an owner, in that order', () => {
    const request = fileRequest(draft, given)
    expect(request.history.map((change) => [change.actor.kind, change.to])).toEqual([['resident', 'submitted'], ['bot', 'accepted'], ['bot', 'assigned']])
    expect(request.owner).toEqual(dutyPost)
  })

  it('that only another unit may act on is forwarded from the start', () => {
    expect(fileRequest({ ...draft, forwardTo: '城管执法部门' }, given).status).toBe('forwarded')
  })

  it('never leaves an ending but to be redone or archived', () => {
    for (const ending of ['withdrawn', 'declined', 'merged'] as const) expect(statusesAfter(ending)).toEqual([])
    expect(statusesAfter('archived')).toEqual(['reopened'])
    expect(statusesAfter('resolved')).toEqual(['reopened', 'archived'])
  })

  it('has a name for people in every status', () => {
    expect(new Set(requestStatuses.map(statusName)).size).toBe(requestStatuses.length)
  })
})

describe('a request number', () => {
  it('carries prefix, month and serial', () => {
    expect(requestNumber('HZ', '2611', 42)).toBe('HZ-2611-0042')
    expect(requestNumber('HZ', '2611', 12_345)).toBe('HZ-2611-12345')
  })

  it('takes its month from Asia/Shanghai, not from the machine', () => {
    expect(numberMonth(Date.parse('2026-10-31T17:00:00Z'))).toBe('2611')
    expect(numberMonth(Date.parse('2026-10-31T15:59:59Z'))).toBe('2610')
  })
})
