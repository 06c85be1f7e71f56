import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AuditCheck, auditId, chain, noHead, type AuditEntry, type AuditEvent, type AuditHead } from '../../src/audit/entry.js'
import { createAuditLog, verifyAudit } from '../../src/audit/log.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { huzhou, puyang, runningServer, staffPassword, type RunningServer } from '../desk/running-server.js'
import { openTempStore, type TempStore } from '../store/temp-store.js'

const event: AuditEvent = { who: { id: 'staff-1', name: '陈主任', role: 'admin' }, act: 'unmask', communityId: huzhou, about: 'request-1', words: '联系居民', result: 'done' }

function aLog(length: number): { readonly entries: readonly AuditEntry[]; readonly head: AuditHead } {
  let head = noHead
  const entries = Array.from({ length }, (_, index) => {
    const next = chain(head, { ...event, about: `request-${index}` }, 1_000 + index)
    head = next.head
    return next.entry
  })
  return { entries, head }
}

function faultOf(entries: readonly AuditEntry[], head: AuditHead): AuditCheck['fault'] {
  const check = new AuditCheck()
  for (const entry of entries) check.take(entry)
  check.endAt(head)
  return check.fault
}

describe('the chain', () => {
  const { entries, head } = aLog(1_000)

  it('of 1,000 untouched lines is whole', () => {
    expect(faultOf(entries, head)).toBeNull()
  })

  it('shows each of 1,000 lines that is taken out, exchanged with the next, or after which it is cut off', () => {
    const unseen: string[] = []
    entries.forEach((entry, at) => {
      const next = entries[at + 1]
      const spoilt = {
        gone: entries.filter((one) => one !== entry),
        moved: next === undefined ? null : entries.map((one) => (one === entry ? next : one === next ? entry : one)),
        cut: at === entries.length - 1 ? null : entries.slice(0, at + 1),
      }
      for (const [how, log] of Object.entries(spoilt)) if (log !== null && faultOf(log, head) === null) unseen.push(`${how} ${at}`)
    })
    expect(unseen).toEqual([])
  })

  it('shows a change of any field of any line, also where the line\'s own hash was made to fit', () => {
    const changes: Partial<AuditEntry>[] = [{ at: 5 }, { who: null }, { act: 'export' }, { communityId: puyang }, { about: 'x' }, { words: '别的理由' }, { result: 'refused' }, { previous: 'ab' }, { hash: 'ab' }]
    const unseen: string[] = []
    entries.forEach((entry, at) => {
      const change = changes[at % changes.length]!
      if (faultOf(entries.map((one) => (one === entry ? { ...entry, ...change } : one)), head) === null) unseen.push(`${at} ${JSON.stringify(change)}`)
      const fitted = chain({ ...noHead, count: at, hash: entry.previous }, { ...event, words: '别的理由' }, 7).entry
      if (faultOf(entries.map((one) => (one === entry ? fitted : one)), head) === null) unseen.push(`${at} fitted`)
    })
    expect(unseen).toEqual([])
  })
})

describe('the log', () => {
  let temp: TempStore
  beforeEach(async () => {
    temp = await openTempStore()
  })
  afterEach(() => temp.close())

  it('keeps every line in order when many are written at once by two writers', async () => {
    const [one, other] = [createAuditLog({ store: temp.store, now: () => 1 }), createAuditLog({ store: temp.store, now: () => 2 })]
    await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? one : other).record({ ...event, about: String(index) })))
    expect(await verifyAudit(temp.store)).toMatchObject({ count: 40, fault: null })
  })

  it('is whole after a restart and misses a line taken out of the store, a last one too', async () => {
    const log = createAuditLog({ store: temp.store, now: () => 1 })
    for (const about of ['a', 'b', 'c']) await log.record({ ...event, about })
    const store = await temp.reopen()
    expect(await verifyAudit(store)).toMatchObject({ count: 3, fault: null })
    const last = (await store.get(PLATFORM, 'audit', auditId(3)))!
    await store.commit(PLATFORM, [{ op: 'remove', table: 'audit', id: last.id, rev: last.rev }])
    expect((await verifyAudit(store)).fault).toEqual({ serial: 3, kind: 'cut' })
  })

  it('that was written anew from the first line does not hold the end noted elsewhere', async () => {
    const noted: { serial: number; hash: string }[] = []
    const log = createAuditLog({ store: temp.store, now: () => 1, anchor: (serial, hash) => noted.push({ serial, hash }) })
    for (const about of ['a', 'b']) await log.record({ ...event, about })
    expect(await verifyAudit(temp.store, noted[1])).toMatchObject({ fault: null })
    const forged = aLog(2)
    const rows = await temp.store.find(PLATFORM, 'audit', {})
    const head = (await temp.store.get(PLATFORM, 'auditHeads', 'head'))!
    await temp.store.commit(PLATFORM, [
      ...forged.entries.map((entry, index) => ({ op: 'put', table: 'audit', row: { ...entry, rev: rows[index]!.rev } }) as const),
      { op: 'put', table: 'auditHeads', row: { ...forged.head, rev: head.rev } },
    ])
    expect((await verifyAudit(temp.store)).fault).toBeNull()
    expect((await verifyAudit(temp.store, noted[1])).fault).toEqual({ serial: 2, kind: 'cut' })
  })
})

describe('at the desk', () => {
  let server: RunningServer
  beforeEach(async () => {
    server = await runningServer()
  })
  afterEach(() => server.close())

  const acts = async (): Promise<string[]> => (await server.store.find(PLATFORM, 'audit', {})).map(({ act, who, words, result }) => `${who?.role ?? '-'} ${act} ${words ?? ''} ${result}`)

  it('signing in, changing an account, a change of any kind and a refusal are each one line with who, what and the result', async () => {
    const admin = await server.staff('admin', 'all')
    const staff = await server.staff('staff')
    const page = server.browser()
    await page.call('POST', '/api/desk/login', { login: staff.account.login, password: staffPassword })
    await page.call('POST', '/api/desk/logout')
    await admin.call('POST', `/api/desk/staff/${staff.account.id}`, { kind: 'role', role: 'lead', scope: [huzhou] })
    await staff.call('POST', `/api/desk/duty/${huzhou}`, { rev: 0, lines: [] })
    await staff.call('GET', '/api/desk/staff')
    await staff.call('GET', '/api/desk/me')
    const lines = await acts()
    expect(lines.slice(0, 3)).toEqual(['staff sign-in 密码 done', 'staff sign-out  done', `admin role ${staff.account.login}：staff → lead（${huzhou}） done`])
    expect(lines[3]).toMatch(/^lead change .+ done$/)
    expect(lines[4]).toMatch(/^lead change .+ refused$/)
    expect(lines).toHaveLength(5)
    expect((await admin.call('GET', '/api/desk/audit/check')).json()).toMatchObject({ count: 5, fault: null })
  })

  it('an auditor reads the log, newest first, page by page; staff and leads do not; whoever has one community sees its lines only', async () => {
    const log = createAuditLog({ store: server.store, now: () => server.clock.now })
    for (let i = 0; i < 150; i += 1) await log.record({ ...event, about: `r${i}`, communityId: i % 2 === 0 ? huzhou : puyang })
    const auditor = await server.staff('auditor', 'all')
    const first = (await auditor.call('GET', '/api/desk/audit')).json<{ entries: { id: string; about: string }[]; more: boolean }>()
    expect([first.entries.length, first.entries[0]?.about, first.more]).toEqual([100, 'r149', true])
    const rest = (await auditor.call('GET', `/api/desk/audit?before=${first.entries.at(-1)?.id ?? ''}`)).json<{ entries: unknown[]; more: boolean }>()
    expect([rest.entries.length, rest.more]).toEqual([50, false])
    const local = await server.staff('admin', [puyang])
    const seen = (await local.call('GET', '/api/desk/audit?act=unmask')).json<{ entries: { communityId: string }[] }>()
    expect(new Set(seen.entries.map(({ communityId }) => communityId))).toEqual(new Set([puyang]))
    for (const role of ['staff', 'lead'] as const) expect((await (await server.staff(role)).call('GET', '/api/desk/audit')).statusCode).toBe(403)
  })

  it('no route writes into the log or takes from it', () => {
    expect(server.app.accessTable.filter(({ url, method }) => url.includes('/audit') && method !== 'GET' && method !== 'HEAD')).toEqual([])
  })
})
