import type { Address } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import { chatLastUsed } from '../residents/identities.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store, Write } from '../store/store.js'
import { filerChat } from './filer-chat.js'
import { noticeRow, noticeWrites } from './notices.js'
import type { Outbox } from './outbox.js'
import type { Conversation, OutboxRow } from './records.js'

/** News of a change, for one person. Words of a request go to its filer's private chat; a room never hears of what is only theirs. */
export type Told = ToldOfRequest | (Words & { readonly to: Address; /** What it is about, by which it is withdrawn while it waits; `null`: nothing. */ readonly about: string | null })
export type ToldOfRequest = Words & { readonly request: ServiceRequest }
interface Words { readonly text: string; readonly choices?: readonly string[] }

/** Where news go, as it stands. */
interface Chat { readonly to: Address; readonly conversation: Conversation | null }

/** The notice of news in this chat, with its line, for the commit of what it tells. */
export function drawNotice(news: Told, { to, conversation }: Chat, made: { readonly id: string; readonly now: number }): { readonly row: OutboxRow; readonly writes: readonly Write[] } {
  const [about, requestId] = 'request' in news ? [news.request.id, news.request.id] : [news.about, null]
  const row = noticeRow({ to, text: news.text, choices: news.choices ?? [], about, when: 'by-day' }, conversation, made)
  return { row, writes: noticeWrites([row], made.now, requestId) }
}

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
        return chat === null ? [] : [drawNotice(news, chat, { id: parts.newId(), now })]
      }))
      const notices = drawn.flat()
      await store.commit(communityId, [...writes, ...notices.flatMap((notice) => notice.writes)])
      outbox.push(communityId, notices.map(({ row }) => row))
    },
  }

  async function chatOf(communityId: CommunityId, first: Address): Promise<Chat> {
    const to = await chatLastUsed(store, communityId, first)
    return { to, conversation: await store.get(communityId, 'conversations', to.conversationId) }
  }
}
