import { describe, expect, it } from 'vitest'
import { figuresOf } from '../../src/learning/measure.js'
import type { Retraining } from '../../src/learning/figures.js'
import { createTrainingDesk, type Trainer } from '../../src/learning/training.js'
import type { LabelledLines } from '../../src/learning/work.js'

const nothing = figuresOf([])
const change = (losses: readonly string[] = []): Retraining => ({ before: nothing, after: nothing, fresh: { before: 0, after: 1, n: 1 }, losses })
const lines: LabelledLines = { published: [{ text: '灯坏了', label: 'repair_env' }], fresh: [{ id: '1', text: '太吵了', label: 'noise' }] }

/** A desk whose trainer ends when told to. */
function aDesk() {
  let end: { resolve: (change: Retraining) => void; reject: (error: Error) => void } | null = null
  let labelled = lines
  const published: string[] = []
  const failures: unknown[] = []
  const train: Trainer = (_order, onStep) => {
    onStep(3, 10)
    return new Promise((resolve, reject) => { end = { resolve, reject } })
  }
  const desk = createTrainingDesk({
    work: { labelled: () => Promise.resolve(labelled), publish: (ids) => { published.push(...ids); return Promise.resolve() } },
    train, reload: () => Promise.resolve(), now: () => 7, onFailure: (error) => { failures.push(error) },
  })
  return { desk, published, failures, says: (given: LabelledLines) => { labelled = given }, ends: () => end! }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('a retraining', () => {
  it('is one at a time, and tells how far it is', async () => {
    const { desk, ends } = aDesk()
    await Promise.allSettled([desk.start('林工'), expect(desk.start('王芳')).rejects.toThrow('正在训练')])
    expect(desk.state()).toMatchObject({ kind: 'running', by: '林工', step: 3, of: 10 })
    expect(() => { desk.discard() }).toThrow('正在训练')
    ends().resolve(change())
    await settled()
    expect(desk.state()).toMatchObject({ kind: 'done', lines: 1 })
  })

  it('is not published where something got worse, and leaves the labels when it is discarded', async () => {
    const { desk, ends, published } = aDesk()
    await desk.start('林工')
    ends().resolve(change(['noise 的 F1 降了 8.0 个百分点']))
    await settled()
    await expect(desk.publish()).rejects.toThrow('退步太多，不能发布：noise')
    desk.discard()
    expect([desk.state().kind, published]).toEqual(['none', []])
  })

  it('publishes what was trained, and leaves what was labelled since for the next time', async () => {
    const { desk, ends, published, says } = aDesk()
    await desk.start('林工')
    ends().resolve(change())
    await settled()
    says({ ...lines, fresh: [...lines.fresh, { id: '2', text: '水费咋交', label: 'payment' }] })
    await desk.publish()
    expect(published).toEqual(['1'])
  })

  it('that fails is said to have failed, and can be begun again', async () => {
    const { desk, ends, failures } = aDesk()
    await desk.start('林工')
    ends().reject(new Error('no memory'))
    await settled()
    expect([desk.state().kind, failures.length]).toEqual(['failed', 1])
    await desk.start('林工')
    expect(desk.state().kind).toBe('running')
  })
})
