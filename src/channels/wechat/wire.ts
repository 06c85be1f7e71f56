import { z } from 'zod'

/**
 * What our process and the one that runs wechaty say to each other, over Node's own channel between parent and child. Everything is
 * plain data and checked on arrival: no object of wechaty crosses, and what comes from there is no more trusted than a network.
 */

/** Which way into WeChat, and with what. */
export const gatewaySettings = z.discriminatedUnion('puppet', [
  /** The web protocol; a person scans a code. Ids change at each login. */
  z.object({ puppet: z.literal('wechat4u') }),
  /** A gateway elsewhere (any puppet behind wechaty's gRPC service). */
  z.object({ puppet: z.literal('service'), token: z.string().min(1), endpoint: z.string().nullable(), tls: z.boolean() }),
])
export type GatewaySettings = z.infer<typeof gatewaySettings>

const timings = z.object({
  /** How often the way to WeChat and back is tried, ms. */
  probeEveryMs: z.number().positive(),
  /** Without a sign of life for so long, it is taken for deaf, ms. */
  deafAfterMs: z.number().positive(),
  /** First wait before the process is begun anew, ms; doubled each time up to 30 s. */
  againAfterMs: z.number().positive(),
})
export type Timings = z.infer<typeof timings>

export const order = z.discriminatedUnion('order', [
  z.object({ order: z.literal('begin'), settings: gatewaySettings, timings }),
  z.object({ order: z.literal('send'), call: z.number(), to: z.string(), text: z.string() }),
  z.object({ order: z.literal('send-file'), call: z.number(), to: z.string(), name: z.string(), base64: z.string() }),
  /** The bytes of a message's file or picture. */
  z.object({ order: z.literal('fetch'), call: z.number(), messageId: z.string(), isImage: z.boolean() }),
  z.object({ order: z.literal('accept'), call: z.number(), friendshipId: z.string() }),
])
export type Order = z.infer<typeof order>

const person = z.object({ id: z.string().min(1), name: z.string() })

/** wechaty's types of messages, by name. `system` is WeChat's own grey line. */
const messageKinds = ['text', 'image', 'voice', 'video', 'file', 'location', 'contact', 'link', 'mini-program', 'emoticon', 'red-packet', 'transfer', 'chat-history', 'recalled', 'system', 'other'] as const

export const platformMessage = z.object({
  id: z.string().min(1),
  kind: z.enum(messageKinds),
  talker: person.extend({ isAccount: z.boolean() }),
  /** `null` in a private chat. */
  roomId: z.string().nullable(),
  /** The words; of a location its name, of a link its title, of a recalled message that message's id. */
  text: z.string(),
  mentionIds: z.array(z.string()),
  /** What the bot is called in this room, where that differs from its name. */
  selfAlias: z.string().nullable(),
  /** ms since 1970, the platform's clock. */
  sentAt: z.number(),
})
export type PlatformMessage = z.infer<typeof platformMessage>

/** How an order failed. `unknown`: it may have been carried out. */
export const failure = z.enum(['unreachable', 'unknown', 'gone', 'refused'])
export type Failure = z.infer<typeof failure>

export const news = z.discriminatedUnion('news', [
  /** The process runs. `heardAt` is when WeChat (or the gateway) last gave a sign of life, `null` never. */
  z.object({ news: z.literal('alive'), heardAt: z.number().nullable(), memoryBytes: z.number() }),
  z.object({ news: z.literal('scan'), qr: z.string() }),
  z.object({ news: z.literal('login'), self: person }),
  z.object({ news: z.literal('logout'), reason: z.string() }),
  /** WeChat is heard no more; the process ends with it. */
  z.object({ news: z.literal('deaf'), reason: z.string() }),
  z.object({ news: z.literal('message'), message: platformMessage }),
  z.object({ news: z.literal('joined'), roomId: z.string(), isBot: z.boolean() }),
  z.object({ news: z.literal('left'), roomId: z.string() }),
  z.object({ news: z.literal('friend-request'), id: z.string(), contactId: z.string(), hello: z.string() }),
  z.object({ news: z.literal('friend'), contactId: z.string() }),
  z.object({ news: z.literal('sent'), call: z.number(), messageId: z.string().nullable() }),
  z.object({ news: z.literal('file'), call: z.number(), base64: z.string() }),
  z.object({ news: z.literal('done'), call: z.number() }),
  z.object({ news: z.literal('failed'), call: z.number(), failure, reason: z.string() }),
  /** Something went wrong inside; for the log. `reason` names the kind of error, no residents' words. */
  z.object({ news: z.literal('fault'), reason: z.string() }),
])
export type News = z.infer<typeof news>
