import type { Vote } from './ballot.js'
import type { Recorder } from './recorder.js'

/** The service by which a resident raises a topic. */
export const topicService = 'deliberation'

/** 提出 → 受理 → 协商 → (表决) → 公示; 终止 ends it early. What was declined never becomes a topic: its request has the reason. */
export type TopicStage = 'accepted' | 'deliberating' | 'voting' | 'published' | 'called-off'

/** What was said when people sat together, in the words of who recorded it. */
export interface Minutes {
  /** ISO day of the meeting. */
  readonly day: string
  readonly words: string
  readonly by: Recorder
  readonly at: number
}

/** A step of the community's own procedure that was taken. */
export interface StepTaken {
  readonly words: string
  readonly by: Recorder
  readonly at: number
}

/** A matter that concerns all (议题), from when staff accepted it. Every word of it is public; whose it was, its request knows. */
export interface Topic {
  /** Grows with time. */
  readonly id: string
  readonly rev: number
  /** What it is called, from 1 in each community, never given twice. */
  readonly number: number
  /** The resident's request it came from; `null`: staff opened it. */
  readonly requestId: string | null
  readonly title: string
  readonly about: string
  readonly stage: TopicStage
  /** When each stage began, in order, the proposal first. */
  readonly dates: readonly { readonly stage: 'proposed' | TopicStage; readonly at: number }[]
  /** The procedure it goes by, as it stood when it was accepted; `null`: none. */
  readonly procedure: { readonly name: string; readonly steps: readonly string[] } | null
  /** The procedure's first steps, in its order. */
  readonly taken: readonly StepTaken[]
  readonly minutes: readonly Minutes[]
  readonly vote: Vote | null
  readonly result: { readonly words: string; readonly by: Recorder; readonly at: number } | null
  /** Why it was called off; `null` where it was not. */
  readonly reason: string | null
  /** When it was published or called off; `null` while it lives. */
  readonly endedAt: number | null
}

/** Steps that a community's topics go by (三议一表决, 四议两公开): no text says which they are, so an admin does. */
export interface TopicProcedure {
  readonly id: string
  readonly rev: number
  readonly name: string
  readonly steps: readonly string[]
  /** No topic is accepted there without one of those that are required. */
  readonly required: boolean
  readonly by: Recorder
  readonly at: number
}

/** Why something can't be done with a topic now. */
export type TopicRefusal = 'wrong-stage' | 'steps-left' | 'no-steps' | 'not-counted' | 'no-procedure'

/** Takes a proposal up. `proposedAt`: when the resident said it, else now. */
export function acceptTopic(
  given: Pick<Topic, 'id' | 'number' | 'requestId' | 'title' | 'about' | 'procedure'> & { readonly proposedAt: number },
  procedures: readonly TopicProcedure[], now: number,
): Topic | TopicRefusal {
  const { proposedAt, ...rest } = given
  if (rest.procedure === null && procedures.some(({ required }) => required)) return 'no-procedure'
  return { ...rest, rev: 0, stage: 'accepted', dates: [{ stage: 'proposed', at: proposedAt }, { stage: 'accepted', at: now }], taken: [], minutes: [], vote: null, result: null, reason: null, endedAt: null }
}

export function isLive({ stage }: Pick<Topic, 'stage'>): boolean {
  return stage !== 'published' && stage !== 'called-off'
}

function onward(topic: Topic, stage: TopicStage, now: number): Topic {
  return { ...topic, stage, dates: [...topic.dates, { stage, at: now }] }
}

export function beginDeliberation(topic: Topic, now: number): Topic | TopicRefusal {
  return topic.stage === 'accepted' ? onward(topic, 'deliberating', now) : 'wrong-stage'
}

export function addMinutes(topic: Topic, minutes: Minutes): Topic | TopicRefusal {
  return isLive(topic) ? { ...topic, minutes: [...topic.minutes, minutes] } : 'wrong-stage'
}

/** The procedure's next step is taken; none can be passed over. */
export function takeStep(topic: Topic, step: StepTaken): Topic | TopicRefusal {
  if (!isLive(topic)) return 'wrong-stage'
  return topic.procedure === null || topic.taken.length >= topic.procedure.steps.length ? 'no-steps' : { ...topic, taken: [...topic.taken, step] }
}

/** The step that comes next; `null`: none is left. */
export function nextStep({ procedure, taken }: Pick<Topic, 'procedure' | 'taken'>): string | null {
  return procedure?.steps[taken.length] ?? null
}

/** Puts it to the vote; once, after it was talked over. */
export function putToVote(topic: Topic, vote: Vote, now: number): Topic | TopicRefusal {
  return topic.stage === 'deliberating' && topic.vote === null ? { ...onward(topic, 'voting', now), vote } : 'wrong-stage'
}

/** Makes the result known and ends it: with every step of its procedure taken, and its votes counted. */
export function publishResult(topic: Topic, result: NonNullable<Topic['result']>): Topic | TopicRefusal {
  if (topic.stage !== 'deliberating' && topic.stage !== 'voting') return 'wrong-stage'
  if (nextStep(topic) !== null) return 'steps-left'
  if (topic.vote !== null && topic.vote.count === null) return 'not-counted'
  return { ...onward(topic, 'published', result.at), result, endedAt: result.at }
}

/** Ends it without a result. Ballots that were cast are not counted. */
export function callOff(topic: Topic, reason: string, now: number): Topic | TopicRefusal {
  return isLive(topic) ? { ...onward(topic, 'called-off', now), reason, endedAt: now } : 'wrong-stage'
}
