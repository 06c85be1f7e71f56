import { z } from 'zod'
import type { Conversation } from '../conversation/records.js'
import { newConversation } from '../conversation/turn-state.js'
import { InputError } from '../errors.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import type { GateMode } from '../nlu/understanding.js'
import type { ControlHandlers } from '../store/control.js'
import { decideAgain } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import type { Row } from '../store/tables.js'
import type { RoomSetting, UnsaidRow } from './records.js'

export interface RoomSettings {
  /** Those where something was said and those that are paired and still silent. */
  list(): Promise<readonly RoomSetting[]>
  /** Changes what is given. Throws InputError where there is no such room. */
  set(id: string, change: { readonly mode?: GateMode | undefined; readonly trial?: boolean | undefined }): Promise<RoomSetting>
  /** What would have been said in rooms on trial, newest first. */
  unsaid(conversationId: string | null, limit: number): Promise<readonly (UnsaidRow & { readonly communityId: CommunityId })[]>
}


/** A room in which residents are served now. */
const isServed = ({ use, leftAt }: Row<'rooms'>): boolean => use === 'residents' && leftAt === null

export function createRoomSettings(store: Store): RoomSettings {
  function settingOf(communityId: CommunityId, { id, title, gateMode, gateDryRun }: Conversation): RoomSetting {
    return { communityId, id, title, mode: gateMode ?? 'careful', trial: gateDryRun ?? false }
  }

  /** A paired room in which nothing was answered yet, as its conversation will begin. */
  function unspoken({ id, channel, pairedAt }: Row<'rooms'>): Conversation {
    return newConversation({ conversationId: id, channel, chat: 'group', author: { id: '', name: null } }, pairedAt)
  }

  async function roomNamed(communityId: CommunityId, id: string): Promise<Conversation | null> {
    const row = await store.get(communityId, 'conversations', id)
    if (row !== null) return row.chat === 'group' ? row : null
    const paired = await store.get(PLATFORM, 'rooms', id)
    return paired === null || paired.communityId !== communityId || !isServed(paired) ? null : unspoken(paired)
  }

  async function communitiesWithRooms(paired: readonly Row<'rooms'>[]): Promise<readonly CommunityId[]> {
    return [...new Set([...(await store.communities()), ...paired.map(({ communityId }) => communityId)])]
  }

  return {
    async list() {
      const rooms: RoomSetting[] = []
      const paired = (await store.find(PLATFORM, 'rooms', { limit: 10_000 })).filter(isServed)
      for (const communityId of await communitiesWithRooms(paired)) {
        // Private chats belong to a resident, rooms to none.
        const rows = await store.find(communityId, 'conversations', { by: 'residentId', equals: null, limit: 10_000 })
        const spoken = new Set(rows.map(({ id }) => id))
        const all = [...rows.filter(({ chat }) => chat === 'group'), ...paired.filter((room) => room.communityId === communityId && !spoken.has(room.id)).map(unspoken)]
        rooms.push(...all.map((row) => settingOf(communityId, row)))
      }
      return rooms
    },
    set: (id, { mode, trial }) => decideAgain(async () => {
      for (const communityId of await communitiesWithRooms((await store.find(PLATFORM, 'rooms', { limit: 10_000 })).filter(isServed))) {
        const row = await roomNamed(communityId, id)
        if (row === null) continue
        const changed: Conversation = { ...row, ...(mode === undefined ? {} : { gateMode: mode }), ...(trial === undefined ? {} : { gateDryRun: trial }) }
        await store.commit(communityId, [{ op: 'put', table: 'conversations', row: changed }])
        return settingOf(communityId, changed)
      }
      throw new InputError('no-room', `没有 ${id} 这个群，用 room list 看有哪些。`)
    }),
    async unsaid(conversationId, limit) {
      const found: (UnsaidRow & { communityId: CommunityId })[] = []
      for (const communityId of await store.communities()) {
        const rows = await store.find(communityId, 'unsaid', { ...(conversationId === null ? {} : { by: 'conversationId' as const, equals: conversationId }), order: 'desc', limit })
        found.push(...rows.map((row) => ({ ...row, communityId })))
      }
      return found.sort((a, b) => b.at - a.at).slice(0, limit)
    },
  }
}

export const gateModes = ['only-when-addressed', 'careful', 'helpful'] as const satisfies readonly GateMode[]
const setArgs = z.strictObject({ id: z.string().min(1), mode: z.enum(gateModes).optional(), trial: z.boolean().optional() })
const unsaidArgs = z.strictObject({ room: z.string().nullable(), limit: z.number().int().min(1).max(1_000) })

/** The rooms as the commands reach them, through the running process or without one. */
export function roomControl(rooms: RoomSettings): ControlHandlers {
  return {
    'room list': async () => rooms.list(),
    'room set': async (args) => {
      const { id, mode, trial } = setArgs.parse(args)
      return rooms.set(id, { mode, trial })
    },
    'room unsaid': async (args) => {
      const { room, limit } = unsaidArgs.parse(args)
      return rooms.unsaid(room, limit)
    },
  }
}
