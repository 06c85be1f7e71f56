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
