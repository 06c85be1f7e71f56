import { KnowledgeError } from '../errors.js'
import { readCalendar } from '../knowledge/calendar.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import type { KnowledgeFiles } from '../knowledge/files.js'
import { readKnowledge } from '../knowledge/knowledge.js'
import { readServices } from '../knowledge/services.js'
import { ordersFiveInOne, responsibleUnit, type ResponsibleUnit } from '../requests/routing.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { WorkingTime } from '../requests/working-time.js'
import type { PolicyAnswer } from '../retrieval/answer.js'
import { createRetriever, type OpenRetriever } from '../retrieval/retriever.js'
import type { Publication } from './publication.js'
import type { KnowledgeVersion } from './version.js'

/** One version, ready to answer; its citations carry the version's number and hash. */
export interface KnowledgeInUse {
  readonly version: KnowledgeVersion
  readonly files: KnowledgeFiles
  readonly communities: ReadonlyMap<CommunityId, Community>
  readonly retriever: OpenRetriever
  readonly services: ServiceCatalogue
  /** Holidays and make-up days by year. */
  readonly years: WorkingTime['years']
  /** Communities whose text gives all cases of a grid to one person (五员合一). */
  readonly fiveInOne: ReadonlySet<CommunityId>
  /** Who answers outside the community for a service, as a text in force there says; `null` where none does. */
  readonly responsibleFor: (id: CommunityId, serviceCode: string) => ResponsibleUnit | null
  /** Throws KnowledgeError for a community that the version does not have. */
  readonly community: (id: CommunityId) => Community
}

export interface LiveKnowledge {
  /** The version in use now; who takes it ends on it. */
  inUse(): KnowledgeInUse
  /** Goes over to the version that is live in the store. On a failure the one in use stays. */
  reload(): Promise<KnowledgeInUse>
}

export async function createLiveKnowledge(publication: Pick<Publication, 'live' | 'files'>): Promise<LiveKnowledge> {
  const first = await publication.live()
  let current = ready(first, await publication.files(first))
  let queue: Promise<unknown> = Promise.resolve()
  return {
    inUse: () => current,
    reload() {
      // One after the other, so that an older version never comes after a newer one.
      const next = queue.then(async () => {
        const version = await publication.live()
        if (version.number !== current.version.number) current = ready(version, await publication.files(version))
        return current
      })
      queue = next.catch(() => {})
      return next
    },
  }
}

export function ready(version: KnowledgeVersion, files: KnowledgeFiles): KnowledgeInUse {
  const knowledge = readKnowledge(files)
  const retriever = createRetriever(knowledge)
  const stamp = { version: version.number, hash: version.hash.slice(0, 16) }
  const services = readServices(files)
  return {
    version,
    files,
    communities: knowledge.communities,
    years: readCalendar(files),
    fiveInOne: new Set([...knowledge.communities.values()].filter((each) => ordersFiveInOne(each, knowledge.policies) !== null).map(({ id }) => id)),
    services: { ...services, checklists: services.checklists.map((list) => ({ ...list, knowledge: stamp })) },
    retriever: { answer: (question) => stamped(retriever.answer(question), stamp), explain: (question) => retriever.explain(question) },
    responsibleFor(id, code) {
      const [community, service] = [knowledge.communities.get(id), services.byCode(code)]
      return community === undefined || service === null ? null : responsibleUnit(service, community, knowledge.policies)
    },
    community(id) {
      const community = knowledge.communities.get(id)
      if (community === undefined) throw new KnowledgeError('no-community', `no community ${id} in version ${version.number} of the knowledge`)
      return community
    },
  }
}

function stamped(answer: PolicyAnswer, knowledge: { readonly version: number; readonly hash: string }): PolicyAnswer {
  return answer.kind === 'no-passage' ? answer : { ...answer, citations: answer.citations.map((citation) => ({ ...citation, knowledge })) }
}
