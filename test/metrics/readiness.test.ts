import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createHealthBoard, type HealthBoard } from '../../src/channels/health.js'
import { createOperation, type Operation } from '../../src/metrics/operation.js'
import { watchLoop } from '../../src/metrics/loop-watch.js'
import { createReadiness } from '../../src/metrics/readiness.js'
import { diskFiles, type Files } from '../../src/store/files.js'
import { probeFolder } from '../../src/store/probe.js'
import type { Store } from '../../src/store/store.js'
import { anIntake, anOutboxRow, HUZHOU, requestNamed } from '../store/rows.js'
import { openTempStore, type TempStore } from '../store/temp-store.js'
import { put } from '../store/writes.js'

const start = Date.parse('2026-11-23T09:00:00+08:00')

/** A disk that a fault can be given to while it is in use. */
function faultyDisk(): FaultyDisk {
  const disk: FaultyDisk = {
    fault: null,
    files: {
      ...diskFiles,
      async open(path, how) {
        meet('open')
        const file = await diskFiles.open(path, how)
        return {
          ...file,
          async write(bytes, position) {
            meet('write')
            await file.write(bytes, position)
          },
          async datasync() {
            meet('datasync')
            await file.datasync()
          },
        }
      },
    },
  }
  const meet = (what: string): void => {
    if (disk.fault?.on === what) throw Object.assign(new Error(disk.fault.code), { code: disk.fault.code })
  }
  return disk
}

interface FaultyDisk {
  readonly files: Files
  fault: { readonly on: 'open' | 'write' | 'datasync'; readonly code: string } | null
}

describe('whether a process is ready', () => {
  let temp: TempStore
  let store: Store
  let disk: ReturnType<typeof faultyDisk>
  let health: HealthBoard
  let operation: Operation
  let now: number
  let isStarted: boolean
  let fatal: string[]
  beforeEach(async () => {
    disk = faultyDisk()
    fatal = []
    temp = await openTempStore({ files: disk.files, now: () => now, onFatal: (error) => { fatal.push(error.code) } })
    store = temp.store
    health = createHealthBoard(() => now)
    now = start
    isStarted = true
    operation = createOperation({
      store, probeStore: probeFolder(store, temp.folder, disk.files), isStarted: () => isStarted, channels: () => health.all(), now: () => now, steady: () => performance.now(),
      onClockJump: () => {}, onFailure: (error) => { throw error },
    })
  })
  afterEach(async () => {
    operation.stop()
    disk.fault = null
    await temp.close()
  })

  const pass = (ms: number): void => { now += ms }
  /** Asks a moment later: what was found holds for a second. */
  const look = async (): Promise<readonly [boolean, ...string[]]> => {
    pass(1_001)
    const { ready, faults } = await operation.readiness.standing()
    return [ready, ...faults.map(({ what }) => what)]
  }

  it('is, while nothing is wrong', async () => {
    expect(await look()).toEqual([true])
  })
  it('is not before its web chat is open', async () => {
    isStarted = false
    expect(await look()).toEqual([false, 'starting'])
    isStarted = true
    expect(await look()).toEqual([true])
  })
  it('is not while it drains, from the first moment on', async () => {
    expect(await look()).toEqual([true])
    operation.readiness.drain()
    expect((await operation.readiness.standing()).ready).toBe(false)
  })
  it.each([['the disk is full', 'write', 'ENOSPC'], ['the data folder can only be read', 'open', 'EROFS'], ['too many files are open', 'open', 'EMFILE'], ['the disk does not flush', 'datasync', 'EIO']] as const)('is not while %s, and is again afterwards', async (_, on, code) => {
    disk.fault = { on, code }
    expect(await look()).toEqual([false, 'store'])
    expect((await operation.readiness.standing()).faults[0]?.detail).toBe('write-refused')
    disk.fault = null
    expect(await look()).toEqual([true])
  })
  it('is not once a commit could not be flushed: the process is to stop', async () => {
    disk.fault = { on: 'datasync', code: 'EIO' }
    await expect(store.commit(HUZHOU, [put('requests', requestNamed('r1'))])).rejects.toMatchObject({ code: 'flush-failed' })
    disk.fault = null
    expect(await look()).toEqual([false, 'store'])
    expect(fatal).toEqual(['flush-failed'])
  })
  it('is not with its store closed', async () => {
    await store.close()
    expect(await look()).toEqual([false, 'store'])
    await temp.reopen()
  })
  it('is not while the store does not answer', async () => {
    const silent = createOperation({ store, probeStore: () => new Promise(() => {}), isStarted: () => true, channels: () => [], now: () => now, steady: () => performance.now(), onClockJump: () => {}, onFailure: () => {} })
    expect(await silent.readiness.standing()).toEqual({ ready: false, faults: [{ what: 'store', detail: 'it does not answer' }] })
    silent.stop()
  })
  it('is with a channel lost, which it names, until it is back', async () => {
    health.report('lark', { kind: 'offline', reason: '网络断了' })
    health.report('wechat', { kind: 'needs-login', reason: '请扫码', qr: 'https://x' })
    expect(await look()).toEqual([true, 'channel', 'channel'])
    expect((await operation.readiness.standing()).faults.map(({ detail }) => detail)).toEqual(['lark is offline', 'wechat is needs-login'])
    health.report('lark', { kind: 'online' })
    health.report('wechat', { kind: 'online' })
    expect(await look()).toEqual([true])
  })
  it('is not while a message has waited half a minute for its turn, and is when it was seen to', async () => {
    await store.commit(HUZHOU, [put('intake', anIntake({ receivedAt: now }))])
    expect(await look()).toEqual([true])
    pass(30_000)
    expect(await look()).toEqual([false, 'turns'])
    await store.commit(HUZHOU, [put('intake', anIntake({ rev: 1, state: 'done', doneAt: now, message: null }))])
    expect(await look()).toEqual([true])
  })
  it('counts what waited before the start, and doubts what somebody else has seen to', async () => {
    await store.commit(HUZHOU, [put('intake', anIntake({ receivedAt: start - 60_000 }))])
    operation.stop()
    const later = createOperation({ store, probeStore: () => Promise.resolve(), isStarted: () => true, channels: () => [], now: () => now, steady: () => performance.now(), onClockJump: () => {}, onFailure: (error) => { throw error } })
    await later.begin()
    expect((await later.readiness.standing()).faults.map(({ what }) => what)).toEqual(['turns'])
    // As another process does it: not heard of here.
    later.stop()
    await store.commit(HUZHOU, [put('intake', anIntake({ rev: 1, state: 'done', doneAt: now, message: null }))])
    pass(1_001)
    expect((await later.readiness.standing()).faults).toEqual([])
  })
  it('is with replies that have not gone out for five minutes, which it tells', async () => {
    await store.commit(HUZHOU, [put('outbox', anOutboxRow({ dueAt: now }))])
    expect(await look()).toEqual([true])
    pass(300_000)
    expect(await look()).toEqual([true, 'replies'])
    // Tried again later, it has waited no less.
    await store.commit(HUZHOU, [put('outbox', anOutboxRow({ rev: 1, attempts: 3, dueAt: now + 60_000 }))])
    expect(await look()).toEqual([true, 'replies'])
    await store.commit(HUZHOU, [{ op: 'remove', table: 'outbox', id: 'outbox-1', rev: 2 }])
    expect(await look()).toEqual([true])
  })
  it('takes a reply that is kept for the morning for none that is late', async () => {
    await store.commit(HUZHOU, [put('outbox', anOutboxRow({ dueAt: now + 10 * 3_600_000 }))])
    pass(400_000)
    expect(await look()).toEqual([true])
  })
  it('is not for a while after the event loop was held up for more than a second', async () => {
    const until = performance.now() + 1_800
    while (performance.now() < until);
    expect(await look()).toEqual([false, 'loop'])
  })
  it('is with the newest knowledge damaged, on the version before, which it tells', async () => {
    operation.knowledge('no-files')
    expect(await look()).toEqual([true, 'knowledge'])
    operation.knowledge(null)
    expect(await look()).toEqual([true])
  })
  it('is with the last backup failed, which it tells until one is whole', async () => {
    operation.backup('write-refused')
    expect(await look()).toEqual([true, 'backup'])
    operation.backup(null)
    expect(await look()).toEqual([true])
  })
})

describe('a clock that is set', () => {
  it.each([['on', 3_600_000], ['back', -3_600_000]])('%s by an hour is noticed and told for ten minutes; people are let in', async (_, byMs) => {
    let wall = start
    let steady = 0
    let beat = (): void => {}
    const jumps: number[] = []
    const loop = watchLoop({ now: () => wall, steady: () => steady, every: (_ms, work) => { beat = work; return () => {} }, onJump: (by) => jumps.push(by) })
    const none = { turns: () => Promise.resolve({ count: 0, since: null }), replies: () => Promise.resolve({ count: 0, since: null }), stop: () => {} }
    const readiness = createReadiness({ isStarted: () => true, probeStore: () => Promise.resolve(), loop, backlog: none, channels: () => [], knowledgeFault: () => null, backupFault: () => null, now: () => wall })
    const pass = (ms: number): void => {
      for (let gone = 0; gone < ms; gone += 500) {
        wall += 500
        steady += 500
        beat()
      }
    }
    // A time service that slows or hurries the clock sets nothing.
    pass(60_000)
    wall += 400
    pass(60_000)
    expect((await readiness.standing()).faults).toEqual([])
    wall += byMs
    pass(1_500)
    expect(jumps).toEqual([byMs])
    const standing = await readiness.standing()
    expect([standing.ready, standing.faults.map(({ what }) => what)]).toEqual([true, ['clock']])
    pass(600_000)
    expect((await readiness.standing()).faults).toEqual([])
  })
})

describe('the figures', () => {
  it('count turns by how they ended, what waits, channels and commits, and name nobody', async () => {
    const temp = await openTempStore()
    const health = createHealthBoard(() => start)
    const operation = createOperation({ store: temp.store, probeStore: () => Promise.resolve(), isStarted: () => true, channels: () => health.all(), now: () => start, steady: () => performance.now(), onClockJump: () => {}, onFailure: (error) => { throw error } })
    try {
      // Before they are loaded, too.
      operation.metrics.turn('web', 'filed', 12)
      await temp.store.commit(HUZHOU, [put('requests', requestNamed('r1', { description: '王桂兰家漏水，13800000077' })), put('outbox', anOutboxRow({ dueAt: start - 60_000 }))])
      health.report('lark', { kind: 'offline', reason: '网络断了' })
      await operation.begin()
      operation.metrics.turn('web', 'answered', 700)
      operation.metrics.answered('GET', '/api/desk/requests/:community/:id', 200, 3)
      const { mediaType, body } = await operation.metrics.text()
      expect(mediaType).toMatch(/^text\/plain/)
      for (const line of [
        'yichuang_turns_total{channel="web",outcome="filed"} 1', 'yichuang_turns_total{channel="web",outcome="answered"} 1', 'yichuang_turn_seconds_bucket{le="0.02",channel="web"} 1', 'yichuang_turn_seconds_count{channel="web"} 2',
        'yichuang_rows_committed_total{table="requests"} 1', 'yichuang_replies_waiting 1', 'yichuang_replies_oldest_seconds 60', 'yichuang_turns_waiting 0', 'yichuang_channel_up{channel="lark"} 0',
        'yichuang_ready 1', 'yichuang_fault{what="channel"} 1', 'yichuang_fault{what="store"} 0', 'yichuang_http_seconds_count{method="GET",route="/api/desk/requests/:community/:id",status="200"} 1',
      ]) expect(body).toContain(`${line}\n`)
      for (const name of ['process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds', 'yichuang_event_loop_held_seconds', 'yichuang_backup_timestamp_seconds']) expect(body).toMatch(new RegExp(`^${name} `, 'm'))
      for (const secret of ['王', '13800000077', HUZHOU, 'r1"', '漏水', 'HZ-']) expect(body).not.toContain(secret)
    } finally {
      operation.stop()
      await temp.close()
    }
  })
})
