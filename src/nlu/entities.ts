import { findAddresses, type Gazetteer } from './addresses.js'
import { findContactSlots, findNames, findTickets } from './contacts.js'
import { keepDisjoint, matchesIn, type Found } from './found.js'
import { businessWords, lexicon, needWords } from './lexicon.js'
import { parseNumber } from './numbers.js'
import { findTimes } from './times.js'
import type { IntentName, SlotName } from './understanding.js'

/** Which slots a matter of each intent can hold. What is found beyond these is left out. */
export const slotsOfIntent: Readonly<Record<IntentName, readonly SlotName[]>> = {
  ask_process: ['matter', 'object', 'person', 'count', 'name', 'id_no', 'addr', 'phone'],
  ask_materials: ['matter', 'doc', 'person', 'time', 'count'],
  ask_hours_place: ['place', 'time', 'target', 'addr', 'person'],
  book: ['matter', 'need', 'place', 'time', 'count', 'name', 'phone', 'person', 'addr', 'topic', 'doc', 'ticket'],
  repair_env: ['addr', 'object', 'ticket', 'time', 'phone', 'name'],
  property_complaint: ['target', 'addr', 'object', 'fee', 'count', 'amount', 'person', 'topic'],
  mediation: ['target', 'object', 'matter', 'amount', 'addr', 'need'],
  noise: ['target', 'addr', 'time', 'object', 'count'],
  elderly_service: ['person', 'age', 'need', 'place', 'time', 'phone', 'object', 'count', 'matter', 'addr', 'doc', 'name'],
  home_agent: ['matter', 'person', 'age', 'addr', 'phone', 'need', 'target', 'id_no', 'doc', 'time', 'count', 'name'],
  social_assistance: ['matter', 'person', 'age', 'amount', 'fee', 'time', 'need', 'object', 'id_no', 'count'],
  social_insurance: ['matter', 'person', 'age', 'amount', 'time', 'name', 'id_no', 'place', 'need', 'jurisdiction'],
  employment: ['need', 'matter', 'age', 'person', 'time', 'doc', 'jurisdiction'],
  schooling: ['matter', 'person', 'age', 'doc', 'need', 'time', 'count', 'addr', 'jurisdiction'],
  housing: ['matter', 'addr', 'object', 'age', 'amount', 'target', 'jurisdiction'],
  volunteer: ['need', 'count', 'time', 'matter', 'name', 'phone', 'id_no', 'object', 'doc', 'place'],
  micro_wish: ['need', 'person', 'object', 'ticket', 'age', 'amount', 'count', 'time'],
  deliberation: ['topic', 'choice', 'time', 'matter', 'person', 'doc'],
  counseling: ['person', 'need'],
  emergency: ['hazard', 'addr', 'person', 'amount', 'object', 'age'],
  payment: ['fee', 'amount', 'time', 'object'],
  track: ['ticket', 'matter', 'time', 'object', 'phone', 'person', 'id_no', 'addr'],
  urge: ['ticket', 'object', 'addr', 'time', 'target', 'count', 'person', 'doc'],
  cancel_change: ['addr', 'time', 'phone', 'name', 'id_no', 'ticket', 'place', 'target', 'need', 'object', 'choice'],
  rate_complain: ['choice', 'target', 'count', 'matter', 'object', 'person', 'ticket'],
  praise: ['person', 'object', 'addr', 'place'],
  human: ['target', 'need', 'phone', 'matter'],
  chitchat: [],
  offtopic_group: [],
  policy_standard: ['topic', 'jurisdiction', 'time'],
}

const kin =
  '(?:(?:我|俺|咱|额|我们|俺们|咱们|你|他|她)?(?:家)?(?:老)?(?:妈妈|爸爸|母亲|父亲|姆妈|阿妈|阿爸|阿爹|阿大|阿娘|爹妈|爸妈|父母|(?<!宝)妈(?!妈)|爸|爹|(?<!姑|新|大|厨|老板|小)娘|奶奶|爷爷|姥姥|姥爷|外婆|外公|阿爷|娭毑|阿婆|阿公|婆婆|公公|岳父|岳母|丈母娘|老丈人|爱人|老公|老婆|媳妇|老伴|老头子|老太婆|儿子|女儿|闺女|孙子|孙女|外孙|侄女|侄子|妹妹|弟弟|哥哥|姐姐|(?<![\\u4e00-\\u9fff])(?:妹|弟|哥|姐)|(?<=[我俺咱你他她家])(?:妹|弟|哥|姐|爷))|老太太|老爷子|老两口|两口子|儿媳妇|堂客|堂哥|表哥|表弟|表妹|小囡|娃儿|细伢子|细路仔|小朋友|小女孩|小男孩|女孩|男孩|孕妇|大宝|二宝|二孩|尕娃|我娃|孩子|小孩|娃娃|宝宝|双胞胎|独居老人|五保老人|老人家|老人|残疾人|[赵钱孙李周吴郑王冯陈张刘杨黄马沈林徐何高郭罗宋唐许韩邓曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚钟姜崔谭陆范汪廖石金韦贾夏付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴](?:奶奶|爷爷|大爷|大妈|阿姨|大叔|师傅|老师|大哥|大姐|医生|主任|书记|[姐哥婶叔])|小[赵钱孙李周吴郑王冯陈张刘杨黄马沈林徐何高郭罗宋唐许丁](?:师傅)?|保安大哥|小护士|扫雪的师傅们?|老[赵钱孙李周吴郑王冯陈张刘杨黄马沈林徐](?![师年家]))'
/** Provinces and large cities beyond those whose texts are held: where somebody comes from or goes. */
const otherPlaces =
  '北京|天津|上海|重庆|石家庄|唐山|秦皇岛|邯郸|邢台|保定|张家口|承德|沧州|衡水|太原|大同|呼和浩特|包头|沈阳|大连|鞍山|长春|吉林|哈尔滨|大庆|南京|无锡|徐州|常州|苏州|南通|连云港|扬州|宁波|温州|嘉兴|绍兴|金华|台州|合肥|芜湖|蚌埠|阜阳|福州|厦门|泉州|漳州|南昌|九江|赣州|济南|青岛|淄博|烟台|潍坊|临沂|郑州|开封|洛阳|新乡|安阳|南阳|商丘|信阳|周口|武汉|宜昌|襄阳|荆州|长沙|株洲|衡阳|岳阳|常德|珠海|汕头|佛山|东莞|中山|惠州|湛江|南宁|桂林|柳州|海口|三亚|成都|绵阳|宜宾|贵阳|遵义|昆明|大理|拉萨|西安|咸阳|宝鸡|兰州|天水|银川|乌鲁木齐|山西|辽宁|黑龙江|江苏|安徽|福建|江西|山东|湖北|湖南|广西|海南|四川|贵州|云南|西藏|陕西|甘肃|宁夏|新疆|内蒙古'
const number = '(?:\\d+(?:\\.\\d+)?|[零一二三四五六七八九十百千两俩几半]+)'

const patterns: readonly (readonly [SlotName, RegExp])[] = [
  ['age', new RegExp(`(?:\\d{1,3}到\\d{1,3}岁|${number}(?:周)?岁(?:半|多)?|[七八九六五]十多(?=了|岁)|(?<=妈|爸|爹|娘|奶奶|爷爷|老人|老伴)[四五六七八九]十[一二三四五六七八九]?(?=[,。\\s了咧啦嘞嘛]|$)|(?<=今年(?:满|都)?|年纪|年龄)\\d{2,3}(?![\\d年月号块元])|(?<=姥姥|姥爷|外公|外婆|阿婆|公公|婆婆|阿爷|岳父|岳母|俺娘|俺爹|我娘)\\d{2}(?=[,。\\s了一]|$)|(?<=姥姥|姥爷|外公|外婆|阿婆|公公|婆婆|母亲|父亲|今年|都|虽然|满|我|俺)(?:[五六七八九]十[一二三四五六七八九]?)(?=[,。\\s了咧啦嘞嘛]|$)|[六七八九]十(?:好几|以上)|\\d{2}(?:周)?岁以上|(?<=妈|爸|爹|娘|奶奶|爷爷|老人|老伴|母亲|父亲|我)\\d{2}(?=[,。\\s卧了]|$))`, 'gu')],
  ['amount', new RegExp(`(?:[\\d.]+|[零一二三四五六七八九十百千两几]+)(?:多)?(?:万|千|百)?(?:多)?(?:块(?!儿|说|坐|领|住|去|来|吃|谈|弄|做|地|办|生活|干|走|申)|元|万)(?:钱)?(?:\\d|[一二三四五六七八九](?!个))?(?:千|百)?(?:多|以内|左右)?|(?<=从)\\d{2,6}(?=涨|降)|(?<=赔|肯出|只出|出|扣了我|多扣了我)(?:[一二两三四五六七八九][百千万][一二三四五六七八九]?|\\d{2,6}(?:\\.\\d+)?(?![\\d号年月日点栋幢]))|[一二两三四五六七八九][百千][一二三四五六七八九](?=[,。\\s]|$|还是)|(?<=押金|月入|收入|退休金|多交的|多收的|欠|欠我|欠了|工钱|要|转了|转过去|骗了|月薪|工资|垫了|续费|报销|退|付了|交了|交|涨到|涨了|少了|多了|花了)(?:\\d{2,7}(?![\\d号年月日点栋幢])|[一二三四五六七八九十百千两]+万[一二三四五六七八九]?|[一二三四五六七八九两][百千][一二三四五六七八九]?)(?:多|左右)?`, 'gu')],
  ['count', new RegExp(`第?(?:[一二三四五六七八九]?十[一二三四五六七八九]?|[二三四五六七八九两俩几]|\\d+|十来|好几)来?(?:个人|个娃|个孩子|个小孩|个小时|个钟头|小时|人|位|户|条|只|次|趟|遍|回|孩子)(?!院|家|行|民|说|来|去)`, 'gu')],
  ['object', /(?<=停|没|断|来|跳)[水电](?![费表话梯脑瓶视器工压影动])/gu],
  ['object', /[水电](?=停了|没了|断了|压太小|不通(?!知))/gu],
  ['topic', /(?<=议题[:是]?\s*)[\u4e00-\u9fff]{4,24}/gu],
  ['topic', /(?!那个|这个)[\u4e00-\u9fff]{2,8}?(?=(?:那个|这个|的)?(?:投票|表决)|(?:那个|这个)我[选投])/gu],
  ['choice', /(?:\d|[一二三四五零两])(?:分|颗?星)(?!钟|之|公司|级|志愿)|(?:非常|很|比较|基本|不太|很不|不)?满意|差评|好评|中评|赞成|反对|弃权|同意|不同意|[A-Da-d一二三](?:方案|选项)/gu],
  ['person', new RegExp(kin, 'gu')],
  ['target', new RegExp('姓[\\u4e00-\\u9fff]的(?:[\\u4e00-\\u9fff]{2,3}(?=[,。\\\\s]|$))?', 'gu')],
  ['jurisdiction', new RegExp(`(?:${otherPlaces})(?![\\u4e00-\\u9fff]?(?:路|街|小区|话|菜|面|饭|啤酒|牌|烤鸭))`, 'gu')],
  ['topic', /(?<=^|[,。:\s]|文件里|方案里?|意见稿?里?|湖州|廊坊|青海|濮阳|广东|[和与])(?!文件|方案|意见|请问|我|写|那份|咱|里|那个|一千|每百|[和与]|湖州|青海|廊坊|濮阳|广东|在)[\u4e00-\u9fff]{2,9}?(?=(?:这块|那条|这条|这项|这一项)?(?:,|的)?(?:谁|由谁|哪个部门|责任单位|是?什么标准|按什么|怎么(?:定|规定|算|写|配|划)|要?(?:达到|保持)|口径|标准|比例|[市县]+几比几|一千户|每百户|每万人|多少|几(?:个|名|条)|是(?:住建|民政|街道|县里|市里|谁|哪)|以谁|能不能由))/gu],
  // A thing with its part is one thing; what is heard, and what lies about.
  ['object', /(?:化粪池|下水井|窨井|水井|井|垃圾|秋千|自来水|暖气|电梯|玻璃|快递|滑梯|消防|防火|配电|健身|车库|公厕|厕所)(?:盖子|盖|链子|箱子|箱|桶|管子|管|门|按钮|柜子|柜|螺丝|灯)|水管子|路灯杆子?|死(?:猪|老鼠|猫|狗|鸡)|漫步机|单杠|减速带|(?:公交)?站牌|(?:公共)?(?:音箱|音响|低音炮|喇叭|排风机|压缩机|变压器|电钻|鼓风机|抽油烟机|空调外机|水泵)|水龙头|声控灯|门锁|车锁|助听器|收音机|轮椅|拐杖|书包|棉被|羽绒服/gu],
  ['need', /上门(?:给|帮|为)?[\u4e00-\u9fff]{0,3}?(?:洗澡|打扫|拍照|照相|理发|送餐|送饭|量血压|代办|护理|按摩|修脚|洗头)|(?:送饭|送餐)上门|洗个澡|擦窗|陪[\u4e00-\u9fff]{0,2}?去医院(?:看病)?|搞卫生|辅导作业|介绍工作/gu],
  ['place', /(?:社区|长者|老年)?(?:食堂|饭堂|厨房)|(?:社区|综治|党建|文化|活动|康养|助残|托老|退役军人服务)(?:服务)?(?:中心|站点)|(?:供热|燃气|自来水|供电|电力|移动|电信)?营业厅|祠堂|大队部|幸福院|(?:书法|瑜伽|舞蹈|图书|阅览|琴|画|茶|会客|排练|健身)(?:教)?室|幼儿园|药店/gu],
  ['doc', /(?<=[开办带拿交要补换凭用盖填写份张个本的把有]|^|[,。\s])(?![^证协]{0,3}[要的吗给你我])[\u4e00-\u9fff]{2,4}?(?:证明|协议书)(?!人|过|是)/gu],
  ['doc', /(?:高龄|老年|独生子女|准生|宅基|军官|退伍|工作|上岗|资格|不动产|土地|房产|残疾|低保)证(?!明|书)|(?:老年)?公交卡|老年饭卡|水电单|慢病本子?|复印件|相片/gu],
  ['topic', /(?:附件)?第(?:\d+|[一二三四五六七八九十]+)[项条款]/gu],
]

const words = buildWords()

interface SlotWord {
  readonly word: string
  readonly name: SlotName
}

/** By their first character. */
function buildWords(): ReadonlyMap<string, readonly SlotWord[]> {
  const byFirst = new Map<string, SlotWord[]>()
  const known = new Set<string>()
  const add = (word: string, name: SlotName) => {
    if (known.has(`${name}:${word}`)) return
    known.add(`${name}:${word}`)
    const own = byFirst.get(word[0]!)
    if (own === undefined) byFirst.set(word[0]!, [{ word, name }])
    else own.push({ word, name })
  }
  for (const [name, list] of lexicon) for (const word of list.split(' ')) add(word, name)
  for (const word of businessWords) add(word, 'matter')
  for (const word of needWords) add(word, 'need')
  return byFirst
}

export interface EntitySettings {
  readonly now: number
  readonly gazetteer: Gazetteer | null
}

/** Everything in `text` (normalised, simplified) that could fill a slot, overlaps included, most trusted first. */
export function findEntities(text: string, { now, gazetteer }: EntitySettings): Found[] {
  const found: Found[] = [...findContactSlots(text), ...findTickets(text), ...findAddresses(text, gazetteer), ...findTimes(text, now), ...findNames(text)]
  for (const [name, pattern] of patterns) {
    for (const match of matchesIn(text, pattern)) found.push(withNumber({ name, start: match.index, end: match.index + match[0].length }, match[0]))
  }
  for (let at = 0; at < text.length; at += 1) {
    for (const { word, name } of words.get(text[at]!) ?? []) if (text.startsWith(word, at)) found.push({ name, start: at, end: at + word.length })
  }
  return found
}

function withNumber(found: Found, value: string): Found {
  if (found.name === 'amount') {
    const match = /^((?:[\d.]+|[零一二三四五六七八九十百千两万]+))(万)?(?:块|元)?(\d|[一二三四五六七八九])?/.exec(value)
    const whole = match ? parseNumber(match[1]!) : null
    if (whole === null || /几/.test(value)) return found
    const tenths = match![3] ? (parseNumber(match![3]) ?? 0) / 10 : 0
    return { ...found, normal: String(match![2] ? whole * 10000 + tenths * 10000 : whole + tenths) }
  }
  if (found.name === 'age' || found.name === 'count') {
    const match = /^(\d+|[零一二三四五六七八九十百两俩]+)/.exec(value)
    const whole = match ? parseNumber(match[1]!) : null
    return whole === null ? found : { ...found, normal: String(whole) }
  }
  if (found.name === 'choice') {
    const star = /^(\d|[一二三四五零两])(?:分|颗?星)$/.exec(value)
    if (star) return { ...found, normal: String(parseNumber(star[1]!)) }
  }
  return found
}

/** Trust among slots when two claim the same words: a longer find wins, then the earlier name here. */
const trust: readonly SlotName[] = ['id_no', 'phone', 'ticket', 'addr', 'time', 'name', 'amount', 'age', 'choice', 'topic', 'doc', 'fee', 'matter', 'need', 'place', 'object', 'target', 'person', 'count', 'jurisdiction', 'hazard']
const firm = new Set<SlotName>(['id_no', 'phone', 'ticket', 'addr', 'time', 'name'])

/** Matters in which 孩子 and 老人 are said in passing, of nobody in particular. */
const aboutNobody: ReadonlySet<IntentName> = new Set(['ask_process', 'ask_materials', 'book', 'emergency', 'volunteer', 'housing', 'cancel_change'])

/** The slots of one matter: what its intent can hold, without overlaps, in the order said. */
export function chooseSlots(found: readonly Found[], intent: IntentName, text: string): Found[] {
  const own = slotsOfIntent[intent]
  const order: readonly SlotName[] = own.length === 0 ? own : [...own, 'phone', 'id_no', 'name']
  const wanted = found.filter((item) => order.includes(item.name) && !(item.name === 'person' && aboutNobody.has(intent) && /^(?:孩子|老人)$/.test(text.slice(item.start, item.end))))
  const rank = (item: Found) => (firm.has(item.name) ? trust.indexOf(item.name) : 100)
  const preference = (item: Found) => (order.includes(item.name) ? order.indexOf(item.name) : 99)
  const kept = keepDisjoint(
    [...wanted].sort((a, b) => rank(a) - rank(b) || b.end - b.start - (a.end - a.start) || preference(a) - preference(b)),
  )
  return onlyOne(onlyOne(kept, 'person', /^(?:老人家?|孩子|小孩|娃娃?|残疾人|闺女|小朋友)$/u, text), 'target', /^(?:楼上|楼下|隔壁|对门|邻居|物业|工地|窗口)$/u, text)
}

/** A matter is about one person and one other side: the first named that is not vague, else the first. */
function onlyOne(found: readonly Found[], name: SlotName, vague: RegExp, text: string): Found[] {
  const all = found.filter((item) => item.name === name)
  const chosen = all.find((item) => !vague.test(text.slice(item.start, item.end))) ?? all[0]
  return found.filter((item) => item.name !== name || item === chosen)
}
