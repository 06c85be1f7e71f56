import type { Means, Page, PageCause } from '../../../paging/page.js'
import type { ChannelRow } from '../../duty-types.js'

export const meansNames: Readonly<Record<Means, string>> = { desk: '工作台', lark: '飞书私信', wechat: '微信私信' }
export const causeNames: Readonly<Record<PageCause['kind'], string>> = { danger: '紧急', person: '找人工', channel: '渠道断线', overdue: '严重超时', test: '试呼叫' }
export const stateNames: Readonly<Record<Page['state'], string>> = { held: '等人来', calling: '正在呼叫', answered: '已应答', unanswered: '没人应答', over: '不用了' }
export const stateTones: Readonly<Record<Page['state'], 'danger' | 'warning' | 'success' | 'info'>> = { held: 'warning', calling: 'danger', answered: 'success', unanswered: 'danger', over: 'info' }
export const channelNames: Readonly<Record<string, string>> = { wechat: '微信', lark: '飞书', web: '网页聊天' }
export const channelStates: Readonly<Record<ChannelRow['kind'], string>> = { connecting: '正在连接', online: '正常', offline: '断线', 'needs-login': '要人处理' }
export const channelTones: Readonly<Record<ChannelRow['kind'], 'danger' | 'warning' | 'success' | 'info'>> = { connecting: 'info', online: 'success', offline: 'danger', 'needs-login': 'danger' }
/** In the order of ISO 8601: 1 is Monday. */
export const weekdayNames = ['一', '二', '三', '四', '五', '六', '日'] as const

export function sayMeans(by: readonly Means[]): string {
  return by.length === 0 ? '现在叫不到' : by.map((one) => meansNames[one]).join('、')
}
