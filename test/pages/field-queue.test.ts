import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/desk/web/api/client.js'
import { createStepQueue, type HeldStep, type NewStep, type QueueWorld, type StepQueue } from '../../src/desk/web/field/queue.js'
import type { FieldTask } from '../../src/desk/field-types.js'

const task = { id: 'r1', communityId: 'east-lake' } as FieldTask
const taken: Answer<FieldTask> = { ok: true, value: task }
const refused = (status: number, body: unknown = null): Answer<never> => ({ ok: false, status, message: '不行', body })

/** A phone with a store of its own and a server that answers as told, then takes everything. */
function aPhone(answers: Answer<FieldTask>[] = [], kept: HeldStep[] = []) {
  const sent: HeldStep[] = []
  const rows = new Map(kept.map((step) => [step.clientId, step]))
  const waits: { work: () => void; ms: number }[] = []
  const world: QueueWorld = {
    read: async () => [...rows.values()],
    keep: async (step) => rows.set(step.clientId, step),
    drop: async (clientId) => rows.delete(clientId),
    send: async (step) => {
      sent.push(step)
      return answers.shift() ?? taken
    },
    later: (work, ms) => void waits.push({ work, ms }),
    sent: () => undefined,
    met: () => undefined,
  }
  return { world, sent, rows, waits }
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
const step = (clientId: string, requestId = 'r1'): NewStep => ({ clientId, madeAt: 0, kind: 'arrive', position: null, communityId: 'east-lake', requestId })
const photo = (clientId: string): NewStep => ({ clientId, madeAt: 0, kind: 'photo', bytes: new ArrayBuffer(1), mediaType: 'image/jpeg', communityId: 'east-lake', requestId: 'r1' })
const close = (photos: readonly string[]): NewStep => ({ clientId: 'close', madeAt: 0, kind: 'close', statement: '好了', photos, seen: 3, anyway: false, communityId: 'east-lake', requestId: 'r1' })
async function addAll(queue: StepQueue, ...steps: readonly NewStep[]): Promise<void> {
  for (const one of steps) await queue.add(one)
  await settled()
}
const states = (queue: StepQueue) => queue.steps.value.map(({ clientId, state }) => `${clientId} ${state}`)

describe('what was done on the spot and the server does not have yet', () => {
  it('goes out in the order in which it was done, and leaves the phone', async () => {
    const { world, sent, rows } = aPhone()
    const queue = createStepQueue(world)
    await addAll(queue, step('一'), step('二'), step('三'))
    expect([sent.map(({ clientId }) => clientId), states(queue), rows.size]).toEqual([['一', '二', '三'], [], 0])
  })

  it('waits longer and longer for a line, up to a minute, and keeps its place', async () => {
    const { world, sent, waits, rows } = aPhone(Array.from({ length: 6 }, () => refused(0)))
    const queue = createStepQueue(world)
    await addAll(queue, step('一'), step('二'))
    // The second step was tried too, as it came: it found the first still waiting.
    for (let i = waits.length; i < 6; i += 1) {
      waits.at(-1)?.work()
      await settled()
    }
    expect(waits.map(({ ms }) => ms)).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000])
    expect(new Set(sent.map(({ clientId }) => clientId))).toEqual(new Set(['一']))
    expect([...rows.values()].map(({ state }) => state)).toEqual(['waiting', 'waiting'])
    waits.at(-1)?.work()
    await settled()
    expect(states(queue)).toEqual([])
  })

  it('is there again after the page was read again, also what was being sent when it was cut off', async () => {
    const { world, sent, rows } = aPhone([], [{ ...step('一'), state: 'waiting', reason: null, since: [] }])
    const queue = createStepQueue(world)
    await queue.open()
    await settled()
    expect([sent.map(({ clientId }) => clientId), rows.size]).toEqual([['一'], 0])
  })

  it('waits, when it is refused, for its person, with later steps of the same request behind it; those of others go on', async () => {
    const { world, sent } = aPhone([refused(409, { newest: task, since: [{ at: 1, actor: { kind: 'resident' as const, id: 'web:r1' }, move: 'supplement' as const, note: '四楼的也不亮' }] })])
    const queue = createStepQueue(world)
    await addAll(queue, step('一'), step('二'), step('别处', 'r2'))
    expect(sent.map(({ clientId }) => clientId)).toEqual(['一', '别处'])
    expect([states(queue), queue.steps.value[0]?.since]).toEqual([['一 refused', '二 waiting'], [{ at: 1, actor: { kind: 'resident' as const, id: 'web:r1' }, move: 'supplement' as const, note: '四楼的也不亮' }]])
    queue.discard('一')
    await settled()
    expect(states(queue)).toEqual([])
  })

  it('goes out although others did something when its person says so', async () => {
    const { world, sent } = aPhone([refused(409)])
    const queue = createStepQueue(world)
    await addAll(queue, close([]))
    queue.again('close', true)
    await settled()
    expect(sent.map((one) => one.kind === 'close' && one.anyway)).toEqual([false, true])
  })

  it('ends without a photo that was thrown away', async () => {
    const { world, sent } = aPhone([refused(400)])
    const queue = createStepQueue(world)
    await addAll(queue, photo('照片'), close(['照片']))
    queue.discard('照片')
    await settled()
    expect(sent.map((one) => (one.kind === 'close' ? one.photos : one.clientId))).toEqual(['照片', []])
  })

  it('waits for its person to sign in again, and is nobody\'s once they have signed out', async () => {
    const { world, sent, rows } = aPhone([refused(401)])
    const queue = createStepQueue(world)
    await addAll(queue, step('一'))
    expect([states(queue), rows.size]).toEqual([['一 waiting'], 1])
    queue.forget()
    await queue.flush()
    expect([states(queue), sent.length]).toEqual([[], 1])
  })

  it('says so where the device keeps nothing', async () => {
    const { world } = aPhone([refused(0)])
    const queue = createStepQueue({ ...world, keep: () => Promise.reject(new Error('full')) })
    await addAll(queue, step('一'))
    expect([queue.isKept.value, states(queue)]).toEqual([false, ['一 waiting']])
  })
})
