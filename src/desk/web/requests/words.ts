import type { SlotName } from '../../../nlu/understanding.js'
import type { Actor, Owner, RequestStatus, StatusChange } from '../../../requests/service-request.js'
import type { Due } from '../../../requests/clock.js'
import { moves, type LegalRoute, type Level, type MoveName } from '../../../requests/moves.js'
import { sayExactly } from '../live/time.js'
import type { InboxView } from '../../api-types.js'

export const statusNames: Readonly<Record<RequestStatus, string>> = {
  draft: '草稿', submitted: '已提交', accepted: '已受理', assigned: '已派单', 'in-progress': '办理中', 'awaiting-resident': '待居民补充',
  forwarded: '转办', returned: '退回', extended: '申请延期', done: '已办结', confirming: '待居民确认', resolved: '已解决', reopened: '重办',
  archived: '已归档', withdrawn: '居民撤回', declined: '不予受理', merged: '已并单',
}

/** How a state looks: what needs somebody's hand is warm, what is under way cool, what is over grey. */
export function toneOf(status: RequestStatus): 'primary' | 'success' | 'warning' | 'danger' | 'info' {
  switch (status) {
    case 'submitted': case 'accepted': case 'assigned': case 'returned': return 'warning'
    case 'reopened': return 'danger'
    case 'in-progress': case 'awaiting-resident': case 'forwarded': case 'extended': return 'primary'
    case 'done': case 'confirming': case 'resolved': return 'success'
    case 'draft': case 'archived': case 'withdrawn': case 'declined': case 'merged': return 'info'
  }
}

export const viewNames: Readonly<Record<InboxView, string>> = {
  open: '未办结', mine: '我的', unclaimed: '待接单', mentioned: '提到我的', overdue: '逾期', awaiting: '待居民', confirming: '待确认', closed: '已结束', all: '全部',
}

/** Moves made from the box of words; the others have a small dialog of their own. */
export const saidMoves = { reply: '答复居民', 'ask-resident': '请居民补充', close: '办结', approve: '网上批准' } as const satisfies Partial<Record<MoveName, string>>
export type SaidMove = keyof typeof saidMoves

/** Made by one press, without a word. */
export const isTaking = (name: MoveName): boolean => name === 'take' || name === 'take-over'

/** Moves with a dialog, in the order in which the desk offers them. */
export const dialogMoves: readonly MoveName[] = [
  'accept-forward', 'refuse-forward', 'approve-extension', 'refuse-extension', 'call-back', 'assign', 'reassign', 'stand-in', 'supplement', 'forward', 'recall-forward', 'return',
  'ask-extension', 'escalate', 'supervise', 'merge', 'reopen', 'decline',
]

/** What a dialog tells before it is made. */
export const moveHints: Readonly<Partial<Record<MoveName, string>>> = {
  assign: '派给谁，谁就要接单；居民会知道由谁负责。', reassign: '换一个人负责，原来的人不再负责；居民会知道。', 'stand-in': 'A岗不在，B岗接着办，状态不变；居民会知道由谁负责。',
  forward: '对方承接以前，仍由您负责（首问负责）。居民会知道转给了谁。', 'accept-forward': '承接以后由您负责。', 'refuse-forward': '不承接的话，仍由转来的人负责。',
  'recall-forward': '收回来接着自己办。', return: '退给负责人重新派人；派定以前仍由您负责，过了定的日子还没派就往上报。', 'ask-extension': '由另一位负责人批；批准以前，原来的时限照算。',
  'approve-extension': '同意以后时限延长，居民会知道新的日子。', 'refuse-extension': '时限不变，请写明理由。', escalate: '一级一级往上报，不越级。', supervise: '督办记在办理经过里，负责的人会看到。',
  merge: '并到另一张在办的工单，报过的居民到时一起通知。', decline: '不予受理会结束这张工单，理由和该走的途径会发给居民。', reopen: '退回重新办理，仍由原来的人负责。',
  'call-back': '差评由没有经手的人打电话问清楚，写下居民怎么说。写的话居民看不到。', supplement: '居民在电话里或当面补充了的，记在这里，时限接着走。',
}

export const moveTitle = (name: MoveName): string => moves[name].title

export const routeNames: Readonly<Record<LegalRoute, string>> = {
  lawsuit: '通过法院诉讼解决', arbitration: '通过仲裁解决', petition: '通过信访渠道反映', reconsideration: '申请行政复议', disclosure: '申请政府信息公开', emergency: '拨打110、119、120',
  'other-unit': '由别的单位负责（理由里写明哪个单位）',
}

export const levelNames: Readonly<Record<Level, string>> = { grid: '网格', community: '社区', street: '街道', county: '区县', city: '市' }

/** Where the promise stands, for the desk. */
export function sayDue(due: Due): string {
  switch (due.kind) {
    case 'unpromised': return '没有登记承诺时限'
    case 'unknown': return due.why === 'no-calendar' ? `时限待确认：还没有 ${due.year} 年的工作日历` : '时限待确认：还没有登记办公时间'
    case 'paused': return `等居民补充，时限从 ${sayExactly(due.since)} 起停着`
    case 'running': {
      const stages = { early: '', half: '，已过一半', near: '，快到期了', overdue: '，已经超时' } as const
      return `承诺 ${sayExactly(due.dueAt)} 前办结${stages[due.stage]}`
    }
    case 'closed': return due.inTime ? '在承诺时限内办结' : '超过承诺时限才办结'
    case 'ended': return '已结束，没有时限'
  }
}

export const slotNames: Readonly<Record<SlotName, string>> = {
  matter: '事项', doc: '材料', place: '地点', time: '时间', addr: '地址', object: '对象', target: '对方', person: '为谁办', age: '年龄', phone: '电话',
  id_no: '证件号', name: '姓名', ticket: '工单号', count: '数量', amount: '金额', need: '需要', choice: '选择', hazard: '危险', topic: '话题', fee: '费用',
  jurisdiction: '地区',
}

export const sayOwner = (owner: Owner): string => (owner.kind === 'post' ? `${owner.name}（待接单）` : owner.name)

export function sayActor(actor: Actor): string {
  switch (actor.kind) {
    case 'resident': return '居民'
    case 'staff': return actor.name
    case 'bot': return '一窗'
  }
}

/** One step of a request's life, e.g. 「李师傅：接单，已派单 → 办理中」. */
export function sayChange(change: StatusChange): string {
  const who = sayActor(change.actor)
  const what = change.move === undefined ? '' : moves[change.move].title
  if (change.from === null) return `${who}：${statusNames[change.to]}`
  if (change.from === change.to) return `${who}：${what === '' ? `${statusNames[change.to]}，有新情况` : what}${sayBrought(change)}`
  return `${who}：${what === '' ? '' : `${what}${sayBrought(change)}，`}${statusNames[change.from]} → ${statusNames[change.to]}`
}

function sayBrought({ brought }: StatusChange): string {
  switch (brought?.kind) {
    case 'owner': return `给${brought.owner.name}`
    case 'offer': return `给${brought.to.name}`
    case 'extension': return ` ${brought.workdays} 个工作日`
    case 'into': return `到 ${brought.number}`
    case 'level': return `到${levelNames[brought.level]}`
    case 'route': return `（${routeNames[brought.route]}）`
    case 'evidence': return brought.attachmentIds.length > 0 ? `（照片 ${brought.attachmentIds.length} 份）` : ''
    case 'deadline': return `（${sayExactly(brought.dueAt)} 前）`
    case undefined: return ''
  }
}
