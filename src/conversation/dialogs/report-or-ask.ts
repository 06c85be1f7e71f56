import type { Matter } from '../../nlu/understanding.js'
import type { Step, Turn } from '../turn.js'
import { ask } from './ask.js'
import { report } from './report.js'

/** What a service takes is reported; what none takes is a question. */
export async function reportOrAsk(turn: Turn, matter: Matter): Promise<Step> {
  const service = turn.services.forMatter(matter.intent, matter.text)
  return service ? report(turn, matter, service) : ask(turn, matter)
}
