import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { actorOf, staffOf } from './caller.js'
import type { ChannelList, ChannelRow, DutyView, PageList, PageRow } from './duty-types.js'
import { canSee } from './sign-in.js'
import type { HealthBoard } from '../channels/health.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { hashToken } from '../http/tokens.js'
import { isCommunityId, PLATFORM, type Community, type CommunityId } from '../knowledge/community.js'
import { isGoing } from '../paging/ladder.js'
import type { Page } from '../paging/page.js'
import { maskNumbers } from '../privacy.js'
import type { Pager } from '../paging/pager.js'
import type { Reach } from '../paging/reach.js'
import { dutyLinesSchema, rosterId } from '../paging/roster.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Store } from '../store/store.js'

export interface DutyRouteParts {
  readonly pager: Pick<Pager, 'answer' | 'call'>
  readonly reach: Reach
  readonly health: Pick<HealthBoard, 'all'>
}

/** Calls shown of a community, the newest. */
const pagesShown = 100

const communityParams = z.object({ community: z.string().refine(isCommunityId) })
const pageParams = communityParams.extend({ id: z.string().min(1).max(200) })
const channelParams = z.object({ channel: z.enum(['wechat', 'lark', 'web', 'memory']) })
const listQuery = z.object({ community: z.string().refine(isCommunityId).optional() })
const rosterBody = z.object({ rev: z.int().min(0), lines: dutyLinesSchema })
const tryBody = z.object({ staffId: z.string().min(1).max(100) })

/** Who is on duty, who was called and who answered, and whether residents are heard. */
export function dutyRoutes(app: FastifyInstance, parts: DutyRouteParts & { readonly store: Store; readonly communities: () => readonly Community[]; readonly now: () => number }): void {
  const { store, pager, reach, health, now } = parts

  async function view(community: CommunityId): Promise<DutyView> {
    const roster = await reach.roster(community)
    const accounts = await store.find(PLATFORM, 'staff', { limit: 10_000 })
    return {
      rev: roster?.rev ?? 0,
      lines: roster?.lines ?? [],
      changedAt: roster?.changedAt ?? null,
      changedBy: roster?.changedBy ?? null,
      people: accounts.filter((one) => !one.disabled && one.role !== 'auditor' && canSee(one, community)).map(({ id, name, role }) => ({ id, name, role })),
      order: await reach.candidates(community, { kind: 'danger', what: '' }),
    }
  }

  function known(community: CommunityId): CommunityId {
    if (!parts.communities().some(({ id }) => id === community)) throw new InputError('not-found', '没有找到')
    return community
  }

  app.get('/api/desk/duty/:community', { config: { access: everyRole, does: '值班表' } }, async (request) => view(known(readInput(communityParams, request.params).community)))

  app.post('/api/desk/duty/:community', { config: { access: ['lead', 'admin'], does: '改值班表', body: rosterBody } }, async (request, reply) => {
    const community = known(readInput(communityParams, request.params).community)
    const { rev, lines } = readInput(rosterBody, request.body)
    const { people } = await view(community)
    if (lines.some(({ staffIds }) => staffIds.some((id) => !people.some((one) => one.id === id)))) throw new InputError('bad-input', '名单里有人不在这个社区了，请去掉再存')
    const isTaken = await unlessQuicker(store.commit(community, [{ op: 'put', table: 'rosters', row: { id: rosterId, rev, lines, changedAt: now(), changedBy: actorOf(request).name } }]))
    return isTaken ? view(community) : reply.code(409).send({ code: 'conflict', message: '刚刚有人改过值班表，请看一下新的再改' })
  })

  app.post('/api/desk/duty/:community/try', { config: { access: ['lead', 'admin'], does: '试呼一位同事', body: tryBody } }, async (request) => {
    const community = known(readInput(communityParams, request.params).community)
    const { staffId } = readInput(tryBody, request.body)
    if (!(await view(community)).people.some(({ id }) => id === staffId)) throw new InputError('not-found', '没有找到')
    return rowOf(community, await pager.call(community, { kind: 'test', staffId, what: `${actorOf(request).name}试一下呼叫通不通，没有居民在等` }))
  })

  app.get('/api/desk/pages', { config: { access: everyRole, does: '呼叫记录', query: listQuery } }, async (request): Promise<PageList> => {
    const { community } = readInput(listQuery, request.query)
    const { account } = staffOf(request)
    const visible = [...parts.communities().map(({ id }) => id), ...(community === undefined ? [PLATFORM] : [])].filter((id) => canSee(account, id) && (community === undefined || id === community))
    const found = await Promise.all(visible.map(async (id) => (await store.find(id, 'pages', { order: 'desc', limit: pagesShown })).map((page) => rowOf(id, page))))
    return { pages: found.flat().sort((a, b) => rank(b) - rank(a) || b.at - a.at).slice(0, pagesShown) }
  })

  app.post('/api/desk/pages/:community/:id/answer', { config: { access: ['staff', 'lead', 'admin'], does: '应答一次呼叫' } }, async (request): Promise<PageRow> => {
    const { community, id } = readInput(pageParams, request.params)
    const by = actorOf(request)
    const page = await pager.answer(community, id, { id: by.id, name: by.name })
    if (page === null) throw new InputError('not-found', '没有找到')
    return rowOf(community, page)
  })

  app.get('/api/desk/channels', { config: { access: everyRole, does: '各渠道通不通' } }, async (): Promise<ChannelList> => ({ channels: channelRows(health) }))

  app.get('/api/desk/channels/:channel/qr', { config: { access: ['admin'], does: '一个渠道登录用的二维码' } }, async (request, reply) => {
    const { channel } = readInput(channelParams, request.params)
    const state = health.all().find((one) => one.channel === channel)?.state
    if (state?.kind !== 'needs-login' || state.qr === null) throw new InputError('not-found', '现在没有要扫的码')
    const { toBuffer } = await import('qrcode')
    return reply.type('image/png').header('cache-control', 'no-store').send(await toBuffer(state.qr, { width: 320, margin: 2 }))
  })
}

/** The channels without what their codes say. */
export function channelRows(health: Pick<HealthBoard, 'all'>): readonly ChannelRow[] {
  return health.all().map(({ channel, state, since }) => ({
    channel, kind: state.kind, since, reason: 'reason' in state ? state.reason : null,
    qr: state.kind === 'needs-login' && state.qr !== null ? hashToken(state.qr).slice(0, 12) : null,
  }))
}

/** Danger that nobody has answered stands first. */
function rank(page: PageRow): number {
  return isGoing(page) ? (page.cause.kind === 'danger' ? 2 : 1) : 0
}

function rowOf(communityId: CommunityId, { id, number, cause, conversationId, at, state, nextAt, answeredBy, endedAt, steps }: Page): PageRow {
  return { communityId, id, number, cause: { ...cause, what: maskNumbers(cause.what) }, conversationId, at, state, nextAt, answeredBy, endedAt, steps: steps.map(({ at, staffId, name, by, failed }) => ({ at, staffId, name, by, failed })) }
}
