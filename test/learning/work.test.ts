import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LearningRow } from '../../src/learning/records.js'
import { createRoomSettings } from '../../src/learning/room-settings.js'
import { createLearningWork, inOrder, learningControl } from '../../src/learning/work.js'
import { HUZHOU, oneOfEach, PUYANG } from '../store/rows.js'
import { openTempStore, type TempStore } from '../store/temp-store.js'

let temp: TempStore
beforeEach(async () => { temp = await openTempStore({ now: () => 5_000 }) })
afterEach(async () => { await temp.close() })

const row = (id: string, given: Partial<LearningRow> = {}): LearningRow => ({ ...oneOfEach.learning, id, text: `话${id}`, ...given })
const put = (...rows: LearningRow[]) => temp.store.commit(HUZHOU, rows.map((each) => ({ op: 'put', table: 'learning', row: each })))

describe('the queue', () => {
  it('shows what nobody has labelled, newest first, of one community or all', async () => {
    await put(row('1'), row('2'), row('3', { label: 'drop' }))
    await temp.store.commit(PUYANG, [{ op: 'put', table: 'learning', row: row('9') }])
    const work = createLearningWork(temp.store, () => 5_000)
    expect((await work.waiting(HUZHOU)).map((one) => one.row.id)).toEqual(['2', '1'])
    expect((await work.waiting(null)).length).toBe(3)
  })
  it('gives the labelled lines to the training, dropped ones never, and each as published once it is', async () => {
    await put(row('1'), row('2'), row('3'))
    const work = createLearningWork(temp.store, () => 5_000)
    await work.label('1', 'noise')
    await work.label('2', 'none')
    await work.label('3', 'drop')
    expect(await work.labelled()).toEqual({ published: [], fresh: [{ id: '1', text: '话1', label: 'noise' }, { id: '2', text: '话2', label: null }] })
    await work.publish(['1'])
    expect(await work.labelled()).toEqual({ published: [{ text: '话1', label: 'noise' }], fresh: [{ id: '2', text: '话2', label: null }] })
    await work.label('1', 'payment')
    expect((await work.labelled()).published).toEqual([])
  })
  it('refuses a label for what is not there, and one that is no intent', async () => {
    await put(row('1'))
    const work = createLearningWork(temp.store, () => 5_000)
    await expect(work.label('nowhere', 'noise')).rejects.toMatchObject({ code: 'no-row' })
    await expect(learningControl(work, async () => {})['learn label']?.({ id: '1', label: 'party' })).rejects.toThrow()
  })
  it('tells the running process when other lines are in use', async () => {
    await put(row('1', { label: 'noise' }))
    let told = 0
    await learningControl(createLearningWork(temp.store, () => 5_000), async () => { told += 1 })['learn publish']?.({ ids: ['1'] })
    expect(told).toBe(1)
  })
  it('trains with the same lines in the same order, the last label of a text holding', () => {
    expect(inOrder([{ text: '乙', label: 'noise' }, { text: '甲', label: null }, { text: '乙', label: 'payment' }])).toEqual(inOrder([{ text: '甲', label: null }, { text: '乙', label: 'payment' }]))
  })
})

describe('a room', () => {
  const room = { ...oneOfEach.conversations, id: 'web:room', chat: 'group', residentId: null, title: '小区群' } as const
  it('is careful until it is set otherwise; private chats are no rooms', async () => {
    await temp.store.commit(HUZHOU, [{ op: 'put', table: 'conversations', row: room }, { op: 'put', table: 'conversations', row: oneOfEach.conversations }])
    const rooms = createRoomSettings(temp.store)
    expect(await rooms.list()).toEqual([{ communityId: HUZHOU, id: 'web:room', title: '小区群', mode: 'careful', trial: false }])
    expect(await rooms.set('web:room', { mode: 'helpful' })).toMatchObject({ mode: 'helpful', trial: false })
    expect(await rooms.set('web:room', { trial: true })).toMatchObject({ mode: 'helpful', trial: true })
    await expect(rooms.set(oneOfEach.conversations.id, { trial: true })).rejects.toMatchObject({ code: 'no-room' })
  })
  it('on trial shows what would have been said, newest first', async () => {
    await temp.store.commit(HUZHOU, [1, 2, 3].map((at) => ({ op: 'put', table: 'unsaid', row: { ...oneOfEach.unsaid, id: `u${at}`, at } })))
    expect((await createRoomSettings(temp.store).unsaid('web:room', 2)).map(({ id }) => id)).toEqual(['u3', 'u2'])
  })
})
