import type { Community, CommunityId } from '../../knowledge/community.js'
import type { Pairing } from '../pairing.js'

/** Persons remembered from rooms, in memory only. */
const remembered = 20_000

/** Where a person who writes in private lives: told by a code or by themselves, else by the rooms they write in. */
export interface Whereabouts {
  seen(residentId: string, communityId: CommunityId): void
  /** `null`: to be asked. */
  of(residentId: string): Promise<CommunityId | null>
  isKnown(residentId: string): boolean
  /** Communities to choose from: those with a room on WeChat, else all. */
  choices(): Promise<readonly Community[]>
}

export function createWhereabouts(parts: { readonly pairing: Pairing; readonly communities: () => readonly Community[] }): Whereabouts {
  const { pairing, communities } = parts
  const near = new Map<string, CommunityId>()

  async function choices(): Promise<readonly Community[]> {
    const paired = new Set((await pairing.rooms('wechat')).filter(({ use }) => use === 'residents').map(({ communityId }) => communityId))
    const known = communities()
    const served = known.filter(({ id }) => paired.has(id))
    return served.length > 0 ? served : known
  }

  return {
    choices,
    seen(residentId, communityId) {
      near.delete(residentId)
      near.set(residentId, communityId)
      if (near.size > remembered) for (const oldest of near.keys()) { near.delete(oldest); break }
    },
    isKnown: (residentId) => near.has(residentId),
    async of(residentId) {
      const told = (await pairing.person(residentId))?.communityId ?? null
      if (told !== null && communities().some(({ id }) => id === told)) return told
      const here = near.get(residentId)
      if (here !== undefined) return here
      const possible = await choices()
      return possible.length === 1 ? (possible[0]?.id ?? null) : null
    },
  }
}
