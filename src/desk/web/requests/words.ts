import type { SlotName } from '../../../nlu/understanding.js'
import type { Actor, Owner, RequestStatus, StatusChange } from '../../../requests/service-request.js'
import type { MoveName } from '../../../requests/moves.js'
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
  open: '未办结', mine: '我的', unclaimed: '待接单', confirming: '待确认', closed: '已结束', all: '全部',
}

/** Moves made from the box of words. */
export const saidMoves = { reply: '答复居民', 'ask-resident': '请居民补充', close: '办结', decline: '不予受理', reopen: '重新办理' } as const satisfies Partial<Record<MoveName, string>>
export type SaidMove = keyof typeof saidMoves

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

/** One step of a request's life, e.g. 「李师傅：已受理 → 办理中」. */
export function sayChange(change: StatusChange): string {
  const who = sayActor(change.actor)
  if (change.from === null) return `${who}：${statusNames[change.to]}`
  return change.from === change.to ? `${who}：${statusNames[change.to]}，有新情况` : `${who}：${statusNames[change.from]} → ${statusNames[change.to]}`
}
