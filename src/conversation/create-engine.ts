import type { Channel, ChannelName } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import type { WorkingTime } from '../requests/working-time.js'
import { createActivities, type Activities } from './activities.js'
import { createBookings, type Bookings } from './bookings.js'
import { createBotkitRunner } from './botkit.js'
import { createCoordinations, type Coordinations } from './coordinations.js'
import { createDelivery, type Delivery, type DeliveryParts } from './deliver.js'
import type { Engine } from './engine.js'
import { createEraser } from './erasure.js'
import { createOutbox } from './outbox.js'
import { pagingLines } from '../paging/lines.js'
import { createPager, type Pager, type PagerParts } from '../paging/pager.js'
import { createReminders } from './reminders.js'
import { createStaffWork } from './staff-work.js'
import { createAnnouncer, type Announcer } from './announcer.js'
import { createTeller, type Teller } from './teller.js'
import { createVotes, type Votes } from './votes.js'
import { createWatch, type Watched } from './watch.js'
import { createWishKeeper } from './wish-keeper.js'

export interface EngineParts extends Omit<DeliveryParts, 'outbox' | 'botkit' | 'channel'> {
  readonly channels: () => readonly Channel[]
  /** Who can be called, and where they look; absent: nobody is called. */
  readonly duty?: Pick<PagerParts, 'reach' | 'deskUrl'>
}

export interface RunningEngine extends Engine {
  readonly alone: Delivery['alone']
  /** Reminds of bookings, and tells those whose booking staff change. */
  readonly bookings: Bookings
  /** Reminds who comes to an activity, and tells who waits for a place in one. */
  readonly activities: Activities
  /** Tells residents of what staff change. */
  readonly teller: Teller
  /** Counts votes that have closed. */
  readonly votes: Votes
  /** Sends to who wants to hear it what staff announce. */
  readonly announcer: Announcer
  /** Brings like complaints about a property company to one table. */
  readonly coordinations: Coordinations
  /** Calls for people; `null` without a duty. */
  readonly pager: Pager | null
  /** Takes up what a stop or a crash left: messages without their turn, replies not sent, drafts to be recalled. */
  start(): Promise<void>
  /** Takes up anew what is this process's own and not in hand, as when a channel has come; until it is done, however often it fails. */
  takeUp(): void
  /** Resolves when no turn runs and nothing waits to be sent. */
  idle(): Promise<void>
  /** Recalls drafts whose half hour has passed; called by the clock, and by tests. */
  remind(): Promise<number>
  /** Lets climb what is late or unclaimed, files away what was met with silence; called by the clock, and by tests. */
  watch(): Promise<Watched>
  /** Deletes what residents want deleted, and what was only let be finished; called by the clock, and by tests. */
  erase(): Promise<number>
  /** Sends the notices whose time has come; called by the clock, and by tests. */
  release(): void
  /** Finishes the turns in hand and stops. */
  stop(): Promise<void>
}

/** Until what could not be read is looked for again, ms. */
const takeUpAgainMs = 2_000

export function createEngine(parts: EngineParts): RunningEngine {
  const channel = (name: ChannelName): Channel | null => parts.channels().find((one) => one.name === name) ?? null
  const { cluster } = parts
  const outbox = createOutbox({ store: parts.store, cluster, channel, now: parts.now, log: parts.log })
  const { duty } = parts
  const pager = duty === undefined ? null : createPager({
    store: parts.store, cluster, outbox, ...duty, nameOf: (id) => parts.community(id).name, now: parts.now, newId: parts.newId, log: parts.log,
  })
  const calling = duty === undefined || pager === null ? undefined : { plan: pager.plan, roster: duty.reach.roster }
  const delivery = createDelivery({ ...parts, channel, outbox, botkit: createBotkitRunner(), calling })
  const workingTime = (id: CommunityId): WorkingTime => ({ years: parts.inUse?.().years ?? parts.years ?? new Map(), hours: parts.community(id).hours ?? null })
  const work = createStaffWork({ store: parts.store, outbox, delivery, services: parts.services, community: (id) => (parts.inUse?.() ?? parts).community(id), responsibleFor: (id, code) => (parts.inUse?.() ?? parts).responsibleFor?.(id, code) ?? null, workingTime, now: parts.now, newId: parts.newId })
  const reminders = createReminders({ store: parts.store, cluster, outbox, delivery, services: parts.services, now: parts.now, newId: parts.newId, log: parts.log })
  const teller = createTeller({ store: parts.store, outbox, now: parts.now, newId: parts.newId })
  const votes = createVotes({ store: parts.store, cluster, teller, now: parts.now, log: parts.log })
  const announcer = createAnnouncer({ store: parts.store, outbox, community: (id) => (parts.inUse?.() ?? parts).community(id), now: parts.now, newId: parts.newId })
  const bookings = createBookings({ store: parts.store, cluster, teller, community: parts.community, workingTime, now: parts.now, newId: parts.newId, log: parts.log })
  const coordinations = createCoordinations({ store: parts.store, cluster, teller, now: parts.now, newId: parts.newId, log: parts.log })
  const wishes = createWishKeeper({ store: parts.store, cluster, teller, now: parts.now, log: parts.log })
  const activities = createActivities({ store: parts.store, cluster, teller, now: parts.now, log: parts.log })
  const watch = createWatch({ store: parts.store, cluster, outbox, services: parts.services, community: parts.community, workingTime, now: parts.now, newId: parts.newId, log: parts.log, duty: duty === undefined || pager === null ? undefined : { chats: duty.reach.chats, call: pager.call } })
  const eraser = createEraser({ store: parts.store, cluster, outbox, delivery, services: parts.services, now: parts.now, newId: parts.newId, log: parts.log })
  let stopTakingUp: (() => void) | undefined
  /** What is this process's own and nobody has in hand: after a start, after another process died. */
  const takeUp = async (): Promise<void> => {
    const left = await delivery.recover()
    if (left > 0) parts.log('engine.recovered', { messages: left })
  }
  let takingUpAgain: NodeJS.Timeout | undefined
  /** Until it is done: a database that has just come back may be gone again. */
  function takeUpSurely(): void {
    clearTimeout(takingUpAgain)
    takeUp().catch((error: unknown) => {
      parts.log('engine.not-taken-up', { error: String(error) })
      if (stopTakingUp !== undefined) takingUpAgain = setTimeout(takeUpSurely, takeUpAgainMs)
    })
  }
  return {
    ...work,
    async deliver(event) {
      if (pager === null || !(await pager.take(event))) await delivery.deliver(event)
    },
    pager,
    answerPage: async (communityId, number, by) => pager === null ? pagingLines.noSuchPage(number) : pager.answerNumber(number, { id: by.id, name: by.name }, (id) => id === communityId),
    alone: delivery.alone,
    bookings,
    activities,
    teller,
    votes,
    announcer,
    coordinations,
    remind: reminders.run,
    watch: watch.run,
    erase: eraser.run,
    release: outbox.release,
    async start() {
      await takeUp()
      stopTakingUp = cluster?.onChange(takeUpSurely)
      await pager?.start()
      reminders.start()
      bookings.start()
      activities.start()
      votes.start()
      wishes.start()
      watch.start()
      coordinations.start()
      eraser.start()
    },
    takeUp: takeUpSurely,
    async idle() {
      await delivery.idle()
      await coordinations.idle()
      await pager?.idle()
      await eraser.idle()
      await wishes.idle()
      await outbox.idle()
    },
    async stop() {
      stopTakingUp?.()
      stopTakingUp = undefined
      clearTimeout(takingUpAgain)
      reminders.stop()
      bookings.stop()
      activities.stop()
      votes.stop()
      watch.stop()
      await coordinations.stop()
      await pager?.stop()
      await eraser.stop()
      await wishes.stop()
      await delivery.stop()
      await outbox.stop()
    },
  }
}
