import { z } from 'zod'

/** What Lark tells us, checked. Field names are Lark's; from here on they are ours. */

const openId = z.object({ open_id: z.string().min(1) })

/** Times of Lark are milliseconds since 1970 as text. */
const millis = z.string().regex(/^\d{10,16}$/).transform(Number)

const mention = z.object({ key: z.string().min(1), name: z.string(), id: z.object({ open_id: z.string().optional() }).optional() })
export type LarkMention = z.infer<typeof mention>

const messageReceived = z.object({
  sender: z.object({ sender_id: z.object({ open_id: z.string().optional() }).nullish(), sender_type: z.string() }),
  message: z.object({
    message_id: z.string().min(1),
    parent_id: z.string().optional(),
    root_id: z.string().optional(),
    thread_id: z.string().optional(),
    create_time: millis,
    chat_id: z.string().min(1),
    chat_type: z.string(),
    message_type: z.string(),
    content: z.string(),
    mentions: z.array(mention).optional(),
  }),
})
export type MessageReceived = z.infer<typeof messageReceived>

const messageRecalled = z.object({ message_id: z.string().min(1), chat_id: z.string().min(1), recall_time: millis.optional() })

const membersAdded = z.object({ chat_id: z.string().min(1), users: z.array(z.object({ user_id: openId.nullish(), name: z.string().nullish() })).default([]) })

const chatNamed = z.object({ chat_id: z.string().min(1) })

/** A button of ours comes back with the value we gave it. */
const cardAction = z.object({
  operator: openId,
  action: z.object({ value: z.record(z.string(), z.unknown()).optional(), form_value: z.record(z.string(), z.unknown()).optional() }),
  context: z.object({ open_message_id: z.string().min(1), open_chat_id: z.string().min(1) }),
})
export type CardAction = z.infer<typeof cardAction>

const schemas = {
  'im.message.receive_v1': messageReceived,
  'im.message.recalled_v1': messageRecalled,
  'im.chat.member.user.added_v1': membersAdded,
  'im.chat.member.bot.added_v1': chatNamed,
  'im.chat.member.bot.deleted_v1': chatNamed,
  'im.chat.disbanded_v1': chatNamed,
  'card.action.trigger': cardAction,
} as const

/** Events that are acknowledged and of no meaning to us; left out, Lark's console would show them as failed. */
export const unusedEvents = ['im.message.reaction.created_v1', 'im.message.reaction.deleted_v1', 'im.message.message_read_v1', 'im.chat.member.user.deleted_v1', 'im.chat.updated_v1'] as const

export type EventType = keyof typeof schemas
export const eventTypes = Object.keys(schemas) as EventType[]

export function isEventType(type: unknown): type is EventType {
  return typeof type === 'string' && Object.hasOwn(schemas, type)
}

/** One delivery. Lark repeats it under the same id after 15 s, 5 min, 1 h and 6 h until it is acknowledged. */
export type LarkEvent = { [T in EventType]: { readonly type: T; readonly id: string; /** When Lark made it, ms since 1970. */ readonly at: number; readonly event: z.infer<(typeof schemas)[T]> } }[EventType]

const header = z.object({ event_id: z.string().min(1), create_time: millis, app_id: z.string().optional() })

/** An event as the SDK hands it over: header and event in one object. `null` when it is none that we know of, or malformed. */
export function readEvent(type: EventType, data: unknown): LarkEvent | null {
  const head = header.safeParse(data)
  const body = schemas[type].safeParse(data)
  if (!head.success || !body.success) return null
  return { type, id: head.data.event_id, at: head.data.create_time, event: body.data } as LarkEvent
}
