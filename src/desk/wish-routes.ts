import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, actorOf } from './caller.js'
import { maskRequest, type Masking } from './masking.js'
import { broughtRequest, mustMove, ownsOrLeads, publicWordsOnly, staffHand, takenBy } from './public-face.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { notFound, opaqueId, readCommunity, readPath, rowAt } from './scope.js'
import type { WaitingWish, WishList, WishPeople, WishRow } from './wish-types.js'
import { wishNews } from '../conversation/dialogs/wish-words.js'
import { replies } from '../conversation/replies.js'
import type { Teller, Told } from '../conversation/teller.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import { findPersonalData } from '../privacy.js'
import { deliver, firstKinds, giveBack, kindsRow, publishWish, wishService, yuanOf, type Wish, type WishClaim } from '../programmes/wish.js'
import { withoutWhose } from '../programmes/public-words.js'
import { apply } from '../requests/apply-move.js'
import { asStaffSee } from '../requests/discretion.js'
import { closeAndAsk } from '../requests/follow-up.js'
import { maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { WorkingTime } from '../requests/working-time.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store, Write } from '../store/store.js'

const rev = z.int().min(0)
const reason = z.string().trim().min(2, '请写一句原因，居民会看到').max(120, '最多 120 个字')
const publicWords = z.string().trim().min(2, '请写公示的话').max(60, '公示的话最多 60 个字')
const yuan = z.int().min(0).max(100_000).nullable()
const kind = z.string().trim().min(1).max(10)
const publishBody = z.object({ request: opaqueId, rev, words: publicWords, kind, yuan })
const declineBody = z.object({ request: opaqueId, rev, reason })
const changeBody = z.object({ wish: opaqueId, rev, words: publicWords, kind, yuan })
const reasonBody = z.object({ wish: opaqueId, rev, reason })
const deliveredBody = z.object({ wish: opaqueId, rev })
const kindsBody = z.object({ names: z.array(kind).min(1, '至少留一类').max(20, '最多 20 类') })

/** Ended wishes shown beside the living ones. */
const endedShown = 100

/** Micro wishes at the desk: what waits to be looked at, what is public, who claims it. */
export function wishRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly teller: Teller; readonly index: Pick<RequestIndex, 'newestFirst'>; readonly masking: Masking; readonly workingTime: (communityId: CommunityId) => WorkingTime; readonly now: () => number }): void {
  const { store, teller, masking, now } = parts

  async function show(community: CommunityId, caller: FastifyRequest): Promise<WishList> {
    const all = await parts.index.newestFirst(community)
    const requests = new Map(all.filter(({ serviceCode }) => serviceCode === wishService).map((one) => [one.id, one]))
    const wishes = await store.find(community, 'wishes', { order: 'desc', limit: 10_000 })
    const known = new Set(wishes.map(({ id }) => id))
    const viewer = viewerOf(caller)
    const waiting = [...requests.values()].filter((one) => isOpen(one) && !known.has(one.id) && maySee(one, viewer)).reverse().map(describeWaiting)
    const living = wishes.filter(({ endedAt }) => endedAt === null)
    const ended = wishes.filter(({ endedAt }) => endedAt !== null).slice(0, endedShown)
    const rows = await Promise.all([...living.sort((a, b) => a.number - b.number), ...ended].map(async (wish) => describe(wish, requests.get(wish.id) ?? null, await claimOf(community, wish), community)))
    return { kinds: (await store.get(community, 'wishKinds', kindsRow))?.names ?? firstKinds, waiting, wishes: rows }
  }

  async function describe(wish: Wish, request: ServiceRequest | null, claim: WishClaim | null, community: CommunityId): Promise<WishRow> {
    const { id, rev: stands, number, words, kind: of, yuan: costs, state, publishedAt, endedAt } = wish
    const member = claim === null ? null : await store.get(community, 'partyMembers', claim.residentId)
    return {
      id, rev: stands, number, words, kind: of, yuan: costs, state, publishedAt, endedAt, requestNumber: request?.number ?? '',
      claim: claim === null ? null : { claimedAt: claim.claimedAt, state: claim.state, photoIds: claim.photoIds, unit: member?.state === 'confirmed' ? member.unit : null },
    }
  }

  const claimOf = async (community: CommunityId, wish: Wish): Promise<WishClaim | null> => (wish.claimId === null ? null : store.get(community, 'wishClaims', wish.claimId))

  const requestOf = (community: CommunityId, id: string, caller: FastifyRequest): Promise<ServiceRequest> => broughtRequest(store, community, wishService, id, caller)

  /** A change by a member of staff, committed with the news of it; it answers with the list as it stands then. */
  function act<T>(path: string, does: string, body: z.ZodType<T>, change: (community: CommunityId, given: T, caller: FastifyRequest) => Promise<{ readonly writes: readonly Write[]; readonly told: readonly Told[] } | null>, access: readonly ('staff' | 'lead' | 'admin')[] = acting): void {
    app.post(`/api/desk/wishes/:community/${path}`, { config: { access, does, body } }, async (request) => {
      const community = readCommunity(request)
      const done = await change(community, readInput(body, request.body), request)
      if (done !== null) await teller.commitAndTell(community, done.writes, done.told)
      return show(community, request)
    })
  }

  app.get('/api/desk/wishes/:community', { config: { access: everyRole, does: '微心愿' } }, async (request) => show(readCommunity(request), request))

  app.get('/api/desk/wishes/:community/:id/people', { config: { access: acting, does: '为微心愿牵线，看双方怎么联系' } }, async (request): Promise<WishPeople> => {
    const { community, id } = readPath(request)
    const wish = await store.get(community, 'wishes', id)
    const of = wish === null ? null : await requestOf(community, id, request)
    if (wish === null || of === null) throw notFound()
    if (!ownsOrLeads(of, actorOf(request))) throw new InputError('forbidden', '由这张工单的负责人来牵线')
    const mask = masking.maskFor(request, community, id)
    const seen = mask === null ? asStaffSee(of) : maskRequest(asStaffSee(of), mask)
    const value = (slot: ServiceRequest['fields'][number]['name']): string | null => seen.fields.findLast((one) => one.name === slot)?.value ?? null
    const claim = await claimOf(community, wish)
    const isNamed = of.discretion !== 'anonymous'
    const name = isNamed ? (value('name') ?? (await store.get(community, 'residents', of.residentId))?.name ?? null) : null
    return {
      wisher: { name, phone: value('phone'), address: seen.address ?? findPersonalData(seen.description).find(({ kind: what }) => what === 'door')?.value ?? null, conversationId: isNamed ? of.conversationId : null },
      claimer: claim === null ? null : { name: claim.contact?.name ?? (await store.get(community, 'residents', claim.residentId))?.name ?? null, phone: claim.contact?.phone == null ? null : (mask ?? same)(claim.contact.phone), address: null, conversationId: claim.to.conversationId },
      isMasked: mask !== null,
    }
  })

  act('publish', '微心愿：公示', publishBody, async (community, given, caller) => {
    const request = await requestOf(community, given.request, caller)
    mustStandAt(given.rev, request, 'requests')
    const words = publicWordsOnly(given.words)
    const handled = takenBy(request, actorOf(caller), now())
    const number = await store.nextNumber(community, 'wish')
    const wish = publishWish({ requestId: request.id, number, words, kind: given.kind, yuan: given.yuan }, now())
    return { writes: [{ op: 'put', table: 'wishes', row: wish }, { op: 'put', table: 'requests', row: handled }], told: [{ request, text: wishNews.published(wish) }] }
  })

  act('decline', '微心愿：没能公示', declineBody, async (community, given, caller) => {
    const request = await requestOf(community, given.request, caller)
    const by = actorOf(caller)
    mustStandAt(given.rev, request, 'requests')
    const declined = mustMove(apply(takenBy(request, by, now()), { name: 'decline', reason: given.reason, brings: null }, staffHand(by, now())))
    return { writes: [{ op: 'put', table: 'requests', row: declined }], told: [{ request: declined, text: replies.declinedNews(declined, given.reason) }] }
  })

  act('change', '微心愿：改公示的话', changeBody, async (community, given, caller) => {
    await requestOf(community, given.wish, caller)
    const wish = await rowAt(store, community, 'wishes', given.wish, given.rev)
    return { writes: [{ op: 'put', table: 'wishes', row: { ...wish, words: publicWordsOnly(given.words), kind: given.kind, yuan: given.yuan, changedAt: now() } }], told: [] }
  })

  act('give-back', '微心愿：退回认领', reasonBody, async (community, given, caller) => {
    const request = await requestOf(community, given.wish, caller)
    const wish = await rowAt(store, community, 'wishes', given.wish, given.rev)
    const claim = await claimOf(community, wish)
    if (claim === null || (wish.state !== 'claimed' && wish.state !== 'delivered')) throw new InputError('not-allowed', '这个心愿现在没有人认领')
    const back = giveBack(wish, claim, now())
    return {
      writes: [{ op: 'put', table: 'wishes', row: back.wish }, { op: 'put', table: 'wishClaims', row: back.claim }],
      told: [{ to: claim.to, about: null, text: wishNews.takenBack(wish, given.reason) }, { request, text: wishNews.openAgain(wish) }],
    }
  })

  act('delivered', '微心愿：记为已送到', deliveredBody, async (community, given, caller) => {
    const request = await requestOf(community, given.wish, caller)
    const wish = await rowAt(store, community, 'wishes', given.wish, given.rev)
    const claim = await claimOf(community, wish)
    if (claim === null || wish.state !== 'claimed') throw new InputError('not-allowed', '这个心愿现在没有人认领，或者已经送到了')
    const done = deliver(wish, claim, [], now())
    const asked = mustMove(closeAndAsk(request, wishNews.broughtNote(wish), parts.workingTime(community), now()))
    return {
      writes: [{ op: 'put', table: 'wishes', row: done.wish }, { op: 'put', table: 'wishClaims', row: done.claim }, { op: 'put', table: 'requests', row: asked }],
      told: [wishNews.brought(wish, asked), { to: claim.to, about: null, text: wishNews.reported(wish) }],
    }
  })

  act('take-down', '微心愿：撤下', reasonBody, async (community, given, caller) => {
    const request = await requestOf(community, given.wish, caller)
    const wish = await rowAt(store, community, 'wishes', given.wish, given.rev)
    if (wish.endedAt !== null) throw new InputError('not-allowed', '这个心愿已经结束了')
    const claim = await claimOf(community, wish)
    return {
      writes: [
        { op: 'put', table: 'wishes', row: { ...wish, state: 'taken-down', changedAt: now(), endedAt: now() } },
        ...(claim === null ? [] : [{ op: 'put', table: 'wishClaims', row: { ...claim, state: 'given-back', endedAt: now() } } as const]),
      ],
      told: [...(isOpen(request) ? [{ request, text: wishNews.takenDown(wish, given.reason) }] : []), ...(claim === null ? [] : [{ to: claim.to, about: null, text: wishNews.takenBack(wish, given.reason) }])],
    }
  })

  act('kinds', '微心愿：改分类', kindsBody, async (community, { names }) => {
    const row = await store.get(community, 'wishKinds', kindsRow)
    return { writes: [{ op: 'put', table: 'wishKinds', row: { id: kindsRow, rev: row?.rev ?? 0, names: [...new Set(names)] } }], told: [] }
  }, ['admin'])
}

const same = (text: string): string => text

/** The words begin from what was wished, without whose it is. */
function describeWaiting(request: ServiceRequest): WaitingWish {
  const need = request.fields.findLast((one) => one.name === 'need')?.value ?? request.description
  return { requestId: request.id, rev: request.rev, requestNumber: request.number, words: withoutWhose(need), yuan: yuanOf(request.description), filedAt: request.filedAt }
}
