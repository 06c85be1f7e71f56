import type { Matter } from '../../nlu/understanding.js'
import { closingOf, sayClosing } from '../../knowledge/closing.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { say, step, type Step, type Turn } from '../turn.js'

/** What is on record, and who it is on record for: served to its end. */
const ofWhatIsFiled: readonly Matter['intent'][] = ['track', 'urge', 'cancel_change', 'rate_complain', 'praise', 'human']

const passing = /谢|辛苦|再见|拜拜|^(嗯|哦|好|行|对|知道了|晓得了|收到|明白)/

const words = {
  closed: (community: string, closing: string) => `这里不再登记新的事了。${community}的一窗${closing}`,
  goesOn: (count: number) => `您还没办完的 ${count} 件会接着办完，问进度、催办、评价照旧在这里。`,
  danger: '有危险请马上打 119、110 或 120。',
}

/** Whether the community's window is closed by now. Danger is met before anybody asks. */
export function isShut(turn: Pick<Turn, 'community' | 'now'>): boolean {
  return closingOf(turn.community, turn.now) !== null
}

/** In place of anything new where the community's window is closed; `null`: it is open, or the matter is one that is on record. */
export async function meetClosed(turn: Turn, matter: Matter): Promise<Step | null> {
  if (!isShut(turn) || matter.intent === 'emergency' || (matter.intent === 'chitchat' && passing.test(matter.text))) return null
  return ofWhatIsFiled.includes(matter.intent) && (await onRecord(turn)).length > 0 ? null : tellClosed(turn)
}

/** That nothing new is taken up here, since when and why, and where to turn. */
export async function tellClosed(turn: Turn): Promise<Step> {
  const closing = closingOf(turn.community, turn.now)
  const open = turn.message.chat === 'group' ? 0 : (await onRecord(turn)).filter(isOpen).length
  const text = [words.closed(turn.community.name, closing === null ? '' : sayClosing(closing)), open === 0 ? '' : words.goesOn(open), words.danger].join('')
  return step({ kind: 'unanswerable', reason: 'out-of-scope' }, say(text), { memory: { form: null } })
}

/** What the author filed, or was joined to. */
async function onRecord(turn: Turn): Promise<readonly ServiceRequest[]> {
  return [...(await turn.records.requestsOf(turn.message.author.id)), ...(await turn.records.joinedBy(turn.resident))]
}
