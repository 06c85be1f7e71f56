import { z } from 'zod'
import { KnowledgeError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import type { KnowledgeFiles } from '../knowledge/files.js'
import type { Knowledge } from '../knowledge/knowledge.js'
import type { PolicyAnswer } from '../retrieval/answer.js'
import type { Retriever } from '../retrieval/retriever.js'
import type { CheckReport, Verdict } from './version.js'

/** What must come back: a clause of a text, a fact under a topic, or nothing. */
export const expectation = z.union([
  z.strictObject({ policy: z.string().min(1), section: z.string().min(1) }),
  z.strictObject({ fact: z.string().min(1) }),
  z.literal('refusal'),
])

export const regressionQuestion = z.strictObject({ question: z.string().min(2).max(300), community: z.string().min(1), expect: expectation })
export type RegressionQuestion = z.infer<typeof regressionQuestion>

/** A question that an admin wants answered so for ever. */
export interface KeptQuestion extends RegressionQuestion {
  readonly id: string
  readonly rev: number
  readonly author: string
  readonly at: number
}

/** The questions that lie with the knowledge (`questions.jsonl`). Throws KnowledgeError that names the lines. */
export function readQuestions(files: KnowledgeFiles): RegressionQuestion[] {
  const problems: string[] = []
  const questions = (files.get('questions.jsonl') ?? '').split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    try {
      return [regressionQuestion.parse(JSON.parse(line))]
    } catch (error) {
      problems.push(`questions.jsonl:${i + 1} ${error instanceof z.ZodError ? error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ') : '不是完整的 JSON'}`)
      return []
    }
  })
  if (problems.length > 0) throw new KnowledgeError('questions', problems.join('\n'))
  return questions
}

/** One side of a comparison. */
export interface Side {
  readonly knowledge: Knowledge
  readonly retriever: Retriever
}

/** Puts every question to both sides; a question of a community that a side does not have counts as wrong there. `pause` lets others work in between. */
export async function compareAnswers(questions: readonly RegressionQuestion[], before: Side, after: Side, now: number, pause: () => Promise<void> = async () => {}): Promise<CheckReport> {
  const verdicts: Verdict[] = []
  for (const question of questions) {
    verdicts.push({ question: question.question, community: question.community, expected: expectedWords(question, after.knowledge), before: judge(question, before, now), after: judge(question, after, now) })
    await pause()
  }
  return {
    at: now,
    asked: verdicts.length,
    broken: verdicts.filter((one) => one.before.right && !one.after.right),
    stillWrong: verdicts.filter((one) => !one.before.right && !one.after.right),
    mended: verdicts.filter((one) => !one.before.right && one.after.right),
  }
}

function judge({ question, community: id, expect }: RegressionQuestion, { knowledge, retriever }: Side, now: number): Verdict['after'] {
  const community = knowledge.communities.get(id as CommunityId)
  if (community === undefined) return { right: false, said: `没有「${id}」这个社区` }
  const answer = retriever.answer({ question, community, now, includeFacts: true })
  return { right: isRight(answer, expect, knowledge), said: saidWords(answer) }
}

function isRight(answer: PolicyAnswer, expect: RegressionQuestion['expect'], knowledge: Knowledge): boolean {
  if (expect === 'refusal') return answer.kind !== 'answered'
  const first = answer.kind === 'answered' ? answer.citations[0] : undefined
  if (first === undefined) return false
  if ('fact' in expect) return first.kind === 'fact' && first.document.includes(expect.fact)
  const title = knowledge.policies.find((policy) => policy.id === expect.policy)?.title
  return first.kind === 'policy' && first.document === title && first.section === expect.section
}

/** What must come back where the answer of now is to stay. */
export function expectationOf(answer: PolicyAnswer, { policies }: Pick<Knowledge, 'policies'>): RegressionQuestion['expect'] {
  const first = answer.kind === 'answered' ? answer.citations[0] : undefined
  if (first === undefined) return 'refusal'
  const policy = first.kind === 'policy' ? policies.find(({ title }) => title === first.document) : undefined
  return policy === undefined ? { fact: first.document } : { policy: policy.id, section: first.section }
}

/** What was said, as a line for people. */
export function saidWords(answer: PolicyAnswer): string {
  const first = answer.kind === 'no-passage' ? undefined : answer.citations[0]
  if (first === undefined) return '（没有答）'
  return `${answer.kind === 'related' ? '可能相关：' : ''}${first.section === '' ? first.document : `《${first.document}》${first.section}`}「${first.quote}」`
}

/** What must come back, as a line for people. */
export function expectedWords({ expect }: Pick<RegressionQuestion, 'expect'>, knowledge: Pick<Knowledge, 'policies'>): string {
  if (expect === 'refusal') return '不答'
  if ('fact' in expect) return `本地信息：${expect.fact}`
  return `《${knowledge.policies.find((policy) => policy.id === expect.policy)?.title ?? expect.policy}》${expect.section}`
}
