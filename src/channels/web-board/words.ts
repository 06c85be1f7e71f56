import type { PublicBoard } from '../web-types.js'

/** Everything the public board says. */
export const words = {
  title: '公开栏',
  loading: '正在打开…',
  chooseTitle: '看哪个社区的公开栏？',
  missing: '没有找到这个社区，请从下面选一个。',
  unreachable: '没有取到数据，请看看网络。',
  again: '再试一次',
  month: (month: string): string => `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月`,
  drawn: (time: string): string => `截至${time}，约一分钟更新一次`,
  filed: '本月登记',
  finished: '已办结',
  open: '正在办',
  count: (count: number): string => `${count} 件`,
  kinds: '本月都是哪些事',
  kind: '事项',
  rates: '本月办得怎样',
  rate: (counted: number, of: number): string => `${Math.round((counted / of) * 100)}%`,
  parts: (counted: number, of: number): string => `${counted} ÷ ${of} 件`,
  tooFew: '本月的件数还少，暂不算比率。',
  requests: '最近的工单',
  number: '编号',
  state: '进展',
  filedAt: '登记',
  endedAt: '办结',
  none: '本月还没有登记公共事项。',
  notices: '通知',
  results: '结果公示',
  source: (source: string, date: string): string => `来源：${source}，${date}`,
  privacy: '这里只列公共设施、环境等公共事项的编号、类别和进展；没有姓名、电话、门牌和原话。个人和家庭的事、投诉、要求保密的事都不在内。',
  shut: '已停用',
  closed: (says: string): string => `这里的一窗${says}还没办完的会接着办完。`,
  toChat: '去聊天窗口登记或查自己的',
  otherCommunity: '换社区',
} as const

export const stateNames: Readonly<Record<PublicBoard['requests'][number]['state'], string>> = {
  taken: '已受理', 'in-hand': '办理中', finished: '已办结', declined: '不归社区办，已说明',
}

/** Small projects of residents. */
export const proposalWords = {
  title: '微项目',
  hint: '花钱不多、大家受益的小项目，支持的人多的在前。到聊天窗口回「支持＋编号」，比如「支持3号微项目」，一人算一次。',
  number: (number: number): string => `${number}号`,
  supporters: (count: number): string => `${count}人支持`,
  states: { open: '征集支持', funded: '已资助', closed: '没有资助' },
} as const

/** Micro wishes of neighbours, without whose they are. */
export const wishWords = {
  title: '微心愿',
  hint: '邻居的小心愿，不写是谁。想认领，到聊天窗口回「编号＋我认领」，比如「2号我认领」；先认先得，由社区工作人员牵线。',
  number: (number: number): string => `${number}号`,
  about: (kind: string, yuan: number | null): string => (yuan === null || yuan === 0 ? kind : `${kind} · 约${yuan}元`),
  states: { open: '等人认领', claimed: '已有人认领', fulfilled: '已实现' },
} as const

/** What is on. */
export const activityBoardWords = {
  title: '社区活动',
  hint: '报名到聊天窗口说「我要报名」加活动名字。这里不写谁报了名。',
  kinds: { service: '志愿服务', culture: '文体活动', talk: '讲座', hearing: '听证、恳谈' },
  when: (at: string, until: string): string => `${sayDate(at.slice(0, 10))} ${at.slice(11, 16)}–${until.slice(0, 10) === at.slice(0, 10) ? '' : `${sayDate(until.slice(0, 10))} `}${until.slice(11, 16)}`,
  left: (free: number | null): string => (free === null ? '名额不限' : `还剩${free}个名额`),
  full: '名额已满，可以候补', closed: '报名已截止',
  until: (when: string): string => `报名${when}截止`,
  source: (source: string): string => `来源：${source}`,
} as const

/** Matters that concern all, and how far they are. */
export const topicBoardWords = {
  title: '居民议题',
  hint: '大家的事大家商量。想提一个，到聊天窗口说「提个议题」和是什么事；在表决的，私聊直接说投哪个。截止前不公布各得多少票。',
  number: (number: number): string => `议题${number}`,
  stages: { proposed: '提出', accepted: '受理', deliberating: '协商', voting: '表决', published: '公示', 'called-off': '终止' },
  minutes: (day: string): string => `${sayDate(day)}会议：`,
  rule: (who: 'everyone' | 'residents' | 'owners', per: 'person' | 'household'): string => `${who === 'owners' ? '仅限业主' : who === 'residents' ? '限本社区住户' : '谁都可以投'}，${per === 'household' ? '一户一票' : '一人一票'}`,
  until: (when: string): string => `${when}截止`,
  options: (options: readonly string[]): string => `选项：${options.join('、')}`,
  count: (options: readonly string[], count: { readonly valid: number; readonly options: readonly number[]; readonly abstained: number }): string => `有效票${count.valid}张：${options.map((option, index) => `${option}${count.options[index] ?? 0}票`).join('，')}${count.abstained > 0 ? `，弃权${count.abstained}票` : ''}`,
  by: (name: string, when: string): string => `（${name} ${when}记录）`,
  reason: (reason: string): string => `终止的原因：${reason}`,
} as const

/** What the community publishes of its affairs. */
export const affairWords = {
  title: '居务公开',
  published: (day: string, until: string | null, source: string): string => `${sayDate(day)}公布${until === null ? '' : `，公示到${sayDate(until)}`}，来源：${source}`,
  about: (kind: string, period: string): string => (period === '' ? kind : `${kind} · ${period}`),
  file: '打开附件',
  fileOf: (title: string): string => `打开附件：${title}`,
} as const

/** 2026年10月12日 */
function sayDate(day: string): string {
  const [year, month, date] = day.split('-').map(Number)
  return `${year ?? ''}年${month ?? ''}月${date ?? ''}日`
}
