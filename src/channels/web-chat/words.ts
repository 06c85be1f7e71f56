import type { PolicyStatus } from '../../retrieval/citation.js'

/** Where one can talk. */
export const tabNames: Readonly<Record<'private' | 'group', string>> = { private: '私聊', group: '小区群' }
export const textSizeNames: Readonly<Record<'normal' | 'large' | 'huge', string>> = { normal: '标准', large: '大', huge: '特大' }

export const pageWords = {
  name: '一窗',
  service: '社区服务',
  skip: '跳到输入框',
  opening: '正在打开…',
  offline: '网络断了，正在重连。您说的话会留着，连上就发。',
  closed: (says: string): string => `这里的一窗${says}还没办完的照样可以问。`,
  where: '在哪里说',
  own: '我的工单',
  unread: ' 条新消息',
  change: '换',
  community: '社区',
  /** Also what is said by pressing it. */
  person: '人工',
  size: '字号',
  sizeNext: '，点一下换',
} as const

export const chatWords = {
  /** Said for who comes by a link from a room. */
  goOn: '接着办',
  unreachable: '网络不通，请稍后再试',
  notChanged: '网络不通，没有改成，请稍后再试',
  chooseAgain: '离开时间较长，请再选一次您的社区。没有发出的话还在，选好后会接着发。',
} as const

export const callWords = { unreachable: '网络不通', failed: '没有成功，请稍后再试' } as const

export const dayWords = { today: '今天', yesterday: '昨天' } as const

export const chooserWords = {
  title: '您住在哪个社区？',
  why: '各地规定不一样，选了才能按您那里的答。',
  loading: '正在取社区名单…',
  failed: '社区名单没有取到，请看看网络。',
  again: '再试一次',
  search: '找社区',
  searchHint: '社区或街道的名字',
  last: '上次选的',
  now: '现在',
  shut: '已停用',
  none: '没有找到。换个字试试，或问社区工作人员。',
  back: '返回',
  board: '公开栏',
  boardSays: '：各社区公共事项办得怎样',
  danger: '着火、漏气、有人受伤等急事，请直接拨打',
  and: '、',
  stop: '。',
} as const

/** What a newcomer can tap first; each is sent as if typed. */
export const openings = ['我要报修', '查进度', '一个社区配几个工作人员？'] as const

export const welcomeWords = {
  welcome: '欢迎',
  hello: '您好，这里是',
  name: '一窗',
  says: '。问政策、报修、办事，像跟邻居说话一样写就行，也可以发照片。',
  privacy: '您说的只用来答复和办理；要用到电话、门牌时会先问您，请不要发身份证号。随时回「人工」找工作人员。',
  openings: '可以这样开始',
  roomRules: '群里说话须知',
  here: '这里是',
  room: '小区群',
  roomSays: '，邻居都看得到。叫「@小助手」我就回答；公共设施坏了，写清地方我会直接登记。',
  roomPrivacy: '电话、门牌、家事请到「私聊」里说。',
} as const

export const composerWords = {
  /** Calls the bot in a room. */
  bot: '@小助手',
  photo: '发照片',
  pick: '选一张照片或一个文件',
  reading: '正在准备照片…',
  tooLarge: '这个文件太大了（超过 10 MB），请换一张小一点的。',
  unreadable: '这个文件读不出来，请换一个。',
  say: '对一窗说',
  hint: '写在这里',
  sayInRoom: '在小区群里说',
  roomHint: '邻居都看得到',
  send: '发送',
} as const

export const logWords = {
  log: '对话',
  loading: '正在取…',
  older: '看更早的',
  typing: '正在回复…',
  choices: '可以这样回答',
  toEnd: '看最新的 ↓',
} as const

export const lineWords = {
  me: '我',
  bot: '一窗',
  staffNamed: (name: string | null): string => `${name ?? '工作人员'}（工作人员）`,
  neighbour: '邻居',
  recalled: '这条消息已撤回',
  recalledOwn: '您撤回了一条消息',
  recall: '撤回',
  change: '修改',
  changeTo: '改成',
  changeDone: '改好了',
  changeNot: '不改了',
  changed: '改过',
  delivered: '已送达',
  urgent: '紧急',
  dial: (number: string): string => `拨打 ${number}`,
  picture: '照片，点开看大图',
  voice: '语音',
  file: '文件，点开看',
  calendar: '更新手机日历',
  calendarFile: '预约.ics',
  ownData: '下载一份存着',
  ownDataFile: '我的数据.json',
} as const

export const unsentWords = {
  me: '我',
  sending: '正在发送…',
  waiting: '等网络，连上就发',
  delivered: '已送达',
  refused: '没有登记成功，请稍后再发',
  picture: '要发的照片',
  file: '[文件]',
  files: '[照片或文件]',
  again: '重发',
  discard: '不发了',
} as const

/** What a text is worth, said each time it is quoted. */
export const statusWords: Readonly<Record<PolicyStatus, string>> = {
  'in-force': '现行文件',
  draft: '征求意见稿，还不是正式规定',
  expired: '已过期，只作参考',
  template: '范文，不是规定',
}
/** The same in a word, of what is no rule. */
export const statusMarks: Readonly<Partial<Record<PolicyStatus, string>>> = { draft: '征求意见稿', expired: '已过期', template: '范文' }

export const citationWords = {
  details: '详情',
  count: (count: number): string => `（依据 ${count} 处）`,
  title: (document: string): string => `《${document}》`,
  number: '文号',
  section: '位置',
  date: '日期',
  status: '状态',
  entered: (document: string): string => `本社区登记：${document}`,
  source: '来源',
  clause: '整条原文',
  original: '文件里的原样文字',
} as const

export const ownWords = {
  title: '我的工单',
  loading: '正在取…',
  failed: '没有取到，请看看网络。',
  again: '再试一次',
  none: '您在这里还没有登记过。在「私聊」里说一句就行，比如「3栋楼道灯坏了」。',
  open: '还在办的',
  ended: '已经结束的',
  times: (filed: string, updated: string): string => `登记 ${filed} · 更新 ${updated}`,
  progress: '问进展',
  end: (words: string): string => `办理结果：${words}`,
  photo: (number: string, nth: number): string => `${number} 办结的照片 ${nth}`,
  find: '找回换手机以前的工单',
  findWhy: '要有工单编号和登记时给您的六位查询码；留过手机号的还要后四位。',
  number: '工单编号',
  code: '查询码（六位数字）',
  tail: '手机后四位（没留过不填）',
  send: '找回',
  wrongNumber: '请填工单编号，比如 0042',
  wrongCode: '查询码是六位数字',
  wrongTail: '请填四位数字，或者空着',
  findBy: (number: string, code: string, tail: string): string => `${number} 查询码 ${code}${tail === '' ? '' : ` 尾号${tail}`}`,
  askProgress: (number: string): string => `查进度 ${number}`,
} as const
