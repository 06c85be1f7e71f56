import { normalise, toSimplified } from '../text.js'
import { trapped, water } from './danger/caught-and-water.js'
import { collapse, electric } from './danger/electric-and-collapse.js'
import { fire, gas } from './danger/fire-and-gas.js'
import { fraud } from './danger/fraud.js'
import { medical } from './danger/medical.js'
import { missingPerson } from './danger/missing-person.js'
import { misspelt } from './danger/misspelt.js'
import { business, drill, figure, now, over, past, supposed, toldOnly } from './danger/screens.js'
import { selfHarm } from './danger/self-harm.js'
import type { Sign } from './danger/sign.js'
import { cryForHelp, violence } from './danger/violence.js'
import type { Danger, DangerKind } from './understanding.js'

/** The first that is found names the danger. */
const signs: readonly (readonly [DangerKind, readonly Sign[]])[] = [
  ['self-harm', selfHarm], ['gas', gas], ['fire', fire], ['electric', electric], ['collapse', collapse],
  ['trapped', trapped], ['water', water], ['violence', violence], ['fraud', fraud], ['missing-person', missingPerson], ['medical', medical], ['violence', cryForHelp],
]

interface Look {
  readonly kind: DangerKind
  readonly first: RegExp
  readonly others: readonly RegExp[]
  readonly unless: RegExp | undefined
}

const looks: readonly Look[] = signs.flatMap(([kind, list]) => list.map((sign): Look => {
  if (sign instanceof RegExp) return { kind, first: new RegExp(sign, 'g'), others: [], unless: undefined }
  const [first, ...others] = sign.all
  return { kind, first: new RegExp(first, 'g'), others, unless: sign.unless }
}))

/**
 * Danger now, from words alone: works without the classifier, and must never be slow or throw. Drills, adverts, films, figures
 * of speech, things long past and questions about rules are left alone.
 */
export function findDanger(text: string): Danger | null {
  // A message is looked at before the classifier and again within the understanding: the same words need one look.
  const written = toSimplified(normalise(text.slice(0, 2000)))
  const known = looked.get(written)
  if (known !== undefined) return known
  const danger = look(written)
  if (looked.size >= mostLooked) looked.clear()
  looked.set(written, danger)
  return danger
}

/** What the texts in hand came to; many conversations are in hand at once. */
const looked = new Map<string, Danger | null>()
const mostLooked = 256

function look(written: string): Danger | null {
  let plain = written
  for (const [wrong, right] of misspelt) plain = plain.replace(wrong, right)
  if (toldOnly.test(plain) || over.test(plain)) return null
  const isDrill = drill.test(plain) && !/救命|不是演/.test(plain)
  const parts = sentences(plain)
  const found = (isDrill ? null : find(plain)) ?? firstOf(parts.length < 2 ? [] : parts, (part) => (isDrill && !(isReal.test(part.text) && !drill.test(part.text)) ? null : find(part.text, part.start)))
  return found && { kind: found.kind, words: written.slice(found.start, found.end) }
}

/** Said beside a drill or a notice: this is none. */
const isReal = /真的?(?:有|着|起|出|冒|闻|烧|困)|现在(?!起|开始).{0,8}(?:着火|起火|冒烟|烧起来|有人)/

interface Sighting {
  readonly kind: DangerKind
  readonly start: number
  readonly end: number
}

/** A sign in the text; what speaks against a sign is looked for in the same text only, so that a sentence can be looked at alone. */
function find(text: string, offset = 0): Sighting | null {
  for (const { kind, first, others, unless } of looks) {
    if (!others.every(other => other.test(text)) || unless?.test(text)) continue
    // Not `matchAll`: it copies the expression, and nearly every message holds none of these.
    first.lastIndex = 0
    for (let match = first.exec(text); match !== null; match = first.exec(text)) {
      const end = match.index + match[0].length
      if (isDanger(kind, text, match.index, end)) return { kind, start: offset + match.index, end: offset + end }
      if (match[0] === '') first.lastIndex += 1
    }
  }
  return null
}

function sentences(text: string): { readonly text: string; readonly start: number }[] {
  return [...text.matchAll(/[^。!?\n]+[。!?\n]*/g)].map((match) => ({ text: match[0], start: match.index }))
}

function firstOf<T, U>(list: readonly T[], look: (item: T) => U | null): U | null {
  for (const item of list) {
    const found = look(item)
    if (found !== null) return found
  }
  return null
}

/** A drill, a film, a joke, a figure of speech: whatever the words, nobody is in danger. Thanks are none of these: farewells hold them. */
export function isOnlyTold(text: string): boolean {
  return drill.test(text) || toldOnly.test(text) || figure.test(text)
}

function isDanger(kind: DangerKind, text: string, start: number, end: number): boolean {
  const clause = clauseAround(text, start, end)
  const near = text.slice(Math.max(0, start - 24), end + 24)
  if (figure.test(near)) return false
  if (supposed.test(clause) && !(kind === 'self-harm')) return false
  if (past.test(clause) && !now.test(clause)) return false
  if (now.test(text)) return true
  if (past.test(near)) return false
  if (business.test(text) && kind !== 'self-harm') return false
  return true
}

function clauseAround(text: string, start: number, end: number): string {
  const before = text.slice(0, start)
  const from = Math.max(before.lastIndexOf(','), before.lastIndexOf('。'), before.lastIndexOf('!'), before.lastIndexOf('?'), before.lastIndexOf(' '), before.lastIndexOf('\n')) + 1
  const stop = text.slice(end).search(/[,。!?\s]/)
  return text.slice(from, stop < 0 ? text.length : end + stop)
}
