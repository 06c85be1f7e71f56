/**
 * Our ids. A room's is our own, given when it is paired: what WeChat calls it is looked up by session. A person's carries the session in
 * which WeChat called them so: what an id meant before a new login it means no more. `wechat:room:…` a room, `wechat:p2p:s3:…` a private
 * chat, `wechat:s3:…` a person, `wechat:…` a message.
 */
export const residentIdOf = (session: string, contactId: string): string => `wechat:${session}:${contactId}`
export const privateIdOf = (session: string, contactId: string): string => `wechat:p2p:${session}:${contactId}`
export const roomIdOf = (minted: string): string => `wechat:room:${minted}`
export const messageIdOf = (platformId: string): string => `wechat:${platformId}`

/** The session and contact of a private chat; `null` when the id names none. */
export function contactOf(conversationId: string): { readonly session: string; readonly contactId: string } | null {
  const match = /^wechat:p2p:([a-z]\d*):(.+)$/s.exec(conversationId)
  return match?.[1] === undefined || match[2] === undefined ? null : { session: match[1], contactId: match[2] }
}
