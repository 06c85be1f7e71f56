import { matchesIn, type Found } from './found.js'
import { spellDigits } from './numbers.js'

/** Weights and check characters of GB 11643-1999 (ISO 7064, MOD 11-2). */
const idWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const idChecks = '10x98765432'

/** Whether 18 digits (the last may be x) are a citizen's number: a possible day of birth, and unless `looseCheck` the check character. */
export function isIdNumber(digits: string, looseCheck = false): boolean {
  if (!/^[1-9]\d{16}[\dx]$/i.test(digits)) return false
  const year = Number(digits.slice(6, 10))
  const month = Number(digits.slice(10, 12))
  const day = Number(digits.slice(12, 14))
  const date = new Date(Date.UTC(year, month - 1, day))
  if (year < 1880 || year > 2100 || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return false
  if (looseCheck) return true
  const sum = idWeights.reduce((total, weight, i) => total + weight * Number(digits[i]), 0)
  return idChecks[sum % 11] === digits[17]!.toLowerCase()
}

/** Provinces and what is like them, as a citizen's number begins (GB/T 2260). */
const provinces = /^(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5])/

/** Whether 15 digits are a number of the kind that was given out until 1999: a province, and a day of birth in the last century. */
function isOldIdNumber(digits: string): boolean {
  return provinces.test(digits) && isIdNumber(`${digits.slice(0, 6)}19${digits.slice(6)}0`, true)
}

/** Luhn's check (ISO/IEC 7812-1), as on bank cards. */
export function isBankCard(digits: string): boolean {
  if (!/^(?:62|4|5)\d{14,18}$/.test(digits)) return false
  let sum = 0
  for (let i = 0; i < digits.length; i += 1) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

const gap = '[ \\-.·_,]{0,2}'
const idPattern = new RegExp(`(?<![\\dA-Za-z])[1-9](?:${gap}\\d){16}${gap}[\\dxX](?!\\d)`, 'g')
const mobilePattern = new RegExp(`(?<!\\d)(?:\\+?86[ -]?)?1${gap}[3-9](?:${gap}\\d){9}(?!\\d)`, 'g')
/** No point and no comma: two coordinates are no card. */
const cardGap = '[ \\-·_]{0,2}'
const cardPattern = new RegExp(`(?<![\\d.])(?:6${cardGap}2|[45]${cardGap}\\d)(?:${cardGap}\\d){13,17}(?!\\d)`, 'g')
const oldIdPattern = /(?<![\dA-Za-z])[1-6]\d{14}(?!\d)/g
/** An area code, bare or in brackets, and seven or eight digits. */
const landlinePattern = /(?<![\d-])(?:\(0(?:10|2\d|[3-9]\d{2})\)|0(?:10|2\d|[3-9]\d{2}))[- ]?\d{7,8}(?![\d-])/g

export interface Contact {
  readonly kind: 'id-number' | 'mobile' | 'landline' | 'bank-card'
  readonly start: number
  readonly end: number
  /** Digits only. */
  readonly digits: string
}

/** Of a telephone number with a short area code; all others are longer. */
const fewestDigits = 10

function countDigits(text: string): number {
  let count = 0
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit >= 48 && unit <= 57) count += 1
  }
  return count
}

/** Numbers that belong to a person, in normalised text: with spaces or dashes, in Chinese digits too. */
export function findContacts(text: string): Contact[] {
  const spelt = spellDigits(text)
  const found: Contact[] = []
  if (countDigits(spelt) < fewestDigits) return found
  const add = (kind: Contact['kind'], pattern: RegExp, accept: (digits: string) => boolean) => {
    // First as it stands: a Chinese digit before a number (周一138…) is no digit of it.
    for (const match of spelt === text ? matchesIn(text, pattern) : [...matchesIn(text, pattern), ...matchesIn(spelt, pattern)]) {
      const end = match.index + match[0].length
      const digits = match[0].replace(/[^\dxX]/g, '')
      if (accept(digits) && !found.some((other) => match.index < other.end && other.start < end)) found.push({ kind, start: match.index, end, digits })
    }
  }
  add('id-number', idPattern, (digits) => isIdNumber(digits, true))
  add('bank-card', cardPattern, isBankCard)
  add('id-number', oldIdPattern, isOldIdNumber)
  add('mobile', mobilePattern, (digits) => digits.replace(/^86/, '').length === 11)
  add('landline', landlinePattern, () => true)
  return found.sort((a, b) => a.start - b.start)
}

/** Contacts as slots: phones as +86…, ID numbers in capitals. */
export function findContactSlots(text: string): Found[] {
  return findContacts(text).flatMap(({ kind, start, end, digits }): Found[] => {
    if (kind === 'id-number') return [{ name: 'id_no', start, end, normal: digits.toUpperCase() }]
    if (kind === 'mobile') return [{ name: 'phone', start, end, normal: `+86${digits.replace(/^86(?=1\d{10}$)/, '')}` }]
    if (kind === 'landline') return [{ name: 'phone', start, end, normal: `+86${digits.slice(1)}` }]
    return []
  })
}

/** The hundred commonest surnames, two-character ones first. */
const surname =
  '(?:欧阳|上官|司马|诸葛|东方|皇甫|尉迟|公孙|慕容|令狐|[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛范彭郎鲁韦昌马苗凤花方俞任袁柳鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢裴陆荣翁荀羊惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲台从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴沃利蔚越夔隆师巩厍聂晁勾敖融冷辛阚那简饶空曾毋沙养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖岳亓逢佘佟])'
const namePattern = new RegExp(
  `(?:(?:我叫|我是|名叫|姓名(?:是|:)?|名字(?:是|叫|:)?|联系人(?:是|:)?|户主(?:是|:)?|本人)\\s*(?<told>${surname}[\\u4e00-\\u9fff]{1,2})(?![\\u4e00-\\u9fff]*(?:小区|家的|社区))(?=[\\s,。!?;、:\\d]|$|的|身份证|电话|手机))` +
    `|(?:我?姓\\s*(?<family>${surname})(?=[\\s,。!?;、\\d]|$))` +
    `|(?:(?<=[\\s,。:;、!?]|^)(?<beside>${surname}[\\u4e00-\\u9fff]{1,2})(?=[\\s,:，]{0,2}(?:身份证)?(?:号码?)?[:\\s,]{0,2}(?:(?:\\+?86[ -]?)?1${gap}[3-9](?:${gap}\\d){5}|\\d{11})))` +
    `|(?:(?:是|改成)(?<right>${surname}[\\u4e00-\\u9fff]{1,2})(?:,|\\s)?不是(?<wrong>${surname}[\\u4e00-\\u9fff]{1,2})(?=[\\s,。!?]|$))`,
  'gu',
)

/** Names that someone gives as a name: after 我叫, 姓名, beside a phone or ID number, corrected. */
export function findNames(text: string): Found[] {
  const found: Found[] = []
  const spelt = spellDigits(text)
  // A second time with numbers in figures: the name beside 一三八… is one too.
  for (const match of spelt === text ? matchesIn(text, namePattern) : [...matchesIn(text, namePattern), ...matchesIn(spelt, namePattern)]) {
    for (const value of Object.values(match.groups!)) {
      if (value === undefined || /^(?:社区|小区|单元|报名|文明|身份|电话|手机|应该|单号|车牌|时间|宝宝|时候)/.test(value)) continue
      const start = match.input.indexOf(value, match.index + (match.groups!['wrong'] === value ? match[0].lastIndexOf(value) : 0))
      if (!found.some((known) => known.start < start + value.length && start < known.end)) found.push({ name: 'name', start, end: start + value.length })
    }
  }
  return found
}

const ticketPatterns: readonly RegExp[] = [
  /(?<![a-z0-9])(?<no>[a-z]{2}-?\d{4}-\d{3,6}|[a-z]{2}-\d{3,8})(?![\d])/gi,
  // Numbers of other offices.
  /(?:单号|工单号?|单子|编号|号码|受理号|查询号|案子|件|第)(?:好像)?(?:是|为|:)?\s*(?<no>[a-z]{1,4}-?\d{3,8})(?!\d)/gi,
  /(?:尾号|单号|工单号?|编号|号码|受理号|查询号)(?:好像)?(?:是|为|:)?\s*(?<no>\d{3,6})(?!\d)/g,
  /(?:进度|催办?|撤销|取消|查|查询|评价)\s*(?<no>\d{4})(?!\d|年|元|块)/g,
  /(?<!\d)(?<no>\d{4})\s*(?:那|这)?(?:个|张|条|件)?(?:单子?|工单|那单|号单|的?进度)/g,
  // A number that begins with a nought is no year, price or door.
  /(?<![\d.:-])(?<no>0\d{3})(?![\d:.年月-])/g,
  /^\s*(?<no>\d{4})(?=\s|$|[啥怎咋到办修催])/g,
  /(?<![\d第])(?<no>\d{4}号)(?!楼|线|文|令|院)/g,
  /(?<![a-z0-9])(?<no>[a-z]-\d{2,6})(?=号|[,。\s]|$)/gi,
  /(?<no>\d{1,4}号)(?:那个)?(?:微)?(?:心愿|愿望|单|工单)/g,
  /(?:心愿|愿望)(?:编号|第)?\s*(?<no>\d{1,4}号)/g,
]

/** Request numbers: HZ-2611-0042, SQ2024-0318, 尾号0077, 单号0529, 0412那单子, 17号心愿. The normal form is the number alone. */
export function findTickets(text: string): Found[] {
  const found: Found[] = []
  if (!/\d/.test(text)) return found
  for (const pattern of ticketPatterns) {
    for (const match of matchesIn(text, pattern)) {
      const value = match.groups!['no']!
      const start = match.index + match[0].indexOf(value)
      if (found.some((known) => known.start <= start && start < known.end)) continue
      found.push({ name: 'ticket', start, end: start + value.length, normal: value.replace(/\s/g, '').replace(/号$/, '').toUpperCase() })
    }
  }
  return found
}
