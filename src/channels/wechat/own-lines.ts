import type { Address, Reply } from '../channel.js'
import { numbersChoices } from './encode.js'

/** Lines remembered, in memory only. */
const remembered = 2_000
/** A typed number answers what was asked at most so long ago, ms. */
const choiceLastsMs = 24 * 3_600_000

/** What we said lately: to know a quotation of ours, and what a typed number means. */
export interface OwnLines {
  sent(to: Address, reply: Reply, text: string, messageId: string | null): void
  /** The id of a line of ours that begins like these words; `null` when there is none. */
  quoted(conversationId: string, text: string): string | null
  /** The choice a bare number stands for. `messageId` is the message that was answered, in a room. */
  chosen(conversationId: string, authorId: string, text: string): string | null
  /** Who wrote a message in a room: whose answer a question wants. */
  wrote(messageId: string, authorId: string): void
}

export function createOwnLines(now: () => number): OwnLines {
  const said = new Map<string, { readonly text: string; readonly messageId: string | null }[]>()
  const authors = new Map<string, string>()
  const offered = new Map<string, { readonly choices: readonly string[]; readonly at: number }>()
  const keep = <T>(map: Map<string, T>, key: string, value: T): void => {
    map.delete(key)
    map.set(key, value)
    if (map.size > remembered) for (const oldest of map.keys()) { map.delete(oldest); break }
  }
  return {
    sent(to, reply, text, messageId) {
      keep(said, to.conversationId, [...(said.get(to.conversationId) ?? []).slice(-19), { text, messageId }])
      const asked = to.chat === 'private' ? '' : to.inReplyTo === undefined ? null : (authors.get(to.inReplyTo) ?? null)
      if (asked === null) return
      const key = `${to.conversationId}|${asked}`
      if (numbersChoices(reply)) keep(offered, key, { choices: reply.choices, at: now() })
      else offered.delete(key)
    },
    quoted(conversationId, text) {
      // WeChat cuts long quotations.
      const words = text.replace(/(…|\.\.\.)$/, '').trim()
      if (words === '') return null
      return (said.get(conversationId) ?? []).findLast((line) => line.text.startsWith(words) || line.text.includes(words))?.messageId ?? null
    },
    chosen(conversationId, authorId, text) {
      const number = /^\s*([1-9])\s*[.、。]?\s*$/.exec(text.normalize('NFKC'))?.[1]
      if (number === undefined) return null
      const offer = offered.get(`${conversationId}|`) ?? offered.get(`${conversationId}|${authorId}`)
      return offer === undefined || now() - offer.at > choiceLastsMs ? null : (offer.choices[Number(number) - 1] ?? null)
    },
    wrote(messageId, authorId) { keep(authors, messageId, authorId) },
  }
}
