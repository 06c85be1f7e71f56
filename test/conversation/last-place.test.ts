import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/programmes/activity.js'
import { bothStoresOfFile } from '../store/both-stores.js'
import { oneOfEach } from '../store/rows.js'
import { aNeighbourhood } from './neighbourhood.js'

const activity: Activity = { ...oneOfEach.activities, places: 2, taken: 0, closesAt: Date.parse(oneOfEach.activities.at) }

describe.each(bothStoresOfFile())('two places on %s, and six who want them at the same moment', (_name, open) => {
  it('go to two, and the others hear that it is full', { timeout: 60_000 }, async () => {
    const [store] = await open()
    const home = await aNeighbourhood('huzhou-demo', { wrap: () => store })
    await store.commit(home.communityId, [{ op: 'put', table: 'activities', row: activity }])
    await Promise.all(['甲', '乙', '丙', '丁', '戊', '己'].map((who) => home.channel.deliver(home.message(who, '清理河边步道给我报个名'))))
    await home.engine.idle()
    expect(await store.find(home.communityId, 'signUps', { by: 'activityId', equals: activity.id })).toHaveLength(2)
    expect((await store.get(home.communityId, 'activities', activity.id))?.taken).toBe(2)
    expect(home.channel.shown.map(({ reply }) => /报上了/.test(reply.text)).filter(Boolean)).toHaveLength(2)
    expect(home.channel.shown.filter(({ reply }) => /名额满了/.test(reply.text))).toHaveLength(4)
    await home.engine.stop()
  })
})
