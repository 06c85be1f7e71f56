import { normaliseMapped } from './text.js'
import { findAddresses } from './nlu/addresses.js'
import { findContacts, findNames, type Contact } from './nlu/contacts.js'
import { matchesIn } from './nlu/found.js'
import type { PersonalDatum, PersonalKind } from './nlu/understanding.js'

/** Marks of vehicles (GA 36-2018): province, letter, five or six characters. */
const plate = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·\s]?[a-z0-9]{5,6}(?![a-z0-9])/g

/** What stands before a room that is found by itself: the street, its number, the house, the staircase. */
const street = /(?:[\u4e00-\u9fff]{2,4}(?:路|街|大道|巷|弄))?\d{1,4}号(?:院)?(?:\d{1,3}(?:号楼|栋|幢))?(?:\d{1,2}单元)?$/

/** Personal data in a text, in order, by offsets in the text as it was given. Full-width, spaced, broken by invisible characters, in Chinese digits: all found. */
export function findPersonalData(text: string): PersonalDatum[] {
  const mapped = normaliseMapped(text)
  const found: { kind: PersonalKind; start: number; end: number }[] = findContacts(mapped.text)
  for (const match of matchesIn(mapped.text, plate)) found.push({ kind: 'plate', start: match.index, end: match.index + match[0].length })
  for (const { start, end } of findNames(mapped.text)) found.push({ kind: 'name', start, end })
  for (const { start, end, normal } of findAddresses(mapped.text, null)) {
    if (normal !== undefined && /室/.test(normal)) found.push({ kind: 'door', start: start - (street.exec(mapped.text.slice(0, start))?.[0].length ?? 0), end })
  }
  const kept: typeof found = []
  for (const item of found) if (!kept.some((other) => item.start < other.end && other.start < item.end)) kept.push(item)
  return kept
    .sort((a, b) => a.start - b.start)
    .map(({ kind, start, end }) => {
      const from = mapped.offsets[start]!
      const to = mapped.offsets[end - 1]! + 1
      return { kind, value: text.slice(from, to), start: from, end: to }
    })
}

const masks: Readonly<Record<PersonalKind, string>> = {
  'id-number': '[身份证号]', mobile: '[手机号]', landline: '[座机号]', 'bank-card': '[银行卡号]', plate: '[车牌号]', door: '[门牌]', name: '[姓名]',
}

/** The text with every personal datum replaced by the name of its kind: what logs, learning and screens without need may see. Kinds in `keep` stay. */
export function redact(text: string, keep: readonly PersonalKind[] = []): string {
  let out = ''
  let at = 0
  for (const { kind, start, end } of findPersonalData(text)) {
    if (keep.includes(kind)) continue
    out += text.slice(at, start) + masks[kind]
    at = end
  }
  return out + text.slice(at)
}

/** Digits at which no number of a person can stand. */
const digit = /[\p{Nd}〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖①-⑨]/u

/** What is left of a number: enough to tell one from another, too little to call it or to be somebody (GB/T 35273-2020, 7.2). */
const shortened: Readonly<Record<Contact['kind'], (digits: string) => string>> = {
  mobile: (digits) => `${digits.slice(-11, -8)}****${digits.slice(-4)}`,
  'id-number': (digits) => `${digits.slice(0, 4)}**********${digits.slice(-4)}`,
  landline: (digits) => `${digits.slice(0, 3)}*****${digits.slice(-3)}`,
  'bank-card': (digits) => `${digits.slice(0, 4)}********${digits.slice(-4)}`,
}

/** The text with numbers that belong to a person shortened: 138****8000, 3701**********1234. What staff see until they say why they need more. */
export function maskNumbers(text: string): string {
  if (!digit.test(text)) return text
  const mapped = normaliseMapped(text)
  let out = ''
  let at = 0
  for (const { kind, start, end, digits } of findContacts(mapped.text).sort((a, b) => a.start - b.start)) {
    const from = mapped.offsets[start]!
    if (from < at) continue
    out += text.slice(at, from) + shortened[kind](digits)
    at = mapped.offsets[end - 1]! + 1
  }
  return out + text.slice(at)
}
