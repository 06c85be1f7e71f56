import { z } from 'zod'
import type { LarkApi } from './api.js'
import type { MessageReceived } from './events.js'
import type { LarkLog } from './log.js'
import type { Pairing } from '../pairing.js'
import { lines } from './lines.js'

/** A line that was away longer than this may have missed what Lark no longer brings, ms. Shorter gaps are bridged by Lark's own redelivery. */
const longAwayMs = 5 * 60_000
/** What was written just before the line was known to be lost is read too, ms. */
const beforeMs = 90_000
/** Private chats that are looked into after a loss. */
const mostPrivateChats = 200

interface MissedParts {
  readonly api: Pick<LarkApi, 'history'>
  readonly pairing: Pairing
  /** A message of the history, as if it had just come; what was heard already is known by its id. */
  readonly heard: (event: MessageReceived) => Promise<void>
  readonly say: (conversationId: string, text: string, key: string) => Promise<void>
  readonly log: LarkLog
}

/** After a loss: reads what was written meanwhile where the app may; a group whose history it may not read is told once what it may have to say again. */
export async function catchUp({ api, pairing, heard, say, log }: MissedParts, lostAt: number, now: number): Promise<void> {
  if (now - lostAt < longAwayMs) return
  const rooms = await pairing.rooms('lark')
  const chats = [
    ...rooms.map((room) => ({ chatId: room.id.replace('lark:chat:', ''), type: 'group', room })),
    ...(await pairing.persons('lark', mostPrivateChats)).flatMap(({ privateChat }) => (privateChat === null ? [] : [{ chatId: privateChat, type: 'p2p', room: null }])),
  ]
  let read = 0
  for (const { chatId, type, room } of chats) {
    try {
      for (const item of await api.history(chatId, lostAt - beforeMs)) {
        const event = eventOf(item, chatId, type)
        if (event === null) continue
        await heard(event)
        read += 1
      }
    } catch (error) {
      log('warn', 'lark.history', { chat: type, error: error instanceof Error ? error.message : 'unknown' })
      if (room?.use === 'residents') await say(room.id, lines.away(Math.round((now - lostAt) / 60_000)), `away-${chatId.slice(-20)}-${Math.floor(lostAt / 1_000)}`)
    }
  }
  log('info', 'lark.caught-up', { messages: read, chats: chats.length })
}

const kept = z.object({
  message_id: z.string().min(1),
  msg_type: z.string(),
  create_time: z.string().transform(Number),
  deleted: z.boolean().optional(),
  parent_id: z.string().optional(),
  root_id: z.string().optional(),
  sender: z.object({ id: z.string(), sender_type: z.string() }),
  body: z.object({ content: z.string() }),
  mentions: z.array(z.object({ key: z.string(), id: z.string().optional(), name: z.string() })).optional(),
})

/** A message of the history in the form of its event; `null` for what was taken back or has no author. */
function eventOf(item: unknown, chatId: string, chatType: string): MessageReceived | null {
  const parsed = kept.safeParse(item)
  if (!parsed.success || parsed.data.deleted === true) return null
  const { message_id, msg_type: message_type, create_time, parent_id, root_id, sender, body, mentions } = parsed.data
  return {
    sender: { sender_id: { open_id: sender.id }, sender_type: sender.sender_type },
    message: {
      message_id, create_time, chat_id: chatId, chat_type: chatType, message_type, content: body.content, ...(parent_id === undefined ? {} : { parent_id }), ...(root_id === undefined ? {} : { root_id }),
      ...(mentions === undefined ? {} : { mentions: mentions.map(({ key, id, name }) => ({ key, name, id: { open_id: id } })) }),
    },
  }
}
