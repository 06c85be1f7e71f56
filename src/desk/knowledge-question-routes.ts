import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StaffAccount } from './accounts.js'
import { staffOf } from './caller.js'
import type { QuestionList, QuestionRow } from './knowledge-types.js'
import { signatureOf } from './knowledge-versions.js'
import { communityId, notFound } from './scope.js'
import { canSee } from './sign-in.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { readKnowledge, type Knowledge } from '../knowledge/knowledge.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import type { Publication } from '../publication/publication.js'
import { expectation, expectationOf, expectedWords, readQuestions, type KeptQuestion, type RegressionQuestion } from '../publication/questions.js'

const readers = ['lead', 'admin', 'auditor'] as const
const keepers = ['lead', 'admin'] as const

const questionBody = z.object({
  question: z.string().trim().min(2, '请写居民会问的话').max(300, '最多 300 个字'), community: communityId, expect: z.union([z.literal('as-now'), expectation]),
})
const idParams = z.object({ id: z.string().min(1).max(40) })

/** The questions that every change of the knowledge is put to: those that lie with its files, and those that people have kept. */
export function knowledgeQuestionRoutes(app: FastifyInstance, parts: { readonly publication: Pick<Publication, 'questions' | 'keepQuestion' | 'dropQuestion'>; readonly inUse: () => KnowledgeInUse; readonly now: () => number }): void {
  const { publication, inUse } = parts

  /** Read anew for each version only. */
  let read: { readonly version: number; readonly knowledge: Knowledge } | null = null
  function knowledge(): Knowledge {
    const { version, files } = inUse()
    if (read?.version !== version.number) read = { version: version.number, knowledge: readKnowledge(files) }
    return read.knowledge
  }

  function describe(account: StaffAccount, question: RegressionQuestion, kept: KeptQuestion | null): QuestionRow {
    const mayDrop = kept !== null && (account.role === 'admin' || (account.role === 'lead' && kept.author === signatureOf(account)))
    return {
      question: question.question, community: question.community, expect: question.expect, expected: expectedWords(question, knowledge()), mayDrop,
      kept: kept === null ? null : { id: kept.id, author: kept.author, at: kept.at },
    }
  }

  async function list(request: FastifyRequest): Promise<QuestionList> {
    const { account } = staffOf(request)
    const own = (await publication.questions()).map((one) => describe(account, one, one)).reverse()
    const shipped = readQuestions(inUse().files).map((one) => describe(account, one, null))
    return {
      questions: [...own, ...shipped].filter(({ community }) => canSee(account, community)),
      policies: knowledge().policies.map(({ id, title, clauses }) => ({ id, title, sections: [...new Set(clauses.map(({ path }) => path))] })),
    }
  }

  app.get('/api/desk/knowledge/questions', { config: { access: readers, does: '每次改动都要核对的问题' } }, list)

  app.post('/api/desk/knowledge/questions', { config: { access: keepers, does: '记一个以后都要核对的问题', body: questionBody } }, async (request, reply) => {
    const { question, community: id, expect } = readInput(questionBody, request.body)
    const { account } = staffOf(request)
    const community = inUse().communities.get(id)
    if (community === undefined || !canSee(account, id)) throw notFound()
    const wanted = expect === 'as-now' ? expectationOf(inUse().retriever.answer({ question, community, now: parts.now(), includeFacts: true }), knowledge()) : expect
    if (typeof wanted === 'object' && 'policy' in wanted && !knowledge().policies.some((one) => one.id === wanted.policy && one.clauses.some(({ path }) => path === wanted.section))) throw new InputError('bad-input', '这份文件里没有这一条')
    const known = [...readQuestions(inUse().files), ...(await publication.questions())]
    if (known.some((one) => one.question === question && one.community === id)) throw new InputError('taken', '这个问题已经在核对了；要换答案，请先去掉原来的')
    const kept = await publication.keepQuestion({ question, community: id, expect: wanted }, signatureOf(account))
    return reply.code(201).send(describe(account, kept, kept))
  })

  app.post('/api/desk/knowledge/questions/:id/drop', { config: { access: keepers, does: '去掉一个核对问题' } }, async (request): Promise<QuestionList> => {
    const { id } = readInput(idParams, request.params)
    const { account } = staffOf(request)
    const kept = (await publication.questions()).find((one) => one.id === id)
    if (kept === undefined || !canSee(account, kept.community)) throw notFound()
    if (!describe(account, kept, kept).mayDrop) throw new InputError('forbidden', '这个问题要由记下它的人或管理员来去掉')
    await publication.dropQuestion(id)
    return list(request)
  })
}
