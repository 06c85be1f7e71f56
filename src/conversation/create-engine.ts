import type { Channel, ChannelName } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import type { WorkingTime } from '../requests/working-time.js'
import { createBotkitRunner } from './botkit.js'
import { createDelivery, type Delivery, type DeliveryParts } from './deliver.js'
import type { Engine } from './engine.js'
import { createOutbox } from './outbox.js'
import { createReminders } from './reminders.js'
import { createStaffWork } from './staff-work.js'
import { createWatch, type Watched } from './watch.js'

export interface EngineParts extends Omit<DeliveryParts, 'outbox' | 'botkit' | 'channel'> {
  readonly channels: () => readonly Channel[]
}

export interface RunningEngine extends Engine {
  readonly alone: Delivery['alone']
  /** Takes up what a stop or a crash left: messages without their turn, replies not sent, drafts to be recalled. */
  start(): Promise<void>
  /** Resolves when no turn runs and nothing waits to be sent. */
  idle(): Promise<void>
  /** Recalls drafts whose half hour has passed; called by the clock, and by tests. */
  remind(): Promise<number>
  /** Lets climb what is late or unclaimed, files away what was met with silence; called by the clock, and by tests. */
  watch(): Promise<Watched>
  /** Sends the notices whose time has come; called by the clock, and by tests. */
  release(): void
  /** Finishes the turns in hand and stops. */
  stop(): Promise<void>
}

export function createEngine(parts: EngineParts): RunningEngine {
  const channel = (name: ChannelName): Channel | null => parts.channels().find((one) => one.name === name) ?? null
  const outbox = createOutbox({ store: parts.store, channel, now: parts.now, log: parts.log })
  const delivery = createDelivery({ ...parts, channel, outbox, botkit: createBotkitRunner() })
  const workingTime = (id: CommunityId): WorkingTime => ({ years: parts.inUse?.().years ?? parts.years ?? new Map(), hours: parts.community(id).hours ?? null })
  const work = createStaffWork({ store: parts.store, outbox, delivery, services: parts.services, workingTime, now: parts.now, newId: parts.newId })
  const reminders = createReminders({ store: parts.store, outbox, delivery, services: parts.services, now: parts.now, newId: parts.newId, log: parts.log })
  const watch = createWatch({ store: parts.store, outbox, services: parts.services, community: parts.community, workingTime, now: parts.now, newId: parts.newId, log: parts.log })
  return {
    ...work,
    deliver: delivery.deliver,
    alone: delivery.alone,
    remind: reminders.run,
    watch: watch.run,
    release: outbox.release,
    async start() {
      const left = await delivery.recover()
      if (left > 0) parts.log('engine.recovered', { messages: left })
      reminders.start()
      watch.start()
    },
    async idle() {
      await delivery.idle()
      await outbox.idle()
    },
    async stop() {
      reminders.stop()
      watch.stop()
      await delivery.stop()
      await outbox.stop()
    },
  }
}
