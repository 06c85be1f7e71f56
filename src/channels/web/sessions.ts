import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Resident } from '../../conversation/records.js'
import { hashToken, looksLikeToken, newToken } from '../../http/tokens.js'
import { isCommunityId, type Community } from '../../knowledge/community.js'
import { unlessQuicker } from '../../store/quicker.js'
import type { Store } from '../../store/store.js'

/** A resident at a browser, in one community. */
export interface ChatResident {
  readonly id: string
  readonly name: string
  readonly community: Community
  readonly privateId: string
  readonly roomId: string
}

/** Longest that browsers keep a cookie, s (RFC 6265bis: 400 days). */
const cookieMaxAgeS = 400 * 24 * 3_600

/** How long a session's last use may lie back before it is written down again, ms. */
const touchAfterMs = 24 * 3_600_000

/** No letters or digits that are taken for one another when read aloud. */
const nameAlphabet = 'ACDEFHJKMNPRTUVWXY34679'

export function roomIdOf(communityId: string): string {
  return `web:${communityId}:room`
}

/** `web:<community>:<resident's own part>`; residents' ids are `web:<own part>`. */
function privateIdOf(communityId: string, residentId: string): string {
  return `web:${communityId}:${residentId.slice('web:'.length)}`
}

/** Reads a conversation's id back: its community, and the resident whose private chat it is (`null` = the room). */
export function readConversationId(id: string): { readonly communityId: string; readonly residentId: string | null } | null {
  const match = /^web:([^:]+):(.+)$/.exec(id)
  if (match?.[1] === undefined || match[2] === undefined) return null
  return { communityId: match[1], residentId: match[2] === 'room' ? null : `web:${match[2]}` }
}

export interface ChatSessions {
  /** The resident of this browser in the community it chose last; `null` when there is none. */
  resume(request: FastifyRequest): Promise<ChatResident | null>
  /** Lets this browser into a community: as the resident it was there before, else as a new one. */
  enter(request: FastifyRequest, reply: FastifyReply, community: Community): Promise<ChatResident>
}

/**
 * A browser is known by an opaque token in a cookie, one for each community it has been to, so that coming back to one finds
 * the same conversation. No name, no phone, nothing about the person.
 */
export function chatSessions(parts: {
  readonly store: Store
  readonly communities: () => readonly Community[]
  readonly isSecure: (request: FastifyRequest) => boolean
  readonly now: () => number
  readonly newId: () => string
}): ChatSessions {
  const { store, now, newId } = parts

  async function residentOf(community: Community, token: unknown): Promise<ChatResident | null> {
    if (!looksLikeToken(token)) return null
    const session = await store.get(community.id, 'chatSessions', hashToken(token))
    if (!session) return null
    // Who had everything deleted stays in the talk, and reads the receipt there, as somebody of whom nothing is known.
    const resident = (await store.get(community.id, 'residents', session.residentId)) ?? (await beginAnew(community, session.residentId))
    if (now() - session.lastAt > touchAfterMs) {
      // Someone else touching it at the same time is as good.
      await store.commit(community.id, [{ op: 'put', table: 'chatSessions', row: { ...session, lastAt: now() } }]).catch(() => undefined)
    }
    return chatResident(community, resident)
  }

  async function beginAnew(community: Community, id: string): Promise<Resident> {
    const resident = unknownResident(community, id)
    // Two pages of one browser may come at once; either row is as good.
    await unlessQuicker(store.commit(community.id, [{ op: 'put', table: 'residents', row: resident }]))
    return resident
  }

  function unknownResident(community: Community, id: string): Resident {
    return { id, rev: 0, channel: 'web', name: neighbourName(id), phone: null, privateConversationId: privateIdOf(community.id, id), noticedAt: null, createdAt: now() }
  }

  return {
    async resume(request) {
      const chosen = request.cookies[currentCookie]
      const community = parts.communities().find(({ id }) => id === chosen)
      return community ? residentOf(community, request.cookies[tokenCookie(community.id)]) : null
    },

    async enter(request, reply, community) {
      const cookie = { path: '/', httpOnly: true, sameSite: 'lax', secure: parts.isSecure(request), maxAge: cookieMaxAgeS } as const
      void reply.setCookie(currentCookie, community.id, cookie)
      const known = await residentOf(community, request.cookies[tokenCookie(community.id)])
      if (known) return known
      const token = newToken()
      const id = `web:${newId()}`
      const resident = unknownResident(community, id)
      await store.commit(community.id, [
        { op: 'put', table: 'residents', row: resident },
        { op: 'put', table: 'chatSessions', row: { id: hashToken(token), rev: 0, residentId: id, createdAt: now(), lastAt: now() } },
      ])
      void reply.setCookie(tokenCookie(community.id), token, cookie)
      return chatResident(community, resident)
    },
  }
}

const currentCookie = 'chat'

function tokenCookie(communityId: string): string {
  if (!isCommunityId(communityId)) throw new TypeError(`web: ${communityId} is no community id`)
  return `chat-${communityId}`
}

function chatResident(community: Community, resident: Resident): ChatResident {
  return {
    id: resident.id,
    name: resident.name ?? '邻居',
    community,
    privateId: privateIdOf(community.id, resident.id),
    roomId: roomIdOf(community.id),
  }
}

/** 邻居 and four characters, from the token's hash: nothing of the token shows. */
function neighbourName(token: string): string {
  const digest = Buffer.from(hashToken(`name ${token}`), 'hex')
  return `邻居${[...digest.subarray(0, 4)].map((byte) => nameAlphabet[byte % nameAlphabet.length]).join('')}`
}
