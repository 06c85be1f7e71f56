/** Messages remembered, in memory only. */
const remembered = 5_000

/** What we said lately, and who wrote what: to know a quotation of ours, and whose answer a card in a group wants. */
export interface OwnLines {
  /** A message of ours arrived under this id of Lark's. */
  sent(larkId: string, text: string): void
  /** Our words under this id; `null` when it is not ours, or too long ago. */
  said(larkId: string): string | null
  /** A person wrote in a group. */
  wrote(larkId: string, openId: string, chatId: string): void
  authorOf(larkId: string): string | null
  /** What a person last wrote in a group, and where; `null` when it is not known. */
  lastBy(openId: string): { readonly larkId: string; readonly chatId: string } | null
}

export function createOwnLines(): OwnLines {
  const ours = new Map<string, string>()
  const authors = new Map<string, string>()
  const last = new Map<string, { readonly larkId: string; readonly chatId: string }>()
  const keep = <V>(map: Map<string, V>, key: string, value: V): void => {
    map.delete(key)
    map.set(key, value)
    if (map.size > remembered) for (const oldest of map.keys()) { map.delete(oldest); break }
  }
  return {
    sent: (larkId, text) => { keep(ours, larkId, text) },
    said: (larkId) => ours.get(larkId) ?? null,
    wrote: (larkId, openId, chatId) => {
      keep(authors, larkId, openId)
      keep(last, openId, { larkId, chatId })
    },
    authorOf: (larkId) => authors.get(larkId) ?? null,
    lastBy: (openId) => last.get(openId) ?? null,
  }
}
