import type { Channel, ChannelName, EditedMessage, InboundEvent, InboundMessage, RecalledMessage } from '../channels/channel.js'
import { plainReply } from '../channels/plain-reply.js'
import { alone as aloneOnStore, type Cluster } from '../cluster/cluster.js'
import { StoreError } from '../errors.js'
import { findDanger } from '../nlu/emergency.js'
import type { CommunityId } from '../knowledge/community.js'
import { isConflict } from '../store/quicker.js'
import { pages } from '../store/pages.js'
import type { Committed } from '../store/store.js'
import type { Outcome } from './outcome.js'
import type { Outbox } from './outbox.js'
import type { Intake, OutboxRow } from './records.js'
import { replies } from './replies.js'
import { failedTurn, whatFailed } from './failed-turn.js'
import { asOwn, createDeciding, messageKey, recalledKey } from './decide.js'
import { readMemory } from './memory.js'
import { bySaid, createArrivals, type Kept } from './arrivals.js'
import { createGathering, piecesOf, type After } from './pieces.js'
import { isAnswerTo, takeBack } from './recall.js'
import { createPutOff } from './put-off.js'
import { dialogId } from './turn-state.js'
import { createRoomTalk } from './room-talk.js'
import type { TurnParts, TurnResult } from './take-turn.js'

/** How often a turn is taken again when a row moved under it. */
const mostTries = 40
/** Turns that met a conflict wait for each other in this lane: in a storm, fifty residents join one request. */
const contendedLane = '#contended'
/** Wait before a turn whose result could not be stored is taken again, ms; whatever comes in its conversation takes it again at once. */
const storeAgainMs = [2_000, 10_000, 60_000] as const
/** Until it is looked whether a message was kept after all whose keeping failed half-way, ms. */
const lookAfterMs = 2_000

/** What was kept together is acknowledged, and what came meanwhile is taken in, before the first turn of it is thought about. */
function acknowledged(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve) })
}

export interface Delivery {
  deliver(event: InboundEvent): Promise<void>
  /** Takes up what is this process's own, was accepted and never finished, and is not in hand; what waits for a later try is tried now. Resolves with how many messages there were. */
  recover(): Promise<number>
  /** Runs `work` alone in this conversation: no turn of it runs at the same time. */
  alone<T>(communityId: CommunityId, conversationId: string, work: () => Promise<T>): Promise<T>
  /** Resolves when no turn is running or waiting. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface DeliveryParts extends TurnParts {
  readonly outbox: Outbox
  readonly channel: (name: ChannelName) => Channel | null
  readonly turnDeadlineMs: number
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  /** By which lines that look unfinished wait for the next; absent, none does. */
  readonly after?: After
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
  /** Each finished turn, for metrics and dry-run logs. */
  readonly onTurn?: (outcome: Outcome, message: InboundMessage, tookMs: number) => void
}

/** Once for each message: intake record, then its turn, one at a time per conversation, then everything in one commit. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const tails = new Map<string, Promise<unknown>>()
  const later = createPutOff()
  /** Looks for messages whose keeping failed half-way, by their timer. */
  const looks = new Set<NodeJS.Timeout>()
  /** What was taken up of each community since something may have become this process's own; `null`: everything was. */
  let takenUp: Map<CommunityId, Promise<number>> | null = null
  const cluster = parts.cluster ?? aloneOnStore
  /** Intake records that are gathered, queued or thought about here. */
  const taken = new Set<string>()
  const arrivals = createArrivals({
    after: parts.after,
    async before(communityId) {
      await cluster.catchUp()
      if (takenUp !== null) await takeUp(communityId, takenUp)
    },
    admit: (kept) => { for (const { intake, event } of kept) admit(intake, event) },
  })
  const stopListening = parts.cluster === undefined ? () => undefined : parts.store.onCommit(hear)
  const talk = createRoomTalk()
  /** Edits that wait for their turn, the newest of each message: a message not yet answered is answered in these words. */
  const edits = new Map<string, EditedMessage>()
  const { decide, pieceWrites, recallOf } = createDeciding(parts, { talk, edits })
  /** Replies that waited when the process stopped, to messages taken back meanwhile, by the recall's key. */
  const leftUnsent = new Map<string, readonly string[]>()
  /** The turns that are being thought about, by each of their messages. */
  const inHand = new Map<string, { movedOn: boolean }>()
  const gathering = parts.after === undefined ? null : createGathering({ after: parts.after, now: parts.now, serve: (intake, message) => { enqueue(intake, message) } })
  let stopped = false

  function alone<T>(communityId: CommunityId, conversationId: string, work: () => Promise<T>): Promise<T> {
    const key = laneKey({ communityId, conversationId })
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const tail = mine.catch(() => undefined).then(() => {
      if (tails.get(key) === tail) tails.delete(key)
    })
    tails.set(key, tail)
    return mine
  }

  function enqueue(intake: Intake, event: InboundEvent): void {
    if (event.kind === 'edited') edits.set(messageKey(event), event)
    later.release(laneKey(event))
    void alone(event.communityId, event.conversationId, async () => {
      await acknowledged()
      await process(intake, event, 0)
    }).catch((error: unknown) => {
      parts.log('turn.lost', { intake: intake.id, error: String(error) })
    })
  }

  /** What other processes kept and is this one's to serve. */
  function hear({ communityId, writes, elsewhere }: Committed): void {
    if (elsewhere !== true || stopped) return
    for (const write of writes) {
      if (write.op !== 'put' || write.table !== 'intake' || write.row.state !== 'pending' || write.row.message === null) continue
      if (cluster.isMine(communityId, write.row.conversationId)) arrivals.take({ intake: write.row, event: write.row.message })
    }
  }

  /** Takes what was kept: at once, or with what follows within seconds. */
  function admit(intake: Intake, event: InboundEvent): void {
    if (stopped || taken.has(intake.id)) return
    taken.add(intake.id)
    const turn = event.kind === 'recalled' || event.kind === 'edited' ? inHand.get(messageKey(event)) : undefined
    if (turn !== undefined) turn.movedOn = true
    if (gathering === null || event.kind === 'recalled' || event.kind === 'edited') {
      gathering?.release(event.communityId, event.conversationId)
      enqueue(intake, event)
    } else gathering.take({ intake, message: event }, () => mayAnswer(event))
  }

  /** Whether something stands open that these words may answer, or a person speaks here now. */
  async function mayAnswer(message: InboundMessage): Promise<boolean> {
    if (tails.has(laneKey(message))) return true
    const [conversation, dialog] = await Promise.all([
      parts.store.get(message.communityId, 'conversations', message.conversationId), parts.store.get(message.communityId, 'dialogs', dialogId(message.conversationId, message.author.id)),
    ])
    if (conversation !== null && conversation.mode !== 'bot') return true
    const { form, checklist, picking, candidates, suggested, offered, takenBack } = readMemory(dialog?.memory)
    return [form, checklist, picking, candidates, suggested, offered, takenBack].some((open) => open !== null)
  }

  /** Replies to a message that have not gone out, and won't. */
  async function unsentTo(event: RecalledMessage): Promise<ReadonlySet<string>> {
    // What another process is to send it no longer does once the row is gone.
    const elsewhere = cluster.others().length === 0 ? [] : (await everyDue(event.communityId)).filter((row) => isAnswerTo(event, row) && !cluster.isMine(event.communityId, row.conversationId))
    const left = leftUnsent.get(recalledKey(event)) ?? []
    leftUnsent.delete(recalledKey(event))
    return new Set([...elsewhere.map(({ id }) => id), ...left, ...parts.outbox.withhold(event.communityId, (row) => isAnswerTo(event, row))])
  }

  async function everyDue(communityId: CommunityId): Promise<readonly OutboxRow[]> {
    const rows: OutboxRow[] = []
    for await (const due of pages(parts.store, communityId, 'outbox', { by: 'state', equals: 'due' })) rows.push(...due)
    return rows
  }

  /** The bytes of a picture go before its row does: cut off in between, the recall is taken again and finds the row. */
  async function commit(communityId: CommunityId, result: TurnResult): Promise<void> {
    for (const write of result.writes) if (write.op === 'remove' && write.table === 'attachments') await parts.store.removeBlob(communityId, write.id)
    await parts.store.commit(communityId, result.writes)
  }

  /** Runs `work` and tells whether a message of the event was taken back or changed meanwhile. */
  async function watched<T>(event: InboundEvent, work: () => Promise<T>): Promise<{ readonly result: T; readonly movedOn: boolean }> {
    const turn = { movedOn: false }
    const keys = event.kind === 'recalled' ? [] : [...piecesOf(event).map(({ message }) => messageKey(message)), messageKey(event)]
    for (const key of keys) inHand.set(key, turn)
    try {
      return { result: await work(), ...turn }
    } finally {
      for (const key of keys) if (inHand.get(key) === turn) inHand.delete(key)
    }
  }

  /** A turn whose words were taken back or changed while it ran counts for nothing, but for an alarm. */
  async function settle(intake: Intake, event: InboundEvent, unsent: ReadonlySet<string>): Promise<TurnResult> {
    for (;;) {
      const { result, movedOn } = await watched(event, () => withDeadline(decide(intake, event, unsent), parts.turnDeadlineMs))
      if (movedOn && result.outcome.kind !== 'silent' && result.understanding?.danger == null) continue
      await commit(event.communityId, result)
      return result
    }
  }

  async function process(first: Intake, event: InboundEvent, failures: number): Promise<void> {
    if (stopped) return
    let isPutOff = false
    try {
      if (later.has(laneKey(event)) && !isAlarm(event)) {
        isPutOff = true
        later.add(laneKey(event), 0, () => { takeAgain(first, event, failures) })
        return
      }
      // What is not ours another process has taken up, or will.
      isPutOff = cluster.isMine(event.communityId, event.conversationId) && (await take(first, event, failures))
    } finally {
      if (!isPutOff) for (const { intake } of [...piecesOf(event), { intake: first }]) taken.delete(intake.id)
    }
  }

  /** Whether the turn waits for a later try. */
  async function take(first: Intake, event: InboundEvent, failures: number): Promise<boolean> {
    const startedAt = performance.now()
    const unsent = event.kind === 'recalled' ? await unsentTo(event) : new Set<string>()
    let intake: Intake = first
    for (let attempt = 1; ; attempt += 1) {
      try {
        const current = intake
        const result = attempt === 1 ? await settle(current, event, unsent) : await alone(event.communityId, contendedLane, () => settle(current, event, unsent))
        parts.outbox.push(event.communityId, result.outgoing)
        finish(event, result, performance.now() - startedAt)
        if (event.kind !== 'recalled' && result.understanding?.danger != null) await takeBackLate(event)
        return false
      } catch (error) {
        if (isConflict(error) && attempt < mostTries) {
          const current = await parts.store.get(event.communityId, 'intake', intake.id)
          if (current === null || current.state === 'done') {
            // By another process, or by this one, whose commit was never acknowledged: then nobody else has its answer in hand.
            if (parts.cluster !== undefined) parts.outbox.push(event.communityId, (await parts.store.find(event.communityId, 'outbox', { by: 'conversationId', equals: event.conversationId })).filter(({ state }) => state === 'due'))
            return false
          }
          intake = current
          continue
        }
        if (event.kind === 'recalled') {
          // Its record stays open: what was taken back is looked for again after a restart.
          parts.log('recall.failed', { intake: intake.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
          leftUnsent.set(recalledKey(event), [...unsent])
          return error instanceof StoreError && error.code === 'write-refused' && again(intake, event, failures)
        }
        if (error instanceof StoreError && error.code !== 'conflict') {
          return storeRefused(error, intake, asOwn(event), failures)
        }
        try {
          await failTurn(error, intake, asOwn(event))
          return false
        } catch (refused) {
          if (refused instanceof StoreError && refused.code !== 'conflict') return storeRefused(refused, intake, asOwn(event), failures)
          throw refused
        }
      }
    }
  }

  /** What the rest of the house hears of a finished turn. */
  function finish(event: InboundEvent, result: TurnResult, tookMs: number): void {
    if (event.kind === 'recalled') return talk.forget(event.conversationId, event.messageId)
    if (event.kind === 'edited') {
      if (edits.get(messageKey(event)) === event) edits.delete(messageKey(event))
      talk.forget(event.conversationId, event.messageId)
    }
    for (const { message } of piecesOf(event)) talk.heard(message, { kind: 'silent', reason: 'joined' }, null, parts.now())
    talk.heard(asOwn(event), result.outcome, result.understanding?.gate.reason ?? null, parts.now())
    if (result.outcome.kind === 'silent' && result.outcome.reason === 'looped') parts.log('room.looped', { conversation: event.conversationId })
    parts.onTurn?.(result.outcome, asOwn(event), tookMs)
  }

  /** A danger whose recall came before it: the alarm was raised, the words go now. */
  async function takeBackLate(message: InboundMessage | EditedMessage): Promise<void> {
    const [row] = await parts.store.find(message.communityId, 'intake', { by: 'eventKey', equals: recalledKey(message) })
    const recall = await recallOf(message)
    if (row?.state !== 'done' || recall === null) return
    const result = await takeBack(parts, row, recall, talk)
    await commit(message.communityId, result)
    parts.outbox.push(message.communityId, result.outgoing)
    talk.forget(message.conversationId, message.messageId)
  }

  /** The result could not be stored: the resident hears so at once, and the turn is taken again later. Whether it is. */
  async function storeRefused(error: StoreError, intake: Intake, message: InboundMessage, failures: number): Promise<boolean> {
    parts.log('turn.not-stored', { intake: intake.id, code: error.code })
    if (failures === 0 && message.chat === 'private') await sayDirectly(message, replies.notStored)
    return error.code === 'write-refused' && again(intake, message, failures)
  }

  function again(intake: Intake, event: InboundEvent, failures: number): boolean {
    if (stopped) return false
    later.add(laneKey(event), storeAgainMs[Math.min(failures, storeAgainMs.length - 1)] ?? 60_000, () => { takeAgain(intake, event, failures + 1) })
    return true
  }

  function takeAgain(intake: Intake, event: InboundEvent, failures: number): void {
    void alone(event.communityId, event.conversationId, () => process(intake, event, failures)).catch(() => undefined)
  }

  /** A message that is on record already: who has it in hand goes on with it; where nobody has, it is taken now. */
  async function takeKnown(event: InboundEvent): Promise<void> {
    const [intake] = await parts.store.find(event.communityId, 'intake', { by: 'eventKey', equals: keyOf(event) })
    if (intake?.state === 'pending' && intake.message !== null && !taken.has(intake.id)) arrive({ intake, event: intake.message })
  }

  /** The store could not say whether it kept the message: it is asked once it answers again. */
  function lookLater(event: InboundEvent): void {
    const timer = setTimeout(() => {
      looks.delete(timer)
      if (!stopped) takeKnown(event).catch(() => { lookLater(event) })
    }, lookAfterMs)
    looks.add(timer)
  }

  /** Takes what is this process's own; where others keep messages too, or something is still being taken up, in its place among what was said before. */
  function arrive(kept: Kept): void {
    const { communityId, conversationId } = kept.event
    if (!cluster.isMine(communityId, conversationId)) return
    const isFirst = cluster.others().length === 0 && takenUp === null && !arrivals.has(communityId, conversationId)
    if (isFirst) admit(kept.intake, kept.event)
    else arrivals.take(kept)
  }

  /** Takes up what is left of a community, once in a round. */
  function takeUp(communityId: CommunityId, round: Map<CommunityId, Promise<number>>): Promise<number> {
    const known = round.get(communityId)
    if (known !== undefined) return known
    const work = takeUpLeft(communityId)
    round.set(communityId, work)
    work.catch(() => round.delete(communityId))
    return work
  }

  async function takeUpLeft(communityId: CommunityId): Promise<number> {
    const left: Kept[] = []
    for await (const intakes of pages(parts.store, communityId, 'intake', { by: 'state', equals: 'pending' })) {
      for (const intake of intakes) if (intake.message !== null && !taken.has(intake.id) && cluster.isMine(communityId, intake.conversationId)) left.push({ intake, event: intake.message })
    }
    left.sort(bySaid)
    const recalls = left.flatMap(({ event }) => (event.kind === 'recalled' ? [event] : []))
    for await (const due of pages(parts.store, communityId, 'outbox', { by: 'state', equals: 'due' })) {
      for (const recall of recalls) leftUnsent.set(recalledKey(recall), [...(leftUnsent.get(recalledKey(recall)) ?? []), ...due.filter((row) => isAnswerTo(recall, row)).map((row) => row.id)])
      parts.outbox.push(communityId, due.filter((row) => !recalls.some((recall) => isAnswerTo(recall, row))))
    }
    for (const { event } of left) if (event.kind === 'edited') edits.set(messageKey(event), event)
    for (const { intake, event } of left) admit(intake, event)
    if (left.length > 0) gathering?.releaseAll()
    return left.length
  }

  async function sayDirectly(message: InboundMessage, text: string): Promise<void> {
    const channel = parts.channel(message.channel)
    await channel?.send(
      { channel: message.channel, conversationId: message.conversationId, chat: message.chat, residentId: message.chat === 'private' ? message.author.id : null },
      plainReply(text),
      parts.newId(),
    ).catch(() => undefined)
  }

  /** A turn that threw or took too long: an apology and a person; never silence. */
  async function failTurn(error: unknown, intake: Intake, message: InboundMessage): Promise<void> {
    const code = error instanceof DeadlineError ? 'deadline' : 'turn-failed'
    parts.log('turn.failed', { intake: intake.id, conversation: message.conversationId, code, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    const now = parts.now()
    const outcome: Outcome = { kind: 'failed', code }
    const { communityId } = message
    const { writes, outgoing } = failedTurn(intake, message, { code, row: await parts.store.get(communityId, 'conversations', message.conversationId), now, newId: parts.newId })
    await parts.store.commit(communityId, [...writes, ...pieceWrites(piecesOf(message).map((piece) => piece.message), piecesOf(message), { outcome, understanding: null })])
    parts.outbox.push(communityId, outgoing)
    // Whoever can be reached is called; a call that fails leaves the conversation among those that wait.
    await parts.calling?.plan(communityId, message.conversationId, { kind: 'person', what: whatFailed }).then(async ({ writes }) => {
      await parts.store.commit(communityId, writes)
      parts.outbox.push(communityId, writes.flatMap((write) => (write.op === 'put' && write.table === 'outbox' ? [write.row] : [])))
    }).catch((failed: unknown) => { parts.log('turn.not-called', { error: String(failed) }) })
    parts.onTurn?.(outcome, message, 0)
  }

  return {
    alone,
    async deliver(event) {
      if (event.kind !== 'recalled' && event.author.kind === 'bot') return
      const intake: Intake = {
        id: parts.newId(), rev: 0, eventKey: keyOf(event), conversationId: event.conversationId,
        state: 'pending', message: event, outcome: null, receivedAt: parts.now(), doneAt: null,
      }
      try {
        await parts.store.commit(event.communityId, [{ op: 'put', table: 'intake', row: intake }])
      } catch (error) {
        // Known already: this delivery is acknowledged, and there is one turn for all of them.
        if (isConflict(error)) return takeKnown(event)
        if (parts.cluster !== undefined) lookLater(event)
        throw error
      }
      arrive({ intake: { ...intake, rev: 1 }, event })
    },
    async recover() {
      const round = new Map<CommunityId, Promise<number>>()
      takenUp = round
      later.releaseAll()
      let count = 0
      for (const communityId of await parts.store.communities()) count += await takeUp(communityId, round)
      // Only now does what arrives have nothing before it that nobody has in hand; unless more became our own meanwhile.
      if (takenUp === round) takenUp = null
      return count
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values())
    },
    async stop() {
      stopped = true
      stopListening()
      arrivals.stop()
      gathering?.stop()
      later.stop()
      for (const timer of looks) clearTimeout(timer)
      while (tails.size > 0) await Promise.all(tails.values())
    },
  }
}

function keyOf(event: InboundEvent): string {
  return event.kind === 'recalled' ? recalledKey(event) : `${event.channel}:${event.eventId}`
}

function laneKey({ communityId, conversationId }: Pick<InboundEvent, 'communityId' | 'conversationId'>): string {
  return `${communityId}|${conversationId}`
}

/** What waits for nothing that stands before it. */
function isAlarm(event: InboundEvent): boolean {
  return event.kind !== 'recalled' && findDanger(event.text) !== null
}

class DeadlineError extends Error {}

function withDeadline<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => { reject(new DeadlineError(`the turn took longer than ${limitMs} ms`)) }, limitMs)
    work.then(
      (value) => { clearTimeout(timer); resolve(value) },
      (error: unknown) => { clearTimeout(timer); reject(error instanceof Error ? error : new Error(String(error))) },
    )
  })
}
