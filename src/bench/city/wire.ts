import type { InboundMessage } from '../../channels/channel.js'
import type { CommunityId } from '../../knowledge/community.js'
import type { MoveName } from '../../requests/moves.js'

/** What a process of the city is given when it begins. */
export interface HouseSettings {
  /** Of the database; `null`: its own folder. */
  readonly databaseUrl: string | null
  readonly dataDir: string
  readonly knowledgeDir: string
  /** The city's time: `simulatedAt` at the machine's `realAt`, and from there so many times as fast. Moments in ms. */
  readonly clock: { readonly simulatedAt: number; readonly realAt: number; readonly speed: number }
}

/** To a process of the city. */
export type ToHouse =
  | { readonly kind: 'begin'; readonly settings: HouseSettings }
  | { readonly kind: 'deliver'; readonly event: InboundMessage }
  | { readonly kind: 'move'; readonly communityId: CommunityId; readonly requestId: string; readonly move: MoveName; readonly words: string }
  | { readonly kind: 'count' }
  | { readonly kind: 'end' }

/** From a process of the city. */
export type FromHouse =
  | { readonly kind: 'ready'; readonly seconds: number }
  /** The event is durable, or could not be kept. */
  | { readonly kind: 'taken'; readonly eventId: string; readonly kept: boolean }
  /** A message that reached its reader; `key` is the outbox row's. */
  | { readonly kind: 'said'; readonly conversationId: string; readonly key: string; readonly isBot: boolean }
  | { readonly kind: 'turn'; readonly eventId: string; readonly outcome: string; readonly tookMs: number }
  /** A request that was just filed. */
  | { readonly kind: 'filed'; readonly communityId: CommunityId; readonly requestId: string; readonly conversationId: string }
  | { readonly kind: 'moved'; readonly requestId: string; readonly move: MoveName; readonly done: boolean }
  | { readonly kind: 'counted'; readonly unfinished: number; readonly due: number; readonly requests: number; readonly reports: number; readonly cpuMs: number; readonly rssMiB: number; readonly loopP99Ms: number }
  | { readonly kind: 'ended' }
