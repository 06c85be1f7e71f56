import type { Community } from '../knowledge/community.js'
import type { Store } from '../store/store.js'
import type { ChannelState } from './health.js'
import type { Pairing } from './pairing.js'

/** What every channel to a chat platform is given, beside its own settings. */
export interface ChatPlatformParts {
  readonly store: Store
  readonly pairing: Pairing
  readonly communities: () => readonly Community[]
  readonly onState: (state: ChannelState) => void
  readonly now: () => number
}
