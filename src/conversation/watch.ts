import { setImmediate } from 'node:timers/promises'
import { reminderDue } from '../booking/reminder.js'
import { alone, type Cluster } from '../cluster/cluster.js'
import { KnowledgeError } from '../errors.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { apply, isRefusal, levelAbove, levelReached, type Move } from '../requests/apply-move.js'
import { climbOf, dueOf } from '../requests/clock.js'
import { followUpOf } from '../requests/follow-up.js'
import { openStatuses } from '../requests/moves.js'
import { postOfLevel } from '../requests/routing.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { Unknown, WorkingTime } from '../requests/working-time.js'
import type { Pager } from '../paging/pager.js'
import type { Reach } from '../paging/reach.js'
import { pages } from '../store/pages.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'
import { everySoOften, type ClockWork } from './clock-work.js'
import { filerChat } from './filer-chat.js'
import { nightEnds, noticeRow, noticeWrites } from './notices.js'
import type { Outbox } from './outbox.js'
import type { OutboxRow } from './records.js'
import { replies } from './replies.js'

/** How often the requests are looked through, ms: nothing that is counted in working hours needs it sooner. */
const lookEveryMs = 5 * 60_000

export interface WatchParts {
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly store: Store
  readonly outbox: Outbox
  readonly services: Pick<ServiceCatalogue, 'byCode'>
  /** Throws KnowledgeError for a community that is not in the knowledge. */
  readonly community: (id: CommunityId) => Community
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly now: () => number
  readonly newId: () => string
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
  /** Absent: staff read it at the desk only. */
  readonly duty?: { readonly chats: Reach['chats']; readonly call: Pager['call'] } | undefined
}

/** After this an alarm that nobody has met is raised again, ms. */
const alarmAgainMs = 7 * 86_400_000
/** Calls looked through for one that told the same. */
const pagesLookedThrough = 500
/** So long before a year begins its holidays have to be known, ms: what is promised in December falls due in January. */
const yearAheadMs = 31 * 86_400_000

const alarms = {
  noYear: (year: number): string => `${year}年的放假调休还没有录入，跨到${year}年的办结时限算不出来，居民看到的是「待确认」。请在工作台「放假和调休」照国务院办公厅的通知录入`,
  noHours: '没有登记社区的办公时间，办结时限算不出来，居民看到的是「待确认」。请在工作台「办公时间」登记',
} as const

/** What one look has done. */
export interface Watched {
  readonly climbed: number
  readonly lapsed: number
}

const warnings = { half: '时限过半', near: '时限只剩不到两成', top: '已经超时' } as const

const reasons = { unclaimed: '到时间还没有人接单', overdue: '超过承诺时限', 'not-redispatched': '退回后没有按时改派' } as const

/** Looks after what nobody looks after: late and unclaimed work climbs one level, what was met with silence is filed away as told. Never at night. */
export function createWatch(parts: WatchParts): ClockWork & { run(): Promise<Watched> } {
  /** When each alarm was raised last, by community and cause. */
  const alarmed = new Map<string, number>()

  /** Tells who can put it right, that no time can be counted; again after a week if nobody did. */
  async function alarm(communityId: CommunityId, unknown: Unknown): Promise<void> {
    const cause = unknown.why === 'no-calendar' ? `no-calendar ${unknown.year}` : unknown.why
    const last = alarmed.get(`${communityId} ${cause}`)
    if (last !== undefined && parts.now() - last < alarmAgainMs) return
    alarmed.set(`${communityId} ${cause}`, parts.now())
    parts.log('watch.no-working-time', { communityId, cause })
    const what = unknown.why === 'no-calendar' ? alarms.noYear(unknown.year) : alarms.noHours
    const told = await parts.store.find(communityId, 'pages', { order: 'desc', limit: pagesLookedThrough })
    // Told before a restart counts too.
    if (!told.some((page) => page.cause.kind === 'no-time' && page.cause.what === what && parts.now() - page.at < alarmAgainMs)) await parts.duty?.call(communityId, { kind: 'no-time', what })
  }

  /** Whether it was taken, with its words on their way; somebody who was quicker is not overruled. */
  async function commit(communityId: CommunityId, writes: readonly Write[], rows: readonly OutboxRow[]): Promise<boolean> {
    if (!(await unlessQuicker(parts.store.commit(communityId, writes)))) return false
    parts.outbox.push(communityId, rows)
    return true
  }

  /** Whether the move was made. */
  async function make(communityId: CommunityId, request: ServiceRequest, move: Move, rows: readonly OutboxRow[]): Promise<boolean> {
    const after = apply(request, move, { actor: { kind: 'bot' }, isLead: false, now: parts.now() })
    if (isRefusal(after)) return false
    return commit(communityId, [{ op: 'put', table: 'requests', row: after }, ...noticeWrites(rows, parts.now(), request.id)], rows)
  }

  async function climb(communityId: CommunityId, request: ServiceRequest, time: WorkingTime): Promise<boolean> {
    const service = parts.services.byCode(request.serviceCode) ?? { term: null, claimHours: null }
    const found = climbOf(request, service, time, parts.now())
    if (found === null) return false
    if (found.kind === 'unknown') {
      await alarm(communityId, found)
      return false
    }
    const above = postOfLevel(found.level, parts.community(communityId).chain)
    if (above === null) return false
    return make(communityId, request, { name: 'escalate', reason: `${reasons[found.why]}，上报${above.name}`, brings: { kind: 'level', level: found.level } }, [])
  }

  /** Reminds of a promise before it is broken, and calls for what nobody above is left to take. Whether it did. */
  async function warn(communityId: CommunityId, request: ServiceRequest, time: WorkingTime): Promise<boolean> {
    const due = dueOf(request, parts.services.byCode(request.serviceCode)?.term ?? null, time, parts.now())
    if (due.kind !== 'running' || due.stage === 'early') return false
    const above = levelAbove(levelReached(request))
    if (due.stage === 'overdue' && above !== null && postOfLevel(above, parts.community(communityId).chain) !== null) return false
    const stage = due.stage === 'overdue' ? 'top' : due.stage
    const staffId = request.owner.kind === 'staff' ? request.owner.id : null
    const chats = staffId === null ? [] : ((await parts.duty?.chats(staffId)) ?? [])
    const rows = chats.map(({ channel, conversationId }) => noticeRow({
      to: { channel, conversationId, chat: 'private', residentId: null }, text: `工单 ${request.number} ${warnings[stage]}，请尽快办理。`, about: request.id, when: 'by-day',
    }, null, { id: parts.newId(), now: parts.now() }))
    const isNew = await commit(communityId, [
      { op: 'put', table: 'clockWarnings', row: { id: `${request.id}|${due.dueAt}|${stage}`, rev: 0, requestId: request.id, stage, staffId, at: parts.now() } },
      ...rows.map((row) => ({ op: 'put', table: 'outbox', row }) as const),
    ], rows)
    if (!isNew) return false
    if (stage === 'top') await parts.duty?.call(communityId, { kind: 'overdue', requestId: request.id, what: `工单 ${request.number} 已超时，上面没有可再上报的层级` })
    return true
  }

  /** Reminds who waits at home of a visit, as of a booking. Whether it did. */
  async function remindOfVisit(communityId: CommunityId, request: ServiceRequest): Promise<boolean> {
    const { visit } = request
    if (visit == null || visit.where !== 'home') return false
    const plannedAt = request.history.findLast(({ move }) => move === 'plan-visit')?.at ?? request.filedAt
    const due = reminderDue({ at: new Date(visit.at).toISOString(), ...(visit.reminded === undefined ? {} : { reminded: visit.reminded }) }, plannedAt, parts.now())
    const chat = due === null ? null : await filerChat(parts.store, communityId, request)
    if (due === null || chat === null) return false
    const rows = [noticeRow({ to: chat.to, text: replies.visitSoon(request, visit), about: request.id, when: 'by-day' }, chat.conversation, { id: parts.newId(), now: parts.now() })]
    return commit(communityId, [{ op: 'put', table: 'requests', row: { ...request, visit: { ...visit, reminded: [...(visit.reminded ?? []), due] } } }, ...noticeWrites(rows, parts.now(), request.id)], rows)
  }

  async function lapse(communityId: CommunityId, request: ServiceRequest, time: WorkingTime): Promise<boolean> {
    if (followUpOf(request, time, parts.now()).kind !== 'lapsed') return false
    const chat = await filerChat(parts.store, communityId, request)
    const rows = chat === null ? [] : [noticeRow({ to: chat.to, text: replies.lapsed(request), about: request.id, when: 'by-day' }, chat.conversation, { id: parts.newId(), now: parts.now() })]
    return make(communityId, request, { name: 'lapse', reason: '到说好的日子没有回音', brings: null }, rows)
  }

  async function run(): Promise<Watched> {
    if (nightEnds(parts.now()) !== null) return { climbed: 0, lapsed: 0 }
    let [climbed, lapsed, looked] = [0, 0, 0]
    for (const communityId of await parts.store.communities()) {
      if (!(parts.cluster ?? alone).isMine(communityId)) continue
      const time = timeOf(communityId)
      if (time === null) continue
      const ahead = new Date(parts.now() + yearAheadMs).getUTCFullYear()
      if (time.hours !== null && !time.years.has(ahead)) await alarm(communityId, { kind: 'unknown', why: 'no-calendar', year: ahead })
      for (const status of openStatuses)
        for await (const requests of pages(parts.store, communityId, 'requests', { by: 'status', equals: status }))
          for (const request of requests) {
            looked += 1
            // Those who write meanwhile are not kept waiting.
            if (looked % 100 === 0) await setImmediate()
            if (await climb(communityId, request, time)) climbed += 1
            else if (!(await remindOfVisit(communityId, request))) await warn(communityId, request, time)
          }
      for await (const requests of pages(parts.store, communityId, 'requests', { by: 'status', equals: 'confirming' })) for (const request of requests) if (await lapse(communityId, request, time)) lapsed += 1
    }
    return { climbed, lapsed }
  }

  /** `null` for what the knowledge has no community of: a community taken out, or the platform's own rows. */
  function timeOf(communityId: CommunityId): WorkingTime | null {
    try {
      return parts.workingTime(communityId)
    } catch (error) {
      if (error instanceof KnowledgeError) return null
      throw error
    }
  }

  return {
    run,
    ...everySoOften('watch', lookEveryMs, run, parts.log),
  }
}
