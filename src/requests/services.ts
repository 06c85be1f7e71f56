import { z } from 'zod'
import { intentNames, slotNames, type IntentName, type Slot, type SlotName } from '../nlu/understanding.js'
import { checklistSchema, type Checklist } from './checklist.js'

const field = z.strictObject({
  slot: z.enum(slotNames),
  /** What the field is called when it is read back. */
  label: z.string().min(1),
  question: z.string().min(1),
  /** Why it is asked; told with the question when the field is personal. */
  why: z.string().min(1),
  required: z.boolean(),
  /** What residents call the usual answers: `value` is filled in where one of `words` stands in what they said. */
  options: z.array(z.strictObject({
    value: z.string().min(1), words: z.array(z.string().min(1)).min(1),
    /** The service (code) that this answer makes of it. */
    service: z.string().optional(),
  })).default([]),
  /** Asked only where this other field was answered so; absent: always. */
  when: z.strictObject({ slot: z.enum(slotNames), is: z.array(z.string().min(1)).min(1) }).optional(),
})

/** A promised time (服务承诺): whole working days, or hours of working time. It is shown only where somebody entered it. */
const term = z.union([
  z.strictObject({ workdays: z.number().int().positive(), source: z.string().min(1, '要写来源'), date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) }),
  z.strictObject({ hours: z.number().positive(), source: z.string().min(1, '要写来源'), date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) }),
])
export type Term = z.infer<typeof term>

/** Working hours within which somebody should have taken a request up, where its service sets nothing else: half a day. Ours; no text gives one. */
export const usualClaimHours = 4

/** One entry of knowledge/services: the shape follows Open311's service definition. */
export const serviceSchema = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]*$/),
  name: z.string().min(1),
  /** Words by which residents mean just this service within its intents; empty: the intent's default. */
  words: z.array(z.string().min(1)),
  intents: z.array(z.enum(intentNames)).min(1),
  /** `personal`: asked, shown and confirmed one-to-one only. */
  disclosure: z.enum(['public', 'personal']),
  /** `at-once`: filed as soon as the fields are there and read back in the receipt. `confirm`: read back first. */
  filing: z.enum(['at-once', 'confirm']),
  fields: z.array(field),
  /** A unit outside the community that alone may act (行政执法 …): the request is forwarded, never promised. */
  forwardTo: z.string().min(1).nullable(),
  /** Who has it first: the grid of its place, or the head of the community, where the grid's own people may be the ones meant. */
  owner: z.enum(['grid', 'lead']).default('grid'),
  /** Takes a time from the community's bookable slots. */
  books: z.boolean(),
  /** What the data are for, read out before they are confirmed. */
  purpose: z.string().min(1),
  /** The branch of the catalogue it hangs on; empty: none. */
  group: z.string().default(''),
  /** What it is, in a sentence for residents; empty: its name says it. */
  about: z.string().default(''),
  /** Who may ask for it, in words; `null`: everybody. */
  forWhom: z.string().min(1).nullable().default(null),
  /** What to bring or send; entered by the community, never guessed. */
  materials: z.array(z.string().min(1)).default([]),
  /** Who does the work where it stays in the community; `null`: its own people. */
  agency: z.string().min(1).nullable().default(null),
  /** May be granted online (简易事项网上审批); anything else is only taken up and answered here. */
  simple: z.boolean().default(false),
  term: term.nullable().default(null),
  /** Working hours after which work that nobody has taken climbs a level; `null`: `usualClaimHours`. */
  claimHours: z.number().positive().nullable().default(null),
  /** Somebody can come to the home; somebody can do it for the resident (代办). */
  visit: z.boolean().default(false),
  agent: z.boolean().default(false),
  /** Within which reach two reports of the same thing are one; `none`: never. */
  joins: z.enum(['place', 'building', 'none']).default('place'),
  /** Said first, where this may be a danger; `null`: nothing. */
  emergency: z.string().min(1).nullable().default(null),
  /** Words by which a text's routing table names whose matter it is. */
  responsibility: z.array(z.string().min(1)).default([]),
  /** The kind of case a grid's one person has where the text orders 五员合一 (濮社区领〔2020〕2号 二/（四）/18). */
  gridCase: z.enum(['grid', 'stability', 'mediation', 'safety', 'security']).nullable().default(null),
  /** Closing needs a photo; otherwise words suffice. */
  photo: z.boolean().default(false),
})

export type Service = z.infer<typeof serviceSchema>
export type ServiceField = Service['fields'][number]

/** The services of a community's window, looked up by intent and words. */
export interface ServiceCatalogue {
  readonly services: readonly Service[]
  /** What to bring for which matter. */
  readonly checklists: readonly Checklist[]
  byCode(code: string): Service | null
  /** The service whose own words stand in the text, whatever its intent; `null` when none does. */
  called(text: string): Service | null
  /** The service whose own words, or an answer it knows, stand in the text, whatever its intent; `null` when none does. */
  named(text: string): Service | null
  /** The service a matter means: the one with the longest of its words in the text, else the intent's default. */
  forMatter(intent: IntentName, text: string): Service | null
}

/** A service is called by its own name where that is as long as this, characters: 预约 and 助餐 stand in too much else. */
const longName = 4

/** Checks the parsed service files; throws a ZodError or an Error that names the double code. */
export function createCatalogue(parsed: readonly unknown[]): ServiceCatalogue {
  const isChecklist = (entry: unknown) => typeof entry === 'object' && entry !== null && 'checklist' in entry
  const services = parsed.filter((entry) => !isChecklist(entry)).map((entry) => serviceSchema.parse(entry))
  const checklists = parsed.filter(isChecklist).map((entry) => checklistSchema.parse(entry))
  const byCode = new Map<string, Service>()
  for (const service of services) {
    if (byCode.has(service.code)) throw new Error(`services: code ${service.code} stands twice`)
    byCode.set(service.code, service)
  }
  for (const service of services) {
    for (const { service: code, value } of service.fields.flatMap(({ options }) => options)) {
      if (code !== undefined && !byCode.has(code)) throw new Error(`services: ${service.code} becomes ${code} by 「${value}」, which is no service`)
    }
  }
  return {
    services,
    checklists,
    byCode: (code) => byCode.get(code) ?? null,
    called: (text) => services.find((service) => service.words.some((word) => text.includes(word))) ?? services.find(({ name }) => [...name].length >= longName && text.includes(name)) ?? null,
    named: (text) => services.find((service) => service.words.some((word) => text.includes(word)) || optionsIn(service, text).length > 0) ?? null,
    forMatter(intent, text) {
      let best: Service | null = null
      let bestLength = -1
      for (const service of services) {
        if (!service.intents.includes(intent)) continue
        const length = service.words.reduce((longest, word) => (text.includes(word) ? Math.max(longest, word.length) : longest), service.words.length === 0 ? 0 : -1)
        if (length > bestLength) [best, bestLength] = [service, length]
      }
      return best
    },
  }
}

/** The code of the service that a general one becomes by what was answered; `null`: it stays what it is. */
export function becomes(service: Service, given: readonly Pick<Slot, 'name' | 'value'>[]): string | null {
  for (const entry of service.fields) {
    const said = given.filter((slot) => slot.name === entry.slot).map((slot) => slot.value)
    const meant = entry.options.find((option) => option.service !== undefined && said.some((words) => words === option.value || option.words.some((word) => words.includes(word))))
    if (meant?.service !== undefined) return meant.service
  }
  return null
}

/** Required fields without a value yet, in the order they are asked; a field that depends on another only where that was answered so. */
export function missingFields(service: Service, given: ReadonlyMap<SlotName, unknown>): readonly ServiceField[] {
  return service.fields.filter((entry) => entry.required && !given.has(entry.slot) && isAsked(entry, given))
}

function isAsked({ when }: ServiceField, given: ReadonlyMap<SlotName, unknown>): boolean {
  if (when === undefined) return true
  const answer = given.get(when.slot)
  const value = typeof answer === 'object' && answer !== null && 'value' in answer ? answer.value : answer
  return typeof value === 'string' && when.is.includes(value)
}

/** The usual answers to the service's questions that stand in the text by their lay words. */
export function optionsIn(service: Service, text: string): Slot[] {
  return service.fields.flatMap((entry) =>
    entry.options.filter((option) => option.words.some((word) => text.includes(word))).map((option): Slot => ({ name: entry.slot, value: option.value, start: 0, end: 0 })),
  )
}
