import { readChoice, readCourtesy, readStars, readYesNo } from '../../nlu/answers.js'
import { readSolved } from '../../nlu/solved.js'
import type { Matter } from '../../nlu/understanding.js'
import { faultClass } from '../../requests/faults.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { isAsking, isOnlyPlace } from '../matters.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { answerStanding } from './ask.js'
import { addPlace } from './correct.js'
import { handOver } from './hand-over.js'
import { awaitsMeans, hardshipNoted } from './hardship.js'
import { answerOwnBooking } from './own-bookings.js'
import { newForm } from './report.js'
import { answerAgain, answerSolved, awaitingWord, mark } from './rate.js'
import { answerPersonal, smallTalk } from './small-talk.js'
import { cancelOrChange, dropsOneOfTwo, track } from './track.js'

/** How long after a form was dropped 「没给我记上吧」 asks about it, ms. */
const droppedMs = 10 * 60_000

/** How long a place by itself still means the fault reported before, ms. */
const elsewhereMs = 10 * 60_000

/** The candidate of those offered just before that a bare answer takes, as the matter it was about; `null` when it takes none. */
export function takenCandidate(turn: Turn): Matter | null {
  const { candidates } = turn.memory
  const chosen = candidates === null ? null : readChoice(turn.understanding.text, candidates.intents.length)
  const intent = chosen === null ? undefined : candidates?.intents[chosen - 1]
  if (candidates === null || intent === undefined) return null
  return { intent, confidence: 1, text: candidates.text, slots: turn.readSlots(candidates.text), ranked: [] }
}

/** The request chosen of those just listed, by its number, its place in the list, as the matter it was asked for; `null` when none is. */
export function takenRequest(turn: Turn): Matter | null {
  const { picking } = turn.memory
  if (picking === null) return null
  const text = turn.understanding.text.trim()
  const digits = /^(?:[A-Za-z]{2}-)?(?:\d{4}-)?(\d{3,6})(?:那(?:个|件))?[。.]?$/.exec(text)?.[1]
  const index = readChoice(text, picking.numbers.length)
  const number = digits === undefined ? (index === null ? undefined : picking.numbers[index - 1]) : picking.numbers.find((one) => one.endsWith(digits))
  if (number === undefined) return null
  return { intent: picking.intent, confidence: 1, text: number, slots: [{ name: 'ticket', value: number, start: 0, end: 0, normal: number }], ranked: [] }
}

/** Whether the request goes with the words that were taken back; `null` when that is not what is answered. */
export async function answerTakenBack(turn: Turn): Promise<Step | null> {
  const { takenBack } = turn.memory
  const request = takenBack === null ? null : await turn.records.request(takenBack)
  if (request === null || !isOpen(request)) return null
  const { text } = turn.understanding
  const plain = text.replace(/[\s，。,.!！]/g, '')
  if (/^2?(不用|不撤|不要|别撤|照(常|旧|办)|留着)/.test(plain) || readYesNo(text) === 'no') return step({ kind: 'status-given', requestId: request.id }, replies.keptTakenBack(request))
  if (/^1?(撤|取消|一起撤|都撤|不办了|不报了)/.test(plain) || readYesNo(text) === 'yes') {
    return cancelOrChange(turn, { intent: 'cancel_change', confidence: 1, text: `取消${request.number}`, slots: [{ name: 'ticket', value: request.number, start: 0, end: 0, normal: request.number }], ranked: [] })
  }
  return null
}

/** What a few words mean by what went before, outside a form: thanks, solved or not, a mark, who has it, where are you. `null`: a matter of its own. */
export async function answerBare(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  if (readCourtesy(text) !== null && !(turn.memory.lastRequest !== null && asksHowFar(text))) return smallTalk(turn)
  if (/^(我|俺)?(也|就)?(不知道|不清楚|不晓得|说不好)[了啊呀呢]?[。.！!]?$/.test(text)) return step({ kind: 'answered' }, '没关系，想到什么再告诉我，拿不准也可以回「人工」。')
  if (/^(你好|您好)?[，,]?(我|俺|咱)(就)?(是|叫|姓).{0,6}(?:(?:老|小)[\u4e00-\u9fff]|[\u4e00-\u9fff](?:师傅|大爷|大妈|阿姨|奶奶|爷爷))(呀|啊|哈|哦|咯)?[。.！!]?$/.test(text) && turn.conversation.mode === 'bot' && [...text].length <= 12 && faultClass(text) === null && !/人工|机器|真人|投诉|举报/.test(text) && turn.understanding.matters.every(({ confidence }) => confidence < 0.5)) return step({ kind: 'answered' }, '您好，您说，什么事？')
  const personal = answerPersonal(turn)
  if (personal) return personal
  if (asksLeave.test(text)) return step({ kind: 'answered' }, '您说，我听着。')
  const called = acceptsPerson(turn) ?? callsAgain(turn)
  if (called) return called
  const standing = answerStanding(turn)
  if (standing) return standing
  const settled = (await answerSettled(turn)) ?? (await answerAgain(turn))
  if (settled) return settled
  const booking = await answerOwnBooking(turn)
  if (booking) return booking
  const whole: Matter = { intent: 'track', confidence: 1, text, slots: turn.understanding.matters.flatMap((matter) => matter.slots), ranked: [] }
  const { lastRequest, cancelledAt } = turn.memory
  if (lastRequest !== null && /谁.{0,3}(催|办|管|负责|处理|修|接|跟)|来的(人)?(是|叫)?(谁|哪个|哪位)|(哪个|哪位)(师傅|人)?(会|要)?(来|上门)|谁(会|要|过)?来(的)?[?？啊呀呢]*$|(单子|工单|登记)上?(写|记|登)的/.test(text)) return track(turn, whole)
  if (lastRequest !== null && [...text].length <= 12 && /^(那|到底|还)?(今天|明天|后天|上午|下午|晚上)?(有没有|会|有)?人来(吗|不|没|么|看|修)|(什么时候|啥时候|几点|多久|几时|几天|多少天)(能|会|才|有人|可以)?(来|到|修|弄|办|好|管|处理|解决)|^(今天|明天|后天|今晚|明早|上午|下午)?来(修|看|弄|装)(行|中|可以|成)?(吗|不|么|没)|^(那个|刚才|我报).{0,8}有人(管|来|修|处理|弄)(吗|没|不|么)/.test(text)) return track(turn, whole)
  if (lastRequest !== null && asksHowFar(text) && !turn.understanding.matters.some(({ slots }) => slots.some(({ name }) => name === 'addr' || name === 'ticket'))) return track(turn, whole)
  if (/(不去|来不了|去不了|不约)了?[，,。!！]?|退(掉|了|号)/.test(text) && [...text].length <= 16) {
    const booked = (await turn.records.requestsOf(turn.message.author.id)).some((request) => request.appointment !== null && request.settledAt === null)
    if (booked) return cancelOrChange(turn, { ...whole, intent: 'cancel_change' })
  }
  if (cancelledAt !== null && turn.now - cancelledAt < droppedMs && /没.{0,5}(记|登|报|派)/.test(text)) return track(turn, whole)
  // 「0207那个改成16号上午」 says which by its number.
  const ofNumber = turn.readSlots(text)
  if (movesTime.test(text) && ofNumber.some(({ name }) => name === 'ticket') && ofNumber.some(({ name }) => name === 'time')) return cancelOrChange(turn, { ...whole, intent: 'cancel_change', slots: ofNumber })
  if (dropsOneOfTwo(text)) return cancelOrChange(turn, { ...whole, intent: 'cancel_change' })
  return (await offerElsewhere(turn)) ?? addPlace(turn)
}

/** 「我想问一下」「打听个事」, with nothing asked yet. */
const asksLeave = /^(你好|您好|你们好|在吗|请|那个|那|就|就是|哎|诶|嗯|对了|师傅|同志|小助手|我|俺|咱|还|有(个|点)?(事|问题)|[，,。.!！\s])*(想|要|得|能|可以|能不能)?(跟|和|向|找)?(你|您)?(们)?(问|问问|咨询|打听|请教|了解)(你|您)?(们)?(一?下|一?声|一?哈)?(一?个|一?点|点|一?件|几个|个别的)?(事儿?|事情|问题|情况|东西)?(行吗|可以吗|吗|吧|呗|啊|呀|哈|不|行不)*[。.?？!！~…]*$|^(我|俺)?有(一?个|一?点|点|一?件)?(事儿?|事情|问题)(想|要)?(问|请教|咨询|打听)(你|您)?(一?下)?[。.!！~…]*$/

/** Another time is wanted. */
const movesTime = /改(到|成|为|在|约|期)|换(到|成)|挪(到)?|推(迟|后|到)|提前/

/** 「那3号楼呢」 soon after a report: the same fault at another place is offered to be filed, not guessed. */
async function offerElsewhere(turn: Turn): Promise<Step | null> {
  const { lastRequest, lastQuestion } = turn.memory
  const { text } = turn.understanding
  const place = turn.readSlots(text).find((slot) => slot.name === 'addr')
  if (lastRequest === null || place === undefined || turn.now - lastRequest.at > elsewhereMs || (lastQuestion !== null && lastQuestion.at > lastRequest.at)) return null
  if (text.replace(place.value, '').replace(/^(那|还有|那么|对了)|[，,。\s?？]/g, '') !== '呢') return null
  const request = await turn.records.request(lastRequest.id)
  const service = request === null ? null : turn.services.byCode(request.serviceCode)
  const fault = request === null ? null : faultClass(request.description)
  if (request === null || service === null || fault === null || service.disclosure !== 'public') return null
  const about: Matter = { intent: request.intent, confidence: 1, text: `${place.value}${fault}有问题`, slots: [place], ranked: [] }
  return step({ kind: 'clarifying', about: 'offer' }, say(replies.offerElsewhere(place.value, fault), { choices: ['是', '不是'] }), { memory: { form: { ...newForm(turn, about, service), description: about.text, asking: 'offer' } } })
}

/** 「好，帮我问问」 to the offer of a person for what could not be answered. */
function acceptsPerson(turn: Turn): Step | null {
  const { offered } = turn.memory
  const { text } = turn.understanding
  if (offered === null || !(readYesNo(text) === 'yes' || /^(那|好|行|嗯|就)*(你|您)?(就)?(帮|替|给)我?.{0,3}(问|转|找|联系)|^(那就?)?(转|问)(吧|一下|给|清楚)|没人(理|回|管)/.test(text))) return null
  return handOver(turn, `居民想问清楚：${offered.slice(0, 60)}`)
}

/** 「人呢」 while a person is awaited, and words of one who has had enough of the bot. */
function callsAgain(turn: Turn): Step | null {
  const { text } = turn.understanding
  if (turn.conversation.mode === 'waiting' && [...text].length <= 14 && /人呢|有人(吗|没|么)|^(还)?在(吗|不|么|没)|没人(理|回|来|应)|(怎么|咋)还(没|不)(来|人|回)|还(没|不)(来|有人)|什么时候(来|有人|回)/.test(text)) {
    return handOver(turn, '居民在等人回复')
  }
  const [only] = turn.understanding.matters
  const isForStaff = turn.message.chat === 'private' && turn.understanding.matters.length === 1 && only !== undefined && (isOnlyPlace(only) || /^(我|俺)(叫|姓|是\d)/.test(text))
  const tellsWhatFor = turn.conversation.handover?.reason.startsWith('证明') === true && !isAsking.test(text) && [...text].length <= 16
  const tellsNeed = turn.message.chat === 'private' && awaitsMeans(turn.conversation) && !isAsking.test(text) && faultClass(text) === null && !turn.understanding.matters.some(({ confidence, slots }) => confidence >= 0.8 && !slots.some(({ name }) => name === 'addr' || name === 'phone'))
  if (turn.conversation.mode === 'waiting' && tellsNeed) return handOver(turn, `居民补充：${text.slice(0, 40)}`, hardshipNoted)
  if (turn.conversation.mode === 'waiting' && (isForStaff || tellsWhatFor)) return handOver(turn, `居民补充：${text.slice(0, 40)}`)
  if (/(跟|和)你说不(明白|清|通)|听不懂人话|答非所问|鸡同鸭讲|什么破(东西|玩意|机器)|没用的东西|废物|笨死|驴唇不对马嘴/.test(text)) return handOver(turn, `居民对小助手的回答不满意：${text.slice(0, 40)}`, sorry)
  return null
}

const sorry = '对不起，没帮上您，已请社区工作人员来看，值班的人会回您。'

/** When it comes, in the words of wherever. */
const whenever = '(?:哪阵(?:子)?|哪(?:个|门)?(?:时候|辰光|天)|几时|几咁?耐|几多日|啥(?:子)?(?:时候|辰光)|么(?:子)?(?:时候|辰光)|什么时候|多咱|多暂|多久|多会儿|啥前儿|好久|何时)'
const done = '(?:修|整|搞|弄|办|换|通|装|派|处理|解决|收拾|来|好|掂|妥|着手|动)'
/** Whether it is done, by a word of negation or asking at its end. */
const howFar = [
  new RegExp(`${whenever}(?:得闲|有空|才|能|会|得|可以|好|有人|派人|来)*${done}`),
  new RegExp(`${done}(?:好|完|掂|妥|咗|哒|得|了|啦|过|人|起)*(?:冇|未|没得|没有|没|伐|唔|不|了吗|吗|咩|么|啵)(?:呀|啊|嘛|哦|呢|啦|诶)?[?？。]*$`),
  new RegExp(`${done}(?:得|的|到)(?:啷个|咋个?|怎么?|哪|点)样`),
  new RegExp(`^(?:行吧?|好吧?|嗯|哦|那)*[，,]?(?:大概|一般)?(?:要|得|需要)?(?:多久|多长时间|几天|几时|多少天)(?:呀|啊|呢|嘛)?[?？]?$`),
  /(报|讲|说|反映)(?:格|个|嘅|咯|的|勒)?(?:事体?|嘢|事情|单|那个).{0,4}(?:哪能|咋|怎|点|么子样|啥样)/,
]
/** Longest such question, characters. */
const longestHowFar = 14

/** Whether few words ask how far what was reported is, in whatever dialect. */
function asksHowFar(text: string): boolean {
  return [...text].length <= longestHowFar && howFar.some((pattern) => pattern.test(text)) && faultClass(text) === null && !/催|赶紧|抓紧|快点|上班|开门|开会|停水|停电|来水|来电|预约|证|社保|医保|低保|快递|疫苗/.test(text)
}

/** Solved or not, and a mark, for what was closed last. */
async function answerSettled(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  const waiting = await awaitingWord(turn)
  // Typed as a digit, or tapped as the button that says both.
  const bareDigit = /^\s*[123]\s*(?:解决了|没解决|没人联系我)?\s*[。.!！]?\s*$/.test(text)
  if (waiting && bareDigit) return answerSolved(turn, waiting, Number(text.replace(/\D/g, '')) as 1 | 2 | 3)
  const stars = readStars(text) ?? (waiting && [...text].length <= 24 ? starsWithin(text) : null)
  const marked = stars === null ? null : await mark(turn, stars)
  return marked ?? (waiting ? solvedInWords(turn, waiting) : null)
}

/** 「灯亮了，谢谢」 of the lamp that waits for this word; of another thing it says nothing. */
function solvedInWords(turn: Turn, waiting: ServiceRequest): Step | null {
  const { text } = turn.understanding
  const [told, known] = [faultClass(text), faultClass(waiting.description)]
  if (told !== null && known !== null && told !== known) return null
  switch (readSolved(text)) {
    case 'nobody-came':
      return answerSolved(turn, waiting, 3)
    case 'unsolved':
      return answerSolved(turn, waiting, 2)
    case 'solved':
      return answerSolved(turn, waiting, 1)
    case 'partly':
      return step({ kind: 'clarifying', about: 'solved' }, say(almost, { choices: ['1 解决了', '2 没解决'] }))
    case null:
      return null
  }
}

const almost = '听着还差一点，您说的工作人员看得到。这样算解决了吗？1 解决了　2 没解决，接着办'

function starsWithin(text: string): number | null {
  const match = /([1-5一二三四五])\s*(?:分|颗?星)/.exec(text)
  return match?.[1] === undefined ? null : '一二三四五'.includes(match[1]) ? '一二三四五'.indexOf(match[1]) + 1 : Number(match[1])
}
