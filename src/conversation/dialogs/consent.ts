import type { Slot } from '../../nlu/understanding.js'
import type { Consent } from '../../requests/service-request.js'
import type { Service } from '../../requests/services.js'
import type { Form } from '../memory.js'
import { shorten } from '../../text.js'
import { step, type Step, type Turn } from '../turn.js'

/** Says no to being visited or acted for, and not to a word of what was read back. */
const refusal = /不(同意|愿意|情愿|答应|乐意|授权)|别(来|上门|进)|不(让|准|许|要)(他们|你们|人|谁)?(来|进|上)门?(?!.*(改|换))|(她|他|我妈|我爸|老人|本人|人家)(不|没)(知道|同意|愿意|肯|答应)/

const noVisit = '好的，您不同意就不办：不会有人上门，也没有登记。想好了随时再说，要问清楚回「人工」。'

/** What is asked before somebody comes to the home or acts for a person; none for other services. */
export function consentLines(form: Form, service: Service): readonly string[] {
  const allows = allowedBy(service)
  if (allows === null || form.changes !== null) return []
  const whom = whomOf(form)
  const who = whom === null ? '您同意' : `${yours(whom)}知道这件事，也同意`
  const agent = allows === 'agent' ? `，并替${whom === null ? '您' : '本人'}办上面这一件事（只办这一件，随时可以说不办）` : ''
  return [`回「对」，就是${who}社区派人上门${agent}；不愿意回「不同意」。`]
}

/** 「我女儿电话138…」 names whom to call, not whom it is for. */
export function withContact(service: Service, slots: readonly Slot[], text: string): readonly Slot[] {
  if (allowedBy(service) === null || !slots.some((slot) => slot.name === 'phone')) return slots
  const isContact = (slot: Slot): boolean => slot.name === 'person' && new RegExp(`${slot.value}的?(电话|手机|号码|联系)|(打|找|联系)${slot.value}`).test(text)
  return slots.map((slot) => (isContact(slot) ? { ...slot, name: 'name' } : slot))
}

/** What was agreed to with the 「对」 that files the form; `null` where nothing had to be. */
export function consentOf(turn: Turn, form: Form, service: Service): Consent | null {
  const allows = allowedBy(service)
  const [asked] = consentLines(form, service)
  if (allows === null || asked === undefined) return null
  return { at: turn.now, by: turn.message.author.id, forWhom: whomOf(form), allows, matter: matterOf(form, service), asked, answered: shorten(turn.understanding.text, 40) }
}

/** 「不同意」, 「我妈不愿意」 to what was read back: nothing is filed. `null`: nobody refuses. */
export function refuseConsent(turn: Turn, service: Service): Step | null {
  if (allowedBy(service) === null || !refusal.test(turn.understanding.text)) return null
  return step({ kind: 'cancelled' }, noVisit, { memory: { form: null, cancelledAt: turn.now } })
}

/** 「她知道的」「我同意」: as good as 「对」 where it was asked whether one agrees. */
export function givesConsent(service: Service, text: string): boolean {
  return allowedBy(service) !== null && [...text].length <= longestYes && agreement.test(text) && !refusal.test(text) && !/[?？吗]/.test(text)
}

const agreement = /(她|他|老人(家)?|本人|人家|我?(妈|爸|奶奶|爷爷|婆婆|公公|老伴))(也|都|是)?(知道|同意|愿意|答应|乐意)|^(我|俺)?(也|都)?(同意|愿意|答应|授权)/
/** A longer answer says more than yes, characters. */
const longestYes = 14

function allowedBy(service: Service): Consent['allows'] | null {
  return service.agent ? 'agent' : service.visit ? 'visit' : null
}

/** Whom it is for, in the filer's words; `null`: the filer. */
function whomOf(form: Form): string | null {
  const person = form.fields.find((slot) => slot.name === 'person')?.value ?? null
  return person === null || /^(我|俺|本人|自己|我自己)$/.test(person) ? null : person
}

/** 「我妈」 as it is said back: 「您妈」. */
function yours(person: string): string {
  return person.replace(/^(我|俺|咱)(们)?(家)?(的)?/, '您').replace(/^(?!您)(.{0,3}(妈|爸|爷|奶|公|婆|娘|爹|父|母).{0,2})$/, '您$1')
}

function matterOf(form: Form, service: Service): string {
  const said = form.fields.filter((slot) => slot.name === 'matter' || slot.name === 'need').map((slot) => slot.value)
  return [service.name, ...new Set(said)].join('：')
}
