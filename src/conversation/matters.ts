import { lacksMeans } from '../nlu/hardship.js'
import { faultClass, statesFault } from '../requests/faults.js'
import { buildingNumber } from '../requests/place.js'
import { asksWhoIsResponsible, directReference } from '../retrieval/question.js'
import type { IntentName, Matter, Slot } from '../nlu/understanding.js'
import { asOneQuestion, asksForText } from './text-first.js'
import type { Turn } from './turn.js'

/** Below this an intent is not acted on but asked about (0–1). Chosen on development dialogues. */
export const sureEnough = 0.35

/** As sure (0–1) as plain words make a matter; what the classifier holds surer than this stands. */
const plain = 0.7
/** Whether the words ask something. */
export const isAsking = /[?？]|多少|多久(?!了)|多长时间|何时|几时|几(点|折|个|块|岁|成)|怎么|咋|哪(里|儿|个|些|家)|有没有|能不能|可以.{0,4}吗|行不|停不停|是不是|(吗|么|不|没|伐|呢)[。!！]*$|什么|啥/
/** Whether somebody is to do something. */
export const wantsAct = /(想|要|帮|给|替)(我|俺|我们|咱)?.{0,6}(订|定|约|办|来|派|送|装|申请|安排|弄|报|登记)|上门|预约|代办|派人|来人|来一趟|怎么登记|报名/
/** Said of what one has heard, or of how things are in general: nothing that is out of order here and now. */
export const inGeneral = /听说|据说|一般(是|都|该|归|要|找)|要是|如果|万一|假如|都是.{0,8}(管|修)/
/** A fault is reported by these; a reason given beside a withdrawal sounds like one too. */
const reports: readonly IntentName[] = ['repair_env', 'property_complaint', 'noise', 'mediation']

/** The matters of a message as the journeys serve them: data beside their matter, reasons beside what they explain, two faults apart. */
export function readMatters(turn: Turn): readonly Matter[] {
  const whole = asOneQuestion(turn)
  if (whole) return [whole]
  const given = withoutEchoes(turn, turn.understanding.matters)
  return withoutReasons(foldDispute(foldConsequences(giveData(turn, foldData(given))))).flatMap(splitWant).flatMap(splitFaults).map(withoutTurn).flatMap(splitQuestion)
}

/** Words by which somebody goes on to the next thing: they belong to neither. */
const goesOnWith = /^(?:[，,。；;\s]|另外(?!一)|还有(?!多|几|人|没|吗|个|一)|对了|再一个|再有|再就是|顺便(?:问(?:一?下|问)?)?|顺带(?:问(?:一?下)?)?|最后(?:问(?:一?下)?)?|然后|哦对?|还想(?=问|报)|想?再?问(?:一?下)(?=.{3}))+/

function withoutTurn(matter: Matter): Matter {
  const text = matter.text.replace(goesOnWith, '')
  return [...text].length < 3 ? matter : { ...matter, text }
}

/** A whole message told once more under the intent of its own service: 「给我妈约个助浴，还有…」 books one bath. */
function withoutEchoes(turn: Turn, matters: readonly Matter[]): readonly Matter[] {
  if (matters.length < 2) return matters
  return matters.filter((matter) => {
    const others = matters.filter((one) => one !== matter)
    return !(matter.text === turn.understanding.text && matter.confidence < plain && others.some((one) => turn.services.called(one.text) !== null && one.text !== matter.text))
  })
}

/** 「家里揭不开锅了，另外3栋楼道灯也坏了」: want and a broken lamp, told in one breath, are two. */
function splitWant(matter: Matter): readonly Matter[] {
  if (!lacksMeans(matter.text)) return [matter]
  const clauses = matter.text.split(/(?<=[，,。；;！!\s])/)
  const faults = clauses.filter((clause) => !lacksMeans(clause) && faultClass(clause) !== null && statesFault(clause)).join('')
  const wants = clauses.filter((clause) => !faults.includes(clause)).join('')
  if (faults === '' || !lacksMeans(wants)) return [matter]
  const own = matter.slots.filter((slot) => faults.includes(slot.value))
  return [{ ...matter, intent: 'social_assistance', text: wants, slots: matter.slots.filter((slot) => !own.includes(slot)) }, { ...matter, intent: 'repair_env', text: faults, slots: own }]
}

/** Words with which somebody asks something beside a fault told. */
const asksBeside = /(?:^|[，,。；;！!\s])(?:对了|顺便|顺带|另外|还有|再一个|最后)(?:再)?(?:问(?:一?下|问)?)?[，,]?/

/** 「9栋电梯又坏了，对了下周停电不」: the question told in one breath with a fault is answered too. */
function splitQuestion(matter: Matter): readonly Matter[] {
  if (!['repair_env', 'property_complaint', 'noise'].includes(matter.intent)) return [matter]
  const at = asksBeside.exec(matter.text)
  if (at === null || at.index === 0) return [matter]
  const [told, asked] = [matter.text.slice(0, at.index), matter.text.slice(at.index + at[0].length)]
  if (!isAsking.test(asked) || [...asked].length < 4 || !statesFault(told) || statesFault(asked) || faultClass(told) === null || wantsAct.test(asked)) return [matter]
  const own = matter.slots.filter((slot) => asked.includes(slot.value) && !told.includes(slot.value))
  const question: Matter = { ...matter, intent: 'ask_hours_place', confidence: plain, text: asked, slots: own }
  return [{ ...matter, text: told, slots: matter.slots.filter((slot) => !own.includes(slot)) }, question]
}

/** 「我家猫病了，想订助餐，9栋3单元，电话…」: door and phone told around a service that needs them are for it, not for the words they happen to stand beside. */
function giveData(turn: Turn, matters: readonly Matter[]): readonly Matter[] {
  const isData = (slot: Slot): boolean => slot.name === 'addr' || slot.name === 'phone'
  const [taker, ...others] = matters.filter((matter) => turn.services.named(matter.text)?.disclosure === 'personal')
  const giver = matters.find((matter) => matter !== taker && matter.confidence < plain && faultClass(matter.text) === null && !isAsking.test(matter.text) && matter.slots.some((slot) => slot.name === 'phone'))
  if (taker === undefined || others.length > 0 || giver === undefined || taker.slots.some(isData)) return matters
  const given = giver.slots.filter(isData)
  return matters.filter((matter) => matter !== giver).map((matter) => (matter === taker ? { ...taker, slots: [...taker.slots, ...given] } : matter))
}

/** A piece that is nothing but data (「5幢2单元301，电话…」) belongs to the matter it stands beside. */
function foldData(matters: readonly Matter[]): Matter[] {
  const folded: Matter[] = []
  for (const matter of matters) {
    const rest = matter.slots
      .filter((slot) => ['addr', 'phone', 'id_no', 'name', 'age', 'time', 'person'].includes(slot.name))
      .reduce((text, slot) => text.replace(slot.value, ''), matter.text)
      .replace(/电话|手机|地址|住址?|家住|家里|有人|在家|都行|方便|在|是|我|姓|叫|号|联系|方式|[\s，。,.、:：;；!！-]/g, '')
    const before = folded.at(-1)
    const isScrap = matter.slots.length === 0 && ([...rest].length <= 5 && isAsking.test(matter.text) || ([...rest].length <= 3 && matter.confidence < plain && matter.intent !== 'human'))
    if (before && (rest === '' || isScrap)) folded[folded.length - 1] = { ...before, text: `${before.text}，${matter.text}`, slots: [...before.slots, ...matter.slots] }
    else folded.push(matter)
  }
  return folded
}

/** 「台阶塌了，老人差点踩空」: why a fault matters is no service asked for. */
function foldConsequences(matters: readonly Matter[]): readonly Matter[] {
  const folded: Matter[] = []
  for (const matter of matters) {
    const before = folded.at(-1)
    const isConsequence = ['elderly_service', 'home_agent', 'counseling'].includes(matter.intent) && !isAsking.test(matter.text) && !wantsAct.test(matter.text) && !matter.slots.some((slot) => slot.name === 'addr' || slot.name === 'phone')
    if (before?.intent === 'repair_env' && isConsequence && statesFault(before.text)) folded[folded.length - 1] = { ...before, text: `${before.text}，${matter.text}` }
    else folded.push(matter)
  }
  return folded
}

/** 「楼上天天剁肉，两家吵起来了，想找人调解」: the noise is what the dispute is about, no report beside it. */
function foldDispute(matters: readonly Matter[]): readonly Matter[] {
  const dispute = matters.find((matter) => matter.intent === 'mediation' && matter.confidence >= plain)
  const about = matters.filter((matter) => matter.intent === 'noise' && !matter.slots.some((slot) => slot.name === 'addr'))
  if (dispute === undefined || about.length === 0) return matters
  const whole = { ...dispute, text: [...about, dispute].map(({ text }) => text).join('，'), slots: [...about, dispute].flatMap(({ slots }) => slots) }
  return matters.filter((matter) => !about.includes(matter)).map((matter) => (matter === dispute ? whole : matter))
}

/** 「撤了吧，物业已经来换了」: why something is withdrawn is no complaint of its own. */
function withoutReasons(matters: readonly Matter[]): readonly Matter[] {
  if (!matters.some((matter) => matter.intent === 'cancel_change')) return matters
  return matters.filter((matter) => !(reports.includes(matter.intent) && /了|已/.test(matter.text) && !isAsking.test(matter.text) && !matter.slots.some((slot) => slot.name === 'addr')))
}

/** Words with which somebody turns from one broken thing to another. */
const turnsTo = /还有(?!多|几|人|没|吗)|另外|再有|再就是|对了|顺便/

/** Two faults at two places, or two things in one breath (「…坏了，还有…」), are two matters, each with its own owner. */
function splitFaults(matter: Matter): readonly Matter[] {
  if (matter.intent !== 'repair_env') return [matter]
  const parts: { text: string; slots: Matter['slots'] }[] = []
  let left = matter.slots
  const pieces = matter.text.split(/([，,。；;！!\s]+|还有(?!多|几|人|没|吗)|另外|再有|再就是|对了|顺便)/)
  for (let at = 0, turned = false; at < pieces.length; at += 2) {
    const isTurn = at > 0 && turnsTo.test(pieces[at - 1] ?? '')
    const piece = isTurn ? (pieces[at] ?? '').replace(/^(?:啊|呢|呀|嘛|哈|就是说?|那个|一个)+/, '') : (pieces[at] ?? '')
    turned ||= isTurn
    if (piece === '') continue
    const own = left.filter((slot) => piece.includes(slot.value))
    left = left.filter((slot) => !own.includes(slot))
    const last = parts.at(-1)
    const place = buildingIn(own)
    const before = last === undefined ? null : buildingIn(last.slots)
    const [kind, kindBefore] = [faultClass(piece), last === undefined ? null : faultClass(last.text)]
    const isElsewhere = place !== null && before !== null && place !== before && kindBefore !== null && (statesFault(piece) || kind !== null || /的.{1,4}$/.test(piece))
    const isOther = turned && kind !== null && kindBefore !== null && kind !== kindBefore && statesFault(piece) && last !== undefined && statesFault(last.text)
    // 「6栋也坏了」: what is broken there was said of the first.
    const what = isElsewhere && kind === null && !/的.{1,4}$/.test(piece) ? `（${kindBefore}）` : ''
    if (last === undefined || isElsewhere) parts.push({ text: piece + what, slots: own })
    else if (isOther) parts.push(place === null ? atSamePlace(piece, own, last.slots) : { text: piece, slots: own })
    else parts[parts.length - 1] = { text: `${last.text}，${piece}`, slots: [...last.slots, ...own] }
    turned = false
  }
  return parts.length < 2 ? [matter] : parts.map((part, index) => ({ ...matter, ...part, slots: index === 0 ? [...part.slots, ...left.filter((slot) => slot.name !== 'addr')] : part.slots }))
}

/** What is broken beside the first thing, named without a place: where the first one is. */
function atSamePlace(piece: string, own: Matter['slots'], before: Matter['slots']): { text: string; slots: Matter['slots'] } {
  const place = before.find((slot) => slot.name === 'addr')
  if (place === undefined || own.some((slot) => slot.name === 'addr')) return { text: piece, slots: own }
  return { text: `${place.value}${piece}`, slots: [place, ...own] }
}

/** The building that an address names; `null` where it names none. */
function buildingIn(slots: Matter['slots']): string | null {
  const place = slots.find((slot) => slot.name === 'addr')
  return place === undefined ? null : buildingNumber(place.normal ?? place.value)
}

/** What a matter is in plain words, whatever the classifier is unsure between: a fault with its place, a service by its name, a question about the texts. */
export function asMeant(turn: Turn, matter: Matter): Matter {
  const meant = announced(matter) ?? asksNumber(matter) ?? asksOfEarlier(matter) ?? wantsMediation(matter) ?? wantsErrand(matter) ?? wantsMeeting(matter) ?? plainFault(turn, matter) ?? namedService(turn, matter)
  if (meant) return meant
  if (!isAboutText(turn, matter)) return matter
  // 「多久能办好」 leans on the question before as 「那多久能办好」 does.
  const text = goesOnAsking.test(matter.text) && !/^那|呢[?？]?$/.test(matter.text) ? `那${matter.text}` : matter.text
  return { ...matter, text, intent: 'policy_standard', confidence: Math.max(matter.confidence, plain) }
}

/** 「我报个事」 says that something will be told: what it is, is asked. */
function announced(matter: Matter): Matter | null {
  const says = /^(你好|您好)?[，,]?(我|俺|咱)(们)?(要|想|得)?(来)?(报|反映|说)(一?个|一下|点|一件)(事情?|情况|问题|毛病)[儿呗吧啊哈]*[。.！!]?$/
  return says.test(matter.text) ? { ...matter, intent: 'repair_env', confidence: plain } : null
}

/** 「给我个物业电话」 asks to be told, however much the one who is to be called is complained of elsewhere. */
function asksNumber(matter: Matter): Matter | null {
  const { text } = matter
  const asks = /(给|要|找|问|查|发|告诉|求|有没有|有|知道|晓得|需要|来)[^，,。]{0,10}(电话|号码|联系方式|手机号|座机|热线)(号码?|号)?(给我|一下|吗|么|没|不|呗|吧|啊|呀|呢)*[?？。.!！]*$|(电话|号码|联系方式|手机号|座机|热线)(号码?|号)?[^，,。]{0,4}(多少|几号|是几|是啥|是什么|有没有|有吗|有么|给我|发我|告诉|说一下|报一下|知道|晓得)/.test(text)
  const isOwn = statesFault(text) || /(没人|不|打不通|一直)接|打不通|骚扰|诈骗|骗|投诉|举报|反映|(我|俺)(家|妈|爸)?的?(电话|手机|号码)|(留|换|改|登记)(个|了|下|一下)?[^，,。]{0,3}(电话|手机|号码)|回(个|我)?电话|打(个|了|过)?电话/.test(text)
  return asks && !isOwn && asking.includes(matter.intent) ? { ...matter, intent: 'ask_hours_place', confidence: Math.max(matter.confidence, plain) } : null
}
/** What such words are taken for. */
const asking: readonly IntentName[] = ['property_complaint', 'repair_env', 'noise', 'mediation', 'rate_complain', 'book', 'home_agent', 'elderly_service', 'micro_wish', 'deliberation', 'volunteer', 'chitchat', 'offtopic_group', 'payment']

/** 「选个时间去见书记」: a time with somebody, however it is called. */
function wantsMeeting(matter: Matter): Matter | null {
  const wants = /(选|约|定|挑|找|安排)(一?个|一下|下)?(时间|日子|空)[^，,。]{0,6}(看|见|找|拜访|聊|谈|会)|(想|要)(约(一下|个时间)?|见(一见|一面|个面)?)[^，,。]{0,4}(主任|书记|领导|网格员)/.test(matter.text)
  return wants && matter.intent !== 'book' && matter.intent !== 'human' && matter.confidence < 0.95 && !isAsking.test(matter.text) ? { ...matter, intent: 'book', confidence: plain } : null
}

/** 「走不开，能不能帮我买个药」: an errand is what the window does for who can't go. */
function wantsErrand(matter: Matter): Matter | null {
  const asksFor = /(帮|替|给)(我|俺|忙|我妈|我爸|老人|他|她)?[^，,。]{0,4}(买|取|拿|捎|代买|代取|带)(个|点|些|回|一下|盒|瓶|袋)?[^，,。]{0,2}(药|菜|米|面|油|快递|包裹|东西|化验单|报告)/.test(matter.text)
  const can = /(出不(了|去)|走不(开|动|了)|下不了|没人|卧床|腿(脚)?不|一个人|照看|带(着)?(娃|孩子)|发烧|生病|行动不便|帮|跑腿)/.test(matter.text)
  return asksFor && can && matter.intent !== 'home_agent' && matter.intent !== 'elderly_service' && matter.confidence < plain ? { ...matter, intent: 'home_agent', confidence: plain } : null
}

/** 「我上回报的路灯修没修」 asks after what was told before, whatever it was about. */
function asksOfEarlier(matter: Matter): Matter | null {
  const isOfEarlier = /(上回|上次|上个?(月|周|星期|礼拜)|昨[天儿]|前[天儿]|前几天|前阵子?|那天|之前|早前|早上|刚才)[^，,。]{0,4}(报|反映|说|登记|提|投诉)(过|了|上去)?的/.test(matter.text)
  const isAfter = /(修|弄|办|搞|处理|解决|管|换|来|好)(了|过)?(没|不|冇|未)|(怎么|咋|怎|哪能)(样|么样|个样)?了|到(哪|什么)|没(有)?(动静|下文|音信|消息)|结果|进展|进度|[吗么没]$/.test(matter.text)
  return isOfEarlier && isAfter && matter.intent !== 'track' && matter.intent !== 'urge' ? { ...matter, intent: 'track', confidence: Math.max(matter.confidence, plain) } : null
}

/** 「楼上太吵，两家吵起来了，想找人调解」: who asks for a mediator is not sent to report a noise. */
function wantsMediation(matter: Matter): Matter | null {
  const asksFor = /(想|要|请|找|求|申请|帮)[^，,。]{0,6}(调解|说和|劝和|评评理)/.test(matter.text) && !isAsking.test(matter.text)
    || /(能不能|能否|可不可以|可以|能)(请人|派人|找人|过来|来)(个人)?[^，,。]{0,4}(调解|说和|劝和)/.test(matter.text)
  return asksFor && matter.intent !== 'mediation' ? { ...matter, intent: 'mediation', confidence: Math.max(matter.confidence, plain) } : null
}

function plainFault(turn: Turn, matter: Matter): Matter | null {
  const isTalk = matter.intent === 'chitchat' || matter.intent === 'offtopic_group'
  if ((matter.confidence >= plain && !isTalk) || !matter.slots.some((slot) => slot.name === 'addr')) return null
  if (isOnlyPlace(matter)) return { ...matter, intent: 'repair_env', confidence: plain }
  const again = /(我也|也要|再|另外|还|单独)(要|来)?报/.test(turn.understanding.text)
  const asks = isAsking.test(matter.text)
  const isFault = faultClass(matter.text) !== null && (!asks || statesFault(matter.text)) && !inGeneral.test(matter.text)
  return isFault || (again && !asks) ? { ...matter, intent: 'repair_env', confidence: plain } : null
}

/** 「9栋2单元」 and nothing else: something is the matter there. */
export function isOnlyPlace(matter: Matter): boolean {
  const rest = matter.slots.filter((slot) => slot.name === 'addr').reduce((text, slot) => text.replace(slot.value, ''), matter.text)
  return rest.replace(/[我俺咱们这那就里边家住是在的，。,.!！\s]/g, '') === ''
}

/** A service called by its own name, to be had and not only asked about, where no thing is said to be broken. */
function namedService(turn: Turn, matter: Matter): Matter | null {
  // 「安排个助餐」 is easily taken for a fault or an errand; the other intents are left alone when they are half sure.
  const called = turn.services.called(matter.text)
  // 「约个助浴」 wants the service, not an hour at a window.
  const isBooked = (matter.intent === 'book' || (matter.intent === 'urge' && wantsAct.test(matter.text))) && called !== null && called.disclosure === 'personal'
  // A shed on the roof with its building is reported, however much it sounds like a question of housing.
  const isReported = called !== null && called.forwardTo !== null && matter.slots.some((slot) => slot.name === 'addr')
  const doubtful = isBooked || isReported || matter.confidence < (['repair_env', 'home_agent', 'elderly_service'].includes(matter.intent) ? 0.95 : called ? 0.8 : 0.5)
  if (!doubtful || faultClass(matter.text) !== null || (isAsking.test(matter.text) && !wantsAct.test(matter.text))) return null
  const named = called ?? turn.services.named(matter.text)
  const intent = named?.intents.find((one) => one === matter.intent) ?? named?.intents[0]
  if (intent === undefined) return null
  // 「给我爸订助餐」 taken for something else was not looked through for whom it is.
  const told = intent === matter.intent ? [] : turn.readSlots(matter.text).filter((slot) => (slot.name === 'person' || slot.name === 'age') && !matter.slots.some((one) => one.name === slot.name))
  return { ...matter, intent, confidence: Math.max(matter.confidence, plain), slots: [...matter.slots, ...told] }
}

/** Few words that ask more of the question before: 多久能办好, 那要带啥, 我妈呢. */
const goesOnAsking = /^(那|那么|然后|还有)?(要|得|需要)?(我|俺)?(多久|多长时间|几天|多少钱|要钱|收费|花钱|带(啥|什么|哪些)|去哪|在哪|找谁|几点|怎么办|咋办|咋弄|怎么弄|怎么申请|(老家|外地|我|俺|他|她|我家|俺家)?[\u4e00-\u9fff]{1,4}呢).{0,6}[?？。]?$/

/** Asks for what the texts say or who is named in them, whatever else its words sound like; or goes on with another place. */
function isAboutText(turn: Turn, matter: Matter): boolean {
  if (asksWhereToReport(matter.text)) return false
  if (asksWhoIsResponsible(matter.text) || directReference(matter.text) !== null) return true
  if (asksForText(turn, matter)) return true
  const last = turn.memory.lastQuestion
  const goesOn = last !== null && turn.now - last.at < 600_000 && last.intent !== 'book'
  if (goesOn && goesOnAsking.test(turn.understanding.text)) return true
  return goesOn && (matter.slots.some((slot) => slot.name === 'jurisdiction') || (matter.confidence < 0.5 && isAsking.test(matter.text)) || /^.{1,6}呢[?？]?$/.test(matter.text))
}

/** 「楼道灯坏了是找物业还是找社区」 as a report: 楼道灯坏了. */
export function withoutAsking(text: string): string {
  const told = text.replace(/[，,\s]*(请问|想问|问一下)?(这|那)?(个|种|事)?(是|该|应该|要|得)?(找谁|找哪|找物业|找社区|归谁|谁来?管|哪[里儿]报|怎么报|打哪个|向谁|跟谁说).*$/, '')
  return told === '' ? text : told
}

/** 「楼道灯坏了是找物业还是找社区」: asks whom to tell, and can be told: here. */
export function asksWhereToReport(text: string): boolean {
  return faultClass(text) !== null && statesFault(text) && /找谁|找哪|找物业还是|找社区还是|归谁|该谁|谁来管|谁管|哪里报|哪儿报|怎么报|打哪个|向谁|跟谁说/.test(text) && !/文件|方案|规定|政策|分工|牵头|部门|单位|局/.test(text)
}

/** Whether a fault is only talked about: heard of, in general, or asked after without a place. */
export function onlyTalksOfFault(matter: Matter): boolean {
  const { text } = matter
  if (!(isAsking.test(text) || /吗.{1,3}$/.test(text)) || /派人|来人|来看|来修|报修|登记/.test(text)) return false
  if (inGeneral.test(text)) return true
  const hasPlace = matter.slots.some((slot) => slot.name === 'addr')
  if (matter.intent === 'property_complaint' && /合理|合法|多少钱|标准|规定|依据/.test(text)) return true
  return !statesFault(text) && ((!hasPlace && matter.intent === 'repair_env') || /停不停|停(水|电|气)了?(吗|么|没|不)|来(水|电|气)了?(吗|么|没|不)|来(水|电|气)[?？]?$|是不是|有没有|住的?谁|哪个/.test(text))
}
