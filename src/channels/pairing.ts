import { randomInt } from 'node:crypto'
import type { ChannelName } from './channel.js'
import { StoreError } from '../errors.js'
import { hashToken } from '../http/tokens.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { decideAgain, unlessQuicker } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'

/** A room of a chat platform and what it is to us. Kept under the platform: its community is what it says. */
export interface Room {
  /** The conversation's id, `channel:…`. */
  readonly id: string
  readonly rev: number
  readonly channel: ChannelName
  readonly communityId: CommunityId
  /** `staff`: requests are shown and worked on here; residents are not served. */
  readonly use: 'residents' | 'staff'
  readonly pairedAt: number
  /** When the bot was taken out of it; `null` while it is in. */
  readonly leftAt: number | null
}

/** A person of a chat platform, as far as one has to be known to be answered in private or to work in chat. */
export interface ChatPerson {
  /** The resident's id, `channel:…`. */
  readonly id: string
  readonly rev: number
  readonly channel: ChannelName
  /** Where the person lives; `null` while it is not known. */
  readonly communityId: CommunityId | null
  /** The platform's id of the private chat, where it has one of its own; by it a recalled message is found. */
  readonly privateChat: string | null
  /** The account at the desk, once linked by a code. */
  readonly staffId: string | null
  /** What was said before it was known where the person lives; goes with the answer. */
  readonly held: unknown
  readonly at: number
}

/** What a one-time code is good for. */
export type CodeUse =
  /** `again`: the room it is again, where the platform calls it otherwise since a new login; absent, it is a new one. */
  | { readonly kind: 'room'; readonly communityId: CommunityId; readonly use: Room['use']; readonly again?: string }
  | { readonly kind: 'staff'; readonly staffId: string }
  | { readonly kind: 'resident'; readonly communityId: CommunityId }

/** A one-time code. The id is the SHA-256 of the code; the code stands nowhere. */
export interface PairingCode {
  readonly id: string
  readonly rev: number
  readonly use: CodeUse
  readonly expiresAt: number
  readonly usedAt: number | null
}

/** How long a code holds, ms. */
export const codeHoldsMs = 30 * 60_000

/** Letters that are not taken for one another; 8 of them are 40 bits, and guessing is limited by `maxGuesses`. */
const letters = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ'
const codeLength = 8
/** Wrong codes of one person within the time a code holds; more are not looked at. */
const maxGuesses = 10

/** A typed code, however it is written: `绑定 ABCD-2345`, `配对码：abcd2345`. `null` when the text is something else. */
export function readCode(text: string): string | null {
  const match = /^(?:@\S+[\s\u2005]*)?(?:绑定|配对|关联)码?[\s:：]*([0-9a-z]{4})[\s-]?([0-9a-z]{4})\s*$/i.exec(text.normalize('NFKC').trim())
  return match?.[1] === undefined || match[2] === undefined ? null : (match[1] + match[2]).toUpperCase()
}

export interface Pairing {
  /** A new code, `ABCD-2345`; shown once. */
  issue(use: CodeUse): Promise<string>
  /** Uses a code up. `null` when it is unknown, used, too old, or this person has guessed too often: all the same to the caller. */
  redeem(code: string, by: string): Promise<CodeUse | null>
  room(id: string): Promise<Room | null>
  /** Rooms of a channel that the bot is in. */
  rooms(channel: ChannelName): Promise<readonly Room[]>
  pair(room: Pick<Room, 'id' | 'channel' | 'communityId' | 'use'>): Promise<Room>
  /** The bot was taken out (`true`) or put back. */
  left(id: string, isOut: boolean): Promise<void>
  person(id: string): Promise<ChatPerson | null>
  personByChat(privateChat: string): Promise<ChatPerson | null>
  /** Persons of a channel, the newest first. */
  persons(channel: ChannelName, most: number): Promise<readonly ChatPerson[]>
  remember(id: string, channel: ChannelName, change: Partial<Pick<ChatPerson, 'communityId' | 'privateChat' | 'staffId' | 'held'>>): Promise<ChatPerson>
}

export function createPairing(parts: { readonly store: Store; readonly now: () => number }): Pairing {
  const { store, now } = parts
  const guesses = new Map<string, number[]>()

  /** Reads, changes and writes one row; again when somebody was quicker. */
  async function change<T extends 'rooms' | 'chatPersons'>(table: T, id: string, to: (row: (T extends 'rooms' ? Room : ChatPerson) | null) => (T extends 'rooms' ? Room : ChatPerson) | null): Promise<(T extends 'rooms' ? Room : ChatPerson) | null> {
    return decideAgain(async () => {
      const row = (await store.get(PLATFORM, table, id)) as (T extends 'rooms' ? Room : ChatPerson) | null
      const changed = to(row)
      if (changed === null || changed === row) return row
      await store.commit(PLATFORM, [{ op: 'put', table, row: changed } as Write])
      return { ...changed, rev: changed.rev + 1 }
    })
  }

  return {
    async issue(use) {
      const code = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)] ?? '').join('')
      await store.commit(PLATFORM, [{ op: 'put', table: 'pairingCodes', row: { id: hashToken(code), rev: 0, use, expiresAt: now() + codeHoldsMs, usedAt: null } }])
      return `${code.slice(0, 4)}-${code.slice(4)}`
    },

    async redeem(code, by) {
      for (const [who, times] of guesses) if (now() - (times.at(-1) ?? 0) >= codeHoldsMs) guesses.delete(who)
      const recent = (guesses.get(by) ?? []).filter((at) => now() - at < codeHoldsMs)
      if (recent.length >= maxGuesses) return null
      const row = await store.get(PLATFORM, 'pairingCodes', hashToken(code))
      if (row === null || row.usedAt !== null || row.expiresAt <= now()) {
        guesses.set(by, [...recent, now()])
        return null
      }
      return (await unlessQuicker(store.commit(PLATFORM, [{ op: 'put', table: 'pairingCodes', row: { ...row, usedAt: now() } }]))) ? row.use : null
    },

    room: (id) => store.get(PLATFORM, 'rooms', id),
    rooms: async (channel) => (await store.find(PLATFORM, 'rooms', { by: 'channel', equals: channel, limit: 10_000 })).filter(({ leftAt }) => leftAt === null),

    async pair(room) {
      const paired = await change('rooms', room.id, (row) => ({ ...room, rev: row?.rev ?? 0, pairedAt: now(), leftAt: null }))
      if (paired === null) throw new StoreError('closed', `pairing: ${room.id} was not kept`)
      return paired
    },

    async left(id, isOut) {
      await change('rooms', id, (row) => (row === null || (row.leftAt !== null) === isOut ? row : { ...row, leftAt: isOut ? now() : null }))
    },

    person: (id) => store.get(PLATFORM, 'chatPersons', id),
    personByChat: async (privateChat) => (await store.find(PLATFORM, 'chatPersons', { by: 'privateChat', equals: privateChat, limit: 1 }))[0] ?? null,
    persons: async (channel, most) => [...(await store.find(PLATFORM, 'chatPersons', { by: 'channel', equals: channel, limit: 10_000 }))].sort((a, b) => b.at - a.at).slice(0, most),

    async remember(id, channel, given) {
      const kept = await change('chatPersons', id, (row) => {
        const before: ChatPerson = row ?? { id, rev: 0, channel, communityId: null, privateChat: null, staffId: null, held: null, at: now() }
        const after: ChatPerson = { ...before, ...given }
        return row !== null && JSON.stringify(after) === JSON.stringify(before) ? row : after
      })
      if (kept === null) throw new StoreError('closed', `pairing: ${id} was not kept`)
      return kept
    },
  }
}
