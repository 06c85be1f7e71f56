import type { PartyMember } from '../../../programmes/party-member.js'
import type { Proposal } from '../../../programmes/proposal.js'
import type { Praise } from '../../../programmes/praise.js'
import type { Wish } from '../../../programmes/wish.js'

export const stateNames: Readonly<Record<Wish['state'], string>> = { open: '待认领', claimed: '已认领', delivered: '已送到，等确认', fulfilled: '已实现', 'taken-down': '已撤下' }

export const wishesWords = {
  title: '微心愿',
  about: '居民私下说的心愿，审核后只公示需要什么，不公示是谁。公示后居民在聊天里用编号认领，先认先得。',
  waiting: (count: number): string => `等审核（${count}）`,
  noneWaiting: '没有等审核的心愿。',
  public: '公示中',
  nonePublic: '还没有公示的心愿。',
  ended: '结束了的',
  look: '审核',
  request: (number: string): string => `工单 ${number}`,
  filed: (when: string): string => `${when} 登记`,
  publicWords: '公示的话（不写姓名、电话、住址，最多 60 个字）',
  kind: '分类',
  yuan: '大约多少钱（元，不花钱或不知道就空着）',
  publish: '公示',
  published: '已公示，许愿的居民会收到编号',
  decline: '不公示',
  declineWhy: '为什么不公示？许愿的居民会看到',
  declined: '已告诉许愿的居民',
  cancel: '先不弄',
  change: '改',
  save: '保存',
  changed: '改好了',
  number: (number: number): string => `${number} 号`,
  costs: (yuan: number | null): string => (yuan === null || yuan === 0 ? '' : `约 ${yuan} 元`),
  claimedAt: (when: string, unit: string | null): string => `${when} 认领${unit === null ? '' : `（在职党员，${unit}）`}`,
  bring: '牵线',
  wisher: '许愿的人',
  claimer: '认领的人',
  noPhone: '没有留电话',
  noName: '没有留称呼',
  talk: '打开对话',
  peopleSays: '双方互相看不到。电话要先征得本人同意再告诉对方。',
  noPeople: '还没有人认领',
  full: '看完整号码',
  delivered: '送到了',
  deliveredDone: '已请许愿的居民确认',
  giveBack: '退回认领',
  giveBackWhy: '为什么退回？认领的人会看到',
  givenBack: '已重新公示',
  takeDown: '撤下',
  takeDownWhy: '为什么撤下？许愿的人和认领的人会看到',
  takenDown: '已撤下',
  confirm: '确定',
  photos: (count: number): string => `送到时的照片 ${count} 张`,
  photo: (index: number): string => `照片 ${index}`,
  kinds: '改分类',
  kindsHint: '分类，用顿号隔开',
  kindsSaved: '分类改好了',
  split: /[、,，;；\s]+/,
  join: '、',
} as const

export const memberStates: Readonly<Record<PartyMember['state'], string>> = { waiting: '等核实', confirmed: '已核实', declined: '没有核实' }

export const membersWords = {
  title: '在职党员报到',
  about: '在职党员在聊天里报到，由社区核实单位。导出时一个单位只看得到自己的人和他们认领的心愿。',
  none: '还没有人报到。',
  unit: '单位',
  wishes: (numbers: readonly number[]): string => `认领的心愿：${numbers.map((number) => `${number}号`).join('、')}`,
  since: (when: string): string => `${when} 报到`,
  check: '核实',
  change: '改',
  confirm: '核实了',
  decline: '核实不了',
  cancel: '先不弄',
  remove: '移出',
  removed: '已移出',
  decided: '已告诉本人',
  whichUnit: '导出哪个单位',
  pick: '选单位',
  export: '导出表格',
  noUnit: '还没有核实过的单位，核实后可以按单位导出。',
} as const

export const praiseStates: Readonly<Record<Praise['state'], string>> = { new: '新的', kept: '留作好人好事', aside: '不用' }

export const praisesWords = {
  title: '好人好事',
  about: '居民夸人的话，按时间排，不计数、不排名。要公开的，先征得本人同意，再到「知识库」登记为公示。',
  none: '还没有居民夸人的话。',
  keep: '留作好人好事',
  aside: '不用',
  again: '放回',
  sorted: '改好了',
} as const

export const proposalStates: Readonly<Record<Proposal['state'], string>> = { open: '征集支持', funded: '已资助', closed: '没有资助' }

export const proposalsWords = {
  title: '微项目',
  about: '居民提的小项目，审核后公示，邻居在聊天里支持，一人算一次，支持的人多的在前。定不定、资助不资助由社区按规定办。',
  waiting: (count: number): string => `等审核（${count}）`,
  noneWaiting: '没有等审核的微项目。',
  public: '公示的微项目',
  nonePublic: '还没有公示的微项目。',
  look: '审核',
  request: (number: string): string => `工单 ${number}`,
  filed: (when: string): string => when,
  publicWords: '公示的话（不写姓名、电话、住址，最多 60 个字）',
  publish: '公示',
  published: '已公示，提的居民会收到编号',
  decline: '不公示',
  declineWhy: '为什么不公示？提的居民会看到',
  declined: '已告诉提的居民',
  cancel: '先不弄',
  number: (number: number): string => `${number} 号`,
  supporters: (count: number): string => `${count} 人支持`,
  fund: '定为资助',
  close: '不资助',
  endWhy: '结果怎么写？公开栏上和提的居民都会看到',
  confirm: '确定',
  ended: '结果已公布',
} as const
