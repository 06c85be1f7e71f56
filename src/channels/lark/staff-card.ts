import { createHash } from 'node:crypto'
import type { Conversation } from '../../conversation/records.js'
import { requestLine } from '../../conversation/replies.js'
import { redact } from '../../privacy.js'
import { asStaffSee } from '../../requests/discretion.js'
import { pendingOffer } from '../../requests/apply-move.js'
import type { MoveName } from '../../requests/moves.js'
import { statusName, type ServiceRequest } from '../../requests/service-request.js'
import { withoutCodes } from '../../residents/codes.js'
import { moveCalled, orderWords } from '../staff-in-chat.js'
import { plain, words } from './encode.js'

/** What staff need to find the place and call people by name; phone and document numbers are on the desk only. */
const shownToStaff: NonNullable<Parameters<typeof redact>[1]> = ['door', 'name']

export const forStaff = (text: string): string => redact(withoutCodes(text), shownToStaff)

/** What a button of a staff card brings back. */
interface StaffValue extends Readonly<Record<string, unknown>> {
  readonly yichuang: 'staff'
  readonly request: string
  readonly move: MoveName
}

/** Moves that a button with a line of words can make, in this order; the others need the desk. */
const labels: readonly (readonly [MoveName, string])[] = [['close', '办结'], ['return', '退回'], ['ask-resident', '追问居民'], ['supervise', '催办'], ['refuse-forward', '不承接'], ['reopen', '重办']]
const channelNames: Readonly<Record<string, string>> = { lark: '飞书', wechat: '微信', web: '网页' }

export interface Card {
  readonly content: string
  /** Same card, same hash: only a change is sent again. */
  readonly hash: string
  /** The same in plain words, where Lark does not draw it. */
  readonly inWords: string
}

function cardOf(title: string, template: 'blue' | 'red' | 'grey', elements: readonly unknown[]): Card {
  const content = JSON.stringify({ schema: '2.0', config: { update_multi: true, summary: { content: title } }, header: { title: plain(title), template }, body: { elements } })
  const said = elements.flatMap((element) => { const { tag, text } = element as { readonly tag?: string; readonly text?: { readonly content: string } }; return tag === 'div' && text !== undefined ? [text.content] : [] })
  return { content, hash: createHash('sha256').update(content).digest('hex').slice(0, 32), inWords: [title, ...said].join('\n') }
}

/**
 * A request as the staff group sees it. `isForAll` false: it may be about one of them, or nobody's business but the handler's; then only the
 * number stands here. `offered` is what somebody who works there may do now, `colleagues` who may be handed it.
 */
export function drawRequest(request: ServiceRequest, isForAll: boolean, offered: readonly MoveName[], colleagues: readonly { readonly id: string; readonly name: string }[]): Card {
  const title = `工单 ${request.number}${isForAll ? ` ${request.serviceName}` : ''}`
  if (!isForAll) return cardOf(title, 'grey', [words(`内容不在群里显示，请负责的人到工作台处理。现在${stageOf(request)}。`)])
  const value = (move: MoveName): StaffValue => ({ yichuang: 'staff', request: request.id, move })
  const button = (move: MoveName, label: string, more: object = {}): unknown => ({ tag: 'button', text: plain(label), type: move === 'take' ? 'primary' : 'default', behaviors: [{ type: 'callback', value: value(move) }], ...more })
  const submit = (move: MoveName, label: string): unknown => button(move, label, { form_action_type: 'submit', name: move })
  const withWords = labels.filter(([move]) => offered.includes(move)).map(([move, label]) => submit(move, label))
  const others = colleagues.filter(({ id }) => id !== request.owner.id)
  const handsOn = others.length > 0 && (['forward', 'assign', 'reassign'] as const).some((move) => offered.includes(move))
  const toWhom = { tag: 'select_static', name: 'to', placeholder: plain('转给谁'), options: others.map(({ id, name }) => ({ text: plain(name), value: id })) }
  const asked = pendingOffer(request)
  const urged = request.history.filter(({ move }) => move === 'supervise').length
  const settled = request.settledAt !== null
  return cardOf(title, settled ? 'grey' : 'blue', [
    words(forStaff(requestLine(asStaffSee(request)))),
    words(`现在${stageOf(request)}，${request.owner.name}负责，来自${channelNames[request.channel] ?? request.channel}${request.urges.length > 0 ? `，居民已催${request.urges.length}次` : ''}${urged > 0 ? `，负责人已催办${urged}次` : ''}${request.attachmentIds.length > 0 ? `，有${request.attachmentIds.length}个附件（在工作台看）` : ''}`),
    ...(asked === null ? [] : [words(`已转请${asked.to.name}办理，对方接下以前仍由${request.owner.name}负责。`)]),
    ...(offered.includes('take') || offered.includes('take-over') ? [button('take', '接单')] : []),
    ...(offered.includes('accept-forward') ? [button('accept-forward', '承接')] : []),
    ...(withWords.length === 0 && !handsOn ? [] : [{
      tag: 'form', name: 'work',
      elements: [{ tag: 'input', name: 'words', placeholder: plain('写一句说明，居民会看到'), max_length: 500 }, ...withWords, ...(handsOn ? [toWhom, submit('forward', '转单')] : [])],
    }]),
    ...(settled ? [] : [words('在这条下面回复，居民就能看到；「办结 换了灯管」「追问 几单元」「转单 同事姓名 为什么」也可以，照片一起发；说完回「交还」。')]),
  ])
}

/** A status is called as the resident hears it: 待您确认. */
function stageOf({ status }: ServiceRequest): string {
  return statusName(status).replace('您', '居民')
}

/** A room of staff hears neither who speaks in confidence nor of what. */
const confided = '有位居民要人陪着说说话。是谁、说了什么，到工作台接手就看得到。'

/** Somebody waits for a person. */
export function drawWaiting({ handover, mode, takenBy, title, ...conversation }: Conversation): Card {
  const isInConfidence = conversation.confided?.at(-1)?.until === null
  const urgent = handover?.urgent === true
  const head = `${urgent ? '紧急：' : ''}居民在等人工`
  if (mode === 'bot') return cardOf('居民不再等人工', 'grey', [words('已交还小助手。')])
  if (mode === 'staff') return cardOf(head, 'grey', [words(`${takenBy?.name ?? '工作人员'}正在和居民说话。`)])
  return cardOf(head, urgent ? 'red' : 'blue', [words(forStaff(isInConfidence ? confided : `${title}：${handover?.reason ?? ''}`)), words('在这条下面回复就是接过来和居民说话，说完回「交还」。')])
}

/** A line of staff in a thread: an order to us, or words for the resident. */
type StaffLine =
  | { readonly kind: 'act'; readonly move: MoveName; readonly words: string }
  | { readonly kind: 'release' }
  | { readonly kind: 'say'; readonly words: string }

/** In a thread everything is for the resident but these; a single character begins too many sentences. */
const orderLine = new RegExp(`^(${orderWords.filter((word) => word.length > 1 && moveCalled(word) !== 'reply').join('|')})(?:[\\s:：,，]+([\\s\\S]+))?$`)

export function readStaffLine(text: string): StaffLine {
  const said = text.replace(/@小助手[\s\u2005]*/g, '').trim()
  if (/^(交还|释放|还给小助手)$/.test(said)) return { kind: 'release' }
  const match = orderLine.exec(said)
  const move = match?.[1] === undefined ? null : moveCalled(match[1])
  return move === null ? { kind: 'say', words: said } : { kind: 'act', move, words: match?.[2]?.trim() ?? '' }
}
