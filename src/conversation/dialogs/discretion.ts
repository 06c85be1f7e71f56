import { discretionFor } from '../../requests/discretion.js'
import { isOpen, type Discretion, type ServiceRequest } from '../../requests/service-request.js'
import { isAsking } from '../matters.js'
import { replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'

const anonymous = /匿名|(别|不要|莫|不想|不能)(让|叫)[^，,。]{0,8}(知道|晓得|看出来?)[^，,。]{0,2}是(我|俺)|不(想|要|能)?(留|写|登|报)(我的?)?(姓名|名字|名)|(别|不要|不想|不能|能不能不|可以不|莫).{0,2}(写|说|提|透露|暴露|告诉|留).{0,8}((我的?|俺的?)(姓名|名字)|姓名|是(我|俺)(说|报|反映|举报|投诉)?|(我|俺)是谁)/
const closed = /不公开|(别|不要|莫)公开|(请|帮我|替我|给我|要|得|一定)保密|保密(啊|哈|哦|处理|办)|(别|不要|莫|不想|不能)(让|叫|给)(别人|邻居|旁人|大家|人家?|外人|他|她|他们|群里)(们)?(家)?(看见|看到|知道|晓得)/
/** What is left of a message that says nothing but the wish. */
const around = /(我|俺)?(要|想|希望|可以|能不能|能|请|帮忙|麻烦|千万|这(个|件)?(事|单子)?|刚才(那个|那件|报的)?|举报|反映|投诉|报修|登记|处理|办理|一下|行吗|行不行|好吗|可以吗|吗|啊|哈|哦|吧|呀|的|了|是)/g

/** A wish counts for what is filed within this time after it, ms. */
const wishLastsMs = 30 * 60_000
/** What was filed last is still meant within this time, ms. */
const lastMeantMs = 60 * 60_000

const words = {
  noted: (wish: Discretion): string => (wish === 'anonymous' ? '好的，按匿名登记：是谁反映的我不会告诉别人，工作人员也看不到您的姓名和电话。请说是什么事、在哪儿。' : '好的，这件不公开，只有办这件事的工作人员看得到，群里不说。请说是什么事、在哪儿。'),
  applied: (request: ServiceRequest): string => `好的，工单 ${request.number} ${means(request.discretion ?? 'private')}`,
  promise: '您可以匿名，也可以不公开：匿名的，工作人员看不到您的姓名和电话；不公开的，只有办这件事的人看得到。是谁反映的，我不会告诉别人。要匿名就说「匿名」，再说是什么事。',
  notAnonymous: '这件事要和您当面联系，做不到匿名，给您改成不公开。',
  /** Added to the receipt. */
  beside: (discretion: Discretion): string => `这件${means(discretion)}`,
} as const

function means(discretion: Discretion): string {
  return discretion === 'anonymous' ? '按匿名办：是谁反映的我不会告诉别人，工作人员看不到您的姓名和电话，有进展我在私聊里告诉您。' : '不公开：只有办这件事的工作人员看得到，群里不说，有进展我在私聊里告诉您。'
}

/** A clause of more characters than this says more than the wish. */
const longestWish = 14

/** The message as it is understood: 「匿名，…」 before a matter and 「…，请保密」 after it are no matter of their own. */
export function withoutWish(text: string): string {
  const plain = text.replace(/^\s*(我要|我想)?(匿名|不公开|保密)[，,。：:\s]+/, '').replace(/[，,。\s]+(请|麻烦|要|帮我)?(匿名|不公开|不要公开|别公开|保密)(处理|办理|办|哈|啊)?[。.！!]*$/, '')
  // A wish that stands in a clause of its own asks for nobody else.
  const left = plain.split(/(?<=[，,。；;\s])/).filter((clause) => !(wishIn(clause) !== null && [...clause].length <= longestWish)).join('').replace(/[，,；;\s]+$/, '')
  return left.trim() === '' ? text : left
}

/** What the words want withheld; `null`: nothing. */
function wishIn(text: string): Discretion | null {
  return anonymous.test(text) ? 'anonymous' : closed.test(text) ? 'private' : null
}

/** The wish that holds for what is filed now. */
export function wishedDiscretion(turn: Turn, isPersonal: boolean): Discretion | null {
  const { discretion } = turn.memory
  return discretionFor(discretion !== null && turn.now - discretion.at <= wishLastsMs ? discretion.kind : null, isPersonal)
}

/** What a receipt adds for it. */
export function discretionLine(turn: Turn, discretion: Discretion): string {
  return (discretion === 'private' && turn.memory.discretion?.kind === 'anonymous' ? words.notAnonymous : '') + words.beside(discretion)
}

/** The turn with the wish that its words hold, for whatever is filed by it or after it. */
export function hearDiscretion(turn: Turn): Turn {
  const wish = wishIn(turn.message.text)
  return wish === null ? turn : { ...turn, memory: { ...turn.memory, discretion: { kind: wish, at: turn.now } } }
}

/** 「登心愿能不能不写我名字」 that came to nothing but a text: what was asked is whether one may, and is answered. */
export function promiseInstead(turn: Turn, done: Step): Step {
  const isHeard = turn.memory.discretion?.at === turn.now && wishIn(turn.message.text) !== null
  return isHeard && ['answered', 'unanswerable'].includes(done.outcome.kind) && done.say.some((one) => one.citations.length > 0) ? step({ kind: 'answered' }, words.promise) : done
}

/** 「会不会说是我举报的」 */
const asksWhoHears = /^[^，,。]{0,8}会不?会?[^，,。]{0,4}(知道|晓得|说|告诉|泄露|暴露|查到?|找)[^，,。]{0,6}(我|俺|谁)[^，,。]{0,2}(举报|反映|投诉|报|说|反应)的?[^，,。]{0,3}[?？]?$/

/** A message that is nothing but the wish: it goes to what was just filed, else waits for what is told next. `null`: it says more. */
export async function meetDiscretion(turn: Turn): Promise<Step | null> {
  const { text } = turn.message
  if (asksWhoHears.test(text)) return step({ kind: 'answered' }, words.promise)
  const wish = wishIn(text)
  if (wish === null) return null
  const rest = text.replace(anonymous, '').replace(closed, '').replace(around, '').replace(/[\s\p{P}]/gu, '')
  const asks = isAsking.test(text) && !/(能不能|可以|行不行|行吗|好吗|可以吗)/.test(text)
  if ([...rest].length > 3) return null
  if (asks) return step({ kind: 'answered' }, words.promise)
  const last = turn.memory.form === null ? turn.memory.lastRequest : null
  const request = last === null || turn.now - last.at > lastMeantMs ? null : await turn.records.request(last.id)
  if (request === null || !isOpen(request) || request.residentId !== turn.message.author.id) {
    return step(turn.memory.form === null ? { kind: 'answered' } : { kind: 'clarifying', about: 'discretion' }, turn.memory.form === null ? words.noted(wish) : words.noted(wish).replace(/请说.*$/, ''), { memory: { discretion: { kind: wish, at: turn.now } } })
  }
  const isPersonal = turn.services.byCode(request.serviceCode)?.disclosure === 'personal'
  const discretion = discretionFor(wish, isPersonal) ?? wish
  const row: ServiceRequest = { ...request, discretion, placeKey: discretion === 'private' ? null : request.placeKey, updatedAt: turn.now }
  return step({ kind: 'filed', requestId: row.id }, turn.message.chat === 'group' ? replies.added({ ...row, description: '（不公开）', address: null }) : words.applied(row), { writes: [{ op: 'put', table: 'requests', row }] })
}
