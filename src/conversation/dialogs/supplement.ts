import type { IntentName } from '../../nlu/understanding.js'
import { apply, isRefusal } from '../../requests/apply-move.js'
import { buildingNumber } from '../../requests/place.js'
import type { ServiceRequest } from '../../requests/service-request.js'
import { sureEnough } from '../matters.js'
import { asSaid, replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'

/** Intents that tell more about a matter, or nothing of their own; any other that is sure is another matter. */
const tellsMore: readonly IntentName[] = ['repair_env', 'noise', 'property_complaint', 'mediation', 'chitchat', 'offtopic_group']

/** Words that answer nothing. */
const isCourtesy = /^(?:谢谢|多谢|好的?|嗯+|哦+|收到|知道了|明白|行|可以|在吗|你好|您好|辛苦|麻烦)[您你啦了的呀哈。.!！,，\s]*$/
const isQuestion = /[?？]|[吗么呢]\s*$|怎么|多久|什么时候|为什么|几点/

/** What a resident answers to 请您补充: it goes to the request that waits for it, and its time runs again. `null`: it is something else. */
export async function supplement(turn: Turn): Promise<Step | null> {
  if (turn.message.chat !== 'private') return null
  const waiting = (await turn.records.requestsOf(turn.message.author.id)).findLast((request) => request.status === 'awaiting-resident')
  if (waiting === undefined || !isAnswer(turn, waiting)) return null
  const words = asSaid(turn.message.text).trim()
  const actor = { kind: 'resident', id: turn.message.author.id } as const
  const moved = apply(waiting, { name: 'supplement', reason: words.slice(0, 200), brings: null }, { actor, isLead: false, now: turn.now })
  if (isRefusal(moved)) return null
  const row: ServiceRequest = {
    ...moved,
    description: words === '' ? moved.description : `${moved.description}；${words}`,
    attachmentIds: [...moved.attachmentIds, ...turn.message.attachments.map(({ id }) => id)],
  }
  return step({ kind: 'filed', requestId: row.id }, replies.supplemented(row), {
    writes: [{ op: 'put', table: 'requests', row }],
    memory: { lastRequest: { id: row.id, at: turn.now, filed: false } },
  })
}

function isAnswer(turn: Turn, waiting: ServiceRequest): boolean {
  const { text, matters } = turn.understanding
  if (!/[\p{L}\p{N}]/u.test(text)) return turn.message.attachments.length > 0
  if (isCourtesy.test(text.trim()) || isQuestion.test(text) || matters.length > 1) return false
  const [matter] = matters
  if (matter === undefined) return true
  const place = matter.slots.find(({ name }) => name === 'addr')
  const building = place === undefined ? null : buildingNumber(place.normal ?? place.value)
  if (building !== null && building !== buildingNumber(waiting.address ?? '')) return false
  return matter.confidence < sureEnough || tellsMore.includes(matter.intent)
}
