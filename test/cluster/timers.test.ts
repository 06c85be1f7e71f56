import { randomBytes } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import { createHealthBoard } from '../../src/channels/health.js'
import { createPairing } from '../../src/channels/pairing.js'
import type { EngineParts } from '../../src/conversation/create-engine.js'
import type { StaffActor } from '../../src/conversation/engine.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { PLATFORM, type CommunityId } from '../../src/knowledge/community.js'
import { loadServices } from '../../src/knowledge/services.js'
import { createReach } from '../../src/paging/reach.js'
import { rosterId } from '../../src/paging/roster.js'
import { moveInWords } from '../../src/requests/apply-move.js'
import type { Store } from '../../src/store/store.js'
import { postgresOfFile } from '../store/postgres-server.js'
import { aStaffAccount } from '../store/rows.js'
import { aMortalProcess, findDead, knowEachOther, type Arrived, type MortalProcess } from './mortal.js'

const key = randomBytes(32)
const community = 'puyang-demo'
const [years, services] = await Promise.all([loadCalendar('knowledge'), loadServices('knowledge')])
/** At which of its commits the home dies; with LONG=1 at each, until it has no more to make. */
const deaths = process.env['LONG'] === '1'
  ? Array.from({ length: 40 }, (_, n) => (['before', 'after'] as const).map((how) => ({ at: n + 1, how }))).flat()
  : [{ at: 2, how: 'after' }, { at: 5, how: 'before' }] as const

const postgres = postgresOfFile(key)

const term = { workdays: 5, source: '测试', date: '2026-11-01' }
const promised: EngineParts['services'] = {
  ...services,
  byCode: (code) => { const found = services.byCode(code); return found && { ...found, term } },
  forMatter: (...given) => { const found = services.forMatter(...given); return found && { ...found, term } },
}
const at = (day: string): number => Date.parse(`2026-${day}:00+08:00`)
/** When everything below falls due: a Tuesday afternoon. */
const moment = at('12-01T15:00')
const minute = 60_000
const wang: StaffActor = { kind: 'staff', id: 'wang', name: '王芳', isLead: false }

function duty(store: Store, now: () => number): NonNullable<EngineParts['duty']> {
  const health = createHealthBoard(now)
  health.report('lark', { kind: 'online' })
  return { reach: createReach({ store, pairing: createPairing({ store, now }), health, present: () => Promise.resolve(new Set()), now }), deskUrl: () => null }
}

interface Town {
  readonly arrived: Arrived
  readonly clock: { ms: number }
  process(): Promise<MortalProcess>
}

function aTown(url: string): Town {
  const arrived: Arrived = { shown: [], sent: [] }
  const clock = { ms: at('11-23T09:30') }
  return { arrived, clock, process: () => aMortalProcess({ url, key, community, now: () => clock.ms, arrived, parts: { years, services: promised }, dutyOn: duty }) }
}

/** Nine days of a community in which much falls due at one moment. */
async function liveUntilTheMoment(url: string): Promise<void> {
  const town = aTown(url)
  const only = await town.process()
  const { place, engine, store } = only
  const says = (who: string, text: string): Promise<string> => place.says(who, text)
  const newest = async (who: string) => {
    const [found] = await store.find(place.communityId, 'requests', { by: 'residentId', equals: `memory:${who}`, order: 'desc' })
    if (found === undefined) throw new Error(`${who} has filed nothing`)
    return found
  }
  const people = [['wang', '王芳', 'staff'], ['zhao', '赵强', 'staff'], ['li', '李主任', 'lead']] as const
  await store.commit(PLATFORM, people.map(([id, name, role]) => ({ op: 'put', table: 'staff', row: aStaffAccount({ id, login: id, name, role, scope: [place.communityId] }) })))
  for (const [id] of people) await createPairing({ store, now: () => town.clock.ms }).remember(`lark:ou_${id}`, 'lark', { staffId: id })
  const line = { name: '值班', weekdays: [1, 2, 3, 4, 5, 6, 7], dates: null, from: '00:00', until: '00:00', staffIds: ['wang', 'zhao'] }
  await store.commit(place.communityId, [{ op: 'put', table: 'rosters', row: { id: rosterId, rev: 0, lines: [line], changedAt: 0, changedBy: '李主任' } }])

  await says('己', '5号楼1单元楼道灯坏了')
  const first = await newest('己')
  const closed = await engine.actOnRequest(place.communityId, first.id, first.rev, moveInWords('take', ''), wang)
  await engine.actOnRequest(place.communityId, first.id, closed.rev, moveInWords('close', '换了灯泡'), wang)
  town.clock.ms = at('11-26T10:00')
  await says('甲', '3号楼2单元楼道灯坏了')
  const second = await newest('甲')
  await engine.actOnRequest(place.communityId, second.id, second.rev, moveInWords('take', ''), wang)
  town.clock.ms = at('11-30T10:00')
  await says('乙', '明天下午四点约个窗口')
  await says('乙', '对')
  town.clock.ms = at('11-30T14:40')
  await says('丁', '7号楼3单元楼道灯坏了')
  town.clock.ms = moment - 35 * minute
  await says('丙', '路灯坏了')
  town.clock.ms = moment - 3 * minute
  await says('戊', '3号楼楼道着火了 快来人')
  await engine.idle()
  await only.end()
}

let lived: string | null = null
/** A database as it stands just before the moment. */
async function atTheMoment(): Promise<Town> {
  if (lived === null) {
    const url = await postgres.newMade()
    await liveUntilTheMoment(url)
    lived = url
  }
  const town = aTown(await postgres.newDatabase(lived))
  town.clock.ms = moment
  return town
}

/** Every clock of a process strikes. */
async function look({ engine }: MortalProcess): Promise<void> {
  await Promise.allSettled([engine.remind(), engine.watch(), engine.bookings.run(), engine.pager?.look()])
  engine.release()
  await engine.idle()
}

/** Who is told what at the moment, and how often; the same words count as one saying. */
function told({ shown }: Arrived): Record<string, number> {
  const count: Record<string, number> = {}
  for (const { to, reply } of shown) {
    const what = due.find(([who, words]) => to.conversationId.endsWith(who) && words.test(reply.text))?.[2] ?? `${to.conversationId}: ${reply.text}`
    count[what] = (count[what] ?? 0) + 1
  }
  return count
}

const due: readonly (readonly [who: string, words: RegExp, what: string])[] = [
  ['己', /归档/, '己 hears that the request is filed away'],
  ['乙', /16:00/, '乙 is reminded of the booking'],
  ['丙', /继续/, '丙 is reminded of the draft'],
  ['ou_wang', /时限过半/, 'the handler is told that half the time has passed'],
  ['ou_zhao', /火情/, 'the next on duty is called'],
  ['ou_li', /放假调休/, 'the head is told that a calendar is missing'],
]
const eachOnce = Object.fromEntries(due.map(([, , what]) => [what, 1]))

/** Words that never leave the house: levels climbed. */
async function climbs(process: MortalProcess): Promise<number> {
  const [request] = await process.store.find(community as CommunityId, 'requests', { by: 'residentId', equals: 'memory:丁' })
  return request?.history.filter(({ move }) => move === 'escalate').length ?? 0
}

describe('what falls due at one moment', () => {
  it('is told once to each person by three processes that all look at that moment, and again and again after it', async () => {
    const town = await atTheMoment()
    const processes = [await town.process(), await town.process(), await town.process()] as const
    await knowEachOther(processes)
    await Promise.all(processes.map(look))
    await vi.waitFor(() => { expect(told(town.arrived)).toEqual(eachOnce) }, 10_000)
    for (let n = 0; n < 3; n += 1) await Promise.all(processes.map(look))
    expect(told(town.arrived)).toEqual(eachOnce)
    expect(town.arrived.sent).toHaveLength(due.length)
    expect(await climbs(processes[0])).toBe(1)
  })

  it('is told once to each person where the home dies at that moment, before or just after any of its commits', { timeout: 180_000 }, async () => {
    let died = 0
    for (const { at: n, how } of deaths) {
      const town = await atTheMoment()
      const processes = [await town.process(), await town.process()] as const
      await knowEachOther(processes)
      const home = processes.find(({ membership }) => membership.isMine(community as CommunityId))
      const other = processes.find((one) => one !== home)
      if (home === undefined || other === undefined) throw new Error('the community is nobody’s')
      home.dieAt(n, how)
      await Promise.all(processes.map(look))
      if (!home.isDead) break
      died += 1
      await findDead(home)
      await knowEachOther(processes)
      await vi.waitFor(async () => {
        await look(other)
        expect(told(town.arrived), `died ${how} commit ${n}`).toEqual(eachOnce)
      }, 15_000)
      await look(other)
      expect(told(town.arrived), `died ${how} commit ${n}`).toEqual(eachOnce)
      expect(await climbs(other)).toBe(1)
      for (const one of processes) await one.end()
    }
    expect(died).toBeGreaterThanOrEqual(2)
    console.log(`the home died ${died} times at its commits: everybody was told once`)
  })
})
