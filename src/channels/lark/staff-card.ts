import { createHash } from 'node:crypto'
import type { Conversation } from '../../conversation/records.js'
import { requestLine } from '../../conversation/replies.js'
import { redact } from '../../privacy.js'
import type { MoveName } from '../../requests/moves.js'
import { statusName, type ServiceRequest } from '../../requests/service-request.js'
import { plain, words } from './encode.js'

/** What staff need to find the place and call people by name; phone and document numbers are on the desk only. */
const shownToStaff: NonNullable<Parameters<typeof redact>[1]> = ['door', 'name']

export const forStaff = (text: string): string => redact(text, shownToStaff)

/** What a button of a staff card brings back. */
interface StaffValue extends Readonly<Record<string, unknown>> {
  readonly yichuang: 'staff'
  readonly request: string
  readonly move: MoveName
}

/** Moves that a button and a line of words can make; the others need the desk. */
const labels: Readonly<Partial<Record<MoveName, string>>> = { close: '办结', return: '退回', 'ask-resident': '追问居民', reopen: '重办' }
const channelNames: Readonly<Record<string, string>> = { lark: '飞书', wechat: '微信', web: '网页' }

export interface Card {
  readonly content: string
  /** Same card, same hash: only a change is sent again. */
  readonly hash: string
}

function cardOf(title: string, template: 'blue' | 'red' | 'grey', elements: readonly unknown[]): Card {
  const content = JSON.stringify({ schema: '2.0', config: { update_multi: true, summary: { content: title } }, header: { title: plain(title), template }, body: { elements } })
  return { content, hash: createHash('sha256').update(content).digest('hex').slice(0, 32) }
}

/**
 * A request as the staff group sees it. `isForAll` false: it may be about one of them, or nobody's business but the handler's; then only the
 * number stands here. `offered` is what its owner, or anybody while nobody took it, may do now.
 */
export function drawRequest(request: ServiceRequest, isForAll: boolean, offered: readonly MoveName[]): Card {
  const title = `工单 ${request.number}${isForAll ? ` ${request.serviceName}` : ''}`
  if (!isForAll) return cardOf(title, 'grey', [words(`内容不在群里显示，请负责的人到工作台处理。现在${statusName(request.status)}。`)])
  const value = (move: MoveName): StaffValue => ({ yichuang: 'staff', request: request.id, move })
  const button = (move: MoveName, label: string, more: object = {}): unknown => ({ tag: 'button', text: plain(label), type: move === 'take' ? 'primary' : 'default', behaviors: [{ type: 'callback', value: value(move) }], ...more })
  const withWords = offered.flatMap((move) => (labels[move] === undefined ? [] : [{ move, label: labels[move] }]))
  const settled = request.settledAt !== null
  return cardOf(title, settled ? 'grey' : 'blue', [
    words(forStaff(requestLine(request))),
    words(`现在${statusName(request.status)}，${request.owner.name}负责，来自${channelNames[request.channel] ?? request.channel}${request.urges.length > 0 ? `，已催${request.urges.length}次` : ''}${request.attachmentIds.length > 0 ? `，有${request.attachmentIds.length}个附件（在工作台看）` : ''}`),
    ...(offered.includes('take') || offered.includes('take-over') ? [button('take', '接单')] : []),
    ...(withWords.length === 0 ? [] : [{
      tag: 'form', name: 'work',
      elements: [
        { tag: 'input', name: 'words', placeholder: plain('写一句说明，居民会看到'), max_length: 500 },
        ...withWords.map(({ move, label }) => button(move, label, { form_action_type: 'submit', name: move })),
      ],
    }]),
    ...(settled ? [] : [words('在这条下面回复，居民就能看到；「办结 换了灯管」「退回 理由」「追问 几单元」也可以；说完回「交还」。')]),
  ])
}

/** Somebody waits for a person. */
export function drawWaiting({ handover, mode, takenBy, title }: Conversation): Card {
  const urgent = handover?.urgent === true
  const head = `${urgent ? '紧急：' : ''}居民在等人工`
  if (mode === 'bot') return cardOf('居民不再等人工', 'grey', [words('已交还小助手。')])
  if (mode === 'staff') return cardOf(head, 'grey', [words(`${takenBy?.name ?? '工作人员'}正在和居民说话。`)])
  return cardOf(head, urgent ? 'red' : 'blue', [words(forStaff(`${title}：${handover?.reason ?? ''}`)), words('在这条下面回复就是接过来和居民说话，说完回「交还」。')])
}

/** A line of staff in a thread: an order to us, or words for the resident. */
type StaffLine =
  | { readonly kind: 'act'; readonly move: MoveName; readonly words: string }
  | { readonly kind: 'release' }
  | { readonly kind: 'say'; readonly words: string }

const orders: Readonly<Record<string, MoveName>> = { 接单: 'take', 办结: 'close', 退回: 'return', 不予受理: 'decline', 追问: 'ask-resident', 重办: 'reopen' }

export function readStaffLine(text: string): StaffLine {
  const said = text.replace(/@小助手[\s\u2005]*/g, '').trim()
  if (/^(交还|释放|还给小助手)$/.test(said)) return { kind: 'release' }
  const match = /^(接单|办结|退回|不予受理|追问|重办)(?:[\s:：,，]+([\s\S]+))?$/.exec(said)
  const move = match?.[1] === undefined ? undefined : orders[match[1]]
  return move === undefined ? { kind: 'say', words: said } : { kind: 'act', move, words: match?.[2]?.trim() ?? '' }
}
