import type { ServiceRequest } from '../requests/service-request.js'
import type { Write } from '../store/store.js'
import { say, type Step } from './turn.js'

/** The requests that a step files anew. */
function filedBy({ writes }: Step): ServiceRequest[] {
  return writes.flatMap((write) => (write.op === 'put' && write.table === 'requests' && write.row.rev === 0 ? [write.row] : []))
}

/** Several matters of one message under one receipt: each request knows the others, and what is said of them is one list. */
export function underOneReceipt(steps: readonly Step[]): readonly Step[] {
  const filed = steps.flatMap(filedBy)
  const taken = steps.filter((one) => ['filed', 'joined'].includes(one.outcome.kind) && one.say.length === 1 && one.say[0]?.to === 'here')
  const linked = filed.length < 2 ? steps : steps.map((one) => ({ ...one, writes: one.writes.map((write) => withLinks(write, filed)) }))
  if (taken.length < 2) return linked
  const lines = taken.map((one, index) => `${index + 1}. ${one.say[0]?.text ?? ''}`)
  const first = steps.indexOf(taken[0] as Step)
  const receipt = say(`您说的${taken.length === 2 ? '两' : taken.length}件都记下了：\n${lines.join('\n')}`, { choices: taken.at(-1)?.say[0]?.choices ?? [] })
  return linked.map((one, index) => (index === first ? { ...one, say: [receipt] } : taken.includes(steps[index] as Step) ? { ...one, say: [] } : one))
}

function withLinks(write: Write, filed: readonly ServiceRequest[]): Write {
  if (write.op !== 'put' || write.table !== 'requests' || !filed.includes(write.row)) return write
  return { ...write, row: { ...write.row, linked: filed.filter((one) => one !== write.row).map(({ id, number }) => ({ id, number })) } }
}

/** A request filed later from the same message (its form had a question first), and its elder siblings that learn of it. */
export function linkToEarlier(request: ServiceRequest, own: readonly ServiceRequest[]): { readonly request: ServiceRequest; readonly writes: readonly Write[] } {
  const message = request.sourceKey.replace(/:[^:]*$/, ':')
  const siblings = own.filter((one) => one.id !== request.id && one.sourceKey.startsWith(message))
  if (siblings.length === 0) return { request, writes: [] }
  return {
    request: { ...request, linked: siblings.map(({ id, number }) => ({ id, number })) },
    writes: siblings.map((one): Write => ({ op: 'put', table: 'requests', row: { ...one, linked: [...(one.linked ?? []), { id: request.id, number: request.number }] } })),
  }
}
