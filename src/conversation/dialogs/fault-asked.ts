import type { Matter } from '../../nlu/understanding.js'
import { statesFault } from '../../requests/faults.js'
import { asksWhereToReport, inGeneral, onlyTalksOfFault, withoutAsking } from '../matters.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { ask } from './ask.js'
import { newForm } from './report.js'

/** 「停水几点来」: a notice of the community answers before a report is taken. */
export function noticed(turn: Turn, matter: Matter): Step | null {
  if (!turn.withFacts || !/几点|什么时候|啥时候|多久|多会儿|何时/.test(matter.text)) return null
  const told = ask(turn, matter)
  return told.outcome.kind === 'answered' && told.say.some((one) => one.citations.some((citation) => citation.kind === 'fact')) ? told : null
}

/** A fault that is only asked about is answered, not filed. */
export function aboutFault(turn: Turn, matter: Matter): Step | null {
  if (asksWhereToReport(matter.text)) return tellWhere(turn, matter)
  return ['repair_env', 'noise', 'property_complaint'].includes(matter.intent) && onlyTalksOfFault(matter) ? tellOfFault(turn, matter) : null
}

/** Whom to tell: here. A place said next is where it is broken. */
function tellWhere(turn: Turn, matter: Matter): Step {
  const service = statesFault(matter.text) && !inGeneral.test(matter.text) && turn.message.chat === 'private' ? turn.services.forMatter('repair_env', matter.text) : null
  return step({ kind: 'answered' }, replies.whereToReport, service === null ? {} : { memory: { form: { ...newForm(turn, { ...matter, intent: 'repair_env' }, service), description: withoutAsking(matter.text) } } })
}

/** What the texts or the community's notices say of it; a passage that is only near says nothing of a tap. */
function tellOfFault(turn: Turn, matter: Matter): Step {
  const told = ask(turn, { ...matter, intent: 'policy_standard' })
  return told.outcome.kind === 'unanswerable' ? { ...told, say: [say(replies.faultUnknown, { choices: ['人工'] })] } : told
}
