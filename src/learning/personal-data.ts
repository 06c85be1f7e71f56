import { findPersonalData } from '../privacy.js'
import type { PersonalDatum, PersonalKind } from '../nlu/understanding.js'
import { seededRandom } from '../random.js'

/** A made-up message with what in it is personal, by offsets. */
export interface LabelledMessage {
  readonly text: string
  readonly gold: readonly Pick<PersonalDatum, 'kind' | 'start' | 'end'>[]
}

export interface PersonalDataFigures {
  readonly messages: number
  /** By kind: how many there are and how many were found whole. */
  readonly recall: readonly { readonly kind: PersonalKind; readonly n: number; readonly found: number }[]
  readonly found: number
  /** Found where something personal of that kind stands. */
  readonly right: number
  /** The first messages in which something was missed or found wrongly. */
  readonly faults: readonly { readonly text: string; readonly says: string }[]
}

/** Faults that are kept to look at. */
const faultsKept = 40

const spoken = '零一二三四五六七八九'
const banking = '零壹贰叁肆伍陆柒捌玖'
/** The ways people write a run of digits besides plainly; `by`: how they group it. */
const writings: readonly ((digits: string, by: readonly number[]) => string)[] = [
  (digits) => digits,
  (digits) => digits,
  (digits, by) => grouped(digits, by).join(' '),
  (digits, by) => grouped(digits, by).join('-'),
  (digits) => digits.replace(/\d/g, (d) => String.fromCharCode(d.charCodeAt(0) + 0xfee0)),
  (digits) => [...digits].join('\u200b'),
  (digits, by) => grouped(digits, by).join('\u00a0'),
  (digits) => digits.replace(/\d/g, (d) => spoken[Number(d)]!),
  (digits) => digits.replace(/1/g, '幺').replace(/\d/g, (d) => spoken[Number(d)]!),
  (digits) => digits.replace(/\d/g, (d) => banking[Number(d)]!),
  (digits) => [...digits].join(' '),
]

function grouped(digits: string, by: readonly number[]): string[] {
  const parts: string[] = []
  let at = 0
  for (const length of by) parts.push(digits.slice(at, (at += length)))
  return at < digits.length ? [...parts, digits.slice(at)] : parts
}

const surnames = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕']
const given = ['小满', '建国', '秀英', '丽', '志强', '雨桐', '伟', '桂兰', '子涵', '春梅', '大勇', '晓燕', '海波', '静']
const regions = ['110101', '330502', '330106', '370102', '410902', '131002', '440305', '630104', '510107', '320583']
const provinces = [...'京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼']
const areaCodes = ['010', '021', '0572', '0571', '0393', '0316', '0971', '0755']

/** What stands around it. `{}` is the place; each is of one kind, or of any where `kinds` is empty. */
const around: readonly { readonly says: string; readonly kinds: readonly PersonalKind[] }[] = [
  { says: '我的电话是{}，请回电', kinds: ['mobile', 'landline'] }, { says: '打{}就行', kinds: ['mobile', 'landline'] }, { says: '{}，白天都在家', kinds: ['mobile', 'landline', 'door'] },
  { says: '联系方式：{}。灯还没修', kinds: ['mobile', 'landline'] }, { says: '手机{}，微信同号', kinds: ['mobile'] }, { says: '家里座机{}', kinds: ['landline'] }, { says: '楼道灯坏了（{}）', kinds: ['mobile', 'door'] },
  { says: '身份证号{}，想查社保', kinds: ['id-number'] }, { says: '证件号码：{}', kinds: ['id-number'] }, { says: '我妈的身份证是{}，能代办吗', kinds: ['id-number'] },
  { says: '补贴打到{}这张卡', kinds: ['bank-card'] }, { says: '卡号{}，农行的', kinds: ['bank-card'] }, { says: '银行卡：{}', kinds: ['bank-card'] },
  { says: '{}堵了大门', kinds: ['plate'] }, { says: '车牌{}一直占道', kinds: ['plate'] }, { says: '有辆{}停在消防通道', kinds: ['plate'] },
  { says: '我住{}', kinds: ['door'] }, { says: '地址是{}，水管漏了', kinds: ['door'] }, { says: '{}漏水漏到楼下了', kinds: ['door'] }, { says: '麻烦到{}看看', kinds: ['door'] },
  { says: '我叫{}，想报名', kinds: ['name'] }, { says: '姓名：{}', kinds: ['name'] }, { says: '户主{}，人在外地', kinds: ['name'] },
]

/** Numbers that are nobody's: what the finder must leave alone. */
const nobodys: readonly ((chance: () => number) => string)[] = [
  (c) => `工单HZ-2611-${digits(c, 4)}到哪一步了`, (c) => `催一下${digits(c, 4)}那单`, (c) => `快递单号${digits(c, 12)}放驿站了`, (c) => `订单${orderNumber(c)}还没发货`, (c) => `2026年${1 + int(c, 12)}月${1 + int(c, 28)}日 ${int(c, 24)}:${digits(c, 2).replace(/^[6-9]/, '3')}停水`,
  (c) => `${1 + int(c, 30)}栋${1 + int(c, 4)}单元楼道灯坏了`, (c) => `${1 + int(c, 30)}号楼前面的井盖松了`, (c) => `面积${60 + int(c, 90)}.${digits(c, 2)}平方米`, (c) => `物业费${int(c, 9000)}.${digits(c, 2)}元`,
  (c) => `拨12345转${int(c, 9)}`, () => '燃气抢修打95158', () => '着火打119，受伤打120', (c) => `按民发〔20${10 + int(c, 16)}〕${1 + int(c, 99)}号办`, (c) => `水表读数${digits(c, 5)}`,
  (c) => `合同编号${digits(c, 10)}`, (c) => `邮编${regions[int(c, regions.length)]!}`, (c) => `${digits(c, 4)}年${int(c, 9)}期${digits(c, 3)}号文件`, (c) => `统一信用代码91${digits(c, 15)}A`, (c) => `房产证第${digits(c, 9)}号`,
  (c) => `电梯编号${digits(c, 20)}`, (c) => `坐标${30 + int(c, 10)}.${digits(c, 6)}，${110 + int(c, 10)}.${digits(c, 6)}`, (c) => `周${'一二三四五'[int(c, 5)]!}上午九点到十一点半`, () => '三五个人，一二十分钟，七八百块', (c) => `验证码${digits(c, 6)}`,
]

const int = (chance: () => number, below: number): number => Math.floor(chance() * below)
const digits = (chance: () => number, count: number): string => Array.from({ length: count }, () => String(int(chance, 10))).join('')
const oneOf = <T>(chance: () => number, all: readonly T[]): T => all[int(chance, all.length)]!
const two = (n: number): string => String(n).padStart(2, '0')

/** 18 digits as shops number their orders: no day of birth in them. */
const orderNumber = (chance: () => number): string => `${1 + int(chance, 9)}${digits(chance, 5)}${3000 + int(chance, 6000)}${digits(chance, 8)}`

function idNumber(chance: () => number): string {
  const head = `${oneOf(chance, regions)}${1935 + int(chance, 80)}${two(1 + int(chance, 12))}${two(1 + int(chance, 28))}${digits(chance, 3)}`
  const sum = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2].reduce((total, weight, i) => total + weight * Number(head[i]), 0)
  return head + '10X98765432'[sum % 11]!
}
const oldIdNumber = (chance: () => number): string => `${oneOf(chance, regions)}${two(30 + int(chance, 60))}${two(1 + int(chance, 12))}${two(1 + int(chance, 28))}${digits(chance, 3)}`

function bankCard(chance: () => number): string {
  const head = `62${digits(chance, oneOf(chance, [13, 16]))}`
  const sum = [...head].reverse().reduce((total, digit, i) => total + (i % 2 === 0 ? [0, 2, 4, 6, 8, 1, 3, 5, 7, 9][Number(digit)]! : Number(digit)), 0)
  return `${head}${(10 - (sum % 10)) % 10}`
}

function plate(chance: () => number): string {
  const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
  const mark = Array.from({ length: oneOf(chance, [5, 5, 6]) }, (_, i) => (i > 0 && chance() < 0.25 ? letters[int(chance, letters.length)]! : String(int(chance, 10)))).join('')
  const gap = oneOf(chance, ['', '', '·', ' '])
  const written = `${oneOf(chance, provinces)}${letters[int(chance, 12)]!}${gap}${mark}`
  return chance() < 0.2 ? written.toLowerCase() : written
}

function door(chance: () => number): string {
  const [block, unit, room] = [1 + int(chance, 40), 1 + int(chance, 5), `${1 + int(chance, 18)}0${1 + int(chance, 6)}`]
  return oneOf(chance, [
    `${block}栋${unit}单元${room}`, `${block}幢${unit}单元${room}室`, `${block}号楼${unit}单元${room}`, `${block}栋${room}`, `幸福路${block}号${unit}单元${room}室`, `${block}号楼${room}室`, `荷塘小区${block}栋${unit}单元${room}号`,
    `${oneOf(chance, ['三', '十二', '七'])}栋${oneOf(chance, ['一', '二'])}单元${oneOf(chance, ['五零一', '三零二', '六〇三'])}`,
  ])
}

/** One datum as somebody would write it. */
function write(kind: PersonalKind, chance: () => number): string {
  const style = oneOf(chance, writings)
  switch (kind) {
    case 'mobile': return `${oneOf(chance, ['', '', '', '+86', '86 '])}${style(`1${3 + int(chance, 7)}${digits(chance, 9)}`, [3, 4, 4])}`
    case 'id-number': return chance() < 0.15 ? oldIdNumber(chance) : style(idNumber(chance), [6, 8, 4])
    case 'bank-card': return style(bankCard(chance), [4, 4, 4, 4])
    case 'landline': return oneOf(chance, [(code: string, own: string) => `${code}-${own}`, (code: string, own: string) => `${code}${own}`, (code: string, own: string) => `（${code}）${own}`, (code: string, own: string) => `${code} ${own}`])(oneOf(chance, areaCodes), `${2 + int(chance, 7)}${digits(chance, 6 + int(chance, 2))}`)
    case 'plate': return plate(chance)
    case 'door': return door(chance)
    case 'name': return oneOf(chance, surnames) + oneOf(chance, given)
  }
}

const kinds: readonly PersonalKind[] = ['mobile', 'id-number', 'bank-card', 'landline', 'plate', 'door', 'name']

/** Made-up messages of residents, each datum marked: all kinds in all ways of writing, names beside phones, and numbers that are nobody's. Invented throughout. */
export function makeMessages(count: number, seed = 1): readonly LabelledMessage[] {
  const chance = seededRandom(seed)
  return Array.from({ length: count }, (_, i): LabelledMessage => {
    if (i % 4 === 3) return { text: oneOf(chance, nobodys)(chance), gold: [] }
    if (i % 12 === 1) {
      const [name, phone] = [write('name', chance), write('mobile', chance)]
      return { text: `${name} ${phone}`, gold: [{ kind: 'name', start: 0, end: name.length }, { kind: 'mobile', start: name.length + 1, end: name.length + 1 + phone.length }] }
    }
    const kind = kinds[int(chance, kinds.length)]!
    const { says } = oneOf(chance, around.filter((one) => one.kinds.includes(kind)))
    const [start, value] = [says.indexOf('{}'), write(kind, chance)]
    return { text: says.replace('{}', value), gold: [{ kind, start, end: start + value.length }] }
  })
}

/** How much of what is personal is found, whole, and how much of what is found is personal. */
export function measurePersonalData(messages: readonly LabelledMessage[]): PersonalDataFigures {
  const recall = new Map(kinds.map((kind) => [kind, { n: 0, found: 0 }]))
  const faults: { text: string; says: string }[] = []
  let found = 0
  let right = 0
  for (const { text, gold } of messages) {
    const data = findPersonalData(text)
    found += data.length
    const wrong = data.filter((one) => !gold.some((other) => other.kind === one.kind && one.start < other.end && other.start < one.end))
    right += data.length - wrong.length
    // A prefix (+86) or a bracket around the number gives nobody away.
    const bare = (one: { readonly start: number; readonly end: number }): string => text.slice(one.start, one.end).normalize('NFKC').replace(/[\p{Cf}\s()-]/gu, '').replace(/^\+?86(?=.{11}$)/, '')
    const missed = gold.filter((one) => !data.some((other) => other.kind === one.kind && bare(other).includes(bare(one))))
    for (const one of gold) {
      const figures = recall.get(one.kind)!
      figures.n += 1
      if (!missed.includes(one)) figures.found += 1
    }
    if (wrong.length + missed.length > 0 && faults.length < faultsKept) faults.push({ text, says: [...missed.map(({ kind, start, end }) => `missed ${kind} ${text.slice(start, end)}`), ...wrong.map(({ kind, value }) => `wrongly ${kind} ${value}`)].join('; ') })
  }
  return { messages: messages.length, recall: [...recall].map(([kind, figures]) => ({ kind, ...figures })), found, right, faults }
}

const kindNames: Readonly<Record<PersonalKind, string>> = { mobile: '手机号', 'id-number': '身份证号', 'bank-card': '银行卡号', landline: '座机', plate: '车牌', door: '门牌', name: '姓名' }

/** The figures as lines of text. */
export function writePersonalData({ messages, recall, found, right }: PersonalDataFigures): string[] {
  const percent = (share: number): string => `${(share * 100).toFixed(2)}%`
  return [
    `认出个人信息（${messages} 句编出来的话，四分之一里没有）`,
    ...recall.map((one) => `  ${kindNames[one.kind]} ${one.found}/${one.n} ${percent(one.found / Math.max(1, one.n))}`),
    `  认出的 ${found} 处里真是的 ${percent(right / Math.max(1, found))}`,
  ]
}
