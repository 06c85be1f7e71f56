import { z } from 'zod'
import { intentNames, slotNames } from '../nlu/understanding.js'
import { tenures } from '../programmes/standing.js'

/** A draft is kept for a day (product rule 7), ms. */
export const draftLastsMs = 24 * 3_600_000

const slot = z.object({
  name: z.enum(slotNames),
  value: z.string(),
  start: z.number(),
  end: z.number(),
  normal: z.string().optional(),
})

/** A request being put together. It outlives restarts; Botkit only knows that its question is open. */
const form = z.object({
  serviceCode: z.string(),
  intent: z.enum(intentNames),
  /** The resident's own words so far. */
  description: z.string(),
  fields: z.array(slot),
  /** The field asked now; `confirm` = it has been read back; `offer` = offered, not yet accepted; `carried` = begun in a room, to go on in private. */
  asking: z.union([z.enum(slotNames), z.literal('confirm'), z.literal('offer'), z.literal('carried')]),
  /** How often the question now open was asked. */
  asked: z.number().int(),
  sourceKey: z.string(),
  attachmentIds: z.array(z.string()),
  /** The booking being moved; `null` files a new request. */
  changes: z.string().nullable(),
  /** What the person told with an earlier request and is asked about: still right? Absent: not looked for yet; empty: nothing, or not wanted. */
  known: z.array(slot).optional(),
  startedAt: z.number(),
  updatedAt: z.number(),
  reminded: z.boolean(),
})
export type Form = z.infer<typeof form>

/** How many of its last answers a form can give back. */
export const answersKept = 8

const memorySchema = z.object({
  form: form.nullable(),
  /** A form put by while another is filled in; taken up again when that one ends. */
  shelved: form.nullable(),
  /** The request this person filed, changed or asked about last: what 「不对,是2栋」 and 「那个」 mean. */
  lastRequest: z.object({ id: z.string(), at: z.number(), filed: z.boolean() }).nullable(),
  /** The question answered last: what 「配合的呢」 goes on from. */
  lastQuestion: z.object({ text: z.string(), at: z.number(), status: z.string().nullable(), intent: z.enum(intentNames) }).nullable(),
  /** A danger this person reported: what they add goes to the people paged, not into a form. */
  danger: z.object({ kind: z.string(), at: z.number() }).nullable(),
  /** An ID number stood in the open, at this time. */
  exposedAt: z.number().nullable(),
  /** Candidates offered when a message was not understood. */
  candidates: z.object({ text: z.string(), intents: z.array(z.enum(intentNames)) }).nullable(),
  /** Questions put to the person to choose from (您是不是想问). */
  suggested: z.array(z.string()).nullable(),
  /** A list of what to bring that is being put together; `asked`: how often its open question was put again. */
  checklist: z.object({ code: z.string(), answers: z.record(z.string(), z.enum(['yes', 'no', 'unsure'])), asked: z.number().int(), updatedAt: z.number() }).nullable(),
  /** Requests put to the person to choose from, and what is to be done with the one chosen. */
  picking: z.object({ intent: z.enum(intentNames), numbers: z.array(z.string()) }).nullable(),
  /** A question that could not be answered and that a person was just offered for. */
  offered: z.string().nullable(),
  /** How often in a row a message could not be understood. */
  unclear: z.number().int(),
  /** A refusal given just before; asking again gets the same. */
  refused: z.object({ name: z.string(), at: z.number() }).nullable(),
  /** When this person last dropped a form or withdrew a request: what 「没给我记上吧」 asks about. */
  cancelledAt: z.number().nullable(),
  /** The open form as it stood before each message that changed it, oldest first: what a recalled or edited answer goes back to. */
  answers: z.array(z.object({ messageId: z.string(), before: form.nullable() })),
  /** A request whose message was taken back, while the person is asked whether it goes too. */
  takenBack: z.string().nullable(),
  /** The requests listed last, in their order: what 「第二个」 means. */
  listed: z.object({ numbers: z.array(z.string()), at: z.number() }).nullable(),
  /** Asked before one's data are deleted: whether for sure, or what becomes of open requests. */
  erasing: z.enum(['sure', 'open']).nullable(),
  /** What is to be withheld of what is filed next. */
  discretion: z.object({ kind: z.enum(['anonymous', 'private']), at: z.number() }).nullable(),
  /** What of the community's affairs was asked for last: 「去年的呢」 goes on from it; `wanted`: it is not published, 「要求公开」 means it. */
  openAffairs: z.object({ asked: z.string(), wanted: z.string().nullable(), at: z.number() }).nullable(),
  /** Topics shown or asked about last. `asks`: what was asked; `choice`: the words of a ballot that waits for the answer; `told`: of who they are, what was said so far. */
  topics: z.object({ ids: z.array(z.string()), choice: z.string().nullable(), asks: z.enum(['topic', 'choice', 'standing', 'subject', 'own-ballot']).nullable(), told: z.object({ tenure: z.enum(tenures).nullable(), place: z.string().nullable() }).nullable(), at: z.number() }).nullable(),
  /** Activities shown or spoken of last: what 「我也去」 and 「第二个」 mean. */
  activities: z.object({ ids: z.array(z.string()), at: z.number() }).nullable(),
  /** Asked about an activity: which one, the name of who of the family comes (`who`: in the resident's words), whether it is right. */
  activityAsk: z.object({ act: z.enum(['join', 'leave', 'wait', 'name', 'sure']), ids: z.array(z.string()), who: z.string(), person: z.string() }).nullable(),
  /** A volunteer's registration that is being told; `times` and `grids` `null`: not asked yet. */
  volunteering: z.object({ asking: z.enum(['skills', 'times', 'grids', 'confirm']), skills: z.array(z.string()), also: z.string(), times: z.array(z.string()).nullable(), grids: z.array(z.string()).nullable(), again: z.boolean(), at: z.number() }).nullable(),
  /** A wanted time that was taken when it was asked for, in ISO local time to the minute: 「排队」 waits for it. */
  taken: z.object({ serviceCode: z.string(), what: z.string(), from: z.string(), until: z.string(), at: z.number() }).nullable(),
  /** When wishes of others were listed to this person last, and when they claimed one: what 「12号我认了」 and 「送到了」 are about. */
  wishes: z.object({ listedAt: z.number().nullable(), numbers: z.array(z.number()), claimedAt: z.number().nullable() }).nullable(),
  /** When small projects were listed to this person last: what 「支持3号」 is about. */
  proposalsAt: z.number().nullable(),
  /** A party member who reports in is asked for what is still missing, or whether it is right so. */
  reporting: z.object({ unit: z.string().nullable(), name: z.string().nullable(), at: z.number() }).nullable(),
})

/** What is remembered of the talk with one person in one conversation. Kept sealed in the store with the dialog state. */
export type Memory = z.infer<typeof memorySchema>

export const emptyMemory: Memory = {
  form: null, shelved: null, lastRequest: null, lastQuestion: null, danger: null, exposedAt: null, candidates: null, suggested: null, checklist: null, picking: null, offered: null, unclear: 0, refused: null, cancelledAt: null,
  answers: [], takenBack: null, activities: null, activityAsk: null, volunteering: null, erasing: null, discretion: null, listed: null, topics: null, taken: null, openAffairs: null, wishes: null, reporting: null, proposalsAt: null,
}

/** What stored memories were read as, while they are kept: a row of the store never changes, and one message asks for it twice. */
const known = new WeakMap<object, Memory>()

/** Reads a stored memory; what an older or newer program wrote and we can't read is forgotten field by field. */
export function readMemory(stored: unknown): Memory {
  if (typeof stored !== 'object' || stored === null || !Object.isFrozen(stored)) return parseMemory(stored)
  const memory = known.get(stored) ?? parseMemory(stored)
  known.set(stored, memory)
  return memory
}

function parseMemory(stored: unknown): Memory {
  const whole = memorySchema.safeParse(stored)
  if (whole.success) return whole.data
  if (typeof stored !== 'object' || stored === null) return emptyMemory
  const given = stored as Record<string, unknown>
  const kept: Record<string, unknown> = { ...emptyMemory }
  for (const [name, schema] of Object.entries(memorySchema.shape)) {
    const value = schema.safeParse(given[name])
    if (value.success) kept[name] = value.data
  }
  return kept as Memory
}

/** What holds for one turn only, unless that turn sets it again. */
export const passing = { candidates: null, suggested: null, picking: null, offered: null, unclear: 0, takenBack: null, erasing: null, activityAsk: null } as const satisfies Partial<Memory>
