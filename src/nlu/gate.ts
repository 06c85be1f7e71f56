import { findContacts } from './contacts.js'
import type { Danger, Gate, IntentName, UtteranceView } from './understanding.js'

/** What the gate knows of a message beside its surroundings. */
export interface GateEvidence {
  /** Normalised, simplified, without the bot's mention. */
  readonly text: string
  readonly danger: Danger | null
  readonly intent: IntentName | null
  /** 0–1. */
  readonly confidence: number
  /** 0–1: how much it looks like neighbours' talk. */
  readonly offtopic: number
  readonly hasPlace: boolean
  /** Whether the place is a house, by number. */
  readonly hasHouse: boolean
  readonly hasObject: boolean
}

/** Words by which the community itself is spoken to. */
const toCommunity =
  /(?:^|[,。!?\s:])(?:请问|问下|问一下|问问|麻烦|请|求助|求|@?)?\s*(?:一下)?(?:咱们?|我们|本)?(?:社区|居委会?|村委会?|居委|街道|网格员|工作人员|书记|主任|党群(?:服务)?中心|服务站|窗口|管理员|志愿者)(?:的)?(?:工作人员|同志们?|领导|干部|老师|人员|负责人|值班的?|们|大姐|阿姨|主任|书记)?(?=[,。!?\s:]|$|你们|您|能|可|是|有|会|给|帮|管|来|请|看|查|今|明|后|周|下|什么|啥|几|怎|哪|再|要|还|得|让|派|处理|协调|反映|在|那边|这边|可以|谁|保洁|食堂|医|组织)/u
const toEveryone = /(?:有没有人|有谁|谁)(?:知道|晓得|清楚|了解)|(?:请问|问下|问一下|想问)(?:一下)?(?:大家|各位|邻居们?|群里)/u
const communityThings = /社区|居委|村委|街道|卫生站|卫生服务|食堂|日间照料|养老|医保|社保|低保|补贴|户口|居住证|疫苗|学区|报名|志愿|窗口|办证|证明|公租房|活动室/u
const asks = /[?吗呢么嘛不没]\s*$|请问|能不能|可不可以|有没有|怎么|咋|阿么|哪里|哪儿|在哪|多少|几点|什么时候|啥时候|是不是|能否|求|麻烦|帮|请|看一下|看看|管管|问问|派|处理|协调|反映|催/u
const faultWords = /坏|停了|不走|不亮|灭了|断|漏|堵|冒水|溢|翻|倒了|到了|塌|裂|掉|没电|没水|停电|停水|不制|不热|进水|积水|停在|不动|打不开|关不上|失灵|卡|满了|爆|臭|脏|没人(?:收|清|扫|管)|堆|歪|松|翘|破|碎|不出水|跳闸|短路|积雪|结冰|冒(?:出|水)|往外(?:冒|流|淌)|流(?:得|了)?(?:满|一)地|不见了|丢了|缺了|没了/u
const hearsay = /听说|我表姐|我同事|别的小区|人家小区|隔壁小区|三年了|多少年|唉|呵呵|哈哈|笑死|可不是|上(?:周|个月|礼拜)|去年|以前|当年|昨天|已经修|修好了|别问了|正在(?:抢)?修|师傅(?:在|来|马上|十分钟)/u
const notice = /^\s*【|(?:^|\n)\s*(?:各位|尊敬的)?(?:居民|业主|邻居|住户|家人)(?:朋友|们)?(?:们)?[,:!。]|——|--\s*\S{2,8}$|(?:通知|公告|提醒|温馨提示|倡议)[:：】]|请(?:大家|各位|居民|业主)(?:绕行|知悉|注意|配合|谅解|提前|互相转告)|感谢(?:理解|配合|支持)|^收到|^转发[:：]|已(?:安排|派人|联系|上报|处理|登记|核实|修复|恢复)|\((?:网格员|社区|物业)[^)]*\)\s*$/u
const advert = /https?:|www\.|\[链接\]|\[小程序\]|\[微信红包\]|砍一刀|助力|加(?:v|微|我微信)|私(?:我|聊)|包邮|自提|团购|成团|接龙|清仓|特价|低至|优惠|秒到账|利息低|起\s*(?:联系|电话)|二手|转让|出售|出租|代办驾照|开锁|贷款|招(?:护工|聘|工|人).{0,8}(?:包吃|元|起)|(?:专业|正规).{0,8}(?:维修|开锁|贷款|保洁|疏通)|投一?票.{0,6}\d+号|\d+(?:元|块)?(?:一|\/)(?:份|斤|箱|件|次|小时)/u
const placeholder = /^(?:\[[^\]]{1,12}\]|[\p{Extended_Pictographic}\p{P}\p{S}\s]|\+1|收到|好的|哈+|嗯+|谢谢(?:大家)?|ok)*$/iu

/** Requests and questions that a community answers. */
const services = new Set<IntentName>([
  'ask_process', 'ask_materials', 'ask_hours_place', 'book', 'repair_env', 'property_complaint', 'mediation', 'noise', 'elderly_service', 'home_agent',
  'social_assistance', 'social_insurance', 'employment', 'schooling', 'housing', 'volunteer', 'micro_wish', 'deliberation', 'counseling', 'payment',
  'track', 'urge', 'cancel_change', 'human', 'policy_standard', 'rate_complain',
])

/** Speak or be silent, by the rules for groups; in private always speak. */
export function decideGate(view: UtteranceView, evidence: GateEvidence): Gate {
  if (view.authorKind === 'bot') return { speak: false, reason: 'from-bot' }
  if (view.chat === 'private') return { speak: true, reason: 'private' }
  if (evidence.danger) return { speak: true, reason: 'danger' }
  if (view.mentions.bot) return { speak: true, reason: 'mentioned' }
  const { text } = evidence
  if (findContacts(text).some((contact) => contact.kind === 'id-number')) return { speak: true, reason: 'exposed-id' }
  if (placeholder.test(text)) return { speak: false, reason: 'empty' }
  if (view.authorKind === 'staff') return { speak: false, reason: 'notice' }
  if (view.mentions.everyone || notice.test(text)) return { speak: false, reason: 'notice' }
  if (view.mentions.others.length > 0 || /^\s*@(?!所有人)\S+/u.test(text)) return { speak: false, reason: 'to-other' }
  if (view.quoted && !view.quoted.byBot) return { speak: false, reason: 'neighbours' }
  if (advert.test(text)) return { speak: false, reason: 'advert' }
  const isService = evidence.intent !== null && services.has(evidence.intent)
  const addressed = toCommunity.test(text)
  if (addressed && asks.test(text) && (isService || evidence.offtopic < 0.6) && !/^(?:楼上|@)|我(?:昨天|刚|上)/u.test(text)) return { speak: true, reason: 'public-request' }
  if (toEveryone.test(text) && communityThings.test(text) && isService) return { speak: true, reason: 'public-request' }
  const isFault = evidence.intent === 'repair_env' || (addressed && isService)
  const told = evidence.hasPlace && faultWords.test(text) && !hearsay.test(text) && !/你家|你们家|谁家/u.test(text)
  if (told && ((isFault && evidence.offtopic < 0.5) || (evidence.hasHouse && evidence.hasObject && !/你们|[吗没呢?]$/u.test(text)))) {
    return { speak: true, reason: 'public-fault' }
  }
  return { speak: false, reason: evidence.offtopic > 0.5 ? 'neighbours' : 'unsure' }
}
