import type { EditedMessage, InboundMessage } from '../channels/channel.js'
import type { Slot } from '../nlu/understanding.js'
import { normalise, shorten, toSimplified } from '../text.js'
import { ownerAtPlace } from './first-owner.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { Write } from '../store/store.js'
import { conclude } from './conclude.js'
import { keyWhereCorrected } from './dialogs/file.js'
import { resumeForm } from './dialogs/form.js'
import { newForm } from './dialogs/report.js'
import type { Intake, Message } from './records.js'
import { dropped, learningRemovals, sourcePrefix, traceOf, type Trace } from './recall.js'
import { asSaid, replies } from './replies.js'
import { beginTurn, serveTurn, takeTurn, type RoomTalk, type TurnParts, type TurnResult } from './take-turn.js'
import { forgetMessage } from './taken-back.js'
import { say, step, type Step, type Turn } from './turn.js'
import { withoutTold } from './wish-recall.js'

/** The message an edit leaves: its own id, so that a page finds its line, and what it files counts as filed by it. */
export function asMessage(event: EditedMessage): InboundMessage {
  return { ...event, kind: 'message' }
}

/** The unique key under which it is remembered that an edit came for a message, so that the message itself, coming late, is not taken. */
export function editedKey(event: Pick<InboundMessage, 'channel' | 'messageId'>): string {
  return `${event.channel}:${event.messageId}:edited`
}

/**
 * Serves a message in the words its author gave it since. What it filed is corrected while nobody has taken it, else staff
 * are told; an answer to an open form is taken in its new words; a question is answered again where the answer changes.
 */
export async function takeEdit(parts: TurnParts, intake: Intake, event: EditedMessage, talk: RoomTalk): Promise<TurnResult> {
  const trace = await traceOf(parts, event)
  const mark = await markWrites(parts, event)
  if (trace === null) {
    const first = await takeTurn(parts, intake, asMessage(event), talk)
    return { ...first, writes: [...first.writes, ...mark] }
  }
  const { line } = trace
  if (line.changed === 'recalled' || isSame(line.text, event.text)) return dropped(intake, 'edited', parts.now())
  const begun = await beginTurn(parts, asMessage(event), talk, (memory) => forgetMessage(memory, event.messageId, sourcePrefix(event), line.text))
  const filed = await filedBy(begun.turn, event, line)
  const result = filed.length > 0 && begun.turn.understanding.danger === null
    ? conclude(parts, intake, begun, askOn(begun.turn, await correctFiled(begun.turn, filed, line.text)), begun.storedDialog?.botkit ?? {})
    // Another matter from now on: what it files must not count as what the old words filed.
    : await serveTurn(parts, intake, filed.length === 0 ? begun : { ...begun, turn: { ...begun.turn, message: { ...begun.turn.message, messageId: `${event.messageId}~${event.eventId}` } } }, talk)
  return onOneLine(result, trace, event, [...mark, ...(await learningRemovals(parts, line, event)), ...(await withoutTold(parts.store, event.communityId, line, result.writes))])
}

/** Alike but for spaces, marks and width: nothing was changed. */
function isSame(before: string, now: string): boolean {
  const plain = (text: string): string => toSimplified(normalise(text)).replace(/[\s\p{P}]/gu, '')
  return plain(before) === plain(now)
}

async function markWrites(parts: TurnParts, event: EditedMessage): Promise<Write[]> {
  const key = editedKey(event)
  const known = await parts.store.find(event.communityId, 'intake', { by: 'eventKey', equals: key })
  const now = parts.now()
  return known.length > 0 ? [] : [{ op: 'put', table: 'intake', row: { id: parts.newId(), rev: 0, eventKey: key, conversationId: event.conversationId, state: 'done', message: null, outcome: null, receivedAt: now, doneAt: now } }]
}

/** What stands on record by this message: filed from it, or completed by what it said. */
async function filedBy(turn: Turn, event: EditedMessage, line: Message): Promise<ServiceRequest[]> {
  const own = await turn.records.requestsOf(line.authorId)
  const words = asSaid(line.text)
  return own.filter((request) => isOpen(request) && (request.sourceKey.startsWith(sourcePrefix(event)) ||
    (request.id === line.requestId && (request.description.includes(words) || request.fields.some((slot) => line.text.includes(slot.value) && slot.value !== '')))))
}

/** Whether nobody has it in hand yet. */
function isNew(request: ServiceRequest): boolean {
  return request.owner.kind === 'post' && ['submitted', 'accepted', 'assigned'].includes(request.status)
}

async function correctFiled(turn: Turn, filed: readonly ServiceRequest[], before: string): Promise<Step> {
  const [only] = filed
  if (only !== undefined && filed.length === 1 && isNew(only)) {
    const now = await corrected(turn, only, before)
    return step({ kind: 'filed', requestId: only.id }, replies.changed(now), {
      writes: [{ op: 'put', table: 'requests', row: now }], memory: { lastRequest: { id: only.id, at: turn.now, filed: true } },
    })
  }
  const noted = filed.map((request): ServiceRequest => ({ ...request, updatedAt: turn.now, history: [...request.history, changeLine(turn, request, `居民改了原话：${shorten(asSaid(turn.message.text), 120)}`)] }))
  return step({ kind: 'filed', requestId: noted[0]?.id ?? null }, noted.map((request) => replies.rewordedForStaff(request)).join('\n'), {
    writes: noted.map((row): Write => ({ op: 'put', table: 'requests', row })),
  })
}

/** What is changed of a request leaves the form that is open, and its question is put again. */
function askOn(turn: Turn, done: Step): Step {
  const { form } = turn.memory
  const service = form === null ? null : turn.services.byCode(form.serviceCode)
  const again = form === null || service === null ? null : resumeForm(form, service)
  return again === null ? done : { ...done, say: [...done.say, say(again)] }
}

function changeLine(turn: Turn, request: ServiceRequest, note: string): ServiceRequest['history'][number] {
  return { at: turn.now, actor: { kind: 'resident', id: turn.message.author.id }, from: request.status, to: request.status, note }
}

/** The request by the new words: theirs stand where the old ones stood, and what else had been said stays. */
async function corrected(turn: Turn, request: ServiceRequest, before: string): Promise<ServiceRequest> {
  const { matters } = turn.understanding
  const service = turn.services.byCode(request.serviceCode)
  const matter = matters.find((one) => turn.services.forMatter(one.intent, one.text)?.code === request.serviceCode) ?? matters[0]
  const fresh: readonly Slot[] = matter && service ? newForm(turn, matter, service).fields : []
  const names = new Set(fresh.map((slot) => slot.name))
  const fields = [...request.fields.filter((slot) => !names.has(slot.name) && !before.includes(slot.value)), ...fresh]
  const place = fresh.find((slot) => slot.name === 'addr')
  const address = place?.value ?? request.address
  const isMoved = address !== request.address
  const [old, now] = [asSaid(before), asSaid(turn.message.text)]
  const reword = (words: string): string => (words.includes(old) ? words.replaceAll(old, now) : now)
  const row: ServiceRequest = {
    ...request, fields, address,
    description: reword(request.description),
    owner: isMoved ? await ownerAtPlace(turn, request, { address, normal: place?.normal ?? null }) : request.owner,
    reporters: request.reporters.map((reporter) => (reporter.residentId === turn.message.author.id ? { ...reporter, words: reword(reporter.words) } : reporter)),
    updatedAt: turn.now,
    history: [...request.history, changeLine(turn, request, '居民改了原话')],
  }
  return isMoved ? { ...row, placeKey: await keyWhereCorrected(turn, row) } : row
}

/** The old line in its new words instead of a second one; what would be said word for word once more is not. */
function onOneLine(result: TurnResult, { line, later }: Trace, event: EditedMessage, more: readonly Write[]): TurnResult {
  const own = (write: Write): boolean => write.op === 'put' && write.table === 'messages' && write.row.from !== 'bot' && write.row.rev === 0
  const said = new Set(later.filter((one) => one.from === 'bot').slice(-1).map((one) => one.text))
  const again = new Set(result.outgoing.filter((row) => said.has(row.reply.text) && row.reply.urgency !== 'danger').map((row) => row.id))
  const requestId = 'requestId' in result.outcome ? result.outcome.requestId : line.requestId
  const masked = result.writes.flatMap((write) => (write.op === 'put' && write.table === 'messages' && own(write) ? [write.row.text] : []))[0]
  const writes = result.writes.filter((write) => !own(write) && !(write.op === 'put' && (write.table === 'outbox' || write.table === 'messages') && again.has(write.row.id)))
  const row: Message = { ...line, text: masked ?? event.text, requestId, changed: 'edited' }
  return { ...result, writes: [...writes, { op: 'put', table: 'messages', row }, ...more], outgoing: result.outgoing.filter((one) => !again.has(one.id)) }
}
