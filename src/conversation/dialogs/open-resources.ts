import { citeFact, holdsAt } from '../../retrieval/facts.js'
import type { LocalFact } from '../../knowledge/community.js'
import { onOneLine, shorten } from '../../text.js'
import { isAsking } from '../matters.js'
import { say, step, type Step, type Turn } from '../turn.js'

/** Topic under which an admin enters what units of the neighbourhood open to residents (驻区单位共建): one fact each, with its hours; `until` closes it. */
const openTopic = '开放资源'

const things = /球场|篮球|足球|羽毛球|乒乓|操场|跑道|游泳|泳池|健身|礼堂|会议室|报告厅|活动室|阅览|图书|食堂|停车|车位|场地|场馆|设施|资源|厕所|卫生间/
const opens = /开放|能用|可以用|能借|可以借|能去|可以去|让(?:进|用|我们用)|对外|共享/
const whose = /单位|学校|小学|中学|机关|企业|公司|周边|附近|周围|哪些|什么|啥/

/** 「附近学校的操场开放吗」「哪些单位的场地能用」: what is open now, with its hours. `null`: not asked, or none is entered under this. */
export function meetOpenResources(turn: Turn): Step | null {
  const { text } = turn.understanding
  if (!turn.withFacts || !things.test(text) || !opens.test(text) || !whose.test(text) || !isAsking.test(text)) return null
  const entered = turn.community.facts.filter(({ topic }) => topic === openTopic)
  const open = entered.filter((fact) => fact.text !== null && holdsAt(fact, turn.now))
  if (entered.length === 0) return null
  const named = open.filter((fact) => wordsOf(fact).some((word) => text.includes(word)))
  const shown = named.length > 0 ? named : open
  if (shown.length === 0) return step({ kind: 'unanswerable', reason: 'not-set' }, say('现在没有登记着对居民开放的单位场地，我不敢乱说。要问清楚回「人工」。', { choices: ['人工'] }))
  const isRoom = turn.message.chat === 'group'
  const most = isRoom ? 3 : 8
  const lines = shown.slice(0, most).map((fact) => `${fact.item}：${isRoom ? shorten(onOneLine(fact.text ?? ''), 40) : (fact.text ?? '')}（${fact.source}，${fact.date}登记）`)
  if (shown.length > most && isRoom) lines.splice(most - 1, 1, `还有${shown.length - most + 1}处，私聊我看全。`)
  return step({ kind: 'answered' }, say(lines.join('\n'), { citations: shown.slice(0, most).map((fact) => citeFact(fact, turn.community)) }))
}

/** The thing and the unit by which a resource is asked for: 示例小学操场 is meant by 操场 and by 小学. */
function wordsOf({ item }: LocalFact): readonly string[] {
  const letters = [...item]
  return letters.slice(1).map((letter, at) => `${letters[at] ?? ''}${letter}`).filter((pair) => things.test(pair) || /小学|中学|医院|银行|公司|机关/.test(pair))
}
