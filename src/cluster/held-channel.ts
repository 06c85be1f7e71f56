import type { Channel, InboundEvent } from '../channels/channel.js'
import type { Membership } from './membership.js'

export interface HeldChannelParts {
  readonly name: Channel['name']
  readonly membership: Pick<Membership, 'holds' | 'onChange'>
  readonly open: () => Promise<Channel>
  /** The channels in use; the one that is held comes and goes. */
  readonly channels: Channel[]
  readonly deliver: (event: InboundEvent) => Promise<void>
  /** It runs here from now on: what waited to be sent by it is to be taken up. */
  readonly onOpened: () => void
  readonly onFailure: (error: unknown) => void
}

/** A channel that one process has for all (a login that exists once): it runs here while this process holds it. Returns how to end that. */
export function keepHeldChannel({ name, membership, open, channels, deliver, onOpened, onFailure }: HeldChannelParts): () => Promise<void> {
  let current: Channel | null = null
  let isOver = false
  let last: Promise<void> = Promise.resolve()

  async function look(): Promise<void> {
    const isHeld = !isOver && membership.holds().includes(name)
    if (isHeld && current === null) {
      current = await open()
      channels.push(current)
      await current.start(deliver)
      onOpened()
    } else if (!isHeld && current !== null) {
      const gone = current
      current = null
      channels.splice(channels.indexOf(gone), 1)
      await gone.stop()
    }
  }

  const soon = (): void => { last = last.then(look).catch(onFailure) }
  const stopListening = membership.onChange(soon)
  soon()
  return async () => {
    stopListening()
    isOver = true
    soon()
    await last
  }
}
