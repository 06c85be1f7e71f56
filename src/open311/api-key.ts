import type { CommunityId } from '../knowledge/community.js'

/** What a key opens: `file` reports, `details` (words and places of public matters, without personal data). */
export const keyRights = ['file', 'details'] as const
export type KeyRight = (typeof keyRights)[number]

/** A program of another system that may come in. The id is the SHA-256 of the key; the key itself is shown once. Kept under the platform. */
export interface ApiKey {
  readonly id: string
  readonly rev: number
  /** Who uses it, for people. */
  readonly name: string
  readonly scope: 'all' | readonly CommunityId[]
  readonly rights: readonly KeyRight[]
  /** Most reports in a minute. */
  readonly perMinute: number
  /** The last characters of the key, so that people can tell one from another. */
  readonly tail: string
  readonly createdAt: number
  readonly createdBy: string
  /** When it was last used, to the hour; `null`: never. */
  readonly lastUsedAt: number | null
  readonly revokedAt: number | null
}

/** Why a key does not open this here; `null`: it does. */
export function refusalOfKey(key: ApiKey, right: KeyRight, communityId: CommunityId): string | null {
  if (key.scope !== 'all' && !key.scope.includes(communityId)) return 'api_key is not valid for this jurisdiction_id'
  return key.rights.includes(right) ? null : `api_key has no right to ${right === 'file' ? 'file service requests' : 'read details'}`
}

/** Counts the reports of each key in a minute, in this process. */
export function createKeyLimits(now: () => number): { readonly take: (key: ApiKey) => boolean } {
  const minutes = new Map<string, { readonly minute: number; count: number }>()
  return {
    take({ id, perMinute }) {
      const minute = Math.floor(now() / 60_000)
      const known = minutes.get(id)
      if (known?.minute !== minute) {
        minutes.set(id, { minute, count: 1 })
        return perMinute > 0
      }
      known.count += 1
      return known.count <= perMinute
    },
  }
}
