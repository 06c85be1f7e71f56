import { alone, type Cluster } from '../cluster/cluster.js'
import { givePlace } from '../booking/slot.js'
import type { CommunityId } from '../knowledge/community.js'
import { withTaken } from '../programmes/activity.js'
import { giveBack } from '../programmes/wish.js'
import { withoutResident } from '../requests/anonymise.js'
import { apply, isRefusal } from '../requests/apply-move.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import { decideAgain } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'
import type { Row, TableName } from '../store/tables.js'
import type { Delivery } from './deliver.js'
import { receipts } from './dialogs/own-data.js'
import { chatsOf, everything, filesOf, linesOf, ownRequests, roomsOf } from './kept.js'
import { noticeRow, noticeWrites } from './notices.js'
import type { Outbox } from './outbox.js'
import type { Erasure } from './records.js'
import { carriedId, dialogId } from './turn-state.js'
import { undoablesOf } from './undo.js'

/** Rows in one commit of an erasure. */
const atOnce = 200
/** How often requests let be finished are looked at, ms. */
const lookEveryMs = 5 * 60_000

export interface EraserParts {
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly store: Store
  readonly outbox: Outbox
  readonly delivery: Delivery
  readonly services: Pick<ServiceCatalogue, 'byCode'>
  readonly now: () => number
  readonly newId: () => string
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** Deletes what residents want deleted: begun by the commit that asks for it, taken up again after a kill. */
export function createEraser(parts: EraserParts): { run(): Promise<number>; start(): void; idle(): Promise<void>; stop(): Promise<void> } {
  const { store } = parts
  let timer: NodeJS.Timeout | null = null
  let stopListening: (() => void) | null = null
  let work: Promise<unknown> = Promise.resolve()
  let stopped = false

  function soon(): Promise<number> {
    const mine = work.then(all, all)
    work = mine.catch((error: unknown) => { parts.log('erasure.failed', { error: String(error) }) })
    return mine
  }

  async function all(): Promise<number> {
    let count = 0
    for (const communityId of await store.communities()) {
      for (const state of ['running', 'waiting'] as const) {
        for (const { id, to } of await store.find(communityId, 'erasures', { by: 'state', equals: state })) {
          if (!stopped && (parts.cluster ?? alone).isMine(communityId, to.conversationId) && (await parts.delivery.alone(communityId, to.conversationId, () => onward(communityId, id)))) count += 1
        }
      }
    }
    return count
  }

  /** Somebody at the desk, or a neighbour, may move a row meanwhile: it is begun again on what stands then. Every step may be done twice. */
  function onward(communityId: CommunityId, id: string): Promise<boolean> {
    return decideAgain(async () => {
      const erasure = await store.get(communityId, 'erasures', id)
      if (erasure === null || erasure.state === 'done') return false
      return erasure.state === 'running' ? erase(communityId, erasure) : eraseFinished(communityId, erasure)
    })
  }

  async function erase(communityId: CommunityId, erasure: Erasure): Promise<boolean> {
    const left: ServiceRequest[] = []
    for (const residentId of erasure.residentIds) {
      if (erasure.open === 'withdraw') await withdrawOpen(communityId, residentId)
      const own = await ownRequests(store, communityId, residentId)
      const staying = erasure.open === 'finish' ? own.filter((one) => one.settledAt === null) : []
      const needed = new Set(staying.flatMap((one) => one.attachmentIds))
      const neighbours = neighboursOf(residentId, own)
      await removeFiles(communityId, (await filesOf(store, communityId, residentId)).filter((file) => !needed.has(file.id) && (file.residentId === residentId || !neighbours.has(file.id))))
      await removeTalk(communityId, residentId, own)
      await anonymise(communityId, residentId, [...own.filter((one) => !staying.includes(one)), ...(await joinedBy(communityId, residentId))])
      await eraseArchived(communityId, residentId)
      await removePerson(communityId, residentId)
      left.push(...staying)
    }
    await end(communityId, { ...erasure, left: left.map(({ id }) => id) }, receipts.whole(erasure, left.map(({ number }) => number), parts.now()), 'now')
    return true
  }

  /** What was let be finished has ended: it goes too. What was said and filed since stays. */
  async function eraseFinished(communityId: CommunityId, erasure: Erasure): Promise<boolean> {
    const requests = (await Promise.all(erasure.left.map((id) => store.get(communityId, 'requests', id)))).flatMap((one) => (one === null ? [] : [one]))
    if (requests.some((one) => one.settledAt === null)) return false
    for (const residentId of erasure.residentIds) {
      const lines = (await linesOf(store, communityId, residentId)).filter((line) => line.requestId !== null && erasure.left.includes(line.requestId))
      const files = new Set([...requests.flatMap((one) => one.attachmentIds), ...lines.flatMap((line) => line.attachments.map(({ id }) => id))])
      const neighbours = neighboursOf(residentId, requests)
      await removeFiles(communityId, (await filesOf(store, communityId, residentId)).filter((file) => files.has(file.id) && (file.residentId === residentId || !neighbours.has(file.id))))
      await remove(communityId, 'messages', lines)
      await store.changeArchived(communityId, 'messages', (line) => (line.requestId !== null && erasure.left.includes(line.requestId) && (line.authorId === residentId || line.from === 'bot') ? null : line))
      await anonymise(communityId, residentId, requests.filter((one) => one.residentId === residentId))
    }
    await end(communityId, { ...erasure, left: [] }, receipts.finished(requests.map(({ number }) => number)), 'by-day')
    return true
  }

  /** Files of requests that others reported too: what staff sent for these is not one resident's. */
  function neighboursOf(residentId: string, requests: readonly ServiceRequest[]): ReadonlySet<string> {
    return new Set(requests.filter(({ reporters }) => reporters.some((one) => one.residentId !== residentId)).flatMap(({ attachmentIds }) => attachmentIds))
  }

  async function withdrawOpen(communityId: CommunityId, residentId: string): Promise<void> {
    for (const request of await ownRequests(store, communityId, residentId)) {
      if (!isOpen(request) || request.reporters.some((one) => one.residentId !== residentId)) continue
      const withdrawn = apply(request, { name: 'withdraw', reason: '居民删除自己的信息时撤回', brings: null }, { actor: { kind: 'resident', id: residentId }, isLead: false, now: parts.now() })
      if (isRefusal(withdrawn)) continue
      await store.commit(communityId, [{ op: 'put', table: 'requests', row: withdrawn }, ...(await placeFreed(communityId, request))])
    }
  }

  async function placeFreed(communityId: CommunityId, request: ServiceRequest): Promise<readonly Write[]> {
    const slotId = request.appointment?.slotId ?? null
    const slot = slotId === null ? null : await store.get(communityId, 'slots', slotId)
    return slot === null ? [] : [{ op: 'put', table: 'slots', row: givePlace(slot, request.id) }]
  }

  /** The bytes first: cut off in between, the row is still there to be found. */
  async function removeFiles(communityId: CommunityId, files: readonly Row<'attachments'>[]): Promise<void> {
    for (const file of files) {
      await store.removeBlob(communityId, file.id)
      await remove(communityId, 'attachments', [file])
    }
  }

  async function joinedBy(communityId: CommunityId, residentId: string): Promise<readonly ServiceRequest[]> {
    const resident = await store.get(communityId, 'residents', residentId)
    const joined = await Promise.all((resident?.joined ?? []).map((id) => store.get(communityId, 'requests', id)))
    return joined.flatMap((one) => (one !== null && one.residentId !== residentId && one.reporters.some((each) => each.residentId === residentId) ? [one] : []))
  }

  async function anonymise(communityId: CommunityId, residentId: string, requests: readonly ServiceRequest[]): Promise<void> {
    for (const request of requests) {
      await remove(communityId, 'undoables', await undoablesOf(store, communityId, new Set([request.id])))
      // Where staff stood for it may be somebody's door.
      await remove(communityId, 'visitSteps', await store.find(communityId, 'visitSteps', { by: 'requestId', equals: request.id }))
      const gone = await Promise.all(request.attachmentIds.map(async (id) => ((await store.get(communityId, 'attachments', id)) === null ? [id] : [])))
      await store.commit(communityId, [{ op: 'put', table: 'requests', row: anonymous(request, residentId, new Set(gone.flat())) }])
    }
  }

  function anonymous(request: ServiceRequest, residentId: string, gone: ReadonlySet<string>): ServiceRequest {
    return withoutResident(request, residentId, { isPublic: parts.services.byCode(request.serviceCode)?.disclosure === 'public', gone, now: parts.now() })
  }

  /** What was moved to the archive: the lines go, the requests keep what is counted. Lines first: by the requests it is known which of ours were about them. */
  async function eraseArchived(communityId: CommunityId, residentId: string): Promise<void> {
    const chats = new Set((await chatsOf(store, communityId, residentId)).map(({ id }) => id))
    const own = new Set<string>()
    await store.changeArchived(communityId, 'requests', (request) => {
      if (request.residentId === residentId) own.add(request.id)
      return request
    })
    await store.changeArchived(communityId, 'messages', (line) => (chats.has(line.conversationId) || line.authorId === residentId || (line.from === 'bot' && line.requestId !== null && own.has(line.requestId)) ? null : line))
    await store.changeArchived(communityId, 'requests', (request) => {
      const isTheirs = request.residentId === residentId || request.reporters.some((one) => one.residentId === residentId) || request.history.some(({ actor }) => actor.kind === 'resident' && actor.id === residentId)
      // Their files are gone with the row of each; a neighbour's stay.
      return isTheirs ? anonymous(request, residentId, new Set(request.reporters.every((one) => one.residentId === residentId) ? request.attachmentIds : [])) : request
    })
  }

  async function remove(communityId: CommunityId, table: TableName, rows: readonly { readonly id: string; readonly rev: number }[]): Promise<void> {
    for (let at = 0; at < rows.length; at += atOnce) await store.commit(communityId, rows.slice(at, at + atOnce).map(({ id, rev }): Write => ({ op: 'remove', table, id, rev })))
  }

  async function removeTalk(communityId: CommunityId, residentId: string, own: readonly ServiceRequest[]): Promise<void> {
    const chats = await chatsOf(store, communityId, residentId)
    const lines = await linesOf(store, communityId, residentId)
    const learned = await learnedFrom(communityId, chats, lines)
    const dialogs = [
      ...(await Promise.all(chats.map(({ id }) => everything(store, communityId, 'dialogs', { by: 'conversationId', equals: id })))).flat(),
      ...(await Promise.all([carriedId(residentId), ...(await roomsOf(store, communityId)).map((id) => dialogId(id, residentId))].map((id) => store.get(communityId, 'dialogs', id)))).flatMap((one) => (one === null ? [] : [one])),
    ]
    // What waits for the morning is not said any more; what failed is not shown to staff any more.
    const withheld = new Set(parts.outbox.withhold(communityId, (row) => row.held !== undefined && chats.some(({ id }) => id === row.conversationId)))
    const unsent = (await Promise.all(chats.map(({ id }) => everything(store, communityId, 'outbox', { by: 'conversationId', equals: id })))).flat().filter((row) => row.state !== 'due' || withheld.has(row.id))
    await remove(communityId, 'learning', learned)
    await remove(communityId, 'messages', lines)
    await remove(communityId, 'dialogs', dialogs)
    await remove(communityId, 'outbox', unsent)
    await remove(communityId, 'pages', (await Promise.all(chats.map(({ id }) => everything(store, communityId, 'pages', { by: 'conversationId', equals: id })))).flat().filter((page) => page.endedAt !== null))
    for (const chat of chats) await store.commit(communityId, [{ op: 'put', table: 'conversations', row: { ...chat, title: '居民', mode: 'bot', handover: null, takenBy: null, confided: [] } }])
    const claims = await Promise.all(own.map(({ id }) => store.get(communityId, 'claimCodes', id)))
    await remove(communityId, 'claimCodes', claims.flatMap((one) => (one === null ? [] : [one])))
  }

  /** Places in what is still to come are free again; hours and the registration of a volunteer go with the person. */
  async function removeSignUps(communityId: CommunityId, residentId: string): Promise<void> {
    for (const row of await everything(store, communityId, 'signUps', { by: 'residentId', equals: residentId })) {
      const activity = await store.get(communityId, 'activities', row.activityId)
      const holds = activity !== null && row.state === 'in' && Date.parse(activity.at) > parts.now()
      await store.commit(communityId, [...(holds ? [{ op: 'put', table: 'activities', row: withTaken(activity, -1) } as const] : []), { op: 'remove', table: 'signUps', id: row.id, rev: row.rev }])
    }
  }

  /** What they claimed and had not brought waits for another; the wisher's side of it stays, without them. */
  async function removeClaims(communityId: CommunityId, residentId: string): Promise<void> {
    for (const row of await everything(store, communityId, 'wishClaims', { by: 'residentId', equals: residentId })) {
      const wish = await store.get(communityId, 'wishes', row.wishId)
      const holds = wish !== null && wish.claimId === row.id && wish.state === 'claimed'
      await store.commit(communityId, [...(holds ? [{ op: 'put', table: 'wishes', row: giveBack(wish, row, parts.now()).wish } as const] : []), { op: 'remove', table: 'wishClaims', id: row.id, rev: row.rev }])
    }
  }

  /** Last: by these it is known what else there is. */
  async function removePerson(communityId: CommunityId, residentId: string): Promise<void> {
    await removeSignUps(communityId, residentId)
    await removeClaims(communityId, residentId)
    await remove(communityId, 'supports', await everything(store, communityId, 'supports', { by: 'residentId', equals: residentId }))
    await remove(communityId, 'praises', await everything(store, communityId, 'praises', { by: 'residentId', equals: residentId }))
    await remove(communityId, 'bookingWaits', await store.find(communityId, 'bookingWaits', { by: 'residentId', equals: residentId }))
    // A vote still open is counted without them; a count that was made stands.
    await remove(communityId, 'ballots', await store.find(communityId, 'ballots', { by: 'residentId', equals: residentId, limit: 10_000 }))
    await remove(communityId, 'linkCodes', await store.find(communityId, 'linkCodes', { by: 'residentId', equals: residentId }))
    for (const table of ['partyMembers', 'volunteers', 'subscriptions', 'standings', 'identities', 'residents'] as const) {
      const row = await store.get(communityId, table, residentId)
      if (row !== null) await remove(communityId, table, [row])
    }
  }

  /** Lines to learn from bear no author: those of the private chats, and those of the moment of an own line. */
  async function learnedFrom(communityId: CommunityId, chats: readonly Row<'conversations'>[], lines: readonly Row<'messages'>[]): Promise<readonly Row<'learning'>[]> {
    const own = new Set(chats.map(({ id }) => id))
    const moments = new Set(lines.map(({ conversationId, at }) => `${conversationId}|${at}`))
    return (await everything(store, communityId, 'learning', {})).filter((row) => own.has(row.conversationId) || moments.has(`${row.conversationId}|${row.at}`))
  }

  async function end(communityId: CommunityId, erasure: Erasure, text: string, when: 'now' | 'by-day'): Promise<void> {
    const now = parts.now()
    const isDone = erasure.left.length === 0
    const row = noticeRow({ to: erasure.to, text, about: null, when }, null, { id: parts.newId(), now })
    await store.commit(communityId, [
      { op: 'put', table: 'erasures', row: { ...erasure, state: isDone ? 'done' : 'waiting', doneAt: isDone ? now : null } },
      ...noticeWrites([row], now, null),
    ])
    parts.outbox.push(communityId, [row])
  }

  return {
    run: soon,
    start() {
      stopListening = store.onCommit(({ writes }) => {
        if (writes.some((write) => write.op === 'put' && write.table === 'erasures' && write.row.state === 'running')) void soon().catch(() => undefined)
      })
      void soon().catch(() => undefined)
      timer = setInterval(() => { void soon().catch(() => undefined) }, lookEveryMs)
      timer.unref()
    },
    idle: async () => { await work },
    async stop() {
      stopped = true
      stopListening?.()
      if (timer !== null) clearInterval(timer)
      await work
    },
  }
}
