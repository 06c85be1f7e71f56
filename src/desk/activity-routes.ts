import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { ActivityDetail, ActivityGiven, ActivityList, ActivityRow, SignUpRow } from './activity-types.js'
import { maskName, maskPhone } from './booking-routes.js'
import { acting, signatureOf, staffOf } from './caller.js'
import { notFound, opaqueId, readCommunity, readPath, rowAt } from './scope.js'
import { writeSheet } from './sheet.js'
import { rowOf as volunteerRow } from './volunteer-routes.js'
import type { AuditLog } from '../audit/log.js'
import { dayOf } from '../booking/slot.js'
import type { Activities } from '../conversation/activities.js'
import { volunteerRulesOf } from '../conversation/activity-records.js'
import { activityWords } from '../conversation/dialogs/activity-words.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { findPersonalData } from '../privacy.js'
import { activityKinds, byTime, inOrder, lastsHours, shutFor, withTaken, type Activity, type SignUp } from '../programmes/activity.js'
import { fits, type Volunteer } from '../programmes/volunteer.js'
import { identitiesOf } from '../residents/identities.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store, Write } from '../store/store.js'

const rev = z.int().min(0)
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/, '时间要写成 2026-11-28 08:30').transform((given) => `${given}:00+08:00`)
const words = (what: string, most: number) => z.string().trim().max(most, `${what}最多 ${most} 个字`)
const given = z.object({
  kind: z.enum(activityKinds),
  title: words('名称', 30).min(2, '请写名称'),
  at: moment,
  until: moment,
  place: words('地点', 60),
  places: z.int('名额要写整数').min(1, '名额至少 1 个').max(5_000, '名额最多 5000 个').nullable(),
  closes: moment.nullable(),
  audience: z.enum(['everybody', 'volunteers']),
  skills: z.array(z.string().trim().min(1).max(20)).max(20),
  grid: z.string().max(60).nullable(),
  note: words('说明', 200),
  source: words('来源', 60).min(1, '请写来源'),
})
const saveBody = z.object({ id: opaqueId.nullable(), rev, activity: given, publish: z.boolean() })
const callOffBody = z.object({ rev, reason: words('原因', 60).min(2, '请写为什么取消，报了名的居民会看到') })
const removeBody = z.object({ rev })
const cameBody = z.object({ signUp: opaqueId, rev, came: z.boolean().nullable() })
const hoursBody = z.object({ signUp: opaqueId, rev, hours: z.number().min(0.5, '至少 0.5 小时').max(24, '一次最多 24 小时').multipleOf(0.5, '按半小时记').nullable() })

/** Past ones shown at the desk. */
const pastShown = 100

/** Activities at the desk: what is on, who comes, who came. */
export function activityRoutes(app: FastifyInstance, parts: {
  readonly store: Store
  readonly activities: Pick<Activities, 'commitAndTell'>
  readonly audit: AuditLog
  readonly communities: () => readonly Community[]
  readonly now: () => number
  readonly newId: () => string
}): void {
  const { store, now } = parts

  async function list(community: CommunityId): Promise<ActivityList> {
    const all = await store.find(community, 'activities', { limit: 10_000 })
    const isAhead = (one: Activity): boolean => one.state !== 'called-off' && Date.parse(one.until) > now()
    const sorted = byTime(all)
    return {
      ahead: await Promise.all(sorted.filter(isAhead).map((one) => row(community, one))),
      past: sorted.filter((one) => !isAhead(one)).reverse().slice(0, pastShown).map((one) => describe(one, 0)),
      skills: (await volunteerRulesOf(store, community)).skills,
      grids: parts.communities().find(({ id }) => id === community)?.grids.map(({ name }) => name) ?? [],
    }
  }

  async function row(community: CommunityId, activity: Activity): Promise<ActivityRow> {
    return describe(activity, activity.isWaitedFor ? (await signUpsOf(community, activity.id)).filter(({ state }) => state === 'waiting').length : 0)
  }

  const signUpsOf = (community: CommunityId, id: string): Promise<readonly SignUp[]> => store.find(community, 'signUps', { by: 'activityId', equals: id, limit: 10_000 })

  const activityOf = (community: CommunityId, id: string, known: number): Promise<Activity> => rowAt(store, community, 'activities', id, known)

  async function detail(community: CommunityId, id: string, caller: FastifyRequest): Promise<ActivityDetail> {
    const activity = await store.get(community, 'activities', id)
    if (activity === null) throw notFound()
    const signUps = inOrder(await signUpsOf(community, id))
    const volunteers = await store.find(community, 'volunteers', { limit: 10_000 })
    const isVolunteer = new Set(volunteers.map((one) => one.id))
    const listed = [...signUps.filter(({ state }) => state === 'in'), ...signUps.filter(({ state }) => state === 'waiting')]
    const fitting = await fittingOf(community, activity, volunteers, signUps)
    return {
      activity: describe(activity, signUps.filter(({ state }) => state === 'waiting').length),
      hasBegun: Date.parse(activity.at) <= now(),
      lasts: lastsHours(activity),
      signUps: await Promise.all(listed.map((one, index) => describeSignUp(community, one, index + 1, isVolunteer.has(one.residentId), staffOf(caller).account.role === 'auditor'))),
      isToldAll: fitting.every(({ joinedAt }) => activity.invitedAt !== null && joinedAt <= activity.invitedAt),
      fitting: await Promise.all(fitting.map((one) => volunteerRow(store, community, one))),
    }
  }

  /** Registered volunteers who could come and have not signed up. */
  async function fittingOf(community: CommunityId, activity: Activity, volunteers: readonly Volunteer[], signUps: readonly SignUp[]): Promise<readonly Volunteer[]> {
    if (activity.kind !== 'service') return []
    const coming = new Set((await Promise.all(signUps.map(({ residentId }) => identitiesOf(store, community, residentId)))).flat())
    return volunteers.filter((one) => !coming.has(one.id) && fits(activity, one))
  }

  async function describeSignUp(community: CommunityId, one: SignUp, place: number, isVolunteer: boolean, isAuditor: boolean): Promise<SignUpRow> {
    const resident = await store.get(community, 'residents', one.residentId)
    const name = one.person ?? resident?.name ?? ''
    return {
      id: one.id, rev: one.rev, place, name: isAuditor ? maskName(name) : name, isFamily: one.person !== null, phone: resident?.phone == null ? null : maskPhone(resident.phone),
      isVolunteer: isVolunteer && one.person === null, state: one.state, at: one.at, came: one.came, hours: one.hours?.count ?? null,
    }
  }

  app.get('/api/desk/activities/:community', { config: { access: everyRole, does: '活动' } }, async (request): Promise<ActivityList> => list(readCommunity(request)))

  app.get('/api/desk/activities/:community/:id', { config: { access: everyRole, does: '一个活动和报名的人' } }, async (request): Promise<ActivityDetail> => {
    const { community, id } = readPath(request)
    return detail(community, id, request)
  })

  app.post('/api/desk/activities/:community', { config: { access: acting, does: '活动：添加、修改、发布', body: saveBody } }, async (request): Promise<ActivityList> => {
    const community = readCommunity(request)
    const { id, rev: known, activity: wanted, publish } = readInput(saveBody, request.body)
    const before = id === null ? null : await activityOf(community, id, known)
    const after = changed(before ?? blank(parts.newId()), checked(wanted, before), publish, signatureOf(request), now())
    const news = before !== null && before.state === 'published' && (before.title !== after.title || before.at !== after.at || before.until !== after.until || before.place !== after.place)
    const signUps = before === null ? [] : await signUpsOf(community, before.id)
    const ends = Date.parse(after.until)
    const moved: Write[] = signUps.filter(({ endsAt }) => endsAt !== ends).map((one) => ({ op: 'put', table: 'signUps', row: { ...one, endsAt: ends, reminded: before?.at === after.at ? one.reminded : [] } }))
    await parts.activities.commitAndTell(community, [{ op: 'put', table: 'activities', row: after }, ...moved], news ? signUps.map(({ residentId }) => residentId) : [], news && before !== null ? activityWords.moved(before, after) : '')
    return list(community)
  })

  app.post('/api/desk/activities/:community/:id/call-off', { config: { access: acting, does: '活动：取消', body: callOffBody } }, async (request): Promise<ActivityList> => {
    const { community, id } = readPath(request)
    const { rev: known, reason } = readInput(callOffBody, request.body)
    const before = await activityOf(community, id, known)
    if (before.state !== 'published' || Date.parse(before.until) <= now()) throw new InputError('not-allowed', '只有发布了、还没办完的活动能取消')
    const after: Activity = { ...before, state: 'called-off', reason, changedAt: now() }
    await parts.activities.commitAndTell(community, [{ op: 'put', table: 'activities', row: after }], (await signUpsOf(community, id)).map(({ residentId }) => residentId), activityWords.calledOff(after))
    return list(community)
  })

  app.post('/api/desk/activities/:community/:id/invite', { config: { access: acting, does: '活动：告诉对得上的志愿者', body: removeBody } }, async (request): Promise<ActivityDetail> => {
    const { community, id } = readPath(request)
    const before = await activityOf(community, id, readInput(removeBody, request.body).rev)
    if (before.state !== 'published' || shutFor(before, now()) !== null) throw new InputError('not-allowed', '还能报名的活动才能邀请')
    const { invitedAt } = before
    const told = (await fittingOf(community, before, await store.find(community, 'volunteers', { limit: 10_000 }), await signUpsOf(community, id))).filter(({ joinedAt }) => invitedAt === null || joinedAt > invitedAt)
    await parts.activities.commitAndTell(community, [{ op: 'put', table: 'activities', row: { ...before, invitedAt: now() } }], told.map((one) => one.id), activityWords.invited(before), [activityWords.joinBy(before)])
    return detail(community, id, request)
  })

  app.post('/api/desk/activities/:community/:id/remove', { config: { access: acting, does: '活动：删掉草稿', body: removeBody } }, async (request): Promise<ActivityList> => {
    const { community, id } = readPath(request)
    const before = await activityOf(community, id, readInput(removeBody, request.body).rev)
    if (before.state !== 'draft') throw new InputError('not-allowed', '发布过的活动只能取消，不能删掉')
    await store.commit(community, [{ op: 'remove', table: 'activities', id, rev: before.rev }])
    return list(community)
  })

  /** A change of one line of the list; it answers with the list as it stands then. */
  function actOnSignUp<T extends { readonly signUp: string; readonly rev: number }>(path: string, does: string, body: z.ZodType<T>, change: (row: SignUp, activity: Activity, input: T, caller: FastifyRequest) => SignUp): void {
    app.post(`/api/desk/activities/:community/:id/${path}`, { config: { access: acting, does, body } }, async (request): Promise<ActivityDetail> => {
      const { community, id } = readPath(request)
      const input = readInput(body, request.body)
      const [activity, row] = await Promise.all([store.get(community, 'activities', id), store.get(community, 'signUps', input.signUp)])
      if (activity === null || row === null || row.activityId !== id) throw notFound()
      mustStandAt(input.rev, row, 'signUps')
      if (Date.parse(activity.at) > now() || activity.state !== 'published') throw new InputError('not-allowed', '活动开始以后才能记')
      if (row.state !== 'in') throw new InputError('not-allowed', '候补的人没有名额')
      await store.commit(community, [{ op: 'put', table: 'signUps', row: change(row, activity, input, request) }])
      return detail(community, id, request)
    })
  }

  actOnSignUp('came', '活动：记谁来了', cameBody, (one, _activity, { came }) => {
    if (came !== true && one.hours !== null) throw new InputError('not-allowed', '确认过时长了，要改先去掉时长')
    return { ...one, came }
  })

  actOnSignUp('hours', '活动：确认志愿时长', hoursBody, (one, activity, { hours }, caller) => {
    if (activity.kind !== 'service') throw new InputError('not-allowed', '志愿服务才记时长')
    if (hours !== null && Date.parse(activity.until) > now()) throw new InputError('not-allowed', '活动结束以后才能确认时长')
    return { ...one, came: hours === null ? one.came : true, hours: hours === null ? null : { count: hours, title: activity.title, day: activity.at.slice(0, 10), by: signatureOf(caller), at: now() } }
  })

  app.get('/api/desk/activities/:community/:id/list.csv', { config: { access: acting, audit: 'itself', does: '导出活动报名表' } }, async (request, reply: FastifyReply) => {
    const { community, id } = readPath(request)
    const { activity, signUps } = await detail(community, id, request)
    const { account: { id: staffId, name, role } } = staffOf(request)
    await parts.audit.record({ who: { id: staffId, name, role }, act: 'export', communityId: community, about: id, words: `活动报名表：${activity.title}`, result: 'done' })
    const text = await writeSheet([sheetHeads, ...signUps.map((one) => [one.place, one.name, one.phone ?? '', one.state === 'in' ? '已报' : '候补', one.came === null ? '' : one.came ? '来了' : '没来', one.hours ?? ''])])
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="activity-${activity.at.slice(0, 10)}.csv"`).send(text)
  })

  /** Whether it can be: in order, ahead, with places for who has one already, and without anybody's data. */
  function checked(wanted: z.infer<typeof given>, before: Activity | null): ActivityGiven {
    const [begins, ends] = [Date.parse(wanted.at), Date.parse(wanted.until)]
    if (Number.isNaN(begins) || Number.isNaN(ends)) throw new InputError('bad-input', '没有这个时间')
    if (ends <= begins || dayOf(ends) > dayOf(begins + 7 * 86_400_000)) throw new InputError('bad-input', '结束要晚于开始，一次活动最多七天')
    if (begins <= now() && wanted.at !== before?.at) throw new InputError('not-allowed', '这个时间已经过了')
    if (wanted.closes !== null && Date.parse(wanted.closes) > begins) throw new InputError('bad-input', '报名要在开始以前截止')
    if (before !== null && before.state === 'called-off') throw new InputError('not-allowed', '取消了的活动不能再改')
    if (before !== null && wanted.places !== null && wanted.places < before.taken) throw new InputError('not-allowed', `已经有 ${before.taken} 人报名，名额不能更少`)
    const exposed = [wanted.title, wanted.note].flatMap(findPersonalData).filter(({ kind }) => kind !== 'name' && kind !== 'landline')
    if (exposed.length > 0) throw new InputError('not-allowed', `公开的话里有个人信息：${exposed.map(({ value }) => value).join('、')}，请去掉`)
    return wanted
  }
}

const sheetHeads = ['顺序', '姓名', '电话', '报名', '到场', '志愿时长']

function blank(id: string): Activity {
  return {
    id, rev: 0, kind: 'culture', title: '', at: '', until: '', place: '', places: null, closesAt: 0, audience: 'everybody', skills: [], grid: null, note: '', source: '', state: 'draft', reason: '', taken: 0, isWaitedFor: false, invitedAt: null,
    by: { id: '', name: '' }, changedAt: 0,
  }
}

function changed(before: Activity, { closes, ...given }: ActivityGiven, publish: boolean, by: Activity['by'], now: number): Activity {
  return withTaken({ ...before, ...given, closesAt: Date.parse(closes ?? given.at), state: publish || before.state === 'published' ? 'published' : 'draft', by, changedAt: now }, 0)
}

function describe({ by, isWaitedFor: _isWaitedFor, invitedAt: _invitedAt, ...activity }: Activity, waiting: number): ActivityRow {
  return { ...activity, by: by.name, waiting }
}
