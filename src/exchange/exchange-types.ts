import type { ApiKey } from '../open311/api-key.js'
import type { Webhook, WebhookDelivery } from '../webhooks/webhook.js'

/** What became of a line: filed anew, joined to the same fault, its answer passed on, known already, or wrong. */
export interface ImportedLine {
  /** In the file, from 1. */
  readonly line: number
  readonly outcome: 'new' | 'joined' | 'replied' | 'known' | 'wrong'
  /** The number of the platform above. */
  readonly reference: string | null
  /** Ours; `null` while there is none. */
  readonly number: string | null
  readonly service: string | null
  /** Why it is wrong. */
  readonly says: string | null
}

export interface ImportResult {
  readonly isDry: boolean
  /** One line was wrong and the whole file was kept out for it. */
  readonly isRefused: boolean
  readonly counts: Readonly<Record<ImportedLine['outcome'], number>>
  readonly lines: readonly ImportedLine[]
}

/** A key as the desk lists it; the key itself is shown once, when it is made. */
export type ApiKeyShown = Pick<ApiKey, 'id' | 'name' | 'scope' | 'rights' | 'perMinute' | 'tail' | 'createdAt' | 'createdBy' | 'lastUsedAt' | 'revokedAt'>
export interface ApiKeyMade {
  readonly key: string
  readonly keys: readonly ApiKeyShown[]
}

/** A webhook as the desk lists it; its secret is shown once, when it is made. */
export interface WebhookShown extends Pick<Webhook, 'id' | 'name' | 'url' | 'scope' | 'events' | 'withWords' | 'off' | 'failingSince' | 'createdAt' | 'createdBy'> {
  /** Until when the secret before signs as well; `null`: there is none. */
  readonly previousUntil: number | null
}
export interface WebhookMade {
  readonly secret: string
  readonly webhooks: readonly WebhookShown[]
}

/** A line of a webhook's log. */
export interface DeliveryShown extends Pick<WebhookDelivery, 'id' | 'type' | 'number' | 'state' | 'attempts' | 'dueAt' | 'tries' | 'createdAt' | 'endedAt'> {
  readonly communityId: string
}
