import type { Engine, StaffActor } from '../../conversation/engine.js'
import { InputError } from '../../errors.js'
import { PLATFORM, type CommunityId } from '../../knowledge/community.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { readPageAnswer } from '../../paging/lines.js'
import type { Store } from '../../store/store.js'
import type { Attachment } from '../channel.js'
import type { Pairing, Room } from '../pairing.js'
import { createStaffInChat, isForRoom } from '../staff-in-chat.js'
import type { ReadMessage } from './decode.js'
import { fetchFile } from './files.js'
import type { Gateway } from './gateway.js'
import { readPhotoOrder, readStaffOrder, requestsCalled, staffLines, type StaffOrder } from './staff-orders.js'

/** Requests filed so long before a start are announced if they were not; what was said is remembered longer (7 days), ms. */
const announcedWithinMs = 5 * 24 * 3_600_000
/** Ids of orders remembered, in memory only; an order that comes again does nothing. */
const remembered = 1_000
/** Photos belong to a request that was named for them so long before, ms; staff post others among themselves. */
const photosWithinMs = 5 * 60_000

export interface StaffRoomParts {
  readonly store: Store
  readonly pairing: Pairing
  readonly gateway: Pick<Gateway, 'fetch'>
  readonly engine: Pick<Engine, 'movesFor' | 'actOnRequest' | 'answerPage'>
  /** Whether what a service is about may be read by all who work there. */
  readonly isForAll: (serviceCode: string) => boolean
  /** A line to a room; one for one key, also over restarts. */
  readonly say: (roomId: string, text: string, key: string) => void
  readonly now: () => number
  readonly onFailed: (error: unknown) => void
}

/** A room of staff: new requests are announced, orders with a request's number are carried out. */
export interface StaffRoom {
  /** Announces what came while nobody looked, then everything new. */
  start(): Promise<void>
  /** Rejects when an order could not be carried out for a reason that is not the author's; the author was told. */
  heard(room: Room, read: ReadMessage, authorId: string): Promise<void>
  /** Whether this person works for the community: what they say in a residents' room is staff's. */
  isStaff(authorId: string, communityId: CommunityId): Promise<boolean>
  stop(): void
}

export function createStaffRoom(parts: StaffRoomParts): StaffRoom {
  const { store, pairing, engine, isForAll, say, now } = parts
  const staff = createStaffInChat({ channel: 'wechat', store, pairing, engine, now })
  const done = new Set<string>()
  /** By room and person: the request whose photos they post, and those that came. */
  const photos = new Map<string, { readonly request: ServiceRequest; readonly until: number; readonly kept: readonly Attachment[] }>()
  let stopListening = (): void => undefined

  function announce(room: Room, request: ServiceRequest): void {
    say(room.id, staffLines.filed(request, isForRoom(request, isForAll)), `filed|${room.id}|${request.id}`)
  }

  function every(communityId: CommunityId, what: (room: Room) => void): void {
    staff.rooms(communityId).then((rooms) => { rooms.forEach(what) }).catch(parts.onFailed)
  }

  /** The request, or the sentence why it is none that can be worked on here. */
  async function requestCalled(communityId: CommunityId, number: string): Promise<ServiceRequest | string> {
    const called = requestsCalled(number, await store.find(communityId, 'requests', { limit: 10_000 }))
    const [request] = called
    if (request === undefined) return staffLines.notFound(number)
    if (called.length > 1) return staffLines.several(called)
    return isForRoom(request, isForAll) ? request : staffLines.atDesk(request.number)
  }

  function photosOf(poster: string): ReturnType<typeof photos.get> {
    const waiting = photos.get(poster)
    if (waiting === undefined || waiting.until > now()) return waiting
    photos.delete(poster)
    return undefined
  }

  async function waitForPhotos(communityId: CommunityId, number: string, poster: string): Promise<string> {
    const request = await requestCalled(communityId, number)
    if (typeof request === 'string') return request
    photos.set(poster, { request, until: now() + photosWithinMs, kept: [] })
    return staffLines.photosNow(request)
  }

  /** Keeps a photo with what is the resident's; answers what the room is told, `null`: nothing. */
  async function takePhoto(communityId: CommunityId, read: ReadMessage, poster: string): Promise<string | null> {
    const waiting = photosOf(poster)
    if (waiting === undefined) return null
    const { residentId, conversationId } = waiting.request
    const { attachment, refused } = await fetchFile({ gateway: parts.gateway, store, now }, { platformId: read.platformId, isImage: read.carries === 'image', residentId, conversationId, communityId })
    const latest = photosOf(poster)
    if (attachment !== null && latest?.request.id === waiting.request.id) photos.set(poster, { ...latest, kept: [...latest.kept, attachment] })
    return refused
  }

  /** What the room is told of it. */
  async function carryOut(communityId: CommunityId, { number, ...order }: StaffOrder, by: StaffActor, poster: string): Promise<string> {
    const request = await requestCalled(communityId, number)
    if (typeof request === 'string') return request
    const waiting = photosOf(poster)
    const attachments = waiting?.request.id === request.id && (order.move === 'reply' || order.move === 'close') ? waiting.kept : []
    const offered = engine.movesFor(request, by)
    const mayTake = offered.includes('take') || offered.includes('take-over')
    const mayHandOn = offered.some((move) => move === 'forward' || move === 'assign' || move === 'reassign')
    const may = order.move === 'take' ? mayTake : order.move === 'forward' ? mayHandOn : offered.includes(order.move)
    if (!may) return staffLines.notNow(request, mayTake)
    try {
      const acted = await staff.act(communityId, request.id, { ...order, attachments }, by)
      if (attachments.length > 0) photos.delete(poster)
      return order.move === 'reply' || order.move === 'ask-resident' ? staffLines.told(acted, attachments.length) : staffLines.stands(acted)
    } catch (error) {
      if (error instanceof InputError) return error.message
      throw error
    }
  }

  return {
    async start() {
      stopListening = store.onCommit(({ communityId, writes }) => {
        if (communityId === PLATFORM) return
        for (const write of writes) {
          if (write.op !== 'put') continue
          if (write.table === 'requests' && write.row.rev === 1) every(communityId, (room) => { announce(room, write.row) })
          if (write.table === 'conversations' && write.row.mode === 'waiting' && write.row.handover !== null) {
            const { id, handover } = write.row
            every(communityId, (room) => { say(room.id, staffLines.waiting(handover.urgent), `waiting|${room.id}|${id}|${handover.at}`) })
          }
        }
      })
      for (const room of await staff.rooms()) {
        const since = Math.max(room.pairedAt, now() - announcedWithinMs)
        for (const request of await store.find(room.communityId, 'requests', { limit: 10_000 })) if (isOpen(request) && request.filedAt >= since) announce(room, request)
      }
    },

    async heard(room, read, authorId) {
      const page = readPageAnswer(read.text)
      const order = page === null ? readStaffOrder(read.text) : null
      const photosFor = readPhotoOrder(read.text)
      const poster = `${room.id}|${authorId}`
      const isPhoto = (read.carries === 'image' || read.carries === 'file') && photosOf(poster) !== undefined
      if ((page === null && order === null && photosFor === null && !isPhoto) || done.has(read.platformId)) return
      const by = await staff.actorOf(authorId, room.communityId)
      if (typeof by === 'string') {
        if (staff.mayTell(authorId)) say(room.id, by, `who|${read.platformId}`)
        return
      }
      done.add(read.platformId)
      if (done.size > remembered) for (const oldest of done) { done.delete(oldest); break }
      try {
        const told = page !== null ? await engine.answerPage(room.communityId, page, by)
          : order !== null ? await carryOut(room.communityId, order, by, poster)
          : photosFor !== null ? await waitForPhotos(room.communityId, photosFor, poster)
          : await takePhoto(room.communityId, read, poster)
        if (told !== null) say(room.id, told, `order|${read.platformId}`)
      } catch (error) {
        say(room.id, staffLines.notDone, `order|${read.platformId}`)
        throw error
      }
    },

    isStaff: async (authorId, communityId) => typeof (await staff.actorOf(authorId, communityId)) !== 'string',

    stop() { stopListening() },
  }
}
