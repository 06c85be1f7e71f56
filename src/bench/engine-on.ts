import type { Channel } from '../channels/channel.js'
import { createEngine, type EngineParts, type RunningEngine } from '../conversation/create-engine.js'
import { idMaker } from '../conversation/new-id.js'
import { readKnowledgeFolder } from '../knowledge/files.js'
import { gazetteerOf } from '../knowledge/gazetteer.js'
import { createNlu } from '../nlu/load-nlu.js'
import { createLiveKnowledge } from '../publication/live-knowledge.js'
import { createPublication } from '../publication/publication.js'
import type { Store } from '../store/store.js'

export interface EngineOn extends Pick<EngineParts, 'log' | 'now' | 'after' | 'onTurn' | 'cluster'> {
  readonly store: Store
  readonly channel: Channel
  readonly knowledgeDir: string
  readonly intentsDir: string
  readonly cacheDir: string
}

/** The product's own conversations on a store, with one channel; not started. No HTTP, no platform. */
export async function engineOn({ channel, knowledgeDir, intentsDir, cacheDir, ...parts }: EngineOn): Promise<{ readonly engine: RunningEngine; readonly knowledge: ReturnType<Awaited<ReturnType<typeof createLiveKnowledge>>['inUse']> }> {
  const publication = createPublication(parts.store, parts.now)
  await publication.begin(await readKnowledgeFolder(knowledgeDir))
  const knowledge = (await createLiveKnowledge(publication)).inUse()
  const nlu = await createNlu({ intentsDir, cacheDir, gazetteer: gazetteerOf(knowledge.communities.values()) })
  return {
    knowledge,
    engine: createEngine({ ...knowledge, ...parts, inUse: () => knowledge, nlu, channels: () => [channel], withFacts: true, newId: idMaker(parts.now), turnDeadlineMs: 10_000 }),
  }
}
