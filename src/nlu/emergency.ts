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
import { violence } from './danger/violence.js'
import type { Danger, DangerKind } from './understanding.js'

/** The first that is found names the danger. */
const signs: readonly (readonly [DangerKind, readonly Sign[]])[] = [
  ['self-harm', selfHarm], ['gas', gas], ['fire', fire], ['electric', electric], ['collapse', collapse],
  ['trapped', trapped], ['water', water], ['violence', violence], ['fraud', fraud], ['missing-person', missingPerson], ['medical', medical],
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
  if (looked.written !== written) looked = { written, danger: look(written) }
  return looked.danger
}

let looked: { readonly written: string; readonly danger: Danger | null } = { written: '', danger: null }

function look(written: string): Danger | null {
  let plain = written
  for (const [wrong, right] of misspelt) plain = plain.replace(wrong, right)
  if (drill.test(plain) && !/救命|不是演/.test(plain)) return null
  if (toldOnly.test(plain) || over.test(plain)) return null
  for (const { kind, first, others, unless } of looks) {
    if (!others.every(other => other.test(plain)) || unless?.test(plain)) continue
    for (const match of plain.matchAll(first)) {
      if (isDanger(kind, plain, match.index, match.index + match[0].length)) return { kind, words: written.slice(match.index, match.index + match[0].length) }
    }
  }
  return null
}

/** A drill, a film, a joke, a figure of speech, something over: whatever the words, nobody is in danger. */
export function isOnlyTold(text: string): boolean {
  return drill.test(text) || toldOnly.test(text) || over.test(text) || figure.test(text)
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
