import { normaliseMapped } from './text.js'
import { findAddresses } from './nlu/addresses.js'
import { findContacts, findNames } from './nlu/contacts.js'
import type { PersonalDatum, PersonalKind } from './nlu/understanding.js'

/** Marks of vehicles (GA 36-2018): province, letter, five or six characters. */
const plate = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·\s]?[a-z0-9]{5,6}(?![a-z0-9])/g

/** Personal data in a text, in order, by offsets in the text as it was given. Full-width, spaced, broken by invisible characters, in Chinese digits: all found. */
export function findPersonalData(text: string): PersonalDatum[] {
  const mapped = normaliseMapped(text)
  const found: { kind: PersonalKind; start: number; end: number }[] = findContacts(mapped.text)
  for (const match of mapped.text.matchAll(plate)) found.push({ kind: 'plate', start: match.index, end: match.index + match[0].length })
  for (const { start, end } of findNames(mapped.text)) found.push({ kind: 'name', start, end })
  for (const { start, end, normal } of findAddresses(mapped.text, null)) {
    if (normal !== undefined && /室/.test(normal)) found.push({ kind: 'door', start, end })
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
