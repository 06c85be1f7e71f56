import { expect, it, onTestFinished } from 'vitest'
import { createPairing } from '../../src/channels/pairing.js'
import { createWhereabouts } from '../../src/channels/whereabouts.js'
import type { Community } from '../../src/knowledge/community.js'
import { aCommunity, huzhou, puyang } from '../desk/running-server.js'
import { oneOfEach } from '../store/rows.js'
import { openTempStore } from '../store/temp-store.js'
import { put } from '../store/writes.js'

const beforeIt = Date.parse('2026-11-30T12:00:00+08:00')
const onTheDay = Date.parse('2026-12-01T12:00:00+08:00')

it('a community that is closed is no longer one to choose, and who is known there is still at home there', async () => {
  const { store, close } = await openTempStore()
  onTestFinished(close)
  let now = beforeIt
  const communities: readonly Community[] = [{ ...aCommunity(huzhou, '甲社区'), closed: { since: '2026-12-01', reason: '并入乙社区', instead: '' } }, aCommunity(puyang, '乙社区')]
  const whereabouts = createWhereabouts({ channel: 'lark', store, pairing: createPairing({ store, now: () => now }), communities: () => communities, now: () => now })
  const names = async () => (await whereabouts.choices()).map(({ name }) => name)
  await store.commit(huzhou, [put('residents', { ...oneOfEach.residents, id: 'lark:ou_wang' })])
  expect([await names(), await whereabouts.of('lark:ou_new')]).toEqual([['甲社区', '乙社区'], null])
  now = onTheDay
  expect([await names(), await whereabouts.of('lark:ou_new'), await whereabouts.of('lark:ou_wang')]).toEqual([['乙社区'], puyang, huzhou])
})
