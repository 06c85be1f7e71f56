import type { Matter } from '../../nlu/understanding.js'
import { apply, isRefusal } from '../../requests/apply-move.js'
import { badMark } from '../../requests/bad-mark.js'
import { reopenFor } from '../../requests/follow-up.js'
import type { ServiceRequest } from '../../requests/service-request.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'

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

/** 「有一颗星」「差评」 with nothing to rate, or a complaint about how a matter was handled. */
export function isBareMark(matter: Matter): boolean {
  return matter.slots.some((slot) => slot.name === 'choice') && [...matter.text].length <= 6
}
