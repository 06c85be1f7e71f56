import type { IntentName, Matter } from '../nlu/understanding.js'
import { statesFault } from '../requests/faults.js'
import type { Turn } from './turn.js'

/** Words that ask, wider than those that tell a question from a wish: a clause can be asked for in many ways. */
const asks = /[?？]|多少|几(点|折|个|块|岁|成|倍|级|家|人|年|号|户|平|样|类|时|多|耐)|怎么|咋|哪|能不能|可以.{0,4}吗|行不|还来不来|来不来(?=[社小])|((?!来)\p{Script=Han}{1,2})[没不唔]\2|有冇|(吗|么|不|没|伐|呢|㗎|未)[。!！]*$|什么|啥|谁|还是|何|多大|多久|归|提倡|说法|讲法|真的假的|合不?合(适|理|规)|[咩乜]|边(种|个|度|间)|点(样|解|算)/u
/** The question names the kind of text it asks about. */
const namesText = /文件|文章|文中|政策|规定|章程|方案|条例|范文|稿子|附件|意见(稿|里|书|上)|办法|原文|哪一?条/
/** Asks for a text's own words or for what those above have said, as who works with it does: whatever else it sounds like, only a text can tell. */
const wantsWords = /原句|原话|原文|出处|依据|哪一?条|[那哪][一几]?[条句](话|原话)?.{0,6}(找|发|给|在|能|说)|有没有.{0,2}[一哪][条句]|(文件|文章|文中|政策|规定|方案|稿子?|附件|意见|范文|章程)[里上中头]?.{0,8}(找|写|说|提|有没|讲|咋|怎么|给没给|给不给)|(上头|上面|上级|省里|市里|县里|政府|国家).{0,4}(有没有|[说讲提]没[说讲提]|[说讲提]过|给不给|让不让|许不许|支不支持|支持不支持|鼓不鼓励|提不提倡)/
/** A piece that only asks to be told. */
const asksToBeTold = /^.{0,4}(给|跟|帮|替)?(我|大家|我们|咱)?.{0,4}(说说|讲讲|说一?下|找(一下|找|出来|齐)|查查|查一下|个准话|个说法|原句|原文)/
/** Matters that ask the texts and the facts by themselves, when the classifier is sure of them. */
const askedAnyway: ReadonlySet<IntentName> = new Set(['ask_process', 'ask_materials', 'ask_hours_place', 'social_insurance', 'employment', 'schooling', 'housing', 'payment', 'policy_standard'])
/** Matters of somebody's own, for which a text stands in only where it surely answers. */
const ownMatters: ReadonlySet<IntentName> = new Set(['human', 'chitchat', 'track', 'urge', 'cancel_change', 'praise', 'book', 'home_agent', 'micro_wish', 'elderly_service', 'offtopic_group'])
/** Matters that are never answered with a clause unless it is asked for. */
const neverTexts: ReadonlySet<IntentName> = new Set(['emergency', 'counseling'])
/** Taking part and how houses are run: matters to act on, which are as often only asked about. */
const askedAbout: ReadonlySet<IntentName> = new Set(['volunteer', 'deliberation', 'property_complaint'])
/** A person is really asked for; 「一个人干」 only has a person in it. */
const asksForPerson = /人工|真人|活人|客服|转接|[找叫换喊](个|一个|你们|你)?.{0,4}人|有人(在)?[吗么没]|工作人员|值班/
/** Somebody's own case, here and now; without it a complaint's words ask how things are set (物业评级跟收费挂不挂钩). */
const ownCase = /我家|[我咱俺](们)?(这)?(家|楼|栋|单元|小区|门口)|楼[上下]|隔壁|邻居|对门|昨|今天|刚才|刚刚|这两天|天天|一直|又|老是|总是|半夜|投诉|举报|反映|\d+[栋幢号楼]|没人[管修]|坏|漏|吵|堵|臭|凶|骂|敷衍|踢皮球/
/** Something is to be done, not told. */
const toBeDone = /我要(投诉|举报|反映|报修|预约|报名|取消|退)|(帮|给|替)我(们)?(约|订|定|报|取消|退|催|转)|派人.{0,2}来|(快|赶紧|麻烦|请).{0,6}(派人|来人)|(?<!会不会|有没有|是不是)上门来?(看|修)|赶紧来|快来|(往|到|去|向)?[哪谁].{0,2}(举报|投诉|反映)/

/** Least confidence (0–1) of a clause that may be to the point of such a question. */
const nearEnough = 0.2
/** As sure (0–1) as a person is wanted where nothing said asks for one. */
const unsurely = 0.4

/**
 * How sure the texts must be of their answer (0–1) before a question is theirs, by how sure the classifier is of something else.
 * Chosen on development questions, and on 230 other messages of which two go to a text that should not.
 */
function neededConfidence(matter: Matter, sure: number): number | null {
  if (neverTexts.has(matter.intent) && sure >= 0.5) return wantsWords.test(matter.text) && sure < 0.85 ? 0.4 : null
  if (wantsWords.test(matter.text)) return 0.4
  if (ownMatters.has(matter.intent) && sure >= 0.5) return 0.85
  if (namesText.test(matter.text) || sure < 0.5) return 0.4
  if (!ownCase.test(matter.text)) return sure < 0.85 ? 0.4 : 0.5
  return sure < 0.7 ? 0.5 : sure < 0.85 ? 0.62 : 0.72
}

/** Whether a message that sounds like a matter of its own is a question that a text answers, or one that only a text could answer. */
export function asksForText(turn: Turn, matter: Matter): boolean {
  const { text } = matter
  if (!asks.test(text) && !wantsWords.test(text)) return false
  if (toBeDone.test(text) || (askedAnyway.has(matter.intent) && matter.confidence >= 0.5 && !wantsWords.test(text))) return false
  // Somebody's own door, phone or number makes it their own matter.
  if (matter.slots.some((slot) => slot.name === 'phone' || slot.name === 'ticket' || slot.name === 'id_no' || (slot.name === 'addr' && slot.normal !== undefined))) return false
  const sure = matter.intent === 'human' && !asksForPerson.test(text) ? Math.min(matter.confidence, unsurely) : matter.confidence
  const needed = neededConfidence(matter, sure)
  if (needed === null) return false
  const answer = turn.retriever.answer({ question: text, community: turn.community, now: turn.now, includeFacts: false })
  if (answer.kind === 'answered') return answer.confidence >= needed
  if (wantsWords.test(text)) return answer.kind === 'related' || sure < 0.7
  if (sure >= 0.5) return (namesText.test(text) || (askedAbout.has(matter.intent) && !ownCase.test(text) && answer.confidence >= nearEnough)) && answer.kind === 'related'
  // Unsure of anything else: what the texts come near, or set elsewhere, is told rather than asked back.
  if (answer.kind === 'related' || answer.reason === 'only-elsewhere') return true
  return matter.ranked.slice(0, 2).some((one) => one.intent === 'policy_standard' && one.confidence >= 0.2)
}

/** A question told in two sentences (「老院子一直没物业，谁来管？文件给了什么法子」) is one, when the texts answer it whole and no piece is a fault or a wish of its own. */
export function asOneQuestion(turn: Turn): Matter | null {
  const { matters, text } = turn.understanding
  const [first] = matters
  if (!first || matters.length < 2) return null
  // Two different matters, each surely itself, are two: 「一楼不同意装电梯，能来调解不？另外有没有补贴」.
  const sure = new Set(matters.filter((matter) => matter.confidence >= 0.9 && matter.intent !== 'policy_standard').map((matter) => matter.intent))
  if (sure.size > 1 && !wantsWords.test(text)) return null
  const isOwn = (matter: Matter) => neverTexts.has(matter.intent) || (ownMatters.has(matter.intent) && matter.confidence >= 0.55)
  const isApart = (matter: Matter) => isOwn(matter) && !wantsWords.test(text) && !asksToBeTold.test(matter.text)
  if (matters.some((matter) => statesFault(matter.text) || isApart(matter) || matter.slots.some((slot) => slot.name === 'addr' && slot.normal !== undefined))) return null
  const whole: Matter = { ...first, text, slots: matters.flatMap((matter) => matter.slots), confidence: Math.min(...matters.map((matter) => matter.confidence), 0.6) }
  return asksForText(turn, whole) ? { ...whole, intent: 'policy_standard' } : null
}
