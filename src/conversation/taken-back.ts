import { findPersonalData } from '../privacy.js'
import { faultClass } from '../requests/faults.js'
import { withoutDoors } from '../requests/place.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Service } from '../requests/services.js'
import type { Form, Memory } from './memory.js'
import { asSaid, recalledWords } from './replies.js'

/** Fewer characters than this of a message are nobody's own words (嗯, 2号, 明天). */
const leastOwn = 4

/** Every form in which the words of a message may stand elsewhere, longest first: whole, as they are written down, clause by clause; and the numbers and names in it. */
function formsOf(text: string): readonly string[] {
  const clauses = text.split(/[，,。；;！!？?\n]+/).map((clause) => clause.trim())
  const forms = [text, asSaid(text), ...clauses, ...clauses.map(asSaid)].filter((words) => [...words].length >= leastOwn)
  return [...new Set([...forms, ...findPersonalData(text).map((datum) => datum.value)])].sort((a, b) => b.length - a.length)
}

/** The text with what was taken back out of it; the very same string where it held none of it. */
export function withoutWords(text: string, taken: string): string {
  let left = text
  for (const words of formsOf(taken)) left = left.replaceAll(words, recalledWords)
  // Shortened where it was quoted: its beginning, and an ellipsis.
  const begun = [...asSaid(taken)].slice(0, 12).join('')
  const at = [...begun].length < 12 ? -1 : left.indexOf(begun)
  const end = at < 0 ? -1 : left.indexOf('…', at)
  if (end >= 0 && asSaid(taken).includes(left.slice(at, end))) left = left.slice(0, at) + recalledWords + left.slice(end + 1)
  return left.replaceAll(new RegExp(`${recalledWords}(?:[，,。；;：:\\s]*${recalledWords})+`, 'gu'), recalledWords)
}

/**
 * The request without the words of a message that was taken back. What is public keeps kind and place (without the door):
 * somebody may be on the way. Of what is personal nothing said in that message stays. `null`: it held none of it.
 */
export function withoutMessage(request: ServiceRequest, taken: string, service: Service | null, isFirst: boolean, by: { readonly residentId: string; readonly now: number }): ServiceRequest | null {
  const isPublic = service?.disclosure === 'public'
  const description = isFirst ? (isPublic ? (faultClass(request.description) ?? '') : '') + recalledWords : withoutWords(request.description, taken)
  const fields = request.fields.flatMap((slot) => {
    const said = slot.value !== '' && taken.includes(slot.value)
    if (!isPublic || slot.name !== 'addr') return said || (isFirst && withoutWords(slot.value, taken) !== slot.value) ? [] : [slot]
    const value = withoutDoors(slot.value)
    return said && value !== slot.value ? [{ name: slot.name, value, start: 0, end: 0 }] : [slot]
  })
  const address = request.address === null || !taken.includes(request.address) ? request.address : isPublic ? withoutDoors(request.address) : null
  const reporters = request.reporters.map((reporter) => (reporter.residentId !== by.residentId ? reporter : { ...reporter, words: isFirst ? description : withoutWords(reporter.words, taken) }))
  const history = request.history.map((line) => (line.note === null ? line : { ...line, note: withoutWords(line.note, taken) }))
  const isSame = description === request.description && fields.length === request.fields.length && address === request.address &&
    JSON.stringify(reporters) === JSON.stringify(request.reporters) && JSON.stringify(history) === JSON.stringify(request.history)
  if (isSame) return null
  return {
    ...request, description, fields, address, reporters, updatedAt: by.now,
    history: [...history, { at: by.now, actor: { kind: 'resident', id: by.residentId }, from: request.status, to: request.status, note: '居民撤回了原话' }],
  }
}

/** What is remembered without the message: an answer goes back to what stood before it, a form that it began goes. */
export function forgetMessage(memory: Memory, messageId: string, sourcePrefix: string, taken: string): Memory {
  const isOwn = (form: Form | null): boolean => form?.sourceKey.startsWith(sourcePrefix) === true
  const question = memory.lastQuestion
  const base: Memory = {
    ...memory,
    shelved: isOwn(memory.shelved) ? null : memory.shelved,
    lastQuestion: question !== null && withoutWords(question.text, taken) === question.text && !taken.includes(question.text) ? question : null,
    candidates: null, offered: null, picking: null, unclear: 0,
    // A ballot that waits for an answer may be of this message: it is asked for again.
    topics: memory.topics === null ? null : { ...memory.topics, choice: null },
  }
  const at = memory.answers.findIndex((answer) => answer.messageId === messageId)
  const answer = memory.answers[at]
  if (isOwn(memory.form) || answer?.before === null) return { ...base, form: null, answers: [] }
  const { form } = memory
  if (answer === undefined || form === null) return base
  const { before } = answer
  const next = memory.answers[at + 1]?.before ?? form
  const back = (later: Form): Form => withoutAnswer(later, before, next)
  return {
    ...base,
    form: back(form),
    answers: [...memory.answers.slice(0, at), ...memory.answers.slice(at + 1).map((one) => ({ ...one, before: one.before === null ? null : back(one.before) }))],
  }
}

/** The form as it would stand if the answer between `before` and `next` had not been given. */
function withoutAnswer(form: Form, before: Form, next: Form): Form {
  const isIn = (fields: Form['fields'], slot: Form['fields'][number]): boolean => fields.some((one) => one.name === slot.name && one.value === slot.value)
  const left = form.fields.filter((slot) => !isIn(next.fields, slot) || isIn(before.fields, slot))
  const restored = before.fields.filter((slot) => !isIn(next.fields, slot) && !left.some((one) => one.name === slot.name))
  const added = next.description.startsWith(before.description) ? next.description.slice(before.description.length) : null
  const description = added === null ? before.description : added === '' ? form.description : form.description.replace(added, '')
  return { ...form, description, fields: [...left, ...restored], attachmentIds: form.attachmentIds.filter((id) => before.attachmentIds.includes(id) || !next.attachmentIds.includes(id)), asking: before.asking, asked: 0 }
}
