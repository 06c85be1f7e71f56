import { closingOf } from '../knowledge/closing.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import type { Store } from '../store/store.js'
import type { ChannelName } from './channel.js'
import type { Pairing } from './pairing.js'

/** Persons remembered from rooms, in memory only. */
const remembered = 20_000

/** Where a person who writes in private lives: told by a code or by themselves, else by the rooms they write in. The platforms say nothing of it. */
export interface Whereabouts {
  /** A person wrote in a room of this community. */
  seen(residentId: string, communityId: CommunityId): void
  /** `null`: to be asked. */
  of(residentId: string): Promise<CommunityId | null>
  isKnown(residentId: string): boolean
  /** Communities to choose from: those with a room on this platform, else all; none whose window is closed. */
  choices(): Promise<readonly Community[]>
}

/** `store` where a platform's ids outlive a login: whom we answered in a room is a resident there. */
export function createWhereabouts(parts: { readonly channel: ChannelName; readonly store?: Store; readonly pairing: Pairing; readonly communities: () => readonly Community[]; readonly now: () => number }): Whereabouts {
  const { channel, store, pairing, communities, now } = parts
  const near = new Map<string, CommunityId>()

  /** Closed ones, too: who is known there still hears of what they filed. */
  async function possible(): Promise<readonly Community[]> {
    const paired = new Set((await pairing.rooms(channel)).filter(({ use }) => use === 'residents').map(({ communityId }) => communityId))
    const known = communities()
    const served = known.filter(({ id }) => paired.has(id))
    return served.length > 0 ? served : known
  }

  const openOf = (all: readonly Community[]): readonly Community[] => all.filter((one) => closingOf(one, now()) === null)

  return {
    choices: async () => openOf(await possible()),
    seen(residentId, communityId) {
      near.delete(residentId)
      near.set(residentId, communityId)
      if (near.size > remembered) for (const oldest of near.keys()) { near.delete(oldest); break }
    },
    isKnown: (residentId) => near.has(residentId),
    async of(residentId) {
      const person = await pairing.person(residentId)
      const told = person?.communityId ?? null
      if (told !== null && communities().some(({ id }) => id === told)) return told
      const here = near.get(residentId)
      if (here !== undefined) return here
      const all = await possible()
      // Who works for us is not asked where they live, least of all when they answer a call.
      if (all.length === 1 || (person?.staffId ?? null) !== null) return all[0]?.id ?? null
      const answered: CommunityId[] = []
      if (store !== undefined) for (const { id } of all) if ((await store.get(id, 'residents', residentId)) !== null) answered.push(id)
      if (answered.length > 0) return answered.length === 1 ? (answered[0] ?? null) : null
      const open = openOf(all)
      return open.length === 1 ? (open[0]?.id ?? null) : null
    },
  }
}

/** The community a typed answer picks: by number, or by a name in it. `null` when it picks none or several. */
export function pickCommunity(text: string, communities: readonly Community[]): Community | null {
  const said = text.normalize('NFKC').trim()
  const number = /^第?(\d{1,2})(?:个|号|[.、,，。]|$)/.exec(said)?.[1]
  if (number !== undefined) return communities[Number(number) - 1] ?? null
  const bare = (name: string): string => name.replace(/[(（].*$/, '').replace(/(社区|村)$/, '')
  const named = communities.filter(({ name }) => said.includes(bare(name)))
  return named.length === 1 ? (named[0] ?? null) : null
}
