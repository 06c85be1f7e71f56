import { Jieba } from '@node-rs/jieba'
import { dict } from '@node-rs/jieba/dict.js'
import { Converter, Locale } from 'opencc-js/t2cn'
import { pinyin as pinyinOf } from 'pinyin-pro'

/** A text made from another one, with the way back. */
export interface MappedText {
  readonly text: string
  /** `offsets[i]` is the UTF-16 offset in the original of `text[i]`; one entry more than `text` has, the original's length. */
  readonly offsets: Int32Array
}

/** Zero-width and bidi marks, variation selectors, control characters but tab and line feed, halves of surrogate pairs. */
const invisible =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]|[\u{e0000}-\u{e0fff}]|[\ud800-\udfff]/gu

/** Characters whose NFKC form and lower case depend on no neighbour: what nearly every message is made of. */
const contextFree = /^[\t\n\x20-\x7e\xa0\xb7\u2005\u2010-\u2027\u3000-\u303e\u4e00-\u9fff\uff01-\uff5e]*$/

/** What NFKC may join: a base with its marks, Hangul letters, half-width katakana with their voicing. */
const cluster = /[\u1100-\u11ff\uac00-\ud7ff]+|[\uff61-\uff9f]+|\P{M}\p{M}*|\p{M}+/gsu

/** By code unit: 1 where NFKC, lower case and the neighbours leave a character as it is. A message is normalised in many places, and nearly every time it is already. */
const settled = new Uint8Array(65_536)
settled.fill(1, 0x4e00, 0xa000)
for (const [first, last] of [[0x09, 0x0a], [0x20, 0x7e], [0xa0, 0xa0], [0xb7, 0xb7], [0x2010, 0x2027], [0x3000, 0x3029], [0x3030, 0x303e]] as const) {
  for (let unit = first; unit <= last; unit += 1) {
    const char = String.fromCharCode(unit)
    if (char.normalize('NFKC').toLowerCase() === char) settled[unit] = 1
  }
}

function isSettled(text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (settled[text.charCodeAt(i)] === 0) return false
  return true
}

/** NFKC, lower case, invisible characters removed: the form in which texts are compared. Never shown to anyone. */
export function normalise(text: string): string {
  if (isSettled(text)) return text
  return contextFree.test(text) ? text.normalize('NFKC').toLowerCase() : normaliseMapped(text).text
}

/** `normalise` with the offset in `text` of every character of the result. */
export function normaliseMapped(text: string): MappedText {
  if (isSettled(text)) return mapped(text)
  if (contextFree.test(text)) {
    const form = text.normalize('NFKC').toLowerCase()
    // None of these characters vanishes: as many as before are the same ones.
    if (form.length === text.length) return mapped(form)
  }
  const visible = replaceMatches(mapped(text), invisible, '')
  let out = ''
  const offsets: number[] = []
  for (const match of visible.text.matchAll(cluster)) {
    const form = match[0].normalize('NFKC').toLowerCase()
    // One character to one character, also where Hangul or kana were joined only in part; else all point to the start.
    const aligned = form.length === match[0].length
    for (let i = 0; i < form.length; i += 1) offsets.push(visible.offsets[match.index + (aligned ? i : 0)] ?? text.length)
    out += form
  }
  offsets.push(text.length)
  return { text: out, offsets: Int32Array.from(offsets) }
}

/** A text as its own original. */
export function mapped(text: string): MappedText {
  const offsets = new Int32Array(text.length + 1)
  for (let i = 1; i < offsets.length; i += 1) offsets[i] = i
  return { text, offsets }
}

/** What `pattern` (global) matches, replaced; the replacement's characters all lead back to where the match began. */
export function replaceMatches(from: MappedText, pattern: RegExp, replacement: string): MappedText {
  if (from.text.search(pattern) < 0) return from
  let out = ''
  const offsets: number[] = []
  let at = 0
  const keep = (end: number) => {
    out += from.text.slice(at, end)
    for (; at < end; at += 1) offsets.push(from.offsets[at]!)
  }
  for (const match of from.text.matchAll(pattern)) {
    keep(match.index)
    out += replacement
    for (let i = 0; i < replacement.length; i += 1) offsets.push(from.offsets[match.index]!)
    at = match.index + match[0].length
  }
  keep(from.text.length)
  offsets.push(from.offsets[from.text.length]!)
  return { text: out, offsets: Int32Array.from(offsets) }
}

/** A stretch of a mapped text. */
export function sliceMapped(from: MappedText, start: number, end: number): MappedText {
  return { text: from.text.slice(start, end), offsets: from.offsets.slice(start, end + 1) }
}

/** Without white space at both ends. */
export function trimMapped(from: MappedText): MappedText {
  const start = from.text.length - from.text.trimStart().length
  const end = Math.max(start, from.text.trimEnd().length)
  return start === 0 && end === from.text.length ? from : sliceMapped(from, start, end)
}

interface Simplifier {
  readonly convert: (text: string) => string
  /** By code unit: 1 where some entry of the dictionaries puts another character in its place. A text without any of these stays as it is. */
  readonly replaced: Uint8Array
}
let simplifier: Simplifier | null = null

function simplifierReady(): Simplifier {
  return (simplifier ??= { convert: Converter({ from: 't', to: 'cn' }) as Simplifier['convert'], replaced: replacedCharacters() })
}

/** A dictionary of the converter: `from to|from to|…`, or the same as pairs. */
type Dictionary = string | readonly (readonly string[])[]

function replacedCharacters(): Uint8Array {
  const replaced = new Uint8Array(65_536)
  const { configs } = Locale as { readonly configs: Readonly<Record<string, { readonly normalizationChain?: readonly (readonly Dictionary[])[]; readonly conversionChain: readonly (readonly Dictionary[])[] } | undefined>> }
  const steps = configs['t2s']
  if (steps === undefined) return replaced.fill(1)
  for (const dictionary of [...(steps.normalizationChain ?? []), ...steps.conversionChain].flat()) {
    for (const entry of typeof dictionary === 'string' ? dictionary.split('|') : dictionary.map((pair) => pair.join(' '))) {
      const space = entry.indexOf(' ')
      const isAligned = entry.length === 2 * space + 1
      for (let i = 0; i < space; i += 1) if (!isAligned || entry[i] !== entry[space + 1 + i]) replaced[entry.charCodeAt(i)] = 1
    }
  }
  return replaced
}

const simplifiedOf = new Map<string, string>()

/** Traditional characters made simplified, character for character: the result has the same length and offsets. */
export function toSimplified(text: string): string {
  const { convert, replaced } = simplifierReady()
  let at = 0
  while (at < text.length && replaced[text.charCodeAt(at)] === 0) at += 1
  if (at === text.length) return text
  const whole = convert(text)
  if (whole.length === text.length) return whole
  let out = ''
  for (const char of text) {
    let simple = simplifiedOf.get(char)
    if (simple === undefined) {
      simple = convert(char)
      if (simple.length !== char.length) simple = char
      simplifiedOf.set(char, simple)
    }
    out += simple
  }
  return out
}

/** Han characters one by one, runs of Latin letters, runs of digits; the rest (spaces, punctuation) separates. Expects `normalise`d text. */
export function units(text: string): string[] {
  return text.match(/\p{Script=Han}|[a-z]+|[0-9]+/gu) ?? []
}

/** How heavy a taught word weighs against the dictionary's own counts: enough to keep it whole. */
const taughtWeight = 20_000

let jieba: Jieba | undefined

function segmenter(): Jieba {
  jieba ??= Jieba.withDict(dict)
  return jieba
}

/** Teaches the segmenter words of the field (一窗受理, 微心愿 …). They hold for the whole process; teach before training. */
export function teachWords(words: Iterable<string>, tag = 'n'): void {
  const lines = [...words].filter((word) => /^\S+$/.test(word)).map((word) => `${word} ${taughtWeight} ${tag}\n`)
  if (lines.length > 0) segmenter().loadDict(Buffer.from(lines.join('')))
}

/** Words of a text, spaces and punctuation included, so that their join is the text. */
export function segment(text: string): string[] {
  return segmenter().cut(text, true)
}

/** A word with its part of speech in jieba's tag set (nr person, ns place, nt body, m number, t time, eng Latin …). */
export interface TaggedWord {
  readonly word: string
  readonly tag: string
}

/** Words of a text with their parts of speech. */
export function tag(text: string): TaggedWord[] {
  return segmenter().tag(text, true)
}

const toneless = new Map<string, string>()

/** Toneless pinyin of one Han character, its commonest reading; anything else is given back as it is. */
export function pinyin(char: string): string {
  let sound = toneless.get(char)
  if (sound === undefined) {
    sound = pinyinOf(char, { toneType: 'none', v: true }) || char
    toneless.set(char, sound)
  }
  return sound
}

/** At most so many characters; what was cut off is told by 「…」. */
export function shorten(text: string, length: number): string {
  const letters = [...text]
  return letters.length <= length ? text : `${letters.slice(0, length - 1).join('')}…`
}

/** Characters of the longest run that stands in both. */
export function longestShared(one: string, other: string): number {
  const chars = [...one]
  let longest = 0
  for (let from = 0; from < chars.length; from += 1) {
    for (let to = from + longest + 1; to <= chars.length && other.includes(chars.slice(from, to).join('')); to += 1) longest = to - from
  }
  return longest
}

/** Without line breaks and runs of spaces. */
export function onOneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim()
}

/** As it stands, within a regular expression. */
export function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
