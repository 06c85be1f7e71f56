import type { Matter } from '../../nlu/understanding.js'
import { apply, isRefusal } from '../../requests/apply-move.js'
import { badMark } from '../../requests/bad-mark.js'
import { reopenFor } from '../../requests/follow-up.js'
import { faultClass } from '../../requests/faults.js'
import { buildingNumber } from '../../requests/place.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { newForm } from './report.js'

/** A settled request can be rated this long, ms. */
const ratableMs = 30 * 86_400_000

/** The five grades of 好差评, each with its mark: a bare digit would answer another question. */
const grades = ['5分 非常满意', '4分 满意', '3分 基本满意', '2分 不满意', '1分 非常不满意']

/** The request that waits for this resident's word on whether it is solved. */
export async function awaitingWord(turn: Turn): Promise<ServiceRequest | null> {
  const own = await turn.records.requestsOf(turn.message.author.id)
  return own.findLast((request) => request.status === 'confirming') ?? null
}

async function ratable(turn: Turn): Promise<ServiceRequest | null> {
  const own = await turn.records.requestsOf(turn.message.author.id)
  const waiting = own.findLast((request) => request.status === 'confirming')
  if (waiting) return waiting
  return own.findLast((request) => (request.status === 'resolved' || request.status === 'archived') && turn.now - request.updatedAt < ratableMs) ?? null
}

/** 1 解决了 · 2 没解决 · 3 没人联系我 */
export function answerSolved(turn: Turn, request: ServiceRequest, answer: 1 | 2 | 3): Step {
  const actor = { kind: 'resident', id: turn.message.author.id } as const
  if (answer === 1) {
    const resolved = apply(request, { name: 'confirm', reason: '居民确认已解决', brings: null }, { actor, isLead: false, now: turn.now })
    if (isRefusal(resolved)) return step({ kind: 'status-given', requestId: request.id }, replies.status(request))
    return step({ kind: 'filed', requestId: request.id }, say(replies.solved(resolved), { choices: grades }), {
      writes: [{ op: 'put', table: 'requests', row: resolved }],
      memory: { lastRequest: { id: request.id, at: turn.now, filed: false } },
    })
  }
  return reopen(turn, request, answer === 2 ? '居民反映没解决' : '居民反映没人联系', [])
}

function reopen(turn: Turn, request: ServiceRequest, note: string, ratings: ServiceRequest['ratings']): Step {
  const again = reopenFor(request, { residentId: turn.message.author.id, reason: note, now: turn.now })
  if (isRefusal(again)) return step({ kind: 'status-given', requestId: request.id }, replies.status(request))
  const row: ServiceRequest = { ...again, ratings: [...again.ratings, ...ratings] }
  return step({ kind: 'filed', requestId: request.id }, replies.reopened(row), {
    writes: [{ op: 'put', table: 'requests', row }],
    memory: { lastRequest: { id: request.id, at: turn.now, filed: false } },
  })
}

/** A mark for the request closed last; a bad one sends it back. `null` when there is nothing to rate. */
export async function mark(turn: Turn, stars: number): Promise<Step | null> {
  const request = await ratable(turn)
  if (!request) return null
  const rating = { at: turn.now, residentId: turn.message.author.id, stars, words: turn.understanding.text.slice(0, 200) }
  // One mark for each closing; a second for the same closing takes the place of the first.
  const closedAt = request.history.findLast((change) => change.to === 'done')?.at ?? 0
  const earlier = request.ratings.filter((one) => one.at < closedAt)
  if (stars <= badMark) return reopen(turn, { ...request, ratings: earlier }, `居民评价${stars}分：${rating.words}`.slice(0, 120), [rating])
  const actor = { kind: 'resident', id: turn.message.author.id } as const
  const settled = request.status === 'confirming' ? apply(request, { name: 'confirm', reason: `居民评价${stars}分`, brings: null }, { actor, isLead: false, now: turn.now }) : request
  if (isRefusal(settled)) return null
  return step({ kind: 'filed', requestId: request.id }, replies.rated(stars, request), {
    writes: [{ op: 'put', table: 'requests', row: { ...settled, ratings: [...earlier, rating] } }],
  })
}

const again = /又(坏|漏|堵|不|停|灭|响|吵|开始|犯|臭|黑)|还是(坏|不行|不亮|漏|堵|老样子)|(没|没有|白)修好/
const pointsBack = /上次|上回|那个|那件|原来|之前|刚修|才修|修了/

/** 「上次那个又坏了」: what ended of late is done again; what was withdrawn is offered to be filed anew. `null`: it is no such thing. */
export async function answerAgain(turn: Turn): Promise<Step | null> {
  const { text, matters } = turn.understanding
  if (!again.test(text) || [...text].length > 24) return null
  const own = await turn.records.requestsOf(turn.message.author.id)
  const fault = faultClass(text)
  const isMeant = (one: ServiceRequest): boolean => fault === null || faultClass(one.description) === fault
  const place = matters.flatMap((matter) => matter.slots).find((slot) => slot.name === 'addr')
  const named = place === undefined ? null : buildingNumber(place.normal ?? place.value)
  const last = own.findLast((one) => one.settledAt !== null && turn.now - one.settledAt < ratableMs && isMeant(one) && (named === null || named === buildingNumber(one.address ?? '')))
  if (last === undefined || own.some((one) => isOpen(one) && isMeant(one)) || !(pointsBack.test(text) || turn.memory.lastRequest?.id === last.id)) return null
  if (last.status === 'resolved' || last.status === 'archived') return reopen(turn, last, `居民反映：${text}`, [])
  const service = turn.services.byCode(last.serviceCode)
  if (last.status !== 'withdrawn' || service === null) return null
  const about: Matter = { intent: last.intent, confidence: 1, text: last.description, slots: [], ranked: [] }
  const form = { ...newForm(turn, about, service), description: last.description, fields: [...last.fields] }
  return step({ kind: 'clarifying', about: 'offer' }, say(replies.offerAgain(last), { choices: ['是', '不用'] }), { memory: { form } })
}

/** 「有一颗星」「差评」 with nothing to rate, or a complaint about how a matter was handled. */
export function isBareMark(matter: Matter): boolean {
  return matter.slots.some((slot) => slot.name === 'choice') && [...matter.text].length <= 6
}
