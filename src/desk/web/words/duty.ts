import type { Means, Page, PageCause } from '../../../paging/page.js'
import type { ChannelRow } from '../../duty-types.js'

const meansNames: Readonly<Record<Means, string>> = { desk: '工作台', lark: '飞书私信', wechat: '微信私信' }
export const causeNames: Readonly<Record<PageCause['kind'], string>> = { danger: '紧急', person: '找人工', channel: '渠道断线', overdue: '严重超时', 'no-time': '时限算不出', test: '试呼叫' }
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

export const dutyNavWords = { title: '值班', roster: '值班表', pages: '呼叫', channels: '渠道', absences: 'AB岗' } as const

export const dutyWords = {
  title: (community: string): string => `值班 · ${community}`,
  saved: '已保存，现在起按这个叫人。',
  tried: (number: number, name: string, means: string): string => `呼叫 ${number} 已发到${name}的${means}，应答了在「呼叫」里看得到。`,
  notReached: '现在叫不到：工作台没开着，也没有能用的飞书或微信私信。',
  day: '白班',
  night: '夜班',
  lookAgain: '再看一次',
  order: '现在有急事，先叫谁',
  nobody: '现在一个人也叫不到。居民会听到「联系不上值班人员，请直接打110、119、120」。',
  try: '试呼叫',
  rule: '先叫值班表上的人，再叫社区负责人和管理员，再叫正开着工作台的人。急事 2 分钟没人应就叫下一个；居民找人工 10 分钟，夜里（22 点到 7 点）不叫。',
  roster: '值班表',
  noRoster: '还没有值班表。没有值班表时，夜里出了急事只能叫负责人和管理员。',
  changed: (by: string, time: string): string => `${by} ${time} 改过`,
  up: '这一班往前排',
  remove: '去掉这一班',
  add: '加一班',
  save: '保存',
  unsaved: '有改动还没保存',
  and: '、',
} as const

/** One shift of the roster, as it is written. */
export const lineWords = {
  position: (position: number): string => `第 ${position} 班`,
  name: '名称',
  from: '从',
  until: '到',
  nextDay: '第二天',
  weekdays: '星期几',
  weekday: (name: string): string => `周${name}`,
  onlyThese: '只在这些日子',
  firstDay: '第一天',
  lastDay: '最后一天',
  people: '先叫谁后叫谁',
  first: '先叫',
  remove: '去掉',
  addPerson: '加一个人',
  addPersonChoice: '加一个人…',
  gone: '（已不在这里）',
} as const

/** Calls for people. */
export const pageWords = {
  title: '呼叫',
  none: '还没有呼叫过人',
  again: '再试一次',
  everywhere: '全部社区',
  numbered: (number: number): string => `呼叫 ${number}`,
  whoWasCalled: (number: number): string => `呼叫 ${number} 叫过谁`,
  step: (time: string, name: string, means: string): string => `${time} ${name}（${means}）`,
  notArrived: '没送到',
  held: '现在没有能叫到的人，一有人上工作台就叫。',
  underAMinute: '不到 1 分钟',
  minutes: (minutes: number): string => ` ${minutes} 分钟`,
  answered: (name: string, time: string, took: string): string => `${name} ${time} 应答，用了${took}`,
  answer: '应答，我来处理',
  toConversation: '看对话',
  toChannels: '看渠道',
  toRequest: '看工单',
} as const

export const channelWords = {
  title: '渠道',
  again: '再试一次',
  none: '没有接飞书或微信，居民用网页聊天',
  since: (ago: string): string => `${ago}起`,
  askAdmin: '请管理员在这一页扫码登录。',
  codeOf: (channel: string): string => `${channel}登录码`,
  scan: '用这个账号的手机扫。码过一会儿会换，不要转发到群里。',
} as const
