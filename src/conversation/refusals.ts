import type { Matter } from '../nlu/understanding.js'
import { faultClass, statesFault } from '../requests/faults.js'
import type { Outcome } from './outcome.js'
import type { Citation } from '../retrieval/citation.js'
import { say, step, type Step, type Turn } from './turn.js'

/** What it must never do (see DESIGN.md, non-goals), and what it says instead. Found by words, before the classifier is believed. */
export interface Refusal {
  readonly name: string
  readonly when: RegExp
  readonly unless: RegExp | null
  readonly outcome: Outcome
  readonly text: string
  /** Said to a person in charge as well. */
  readonly handover: string | null
}

const answered: Outcome = { kind: 'answered' }

const refusals: readonly Refusal[] = [
  {
    name: 'instructions',
    when: /(忽略|无视|忘掉|忘记|不要管|别管)(.{0,8}(指令|设定)|.{0,4}(你|上面|上述|前面|之前|先前|以上|系统|所有|一切|全部).{0,6}(规矩|规则|规定|限制|提示))|提示词|系统设定|初始指令|system\s*prompt|你的(设定|指令|程序代码)|(进入|切换|打开).{0,4}(开发者|管理员|上帝)模式/i,
    unless: null,
    outcome: answered,
    text: '这个我不能照办，内部设置和别人的信息都不能给。您有社区的事要问要办，直接说就行。',
    handover: null,
  },
  {
    name: 'residents-list',
    when: /(列|发|给|告诉|查)(给|我|一下|出)?.{0,10}(住户|业主|居民|邻居|户主)(们)?的?.{0,4}(电话|手机|名单|姓名|信息|住址|资料)|(住户|业主|居民|邻居|户主)(们)?的?(电话|手机|名单|信息|资料).{0,6}(列|发|给我|告诉)/,
    unless: null,
    outcome: answered,
    text: '别人的电话、姓名、住址是隐私，我不能提供。要找人可以请社区工作人员转达。',
    handover: null,
  },
  {
    name: 'others-privacy',
    when: /((刚才|刚刚|上面)?那(位|个)|楼上|楼下|隔壁|对门|新搬来|\d+(栋|幢|号楼|单元|室)|他|她|那家|那户|[\u4e00-\u9fff](某|家))[^,。，？?]{0,14}(住几号|住哪|住的?是?谁|离婚|住几栋|住几楼|电话多少|电话是多少|身份证|放出来|坐过牢|坐牢|犯过|吃低保|有精神|精神病|离没离|得的什么病|登记了没|什么病|多大岁数|工资多少)|(楼上|楼下|隔壁|对门|他|她|那家|那户|这家|这户)(?![^,，。]{0,8}(社区|食堂|小区|医院|学校|单位|公司|店|活动|物业|师傅|主任|书记))[^,。，？?]{0,8}(户主(是|叫)|叫(什么|啥)名|(姓|叫)(什么|啥)[啊呀呢]?([?？,，。!！]|$))|(刚才|刚刚|上面).{0,3}(那(位|个|家)|老?[\u4e00-\u9fff](家|某|姐|哥|叔|姨|婶)).{0,4}(办|报|登记|问|申请)的?(了)?(啥|什么|哪)/,
    unless: /(我妈|我爸|我娘|我爹|我家|我老|老伴|我儿|我女|我孙|本人|自己)/,
    outcome: answered,
    text: '这是别人的隐私，我不能说，也不去查证。您自己的事我可以帮您办。',
    handover: null,
  },
  {
    name: 'election',
    when: /(投票|票)?选(举)?.{0,4}(居委会|村委会|社区)?(的)?(主任|书记|委员|村主任|居委会|村委会|居民代表|村民代表|小组长|楼栋?长).{0,10}(发起|投票|搞|弄|开始|在群里)|(发起|搞|弄|组织|开).{0,8}(选举|选(主任|书记|居委会|村委会|居民代表|村民代表|小组长|楼栋?长))|(在?(咱们?|我们)?群里|微信里|网上)(投票)?选.{0,6}(主任|书记|居委会|村委会|业委会|居民代表|村民代表|小组长|楼栋?长)|选.{0,8}(主任|书记|居委会|村委会|业委会|居民代表|村民代表|小组长|楼栋?长).{0,12}(计票|唱票|统计票)|(计票|唱票).{0,12}选/,
    unless: null,
    outcome: answered,
    text: '选举要依法按法定程序、无记名投票进行，不能在群里或用我来投票，这个我不能发起。想了解程序可以问我，或回「人工」。',
    handover: null,
  },
  {
    name: 'standing',
    when: /(想|要|来|能|可以|帮我|给我|我也?)[^,，。]{0,4}(参加|报名|参与|竞选|参选|竞聘|选上|当选)[^,，。]{0,8}(选举|换届|竞选|参选|居民代表|村民代表|业主代表|业委会(成员|委员|主任)|居委会?(成员|委员|主任)|村委会?(成员|委员|主任))|(想|要)(竞选|参选)|(帮我?|替我?|给我)报名?选举/,
    unless: /[?？]|怎么|如何|咋|条件|资格|什么|哪|谁|多少|几|吗|(能|可)不(能|可)|志愿|招聘/,
    outcome: answered,
    text: '选举、参选要按法定程序公告报名、无记名投票，我这儿不能替您登记，怕耽误了您。什么时候报名、找谁报，回「人工」请社区工作人员告诉您；程序是怎么规定的可以直接问我。',
    handover: null,
  },
  {
    name: 'enforcement',
    when: /(你们?|社区|居委会?|村委会?|网格员?|物业)[^，,。]{0,4}(能|可以|会|有权|敢)(不能|不可以|不会)?[^，,。]{0,6}(罚(?!单)|处罚|拘留|没收|强拆|抓(人|他|她|起来))/,
    unless: /(罚|处罚)(了|过|的)?(多少|几|标准|依据)|规定|文件|政策|奖/,
    outcome: answered,
    text: '罚款、处罚要由有执法权的部门（城管、住建、公安这些）依法办，社区没有这个权，我也不能答应您。您反映的事会记下来，该转的转给他们，进度告诉您。',
    handover: null,
  },
  {
    name: 'paying',
    when: /(替|帮)我.{0,4}(交|缴|垫|付)(了|嘛|吧|一下|上)?[^0-9]{0,8}(钱|转你|给你|还你)|(钱|费用?)(我)?(转|打|发|给)(给)?你|代(缴|交|付)(一下|下|了|吧|行|嘛|可以)|代收.{0,4}(钱|费|款)|(钱|费|款).{0,4}代收/,
    unless: /代(交|缴).{0,6}(材料|资料|表|申请|证|作业)|(材料|资料|表格?|申请书?|证件?)[^,。，]{0,6}代交/,
    outcome: answered,
    text: '我不能代收代付，一分钱都不经手。请走官方缴费入口，或到窗口办；有人说能代交请当心。',
    handover: null,
  },
  {
    name: 'footage',
    when: /(调|查|看(?![到见])|要|发(?!现)|拷|翻|给).{0,10}(监控(?!摄像头?|探头|室|杆|线|器|的?(师傅|大爷|保安|人员?))|录像)|(监控|录像).{0,8}(调|查|看(?![到见不])|拷|发|翻)/,
    unless: /(装|安装|建|覆盖|坏|不亮|修|文件|规定|政策|雪亮|几个|有没有装|爆|漏水|着火|冒烟)/,
    outcome: { kind: 'handed-over', reason: 'footage' },
    text: '监控我不能调，也不能发给您。丢了东西请先报警（110）或去派出所，由警察依法调看；我已请社区工作人员联系您。',
    handover: '居民要求查看监控',
  },
  {
    name: 'diagnosis',
    when: /(该|要|能|得)?(吃|用|买|开|打)(点|些|个)?(啥|什么|哪种|哪个|几片|多少)(药|针|偏方)|(是不是|会不会是?|是)得了?.{0,4}(癌|瘤|病)(了)?[吗吧呢?？]|(是|得的?)(啥|什么|哪种)(毛)?病(啊|呀|呢)?[?？]?$|药.{0,6}(能不能停|停得了|加量|减量|一起吃)/,
    unless: /报销|医保|补贴|政策|文件|慢(性|特)病|大病|狗|猫|树|草|虫|鼠|蟑螂/,
    outcome: answered,
    text: '看病吃药我不懂，不能乱说，请问医生或药师。胸痛、喘不上气、说话不清、越来越重的，马上打120。要人陪着去看病，直接跟我说。',
    handover: null,
  },
  {
    name: 'judging',
    when: /(你|您)[^，,。]{0,4}评(评|个)?理|是不是(他|她|他们|他家|她家|对方|楼上|楼下|隔壁|对门|邻居)[^，,。]{0,4}(没素质|没教养|不对|的错|理亏|不讲理|没理|过分)/,
    unless: null,
    outcome: answered,
    text: '谁对谁错我不评判，也说不准。要是想说开，可以请社区调解员听听两边的话，回「调解」我来登记；实在吵得厉害、要动手，先打110。',
    handover: null,
  },
  {
    name: 'verdict',
    when: /(打官司|起诉|告他|上法院|上法庭|仲裁).{0,12}(几成|把握|能赢|会赢|赢|胜|有没有用|划算)|(合不合法|违不违法|算不算犯法|判几年|能判|要坐牢|谁对谁错|谁(更)?有理|谁占理|该谁赔|(应该|要|得|该|能)赔(多少|几))|胜诉|(我们|俩|两家|你说).{0,6}谁(更)?(有理|占理|对|的错)/,
    unless: null,
    outcome: { kind: 'handed-over', reason: 'legal-advice' },
    text: '法律上的对错和输赢我不能下结论。我已转请社区工作人员帮您约法律顾问或调解员，咨询时把合同、照片这些带上。',
    handover: '居民需要法律咨询',
  },
]

/** How long asking again, without naming it, still means the same, ms. */
const refusalLastsMs = 10 * 60_000

/** The refusal of what must never be done, also where it is begged for once more; `null` when nothing of the kind is asked. */
export function refuseWhatMustNot(turn: Turn): Step | null {
  const { text } = turn.understanding
  const { refused } = turn.memory
  const again = refused !== null && turn.now - refused.at < refusalLastsMs && pleadsAgain(text) ? refusals.find((one) => one.name === refused.name) : undefined
  const found = refusals.find((refusal) => refusal.when.test(text) && !(refusal.unless?.test(privacy.includes(refusal.name) ? withoutFaults(text, refusal) : text) ?? false)) ?? again
  if (!found) return null
  if (found.name === 'election') return refuseElection(turn)
  return step(found.outcome, found.text, {
    memory: { refused: { name: found.name, at: turn.now } },
    handover: found.handover === null ? null : { reason: found.handover, urgent: false },
  })
}

/** The refusal of an election, where its words are met as a topic; with the text where the community's own says how one is held. */
export function refuseElection(turn: Turn): Step | null {
  const refusal = refusals.find(({ name }) => name === 'election')
  return refusal === undefined ? null : step(refusal.outcome, say(refusal.text, { citations: ballotLaw(turn) }), { memory: { refused: { name: refusal.name, at: turn.now } } })
}

/** A text of the community's own chain that orders the secret ballot; nowhere else's is quoted. */
function ballotLaw(turn: Turn): readonly Citation[] {
  const answer = turn.retriever.answer({ question: '选举 无记名投票 秘密写票 公开计票', community: turn.community, now: turn.now, includeFacts: false })
  return answer.kind === 'answered' ? answer.citations.filter(({ quote }) => /无记名|無記名/.test(quote)).slice(0, 1) : []
}

/** Refusals beside which a fault told in the same breath is still taken up. */
const privacy = ['others-privacy', 'residents-list']
/** 「漏到我家厨房了，楼上住的是谁」: the fault beside it doesn't make the question one's own. */
function withoutFaults(text: string, { when }: Refusal): string {
  return text.split(clauses).filter((clause) => when.test(clause) || !statesFault(clause)).join('')
}

const clauses = /(?<=[，,。；;！!？?\s])/
const whose = /楼上|楼下|隔壁|对门|他们?|她们?|那家|那户|这家|这户|户主/g

/** 「楼上漏水，楼上住的是谁啊」: the fault told beside what is refused, as its own matter; `null`: none is. */
export function toldBeside(turn: Turn, refused: Step): Matter | null {
  const { text } = turn.understanding
  const refusal = refusals.find(({ name }) => name === refused.memory.refused?.name && privacy.includes(name))
  if (refusal === undefined) return null
  const asks = (words: string): boolean => refusal.when.test(words)
  const apart = text.split(clauses).filter((clause) => !asks(clause)).join('')
  const match = refusal.when.exec(text)?.[0] ?? ''
  const last = [...match.matchAll(whose)].at(-1)?.index ?? 0
  const told = (statesFault(apart) ? apart : text.slice(0, text.indexOf(match) + last)).replace(/[，,。；;！!？?\s]+$/, '')
  if (faultClass(told) === null || !statesFault(told) || asks(told)) return null
  return { intent: 'repair_env', confidence: 1, text: told, slots: turn.readSlots(told), ranked: [] }
}

/** 「就发我看一眼嘛」 after a refusal. */
function pleadsAgain(text: string): boolean {
  return text.length <= 16 && /(就|嘛|求|通融|一眼|一下嘛|帮帮忙|行行好|不行吗|咋不行|为啥不)/.test(text)
}
