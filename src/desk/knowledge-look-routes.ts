import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import type { FindingList, GapList, Trial } from './knowledge-types.js'
import { communitiesFor, communityId, notFound } from './scope.js'
import { canSee } from './sign-in.js'
import type { AskAnswer, Question } from '../conversation/ask-answer.js'
import { readInput } from '../http/input.js'
import { readKnowledge } from '../knowledge/knowledge.js'
import { groupUnanswered, unansweredIn } from '../learning/unanswered.js'
import type { IntentName, Understanding } from '../nlu/understanding.js'
import { findConflicts, type Finding } from '../publication/conflicts.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import { answerConfidence, relatedConfidence, type ScopeRanking } from '../retrieval/retriever.js'
import { sentenceWeights, type SentenceFeatures } from '../retrieval/sentence-ranker.js'
import type { Store } from '../store/store.js'

/** Asks as a resident without a history would; nothing is stored or sent. */
export type TryOut = (question: Question) => Promise<{ readonly answer: AskAnswer; readonly understanding: Understanding | null }>

const readers = ['lead', 'admin', 'auditor'] as const
const trialBody = z.object({ question: z.string().trim().min(1, '请写一句话').max(500, '最多 500 个字'), chat: z.enum(['private', 'group']), mentioned: z.boolean() })
const gapQuery = z.object({ community: communityId.optional() })

/** Groups shown, the largest. */
const gapsShown = 60

/** What the knowledge says, why, and what it lacks. */
export function knowledgeLookRoutes(app: FastifyInstance, parts: { readonly inUse: () => KnowledgeInUse; readonly tryOut: TryOut; readonly titleOf: (intent: IntentName) => string; readonly store: Store; readonly now: () => number }): void {
  /** Going through every pair of texts takes a while: kept for the version and the day. */
  let seen: { readonly key: string; readonly findings: readonly Finding[] } | null = null

  app.post('/api/desk/knowledge/trial/:community', { config: { access: readers, does: '试一个问题，看会怎么答、为什么', body: trialBody } }, async (request): Promise<Trial> => {
    const { community: id } = readInput(z.object({ community: communityId }), request.params)
    const { question, chat, mentioned } = readInput(trialBody, request.body)
    const inUse = parts.inUse()
    const community = inUse.communities.get(id)
    if (community === undefined) throw notFound()
    const { answer: turn, understanding } = await parts.tryOut({ id: 'trial', text: question, community: id, chat, mentioned })
    const asked = { question: understanding?.text ?? question, community, now: parts.now(), includeFacts: true }
    return {
      version: inUse.version.number, turn, titles: turn.intents.map(({ name }) => parts.titleOf(name)), gate: understanding?.gate.reason ?? 'private', answer: inUse.retriever.answer(asked),
      thresholds: { answer: answerConfidence, related: relatedConfidence }, rankings: inUse.retriever.explain(asked).map(describeRanking),
    }
  })

  app.get('/api/desk/knowledge/findings', { config: { access: readers, does: '过期、快过期和互相矛盾的内容' } }, async (request): Promise<FindingList> => {
    const { version, files } = parts.inUse()
    const key = `${version.number} ${new Date(parts.now() + 8 * 3_600_000).toISOString().slice(0, 10)}`
    if (seen?.key !== key) seen = { key, findings: findConflicts(readKnowledge(files), parts.now()) }
    const { account } = staffOf(request)
    const hidden = [...parts.inUse().communities.values()].filter((one) => !canSee(account, one.id)).map(({ name }) => name)
    const visible = seen.findings.filter(({ kind, where }) => kind === 'figures' || !where.some((place) => hidden.some((name) => place.startsWith(`${name} `))))
    return { findings: visible }
  })

  app.get('/api/desk/knowledge/gaps', { config: { access: readers, does: '居民问了、没有依据可答的', query: gapQuery } }, async (request): Promise<GapList> => {
    const { community } = readInput(gapQuery, request.query)
    const asked = await unansweredIn(parts.store, communitiesFor(request, [...parts.inUse().communities.values()], community))
    return { gaps: groupUnanswered(asked).slice(0, gapsShown), asked: asked.length }
  })
}

function describeRanking({ scope, texts, confidence, evidence, sentences }: ScopeRanking): Trial['rankings'][number] {
  return {
    place: scope.jurisdiction.name, texts, confidence, evidence,
    sentences: sentences.map(({ policy, section, text, score, features }) => ({
      document: policy.title, section, text, score,
      parts: (Object.keys(features) as (keyof SentenceFeatures)[])
        .map((name) => ({ name, worth: sentenceWeights[name] * features[name] }))
        .filter(({ worth }) => Math.abs(worth) >= 0.05)
        .sort((a, b) => Math.abs(b.worth) - Math.abs(a.worth)),
    })),
  }
}
