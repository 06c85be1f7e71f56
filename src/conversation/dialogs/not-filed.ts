import type { Matter } from '../../nlu/understanding.js'
import { faultClass, statesFault } from '../../requests/faults.js'
import { isOpen } from '../../requests/service-request.js'
import { itemMatter } from '../../retrieval/items.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { askOrOffer } from './care.js'
import { reportOrAsk } from './report-or-ask.js'
import { unclear } from './unsure.js'

/** 「赶紧来修」 of what is not on record yet is a report. */
export async function notYetFiled(turn: Turn, matter: Matter): Promise<Step | null> {
  const isFault = faultClass(matter.text) !== null
  const hasPlace = matter.slots.some((slot) => slot.name === 'addr')
  const isReport = hasPlace ? isFault || turn.services.named(matter.text) !== null : isFault && statesFault(matter.text) && /派人|来人|来看|来修|修一下/.test(matter.text)
  if (!isReport || (await turn.records.requestsOf(turn.message.author.id)).length > 0) return null
  return reportOrAsk(turn, { ...matter, intent: 'repair_env' })
}

/** What is looked up, remembered or counted, but was never told here (低保、作业、密码); of who reported something it may be that. */
export async function notFiledHere(turn: Turn, matter: Matter): Promise<Step | null> {
  const { text } = matter
  if (matter.slots.some((slot) => slot.name === 'ticket') || ofReports.test(text) || faultClass(text) !== null || turn.memory.lastRequest !== null || turn.memory.cancelledAt !== null) return null
  if ([...text.replace(lookUp, '')].length < 2 || (await turn.records.requestsOf(turn.message.author.id)).length > 0) return null
  return standsElsewhere.test(text) ? step({ kind: 'unanswerable', reason: 'not-set' }, say(notSeenHere, { choices: ['人工'] }), { memory: { offered: text.slice(0, 200) } }) : unclear({ ...turn, memory: { ...turn.memory, unclear: 0 } })
}
/** Words of what is reported here, and of how far it is. */
const ofReports = /报(?!销|名费)|修|登记|工单|单子|单号|编号|进度|进展|结果|反映|投诉|申请|催|处理|解决|派|来人|有人|到哪|哪一?步|(怎么|咋)样|好了|办(好|完|到|下来|得|的|理)|批|那个|那件|那事|这事|上次|上回|昨|前[天几]|刚|记录|记上|预约|约的|没(消息|动静|音)|下文|回音|回复|答复|管|理(?!发)|没(一个)?人|等|急|快|赶紧|抓紧|拖|还没|不来|[回次遍趟]|来了?(没|吗|么)|[我俺咱]的?事|事情|几件|哪些|多久|几天|什么时候|啥时候/
/** 「帮我查一下」, by which alone nothing is named. */
const lookUp = /[我俺咱你您们帮给替查看问说的一下吧呗啊吗呢么想要请个到了没，,。.!！?？\s]/g
/** What other offices keep of a person. */
const standsElsewhere = /低保|社保|医保|养老金|养老保险|公积金|补贴|津贴|补助|救助|抚恤|户口|户籍|房产|公租房|廉租|档案|违章|余额|账单|水费|电费|燃气费|物业费|话费|成绩|学籍|残疾证|老年证|身份证|居住证|退休|工资|个税|征信/
const notSeenHere = '这个是主管部门或窗口那边的记录，我这儿看不到，不能乱说。要问怎么查、到哪儿查，直接问我；要社区工作人员帮您问，回「人工」。'

/** 「残疾证几天办好」 of who has nothing on record asks how it is done, not how far it is. */
export async function aboutPaper(turn: Turn, matter: Matter): Promise<Step | null> {
  const namesPaper = /证|补贴|津贴|低保|户口|公租房|社保|医保|年审|手续/.test(matter.text) && !/我(的|那|报|办的|交)|那个|进度|到哪/.test(matter.text)
  if (!namesPaper || itemMatter(matter.text) === null || (await turn.records.requestsOf(turn.message.author.id)).some(isOpen)) return null
  return askOrOffer(turn, { ...matter, intent: 'ask_process' })
}
