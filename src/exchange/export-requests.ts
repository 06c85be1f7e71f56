import { redact } from '../privacy.js'
import type { Due } from '../requests/clock.js'
import { withoutDoors } from '../requests/place.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import { tidy, type ExchangeRecord } from './record.js'
import { writeTime } from './times.js'

/** A request as it may leave the house: without numbers, names and doors of residents. */
export function recordOf(one: ServiceRequest, due: Due): ExchangeRecord {
  const answer = one.history.findLast(({ move, note, brought }) => move === 'reply' || move === 'decline' || (brought?.kind === 'evidence' && note !== null))
  const ticket = one.channel === 'exchange' ? one.fields.find(({ name }) => name === 'ticket')?.value : undefined
  return tidy({
    number: one.number, service: one.serviceName, status: isOpen(one) ? '在办' : '已结束', filed_at: writeTime(one.filedAt), updated_at: writeTime(one.updatedAt), owner: one.owner.name,
    address: one.address === null ? '' : redact(one.address), description: redact(one.description), households: String(one.reporters.length), urges: String(one.urges.length),
    reference: ticket, service_code: one.serviceCode, due_at: due.kind === 'running' || due.kind === 'closed' ? writeTime(due.dueAt) : '',
    reply: answer?.note == null ? '' : redact(withoutDoors(answer.note)), replied_at: answer === undefined ? '' : writeTime(answer.at),
  })
}

/** Who took it out and what for: the first and the last line of every file. */
export function markOf(given: { readonly by: string; readonly at: number; readonly communityName: string; readonly count: number; readonly reason: string }): string {
  return `${given.by}于 ${writeTime(given.at)} 从一窗导出${given.communityName}的工单 ${given.count} 张，用途：${given.reason}。仅限此用途，请勿外传。`
}
