import { alone, type Cluster } from '../cluster/cluster.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

type Log = (event: string, details: Readonly<Record<string, unknown>>) => void

/** What is looked after by the clock. */
export interface ClockWork {
  start(): void
  stop(): void
}

/** Calls `run` every so many ms; what fails is logged as `NAME.failed`, and the next look comes all the same. */
export function everySoOften(name: string, everyMs: number, run: () => Promise<unknown>, log: Log): ClockWork {
  let timer: NodeJS.Timeout | null = null
  return {
    start() {
      timer = setInterval(() => {
        run().catch((error: unknown) => { log(`${name}.failed`, { error: String(error) }) })
      }, everyMs)
      timer.unref()
    },
    stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
    },
  }
}

/** Looks at each community that is this process's. One that can't be read, or that a version of the knowledge no longer has, is logged and keeps nobody else from being looked at. */
export async function inEachCommunity(name: string, parts: { readonly store: Pick<Store, 'communities'>; readonly cluster?: Cluster | undefined; readonly log: Log }, look: (communityId: CommunityId) => Promise<void>): Promise<void> {
  for (const communityId of await parts.store.communities()) {
    if (!(parts.cluster ?? alone).isMine(communityId)) continue
    try {
      await look(communityId)
    } catch (error) {
      parts.log(`${name}.failed`, { communityId, error: String(error) })
    }
  }
}
