/** Messages remembered, in memory only. */
const remembered = 5_000

/** What we said lately, and who wrote what: to know a quotation of ours, and whose answer a card in a group wants. */
export interface OwnLines {
  /** A message of ours arrived under this id of Lark's. */
  sent(larkId: string, text: string): void
  /** Our words under this id; `null` when it is not ours, or too long ago. */
  said(larkId: string): string | null
  wrote(larkId: string, openId: string): void
  authorOf(larkId: string): string | null
}

export function createOwnLines(): OwnLines {
  const ours = new Map<string, string>()
  const authors = new Map<string, string>()
  const keep = (map: Map<string, string>, key: string, value: string): void => {
    map.set(key, value)
    if (map.size > remembered) for (const oldest of map.keys()) { map.delete(oldest); break }
  }
  return {
    sent: (larkId, text) => { keep(ours, larkId, text) },
    said: (larkId) => ours.get(larkId) ?? null,
    wrote: (larkId, openId) => { keep(authors, larkId, openId) },
    authorOf: (larkId) => authors.get(larkId) ?? null,
  }
}
