import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type pg from 'pg'
import { PLATFORM, type CommunityId } from '../../knowledge/community.js'
import type { Sealer } from '../seal.js'
import type { Committed, Write } from '../store.js'
import { tables, type Row, type TableName } from '../tables.js'
import { payloadsOf, readPayload, type Change, type Touched } from './changes.js'
import { createLine } from './line.js'

/** Where processes on one database talk. */
const place = 'yichuang'
/** What is told is gathered for so long before it goes, ms. */
const tellAfterMs = 4
/** Characters of what is said in one payload of NOTIFY (7,900 bytes hold it and its head). */
const saidPart = 7_000
/** Rows asked for at once. */
const mostRows = 500
/** What was read is said no later than this, ms. */
const saidWithinMs = 30_000
/** Until rows that could not be read are asked for again, ms. */
const againMs = 500
/** Changes are kept so long for whoever was away, minutes. */
const keptMinutes = 15

/** A process of the cluster, as its own sign of life tells. */
export interface Beat {
  readonly id: string
  /** What it told with its last sign of life. */
  readonly told: string
  /** Since then, by the database's clock, ms. */
  readonly ageMs: number
  readonly holds: readonly string[]
}

/** What a process that shares the database with others hears, and how it is heard. */
export interface Sharing {
  /** A sign of life; `wants` are names that only one may hold at a time, taken where they are free, `deadMs` without one is dead. Rejects when the database can't be reached now. */
  beat(told: string, wants: readonly string[], deadMs: number): Promise<readonly Beat[]>
  /** Tells the others something that is kept nowhere, sealed; who is not listening now never hears it. */
  say(payload: string): void
  /** Resolves when all that the others committed before is read and told of, whether they could say so or not. Rejects when the database can't be reached now. */
  catchUp(): Promise<void>
  /** Drops what nobody can have missed any more; one process does it now and then. */
  forget(): Promise<void>
  /** Gives back what is held, and is gone. */
  leave(): Promise<void>
}

export interface SharingOptions {
  /** Whether a row that another process wrote is to be read and told of; of what is done in a conversation it is said in which. */
  readonly isWanted: (communityId: CommunityId, table: TableName, conversationId: string | undefined) => boolean
  readonly onSaid: (payload: string) => void
  /** What another process touched just now, before any of it is read; what was missed and caught up with is not told of here. */
  readonly onTouched: (touched: readonly Touched[]) => void
  /** Away for longer than changes are kept: what this process remembers can't be relied on any more. */
  readonly onCut: () => void
}

export interface HearingParts extends SharingOptions {
  readonly writer: string
  readonly settings: pg.ClientConfig
  readonly sealer: Sealer
  readonly read: (communityId: CommunityId, rows: readonly Touched[]) => Promise<readonly (Row<TableName> | null)[]>
  readonly tell: (committed: Committed) => void
  readonly onNotice: (message: string, error?: unknown) => void
}

export interface Hearing extends Sharing {
  /** A commit of this process, for the others. */
  committed(change: Change): void
}

/** Resolves once it listens. */
export async function hear(parts: HearingParts): Promise<Hearing> {
  const { writer, sealer } = parts
  let isLeft = false
  /** Whether anybody else is there to be told at once. */
  let hasOthers = false
  /** Everything that was committed before it is told already. */
  let horizon: string | null = null
  /** Told already, because it was said or read early; not yet read for good. */
  const heard = new Set<string>()
  /** Told already because it was read, perhaps still to be said: of the last readings and of those before. */
  let readLately = new Set<string>()
  let readBefore = new Set<string>()
  let turnedAt = performance.now()
  let polling: Promise<void> = Promise.resolve()
  /** The poll that has not begun yet: whoever asks meanwhile shares it. */
  let nextPoll: Promise<void> | null = null
  const waiting = new Map<CommunityId, Change[]>()
  const reading = new Map<CommunityId, Promise<void>>()
  let mine: Change[] = []
  let telling: NodeJS.Timeout | null = null
  const partsSaid = new Map<string, string>()

  const line = createLine({
    settings: parts.settings, listensTo: place, onNotice: parts.onNotice,
    onSaid: (payload) => { if (!isLeft) take(payload) },
    onConnected: () => { if (horizon !== null) void poll().catch(() => undefined) },
  })

  function take(payload: string): void {
    if (payload.startsWith(`${writer} `)) return
    if (payload.startsWith('~')) return takeSaid(payload)
    const { changes } = readPayload(payload)
    if (changes === null) void poll().catch(() => undefined)
    else for (const change of changes) if (!heard.has(change.id) && !readLately.has(change.id) && !readBefore.has(change.id)) queue(change, true)
  }

  function takeSaid(payload: string): void {
    const [from = '', id = '', left = '', text = ''] = payload.slice(1).split(' ')
    if (from === writer) return
    const whole = (partsSaid.get(id) ?? '') + text
    if (Number(left) > 0) {
      partsSaid.set(id, whole)
      return
    }
    partsSaid.delete(id)
    try {
      parts.onSaid(sealer.openBytes(Buffer.from(whole, 'base64'), place).toString())
    } catch (error) {
      parts.onNotice('store: what another process said can’t be read', error)
    }
  }

  function queue(change: Change, isEarly: boolean): void {
    if (isEarly) {
      heard.add(change.id)
      parts.onTouched(change.touched)
    }
    const list = waiting.get(change.communityId)
    if (list === undefined) waiting.set(change.communityId, [change])
    else list.push(change)
    if (!reading.has(change.communityId)) reading.set(change.communityId, readAll(change.communityId))
  }

  /** Reads what was touched and tells of it, in the order in which it was heard; what could not be read is read later. */
  async function readAll(communityId: CommunityId): Promise<void> {
    try {
      for (let changes = waiting.get(communityId) ?? []; changes.length > 0 && !isLeft; changes = waiting.get(communityId) ?? []) {
        waiting.delete(communityId)
        await readSome(communityId, changes)
      }
    } finally {
      reading.delete(communityId)
    }
  }

  async function readSome(communityId: CommunityId, changes: readonly Change[]): Promise<void> {
    // A later version beside us may write to tables that this one does not know.
    const isRead = ([table, , rev, conversationId]: Touched): boolean => rev > 0 && table in tables && parts.isWanted(communityId, table, conversationId)
    const wanted = new Map(changes.flatMap(({ touched }) => touched.filter(isRead)).map((one) => [`${one[0]} ${one[1]}`, one]))
    const rows = new Map<string, Row<TableName> | null>()
    for (let at = 0, all = [...wanted]; at < all.length && !isLeft;) {
      const some = all.slice(at, at + mostRows)
      try {
        const found = await parts.read(communityId, some.map(([, one]) => one))
        some.forEach(([key], index) => rows.set(key, found[index] ?? null))
        at += mostRows
      } catch (error) {
        parts.onNotice('store: what another process wrote can’t be read now', error)
        await wait(againMs, undefined, { ref: false })
      }
    }
    if (isLeft) return
    for (const { touched } of changes) {
      const writes = touched.flatMap(([table, id, rev]): Write[] => {
        if (rev === 0) return table in tables ? [{ op: 'remove', table, id, rev }] : []
        const row = rows.get(`${table} ${id}`)
        return row == null ? [] : [{ op: 'put', table, row } as Write]
      })
      if (writes.length > 0) parts.tell({ communityId, writes, elsewhere: true })
    }
  }

  function poll(): Promise<void> {
    if (nextPoll !== null) return nextPoll
    const next = polling.then(async () => {
      nextPoll = null
      const rows = await line.ask<{ change_id: string | null; of_community: CommunityId; by_writer: string; told: string; is_final: boolean; horizon: string; is_cut: boolean }>('select * from yichuang.changes_by_now($1)', [horizon])
      if (isLeft) return
      for (const { change_id: id, of_community: communityId, by_writer: by, told, is_final: isFinal } of rows) {
        if (id === null || by === writer) continue
        const isTold = isFinal ? heard.delete(id) : heard.has(id)
        if (isFinal) readLately.add(id)
        else heard.add(id)
        if (isTold) continue
        queue({ id, communityId, touched: JSON.parse(told) as Change['touched'] }, false)
      }
      horizon = rows[0]?.horizon ?? horizon
      if (performance.now() - turnedAt > saidWithinMs) {
        readBefore = readLately
        readLately = new Set()
        turnedAt = performance.now()
      }
      if (rows[0]?.is_cut === true) parts.onCut()
    })
    nextPoll = next
    polling = next.catch(() => undefined)
    return next
  }

  function tellOthers(): void {
    telling = null
    const payloads = payloadsOf(writer, mine)
    mine = []
    // Not said, it is read.
    void line.ask(`select pg_notify('${place}', one) from unnest($1::text[]) one`, [payloads]).catch(() => undefined)
  }

  horizon = (await line.ask<{ now: string }>('select yichuang.changes_from_now() as now'))[0]?.now ?? null

  return {
    committed(change) {
      if (!hasOthers) return
      mine.push(change)
      telling ??= setTimeout(tellOthers, tellAfterMs)
    },

    async beat(told, wants, deadMs) {
      const found = await line.ask<{ member: string; told: string; age_ms: number; holds: string[] }>('select * from yichuang.beat($1, $2, $3, $4, $5)', [PLATFORM, writer, told, wants, deadMs])
      hasOthers = found.some(({ member }) => member !== writer)
      return found.map(({ member, told: said, age_ms: ageMs, holds }) => ({ id: member, told: said, ageMs, holds }))
    },

    say(payload) {
      // Also where none is known: it is kept nowhere, and who has just come is known with the next sign of life only.
      const text = sealer.sealBytes(Buffer.from(payload), place).toString('base64')
      const id = randomBytes(6).toString('hex')
      const count = Math.ceil(text.length / saidPart)
      const payloads = Array.from({ length: count }, (_, at) => `~${writer} ${id} ${count - 1 - at} ${text.slice(at * saidPart, (at + 1) * saidPart)}`)
      void line.ask(`select pg_notify('${place}', one) from unnest($1::text[]) one`, [payloads]).catch(() => undefined)
    },

    async catchUp() {
      await poll()
      await Promise.all(reading.values())
    },

    async forget() { await line.ask('select yichuang.forget_changes(make_interval(mins => $1))', [keptMinutes]) },

    async leave() {
      if (isLeft) return
      isLeft = true
      if (telling !== null) {
        clearTimeout(telling)
        tellOthers()
      }
      await line.ask('select yichuang.leave($1, $2)', [PLATFORM, writer]).catch(() => undefined)
      await line.close()
    },
  }
}
