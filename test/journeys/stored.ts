import type { Intake } from '../../src/conversation/records.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'

/** What lies in a data folder whose server has stopped. */
export async function storedIn(folder: string, communityId: string): Promise<{ readonly requests: readonly ServiceRequest[]; readonly pendingIntakes: readonly Intake[] }> {
  const store = await openEmbeddedStore({ folder, create: false, now: () => Date.now(), onFatal: (error) => { throw error } })
  try {
    const community = communityId as CommunityId
    return {
      requests: await store.find(community, 'requests', { limit: 10_000 }),
      pendingIntakes: await store.find(community, 'intake', { by: 'state', equals: 'pending' }),
    }
  } finally {
    await store.close()
  }
}
