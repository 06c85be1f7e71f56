import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { VolunteerList, VolunteerRow } from './activity-types.js'
import { maskName } from './booking-routes.js'
import { signatureOf } from './caller.js'
import { readCommunity } from './scope.js'
import { activityRecords, volunteerRulesOf } from '../conversation/activity-records.js'
import { readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { confirmedHours, type Volunteer, type VolunteerRules } from '../programmes/volunteer.js'
import { identitiesOf } from '../residents/identities.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store } from '../store/store.js'

const growing = (stars: readonly number[]): boolean => stars.every((hours, index) => index === 0 || hours > (stars[index - 1] ?? 0))
const rulesBody = z.object({
  rev: z.int().min(0),
  skills: z.array(z.string().trim().min(1).max(20, '每项最多 20 个字')).max(30, '最多 30 项'),
  stars: z.array(z.int('时长要写整数').min(1).max(100_000)).max(5, '最多五星').refine(growing, '星级的时长要一级比一级多'),
})

/** Volunteers of a community at the desk, for staff alone; in no order but that in which they registered. */
export function volunteerRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly now: () => number }): void {
  const { store } = parts

  async function list(community: CommunityId): Promise<VolunteerList> {
    const all = [...(await store.find(community, 'volunteers', { limit: 10_000 }))].sort((a, b) => a.joinedAt - b.joinedAt)
    const { rev, skills, stars, by, at } = await volunteerRulesOf(store, community)
    return {
      volunteers: await Promise.all(all.map(async (one) => ({
        ...(await rowOf(store, community, one)), joinedAt: one.joinedAt, hours: confirmedHours(await activityRecords(store, community, () => identitiesOf(store, community, one.id)).own()).total,
      }))),
      rules: { rev, skills, stars, by: by.name, at },
    }
  }

  app.get('/api/desk/volunteers/:community', { config: { access: everyRole, does: '志愿者' } }, async (request): Promise<VolunteerList> => list(readCommunity(request)))

  app.post('/api/desk/volunteers/:community', { config: { access: ['admin'], does: '志愿者：技能和星级', body: rulesBody } }, async (request): Promise<VolunteerList> => {
    const community = readCommunity(request)
    const { rev, skills, stars } = readInput(rulesBody, request.body)
    const known = await volunteerRulesOf(store, community)
    mustStandAt(rev, known, 'volunteerRules')
    const row: VolunteerRules = { id: 'rules', rev, skills: [...new Set(skills)], stars, by: signatureOf(request), at: parts.now() }
    await store.commit(community, [{ op: 'put', table: 'volunteerRules', row }])
    return list(community)
  })
}

/** A volunteer as staff see one in a list: no full name, no number, nothing of why or of how well. */
export async function rowOf(store: Pick<Store, 'get'>, community: CommunityId, { id, skills, also, times, grids }: Volunteer): Promise<VolunteerRow> {
  const name = (await store.get(community, 'residents', id))?.name ?? ''
  return { id, name: maskName(name), skills, also: redact(also), times, grids }
}
