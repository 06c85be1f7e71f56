import type { Attachment, InboundEvent } from '../channels/channel.js'
import type { StaffActor } from '../desk/accounts.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Move } from '../requests/apply-move.js'
import type { MoveName } from '../requests/moves.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Conversation } from './records.js'

export type { StaffActor }

export interface MoveWish {
  /** News wait some seconds, so that the step can be taken back meanwhile. Default: they go at once. */
  readonly canUndo?: boolean
  /** Files that go with the words of a reply, also into a room: who sends them there shows them to all in it. Default none. */
  readonly attachments?: readonly Attachment[]
}

/** What channels and the desk may ask of the conversations. */
export interface Engine {
  /** Resolves once the intake record is durable; rejects (StoreError) when it could not be kept. A delivery known already resolves and does nothing. */
  deliver(event: InboundEvent): Promise<void>
  /** The moves this person may make with a request now, their reasons and particulars still to be given. */
  movesFor(request: ServiceRequest, by: StaffActor): readonly MoveName[]
  /**
   * Makes a move of the table; the change and the news to its residents are one transaction. A `close` asks the resident
   * at once whether it is solved, a `return` without a day has to be dispatched anew within a working day, and `take`
   * also takes over what lies half done with a post. Rejects with StoreError `conflict` when `rev` is old, InputError
   * when the move is not allowed or something is missing.
   */
  actOnRequest(communityId: CommunityId, id: string, rev: number, move: Move, by: StaffActor, wish?: MoveWish): Promise<ServiceRequest>
  /** Takes back the last step that this person made with `canUndo`: the request stands as before, and nobody hears of it. Rejects with InputError `too-late`. */
  undoMove(communityId: CommunityId, id: string, by: StaffActor): Promise<ServiceRequest>
  /** Until when they can, ms since 1970; `null`: there is nothing to take back. */
  undoableUntil(communityId: CommunityId, id: string, staffId: string): Promise<number | null>
  /** From now on the bot is silent in this conversation, until it is released. */
  takeConversation(communityId: CommunityId, id: string, by: StaffActor): Promise<Conversation>
  /** Words of the person who took the conversation, files with them. */
  say(communityId: CommunityId, conversationId: string, text: string, by: StaffActor, attachments?: readonly Attachment[]): Promise<void>
  releaseConversation(communityId: CommunityId, id: string, by: StaffActor): Promise<Conversation>
  /** 「应 12」 in a room of staff: takes the call of that number and tells what came of it. */
  answerPage(communityId: CommunityId, number: number, by: StaffActor): Promise<string>
}
