import type { Nlu } from '../nlu/load-nlu.js'
import type { Service, ServiceCatalogue } from '../requests/services.js'

/** Least confidence (0–1) at which the classifier's word is taken for what a line from above is about; below it the line has to name its service. Ours: such lines are written by clerks and are plain. */
const plainEnough = 0.5

/** The service that a line's words mean, by the same understanding as a resident's message; `null`: none is plain. */
export async function serviceMeant(nlu: Nlu, services: Pick<ServiceCatalogue, 'forMatter'>, words: string, now: number): Promise<Service | null> {
  const { matters } = await nlu.understand({ text: words, chat: 'private', mentions: { bot: false, others: [], everyone: false }, quoted: null, authorKind: 'resident', before: [], now })
  const [best] = [...matters].sort((one, other) => other.confidence - one.confidence)
  if (best === undefined || best.confidence < plainEnough) return null
  // Danger is of no service; as a fault it is filed, and people are called besides.
  return services.forMatter(best.intent === 'emergency' ? 'repair_env' : best.intent, best.text)
}
