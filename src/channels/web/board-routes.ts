import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { PublicActivity, PublicAffair, PublicBoard, PublicNotice, PublicTopic } from '../web-types.js'
import { InputError } from '../../errors.js'
import { readInput } from '../../http/input.js'
import { closingOf, sayClosing } from '../../knowledge/closing.js'
import type { Community, CommunityId } from '../../knowledge/community.js'
import { activitiesAhead, freePlaces, shutFor, type Activity } from '../../programmes/activity.js'
import { isPublished, type Disclosure } from '../../programmes/disclosure.js'
import { sayPeriod } from '../../programmes/disclosure-period.js'
import type { Topic } from '../../programmes/topic.js'
import type { Proposal } from '../../programmes/proposal.js'
import { publicWishes, type Wish } from '../../programmes/wish.js'
import { boardOf } from '../../requests/board.js'
import { usualClaimHours, type ServiceCatalogue } from '../../requests/services.js'
import type { ServiceRequest } from '../../requests/service-request.js'
import type { WorkingTime } from '../../requests/working-time.js'

/** For how long the board may be what it was, ms: it is open to everybody, and looking at it must cost nothing. */
const keptMs = 60_000

const boardParams = z.object({ community: z.string().max(40) })
const boardLimit = { max: 120, timeWindow: '1 minute' }

/** A community's public board; no account, no cookie. */
export function boardRoutes(app: FastifyInstance, parts: {
  readonly communities: () => readonly Community[]
  readonly requestsOf: (communityId: CommunityId) => Promise<readonly ServiceRequest[]>
  /** Whatever was ever published of the community's affairs; what may be read now is shown. */
  readonly disclosuresOf: (communityId: CommunityId) => Promise<readonly Disclosure[]>
  /** All wishes that were ever made public and have not left. */
  readonly wishesOf: (communityId: CommunityId) => Promise<readonly Wish[]>
  readonly topicsOf: (communityId: CommunityId) => Promise<readonly Topic[]>
  readonly activitiesOf: (communityId: CommunityId) => Promise<readonly Activity[]>
  /** Small projects with how many people support each, the most supported first. */
  readonly proposalsOf: (communityId: CommunityId) => Promise<readonly (Proposal & { readonly supporters: number })[]>
  readonly services: () => Pick<ServiceCatalogue, 'byCode'>
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly now: () => number
}): void {
  const { now } = parts
  const kept = new Map<CommunityId, { readonly at: number; readonly board: Promise<PublicBoard> }>()

  async function draw(community: Community): Promise<PublicBoard> {
    const at = now()
    const board = boardOf(await parts.requestsOf(community.id), { services: parts.services(), time: parts.workingTime(community.id), now: at, responseHours: usualClaimHours })
    const closing = closingOf(community, at)
    return { ...board, community: { id: community.id, name: community.name }, ...(closing === null ? {} : { closed: sayClosing(closing) }), at, notices: publicFacts(community, '通知', at), results: publicFacts(community, '公示', at), affairs: (await parts.disclosuresOf(community.id)).filter((one) => isPublished(one, at)).map(describeAffair).sort((one, other) => other.publishedOn.localeCompare(one.publishedOn)), activities: publicActivities(await parts.activitiesOf(community.id), at), topics: publicTopics(await parts.topicsOf(community.id), at), wishes: publicWishes(await parts.wishesOf(community.id), at), proposals: (await parts.proposalsOf(community.id)).map(({ number, words, state, result, supporters }) => ({ number, words, state, result, supporters })) }
  }

  app.get('/api/board/:community', { config: { access: 'public', rateLimit: boardLimit, does: '社区公开栏' } }, async (request): Promise<PublicBoard> => {
    const { community: id } = readInput(boardParams, request.params)
    const community = parts.communities().find((one) => one.id === id)
    if (community === undefined) throw new InputError('not-found', '没有找到这个社区')
    const known = kept.get(community.id)
    if (known !== undefined && now() - known.at < keptMs) return known.board
    const board = draw(community)
    kept.set(community.id, { at: now(), board })
    // A failed reading is tried again by whoever asks next.
    board.catch(() => kept.delete(community.id))
    return board
  })
}

/** What is still to come and for everybody. */
function publicActivities(all: readonly Activity[], now: number): readonly PublicActivity[] {
  return activitiesAhead(all, now).filter(({ audience }) => audience === 'everybody').map((one) => {
    const { id, kind, title, at, until, place, note, source, closesAt } = one
    const shut = shutFor(one, now)
    return { id, kind, title, at, until, place, note, source, closesAt, free: freePlaces(one), state: shut === null ? 'open' : shut === 'full' ? 'full' : 'closed' }
  })
}

/** Ended topics stand here so long, ms. */
const topicStandsMs = 90 * 86_400_000

/** What everybody may know of topics: the living ones, then what ended of late, the newest first. */
function publicTopics(topics: readonly Topic[], now: number): readonly PublicTopic[] {
  const shown = topics.filter(({ endedAt }) => endedAt === null || now - endedAt < topicStandsMs)
  return [...shown].sort((one, other) => Number(one.endedAt !== null) - Number(other.endedAt !== null) || other.number - one.number).map(({ number, title, about, stage, dates, reason, minutes, vote, result }) => ({
    number, title, about, stage, dates, reason,
    minutes: minutes.map(({ day, words }) => ({ day, words })),
    vote: vote === null ? null : { options: vote.options, closesAt: vote.closesAt, who: vote.who, per: vote.per, count: vote.count },
    result: result === null ? null : { words: result.words, by: result.by.name, at: result.at },
  }))
}

/** What an admin entered under this topic for everybody and that holds now, the newest first. */
function publicFacts({ facts }: Community, wanted: '通知' | '公示', now: number): readonly PublicNotice[] {
  const local = new Date(now + 8 * 3_600_000).toISOString()
  const holding = facts.filter(({ topic, text, from, until }) => topic === wanted && text !== null && (from === null || local >= from) && (until === null || local <= until))
  return holding.map(({ id, item, text, source, date }) => ({ id, title: item, text: text ?? '', source, date })).sort((one, other) => other.date.localeCompare(one.date))
}

function describeAffair({ id, kind, title, period, text, file, source, publishedOn, until }: Disclosure): PublicAffair {
  return { id, kind, title, period: period === null ? '' : sayPeriod(period), text, hasFile: file !== null, source, publishedOn, until }
}
