import type { CommunityId } from '../knowledge/community.js'
import type { Activity, SignUp } from '../programmes/activity.js'
import { noRules, type Volunteer, type VolunteerRules } from '../programmes/volunteer.js'
import type { Reads } from '../store/read-once.js'
import type { Message } from './records.js'

/** Lines of a room among which an announcement is looked for. */
const linesLookedAt = 30

/** What is on, who comes, and what the author of a message told as a volunteer; under all their identities. */
export interface ActivityRecords {
  all(): Promise<readonly Activity[]>
  get(id: string): Promise<Activity | null>
  signUpsFor(activityId: string): Promise<readonly SignUp[]>
  /** The author's own, past ones with confirmed hours among them. */
  own(): Promise<readonly SignUp[]>
  /** What the author registered; `null`: nothing. */
  volunteer(): Promise<Volunteer | null>
  rules(): Promise<VolunteerRules>
  /** What we and staff said last in a conversation, the newest first. */
  saidIn(conversationId: string): Promise<readonly Pick<Message, 'text' | 'at'>[]>
}

/** What an admin has set for the volunteers of a community. */
export async function volunteerRulesOf(store: Reads, communityId: CommunityId): Promise<VolunteerRules> {
  return (await store.get(communityId, 'volunteerRules', 'rules')) ?? noRules
}

export function activityRecords(store: Reads, communityId: CommunityId, identities: () => Promise<readonly string[]>): ActivityRecords {
  return {
    all: () => store.find(communityId, 'activities', { limit: 10_000 }),
    get: (id) => store.get(communityId, 'activities', id),
    signUpsFor: (activityId) => store.find(communityId, 'signUps', { by: 'activityId', equals: activityId, limit: 10_000 }),
    own: async () => (await Promise.all((await identities()).map((id) => store.find(communityId, 'signUps', { by: 'residentId', equals: id, limit: 10_000 })))).flat(),
    volunteer: async () => (await Promise.all((await identities()).map((id) => store.get(communityId, 'volunteers', id)))).find((row) => row !== null) ?? null,
    saidIn: async (conversationId) => (await store.find(communityId, 'messages', { by: 'conversationId', equals: conversationId, order: 'desc', limit: linesLookedAt })).filter(({ from }) => from !== 'resident'),
    rules: () => volunteerRulesOf(store, communityId),
  }
}
