import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, staffOf } from './caller.js'
import { opaqueId, readCommunity, rowAt } from './scope.js'
import { writeSheet } from './sheet.js'
import type { MemberList, PraiseList } from './wish-types.js'
import { memberNews } from '../conversation/dialogs/wish-words.js'
import type { Teller } from '../conversation/teller.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import type { PartyMember } from '../programmes/party-member.js'
import { unitSheet, type MemberDeeds } from '../programmes/unit-sheet.js'
import { maskNumbers, redact } from '../privacy.js'
import { identitiesOf } from '../residents/identities.js'
import type { Store } from '../store/store.js'

const rev = z.int().min(0)
const unit = z.string().trim().min(2, '请写单位').max(30, '最多 30 个字')
const decideBody = z.object({ member: opaqueId, rev, unit, state: z.enum(['confirmed', 'declined']) })
const removeBody = z.object({ member: opaqueId, rev })
const sheetQuery = z.object({ unit })
const sortBody = z.object({ praise: opaqueId, rev, state: z.enum(['new', 'kept', 'aside']) })

/** Praise shown at once, the newest. */
const praisesShown = 500

/** Party members who reported in, what they claimed, and what is told to their unit; and the kind words of residents. */
export function memberRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly teller: Teller; readonly now: () => number }): void {
  const { store, teller, now } = parts

  /** What a member claimed and did not give back, under all their identities. */
  async function deedsOf(community: CommunityId, member: PartyMember): Promise<MemberDeeds> {
    const ids = await identitiesOf(store, community, member.id)
    const claims = (await Promise.all(ids.map((id) => store.find(community, 'wishClaims', { by: 'residentId', equals: id })))).flat().filter(({ state }) => state !== 'given-back')
    const found = await Promise.all(claims.map(async (claim) => ({ claim, wish: await store.get(community, 'wishes', claim.wishId) })))
    return { member, deeds: found.flatMap(({ claim, wish }) => (wish === null ? [] : [{ claim, wish }])) }
  }

  async function show(community: CommunityId, isAuditor: boolean): Promise<MemberList> {
    const members = await store.find(community, 'partyMembers', { limit: 10_000 })
    const rows = await Promise.all(members.map(async (member) => {
      const { id, rev: stands, name, unit: of, state, registeredAt } = member
      const { deeds } = await deedsOf(community, member)
      return { id, rev: stands, name: isAuditor ? redact(name) : name, unit: of, state, registeredAt, wishes: deeds.map(({ wish }) => wish.number).sort((one, other) => one - other) }
    }))
    const units = [...new Set(members.filter(({ state }) => state === 'confirmed').map((one) => one.unit))].sort((one, other) => one.localeCompare(other, 'zh-CN'))
    return { members: rows.sort((one, other) => Number(one.state !== 'waiting') - Number(other.state !== 'waiting') || other.registeredAt - one.registeredAt), units }
  }

  app.get('/api/desk/members/:community', { config: { access: everyRole, does: '在职党员报到名单' } }, async (request) => show(readCommunity(request), staffOf(request).account.role === 'auditor'))

  app.post('/api/desk/members/:community/decide', { config: { access: acting, does: '在职党员：核实报到', body: decideBody } }, async (request) => {
    const community = readCommunity(request)
    const given = readInput(decideBody, request.body)
    const member = await rowAt(store, community, 'partyMembers', given.member, given.rev)
    const row: PartyMember = { ...member, unit: given.unit, state: given.state, decidedAt: now() }
    await teller.commitAndTell(community, [{ op: 'put', table: 'partyMembers', row }], [{ to: member.to, about: null, text: given.state === 'confirmed' ? memberNews.confirmed(row) : memberNews.declined(row) }])
    return show(community, false)
  })

  app.post('/api/desk/members/:community/remove', { config: { access: acting, does: '在职党员：移出名单', body: removeBody } }, async (request) => {
    const community = readCommunity(request)
    const given = readInput(removeBody, request.body)
    const member = await rowAt(store, community, 'partyMembers', given.member, given.rev)
    await store.commit(community, [{ op: 'remove', table: 'partyMembers', id: member.id, rev: member.rev }])
    return show(community, false)
  })

  app.get('/api/desk/members/:community/units.csv', { config: { access: ['lead', 'admin'], audit: 'export', does: '导出一个单位的党员认领情况', query: sheetQuery } }, async (request, reply) => {
    const community = readCommunity(request)
    const { unit: asked } = readInput(sheetQuery, request.query)
    const members = (await store.find(community, 'partyMembers', { limit: 10_000 })).filter((one) => one.state === 'confirmed' && one.unit === asked)
    if (members.length === 0) throw new InputError('not-found', '这个单位还没有核实过的党员')
    const rows = unitSheet(await Promise.all(members.map((member) => deedsOf(community, member))))
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${community}-unit.csv"`).send(await writeSheet(rows))
  })

  async function praises(community: CommunityId, isAuditor: boolean): Promise<PraiseList> {
    const rows = await store.find(community, 'praises', { order: 'desc', limit: praisesShown })
    return { praises: rows.map(({ id, rev: stands, about, words, at, state }) => ({ id, rev: stands, about: isAuditor ? redact(about) : about, words: isAuditor ? redact(words) : maskNumbers(words), at, state })) }
  }

  app.get('/api/desk/praises/:community', { config: { access: everyRole, does: '好人好事' } }, async (request) => praises(readCommunity(request), staffOf(request).account.role === 'auditor'))

  app.post('/api/desk/praises/:community/sort', { config: { access: acting, does: '好人好事：挑选', body: sortBody } }, async (request) => {
    const community = readCommunity(request)
    const given = readInput(sortBody, request.body)
    const row = await rowAt(store, community, 'praises', given.praise, given.rev)
    await store.commit(community, [{ op: 'put', table: 'praises', row: { ...row, state: given.state } }])
    return praises(community, false)
  })
}
