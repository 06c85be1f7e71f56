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
  options: z.array(z.strictObject({ value: z.string().min(1), words: z.array(z.string().min(1)).min(1) })).default([]),
})

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
  return {
    services,
    checklists,
    byCode: (code) => byCode.get(code) ?? null,
    called: (text) => services.find((service) => service.words.some((word) => text.includes(word))) ?? null,
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

/** Required fields without a value yet, in the order they are asked. */
export function missingFields(service: Service, given: ReadonlyMap<SlotName, unknown>): readonly ServiceField[] {
  return service.fields.filter((entry) => entry.required && !given.has(entry.slot))
}

/** The usual answers to the service's questions that stand in the text by their lay words. */
export function optionsIn(service: Service, text: string): Slot[] {
  return service.fields.flatMap((entry) =>
    entry.options.filter((option) => option.words.some((word) => text.includes(word))).map((option): Slot => ({ name: entry.slot, value: option.value, start: 0, end: 0 })),
  )
}
