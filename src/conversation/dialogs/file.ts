import type { Receiver } from '../../requests/moves.js'
import { deniesFault } from '../../requests/faults.js'
import { placeKeyOf } from '../../requests/place-key.js'
import { dueOf } from '../../requests/clock.js'
import { fileRequest, isOpen, type ServiceRequest } from '../../requests/service-request.js'
import type { Service } from '../../requests/services.js'
import type { Citation } from '../../retrieval/citation.js'
import type { Write } from '../../store/store.js'
import { chooseOwner } from '../first-owner.js'
import { linkToEarlier } from '../linked.js'
import type { Form } from '../memory.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { bookedSay } from './booked.js'
import { isShut, tellClosed } from './closed.js'
import { consentOf } from './consent.js'
import { discretionLine, wishedDiscretion } from './discretion.js'
import { bookedChange, bookingOf, settleTime } from './slots.js'

/** Puts it on record: joins an open report of the same fault and place, else files a new one. */
export async function file(turn: Turn, form: Form, service: Service): Promise<Step> {
  const known = await turn.records.requestBySource(form.sourceKey)
  if (known) return step({ kind: 'filed', requestId: known.id }, receipt(turn, known, service), { memory: { form: null } })
  // The time read back may have gone to somebody else since.
  const settled = await settleTime(turn, form)
  if ('outcome' in settled) return settled
  if (form.changes !== null) return bookedChange(turn, settled)
  if (isShut(turn)) return tellClosed(turn)
  const address = addressOf(form)
  const discretion = wishedDiscretion(turn, service.disclosure === 'personal')
  // What is not public is joined by nobody.
  const placeKey = discretion === 'private' ? null : placeKeyOf(service, form, address)
  const open = placeKey === null ? null : await turn.records.openAt(placeKey)
  if (placeKey !== null && deniesFault(form.description)) return noteSound(turn, form, open)
  if (open && isOpen(open)) return join(turn, form, open, address ?? '')
  const id = turn.newId()
  const appointment = await bookingOf(turn, settled, id)
  const normal = form.fields.find((slot) => slot.name === 'addr')?.normal ?? null
  const { owner, note, unit } = await chooseOwner(turn, service, { words: form.description, address, normal })
  const filed = fileRequest(
    {
      serviceCode: service.code,
      serviceName: service.name,
      intent: form.intent,
      description: descriptionOf(form, service),
      address,
      fields: settled.fields,
      attachmentIds: form.attachmentIds,
      appointment: appointment?.appointment ?? null,
      consent: consentOf(turn, settled, service),
      discretion,
      sourceKey: form.sourceKey,
      residentId: turn.message.author.id,
      channel: turn.message.channel,
      conversationId: turn.resident.privateConversationId ?? turn.message.conversationId,
      chat: turn.message.chat,
      forwardTo: unit?.name ?? null,
    },
    { id, number: await turn.nextNumber(), now: turn.now, owner, placeKey, note, unitCitation: unit?.citation ?? null },
  )
  // Only what waited for an answer is filed after its message.
  const { request, writes: siblings } = linkToEarlier(filed, !form.sourceKey.startsWith(`${turn.message.channel}:${turn.message.messageId}:`) ? await turn.records.requestsOf(turn.message.author.id) : [])
  const writes: Write[] = [{ op: 'put', table: 'requests', row: request }, ...siblings, ...(appointment?.writes ?? [])]
  return step({ kind: 'filed', requestId: id }, bookedSay(turn, request) ?? say(withDiscretion(turn, request, receipt(turn, request, service)), { citations: basisOf(turn, unit) }), {
    writes,
    memory: { form: null, lastRequest: { id, at: turn.now, filed: true }, cancelledAt: null, discretion: null },
  })
}

/** What a text says of who has to act, to be read in full; in a room its name is enough. */
function basisOf(turn: Turn, unit: Extract<Receiver, { kind: 'unit' }> | null): readonly Citation[] {
  return unit === null || unit.citation === null || turn.message.chat === 'group' ? [] : [unit.citation]
}

/** In a room, of what is not public, only the number. */
function withDiscretion(turn: Turn, request: ServiceRequest, text: string): string {
  if (request.discretion === undefined) return text
  return turn.message.chat === 'group' ? `已登记，编号 ${request.number}，进度只私信您。` : `${text}\n${discretionLine(turn, request.discretion)}`
}

function receipt(turn: Turn, request: ServiceRequest, service: Service): string {
  const isRoom = turn.message.chat === 'group'
  if (service.owner === 'lead') return replies.opinion(request, isRoom)
  if (service.forwardTo !== null) return replies.forwarded(request, service.forwardTo)
  // How to correct it is told once in a talk, where there is a place to be wrong about.
  const told = turn.memory.lastRequest !== null && turn.now - turn.memory.lastRequest.at < hintAgainMs
  const asksWhen = /多久|几天|多长时间|什么时候|啥时候|几时/.test(turn.understanding.text)
  const due = dueOf(request, service.term, turn.workingTime, turn.now)
  const receipt = replies.receipt(request, { howToCorrect: request.address !== null && !told, term: due.kind === 'unpromised' && !asksWhen ? '' : replies.term(due) })
  return service.simple && !isRoom ? `${receipt}\n这是简易事项，可以网上批，结果在这里告诉您，不用跑窗口。` : receipt
}

/** After this long the hint how to correct a report is given again, ms. */
const hintAgainMs = 24 * 3_600_000

function descriptionOf(form: Form, service: Service): string {
  const words = form.description
  if (service.fields.some((field) => field.slot === 'need')) {
    const need = form.fields.find((slot) => slot.name === 'need')
    if (need && !words.includes(need.value)) return `${need.value}：${words}`
  }
  if (words !== '') return words
  return form.fields.filter((slot) => slot.name === 'object').map((slot) => slot.value).join('、')
}

function addressOf(form: Form): string | null {
  const places = [...new Set(form.fields.filter((slot) => slot.name === 'addr').map((slot) => slot.value))]
  // 「我们小区」 says nothing beside a building.
  const telling = places.filter((place) => !/^(?:我|咱|俺)?们?(?:这|那)?(?:个|边|里)?(?:小区|社区|楼下|门口)$/.test(place))
  const shown = telling.length > 0 ? telling : places
  return shown.length === 0 ? null : shown.join('、')
}

/** The key of a request whose place was corrected: none where neighbours joined it at the old place, or where another fault of the kind is open at the new one. */
export async function keyWhereCorrected(turn: Turn, corrected: ServiceRequest): Promise<string | null> {
  const service = turn.services.byCode(corrected.serviceCode)
  if (service === null || corrected.discretion === 'private' || corrected.reporters.some(({ residentId }) => residentId !== corrected.residentId)) return null
  const key = placeKeyOf(service, corrected, corrected.address)
  return key === null || (await turn.records.openAt(key)) !== null ? null : key
}

/** 「3栋灯好好的，没坏」 is no report; beside one that is open, its owner is to look. */
function noteSound(turn: Turn, form: Form, open: ServiceRequest | null): Step {
  if (open === null || !isOpen(open)) return step({ kind: 'answered' }, replies.soundAlready, { memory: { form: null } })
  const note = `居民反映：${form.description}`.slice(0, 120)
  const row: ServiceRequest = { ...open, updatedAt: turn.now, history: [...open.history, { at: turn.now, actor: { kind: 'resident', id: turn.message.author.id }, from: open.status, to: open.status, note }] }
  return step({ kind: 'status-given', requestId: open.id }, replies.soundNoted(open, open.residentId === turn.message.author.id), { writes: [{ op: 'put', table: 'requests', row }], memory: { form: null } })
}

function join(turn: Turn, form: Form, open: ServiceRequest, place: string): Step {
  const residentId = turn.message.author.id
  const mine = open.reporters.some((reporter) => reporter.residentId === residentId)
  const words = { residentId, conversationId: turn.resident.privateConversationId ?? turn.message.conversationId, chat: turn.message.chat, at: turn.now, words: form.description }
  const joined: ServiceRequest = { ...open, updatedAt: turn.now, attachmentIds: [...open.attachmentIds, ...form.attachmentIds], reporters: [...open.reporters, words] }
  return step({ kind: mine ? 'filed' : 'joined', requestId: open.id }, mine ? replies.added(joined) : replies.joined(joined, place), {
    writes: [{ op: 'put', table: 'requests', row: joined }],
    memory: { form: null, lastRequest: { id: open.id, at: turn.now, filed: mine } },
  })
}
