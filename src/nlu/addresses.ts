import { matchesIn, type Found } from './found.js'
import { parseNumber } from './numbers.js'

const han = '[\\u4e00-\\u9fff]'
const figure = '(?:\\d{1,4}|[零〇一二三四五六七八九十百两]{1,5})'
/** Endings of names of housing estates, villages, roads. */
const estateEnd = '(?:小区|花园|家园|公寓|家属院|家属楼|宿舍|新村|社区|大院|佳苑|雅苑|名苑|名居|华庭|豪庭|雅居|新城|新苑|苑|府|城|湾|庭|园|里|村|屯|庄|公馆|广场|大厦|路|街|巷|弄|沟|胡同)'
const tail = '(?:(?:正)?(?:楼下|楼上|门口|旁边|边上|对面|后面|前面|后头|前头|东头|西头|南头|北头|东边|西边|南边|北边|东侧|西侧|南侧|北侧|中间|顶楼|楼顶|一楼|底楼|地下室|负[一二]层车库|负[一二]层|地下车库|车库|电梯口|电梯间|楼梯口|单元门口|大门口|拐角|拐弯处|(?:楼道|大堂|大厅|楼梯间|走廊|过道)(?![灯门墙窗扶])|天台|[东西南北]墙根)(?:里|边|上(?!来|去|有|的))?)'
const area = '(?:[东西南北中]区|[一二三四五六七八九十\\d]{1,2}期|[A-Za-z]区)'

/** 3栋2单元501, 三号楼二单元五零一, 3#2-501, 7号楼3门4层, 9幢1单元, with what stands before and after. */
const building = new RegExp(
  `(?<estate>(?:${han}{1,7}?${estateEnd}|${han}{2,3}(?:里|苑|城|湾|府|园))?(?:${area})?)?` +
    `(?<no>${figure})(?:(?<mark>号楼|号院|栋|幢|座|#楼|#|号公寓)|楼(?=[\\d一二三四五六七八九十]{1,3}(?:单元|门|梯)))` +
    `(?:(?<unit>${figure})(?:单元|门洞|门(?!口|禁|锁|卫|诊|店|牌|外|里|没|坏)|梯)|(?<unit2>\\d{1,2})-(?=\\d{3,4}))?` +
    `(?:(?<floor>${figure})(?:层|楼(?!道|梯|下|上|长)))?` +
    `(?:(?<room>\\d{3,4}|[零〇一二三四五六七八九]{3,4})(?:室|户|房|号(?!楼|线))?)?` +
    `(?<tail>${tail})?`,
  'gu',
)
/** 3-2-501, 14-702, 4-1-602, with an estate before. Not dates, times, phones: three digits or four last. */
const dashed = new RegExp(`(?<estate>${han}{2,6}?${estateEnd}|${han}{2,3}里)?(?<![\\d-])(?<no>\\d{1,2})-(?:(?<unit>\\d{1,2})-)?(?<room>\\d{3,4})(?![\\d-])(?:室|房)?`, 'gu')
const village = new RegExp(`(?:${han}{1,4}?(?:村|沟|屯|庄|湾|坝|营|寨|堡)(?:村)?)?${figure}(?:社|组|队)(?![会区团保员织成长])`, 'gu')
const estateOnly = new RegExp(`${han}{2,6}?(?:小区|花园|家园|公寓|家属院|新村|大厦|佳苑|雅苑|名苑)(?:${area})?(?:[东西南北正后前侧]大?门)?(?:${tail}|出来${han}{1,6}?(?:边上|旁边|门口|路口))?`, 'gu')
const gate = new RegExp(
  `(?:(?:[东西南北]区)?(?:[东西南北]|正|后|前|侧|小区)(?:大)?门(?!诊|牌|禁|锁|卫|开|关)(?:进来|出来|进去|出去)?(?:第[一二三四五六七八九十\\d]+(?:根|个|盏|棵)(?:${han}{0,2}?杆)?)?(?:${tail}|口|外|里面?|那边?|这边)?)` +
    `|${han}{2,3}(?:苑|里|湾|城|府|园)[东西南北正后前侧]大?门|(?:[东西南北]头|[东西南北]区(?:${han}{2,4}(?:场|亭|棚))?|小区[东西南北]边)|(?:地下)?车库[A-Za-z\\d]区|(?:${han}{2}(?=公园))?(?:公园|小区|广场|菜场|菜市场|学校|幼儿园|超市|河|桥|老桥)(?:${han}{0,2})(?:门口|后门|前门|东边|西边|南边|北边|旁边|边上|底下|对面|里面)|广场(?!舞)|滑梯那[儿边]|凉亭[里边]?|楼道口`,
  'gu',
)
const road = new RegExp(`${han}{2,4}(?:路(?![灯况砖面边上口费])|街(?!道)|大道|巷)(?:(?:和|与|跟)${han}{2,4}(?:路|街)(?:交叉口|路口))?(?:\\d{1,4}号|口|中段|东段|西段|北段|南段|边上)?`, 'gu')
/** 二单元楼道里, 5单元门口, 四单元一楼, 七排, 负一层, C座大堂: a part of an estate without its building. */
const unitOnly = new RegExp(`(?<![栋幢楼座#号院\\d一二三四五六七八九十])(?:${figure}单元(?!门(?!口)|楼门)|(?<![了这那前后第头])[一二三四五六七八九十\\d]{1,2}排(?!队|名|练|骨|列|行|风|水|除|查|长|班|气)|[A-Za-z][座塔栋](?![a-z]))(?:${figure}(?:楼|层))?(?:\\d{3,4}(?:室|户)?)?(?:${tail})?`, 'gu')
const position = '(?:东边路口|门口|后墙(?:那儿?)?|后院(?:[一二三四]楼)?|后巷|后头|前头|后面|前面|旁边|边上|对过|对面|东边|西边|南边|北边|东头|西头|路口|拐角|边|那段|那排|中间|跟前|底下|里头)'
/** 供销社门口, 王庄小学对过, 喷泉旁边: what everybody in the place knows, and where by it. */
const landmark = new RegExp(`(?:(?<=^|[,。!?;\\s]|在|就|到|靠近|是)[\\u4e00-\\u9fff]{2}(?<![我你他就是在那这有个请问给帮和跟说了的把被让叫从])(?<![我你他就是在那这有个请问给帮和跟说了的把被让叫从][\\u4e00-\\u9fff]))?(?:供销社|卫生室|卫生所|医院|粮站|仓库|大队部|村委会|祠堂|戏台|礼堂|快递站|快递点|驿站|小卖部|便利店|理发店|药店|饭店|食堂|幼儿园|小学|中学|学校|菜场|菜市场|市场|超市|银行|车站|公交站|公交站牌|停车场|篮球场|喷泉|池塘|鱼塘|水塘|泳池|游泳池|村口|桥头|井台|磨坊|渡口|变电站|垃圾站|锅炉房|门卫室|保安亭|岗亭|充电棚|车棚)${position}`, 'gu')
const doorOnly = /(?<![\d.\-:年月日楼单第])(?<room>\d{3,4})(?:室|房(?!租|费)|(?=我家|他家|家|那家|住户|业主|的住户))/gu

/** 我502的, 我家502, 住1203: where someone says they live; a year of birth has no such third figure. */
const livesAt = /(?<=(?:^|[,。!?\s])(?:我|俺|咱|我们|额|阿拉)?(?:家)?(?:是|住(?:在)?|家|在)?)(?<!^|[,。!?\s])(?<room>\d{3}|[1-3]\d[01]\d)(?=的?(?:住户|业主|这边|这里)?(?:$|[,。!?\s])|室)/gu

/** A name never holds these: what stands before them belongs to the sentence, not to the place. */
const sentence = /^.*(?:轮到|划到|住在|卡在|[在到是住去从的了着我你他您咱俺们想要说给把帮问请喺搁])(?=[\u4e00-\u9fff])/u
/** Estates of no name. */
const nameless = /^(?:老旧|这个|那个|整个|本|全|旧|新|我们|咱们?|别的|人家|隔壁|有的|人才|青年|蓝领|商品|单身|老家|自家|老)?(?:小区|公寓|花园|大厦|新村|家属院)/u
/** Function words that the estate's name has taken in from the left. */
const leading = /^(?:(?:我们|咱们|俺们|你们|他们|我家|俺家|咱家|家住|住址|地址|我|俺|咱|就|是|在|到|住|去|从|和|跟|看|修|问|请|帮|把|那|这|的|了|来|有|给|说|报|个|您好|你好|小助手|社区的?|物业|麻烦|还有|顺便|另外|要是|因为|现在|今天|昨天|昨晚|早上|晚上|老人|孩子|附近|划到|轮到|听说|关于|就是|上次|原来)(?=.))+/u

export interface Gazetteer {
  /** Names of estates, villages, roads, halls of the community, as people write them. */
  readonly places: readonly string[]
}

/** Addresses and spots in `text` (normalised, simplified). The normal form writes 栋, 单元, 室 in Arabic figures. */
export function findAddresses(text: string, gazetteer: Gazetteer | null): Found[] {
  const found: Found[] = []
  for (const match of matchesIn(text, building)) push(match, true)
  for (const match of matchesIn(text, dashed)) push(match, false)
  for (const match of matchesIn(text, village)) plain(match)
  for (const name of gazetteer?.places ?? []) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      const after = new RegExp(`^(?:[东西南北正后前侧]大?门)?(?:${tail}|口)?`, 'u').exec(text.slice(at + name.length))!
      found.push({ name: 'addr', start: at, end: at + name.length + after[0].length })
    }
  }
  for (const match of matchesIn(text, estateOnly)) plain(match)
  for (const match of matchesIn(text, gate)) plain(match)
  for (const match of matchesIn(text, landmark)) plain(match)
  for (const match of matchesIn(text, unitOnly)) plain(match)
  for (const match of matchesIn(text, road)) if (!/[了着的我你他过这那没条]|(?:马路|铁路|思路|套路|网路|线路|电路|一路|走路|问路|绕路|站路|细路|网上|逛街|哪条路|这条路|那条路)/u.test(match[0])) plain(match)
  for (const pattern of [doorOnly, livesAt]) for (const match of matchesIn(text, pattern)) found.push({ name: 'addr', start: match.index, end: match.index + match[0].length, normal: `${match.groups!['room']!}室` })
  return mergeNeighbours(found, text)

  function push(match: RegExpExecArray, marked: boolean): void {
    const g = match.groups!
    if (marked && g['mark'] === '#' && !g['unit'] && !g['unit2'] && !g['room'] && !/^\s*(?:楼|门|电梯|$|[,。\s])/u.test(text.slice(match.index + match[0].length))) return
    const estate = (g['estate'] ?? '').replace(sentence, '').replace(leading, '')
    const cut = (g['estate'] ?? '').length - estate.length
    const number = (value: string | undefined) => (value === undefined ? null : parseNumber(value))
    const no = number(g['no'])
    if (no === null) return
    const unit = number(g['unit'] ?? g['unit2'])
    const floor = number(g['floor'])
    const normal = `${estate}${no}栋${unit === null ? '' : `${unit}单元`}${floor === null ? '' : `${floor}层`}${g['room'] === undefined ? '' : `${number(g['room']) ?? g['room']}室`}${g['tail'] ?? ''}`
    found.push({ name: 'addr', start: match.index + cut, end: match.index + match[0].length, normal })
  }
  function plain(match: RegExpExecArray): void {
    const words = match[0].replace(sentence, '').replace(leading, '')
    if (nameless.test(words)) return
    const start = match.index + match[0].length - words.length
    if (words.length >= 2) found.push({ name: 'addr', start, end: start + words.length })
  }
}

/** Touching or overlapping finds are one place: 锦绣花园二期 + 大门口. */
function mergeNeighbours(found: readonly Found[], text: string): Found[] {
  const sorted = [...found].sort((a, b) => a.start - b.start || b.end - a.end)
  const out: Found[] = []
  for (const item of sorted) {
    const last = out.at(-1)
    if (last && (item.start < last.end || (item.start === last.end && item.normal === undefined))) {
      if (item.end <= last.end) continue
      const overlap = last.end - item.start
      const rest = (item.normal ?? text.slice(item.start, item.end)).slice(overlap)
      out[out.length - 1] = {
        name: 'addr', start: last.start, end: item.end,
        normal: overlap > 0 && item.normal ? text.slice(last.start, item.start) + item.normal : (last.normal ?? text.slice(last.start, last.end)) + rest,
      }
    } else out.push(item)
  }
  return out
}
