import { readYesNo } from '../../nlu/answers.js'
import type { Slot } from '../../nlu/understanding.js'
import { knownData, maskPhone, type KnownDatum } from '../../requests/known-data.js'
import type { Service, ServiceField } from '../../requests/services.js'
import type { Form } from '../memory.js'
import { dateWords } from '../replies.js'
import type { Turn } from '../turn.js'

const words = {
  offer: (data: readonly string[]): string => `${data.join('；')}。这次还用吗？回「对」就用，要换直接说新的。`,
  which: (labels: readonly string[]): string => `好的，换哪个？直接说新的${labels.join('、')}，哪个变了说哪个。`,
  datum: (field: ServiceField, datum: KnownDatum): string => `您${dateWords(datum.at)}办${datum.serviceName}时留的${field.label}是${datum.slot.name === 'phone' ? maskPhone(datum.slot.normal ?? datum.slot.value) : datum.slot.value}`,
} as const

const same = /^(对|是|嗯|就|还|都)*(是|用)?(原来|之前|上次|老)(的)?(那个|地址|电话|号码)?(就行|吧|的|呗)*[。.！!]?$|一样|没(有)?变|没换|照旧|还(是|用)(那|这|原来|上次)/
const other = /换(一)?个|换了|变了|不是(这|那)个|不用(这|那|原来)|重新(填|说|留)|搬(了|家)/

/** The form with what of its missing fields the person has told before; never filled in without being asked (数据一次收集, 濮社区领〔2020〕2号 二/（四）/17). */
export async function withKnown(turn: Turn, form: Form, service: Service, missing: readonly ServiceField[]): Promise<{ readonly form: Form; readonly offer: string | null }> {
  if (service.disclosure !== 'personal' || turn.message.chat !== 'private' || form.changes !== null) return { form, offer: null }
  if (form.known?.length === 0) return { form, offer: null }
  const found = knownData(await turn.records.requestsOf(turn.message.author.id), (code) => turn.services.byCode(code)?.disclosure === 'personal')
  const wanted = missing.flatMap((field) => {
    const datum = found.get(field.slot)
    return datum === undefined || (form.known !== undefined && !form.known.some((slot) => slot.name === field.slot)) ? [] : [{ field, datum }]
  })
  const known = wanted.map(({ datum }) => datum.slot)
  return { form: { ...form, known }, offer: wanted.length === 0 ? null : words.offer(wanted.map(({ field, datum }) => words.datum(field, datum))) }
}

const bareOther = /^(我)?(要|想)?换(一)?个?(吧|的)?[。.！!]?$|^(都)?(不对|不是|变了|换了)了?[。.！!]?$/

/** 「换一个」 of several on offer: which of them. `null`: one alone is meant, or it is said which. */
export function askWhich(form: Form, service: Service, text: string): string | null {
  const labels = service.fields.filter(({ slot }) => form.known?.some(({ name }) => name === slot)).map(({ label }) => label)
  return labels.length < 2 || !bareOther.test(text) ? null : words.which(labels)
}

/** What an answer makes of data on offer: all taken, none wanted, or the new ones in place of theirs. `null`: nothing was on offer. */
export function answerKnown(form: Form, text: string, found: readonly Slot[]): { readonly taken: readonly Slot[]; readonly known: readonly Slot[] } | null {
  const { known } = form
  if (known === undefined || known.length === 0) return null
  const left = known.filter((slot) => !found.some((one) => one.name === slot.name))
  if (readYesNo(text) === 'yes' || same.test(text)) return { taken: left, known: [] }
  const [isPhone, isPlace] = [/电话|手机|号码/.test(text), /地址|住址|门牌|地方|住的?(地方|哪)/.test(text)]
  // 「换个电话」 keeps the address that was offered beside it.
  if (other.test(text) && left.length === known.length && isPhone !== isPlace) return { taken: known.filter(({ name }) => (isPhone ? name !== 'phone' : name !== 'addr')), known: [] }
  if (readYesNo(text) === 'no' || other.test(text)) return { taken: [], known: [] }
  return left.length < known.length ? { taken: [], known: left } : null
}
