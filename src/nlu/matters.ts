import type { Verdict } from './classifier.js'
import { findHints } from './hints.js'
import type { IntentName } from './understanding.js'

/** A stretch of a message. */
export interface Piece {
  readonly start: number
  readonly end: number
  /** How many Han characters it holds. */
  readonly words: number
  /** What stands before it: nothing, a word like 顺便, a full stop, a comma or a space. */
  readonly joint: 'none' | 'turn' | 'stop' | 'comma'
}

/** Words with which people turn to another matter. */
const turn = /(?:顺便|顺带|另外|还有(?!多|几|人|空|号|没|吗|效|位|点|个|一)|对了|再(?:就是|一个|问)|除此|此外|同时|还想|也想|也帮|再帮|要哪些|不(?:行|成)就?|就(?:给|帮)我|换个|换成|改约|然后(?:还|再|就|他|她|我)|完了(?:还|再)|再有|最后(?:再|还)?问)/u
const ends = /[。!?;\n]+|[,、~\s]+/gu

/** Nothing but data: an address, a number, a name that answers no question. It belongs to the piece before it. */
const dataOnly = /^(?:我?(?:家)?(?:在|住(?:在)?|是|电话|手机|地址|姓名|身份证号?|号码|联系(?:人|电话|方式)?|车牌|单号|编号|[:：,\s])*)?(?:[\da-z#\-栋幢号楼单元室层座户门弄期区东西南北院\s,]|[一二三四五六七八九十零]+(?=[栋幢号楼单元室层座户]))+(?:的|那[里边]?|这[里边]?)?$/iu

/** Pieces that could carry a matter of their own. At most eight; what is left stays with the last. */
export function splitPieces(text: string): Piece[] {
  return withoutData(text, cutPieces(text))
}

/** Says only that one complains, of what was told before. */
const echo = /^(?:我|我们|俺)?(?:就)?(?:要|想)?(?:投诉|举报|反映)(?:他|她|它|他们|物业|物管)?(?:一下|到底)?了?[!。]*$/u

function withoutData(text: string, pieces: readonly Piece[]): Piece[] {
  const out: Piece[] = []
  for (const piece of pieces) {
    const before = out.at(-1)
    const words = text.slice(piece.start, piece.end).trim()
    if (before && echo.test(words)) continue
    if (before && dataOnly.test(words)) out[out.length - 1] = { ...before, end: piece.end }
    else out.push(piece)
  }
  return out
}

function cutPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  let joint: Piece['joint'] = 'none'
  const close = (end: number, next: Piece['joint'], resume: number) => {
    const body = text.slice(start, end)
    if (/[\p{Script=Han}a-z0-9]/iu.test(body) && pieces.length < 7) {
      pieces.push({ start, end, joint, words: 0 })
      start = resume
      joint = next
    }
  }
  for (const match of text.matchAll(ends)) {
    const stop = /[。!?;\n]/u.test(match[0])
    // Spaces and dashes inside a number, an address or a list are no pause.
    if (!stop && /[\d-]$/u.test(text.slice(0, match.index)) && /^[\d-]/u.test(text.slice(match.index + match[0].length))) continue
    close(match.index, stop ? 'stop' : 'comma', match.index + match[0].length)
  }
  if (start < text.length) pieces.push({ start, end: text.length, joint, words: 0 })
  return pieces.flatMap((piece) => splitAtTurns(text, piece)).map((piece) => ({ ...piece, words: text.slice(piece.start, piece.end).match(/\p{Script=Han}/gu)?.length ?? 0 }))
}

/** A turn of fewer characters than this, its word included, brings nothing new (另外报). */
const shortestTurn = 4

function splitAtTurns(text: string, piece: Piece): Piece[] {
  const body = text.slice(piece.start, piece.end)
  const at = turn.exec(body)
  if (at === null) return [piece]
  if (at.index < 3) return spokenOn(body) ? restAtTurns(text, { ...piece, joint: piece.joint === 'none' ? 'none' : 'turn' }, at[0].length) : [{ ...piece, joint: piece.joint === 'none' ? 'none' : 'turn' }]
  if (body.length - at.index < shortestTurn) return [piece]
  const cut = piece.start + at.index
  const rest: Piece = { start: cut, end: piece.end, joint: 'turn', words: 0 }
  return [{ ...piece, end: cut }, ...(spokenOn(body) ? restAtTurns(text, rest, at[0].length) : [rest])]
}

/** Longer than this without a mark, it was spoken: one turn is followed by others. Characters. */
const longestWritten = 30

function spokenOn(body: string): boolean {
  return body.length > longestWritten
}

/** A piece of a voice message, cut at the turns that follow the word it begins with. */
function restAtTurns(text: string, piece: Piece, after: number): Piece[] {
  const at = turn.exec(text.slice(piece.start + after, piece.end))
  if (at === null || at.index < shortestTurn) return [piece]
  const cut = piece.start + after + at.index
  return piece.end - cut < shortestTurn ? [piece] : [{ ...piece, end: cut }, ...restAtTurns(text, { start: cut, end: piece.end, joint: 'turn', words: 0 }, at[0].length)]
}

/** Cost of changing the intent at each joint, in nats; tuned on messages of our own, with one matter and with two. */
const changeCost: Readonly<Record<Piece['joint'], number>> = { none: 9, turn: 0.5, stop: 2, comma: 3 }
/** Further cost where the piece neither asks nor wants anything: it tells how things are. */
const tellingCost = 0.5
const asks = /[吗么嘛呢不没]$|[?]|怎么|咋|哪|啥|什么|多少|几[点号时天个]|[能可有是][^,。]{0,8}[吗不没]|谁|如何|要不要|多久|几时|帮|给我|想|要|请|派|麻烦|赶紧|快|来人|替|改|换|退|撤|取消|约|报|投|谢|差评|分|催|叫|找/u
/** A piece as sure as this of an intent that the rest hardly speaks of, and of at least so many Han characters, has a matter of its own. */
const plainly = { from: 0.95, others: 0.1, words: 4 }
/** How much the whole message's verdict counts beside the pieces' own, and how much a piece's own voice; tuned likewise. */
const wholeShare = 0.2
const pieceShare = 0.55
/** A piece of fewer Han characters than this speaks more softly. */
const fullVoice = 6

/** Words that say by themselves what a piece is for, whatever it is about, with how much they count, in nats. */
const cues: readonly (readonly [IntentName, RegExp, number])[] = [
  ['rate_complain', /^(?:我)?(?:给|打)?个?(?:[1-5一二三四五]分|[一二三四五]颗?星|差评|好评|(?:非常|很|不)?满意)/u, 5],
  ['human', /转人工|真人|活人|找个人来|(?:叫|让|找).{0,6}(?:主任|书记|值班的|工作人员).{0,4}(?:来|跟我|接|回)|换个(?:懂|会).{0,3}的?人/u, 3],
  ['urge', /催(?:一下|一催|催|办|单)|再催|加急|抓紧/u, 3],
  ['cancel_change', /取消|撤(?:了|掉|销|回)|退掉|当我没说|(?:改|换)(?:成|到|为|明天|后天|下周|周)|不(?:报|约|办)了/u, 2.5],
  ['book', /(?:给我|帮我|就|想|再)?(?:预约|约(?:个|一下|上|在|周|明|后|下))|(?:留|占|排)个?.{0,5}(?:号|位)/u, 2.5],
  ['praise', /(?:替我|帮我)?(?:谢谢他|谢谢她|谢谢人家)|表扬|点个?赞/u, 2.5],
  ['track', /批没批|到哪一?步|办到哪|查.{0,3}进度|派了没|好了没/u, 2.5],
  ['counseling', /(?:跟|和|陪|听|找).{0,4}(?:我|人)?(?:聊聊|说说话?|说会话|拉拉家常)(?:的人)?/u, 2.5],
  ['ask_materials', /(?:带|交|要|准备|拿)(?:些|点)?(?:什么|啥|哪些|么子)(?:材料|东西|证件?|手续|资料)?|(?:房产证|身份证|照片|户口本|发票).{0,8}(?:吗|不|没)$/u, 2.5],
  ['volunteer', /(?:当|做).{0,2}志愿者/u, 2],
  ['ask_hours_place', /几点(?:开|关|上|下|停)|(?:开|关)(?:不(?:开|关))?门(?!禁|锁)|(?<![在搁都我天].{0,6})(?:上|下)(?:不(?:上|下))?班(?!.{0,2}(?:没|太|时|[到赶回]))|(?:电话|地址)(?:是|有|发|给|多少)|(?:你们|社区|窗口|大厅)在哪/u, 1.5],
  ['repair_env', /(?:灯|电梯|门禁|井盖|下水道?|水管|道闸|暖气|垃圾桶?|化粪池|健身器材|扶手|监控)[^,。?]{0,5}(?:坏|不亮|堵|漏|停了|满了|臭|断了|不热|没人(?:收|清|扫))|派人(?:来)?修/u, 1.5],
  ['counseling', /天天(?:哭|以泪|掉眼泪)|掉眼泪|走不出来|(?:撑|熬|扛)不(?:住|下去)|心里(?:难受|堵|憋|苦)/u, 1.5],
  ['book', /改约|(?:顺便|再|也)约/u, 2],
  ['micro_wish', /(?:微)?心愿/u, 1.5],
  ['deliberation', /投票|表决|议题|开会商量/u, 1.5],
  ['elderly_service', /(?:送|订).{0,4}(?:饭|餐)|助(?:餐|浴|洁)|护工|陪诊|替我(?:看|照看)/u, 1.5],
]

/**
 * Gives each piece the intent that fits it, its neighbours and the whole message best (Viterbi over pieces), so that short
 * pieces follow and clear ones stand alone. Answers one label per piece.
 */
export function labelPieces(text: string, pieces: readonly Piece[], verdicts: readonly Verdict[], whole: Verdict): string[] {
  const labels = whole.ranked.map(({ label }) => label)
  const ids = new Map(labels.map((label, i) => [label, i]))
  const floor = 1e-4
  const prior = whole.ranked.map(({ confidence }) => Math.log(confidence + floor) * wholeShare)
  let scores: Float64Array = Float64Array.from(prior)
  const backs: Int32Array[] = []
  pieces.forEach((piece, p) => {
    const own = new Float64Array(labels.length).fill(Math.log(floor))
    const voice = pieceShare * Math.min(1, piece.words / fullVoice)
    for (const { label, confidence } of verdicts[p]!.ranked) own[ids.get(label)!] = Math.log(confidence + floor) * voice
    const words = text.slice(piece.start, piece.end)
    for (const [intent, pattern, weight] of cues) {
      const id = ids.get(intent)
      if (id !== undefined && pattern.test(words)) own[id]! += weight
    }
    if (p === 0) {
      for (let k = 0; k < labels.length; k += 1) scores[k]! += own[k]!
      return
    }
    let best = 0
    for (let k = 1; k < labels.length; k += 1) if (scores[k]! > scores[best]!) best = k
    const next = new Float64Array(labels.length)
    const back = new Int32Array(labels.length)
    const jump = scores[best]! - changeCost[piece.joint] - (asks.test(words) ? 0 : tellingCost)
    for (let k = 0; k < labels.length; k += 1) {
      const stay = scores[k]! >= jump
      next[k] = (stay ? scores[k]! : jump) + own[k]!
      back[k] = stay ? k : best
    }
    backs.push(back)
    scores = next
  })
  let at = 0
  for (let k = 1; k < labels.length; k += 1) if (scores[k]! > scores[at]!) at = k
  const path = [labels[at]!]
  for (let p = backs.length - 1; p >= 0; p -= 1) {
    at = backs[p]![at]!
    path.unshift(labels[at]!)
  }
  return withPlainOnes(text, pieces, verdicts, withoutFields(path))
}

/** What a piece says plainly is not drowned by its neighbours. */
function withPlainOnes(text: string, pieces: readonly Piece[], verdicts: readonly Verdict[], path: readonly string[]): string[] {
  const found = new Set(path)
  return path.map((label, p) => {
    const piece = pieces[p]!
    const { ranked } = verdicts[p]!
    const best = ranked[0]!
    if (found.has(best.label) || best.label === 'chitchat' || (found.has('policy_standard') && fields.has(best.label)) || best.confidence < plainly.from || piece.words < plainly.words) return label
    if (ranked.some((one) => found.has(one.label) && one.confidence > plainly.others)) return label
    const words = text.slice(piece.start, piece.end)
    const hints = findHints(words)
    return asks.test(words) && (hints.includes(`h${best.label}`) || hints.includes(`h${best.label}_act`)) ? best.label : label
  })
}

const day = '(?:(?:周|礼拜|星期)[一二三四五六日天\\d]|明[天儿早晚]|后天|上午|下午|晚上|[一二三四五六七八九十\\d]+[点号])'
/** A time given or asked for, so that somebody comes or is there. */
const givesTime = new RegExp(`约.{0,6}${day}|${day}.{0,14}(?:行[不吗伐么]|可以[吗不]|能不能|有空|方便|派人|到家|来家|叫上)|(?:能不能|可以|能).{0,6}${day}`, 'u')
const givesUpAndTakesAnother = /(?:退掉?|取消|不要了|用不上|去不[了成]).{0,14}换[^,。]{0,10}(?:室|厅|场|台|位|课|馆)|(?:再|也|顺便)[给帮]?[^,。]{0,6}约/su

/** Intents said in the same breath as another: `given` one of these, the words make it `also` that. */
const companions: readonly { readonly given: ReadonlySet<IntentName>; readonly words: RegExp; readonly also: IntentName }[] = [
  { given: new Set(['home_agent', 'mediation', 'counseling', 'elderly_service']), words: givesTime, also: 'book' },
  { given: new Set(['cancel_change']), words: givesUpAndTakesAnother, also: 'book' },
  { given: new Set(['book']), words: /上门.{0,6}(?:血压|理发|剪|护理|洗|换药|擦|打扫)|陪诊|助浴|陪.{0,4}(?:看病|复查)/u, also: 'elderly_service' },
  { given: new Set(['book']), words: /(?=.*(?:调解|律师|说和|评理)).*(?:谈崩|谈不[拢成]|纠纷|赔|闹翻|撕破|吵)/su, also: 'mediation' },
]

/** Talking of clauses and numbers, people name the field and the paper they are about: these are no matters beside it. */
const fields = new Set<string>(['social_assistance', 'social_insurance', 'employment', 'schooling', 'housing', 'elderly_service', 'home_agent', 'property_complaint', 'rate_complain'])

/** The labels of pieces, with what only names the field of a question about the texts given to that question. */
function withoutFields(path: readonly string[]): string[] {
  return path.includes('policy_standard') ? path.map((label) => (fields.has(label) ? 'policy_standard' : label)) : [...path]
}

/** Further intents of a message that stand in no piece of their own. */
export function findCompanions(text: string, intents: readonly IntentName[]): IntentName[] {
  return companions.filter(({ given, words, also }) => !intents.includes(also) && intents.some((intent) => given.has(intent)) && words.test(text)).map(({ also }) => also)
}
