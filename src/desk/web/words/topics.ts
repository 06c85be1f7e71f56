import { sayDay } from './bookings.js'
import type { BallotUnit, Electorate, Vote } from '../../../programmes/ballot.js'
import type { Standing, Tenure } from '../../../programmes/standing.js'
import type { Topic } from '../../../programmes/topic.js'

export const stageNames: Readonly<Record<'proposed' | Topic['stage'], string>> = { proposed: '提出', accepted: '受理', deliberating: '协商', voting: '表决', published: '公示结果', 'called-off': '终止' }
export const electorateNames: Readonly<Record<Electorate, string>> = { everyone: '谁都可以投', residents: '本社区住户（租住的也算）', owners: '仅业主' }
export const unitNames: Readonly<Record<BallotUnit, string>> = { person: '一人一票', household: '一户一票' }
export const tenureNames: Readonly<Record<Tenure, string>> = { owner: '业主', tenant: '租户', family: '业主家属' }
export const standingStates: Readonly<Record<Standing['state'], string>> = { told: '待核实', confirmed: '已核实', refused: '没核上' }

export const topicsWords = {
  title: '议题与表决',
  about: '居民提的、社区提的大家的事：提出、受理、协商、（表决）、公示，每一步的日子居民都看得到。表决只在私聊里投，谁投了什么这里看不到；选举不能在这里办。',
  waiting: (count: number): string => `待受理的提议（${count}）`,
  noneWaiting: '没有待受理的提议。',
  live: '在议的议题',
  noneLive: '还没有在议的议题。',
  ended: '结束了的',
  request: (number: string): string => `工单 ${number}`,
  filed: (when: string): string => `${when} 提出`,
  look: '受理', accepted: '已受理，提议的居民会收到',
  decline: '不受理', declineWhy: '为什么不受理？提议的居民会看到', declined: '已告诉提议的居民',
  open: '社区提一个议题', opened: '议题已建好',
  publicTitle: '议题（谁都看得到，不写姓名、电话、门牌）', publicAbout: '说明（可以空着）',
  procedure: '按哪个程序', noProcedure: '不按程序',
  cancel: '先不弄', save: '保存',
  number: (number: number): string => `议题 ${number}`,
  deliberate: '开始协商', deliberating: '已开始协商',
  minutes: '记会议', minutesDay: '哪天开的会', minutesWords: '会上怎么说的（谁都看得到）', minutesKept: '会议记录已存', minutesBy: (day: string, name: string): string => `${sayDay(day)} 会议，${name} 记录`,
  step: (step: string): string => `走完「${step}」`, stepWords: '这一步怎么走的（谁都看得到）', stepTaken: '已记下', steps: (name: string, taken: number, all: number): string => `${name}：程序走了 ${taken}/${all} 步`, stepLeft: '还没走', stepDone: (how: string, name: string, when: string): string => `${how}（${name} ${when}）`, listed: (all: readonly string[]): string => all.join('、'),
  vote: '发起表决', voteOpened: '表决已发起', options: '选项，一行一个', choices: (all: readonly string[]): string => `选项：${all.join('、')}`, opensAt: '什么时候开始', closesAt: '什么时候截止', who: '谁能投', per: '怎么算票', verifyHours: '截止后再留几小时核实身份（0 是不留）',
  quorum: '至少多少张有效票才算数（不定就空着）', majority: '超过有效票的百分之几算通过（不定就空着）',
  voteRule: (vote: Vote): string => `${electorateNames[vote.who]}，${unitNames[vote.per]}`,
  voteRuns: (from: string, until: string): string => `${from} 至 ${until}`,
  turnout: (valid: number, unverified: number): string => `有效票 ${valid} 张${unverified > 0 ? `，待核实 ${unverified} 张` : ''}，截止后才看得到各得多少`,
  households: (count: number): string => `投过票的户（${count}）`,
  counted: (valid: number, unverified: number): string => `已计票：有效票 ${valid} 张${unverified > 0 ? `，没核实上未计入 ${unverified} 张` : ''}`,
  option: (option: string, count: number): string => `${option} ${count} 票`, abstained: (count: number): string => `弃权 ${count} 票`,
  limits: (vote: Vote): string => [vote.quorum === null ? '' : `至少 ${vote.quorum} 张有效票`, vote.majority === null ? '' : `超过 ${vote.majority}% 算通过`].filter((one) => one !== '').join('，'),
  publish: '公示结果', publishWords: '结果（谁都看得到）', publishRooms: '同时发到这些群（白天发）', published: '已公示', closing: '截止了，等核实或计票',
  callOff: '终止', callOffWhy: '为什么终止？提议的居民会看到', calledOff: '已终止',
  result: (name: string, when: string): string => `${name} ${when} 记录`, reason: (reason: string): string => `终止的原因：${reason}`,
  procedures: '议事程序', proceduresAbout: '「三议一表决」「四议两公开」这些程序，文件没有写清是哪几步，按本社区的规矩在这里定。定成「必须」的，每个议题都要选一个；步骤没走完不能公示。', addProcedure: '添一个程序', procedureName: '名称', procedureSteps: '步骤，一行一步', procedureRequired: '本社区的议题必须按程序走', procedureSaved: '程序已存，只用于以后受理的议题', dropProcedure: '停用', dropped: '已停用，只影响以后受理的议题', required: '必须', edit: '改',
} as const

export const standingsWords = {
  title: '居住身份',
  about: '居民私下说自己是哪一户、业主还是租户，照社区自己的登记核对。只用来看能不能表决；核实或没核上都会告诉本人。',
  none: '还没有居民说过自己的居住身份。',
  place: '哪一户', tenure: '是什么', confirm: '核实无误', refuse: '核不上', confirmed: '已核实，本人会收到', refused: '已记下，本人会收到',
  told: (when: string): string => `${when} 说的`, decided: (name: string, when: string): string => `${name} ${when} 核对`,
  look: '核对', again: '重新核对', enter: '录入一户', enterAbout: '照社区登记直接录入：用这位居民报过的工单号找到人。', number: '工单号', entered: '已录入，本人会收到', cancel: '先不弄', save: '录入',
} as const
