import { createHash } from 'node:crypto'
import type { Conversation } from '../../conversation/records.js'
import { requestLine } from '../../conversation/replies.js'
import type { RequestAction } from '../../desk/api-types.js'
import { redact } from '../../privacy.js'
import { statusName, type ServiceRequest } from '../../requests/service-request.js'
import { plain, words } from './encode.js'

/** What staff need to find the place and call people by name; phone and document numbers are on the desk only. */
const shownToStaff: NonNullable<Parameters<typeof redact>[1]> = ['door', 'name']

export const forStaff = (text: string): string => redact(text, shownToStaff)

/** What a button of a staff card brings back. */
interface StaffValue extends Readonly<Record<string, unknown>> {
  readonly yichuang: 'staff'
  readonly request: string
  readonly action: RequestAction
}

const labels: Readonly<Partial<Record<RequestAction, string>>> = { take: '接单', resolve: '办结', decline: '退回', 'ask-resident': '追问居民', reopen: '重办' }
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
 * number stands here. `actions` is what its owner, or anybody while nobody took it, may do now.
 */
export function drawRequest(request: ServiceRequest, isForAll: boolean, actions: readonly RequestAction[]): Card {
  const title = `工单 ${request.number}${isForAll ? ` ${request.serviceName}` : ''}`
  if (!isForAll) return cardOf(title, 'grey', [words(`内容不在群里显示，请负责的人到工作台处理。现在${statusName(request.status)}。`)])
  const value = (action: RequestAction): StaffValue => ({ yichuang: 'staff', request: request.id, action })
  const button = (action: RequestAction, more: object = {}): unknown => ({ tag: 'button', text: plain(labels[action] ?? action), type: action === 'take' ? 'primary' : 'default', behaviors: [{ type: 'callback', value: value(action) }], ...more })
  const withWords = actions.filter((action) => action !== 'take' && labels[action] !== undefined)
  const settled = request.settledAt !== null
  return cardOf(title, settled ? 'grey' : 'blue', [
    words(forStaff(requestLine(request))),
    words(`现在${statusName(request.status)}，${request.owner.name}负责，来自${channelNames[request.channel] ?? request.channel}${request.urges.length > 0 ? `，已催${request.urges.length}次` : ''}${request.attachmentIds.length > 0 ? `，有${request.attachmentIds.length}个附件（在工作台看）` : ''}`),
    ...(actions.includes('take') ? [button('take')] : []),
    ...(withWords.length === 0 ? [] : [{
      tag: 'form', name: 'work',
      elements: [
        { tag: 'input', name: 'words', placeholder: plain('写一句说明，居民会看到'), max_length: 500 },
        ...withWords.map((action) => button(action, { form_action_type: 'submit', name: action })),
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
  | { readonly kind: 'act'; readonly action: RequestAction; readonly words: string }
  | { readonly kind: 'release' }
  | { readonly kind: 'say'; readonly words: string }

const orders: Readonly<Record<string, RequestAction>> = { 接单: 'take', 办结: 'resolve', 退回: 'decline', 不予受理: 'decline', 追问: 'ask-resident', 重办: 'reopen' }

export function readStaffLine(text: string): StaffLine {
  const said = text.replace(/@小助手[\s\u2005]*/g, '').trim()
  if (/^(交还|释放|还给小助手)$/.test(said)) return { kind: 'release' }
  const match = /^(接单|办结|退回|不予受理|追问|重办)(?:[\s:：,，]+([\s\S]+))?$/.exec(said)
  const action = match?.[1] === undefined ? undefined : orders[match[1]]
  return action === undefined ? { kind: 'say', words: said } : { kind: 'act', action, words: match?.[2]?.trim() ?? '' }
}
