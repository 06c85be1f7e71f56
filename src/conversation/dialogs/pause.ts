import type { Conversation } from '../records.js'
import { step, type Step, type Turn } from '../turn.js'

/** Who works there asks the bot to be quiet in a room, and to come back. Danger is answered all the same. */

/** A pause that nobody ends is over after so long, ms. */
const pauseLastsMs = 12 * 3_600_000

const calls = '(?:@\\S+\\s*)?(?:小助手|一窗|机器人)?[，,\\s]*(?:你|您)?(?:先|请|可以)?'
const asksPause = new RegExp(`^${calls}(?:暂停|休息|停一?停|停一下|停|别说话|不要说话|别插话|闭嘴|安静)(?:一下|一会儿?)?(?:吧|了|啦)?[。！!]?$`)
const asksReturn = new RegExp(`^${calls}(?:继续|恢复|回来|开始|可以说话了?|接着说)(?:吧|了|啦|工作|服务)?[。！!]?$`)

/** The room as it is after a word of staff, and what is said to it; `null` where it is no such word. */
export function meetPause(turn: Turn): { readonly conversation: Conversation; readonly step: Step } | null {
  const { message, conversation, now } = turn
  const isCalled = message.mentions.bot || /小助手|一窗|机器人/.test(message.text)
  if (message.chat !== 'group' || message.author.kind !== 'staff' || !isCalled) return null
  const text = message.text.normalize('NFKC').trim()
  if (asksPause.test(text)) return { conversation: { ...conversation, pausedUntil: now + pauseLastsMs }, step: step({ kind: 'answered' }, '好的，我先不说话；有人遇到危险我还会出声。要我回来，就说「小助手继续」。') }
  if (asksReturn.test(text) && isPaused(turn)) return { conversation: { ...conversation, pausedUntil: null }, step: step({ kind: 'answered' }, '我回来了，大家有事叫我就行。') }
  return null
}

export function isPaused({ conversation, now }: Pick<Turn, 'conversation' | 'now'>): boolean {
  return conversation.pausedUntil !== undefined && conversation.pausedUntil !== null && now < conversation.pausedUntil
}
