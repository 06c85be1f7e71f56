import type { Found } from './found.js'
import type { UtteranceView } from './understanding.js'

/** What the words of a message hold, as far as speaking or keeping silent goes. */
export interface GateWords {
  /** Normalised, simplified, without the bot's mention. */
  readonly text: string
  readonly hasPlace: boolean
  /** Whether the place is a house, by number. */
  readonly hasHouse: boolean
  readonly hasObject: boolean
}

/** What was said around the message. */
export type Surroundings = Pick<UtteranceView, 'before' | 'quoted'>

const opening = '(?:^|[,。!?\\s:;])'
const ours = '(?:咱们?村?|我们村?|我村|俺们|俺村?|阿拉|本村?|你们)?'
const office = '(?:社区|居委会?|居民委员会|村委会?|村两委|街道(?:办(?:事处)?)?|网格[员长]|楼栋?长|工作人员|(?:村|支|村支)?书记|(?:村)?主任|党群(?:服务)?中心|(?:便民|社区)?服务(?:站|中心|大厅)|窗口|管理员|村[里上]?(?:的)?干部|村[里上](?=[能可什啥给有怎今管]))'
const officeTitle = '(?:[的嘞滴嘅]?(?:工作人员|网格员|同志们?|领导|干部|老师|人员|人(?=呢|在|能|有|来|帮)|负责人|值班的?|们|大姐|阿姨|师傅|主任|书记))?'
/** Words that turn a name of the office into being spoken to. */
const spokenTo = '(?=您|你们?|侬|呢|麻烦|请|联系|快|赶紧|尽快|速|为[什啥]|想|要|发[不的了]|不?管|在[吗么不几哪]|在$|有人|有没有|有啥|有什么|能|可以?|会不会|帮|给|来|派|看|查|再|催|什么时候|几时|啥时候|还(?:有|能|开|收|发|没|要|剩)|今|明|怎|咋|哪|要不要|负责|代办|组织|是不是|这边|那边|电话|值班|搬|几点|上不上|开不开|我(?:想|要|们|上|的|约|手|这))'

/** The community is spoken to: asked, greeted, called at the beginning of what is said. */
const toCommunity = [
  `${opening}(?:你好|您好|大家好)?[,\\s]*(?:请问|问[下哈]|问一[下哈]|我?想(?:问|请|咨询|请教|反映给)(?:一?[下哈])?|问问|咨询(?:一下)?|有没有|麻烦|劳烦|拜托|请求?|求助?|恳请)(?:一?下)?[,\\s]*${ours}${office}(?![^,。!?\\s]{0,6}[吧呗去]$)`,
  `^${ours}${office}${officeTitle}[的嘞滴嘅]?[啊呀哎]?(?:(?:你们?|您|大家)?好)?(?:[,:!\\s]|$)`,
  `${opening}${ours}${office}${officeTitle}[的嘞滴嘅]?${spokenTo}`,
  `${opening}${ours}(?:小区的?)?(?:社区|居委会?|街道|村委会?)(?:的)?[^,。!?\\s]{0,12}(?:怎么|咋|在哪|在几|哪天|几点|多少|什么时候|是不是|还?能不能|有没有|是哪|有伐|啥时候|(?:可以|能|有).{1,10}[吗么不没])`,
].map((source) => new RegExp(source, 'u'))

/** What is said begins with the community: its rooms, its people, what it does. */
const aboutOffice = new RegExp(`^${ours}(?:这栋的?|小区的?)?(?:社区|居委会?|街道|村委会?|村里)[啊呀]?(?!\\?)`, 'u')

/** Everyone in the room is asked. */
const toEveryone = /(?:有没有(?:人|谁)|有谁|谁|哪位|有人|大家|各位)(?:能)?(?:知不知道|知道|晓得|清楚|了解|懂|(?:办|问|领|交|申请)过)|(?:请问|问一?[下哈]|想问一?[下哈]?|请教)(?:大家|各位|邻居们?|群里)/u
/** Asked of nobody in particular, and politely: of everyone. */
const politely = /^(?:(?:大家|你|您|各位)好[,\s!]*)?(?:请问|想问一?下|问一?下|咨询(?:一?下)?|求[问教]|请教(?:一?下)?|想咨询)/u
const services = /社区|居委|村委|街道|卫生(?:站|院|服务)|食堂|饭堂|助餐|助浴|日间照料|养老|医保|社保|低保|补贴|津贴|补助|救助|户口|落户|居住证|暂住|疫苗|学区|入学|志愿|窗口|办证|证明|公租房|廉租|活动室|图书室|会议室|老年[证卡]|优待证|残疾证|身份证|准生|生育登记|独生子女|资格认证|失业|灵活就业|公积金|体检|义诊|法律(?:咨询|援助)|调解|旧改|加装电梯|托管|暑托|四点半|公示|投票|业委会|狗证|养犬|无房|高龄/u
const place = /(?:[东南西北前后正大侧]|小区)侧?[门区]|门口|楼[前后下道顶]|单元|负[一二三]层|地[下库](?:室|车库|停车场)?|车库|广场|滑梯|健身[区器]|篮球场|停车[场区]|[一二三]期|花坛|围墙|人行道|[这那]条路|路口|快递柜|垃圾(?:站|房|桶)|凉亭|[东西南北]侧|[东西南北]{1,2}角|菜场|公园|岗亭|公厕|花池|步道|过道|走廊|门岗|泳池|乐园|喷[水泉]|配电[房室]|楼梯间|天台|[一二三四五六\d]号门|主路|小区(?:里|内)?(?:的)?[主内外]?路|架空层|[一二三四五六七八九十\d]+(?:栋|幢|号楼|座)/u

const question = /\?|(?:吗|么|呢|没|不|没有|冇|未|伐|咩|噻|没得)[啊呀呢哦]?(?=[\s,。!?]|$)|(\p{Script=Han})不\1|有没有|能不能|可不可以|能否|怎么|怎样|咋|哪(?!那么|有那|敢|能)|几(?:点|号|天|时|月|个|张|块|分)|多少|什么|啥|谁|多久|是不是|请问|要不要|点样|边度|几时|阿么|啷个|还是.{1,6}$/u
const request = /请|求|麻烦|拜托|帮(?:我|忙|着|俺|一|下|查|问|看|催|找|他|她|老)|管[管下一]|看看|看[下一]|来(?:个|一|看|人|趟)|派|处理|协调|反映[一给]|催|出面|上门|登记|报名|(?:我|俺|阿拉)(?:就|也|还|妈|爸|家老人)?(?:想|要|需要)|想(?:申请|取消|问|学|当|捐|预约|约|改|请)|申请|取消|改(?:到|成|在|期)|给.{0,6}(?:一声|问问|催催|看看|弄|办|评评)|组织/u
export const wants = (text: string): boolean => question.test(text) || request.test(text)

const fault = /坏|爆(?!满|款|料|炸|笑|棚|米)|停了|不走|不亮|[不没]灵|失灵|灭(?![火鼠蚊蟑])|瞎了|断|漏|堵(?!车)|夹(?:人|了|到|住)|横流|冒[水出]|往外[冒流淌溢漏]|溢|倒了|到了|塌|[开裂]裂|裂(?:了|开|缝)|大(?:缝|坑|洞)|掉(?:了|下|一|到|在)|没[水电气暖]|[停断][水电气暖]|不[制供]?[冷热]|不出[水热]|进水|积水|停在[^,。]{0,3}[\d一二三四五六七八九十]+[楼层]|不动|打不开|关不[上严住拢]|合不[拢上]|锈[穿断烂]|掀[了翻开]|水压[^,]{0,4}[小低]|砖.{0,3}空|歪[到着]|刷不[开上]|抬不起|开不[了开]|卡住|满(?:了|出|得|地)|臭|没人[收清扫管]|没清|堆(?:了|着|满|成|在)|歪|松了|翘|破|碎|散(?:架|了一)|脱落|黑得|太滑|跳闸|短路|积雪|结冰|冻[裂住]|流(?:得|了)?[满一]地|流到|淌|不见了|丢了|缺了|少了(?=[一半两]?[块个扇截片])|没了|[水污].{0,4}漫|黑屏|[焦糊臭怪异]味|异响|离线|充不[了上]|屏幕黑|(?:灯|全)(?:都)?黑|[门屏]黑|不关|倒[下塌]/u
const hearsay = /听说|我表姐|我同[事学]|别的小区|(?:人家|隔壁|我妈|我们|以前)(?:那边|那个|的)?小区|我妈那|老家|年前|多少年|三年了|唉|呵呵|哈哈|笑死|可不是|上(?:周|个月|礼拜)|去年|以前|当年|昨天.{0,8}[了的]$|修好|换(?:好|新|了新)|好了$|已经?[修报说]|报(?:了|过)[,\s]|别问了|正在(?:抢)?修|在(?:修|换|抢修)|师傅|自己(?:捅|修|换|做|弄|通|拿|取|挪)|新[刷换装]|先别|小时候|刚坐/u
/** Places that are not the community's to mend. */
const elsewhere = /信号|外卖|快递(?!柜|驿站|架)|(?:超市|公司|学校|幼儿园|单位|商场|医院)(?!门口|旁|边|对面)|高铁|地铁|宾馆|酒店|饭店|[一-龥]店(?!面|铺前)|店里|老家|娘家|亲戚/u
/** Somebody's own things, or talk to a neighbour. */
const private_ = /[你谁您]家|[我俺](?:妈|爸|婆婆|姐|哥|弟|妹)家|你们|(?:我|俺)家(?!门口|楼)|我(?:的|那)?(?:车|手机|电脑|网|快递)|你(?:昨天|去|那|看|说|就|试|问)|@/u
const mockery = /有(?:什么|啥|个|屁)?(?:什么)?用(?!品|具|餐)|指望|摆设|吃干饭|喝茶|做样子|拍照|那帮人|懒得|😒|🙄/u
/** Said from experience, to a neighbour who asked. */
const told = /^(?:楼上|@)|我(?:昨天|前天|刚|上(?:周|个?月|礼拜|次|回)|去年)(?:刚)?(?:才)?(?:去|办|问|交|从|在|到)|我(?:妈|爸|婆婆)刚|就行|就可以|就能|墙上贴/u

/** Notices, and what staff at work say. */
const notice = /^\s*【|(?:^|\n)\s*(?:各位|尊敬的|亲爱的)?(?:居民|业主|邻居|住户|家人)(?:朋友|们)?(?:们)?[,:!。]|——|--\s*\S{2,8}$|(?:通知|公告|提[醒示]|温馨提示|倡议书?|菜单|纪要)[:：】]|请(?:大家|各位|居民|业主)(?:绕行|知悉|注意|配合|谅解|提前|互相转告)|感谢(?:大家)?(?:的)?(?:理解|配合|支持)|^收到|^(?:转发|扩散)[:：\s]|已(?:经)?(?:安排|派人|联系|上报|处理|登记|核实|修复|恢复|更换|张贴)|\((?:网格员|社区|物业)[^)]*\)\s*$|我是(?:网格员|社区|物业|新来的|片区)|(?:物业|服务中心|居委会|社区)\s*$(?<=[。!\s].{2,10})|敬请谅解|不便之处/u
const advert = /https?:|www\.|\[链接\]|\[小程序\]|\[微信红包\]|砍一刀|助力|加(?:v|微|我微信)|私(?:我|聊|信我)|包邮|自提|团购|成团|接龙|清仓|特价|低至|优惠(?:价|券|多)|秒到账|利息低|起\s*(?:联系|电话)|二手|转让|出售|出租(?![房屋户])|急售|代办(?:驾照|营业)|开锁|贷款|招(?:护工|聘|工|人|服务|理货).{0,8}(?:包吃|元|起|一名)|(?:专业|正规|承接).{0,8}(?:维修|开锁|贷款|保洁|疏通|清洗)|投一?[张个]?票.{0,6}\d+号|\d+(?:元|块)?(?:一|\/)(?:份|斤|箱|件|次|小时)/u
const thanks = /^(?:太|多|万分|非常)?(?:谢|感谢)|表扬|点(?:个)?赞|辛苦了?$|真(?:不错|棒|好|干净)|办得好/u

/** The community is asked, greeted or called. */
export function isCalled(text: string): boolean {
  return toCommunity.some((pattern) => pattern.test(text))
}

/** Staff, or the bot and then a neighbour, have just taken up the same. */
export function isAnsweredBefore({ before }: Surroundings, text: string): boolean {
  const answeredAt = before.findLastIndex((line) => line.byStaff === true)
  return answeredAt >= 0 && before.slice(0, answeredAt + 1).some((line) => sharesWords(line.text, text))
}

/** A neighbour or staff spoke of the same just before: the question goes on with them. */
export function isExchange({ before }: Surroundings, text: string): boolean {
  const last = before.at(-1)
  return last !== undefined && !last.byBot && (last.byStaff === true || sharesWords(last.text, text))
}

function sharesWords(one: string, other: string): boolean {
  const chars = [...one.replace(/[^\p{Script=Han}\d]/gu, '')]
  return chars.some((char, index) => index > 0 && other.includes(`${chars[index - 1] ?? ''}${char}`))
}

/** Something is broken, and it says where. */
export function isFaultWithPlace({ text, hasPlace }: GateWords): boolean {
  return fault.test(text) && (hasPlace || place.test(text))
}

export function isNotice(text: string): boolean {
  return notice.test(text)
}

export function isAdvert(text: string): boolean {
  return advert.test(text)
}

/** Signs in the words, each of which speaks for or against answering. */
const wordSigns: readonly (readonly [string, (text: string) => boolean])[] = [
  ['called', isCalled],
  ...([
    ['about', aboutOffice], ['office', new RegExp(office, 'u')], ['everyone', toEveryone], ['politely', politely], ['service', services], ['question', question],
    ['request', request], ['fault', fault], ['hearsay', hearsay], ['elsewhere', elsewhere], ['private', private_], ['mockery', mockery], ['told', told],
    ['notice', notice], ['advert', advert], ['thanks', thanks], ['asked-back', /(?:[吗嘛?]|[了过]没|(?<![都也点])没有|是谁.{0,4})\s*$/u],
    ['you', /你(?!好|们)/u], ['you-all', /你们/u], ['please', /请|麻烦|拜托|劳/u], ['me', /我|俺|阿拉/u],
  ] as const).map(([name, pattern]) => [name, (text: string) => pattern.test(text)] as const),
]

/** The signs that a message shows, one by one and in pairs. */
export function findCues(words: GateWords, around: Surroundings): string[] {
  const { text } = words
  const last = around.before.at(-1)
  const shown = wordSigns.flatMap(([name, holds]) => (holds(text) ? [name] : []))
  if (words.hasPlace || place.test(text)) shown.push('place')
  if (words.hasHouse) shown.push('house')
  if (words.hasObject) shown.push('object')
  if (last) shown.push(last.byBot ? 'after-bot' : last.byStaff === true ? 'after-staff' : 'after-neighbour')
  if (isExchange(around, text)) shown.push('exchange')
  if (around.quoted) shown.push('quoted')
  // A sign counts for more than one n-gram: it stands twice.
  return shown.flatMap((one, index) => [`k${one}`, `k${one}`, ...shown.slice(index + 1).map((other) => `k${one}+${other}`)])
}

/** Words of one kind, each written as one letter: what is left is how the sentence is built. */
const kinds: readonly (readonly [RegExp, string])[] = [
  [/[\d一二三四五六七八九十]+/gu, '#'], [/[\s,。!?;:]+/gu, ','],
  [new RegExp(`${ours}${office}${officeTitle}`, 'gu'), 'O'],
  [new RegExp(place.source, 'gu'), 'P'], [new RegExp(services.source, 'gu'), 'S'], [new RegExp(fault.source, 'gu'), 'F'],
  [/大家|各位|邻居们?|群里|哪位|有没有人|有谁|谁|有人/gu, 'E'], [/请问|想问|问一?下|问问|咨询|请教/gu, 'A'], [/麻烦|拜托|请|求|帮/gu, 'R'],
  [/怎么|咋|哪|几|多少|什么|啥|能不能|有没有|是不是|可以/gu, 'Q'],
]

/** How a sentence is built: its letters and kinds of words, two and three in a row, and the kinds alone. */
export function findBuild(text: string): string[] {
  let build = text
  for (const [pattern, letter] of kinds) build = build.replace(pattern, letter)
  const bare = build.replace(/[^OPSFEARQ#]/gu, '').replace(/(.)\1+/gu, '$1')
  return [...sequences('z', [...build]), ...sequences('y', [...bare])]
}

function sequences(mark: string, signs: readonly string[]): string[] {
  const all = ['^', ...signs, '$']
  return all.flatMap((one, index) => {
    const [second, third] = [all[index + 1], all[index + 2]]
    return second === undefined ? [] : third === undefined ? [`${mark}${one}${second}`] : [`${mark}${one}${second}`, `${mark}${one}${second}${third}`]
  })
}

/** What entities say of the place and the thing that a message speaks of. */
export function readWords(text: string, found: readonly Found[]): GateWords {
  return {
    text,
    hasPlace: found.some(({ name }) => name === 'addr'),
    hasHouse: found.some(({ name, normal }) => name === 'addr' && normal !== undefined && /栋/.test(normal)),
    hasObject: found.some(({ name }) => name === 'object'),
  }
}
