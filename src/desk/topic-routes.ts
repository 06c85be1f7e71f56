import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, actorOf, signatureOf } from './caller.js'
import { broughtRequest, mustMove, staffHand, takenIfFree } from './public-face.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { notFound, opaqueId, readCommunity, rowAt } from './scope.js'
import { shownHome } from './standing-routes.js'
import type { Proposal, TopicList, TopicRow, Turnout } from './topic-types.js'
import type { Announcer } from '../conversation/announcer.js'
import { countWords, titleOf, topicNews } from '../conversation/dialogs/topic-words.js'
import { newsOf } from '../conversation/move-news.js'
import { replies } from '../conversation/replies.js'
import type { Teller, Told } from '../conversation/teller.js'
import { tallyAsItStands, type Votes } from '../conversation/votes.js'
import { InputError } from '../errors.js'
import { dayLike, readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import { findPersonalData, redact } from '../privacy.js'
import { ballotUnits, electorates, type Vote } from '../programmes/ballot.js'
import { isElection } from '../programmes/election.js'
import {
  acceptTopic, addMinutes, beginDeliberation, callOff, nextStep, publishResult, putToVote, takeStep, topicService, type Topic, type TopicProcedure, type TopicRefusal,
} from '../programmes/topic.js'
import { apply, type Hand, type Move } from '../requests/apply-move.js'
import { putToResident } from '../requests/follow-up.js'
import { maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { WorkingTime } from '../requests/working-time.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store, Write } from '../store/store.js'

const rev = z.int().min(0)
const title = z.string().trim().min(4, '议题至少写 4 个字').max(40, '议题最多 40 个字')
const about = z.string().trim().max(300, '说明最多 300 个字')
const procedure = opaqueId.nullable()
const reason = z.string().trim().min(2, '请写原因，居民会看到').max(120, '最多 120 个字')
const day = dayLike('2026-11-25')
const acceptBody = z.object({ request: opaqueId, rev, title, about, procedure })
const declineBody = z.object({ request: opaqueId, rev, reason })
const openBody = z.object({ title, about, procedure })
const topicBody = z.object({ topic: opaqueId, rev })
const minutesBody = topicBody.extend({ day, words: z.string().trim().min(4, '请写会上怎么说的').max(1_000, '最多 1000 个字') })
const stepBody = topicBody.extend({ words: z.string().trim().min(2, '请写这一步怎么走的').max(300, '最多 300 个字') })
const option = z.string().trim().min(1, '选项不能空着').max(20, '选项最多 20 个字')
const moment = z.int().min(0)
const voteBody = topicBody.extend({
  options: z.array(option).min(2, '至少两个选项').max(8, '最多 8 个选项').refine((all) => new Set(all).size === all.length, '选项不能一样'),
  opensAt: moment, closesAt: moment, who: z.enum(electorates), per: z.enum(ballotUnits),
  verifyHours: z.int().min(0).max(336, '核实最多留 14 天'),
  quorum: z.int().min(1).max(100_000).nullable(), majority: z.number().min(1, '比例写 1 到 99').max(99, '比例写 1 到 99').nullable(),
})
const publishBody = topicBody.extend({ words: z.string().trim().min(4, '请写结果').max(500, '最多 500 个字'), rooms: z.array(opaqueId).max(50) })
const callOffBody = topicBody.extend({ reason })
const procedureBody = z.object({ id: opaqueId.nullable(), rev, name: z.string().trim().min(2, '请写名称').max(20, '名称最多 20 个字'), steps: z.array(z.string().trim().min(2).max(40, '每一步最多 40 个字')).min(1, '至少一步').max(12, '最多 12 步'), required: z.boolean() })
const dropBody = z.object({ id: opaqueId, rev })

/** Ended topics shown beside the living ones. */
const endedShown = 50

const refusals: Readonly<Record<TopicRefusal, string>> = {
  'wrong-stage': '这个议题走到的阶段不能这样办，请刷新看看',
  'steps-left': '议事程序还有步骤没走完，不能公示结果',
  'no-steps': '程序的步骤都走完了',
  'not-counted': '表决还没有计票，计了票再公示',
  'no-procedure': '本社区的议题要按定下的程序走，请选一个程序',
}

interface Done { readonly writes: readonly Write[]; readonly told: readonly Told[] }

/** Topics and their votes at the desk. Nobody here is shown what anybody chose. */
export function topicRoutes(app: FastifyInstance, parts: {
  readonly store: Store; readonly teller: Teller; readonly votes: Pick<Votes, 'settle'>; readonly announcer: Pick<Announcer, 'rooms' | 'announce'>; readonly index: Pick<RequestIndex, 'newestFirst'>
  readonly workingTime: (communityId: CommunityId) => WorkingTime; readonly now: () => number; readonly newId: () => string
}): void {
  const { store, teller, now } = parts

  async function show(community: CommunityId, caller: FastifyRequest): Promise<TopicList> {
    await parts.votes.settle(community)
    const [topics, procedures, rooms, all] = await Promise.all([store.find(community, 'topics', { order: 'desc', limit: 10_000 }), store.find(community, 'topicProcedures', {}), parts.announcer.rooms(community), parts.index.newestFirst(community)])
    const known = new Set(topics.map(({ requestId }) => requestId))
    const viewer = viewerOf(caller)
    const proposals = all.filter((one) => one.serviceCode === topicService && isOpen(one) && !known.has(one.id) && maySee(one, viewer)).reverse().map(describeProposal)
    const shown = [...topics.filter(({ endedAt }) => endedAt === null), ...topics.filter(({ endedAt }) => endedAt !== null).slice(0, endedShown)]
    return { now: now(), proposals, topics: await Promise.all(shown.map((topic) => describe(community, topic, caller))), procedures, rooms: rooms.map(({ id, title: called }) => ({ id, title: called })) }
  }

  async function describe(community: CommunityId, topic: Topic, caller: FastifyRequest): Promise<TopicRow> {
    const request = topic.requestId === null ? null : await store.get(community, 'requests', topic.requestId)
    return { ...topic, requestNumber: request?.number ?? null, turnout: await turnoutOf(community, topic, caller) }
  }

  async function turnoutOf(community: CommunityId, topic: Topic, caller: FastifyRequest): Promise<Turnout | null> {
    if (topic.vote === null || topic.stage === 'called-off') return null
    const { vote } = topic
    if (vote.count !== null) return { valid: vote.count.valid, unverified: vote.count.unverified, households: [] }
    const { valid, unverified, households } = await tallyAsItStands(store, community, { ...topic, vote })
    return { valid: valid.length, unverified: unverified.length, households: households.map((one) => shownHome(one, caller)) }
  }

  const topicOf = (community: CommunityId, id: string, known: number): Promise<Topic> => rowAt(store, community, 'topics', id, known)

  async function proposalOf(community: CommunityId, id: string, known: number, caller: FastifyRequest): Promise<ServiceRequest> {
    const request = await broughtRequest(store, community, topicService, id, caller)
    mustStandAt(known, request, 'requests')
    return request
  }

  /** Its resident, who hears of each stage; nobody where staff opened it, or the request has ended. */
  async function proposer(community: CommunityId, topic: Topic): Promise<ServiceRequest | null> {
    const request = topic.requestId === null ? null : await store.get(community, 'requests', topic.requestId)
    return request !== null && isOpen(request) ? request : null
  }

  async function procedureOf(community: CommunityId, id: string | null): Promise<Topic['procedure']> {
    const row = id === null ? null : await store.get(community, 'topicProcedures', id)
    if (id !== null && row === null) throw notFound()
    return row === null ? null : { name: row.name, steps: row.steps }
  }

  async function accepted(community: CommunityId, given: z.infer<typeof openBody>, from: Pick<ServiceRequest, 'id' | 'filedAt'> | null): Promise<Topic> {
    mustBePublic(given.title, given.about)
    if (isElection(`${given.title}。${given.about}`)) throw new InputError('not-allowed', '选举、换届、罢免要依法按法定程序、无记名投票进行，不能作为议题，也不能在这里表决')
    const row = await procedureOf(community, given.procedure)
    return mustPass(acceptTopic({ id: parts.newId(), number: await store.nextNumber(community, 'topic'), requestId: from?.id ?? null, title: given.title, about: given.about, procedure: row, proposedAt: from?.filedAt ?? now() }, await store.find(community, 'topicProcedures', {}), now()))
  }

  /** A change of one topic, and what its proposer hears. */
  async function changed(community: CommunityId, topic: Topic | TopicRefusal, news: (after: Topic) => string | null, move: Move | null = null, caller?: FastifyRequest): Promise<Done> {
    const after = mustPass(topic)
    const request = await proposer(community, after)
    const text = news(after)
    const put: Write = { op: 'put', table: 'topics', row: after }
    if (request === null || text === null) return { writes: [put], told: [] }
    if (move === null || caller === undefined) return { writes: [put], told: [{ request, text }] }
    const inHand = takenIfFree(request, handOf(caller))
    const moved = mustMove(apply(inHand, move, handFor(inHand, move, caller)))
    const row = move.name === 'close' ? mustMove(putToResident(moved, parts.workingTime(community), now())) : moved
    const asked = move.name === 'close' ? newsOf(row, move, { kind: 'ended' }) : null
    return { writes: [put, { op: 'put', table: 'requests', row }], told: [{ request: row, text: asked?.own ?? text, choices: asked?.choices ?? [] }] }
  }

  const handOf = (caller: FastifyRequest): Hand => staffHand(actorOf(caller), now())

  /** With its topic a request is done, whoever of the staff has it in hand; the topic tells who recorded the result. */
  function handFor({ owner }: ServiceRequest, move: Move, caller: FastifyRequest): Hand {
    const own = handOf(caller)
    return move.name === 'close' && owner.id !== actorOf(caller).id ? { ...own, actor: { kind: 'bot' } } : own
  }

  function act<T>(path: string, does: string, body: z.ZodType<T>, change: (community: CommunityId, given: T, caller: FastifyRequest) => Promise<Done>, access: readonly ('staff' | 'lead' | 'admin')[] = acting, then?: (community: CommunityId, given: T, done: Done, caller: FastifyRequest) => Promise<void>): void {
    app.post(`/api/desk/topics/:community/${path}`, { config: { access, does, body } }, async (request) => {
      const community = readCommunity(request)
      const given = readInput(body, request.body)
      const done = await change(community, given, request)
      await teller.commitAndTell(community, done.writes, done.told)
      await then?.(community, given, done, request)
      return show(community, request)
    })
  }

  app.get('/api/desk/topics/:community', { config: { access: everyRole, does: '议题与表决' } }, async (request) => show(readCommunity(request), request))

  act('accept', '议题：受理', acceptBody, async (community, given, caller) => {
    const request = await proposalOf(community, given.request, given.rev, caller)
    const topic = await accepted(community, given, request)
    return { writes: [{ op: 'put', table: 'topics', row: topic }, { op: 'put', table: 'requests', row: takenIfFree(request, handOf(caller)) }], told: [{ request, text: topicNews.accepted(topic, request.number) }] }
  })

  act('decline', '议题：不受理', declineBody, async (community, given, caller) => {
    const request = await proposalOf(community, given.request, given.rev, caller)
    const declined = mustMove(apply(takenIfFree(request, handOf(caller)), { name: 'decline', reason: given.reason, brings: null }, handOf(caller)))
    return { writes: [{ op: 'put', table: 'requests', row: declined }], told: [{ request: declined, text: replies.declinedNews(declined, given.reason) }] }
  })

  act('open', '议题：社区提出', openBody, async (community, given) => ({ writes: [{ op: 'put', table: 'topics', row: await accepted(community, given, null) }], told: [] }))

  act('deliberate', '议题：开始协商', topicBody, async (community, { topic, rev: known }) => changed(community, beginDeliberation(await topicOf(community, topic, known), now()), topicNews.deliberating))

  act('minutes', '议题：会议记录', minutesBody, async (community, { topic, rev: known, day: on, words }, caller) => {
    mustBePublic(words)
    return changed(community, addMinutes(await topicOf(community, topic, known), { day: on, words, by: signatureOf(caller), at: now() }), () => null)
  })

  act('step', '议题：走完一步', stepBody, async (community, { topic: id, rev: known, words }, caller) => {
    mustBePublic(words)
    const topic = await topicOf(community, id, known)
    const step = nextStep(topic)
    return changed(community, takeStep(topic, { words, by: signatureOf(caller), at: now() }), (after) => topicNews.step(after, step ?? ''))
  })

  act('vote', '议题：发起表决', voteBody, async (community, { topic: id, rev: known, ...rule }) => {
    const topic = await topicOf(community, id, known)
    mustBePublic(...rule.options)
    if (rule.closesAt <= Math.max(now(), rule.opensAt) || rule.closesAt - now() > 92 * 86_400_000) throw new InputError('bad-input', '截止要在开始之后，最多三个月')
    if (isElection(`${topic.title}。${topic.about}。${rule.options.join('。')}`)) throw new InputError('not-allowed', '选举、换届、罢免要依法按法定程序、无记名投票进行，不能在这里表决')
    const vote: Vote = { ...rule, opensAt: Math.max(now(), rule.opensAt), count: null }
    return changed(community, putToVote(topic, vote, now()), (after) => topicNews.voting(after))
  })

  act('publish', '议题：公示结果', publishBody, async (community, { topic: id, rev: known, words }, caller) => {
    mustBePublic(words)
    const topic = await topicOf(community, id, known)
    return changed(community, publishResult(topic, { words, by: signatureOf(caller), at: now() }), (after) => topicNews.published(after, words), { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: topicNews.published(topic, words) } }, caller)
  }, acting, async (community, { rooms, words }, done, caller) => {
    const topic = done.writes.flatMap((write) => (write.op === 'put' && write.table === 'topics' ? [write.row] : []))[0]
    if (rooms.length === 0 || topic === undefined) return
    const count = topic.vote?.count
    await parts.announcer.announce(community, { kind: 'topic', text: `${titleOf(topic)}结果公示：${count == null || topic.vote === null ? '' : countWords(topic.vote, count)}${words}`, audience: { rooms, subscribers: { kind: 'none' } }, by: signatureOf(caller) })
  })

  act('call-off', '议题：终止', callOffBody, async (community, { topic: id, rev: known, reason: why }, caller) => {
    mustBePublic(why)
    return changed(community, callOff(await topicOf(community, id, known), why, now()), (after) => topicNews.calledOff(after, why), { name: 'decline', reason: why, brings: null }, caller)
  })

  act('procedure', '议题：定议事程序', procedureBody, async (community, given, caller) => {
    const row = given.id === null ? null : await store.get(community, 'topicProcedures', given.id)
    if (given.id !== null && row === null) throw notFound()
    const { name, steps, required } = given
    const procedureRow: TopicProcedure = { id: row?.id ?? parts.newId(), rev: given.id === null ? 0 : given.rev, name, steps, required, by: signatureOf(caller), at: now() }
    return { writes: [{ op: 'put', table: 'topicProcedures', row: procedureRow }], told: [] }
  }, ['admin'])

  act('drop-procedure', '议题：取消议事程序', dropBody, async (_community, { id, rev: known }) => ({ writes: [{ op: 'remove', table: 'topicProcedures', id, rev: known }], told: [] }), ['admin'])
}

function describeProposal(request: ServiceRequest): Proposal {
  return { requestId: request.id, rev: request.rev, number: request.number, words: redact(request.description), title: redact(request.description.replace(/^[^，,：:]{0,8}议题[，,：:\s]*/u, '')).slice(0, 40), filedAt: request.filedAt }
}

function mustBePublic(...words: readonly string[]): void {
  const found = words.flatMap((one) => findPersonalData(one))[0]
  if (found !== undefined) throw new InputError('personal-data', `这些话谁都看得到，不能有姓名、电话、门牌：${found.value}`)
}

function mustPass(topic: Topic | TopicRefusal): Topic {
  if (typeof topic === 'string') throw new InputError('not-allowed', refusals[topic])
  return topic
}
