import { loadCalendar } from '../../src/knowledge/calendar.js'
import { apply, isRefusal, type Move } from '../../src/requests/apply-move.js'
import { silenceEnds } from '../../src/requests/follow-up.js'
import { dutyPost } from '../../src/requests/routing.js'
import { fileRequest, type RequestDraft, type ServiceRequest } from '../../src/requests/service-request.js'
import { openingHoursSchema, type WorkingTime } from '../../src/requests/working-time.js'

/** A moment in Asia/Shanghai: `2026-11-16T09:30`. */
export const at = (local: string): number => Date.parse(`${local}:00+08:00`)
export const local = (moment: number): string => new Date(moment + 8 * 3_600_000).toISOString().slice(0, 16)

const weekday = ['08:30-12:00', '14:00-17:30']
/** Monday to Friday, half past eight to half past five, with lunch. */
export const officeTime: WorkingTime = {
  years: await loadCalendar('knowledge'),
  hours: openingHoursSchema.parse({ seasons: [{ monday: weekday, tuesday: weekday, wednesday: weekday, thursday: weekday, friday: weekday, saturday: [], sunday: [] }], source: '测试', date: '2026-01-01' }),
}

export const aDraft: RequestDraft = {
  serviceCode: 'public-fault', serviceName: '公共设施报修', intent: 'repair_env', description: '楼道灯坏了', address: '3栋2单元', fields: [], attachmentIds: [],
  appointment: null, sourceKey: 'memory:m1:0', residentId: 'memory:甲', channel: 'memory', conversationId: 'memory:private:甲', chat: 'private', forwardTo: null,
}

/** Filed at `moment`; number and source follow the id. */
export function filedAt(moment: string, id = '1', over: Partial<RequestDraft> = {}): ServiceRequest {
  return fileRequest({ ...aDraft, sourceKey: `memory:${id}:0`, ...over }, { id, number: `HZ-2611-${id.padStart(4, '0')}`, now: at(moment), owner: dutyPost, placeKey: null })
}

/** The request after a move by `bot`, `甲` (its resident), `lead` or a member of staff; a refusal is a mistake of the test. */
export function moved(request: ServiceRequest, moment: string, name: Move['name'], by: string, brings: Move['brings'] = null, reason = '有原因'): ServiceRequest {
  const actor = by === 'bot' ? ({ kind: 'bot' } as const) : by === '甲' ? ({ kind: 'resident', id: 'memory:甲' } as const) : ({ kind: 'staff', id: by, name: by } as const)
  const after = apply(request, { name, reason, brings }, { actor, isLead: by === 'lead', now: at(moment) })
  if (isRefusal(after)) throw new Error(`${name}: ${after.refused}`)
  return after
}

/** Taken, done and asked about at these times by `li`; the resident is told until when an answer is awaited, where that can be counted. */
export function doneAt(request: ServiceRequest, taken: string, done: string, time = officeTime): ServiceRequest {
  const closed = moved(moved(request, taken, 'take', 'li'), done, 'close', 'li', { kind: 'evidence', attachmentIds: [], statement: '换了灯泡' })
  const until = silenceEnds(time, at(done))
  return until === null ? moved(closed, done, 'ask-confirm', 'bot') : moved(closed, done, 'ask-confirm-by', 'bot', { kind: 'deadline', dueAt: until })
}
