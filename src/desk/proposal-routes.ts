import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, actorOf } from './caller.js'
import type { ProposalList } from './proposal-types.js'
import { broughtRequest, mustMove, publicWordsOnly, staffHand, takenBy } from './public-face.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { opaqueId, readCommunity, rowAt } from './scope.js'
import { proposalWords } from '../conversation/dialogs/proposals.js'
import { askedAtEnd } from '../conversation/move-news.js'
import { replies } from '../conversation/replies.js'
import type { Teller, Told } from '../conversation/teller.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import { bySupporters, proposalService, type Proposal } from '../programmes/proposal.js'
import { withoutWhose } from '../programmes/public-words.js'
import { apply } from '../requests/apply-move.js'
import { closeAndAsk } from '../requests/follow-up.js'
import { maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { WorkingTime } from '../requests/working-time.js'
import { personsOf } from '../residents/identities.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store, Write } from '../store/store.js'

const rev = z.int().min(0)
const said = z.string().trim().min(2, '请写一句，居民会看到').max(120, '最多 120 个字')
const publishBody = z.object({ request: opaqueId, rev, words: z.string().trim().min(2, '请写公示的话').max(60, '公示的话最多 60 个字') })
const declineBody = z.object({ request: opaqueId, rev, reason: said })
const endBody = z.object({ proposal: opaqueId, rev, state: z.enum(['funded', 'closed']), result: said })

/** Small projects at the desk: what was proposed, how many support it, what came of it. */
export function proposalRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly teller: Teller; readonly index: Pick<RequestIndex, 'newestFirst'>; readonly workingTime: (communityId: CommunityId) => WorkingTime; readonly now: () => number }): void {
  const { store, teller, now } = parts

  async function show(community: CommunityId, caller: FastifyRequest): Promise<ProposalList> {
    const requests = (await parts.index.newestFirst(community)).filter(({ serviceCode }) => serviceCode === proposalService)
    const numbers = new Map(requests.map(({ id, number }) => [id, number]))
    const counted = await countedProposals(store, community)
    const known = new Set(counted.map(({ id }) => id))
    const viewer = viewerOf(caller)
    const ended = counted.filter(({ endedAt }) => endedAt !== null).sort((one, other) => (other.endedAt ?? 0) - (one.endedAt ?? 0))
    return {
      waiting: requests.filter((one) => isOpen(one) && !known.has(one.id) && maySee(one, viewer)).reverse().map((one) => ({ requestId: one.id, rev: one.rev, requestNumber: one.number, words: withoutWhose(one.description), filedAt: one.filedAt })),
      proposals: [...counted.filter(({ endedAt }) => endedAt === null), ...ended].map(({ id, rev: stands, number, words, state, result, publishedAt, endedAt, supporters }) => ({ id, rev: stands, number, words, state, result, publishedAt, endedAt, supporters, requestNumber: numbers.get(id) ?? '' })),
    }
  }

  async function requestOf(community: CommunityId, id: string, caller: FastifyRequest, known: number | null): Promise<ServiceRequest> {
    const request = await broughtRequest(store, community, proposalService, id, caller)
    if (known !== null) mustStandAt(known, request, 'requests')
    return request
  }

  /** A change by a member of staff, committed with the news of it; it answers with the list as it stands then. */
  function act<T>(path: string, does: string, body: z.ZodType<T>, access: readonly ('staff' | 'lead' | 'admin')[], change: (community: CommunityId, given: T, caller: FastifyRequest) => Promise<{ readonly writes: readonly Write[]; readonly told: readonly Told[] }>): void {
    app.post(`/api/desk/proposals/:community/${path}`, { config: { access, does, body } }, async (request) => {
      const community = readCommunity(request)
      const { writes, told } = await change(community, readInput(body, request.body), request)
      await teller.commitAndTell(community, writes, told)
      return show(community, request)
    })
  }

  app.get('/api/desk/proposals/:community', { config: { access: everyRole, does: '微项目' } }, async (request) => show(readCommunity(request), request))

  act('publish', '微项目：公示', publishBody, acting, async (community, given, caller) => {
    const request = await requestOf(community, given.request, caller, given.rev)
    const handled = takenBy(request, actorOf(caller), now())
    const proposal: Proposal = { id: request.id, rev: 0, number: await store.nextNumber(community, 'proposal'), words: publicWordsOnly(given.words), state: 'open', result: '', publishedAt: now(), endedAt: null }
    return { writes: [{ op: 'put', table: 'proposals', row: proposal }, { op: 'put', table: 'requests', row: handled }], told: [{ request, text: proposalWords.published(proposal) }] }
  })

  act('decline', '微项目：没能公示', declineBody, acting, async (community, given, caller) => {
    const request = await requestOf(community, given.request, caller, given.rev)
    const declined = declinedBy(takenBy(request, actorOf(caller), now()), given.reason, caller)
    return { writes: [{ op: 'put', table: 'requests', row: declined }], told: [{ request: declined, text: replies.declinedNews(declined, given.reason) }] }
  })

  act('end', '微项目：定下结果', endBody, ['lead', 'admin'], async (community, given, caller) => {
    const proposal = await rowAt(store, community, 'proposals', given.proposal, given.rev)
    if (proposal.endedAt !== null) throw new InputError('not-allowed', '这个微项目已经有结果了')
    const result = publicWordsOnly(given.result)
    const request = await requestOf(community, proposal.id, caller, null)
    const ended = !isOpen(request) ? null : given.state === 'closed' ? declinedBy(request, result, caller) : mustMove(closeAndAsk(request, result, parts.workingTime(community), now()))
    const asked = ended?.history.at(-1)?.brought
    const text = ended === null ? null : given.state === 'closed' ? replies.declinedNews(ended, result) : replies.resolvedNews(ended, result, asked?.kind === 'deadline' ? asked.dueAt : null)
    return {
      writes: [{ op: 'put', table: 'proposals', row: { ...proposal, state: given.state, result, endedAt: now() } }, ...(ended === null ? [] : [{ op: 'put', table: 'requests', row: ended } as const])],
      told: ended === null || text === null ? [] : [{ request: ended, text, choices: given.state === 'closed' ? [] : askedAtEnd }],
    }
  })

  function declinedBy(request: ServiceRequest, reason: string, caller: FastifyRequest): ServiceRequest {
    return mustMove(apply(request, { name: 'decline', reason, brings: null }, staffHand(actorOf(caller), now())))
  }
}

/** All proposals with their distinct supporters: a person known by several identities is one. */
export async function countedProposals(store: Pick<Store, 'find'>, community: CommunityId): Promise<readonly (Proposal & { readonly supporters: number })[]> {
  const proposals = await store.find(community, 'proposals', { limit: 10_000 })
  if (proposals.length === 0) return []
  const [supports, personOf] = await Promise.all([store.find(community, 'supports', { limit: 10_000 }), personsOf(store, community)])
  return bySupporters(proposals, supports, personOf)
}
