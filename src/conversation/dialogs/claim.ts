import type { ChannelName } from '../../channels/channel.js'
import { countWrong, everybody, hashClaimCode, mayTry } from '../../residents/codes.js'
import { isOpen, numberMonth, requestNumber, type ServiceRequest } from '../../requests/service-request.js'
import type { Write } from '../../store/store.js'
import { noticeRow, noticeWrites } from '../notices.js'
import { replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'

/** A request opens again for who lost their account or browser: by its number and its secret (查询码), with the phone's last digits where it has one. */

/** Channels on which who somebody is may be lost: a browser's cookie, WeChat's ids of one login. There the code is shown with the receipt. */
const forgetful: readonly ChannelName[] = ['web', 'wechat']
/** Months back in which a short number is looked for. */
const monthsBack = 6
const asks = /查询码/
const typed = /查询码[\s:：是]*(\d{3})[\s-]?(\d{3})(?!\d)/
const wholeNumber = /[A-Z]{2,6}-\d{4}-\d{4,}/i
const shortNumber = /(?<![\d-])\d{4,5}(?![\d-])/
const phoneTail = /(?:尾号|后四位|手机号?|电话)[\s:：是]*(?:\d{7})?(\d{4})(?!\d)/

const words = {
  withReceipt: (code: string): string => `查询码：${code}，只显示这一次。换了手机或账号，私聊我发编号和它，就能接着办。`,
  shown: (request: ServiceRequest, code: string): string => `${request.number} 的查询码：${code}，以前的作废了。换了手机或账号，私聊我发「${request.number} 查询码 ${code}」${phoneOf(request) === null ? '' : '，再加上所留手机的后四位'}，就能接着办。别告诉别人。`,
  which: '您想要哪张工单的查询码？请发「查询码」加工单编号。',
  none: '我这儿没有您的登记，不用查询码。换了账号要找回原来的工单，请发工单编号和查询码。',
  needsNumber: '请连工单编号一起发，比如「0042 查询码 123456」。',
  wrong: '编号和查询码对不上，请核对一下。留过手机的，还要加上手机后四位，比如「尾号1234」。实在找不到请回「人工」。',
  tooOften: '试错的次数太多了，请过十分钟再试，或者回「人工」。',
  inPrivate: '查询码请私聊发我，别发在群里。',
  moved: (request: ServiceRequest): string => `${request.number} 刚在另一处凭编号和查询码打开了，以后的消息发到那边。不是您本人的话，请马上回「人工」。`,
  open: '找回来了：',
} as const

/** What a line says of such a code; `null` where it names none. */
export async function meetClaim(turn: Turn): Promise<Step | null> {
  const text = turn.message.text.normalize('NFKC')
  if (!asks.test(text)) return null
  if (turn.message.chat === 'group') return step({ kind: 'clarifying', about: 'private' }, words.inPrivate)
  const code = typed.exec(text)
  return code?.[1] === undefined || code[2] === undefined ? show(turn, text) : open(turn, text.replace(code[0], ' '), code[1] + code[2])
}

/** With what was filed in this step, the code by which it opens again, where that may be needed and nothing else leads back. */
export function withClaimCodes(turn: Turn, done: Step): Step {
  const { author, channel, chat } = turn.message
  if (!forgetful.includes(channel) || (chat === 'group' && turn.resident.privateConversationId === null)) return done
  const filed = done.writes.flatMap((write) => (write.op === 'put' && write.table === 'requests' && write.row.rev === 0 && write.row.residentId === author.id && phoneOf(write.row) === null ? [write.row] : []))
  const [only] = filed
  if (only === undefined) return done
  const codes = filed.map((request) => ({ request, code: turn.newCode() }))
  const told = codes.map(({ request, code }) => say(filed.length === 1 ? words.withReceipt(code) : `${request.number} ${words.withReceipt(code)}`, chat === 'group' ? { to: 'private' } : {}))
  return { ...done, writes: [...done.writes, ...codes.map(({ request, code }) => claimWrite(request, code, 0))], say: chat === 'group' ? [...done.say, ...told] : beforeLast(done.say, told) }
}

/** What is asked stays last, with its choices. */
function beforeLast<T extends { readonly choices: readonly string[] }>(said: readonly T[], more: readonly T[]): readonly T[] {
  const last = said.at(-1)
  return last !== undefined && said.length > 1 && last.choices.length > 0 ? [...said.slice(0, -1), ...more, last] : [...said, ...more]
}

function claimWrite(request: ServiceRequest, code: string, rev: number): Write {
  return { op: 'put', table: 'claimCodes', row: { id: request.id, rev, hash: hashClaimCode(request.id, code) } }
}

/** The phone left with a request, digits alone; `null` where there is none. */
function phoneOf(request: ServiceRequest): string | null {
  const given = request.fields.find((slot) => slot.name === 'phone')
  const digits = (given?.normal ?? given?.value ?? '').replace(/\D/g, '')
  return digits.length < 7 ? null : digits
}

async function show(turn: Turn, text: string): Promise<Step> {
  const own = await turn.records.requestsOf(turn.message.author.id)
  const named = own.filter((request) => text.includes(request.number) || text.includes(request.number.slice(request.number.lastIndexOf('-') + 1)))
  const last = own.find((request) => request.id === turn.memory.lastRequest?.id)
  const open = own.filter(isOpen)
  const meant = named.length === 1 ? named[0] : open.length === 1 ? open[0] : (last ?? (own.length === 1 ? own[0] : undefined))
  if (own.length === 0) return step({ kind: 'status-given', requestId: null }, words.none)
  if (meant === undefined) return step({ kind: 'clarifying', about: 'request' }, `${words.which}\n${own.slice(-5).map(({ number, serviceName }) => `${number} ${serviceName}`).join('\n')}`)
  const code = turn.newCode()
  const before = await turn.records.identities.claim(meant.id)
  return step({ kind: 'status-given', requestId: meant.id }, words.shown(meant, code), { writes: [claimWrite(meant, code, before?.rev ?? 0)] })
}

async function open(turn: Turn, text: string, code: string): Promise<Step> {
  const { identities } = turn.records
  const author = turn.message.author.id
  const tail = phoneTail.exec(text)
  const named = numbersIn(turn, tail === null ? text : text.replace(tail[0], ' '))
  if (named.length === 0) return step({ kind: 'clarifying', about: 'request' }, words.needsNumber)
  const requests = (await Promise.all(named.map((number) => identities.requestOfAnybody(number)))).filter((request) => request !== null)
  const tried = [author, everybody, ...requests.map(({ id }) => id)]
  const wrong = await Promise.all(tried.map((id) => identities.wrong(id)))
  if (tried.some((id, index) => !mayTry(id, wrong[index] ?? null, turn.now))) return step({ kind: 'answered' }, words.tooOften)
  for (const request of requests) {
    const phone = phoneOf(request)
    const isProven = (await identities.claim(request.id))?.hash === hashClaimCode(request.id, code) && (phone === null || phone.slice(-4) === tail?.[1])
    if (isProven) return handTo(turn, request)
  }
  return step({ kind: 'status-given', requestId: null }, words.wrong, { writes: tried.map((id, index) => countWrong(id, wrong[index] ?? null, turn.now)) })
}

/** Numbers the words may mean: a whole one, or a short one of this month and those before. */
function numbersIn(turn: Turn, text: string): readonly string[] {
  const whole = wholeNumber.exec(text)?.[0]
  if (whole !== undefined) return [whole.toUpperCase()]
  const serial = shortNumber.exec(text)?.[0]
  if (serial === undefined) return []
  const months = new Set(Array.from({ length: monthsBack }, (_, back) => numberMonth(turn.now - back * 30 * 86_400_000)))
  return [...months].map((month) => requestNumber(turn.community.numberPrefix, month, Number(serial)))
}

/** From now on it is this resident's, and its news come here; where they went before hears of it. */
async function handTo(turn: Turn, request: ServiceRequest): Promise<Step> {
  const { message } = turn
  const before = request.residentId
  const own = before === message.author.id
  const mine = (id: string): string => (id === before ? message.author.id : id)
  const moved: ServiceRequest = {
    ...request, residentId: message.author.id, channel: message.channel, conversationId: message.conversationId, updatedAt: turn.now,
    reporters: request.reporters.map((one) => (one.residentId === before ? { ...one, residentId: message.author.id, conversationId: message.conversationId, chat: 'private' } : one)),
    urges: request.urges.map((one) => ({ ...one, residentId: mine(one.residentId) })),
    ratings: request.ratings.map((one) => ({ ...one, residentId: mine(one.residentId) })),
  }
  const chat = own ? null : await turn.records.identities.conversation(request.conversationId)
  const told = chat?.chat === 'private' ? [noticeRow({ to: { channel: chat.channel, conversationId: chat.id, chat: 'private', residentId: chat.residentId }, text: words.moved(request), about: null, when: 'now' }, chat, { id: turn.newId(), now: turn.now })] : []
  return step({ kind: 'status-given', requestId: request.id }, words.open + replies.status(moved), {
    writes: [...(own ? [] : [{ op: 'put', table: 'requests', row: moved } as const]), ...noticeWrites(told, turn.now, request.id)],
    memory: { lastRequest: { id: request.id, at: turn.now, filed: false } },
  })
}
