import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { openEmbeddedStore } from '../store/embedded.js'
import type { Write } from '../store/store.js'

/** Rows in one transaction. */
const batch = 500

/** Makes a store with `count` requests of one community: two thirds settled, as in a year of use. */
export async function seedRequests(folder: string, communityId: CommunityId, count: number, now: number): Promise<void> {
  const store = await openEmbeddedStore({
    folder, create: true, now: () => now,
    onFatal: (error) => {
      throw error
    },
  })
  try {
    for (let from = 0; from < count; from += batch) {
      const rows = Array.from({ length: Math.min(batch, count - from) }, (_, n) => aRequest(from + n, now))
      await store.commit(communityId, rows.map((row): Write => ({ op: 'put', table: 'requests', row })))
    }
  } finally {
    await store.close()
  }
}

/** The nth of many; two thirds are settled, as in a year of use. */
export function aRequest(n: number, now: number): ServiceRequest {
  const at = now - (n % 300) * 3_600_000
  const residentId = `web:seed-${n % 2_000}`
  const conversationId = `web:seed:${n % 2_000}`
  const settled = n % 3 !== 0
  const words = `${(n % 80) + 1}栋${(n % 6) + 1}单元楼道灯不亮，晚上老人上下楼看不清，请派人来看看`
  const place = `${(n % 80) + 1}栋${(n % 6) + 1}单元`
  const id = String(n).padStart(26, '0')
  const bot = { kind: 'bot' } as const
  return {
    id, rev: 0, number: `SD-2601-${String(n).padStart(5, '0')}`, sourceKey: `seed:${n}:0`, serviceCode: 'repair', serviceName: '公共设施报修',
    intent: 'repair_env', status: settled ? 'resolved' : 'accepted', owner: { kind: 'post', id: 'grid-1', name: '第一网格' }, residentId,
    channel: 'web', conversationId, description: words, address: place, placeKey: settled ? null : `seed:${n}`,
    fields: [{ name: 'addr', value: place, start: 0, end: place.length }], attachmentIds: [],
    reporters: [{ residentId, conversationId, chat: 'private', at, words }], appointment: null, urges: [], ratings: [],
    history: [
      { at, actor: bot, from: null, to: 'submitted', note: null },
      { at, actor: bot, from: 'submitted', to: 'accepted', note: null },
      ...(settled ? [{ at: at + 1, actor: bot, from: 'accepted', to: 'resolved', note: '已修好' } as const] : []),
    ],
    filedAt: at, updatedAt: at, settledAt: settled ? at + 1 : null,
  }
}
