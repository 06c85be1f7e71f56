import { parseNumber } from '../nlu/numbers.js'
import type { Slot } from '../nlu/understanding.js'
import { faultClass } from '../requests/faults.js'
import { longestShared } from '../text.js'
import type { Activity, ActivityKind } from './activity.js'

/** What somebody wants with an activity, by their words alone. `bare`: the words name nothing, and mean what was just spoken of. */
export interface ActivityWish {
  readonly act: 'list' | 'join' | 'leave' | 'wait' | 'stop-waiting' | 'own' | 'detail'
  readonly bare: boolean
}

/** 活动室, 活动中心 are places. */
const thing = /活动(?!室|中心|站|板房|场|量|经费)|讲座|义诊|听证会?|恳谈会?|志愿(服务|任务)|(有|什么|啥|哪些)(合适的|适合我的)?任务|文艺演出|运动会/
const asksWhich = /有(什么|啥|甚|么子|哪些|没有|没)|(什么|啥|哪些|哪几个)|有[^,，。]{0,8}(吗|么|没|不|呢|啵)[?？]*$|(吗|没有|没)[?？]*$|(搞|办|开)[^,，。]{0,6}(不|吗|没)[?？]*$|(说说|看看|列一下|介绍)/
/** Places are asked for of what is signed up for. */
const asksPlaces = /名额|位(置|子)|报满|还(能|可以|让)报|(还|缺不)缺人|还(要|收|招)人/
/** A question about rules, not about what is on. */
const asksOfRules = /规定|文件|政策|经费|补贴|标准|要求|应当|办法|制度|怎么评|咋评|怎么办理|证明|证书/

/** Wants to come. 报修, 报警, 报销 … are other matters. */
const joins = /报(个|一个|一下|上)?名(?!费)|报上|报一个|(给|帮|替)(我|俺|咱)们?也?报(?![修警销案])|(我|俺|咱)们?也?(来|要|想|就|去)?报(?![修警销案告纸过了])|参加|算(上)?(我|俺|咱)|算一个|(加|带|捎)(上)?(我|俺)|(占|留)(个|一个)(位|名额|座)|(一块儿?|一起)(去|来)|(我|俺|都)(想|要)?去(听|讲|说|学|跳|唱)|(我|俺|咱)们?(也|都)?(要|想|能|愿意)?(去|来)(一个)?[吧呗啊呀哈哩的]*$|都(去|来|报)[吧呗啊呀哈哩的]*$/
const bareJoin = /^(那就?|.{1,4}的话|好的?|行|中|嗯+|哎|诶|要得|成)?[,，\s]*(麻烦)?(给|帮|替)?(我|俺|咱|侬)?(们)?(家)?(也|就|再|来)?(要|想|愿意|能|可以)?(去|来|报|报名|报个名|参加|报上|报一个|算(上)?(我|俺)(们)?(一个)?|算一个|加(我|俺)一个|加上(我|俺)|带(我|俺)一个|带上(我|俺)|占(个|一个)(位|名额)?|登记一下)(一个|一位|个名|名)?[吧呗啊呀哈哩了的嘛喽]*[。.!！~]*$/
/** 「2号我报」「第一个给我报上」 */
const joinByNumber = /^(那就?|好的?)?(我|俺)?(要|想)?(报|参加)?第?[一二两三四五六七八九十\d]{1,2}(个|号|项)?(那个)?[,，\s]*(也)?((给|帮)?(我|俺)?(报(个)?(上|名)?|参加|去|来)|算我一个|的?名)[吧呗啊了]*[。.!！]*$|^(我|俺)?(要|想)?(报|参加)第[一二两三四五六七八九十\d]{1,2}(个|项)?[吧呗啊]*[。.!！]*$/

const leaves = /(不|弗|勿|覅|唔|没法|没得?空|冇空|没时间|没[功工]夫|不能|不想|不得)(去|来|参加|报名?|到)(了|啦|咯)?|(去|来|参加|到|走)不(了|成|及|得)|退(名|出报名|掉|了)|取消|(名额|位子|位置)?(让给|留给)|(名额|位子|位置|我的名?)(让|腾|空)出|(我|俺)的?名字?(给我)?(划|勾|删|去|抹|撤|拿)(掉|了)/
const waits = /候补|排队|排着|排上|排个队|有人退|有(位|位置|位子|名额|空)了?(就)?(告诉|通知|叫|喊|说)/
/** Gives up waiting, in the ways of many provinces. */
const stops = /(不|甭|别|莫|勿|弗|覅|唔|不用|不要|不想|不必)(再)?(给我|帮我)?(排|等|候补?)(队|补|着)?(了|啦|咧|喽|哒|嘞)|(候补|排队|排的队)[^,，。]{0,6}(取消|退|算了|不要|不用|撤|删|划)|(取消|退(了|掉|出)?|撤(了|掉|销)?)(我的|那个)?(候补|排队)/
/** What a question ends in that wants a yes or a no, in the ways of many provinces. */
const endings = '(没有?|吗|么|不|伐|啵|咩|哇|冇|未|没得|没啊)'
/** 报上、报进、报成 … */
const done = '(上|好|进|到|成|着|起|中|进去|上去)(名)?'
const asksOwn = new RegExp(`(我|俺)(都)?(报|参加)(了|过)?(哪些|什么|啥|几个)|(我|俺)的(报名|活动)(情况|记录)?(有哪些|呢)?[?？]*$|(我|俺)报名(情况|记录)|报${done}(了|啦|哒|咧|嘞|得)?${endings}[?？]*$|(算|是不是|有没有|到底)(已经)?报${done}|(我|俺|侬)?(是不是)?报(过|了|名了|过名)${endings}[?？]*$|(我|俺)排(到)?第?几|名单(上|里)(面)?(有|没有?).{0,3}(我|俺)|(候补|排).{0,3}(轮|排)?到(我|俺|第?几)|(轮|排)到(我|俺)(了)?${endings}|(我|俺)(还|是不是|现在)*在?(候补|排队)(着|里)?(名单)?(吗|么|伐|没有?)`)
const detailWords = '(几点(钟)?(开始|集合|结束|到)?|什么时候(开始|结束|截止)?|啥时候(开始|结束)?|几号|哪天|星期几|周几|在?哪(儿|里|块|疙瘩|嘎达|个地方)(集合|办|搞|举行)?|在哪(集合|办|搞|举行)?|什么地方|啥地方|要?带(点)?(什么|啥)(东西)?|(还)?有(没有)?(多少|几个)?(名额|位置|位子|空位)|(还)?剩(多少|几个)(名额|位置)?|报?满了|还(能|可以|让)报(名)?|(还)?(来|报)得及|(报名)?(什么时候|啥时候|几号)?截止|(怎么|咋|咋个|如何)(报(名)?|参加)|(要|收)(不要|不收)?(钱|费)|(还|照常)(照常)?(办|搞|举行)|取消了|(谁|什么人|啥人)(都)?(能|可以)(报|去|参加)|有?(多少|几个)人(报|去|参加))'
const bareDetail = new RegExp(`^(那|请问|这个|那个|活动|讲座|到时候|报名|我|俺|们)*[,，]?${detailWords}(了)?(没有?|吗|么|不|呢|啊|呀|的|来着|嘛)*[?？。!！]*$`)
const details = new RegExp(detailWords)

const asks = /[?？]|有没有?|(吗|么|不|没|呢|伐|啵|咩|冇|没得)[。!！~]*$|怎么|咋|如何|谁(可以|能)|什么|啥|哪/
/** 「能不能给我报个名」 asks for it to be done. */
const politely = /(给|帮|替)(我|俺|咱)[^,，。]{0,6}报(?!.*(怎么|咋|如何|什么|啥|哪))/
/** 「讲座办完了没」 */
const isOver = /(办|搞|开|结束)完?了(没|吗|么|伐)/
/** 「我想参加，怎么弄」 */
const wantsIn = /报名|(我|俺|能|可以|想)(想|要|能)?参加/

/** Whether things are to be brought along. */
const asksToBring = /带(点|些|个)?(什么|啥|甚|么子)|(要|用|需要?|得)(不要|不用|不)?(自己|自家|自个儿?|各人|各自|自)?(带|备)|(自己|自家|自个儿?|各人|各自|自)(要)?(带|备)/
/** What has to be brought to be given something at an office is another question. */
const ofOffices = /办|证|医保|社保|材料|手续|窗口|领|申请|贷/

/** Longer than this it is more than a word about an activity, characters. */
const shortWords = 40

/** Somebody is bothered: a report, whatever it names. */
const complains = /吵|噪|投诉|举报|扰民|没人管|差劲/

/** What words want with an activity; `null`: nothing that its words tell. */
export function readActivityWish(text: string): ActivityWish | null {
  if ([...text].length > shortWords || asksOfRules.test(text) || complains.test(text) || (faultClass(text) !== null && !/报(个)?名|活动|参加/.test(text))) return null
  const names = thing.test(text)
  if (stops.test(text)) return { act: 'stop-waiting', bare: !names }
  if (asksOwn.test(text)) return { act: 'own', bare: !names }
  if (waits.test(text)) return { act: 'wait', bare: !names }
  if (leaves.test(text) && !/[?？]|吗$|取消了(没|吗)/.test(text)) return { act: 'leave', bare: !names }
  if (bareJoin.test(text) || joinByNumber.test(text)) return { act: 'join', bare: true }
  if (bareDetail.test(text) || (asksToBring.test(text) && (asks.test(text) || /要不要|用不用|需不需要|是不是/.test(text)) && !ofOffices.test(text))) return { act: 'detail', bare: !names }
  if (joins.test(text) && (!asks.test(text) || politely.test(text))) return { act: 'join', bare: false }
  if (asksPlaces.test(text) || (names && (details.test(text) || isOver.test(text))) || (asks.test(text) && wantsIn.test(text))) return { act: 'detail', bare: false }
  return names && asksWhich.test(text) ? { act: 'list', bare: false } : null
}

const kindWords: readonly (readonly [ActivityKind, RegExp])[] = [
  ['hearing', /听证|恳谈|议事会|座谈/], ['talk', /讲座|培训|科普|上课|听课/], ['service', /志愿|义务|公益|义工|义诊/], ['culture', /文体|演出|联欢|比赛|跳舞|唱歌|合唱|太极|书法|电影/],
]

/** Said of any activity, or of any sentence about one: by these none is told from another. */
const generic = /活动|社区|小区|志愿者?|服务|报个?名|参加|报上|讲座|居民|我们|俺们|咱们|大家|老人|孩子|一起|那个|这个|今天|明天|后天|(这|下|上)?(个)?(周|星期|礼拜)[一二三四五六日天末]|上午|下午|晚上|早上|中午|\d+月\d+[日号]|\d+点|几点|开始|什么时候|在哪|还有|名额|取消|不去|我也|算我/g
/** Fewest characters in a row that tell what is meant. */
const leastAlike = 2

/** What a question asks of an activity that staff may not have entered. */
export type Aspect = 'bring' | 'cost' | 'where'

const aspects: readonly (readonly [Aspect, RegExp, RegExp])[] = [
  ['bring', asksToBring, /带|备|自理|提供|发放/], ['cost', /钱|费/, /费|钱|免|元/], ['where', /(在|去|到)?哪(儿|里|块|疙瘩|嘎达|个地方)|什么地方|啥地方/, /$^/],
]

/** What of an activity is asked for, and whether what was entered says it. */
export function askedOf(words: string, { note, place }: Pick<Activity, 'note' | 'place'>): readonly { readonly aspect: Aspect; readonly isTold: boolean }[] {
  return aspects.flatMap(([aspect, asked, told]) => (asked.test(words) ? [{ aspect, isTold: aspect === 'where' ? place !== '' : told.test(note) }] : []))
}

/** Which of these activities words name: by their title, what they are about, their kind or their day. Empty: none is named. */
export function meantActivities(words: string, all: readonly Activity[], times: readonly Slot[]): readonly Activity[] {
  const byTitle = titledLike(words, all)
  const titled = byTitle.length > 0 ? byTitle : best(all, (one) => likeness(words, `${one.note} ${one.place}`))
  const days = timesIn(times)
  const onDay = all.filter((one) => days.some((normal) => isOn(one, normal)))
  if (titled.length > 0) {
    const both = titled.filter((one) => onDay.includes(one))
    return both.length > 0 ? both : titled
  }
  const kind = kindNamed(words)
  const ofKind = kind === null ? [] : all.filter(kind)
  if (days.length > 0) return kind === null ? onDay : ofKind.filter((one) => onDay.includes(one))
  return ofKind
}

/** The times among slots, as `findTimes` writes them (nlu/times.ts). */
function timesIn(slots: readonly Slot[]): readonly string[] {
  return slots.flatMap(({ name, normal }) => (name === 'time' && normal !== undefined ? [normal] : []))
}

/** Which of them the words name by their title. */
export function titledLike(words: string, all: readonly Activity[]): readonly Activity[] {
  return best(all, (one) => likeness(words, one.title))
}

/** Those of a list that the words ask for: of a day or a kind, where they name one; else all. */
export function askedFor(words: string, all: readonly Activity[], times: readonly Slot[]): readonly Activity[] {
  const days = timesIn(times)
  const kind = kindNamed(words)
  return all.filter((one) => (days.length === 0 || days.some((normal) => isOn(one, normal))) && (kind === null || kind(one)))
}

/** Whether an activity is of the kind that words name, by how it was entered or by its title; `null`: they name none. */
function kindNamed(words: string): ((one: Activity) => boolean) | null {
  const found = kindWords.find(([, pattern]) => pattern.test(words))
  return found === undefined ? null : (one) => one.kind === found[0] || found[1].test(one.title)
}

/** Which of a list just shown is meant by its place (第二个, 2号); `null`: no place is named. */
export function placeNamed(words: string, count: number): number | null {
  const found = /第([一二两三四五六七八九十]|\d{1,2})(?:个|项|场)?|(?<![\d月])(\d{1,2}|[一二两三四五六七八九十])号(?![楼栋院日])/.exec(words)
  const number = found === null ? (/最后(一)?(个|场)/.test(words) ? count : null) : parseNumber(found[1] ?? found[2] ?? '')
  return number !== null && number >= 1 && number <= count ? number : null
}

function best(all: readonly Activity[], score: (one: Activity) => number): readonly Activity[] {
  const scored = all.map((one) => ({ one, score: score(one) })).filter((each) => each.score >= leastAlike)
  const most = Math.max(0, ...scored.map((each) => each.score))
  return scored.filter((each) => each.score === most).map((each) => each.one)
}

/** The longest run of characters, generic words apart, that stands in both; all of the title where nothing but such words is in it. */
function likeness(words: string, title: string): number {
  if (title.trim() !== '' && words.includes(title)) return title.length
  const own = title.replace(generic, ' ')
  const said = words.replace(generic, ' ')
  return Math.max(0, ...(said.match(/[\p{Script=Han}A-Za-z\d]+/gu) ?? []).map((piece) => longestShared(piece, own)))
}

/** Whether an activity begins in a time as `findTimes` writes it (nlu/times.ts). */
function isOn({ at }: Activity, normal: string): boolean {
  const [from = '', to] = normal.split('/')
  const begins = at.slice(0, from.length > 10 ? 16 : 10)
  if (to === '..') return begins >= from.slice(0, 16)
  if (to !== undefined) return begins >= from.slice(0, 16) && at.slice(0, to.length > 10 ? 16 : 10) <= to.slice(0, 16)
  return from.length > 10 ? at.slice(0, 13) === from.slice(0, 13) || at.slice(0, 10) === from.slice(0, 10) : begins === from
}

/** Whom a sign-up is for besides, or instead of, who writes. */
export interface Whom {
  readonly self: boolean
  /** One of the own family, in the resident's words (我妈); `null`: nobody. */
  readonly family: string | null
  /** Somebody else, whose own word is needed. */
  readonly others: boolean
  /** More people than are named. */
  readonly several: boolean
  /** What the one of the family is called, where it was told at once. */
  readonly name: string | null
}

const kin = '(?:我|俺|咱)?(?:家)?(?:的)?(老?妈|妈妈|母亲|老?爸|爸爸|父亲|爹|娘|爷爷|奶奶|姥姥|姥爷|外婆|外公|婆婆|公公|岳母|岳父|丈母娘|老丈人|老伴(?:儿)?|老公|老婆|爱人|媳妇|丈夫|妻子|孩子|娃(?:儿|娃)?|儿子|女儿|闺女|姑娘|对象|孙子|孙女|外孙女?|小孩|小朋友)'
const ofFamily = new RegExp(kin)
const otherPeople = /(给|帮|替)(?:我|俺|咱)?(?:的|家)?(楼(下|上)|对门|隔壁|邻居|朋友|同事|同学|老乡|他们?|她们?|老[\u4e00-\u9fff]|小[\u4e00-\u9fff]|[\u4e00-\u9fff]{1,2}(阿姨|大爷|大妈|大姐|师傅|叔|婶))[^,，。]{0,4}(报|参加|登记|留|占)/

/** Whom the words sign up. 「我妈也去」 says nothing of oneself, 「我和老伴」 does. */
export function readWhom(words: string): Whom {
  const family = ofFamily.exec(words)
  const withoutKin = words.replace(new RegExp(kin, 'g'), '')
  const others = otherPeople.test(withoutKin)
  const several = /一家|全家|[两俩二三四五六2-6](口|个人|个都)/.test(words)
  if (family === null) return { self: !others || /(我|俺)(也|们|和|跟|自己)|也(给|帮)(我|俺)/.test(words), family: null, others, several, name: null }
  const name = /(?:名字(?:是|叫)?|姓名|叫)[:：\s]?([\p{Script=Han}]{2,4})$/u.exec(words.trim())?.[1] ?? null
  return { self: /我|俺|咱/.test(withoutKin), family: `您${(family[1] ?? '').replace(/^老(?=[妈爸])/, '')}`, others, several, name }
}
