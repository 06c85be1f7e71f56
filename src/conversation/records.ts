import type { Address, Attachment, ChannelName, ChatKind, InboundEvent, Reply } from '../channels/channel.js'
import type { GateMode } from '../nlu/understanding.js'
import type { AnnouncementKind } from '../programmes/announcement.js'
import type { Outcome } from './outcome.js'

/** One per platform event id, written before the platform is acknowledged, kept at least 7 days. */
export interface Intake {
  readonly id: string
  readonly rev: number
  /** `channel:eventId`, or `channel:messageId:recalled` (a message is taken back once); unique. */
  readonly eventKey: string
  readonly conversationId: string
  readonly state: 'pending' | 'done'
  /** The message while it waits for its turn; dropped when the turn is done (what is worth keeping is in `messages`). */
  readonly message: InboundEvent | null
  readonly outcome: Outcome | null
  readonly receivedAt: number
  readonly doneAt: number | null
}

/** A stretch of a conversation that was said in confidence (心理、轻生、受暴力): for the heads of the community and whoever took it in hand, nobody else. */
export interface Confidence {
  /** Included, ms since 1970. */
  readonly from: number
  /** Not included; `null`: it goes on. */
  readonly until: number | null
  /** Accounts of staff who took it in hand. */
  readonly heardBy: readonly string[]
}

/** A private chat or a room. `staff` means that a person has taken over and the bot is silent. */
export interface Conversation {
  readonly id: string
  readonly rev: number
  readonly channel: ChannelName
  readonly chat: ChatKind
  readonly residentId: string | null
  readonly title: string
  /** `waiting`: a person was asked for and none has come yet. */
  readonly mode: 'bot' | 'waiting' | 'staff'
  readonly handover: { readonly reason: string; readonly at: number; readonly urgent: boolean; /** In a room: who asked for a person, whom staff speak with once one comes; absent: nobody in particular. */ readonly askers?: readonly string[] } | null
  readonly takenBy: { readonly id: string; readonly name: string } | null
  readonly lastAt: number
  /** The oldest first; absent: nothing was. */
  readonly confided?: readonly Confidence[]
  /** In a room: activities spoken of last, and when, so that whoever says 「我也去」 means them; absent: none were. */
  readonly activities?: { readonly ids: readonly string[]; readonly at: number }
  /** When the bot speaks in this room; absent means careful. */
  readonly gateMode?: GateMode
  /** A room on trial: what nobody asked for is kept for staff instead of said. */
  readonly gateDryRun?: boolean
  /** Until when staff asked the bot to be quiet in this room, ms since 1970; absent or `null`: it is not. */
  readonly pausedUntil?: number | null
}

/** Dialog state of one person in one conversation: what Botkit keeps, and what we remember of the talk. */
export interface DialogState {
  /** `conversationId|authorId`. */
  readonly id: string
  readonly rev: number
  readonly conversationId: string
  /** Botkit's own records, by Botkit's storage key. */
  readonly botkit: Readonly<Record<string, unknown>>
  readonly memory: unknown
  /** `reminder`: a draft waits for this person's answer and is to be recalled once. */
  readonly waiting: 'reminder' | null
  readonly updatedAt: number
}

/** A line of a conversation that was worth keeping. What the bot stayed silent on is not here. */
export interface Message {
  readonly id: string
  readonly rev: number
  readonly conversationId: string
  readonly at: number
  readonly from: 'resident' | 'bot' | 'staff'
  readonly authorId: string
  readonly authorName: string | null
  readonly text: string
  readonly attachments: readonly Attachment[]
  readonly reply: Reply | null
  readonly requestId: string | null
  /** The platform's id of a resident's message, so that a page finds its own line again; a line of ours has the id of its outbox row as `id`. */
  readonly platformMessageId?: string | null
  /** What its author did to it since; absent means as it was sent. */
  readonly changed?: 'recalled' | 'edited'
}

/** A message of ours that has not arrived yet. What arrived is taken out; its line stays in `messages` under the same id. */
export interface OutboxRow {
  readonly id: string
  readonly rev: number
  readonly conversationId: string
  readonly to: Address
  readonly reply: Reply
  /** The message it answers (`channel:messageId`), while that may be taken back; absent where it answers none. */
  readonly answers?: string
  /** What staff sent to who wants to hear such things: taken out when its reader wants no more of it. Absent: it is no such thing. */
  readonly announces?: { readonly id: string; readonly kind: AnnouncementKind }
  /** Kept for a later moment: its line is written when it has arrived. `about`: the request it tells of, `null` for none. */
  readonly held?: { readonly about: string | null }
  /** `failed`: never to arrive (staff see 通知未送达). `unsure`: killed or cut off between sending and knowing, where the platform has no idempotency (可能未送达). */
  readonly state: 'due' | 'failed' | 'unsure'
  readonly attempts: number
  /** Not sent before, ms since 1970. */
  readonly dueAt: number
  readonly error: string | null
  /** When it was given up; `null` while it may still arrive. */
  readonly endedAt: number | null
}

export interface Resident {
  readonly id: string
  readonly rev: number
  readonly channel: ChannelName
  readonly name: string | null
  readonly phone: string | null
  /** The private conversation with this resident, once there is one. */
  readonly privateConversationId: string | null
  readonly noticedAt: number | null
  readonly createdAt: number
  /** Neighbours' requests that this resident's reports were joined to, the newest last; absent where there are none. */
  readonly joined?: readonly string[]
}

/** A file of a resident; its bytes lie sealed beside the store. */
export interface StoredAttachment {
  readonly id: string
  readonly rev: number
  readonly residentId: string
  readonly conversationId: string
  readonly kind: 'image' | 'voice' | 'file'
  readonly mediaType: string
  readonly bytes: number
  readonly sha256: string
  readonly at: number
}

/** A resident's browser. The id is the SHA-256 of the token in the cookie. */
export interface ChatSession {
  readonly id: string
  readonly rev: number
  readonly residentId: string
  readonly createdAt: number
  readonly lastAt: number
}

/** How much of a person there is, by kind. */
export interface Kept {
  readonly requests: number
  readonly joined: number
  readonly bookings: number
  /** Activities signed up for; absent: none. */
  readonly activities?: number
  readonly isVolunteer?: boolean
  /** Wishes of others claimed, kind words said of others, and whether they reported in as a party member; absent: none, not. */
  readonly claims?: number
  readonly praises?: number
  /** Small projects they support; absent: none. */
  readonly supports?: number
  readonly isMember?: boolean
  /** Ballots cast, taken times waited for, whether they told who they are to the community and want to hear news unasked; absent: none, not. */
  readonly ballots?: number
  readonly waits?: number
  readonly hasStanding?: boolean
  readonly isSubscribed?: boolean
  readonly lines: number
  readonly files: number
  /** When the first of it was kept, ms; `null`: there is nothing. */
  readonly since: number | null
}

/** A resident's wish to have their data deleted, from the confirmation to the receipt. The row is the receipt's proof. */
export interface Erasure {
  readonly id: string
  readonly rev: number
  /** Everyone that this person is (residents/identities.ts). */
  readonly residentIds: readonly string[]
  readonly to: Address
  readonly askedAt: number
  /** `running`: being deleted now; `waiting`: all but the requests that the resident lets be finished; `done`: nothing is left. */
  readonly state: 'running' | 'waiting' | 'done'
  /** What becomes of requests still open. */
  readonly open: 'withdraw' | 'finish'
  /** The requests that are let be finished first, once the rest is deleted. */
  readonly left: readonly string[]
  /** What there was when it was asked for. */
  readonly kept: Kept
  readonly doneAt: number | null
}
