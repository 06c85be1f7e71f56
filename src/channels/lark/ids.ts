/**
 * Our ids of Lark's: `lark:ou_…` a person (open_id, for this app only), `lark:chat:oc_…` a group, `lark:p2p:ou_…` the private chat
 * with a person, `lark:om_…` a message. A private chat is named by the person, so that we can begin it.
 */
export const residentIdOf = (openId: string): string => `lark:${openId}`
export const groupIdOf = (chatId: string): string => `lark:chat:${chatId}`
export const privateIdOf = (openId: string): string => `lark:p2p:${openId}`
export const messageIdOf = (messageId: string): string => `lark:${messageId}`

/** Whom or what a conversation id names, as Lark's sending interface asks for it; `null` when it is none of ours. */
export type Receiver = { readonly by: 'chat_id' | 'open_id'; readonly id: string }

export function receiverOf(conversationId: string): Receiver | null {
  const match = /^lark:(chat|p2p):([A-Za-z0-9_-]+)$/.exec(conversationId)
  if (match?.[2] === undefined) return null
  return { by: match[1] === 'chat' ? 'chat_id' : 'open_id', id: match[2] }
}

/** Lark's id of a message; `null` when the id is not one of Lark's messages (a pressed button has one of ours). */
export function larkMessageId(messageId: string): string | null {
  return /^lark:(om_[A-Za-z0-9_-]+)$/.exec(messageId)?.[1] ?? null
}

export function openIdOf(residentId: string): string | null {
  return /^lark:(ou_[A-Za-z0-9_-]+)$/.exec(residentId)?.[1] ?? null
}
