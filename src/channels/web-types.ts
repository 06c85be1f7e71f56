/** What the web chat's server and page say to each other. Types only: the server checks with zod, the page trusts it. */
import type { Activity } from '../programmes/activity.js'
import type { Vote } from '../programmes/ballot.js'
import type { Topic } from '../programmes/topic.js'
import type { Board } from '../requests/board.js'
import type { Citation } from '../retrieval/citation.js'

export interface ChatCommunity {
  readonly id: string
  readonly name: string
  /** 省 · 市 · 县 · 街道, widest first. */
  readonly place: string
  /** Since when, why, and where to turn instead, where its window is closed by now; absent: it is served. */
  readonly closed?: string
}

/** GET /api/chat/communities */
export interface ChatCommunities { readonly communities: readonly ChatCommunity[] }

/** POST /api/chat/session {communityId}, or /api/chat/continue {token} → sets an HttpOnly cookie; GET /api/chat/session → the same or 401. */
export interface ChatSessionInfo {
  readonly community: ChatCommunity
  readonly residentId: string
  /** The private chat first, then the community's room. */
  readonly conversations: readonly { readonly id: string; readonly chat: 'private' | 'group'; readonly title: string }[]
}

/** A line as the page shows it. */
export interface ChatLine {
  /** Grows with time; the page orders by it and shows each once. */
  readonly id: string
  readonly conversationId: string
  readonly at: number
  readonly from: 'me' | 'neighbour' | 'bot' | 'staff'
  readonly name: string | null
  readonly text: string
  readonly choices: readonly string[]
  readonly citations: readonly Citation[]
  readonly attachments: readonly { readonly id: string; readonly kind: 'image' | 'voice' | 'file'; readonly mediaType: string }[]
  readonly urgent: boolean
  /** The booking whose calendar file goes with the line (GET /api/chat/bookings/:id/calendar.ics); absent: none. */
  readonly calendar?: string
  /** The line tells what is kept of its reader: a copy goes with it (GET /api/chat/my-data.json); absent: none. */
  readonly ownData?: true
  /** The id the page gave when it sent the line, so that it finds its own again. */
  readonly clientId: string | null
  /** What its author did to it since; absent means as it was sent. */
  readonly changed?: 'recalled' | 'edited'
}

/** How long a resident may take back or change an own message, ms. */
export type ChangeableMs = 600_000

/** POST /api/chat/messages/:clientId/recall → 202 once it is durable; again is 202 and nothing more happens. */
export interface ChatRecall { readonly conversationId: string }

/** POST /api/chat/messages/:clientId/edit → 202 once it is durable. `changeId` is the change's identity for ever. */
export interface ChatEdit { readonly conversationId: string; readonly changeId: string; readonly text: string }

/** GET /api/chat/messages?conversation=ID&before=ID → newest 50 before, oldest first. */
export interface ChatHistory { readonly lines: readonly ChatLine[]; readonly more: boolean }

/** POST /api/chat/messages → 202 once it is durable; the same clientId again is 202 and nothing more happens. */
export interface ChatSend {
  readonly conversationId: string
  /** Made by the page (crypto.randomUUID), the message's identity for ever. */
  readonly clientId: string
  readonly text: string
  readonly attachmentIds: readonly string[]
}

/** What a 202 says. `cut`: the text was longer than 20,000 characters and only its beginning was taken (a line of the bot says so too). */
export interface ChatSent { readonly clientId: string; readonly cut: boolean }

/** POST /api/chat/attachments (multipart field `file`, at most 10 MB of jpeg, png, webp, gif, pdf, amr, mp3, m4a, ogg) → 201. GET /api/chat/attachments/:id. */
export interface ChatUploaded { readonly id: string; readonly kind: 'image' | 'voice' | 'file'; readonly mediaType: string; readonly bytes: number }

/**
 * GET /api/chat/stream (server-sent events; Last-Event-ID, or ?after=, resumes): `ready` {} on opening, then `line` with a ChatLine, `typing` with
 * {conversationId}. After a restart of the server the newest lines come again with the ids they had.
 */
export type ChatEvent = { readonly type: 'line'; readonly line: ChatLine } | { readonly type: 'typing'; readonly conversationId: string }

/** Every error of both APIs: a sentence for people and a stable code. */
export interface ApiError { readonly code: string; readonly message: string }

/** GET /api/chat/requests: what this resident filed here, by whatever channel they are known to have used; the newest first. */
export interface OwnRequests {
  readonly requests: readonly { readonly number: string; readonly kind: string; /** As residents read it. */ readonly status: string; readonly isOpen: boolean; readonly filedAt: number; readonly updatedAt: number; /** The resident's own, shortened. */ readonly words: string; /** What was done, with pictures of it (GET /api/chat/attachments/:id); `null`: nothing yet. */ readonly end: { readonly words: string; readonly photos: readonly string[] } | null }[]
}

/** GET /api/board/:community, for everybody. */
export interface PublicBoard extends Board {
  readonly community: { readonly id: string; readonly name: string }
  /** Since when, why, and where to turn instead; absent: it is served. */
  readonly closed?: string
  /** When it was drawn, ms since 1970. */
  readonly at: number
  readonly notices: readonly PublicNotice[]
  /** What came of a vote, a wish, a meeting, and is made public. */
  readonly results: readonly PublicNotice[]
  /** What the community has published of its affairs and may be read now, the newest first. */
  readonly affairs: readonly PublicAffair[]
  /** Micro wishes: those that wait for somebody first, by their numbers; then what is being met, and what was met of late. */
  readonly wishes: readonly PublicWish[]
  /** Small projects of residents, the most supported first. */
  readonly proposals: readonly PublicProposal[]
  /** Activities for everybody that are still to come, in the order of time. */
  readonly activities: readonly PublicActivity[]
  /** Topics: the living ones, then what ended of late. */
  readonly topics: readonly PublicTopic[]
}
/** An activity as everybody may know it; nobody's name. `free` `null`: no limit. */
export interface PublicActivity extends Pick<Activity, 'id' | 'kind' | 'title' | 'at' | 'until' | 'place' | 'note' | 'source' | 'closesAt'> { readonly free: number | null; readonly state: 'open' | 'full' | 'closed' }
/** A topic as everybody may know it; nobody's name but of who recorded its result. */
export interface PublicTopic extends Pick<Topic, 'number' | 'title' | 'about' | 'stage' | 'dates' | 'reason'> {
  readonly minutes: readonly { readonly day: string; readonly words: string }[]
  /** The count only once it is frozen. */
  readonly vote: Pick<Vote, 'options' | 'closesAt' | 'who' | 'per' | 'count'> | null
  readonly result: { readonly words: string; readonly by: string; readonly at: number } | null
}
/** `result`: what came of it; empty while it is open. */
export interface PublicProposal { readonly number: number; readonly words: string; readonly state: 'open' | 'funded' | 'closed'; readonly result: string; readonly supporters: number }
/** A wish without whose it is, nor who claims it. */
export interface PublicWish { readonly number: number; readonly words: string; readonly kind: string; /** About what it costs; `null`: nobody said, or nothing. */ readonly yuan: number | null; readonly state: 'open' | 'claimed' | 'fulfilled' }
/** An item of 居务公开; its file, where there is one, is GET /api/board/:community/files/:id. */
export interface PublicAffair {
  readonly id: string
  readonly kind: string
  readonly title: string
  /** 2026年第三季度; empty: about none in particular. */
  readonly period: string
  readonly text: string
  readonly hasFile: boolean
  readonly source: string
  /** Days, `2026-10-12`; `until` is the last on which it stands here, `null`: it stays. */
  readonly publishedOn: string
  readonly until: string | null
}
/** What an admin entered for everybody to read, while it holds. */
export interface PublicNotice { readonly id: string; readonly title: string; readonly text: string; readonly source: string; readonly date: string }
