import type { Matter } from '../../nlu/understanding.js'
import type { Service } from '../../requests/services.js'
import { isAsking, wantsAct } from '../matters.js'
import type { Form } from '../memory.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { ask } from './ask.js'
import { moveToPrivate, newForm, report } from './report.js'

/** Words of a person who can't come to a window. */
const mobility = /(走不(动|成|了|脱)|下不了(楼|床)|出不了门|腿(脚)?(不好|不行|不便|断|骨折|摔|走不)|卧床|瘫|轮椅|中风|脑梗|看不见|失明|残疾(?!人?证)|动不了|月子|起不来床|行动不便|(8|9)\d岁|[八九]十多)/

/** Asks that somebody come and do it. */
const asksToCome = /上门(来)?(帮(忙|我|俺)?|替我?|给我?)[^，,。]{0,4}(弄|办|搞|做)|(派|安排)(个)?人?上门/

/** Answers a question; to who can't come, paperwork at home is offered. */
export function askOrOffer(turn: Turn, matter: Matter): Step {
  const agent = turn.services.forMatter('home_agent', '')
  if (agent && mobility.test(turn.understanding.text) && ['ask_process', 'ask_materials', 'social_insurance', 'ask_hours_place'].includes(matter.intent)) return offerHomeAgent(turn, matter, agent)
  return ask(turn, matter)
}

/** A service to a person at home, or a question about it. */
export async function careOrAsk(turn: Turn, matter: Matter): Promise<Step> {
  const service = turn.services.forMatter(matter.intent, matter.text)
  if (!service) return ask(turn, matter)
  const hasData = matter.slots.some((slot) => slot.name === 'phone' || (slot.name === 'addr' && /[\d一二三四五六七八九十]/.test(slot.value)))
  const asks = isAsking.test(matter.text)
  if (hasData) return report(turn, matter, service)
  // 「能上门帮忙办一下吗」 of one's own is the wish itself.
  if (matter.intent === 'home_agent' && asksToCome.test(matter.text) && mobility.test(turn.understanding.text) && !isAboutOthers(turn.understanding.text)) return report(turn, matter, service)
  if (matter.intent === 'home_agent' && asks && (mobility.test(turn.understanding.text) || wantsAct.test(matter.text))) return offerHomeAgent(turn, matter, service)
  if (!asks || (wantsAct.test(matter.text) && !isAboutOthers(matter.text))) return report(turn, matter, service)
  const answered = ask(turn, matter)
  if (answered.outcome.kind === 'answered' || matter.intent !== 'home_agent') return answered
  return offerHomeAgent(turn, matter, service)
}

/** 「社区要给老年人办食堂不」 asks what those do that are named, for nobody in particular. */
function isAboutOthers(text: string): boolean {
  return /^(请问|咱们?|你们|我们)?(这)?(社区|小区|村里?|镇上?|街道|政府|国家|上面|上头)/.test(text) && !/(?<!咱|们)[我俺](?!们(社区|小区|村))|[爸妈爷奶公婆]|老伴|家里|家属/.test(text)
}

/** Offers paperwork at home to a person who can't come; accepted, it becomes a form. */
function offerHomeAgent(turn: Turn, matter: Matter, service: Service): Step {
  const form: Form = { ...newForm(turn, matter, service), intent: 'home_agent', asking: 'offer' }
  if (turn.message.chat === 'group') return moveToPrivate(turn, service, form)
  return step({ kind: 'clarifying', about: 'home-agent' }, say(replies.offerHomeAgent, { choices: ['要上门', '不用'] }), { memory: { form } })
}
