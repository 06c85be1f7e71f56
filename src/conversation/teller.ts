import type { Address } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import { chatLastUsed } from '../residents/identities.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store, Write } from '../store/store.js'
import { filerChat } from './filer-chat.js'
import { noticeRow, noticeWrites } from './notices.js'
import type { Outbox } from './outbox.js'

/** News of a change, for one person. Words of a request go to its filer's private chat; a room never hears of what is only theirs. */
export type Told = { readonly text: string; readonly choices?: readonly string[] } & (
  | { readonly request: ServiceRequest }
  | { readonly to: Address; /** What it is about, by which it is withdrawn while it waits; `null`: nothing. */ readonly about: string | null }
)

/** Commits what staff change together with the news that follow from it, held over the night. */
export interface Teller {
  /** Rejects with StoreError `conflict` when somebody was quicker. */
  commitAndTell(communityId: CommunityId, writes: readonly Write[], told: readonly Told[]): Promise<void>
}

export function createTeller(parts: { readonly store: Store; readonly outbox: Pick<Outbox, 'push'>; readonly now: () => number; readonly newId: () => string }): Teller {
  const { store, outbox } = parts
  return {
    async commitAndTell(communityId, writes, told) {
      const now = parts.now()
      const drawn = await Promise.all(told.map(async (news) => {
        const chat = 'request' in news ? await filerChat(store, communityId, news.request) : await chatOf(communityId, news.to)
        const about = 'request' in news ? news.request.id : news.about
        return chat === null ? [] : [{ about: 'request' in news ? about : null, row: noticeRow({ to: chat.to, text: news.text, choices: news.choices ?? [], about, when: 'by-day' }, chat.conversation, { id: parts.newId(), now }) }]
      }))
      const rows = drawn.flat()
      await store.commit(communityId, [...writes, ...rows.flatMap(({ row, about }) => noticeWrites([row], now, about))])
      outbox.push(communityId, rows.map(({ row }) => row))
    },
  }

  async function chatOf(communityId: CommunityId, first: Address) {
    const to = await chatLastUsed(store, communityId, first)
    return { to, conversation: await store.get(communityId, 'conversations', to.conversationId) }
  }
}
