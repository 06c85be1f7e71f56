import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Activity } from '../../src/programmes/activity.js'
import { openPostgresStore } from '../../src/store/postgres.js'
import type { Store } from '../../src/store/store.js'
import { postgresOfFile } from '../store/postgres-server.js'
import { oneOfEach } from '../store/rows.js'
import { aNeighbourhood } from './neighbourhood.js'

const key = randomBytes(32)
const databases = postgresOfFile(key)
const activity: Activity = { ...oneOfEach.activities, places: 2, taken: 0, closesAt: Date.parse(oneOfEach.activities.at) }

describe('two places, and six who want them at the same moment', () => {
  it.each(['a data folder', 'PostgreSQL'])('on %s go to two, and the others hear that it is full', { timeout: 60_000 }, async (kind) => {
    const other: Store | null = kind === 'PostgreSQL' ? await openPostgresStore({ url: await databases.newMade(), key }) : null
    const home = await aNeighbourhood('huzhou-demo', other === null ? {} : { wrap: () => other })
    const store = other ?? home.store
    await store.commit(home.communityId, [{ op: 'put', table: 'activities', row: activity }])
    await Promise.all(['甲', '乙', '丙', '丁', '戊', '己'].map((who) => home.channel.deliver(home.message(who, '清理河边步道给我报个名'))))
    await home.engine.idle()
    expect(await store.find(home.communityId, 'signUps', { by: 'activityId', equals: activity.id })).toHaveLength(2)
    expect((await store.get(home.communityId, 'activities', activity.id))?.taken).toBe(2)
    expect(home.channel.shown.map(({ reply }) => /报上了/.test(reply.text)).filter(Boolean)).toHaveLength(2)
    expect(home.channel.shown.filter(({ reply }) => /名额满了/.test(reply.text))).toHaveLength(4)
    await home.engine.stop()
    await other?.close()
  })
})
