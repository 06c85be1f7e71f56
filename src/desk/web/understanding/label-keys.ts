import type { Label } from '../../../learning/records.js'
import type { LearningQueue, QueueRow } from '../../understanding-types.js'

/** What a key does with the line in front. */
export type LabelCommand = { readonly kind: 'label'; readonly label: Label } | { readonly kind: 'undo' | 'next' | 'before' }

/** One for each intent, in their order; 1–3 are kept for the likeliest, 0 and - for what is none, z for taking back. */
const intentKeys = 'abcdefghijklmnopqrstuvwxy56789'
const likelyKeys = '123'
export const noneKey = '0'
export const dropKey = '-'
export const undoKey = 'z'

export interface LabelChoice {
  readonly key: string
  readonly label: Label
  readonly title: string
  readonly description: string
}

export function allChoices(intents: LearningQueue['intents']): readonly LabelChoice[] {
  return intents.flatMap(({ name, title, description }, index) => {
    const key = intentKeys[index]
    return key === undefined ? [] : [{ key, label: name, title, description }]
  })
}

/** What it most likely was: what the resident chose, then what was understood. */
export function likelyChoices(row: QueueRow, intents: LearningQueue['intents']): readonly LabelChoice[] {
  const names = [...new Set([...(row.chosen === null ? [] : [row.chosen]), ...row.understood.map(({ intent }) => intent)])]
  return names.slice(0, likelyKeys.length).flatMap((name, index) => {
    const found = intents.find((one) => one.name === name)
    return found === undefined ? [] : [{ key: likelyKeys[index] ?? '', label: name, title: found.title, description: found.description }]
  })
}

/** Nothing while somebody writes, or uses a shortcut of the browser. */
export function readLabelKey(event: KeyboardEvent, likely: readonly LabelChoice[], all: readonly LabelChoice[]): LabelCommand | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return null
  if (event.target instanceof HTMLElement && event.target.closest('input, textarea, select') !== null) return null
  const key = event.key.toLowerCase()
  if (key === undoKey) return { kind: 'undo' }
  if (key === 'arrowdown') return { kind: 'next' }
  if (key === 'arrowup') return { kind: 'before' }
  if (key === noneKey) return { kind: 'label', label: 'none' }
  if (key === dropKey) return { kind: 'label', label: 'drop' }
  const choice = [...likely, ...all].find((one) => one.key === key)
  return choice === undefined ? null : { kind: 'label', label: choice.label }
}
