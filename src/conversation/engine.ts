import type { InboundEvent } from '../channels/channel.js'
import type { RequestAction } from '../desk/api-types.js'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Conversation } from './records.js'

export interface StaffActor {
  readonly kind: 'staff'
  readonly id: string
  readonly name: string
}

/** What channels and the desk may ask of the conversations. */
export interface Engine {
  /** Resolves once the intake record is durable; rejects (StoreError) when it could not be kept. A delivery known already resolves and does nothing. */
  deliver(event: InboundEvent): Promise<void>
  /** What this person may do with a request now. */
  actionsFor(request: ServiceRequest, by: StaffActor): readonly RequestAction[]
  /**
   * Moves a request; the change and the news to its residents are one transaction. Rejects with StoreError `conflict`
   * when `rev` is old, InputError when the move is not allowed or its text is missing.
   */
  actOnRequest(communityId: CommunityId, id: string, rev: number, action: RequestAction, text: string | null, by: StaffActor): Promise<ServiceRequest>
  /** From now on the bot is silent in this conversation, until it is released. */
  takeConversation(communityId: CommunityId, id: string, by: StaffActor): Promise<Conversation>
  say(communityId: CommunityId, conversationId: string, text: string, by: StaffActor): Promise<void>
  releaseConversation(communityId: CommunityId, id: string, by: StaffActor): Promise<Conversation>
}
