import type { Conversation } from './records.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { Turn } from './turn.js'

/**
 * Why the bot keeps out of what is said while staff have the conversation; `null`: it does not. A private chat is theirs as a whole. In a room they
 * speak with who asked for a person; where nobody did, with whoever calls the bot, and what else neighbours say is nobody's.
 */
export function keptByStaff(conversation: Conversation, { chat, author, mentions }: Turn['message']): 'takeover' | 'paused' | null {
  if (conversation.mode !== 'staff') return null
  if (chat === 'private') return 'takeover'
  const askers = conversation.handover?.askers ?? []
  if (askers.length === 0) return mentions.bot ? 'takeover' : 'paused'
  return askers.includes(author.id) ? 'takeover' : null
}

/** What a resident says so long after a member of staff wrote to them in a room is meant for that person, ms. */
const talkLastsMs = 15 * 60_000

/**
 * Whether somebody of the staff speaks with this resident in the room. A private chat is taken over as a whole; of a room only this resident's
 * words are the person's, and only until the next step of the request. Danger, and what must not stand in the open, are ours as ever.
 */
export async function talksWithStaff(turn: Turn): Promise<boolean> {
  const { message, understanding, now } = turn
  if (message.chat !== 'group' || understanding.danger !== null || understanding.gate.reason === 'exposed-id') return false
  return (await turn.records.requestsOf(message.author.id)).some((request) => isOpen(request) && request.conversationId === message.conversationId && isSpokenOf(request, now))
}

/** Whether staff were speaking with its resident about a request then: their last word, and no step since. */
export function isSpokenOf(request: Pick<ServiceRequest, 'history'>, at: number): boolean {
  const last = request.history.findLast((each) => each.at <= at && each.move !== 'note')
  return last?.move === 'reply' && last.actor.kind === 'staff' && at - last.at < talkLastsMs
}
