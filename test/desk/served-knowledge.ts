import { readFile } from 'node:fs/promises'
import type { KnowledgeRouteParts } from '../../src/desk/knowledge-routes.js'
import { createLiveKnowledge } from '../../src/publication/live-knowledge.js'
import { createPublication } from '../../src/publication/publication.js'
import type { Store } from '../../src/store/store.js'
import { aCommunity, huzhou, puyang } from './running-server.js'

/** The two communities with the product's own services, and what may be booked in the first. */
export async function servedKnowledge(store: Store, now: () => number): Promise<KnowledgeRouteParts> {
  const publication = createPublication(store, now)
  const window = { id: 'window', kind: 'window', name: '办事窗口', minutes: 30, capacity: 2, source: '公告栏', date: '2026-11-01' } as const
  const home = { ...aCommunity(huzhou, '示例社区'), bookables: [window] }
  await publication.begin(new Map([
    [`communities/${huzhou}.json`, JSON.stringify(home)], [`communities/${puyang}.json`, JSON.stringify(aCommunity(puyang, '另一个社区'))],
    ['calendar/2026.json', await readFile('knowledge/calendar/2026.json', 'utf8')], ['services/community.json', await readFile('knowledge/services/community.json', 'utf8')],
  ]))
  const live = await createLiveKnowledge(publication)
  return { publication, inUse: live.inUse, titleOf: (intent) => intent, takeUp: async () => { await live.reload() }, tryOut: () => Promise.reject(new Error('not asked for')) }
}
