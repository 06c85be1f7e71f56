import type { Slot } from '../nlu/understanding.js'
import { lacksMeans } from '../nlu/hardship.js'
import { statesFault } from '../requests/faults.js'
import { meetActivity } from './dialogs/activity.js'
import { takenQuestion } from './dialogs/ask.js'
import { answerBare, answerTakenBack, takenCandidate, takenRequest } from './dialogs/bare.js'
import { meetCatalogue } from './dialogs/catalogue.js'
import { answerChecklist, resumeChecklist } from './dialogs/checklist.js'
import { meetClaim } from './dialogs/claim.js'
import { isShut } from './dialogs/closed.js'
import { askSafety, followDanger, joinDanger, meetDanger } from './dialogs/danger.js'
import { hearDiscretion, meetDiscretion, promiseInstead } from './dialogs/discretion.js'
import { answerForm, cancelForm, resumeForm } from './dialogs/form.js'
import { meetHardship } from './dialogs/hardship.js'
import { surelyVotes } from './dialogs/heard-vote.js'
import { meetLinking } from './dialogs/link.js'
import { wordsOf } from './dialogs/meant-topics.js'
import { meetOwnData } from './dialogs/own-data.js'
import { participation, participationAside } from './dialogs/participation.js'
import { addPicture, takePicture } from './dialogs/picture.js'
import { queueUp } from './dialogs/queue-up.js'
import { advance } from './dialogs/report.js'
import { meetReportIn } from './dialogs/report-in.js'
import { answerPersonal, smallTalk } from './dialogs/small-talk.js'
import { supplement } from './dialogs/supplement.js'
import { hearWithdrawals } from './dialogs/track.js'
import { unclear } from './dialogs/unsure.js'
import { meetVote, tellSecrecy } from './dialogs/vote.js'
import { meetWordless } from './dialogs/wordless.js'
import { meetExposure } from './exposure.js'
import { joinSteps, putBy } from './join-steps.js'
import { readMatters } from './matters.js'
import { draftLastsMs, passing, type Form } from './memory.js'
import { refuseWhatMustNot, toldBeside } from './refusals.js'
import { serveMatter } from './serve-matter.js'
import { after, firstOf, say, type Journey, type Step, type Turn } from './turn.js'

/** What is met by its words before the matters of a message are considered; in this order. */
const beforeMatters: readonly Journey[] = [
  guardAndServe,
  (turn) => meetWordless(turn, false),
  meetOwnData,
  (turn) => tellSecrecy(wordsOf(turn)),
  meetDiscretion,
  meetLinking,
  meetClaim,
  answerTakenBack,
  voteBesideFault,
  ...participation,
  queueUp,
  answerChecklist,
  (turn) => (isShut(turn) ? null : meetCatalogue(turn)),
]

/** What is met while a form's question is open, and leaves the question for later. */
const insteadOfForm: readonly Journey[] = [
  guardAndServe,
  meetOwnData,
  meetLinking,
  meetClaim,
  (turn) => (turn.memory.activityAsk === null ? null : meetActivity(turn)),
  queueUp,
  answerTakenBack,
  meetReportIn,
]

/** What is met while a form's question is open, which is put again after it. */
const besideForm: readonly Journey[] = [(turn) => tellSecrecy(wordsOf(turn)), meetDiscretion, ...participationAside, answerPersonal]

/** Serves a message while no question is open. */
export async function serveMessage(given: Turn): Promise<Step> {
  const turn = hearDiscretion(given)
  return keepWish(turn, promiseInstead(turn, await serveHeard(turn)))
}

async function serveHeard(turn: Turn): Promise<Step> {
  return forget(turn, (await firstOf(turn, beforeMatters)) ?? (await serveOther(turn)))
}

/** What answers no list's open question; that one is put again after it. */
async function serveOther(turn: Turn): Promise<Step> {
  return resumeChecklist(turn, (await serveCandidate(turn)) ?? (await addPicture(turn)) ?? (await answerBare(turn)) ?? (await supplement(turn)) ?? (await serveMatters(turn)))
}

/** Serves a message while the form's question is open. */
export async function serveAnswer(given: Turn): Promise<Step> {
  const turn = hearDiscretion(given)
  return keepWish(turn, await serveHeardAnswer(turn))
}

async function serveHeardAnswer(turn: Turn): Promise<Step> {
  const { form } = turn.memory
  const service = form === null ? null : turn.services.byCode(form.serviceCode)
  if (form === null || service === null) return serveHeard(turn)
  const first = await firstOf(turn, insteadOfForm)
  if (first) return forget(turn, first)
  const wordless = meetWordless(turn, true)
  if (wordless) return goOn(turn, forget(turn, wordless), form)
  const aside = await firstOf(turn, besideForm)
  if (aside) return goOn(turn, forget(turn, aside), form)
  const want = service.disclosure === 'public' && lacksMeans(turn.understanding.text) ? turn.understanding.matters.map((matter) => meetHardship(turn, matter)).find((one) => one !== null) : undefined
  if (want) return { ...want, memory: { ...want.memory, form } }
  const answered = await answerForm(turn, form, service)
  // What changes something else than the form (a report filed before) leaves it open.
  if (answered) return forget(turn, answered.memory.form === undefined && ['filed', 'cancelled'].includes(answered.outcome.kind) ? goOn(turn, answered, form) : await takeUpShelved(turn, answered))
  const served = forget(turn, await serveMatters({ ...turn, memory: { ...turn.memory, form: null } }))
  if (served.outcome.kind === 'handed-over') return served
  // Nothing on record was given up by it: the form was meant.
  if (served.outcome.kind === 'cancelled' && served.writes.length === 0 && served.memory.cancelledAt === turn.now) return await takeUpShelved(turn, forget(turn, cancelForm(turn, form, service)))
  // One form at a time: the one begun now is filled in first, the other is put by.
  if (served.memory.form) return { ...served, memory: { ...served.memory, shelved: form } }
  return goOn(turn, served, form)
}

/** What is to be withheld holds until something is filed by it. */
function keepWish({ memory }: Turn, done: Step): Step {
  return memory.discretion === null ? done : { ...done, memory: { discretion: memory.discretion, ...done.memory } }
}

/** Whether the person has a question open that a plain word may answer. */
export function openForm(turn: Turn): Form | null {
  const { form } = turn.memory
  if (form === null || turn.now - form.updatedAt > draftLastsMs) return null
  // A draft that was sent to the private chat waits there, not in the room.
  const service = turn.services.byCode(form.serviceCode)
  if (service === null || (service.disclosure === 'personal' && turn.message.chat === 'group')) return null
  return form
}

/** The form that was put by goes on when the one before it has ended. */
async function takeUpShelved(turn: Turn, done: Step): Promise<Step> {
  const { form, shelved } = turn.memory
  if (done.memory.form !== null || shelved === null || turn.now - shelved.updatedAt > draftLastsMs || done.outcome.kind === 'handed-over') return done
  const next = after(turn, { ...done, memory: { ...done.memory, shelved: null } })
  const place = form === null || done.outcome.kind !== 'filed' ? null : placeForBoth(form, shelved, done)
  const service = place === null ? null : turn.services.byCode(shelved.serviceCode)
  if (place === null || service === null) return goOn(turn, { ...done, memory: { ...done.memory, shelved: null } }, shelved)
  return joinSteps([{ ...done, memory: { ...done.memory, shelved: null } }, await advance(next, { ...shelved, fields: [...shelved.fields, place] }, service)])
}

/** Two matters of one message are at one place, where that was asked for once: it is not asked again. */
function placeForBoth(form: Form, shelved: Form, done: Step): Slot | null {
  const ofOneMessage = (one: Form): string => one.sourceKey.slice(0, one.sourceKey.lastIndexOf(':'))
  if (shelved.asking !== 'addr' || ofOneMessage(form) !== ofOneMessage(shelved) || form.fields.some(({ name }) => name === 'addr')) return null
  for (const write of done.writes) if (write.op === 'put' && write.table === 'requests') return write.row.fields.find(({ name }) => name === 'addr') ?? null
  return null
}

function goOn(turn: Turn, done: Step, form: Form): Step {
  const service = turn.services.byCode(form.serviceCode)
  const again = service === null ? null : resumeForm(form, service)
  return { ...done, say: again === null ? done.say : [...done.say, say(again)], memory: { ...done.memory, form: { ...form, updatedAt: turn.now } } }
}

/** What was offered lasts one turn; only the turn that offers it keeps it. */
function forget(turn: Turn, done: Step): Step {
  const { candidates, suggested, picking, offered, takenBack, erasing, activityAsk, unclear: times } = turn.memory
  return activityAsk === null && candidates === null && suggested === null && picking === null && offered === null && takenBack === null && erasing === null && times === 0 ? done : { ...done, memory: { ...passing, ...done.memory } }
}

/** 「投A，还有3栋楼道灯坏了」: the ballot counts, and the fault is taken up. */
async function voteBesideFault(turn: Turn): Promise<Step | null> {
  const text = wordsOf(turn)
  if (!statesFault(text) || !surelyVotes(text)) return null
  const clauses = text.split(/(?<=[，,。；;！!\s])|(?=还有|另外|顺便|对了)/)
  const faults = clauses.filter((clause) => statesFault(clause)).map(withoutTurn).join('')
  const ballot = clauses.filter((clause) => !statesFault(clause)).join('')
  const voted = surelyVotes(ballot) ? await meetVote(turn, ballot) : null
  if (voted === null || faults === '') return null
  return joinSteps([voted, await serveMatter(after(turn, voted), { intent: 'repair_env', confidence: 1, text: faults, slots: turn.readSlots(faults), ranked: [] })])
}

const withoutTurn = (clause: string): string => clause.replace(/^(还有|另外|顺便|对了)[，,]?/, '')

/** What comes before any matter is considered: danger, exposed data, what must never be done. */
function guard(turn: Turn): Step | null {
  if (turn.understanding.danger) return meetDanger(turn, turn.understanding.danger)
  return (turn.understanding.gate.reason === 'exposed-id' ? meetExposure(turn) : null) ?? followDanger(turn) ?? joinDanger(turn) ?? meetExposure(turn) ?? refuseWhatMustNot(turn) ?? askSafety(turn)
}

/** The same, with the fault that is told beside what is refused. */
async function guardAndServe(turn: Turn): Promise<Step | null> {
  const first = guard(turn)
  const beside = first === null ? null : toldBeside(turn, first)
  return first === null || beside === null ? first : joinSteps([first, await serveMatter(turn, beside)])
}

async function serveCandidate(turn: Turn): Promise<Step | null> {
  const taken = takenCandidate(turn) ?? takenQuestion(turn) ?? takenRequest(turn)
  return taken === null ? null : serveMatter(turn, taken)
}

/** Each matter in turn, one reply for all. */
async function serveMatters(turn: Turn): Promise<Step> {
  const { matters, text } = turn.understanding
  if (turn.message.attachments.length > 0 && !/[\p{L}\p{N}]/u.test(text)) return takePicture(turn)
  if (matters.length === 0) return text.trim() === '' && turn.message.text.trim() !== '' ? smallTalk(turn) : unclear(turn)
  let current = await hearWithdrawals(turn)
  const done: Step[] = []
  for (const [part, matter] of readMatters(current).entries()) {
    const served = await serveMatter({ ...current, part }, matter)
    const open = current.memory.form
    const settled = open !== null && served.memory.form ? putBy(open, served, served.memory.form) : served
    done.push(settled)
    const next = after(current, settled)
    // Two scraps of one message not understood are one misunderstanding.
    current = { ...next, memory: { ...next.memory, unclear: turn.memory.unclear, discretion: turn.memory.discretion } }
  }
  const understood = done.filter((one) => !(one.outcome.kind === 'clarifying' && one.outcome.about === 'matter'))
  return joinSteps(understood.length > 0 ? understood : done.slice(0, 1))
}
