import { afterEach, describe, expect, it } from 'vitest'
import { figuresOf } from '../../src/learning/measure.js'
import type { Retraining } from '../../src/learning/figures.js'
import { createTrainingDesk, type Trainer } from '../../src/learning/training.js'
import type { LabelledLines } from '../../src/learning/work.js'
import type { Training } from '../../src/learning/figures.js'
import { openTempStore } from '../store/temp-store.js'

const nothing = figuresOf([])
const change = (losses: readonly string[] = []): Retraining => ({ before: nothing, after: nothing, fresh: { before: 0, after: 1, n: 1 }, losses })
const lines: LabelledLines = { published: [{ text: '灯坏了', label: 'repair_env' }], fresh: [{ id: '1', text: '太吵了', label: 'noise' }] }

const closings: (() => Promise<void>)[] = []
afterEach(async () => { for (const close of closings.splice(0)) await close() })

/** A desk whose trainer ends when told to. */
async function aDesk() {
  const { store, close } = await openTempStore()
  closings.push(close)
  let end: { resolve: (change: Retraining) => void; reject: (error: Error) => void } | null = null
  let labelled = lines
  const published: string[] = []
  const failures: unknown[] = []
  const train: Trainer = (_order, onStep) => {
    onStep(3, 10)
    return new Promise((resolve, reject) => { end = { resolve, reject } })
  }
  const living = new Set<string>()
  const open = (processId?: string) => createTrainingDesk({
    store, ...(processId === undefined ? {} : { among: { processId, isAlive: (id: string) => living.has(id) } }),
    work: { labelled: () => Promise.resolve(labelled), publish: (ids) => { published.push(...ids); return Promise.resolve() } },
    train, reload: () => Promise.resolve(), now: () => 7, onFailure: (error) => { failures.push(error) },
  })
  return { desk: open(), /** The same desk after a restart, or in another process. */ again: open, living, published, failures, says: (given: LabelledLines) => { labelled = given }, ends: () => end! }
}
/** Once it no longer runs. */
async function ended(desk: { state(): Promise<Training> }): Promise<Training> {
  for (;;) {
    const state = await desk.state()
    if (state.kind !== 'running') return state
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('a retraining', () => {
  it('is one at a time, and tells how far it is', async () => {
    const { desk, ends } = await aDesk()
    await Promise.allSettled([desk.start('林工'), expect(desk.start('王芳')).rejects.toThrow('正在训练')])
    expect(await desk.state()).toMatchObject({ kind: 'running', by: '林工', step: 3, of: 10 })
    await expect(desk.discard()).rejects.toThrow('正在训练')
    ends().resolve(change())
    expect(await ended(desk)).toMatchObject({ kind: 'done', lines: 1 })
  })

  it('that runs in another process is seen to run, and no second begins; only that process’s death cuts it short', async () => {
    const { again, living, ends } = await aDesk()
    const [one, other] = [again('one'), again('other')]
    living.add('one').add('other')
    await one.start('林工')
    expect(await other.state()).toMatchObject({ kind: 'running', by: '林工' })
    await expect(other.start('王芳')).rejects.toThrow('正在训练')
    await expect(other.discard()).rejects.toThrow('正在训练')
    living.delete('one')
    expect(await other.state()).toEqual({ kind: 'interrupted', by: '林工', startedAt: 7 })
    living.add('one')
    ends().resolve(change())
    expect(await ended(other)).toMatchObject({ kind: 'done', lines: 1 })
  })

  it('is not published where something got worse, and leaves the labels when it is discarded', async () => {
    const { desk, ends, published } = await aDesk()
    await desk.start('林工')
    ends().resolve(change(['noise 的 F1 降了 8.0 个百分点']))
    await ended(desk)
    await expect(desk.publish()).rejects.toThrow('退步太多，不能发布：noise')
    await desk.discard()
    expect([(await desk.state()).kind, published]).toEqual(['none', []])
  })

  it('publishes what was trained, and leaves what was labelled since for the next time', async () => {
    const { desk, ends, published, says } = await aDesk()
    await desk.start('林工')
    ends().resolve(change())
    await ended(desk)
    says({ ...lines, fresh: [...lines.fresh, { id: '2', text: '水费咋交', label: 'payment' }] })
    await desk.publish()
    expect(published).toEqual(['1'])
  })

  it('that fails is said to have failed, and can be begun again', async () => {
    const { desk, ends, failures } = await aDesk()
    await desk.start('林工')
    ends().reject(new Error('no memory'))
    expect([(await ended(desk)).kind, failures.length]).toEqual(['failed', 1])
    await desk.start('林工')
    expect((await desk.state()).kind).toBe('running')
  })

  it('keeps its report over a restart, and it can still be published; labels changed since refuse it', async () => {
    const { desk, again, ends, published, says } = await aDesk()
    await desk.start('林工')
    ends().resolve(change())
    await ended(desk)
    expect(await again().state()).toMatchObject({ kind: 'done', by: '林工', change: { fresh: { after: 1 } } })
    says({ ...lines, fresh: [{ id: '1', text: '太吵了', label: 'payment' }] })
    await expect(again().publish()).rejects.toThrow('标注又改过了')
    says(lines)
    await again().publish()
    expect([published, (await again().state()).kind]).toEqual([['1'], 'none'])
  })

  it('that a restart has cut short says so, and can be begun again', async () => {
    const { desk, again } = await aDesk()
    await desk.start('林工')
    const next = again()
    expect(await next.state()).toEqual({ kind: 'interrupted', by: '林工', startedAt: 7 })
    await next.start('王芳')
    expect(await next.state()).toMatchObject({ kind: 'running', by: '王芳' })
  })
})
