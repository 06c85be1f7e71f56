import type { CommunityId } from '../knowledge/community.js'
import type { Citation } from '../retrieval/citation.js'

/** `open311` and `exchange` are programs of other systems: what they bring comes whole, and our answers wait until they are fetched. */
export type ChannelName = 'wechat' | 'lark' | 'web' | 'memory' | 'open311' | 'exchange'
export type ChatKind = 'private' | 'group'

/** A file of a resident, already checked and kept by the store; only its id travels. */
export interface Attachment {
  readonly id: string
  readonly kind: 'image' | 'voice' | 'file'
  /** Media type found from the bytes, never from the name. */
  readonly mediaType: string
  readonly bytes: number
}

/** What a platform's message is to us. Ids are composed `channel:…` at the decoder, so they never collide. */
export interface InboundMessage {
  /** Absent in what was kept by a version without recalls and edits. */
  readonly kind?: 'message'
  readonly channel: ChannelName
  readonly communityId: CommunityId
  /** The platform's id of this delivery; the same message may come under the same event id many times. */
  readonly eventId: string
  /** The platform's id of the message; a request filed from it is keyed by this for ever. */
  readonly messageId: string
  readonly conversationId: string
  readonly chat: ChatKind
  readonly author: {
    readonly id: string
    readonly name: string | null
    readonly kind: 'resident' | 'staff' | 'bot'
    /** The private chat with the author where the platform lets us begin one; absent where the author has to. */
    readonly privateConversationId?: string
  }
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly mentions: { readonly bot: boolean; readonly others: readonly string[]; readonly everyone: boolean }
  readonly quoted: { readonly messageId: string; readonly text: string; readonly byBot: boolean } | null
  /** What was filled in where a form was shown (`Reply.form`); `text` says the same in words. Absent: nothing was. */
  readonly filled?: FilledForm
  /** A report that comes whole from another system; `text` is the line that staff read. Absent: it is said in a talk. */
  readonly report?: WholeReport
  /** When the author sent it, ms since 1970 (the platform's clock). */
  readonly sentAt: number
}

/** A message that its author, or whoever runs the room, took back. Platforms tell no more than which one it was. */
export interface RecalledMessage {
  readonly kind: 'recalled'
  readonly channel: ChannelName
  readonly communityId: CommunityId
  /** Of the message taken back; it may not have come yet. */
  readonly messageId: string
  readonly conversationId: string
  /** When it was taken back, ms since 1970 (the platform's clock). */
  readonly sentAt: number
}

/** A message as it stands after its author changed it, whole; `messageId` is the message's own, `eventId` the change's. */
export interface EditedMessage extends Omit<InboundMessage, 'kind'> {
  readonly kind: 'edited'
}

/** What a platform delivers. A platform without edits (WeChat) sends only the first two. */
export type InboundEvent = InboundMessage | RecalledMessage | EditedMessage

/** Where a reply goes. `residentId` is set for a private chat. */
export interface Address {
  readonly channel: ChannelName
  readonly conversationId: string
  readonly chat: ChatKind
  readonly residentId: string | null
  /** In a room, the message it answers: a channel that can puts the reply under it. */
  readonly inReplyTo?: string
}

/** Several questions of one service, asked at once. */
export interface FormQuestions {
  readonly serviceCode: string
  readonly title: string
  readonly fields: readonly {
    readonly name: string
    readonly label: string
    /** Why it is asked, for the person who fills it in. */
    readonly why: string
    /** The usual answers; anything else may be written as well. */
    readonly options: readonly string[]
  }[]
}

/** Fields that were left empty are not in it. */
export interface FilledForm {
  readonly serviceCode: string
  readonly answers: readonly { readonly name: string; readonly value: string }[]
}

/** A report with everything in it: it is filed as it is, and nothing is asked back. */
export interface WholeReport {
  readonly serviceCode: string
  /** What is the matter, without the data of who reports it. */
  readonly description: string
  /** Where, in words; `null`: nobody said. */
  readonly address: string | null
  /** What else is known, by the names of slots; a name that is none is left out. */
  readonly fields: readonly { readonly name: string; readonly value: string; readonly normal?: string }[]
  /** Where it comes from and under which number, in a line for its history. */
  readonly origin: string
}

/** One message of ours, as meaning: each channel draws it as its platform can. */
export interface Reply {
  readonly text: string
  /** Short answers offered as buttons; each is also a valid typed answer. */
  readonly choices: readonly string[]
  /** Shown behind 详情 (title, number, whole clause). */
  readonly citations: readonly Citation[]
  /** `danger` is never delayed, limited or silenced. */
  readonly urgency: 'normal' | 'danger'
  /** Files that go with the words, in order; absent: none. */
  readonly attachments?: readonly Attachment[]
  /** The questions that `text` asks, for a private chat that can show fields to fill in; absent: there are none. */
  readonly form?: FormQuestions
  /** The booking (id of its request) or the sign-up for an activity whose calendar file goes with the words, where a channel can give one; absent: none. */
  readonly calendar?: string
  /** It tells what is kept of its reader: a copy of that goes with it, where a channel can give one. */
  readonly ownData?: true
  /** Who speaks: the bot or a named member of staff. */
  readonly from: { readonly kind: 'bot' } | { readonly kind: 'staff'; readonly name: string; /** What they are there, for people; absent in what an earlier version kept. */ readonly role?: string }
}

/** What `send` tells of a message that arrived. */
export interface Sent {
  /** The platform's id of our message, `null` where it has none. */
  readonly messageId: string | null
}

/**
 * A way residents reach us. `start` resolves once connected; `deliver` resolves once the intake record is durable, so
 * the platform is acknowledged only then, and rejects when it could not be kept.
 */
export interface Channel {
  readonly name: ChannelName
  start(deliver: (event: InboundEvent) => Promise<void>): Promise<void>
  /** Sends one reply. `key` is the outbox row's id: sending twice with one key shows one message where the platform can.
   *  Throws ChannelError with a stable code. */
  send(to: Address, reply: Reply, key: string): Promise<Sent>
  stop(): Promise<void>
}
