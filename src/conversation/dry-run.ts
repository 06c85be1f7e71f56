import type { InboundMessage } from '../channels/channel.js'
import type { KnowledgeFiles } from '../knowledge/files.js'
import { readKnowledge } from '../knowledge/knowledge.js'
import { readServices } from '../knowledge/services.js'
import { gazetteerOf } from '../knowledge/gazetteer.js'
import { createNlu } from '../nlu/load-nlu.js'
import type { Matter, Understanding } from '../nlu/understanding.js'
import { createRetriever } from '../retrieval/retriever.js'
import type { AskAnswer, Question } from './ask-answer.js'
import { createBotkitRunner } from './botkit.js'
import { idMaker } from './new-id.js'
import { nothingStored } from './nothing-stored.js'
import { takeTurn, type TurnParts } from './take-turn.js'

export interface AskerSettings {
  readonly knowledge: KnowledgeFiles
  readonly intentsDir: string
  /** Where the trained classifier is kept; `null` trains anew. */
  readonly cacheDir: string | null
  /** Whether the example communities' local facts may be quoted. */
  readonly facts: boolean
  readonly now: () => number
}

/** Runs single turns in full, each for a resident without a history; nothing is stored or sent. */
export async function createAsker(settings: AskerSettings): Promise<{ readonly communities: readonly string[]; ask(question: Question): Promise<AskAnswer> }> {
  const [knowledge, services] = [readKnowledge(settings.knowledge), readServices(settings.knowledge)]
  const nlu = await createNlu({ intentsDir: settings.intentsDir, cacheDir: settings.cacheDir, gazetteer: gazetteerOf(knowledge.communities.values()) })
  const parts: Omit<TurnParts, 'store'> = {
    nlu,
    retriever: createRetriever(knowledge),
    services,
    botkit: createBotkitRunner(),
    community: (id) => {
      const found = knowledge.communities.get(id)
      if (!found) throw new Error(`no community ${id}`)
      return found
    },
    withFacts: settings.facts,
    now: settings.now,
    newId: idMaker(settings.now),
  }
  return { communities: [...knowledge.communities.keys()], ask: async (question) => (await askOnce(parts, question)).answer }
}

/** One turn in full, for a resident without a history, with how it was understood; nothing is stored or sent. */
export async function askOnce(given: Omit<TurnParts, 'store'>, question: Question): Promise<{ readonly answer: AskAnswer; readonly understanding: Understanding | null }> {
  const parts: TurnParts = { ...given, store: nothingStored }
  const startedAt = performance.now()
  const message = messageOf(question, parts.newId(), parts.now())
  const intake = { id: parts.newId(), rev: 0, eventKey: message.eventId, conversationId: message.conversationId, state: 'pending', message, outcome: null, receivedAt: parts.now(), doneAt: null } as const
  const { understanding, outcome, outgoing } = await takeTurn(parts, intake, message, { before: () => [], said: () => null, mayVolunteer: () => true, answers: () => 0 })
  const answer: AskAnswer = {
    id: question.id,
    speaks: outcome.kind !== 'silent',
    outcome: outcome.kind,
    intents: (understanding?.matters ?? []).map((matter) => ({ name: matter.intent, confidence: round(matter.confidence) })),
    slots: slotsOf(understanding?.matters ?? []),
    reply: outgoing.map((row) => row.reply.text),
    citations: outgoing.flatMap((row) => row.reply.citations).map(({ clause: _clause, ...citation }) => citation),
    ...('reason' in outcome ? { reason: outcome.reason } : {}),
    ms: round(performance.now() - startedAt),
  }
  return { answer, understanding }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** A line of its own resident; a `@小助手` in the text counts as a mention. */
function messageOf(question: Question, id: string, now: number): InboundMessage {
  const mention = /@\s*(小助手|一窗)/.test(question.text)
  const others = [...question.text.matchAll(/@([^\s@\u2005，。,!！?？:：]{1,20})/gu)].map((match) => match[1] ?? '').filter((name) => !/^(小助手|一窗)/.test(name))
  return {
    channel: 'memory',
    communityId: question.community,
    eventId: id,
    messageId: id,
    conversationId: `memory:${id}`,
    chat: question.chat,
    author: { id: `memory:resident:${id}`, name: null, kind: 'resident' },
    text: question.text,
    attachments: [],
    mentions: { bot: question.mentioned || mention, others: others.filter((name) => name !== '所有人'), everyone: others.includes('所有人') },
    quoted: null,
    sentAt: now,
  }
}

/** Every slot once: two matters of one breath share their time and place. */
function slotsOf(matters: readonly Matter[]): AskAnswer['slots'] {
  const spans = new Map(matters.flatMap(({ slots }) => slots.map((slot) => [`${slot.name} ${slot.start}`, slot] as const)))
  return [...spans.values()].map(({ name, value, normal }) => ({ name, value, ...(normal === undefined ? {} : { normal }) }))
}
