import type { Address } from '../channels/channel.js'

/** A party member at work elsewhere (在职党员) who has reported to the community where they live. */
export interface PartyMember {
  /** The resident's. */
  readonly id: string
  readonly rev: number
  readonly name: string
  /** Where they work, as staff confirmed it. */
  readonly unit: string
  /** `waiting`: staff have not confirmed it yet. */
  readonly state: 'waiting' | 'confirmed' | 'declined'
  /** Where the news of it go. */
  readonly to: Address
  readonly registeredAt: number
  readonly decidedAt: number | null
}
