import type { Community, CommunityId } from '../../knowledge/community.js'
import type { Store } from '../../store/store.js'
import type { Pairing } from '../pairing.js'
import { residentIdOf } from './ids.js'

/** Persons remembered from groups, in memory only. */
const remembered = 20_000

/** Where a person who writes in private lives: Lark says nothing of it, the groups do. */
export interface Whereabouts {
  /** A person wrote in a group of this community. */
  seen(openId: string, communityId: CommunityId): void
  /** `null`: to be asked. */
  of(openId: string): Promise<CommunityId | null>
  /** Communities to choose from: those with a group on Lark, else all. */
  choices(): Promise<readonly Community[]>
}

export function createWhereabouts(parts: { readonly store: Store; readonly pairing: Pairing; readonly communities: () => readonly Community[] }): Whereabouts {
  const { store, pairing, communities } = parts
  const near = new Map<string, CommunityId>()

  async function choices(): Promise<readonly Community[]> {
    const paired = new Set((await pairing.rooms('lark')).filter(({ use }) => use === 'residents').map(({ communityId }) => communityId))
    const known = communities()
    const served = known.filter(({ id }) => paired.has(id))
    return served.length > 0 ? served : known
  }

  return {
    choices,
    seen(openId, communityId) {
      near.delete(openId)
      near.set(openId, communityId)
      if (near.size > remembered) for (const oldest of near.keys()) { near.delete(oldest); break }
    },
    async of(openId) {
      const told = (await pairing.person(residentIdOf(openId)))?.communityId ?? null
      if (told !== null && communities().some(({ id }) => id === told)) return told
      const here = near.get(openId)
      if (here !== undefined) return here
      const possible = await choices()
      if (possible.length === 1) return possible[0]?.id ?? null
      // Whom we answered in a group is a resident there.
      const answered: CommunityId[] = []
      for (const { id } of possible) if ((await store.get(id, 'residents', residentIdOf(openId))) !== null) answered.push(id)
      return answered.length === 1 ? (answered[0] ?? null) : null
    },
  }
}
