import { normalise, toSimplified } from '../text.js'

/** An utterance of ours that is too much like a line that is meant to be unseen. */
export interface Resemblance {
  /** File and line of the utterance. */
  readonly where: string
  readonly utterance: string
  /** File and line of the line it resembles. */
  readonly other: string
  readonly line: string
  /** Jaccard over pairs of characters, 0–1. */
  readonly similarity: number
}

/** From here on (Jaccard over bigrams, 0–1) two lines are taken for the same. */
export const resemblesAt = 0.8

/** The utterances of the intent files (`{path,text}`) that resemble a line of a JSONL file with a `text`, most alike first. */
export function checkResemblance(intents: readonly { readonly path: string; readonly text: string }[], file: { readonly path: string; readonly text: string }): Resemblance[] {
  const lines = file.text.split('\n').flatMap((raw, index) => (raw.trim() === '' ? [] : [{ where: `${file.path}:${index + 1}`, line: textOf(raw) }])).map((one) => ({ ...one, pairs: pairsOf(one.line) }))
  const holding = new Map<string, number[]>()
  lines.forEach(({ pairs }, index) => {
    for (const pair of pairs) {
      const list = holding.get(pair)
      if (list) list.push(index)
      else holding.set(pair, [index])
    }
  })
  const found: Resemblance[] = []
  for (const intent of intents) {
    for (const { where, utterance } of utterancesOf(intent)) {
      const pairs = pairsOf(utterance)
      const common = new Map<number, number>()
      for (const pair of pairs) for (const index of holding.get(pair) ?? []) common.set(index, (common.get(index) ?? 0) + 1)
      for (const [index, both] of common) {
        const other = lines[index]
        if (other === undefined) continue
        const similarity = both / (pairs.size + other.pairs.size - both)
        if (similarity >= resemblesAt) found.push({ where, utterance, other: other.where, line: other.line, similarity: Math.round(similarity * 100) / 100 })
      }
    }
  }
  return found.sort((a, b) => b.similarity - a.similarity)
}

function textOf(raw: string): string {
  const row = JSON.parse(raw) as { readonly text?: unknown }
  return typeof row.text === 'string' ? row.text : ''
}

/** Pairs of neighbouring characters, of words only, without the bot's mention; one character alone is its own pair. */
function pairsOf(text: string): Set<string> {
  const chars = [...toSimplified(normalise(text)).replace(/@(?:小助手|一窗)/gu, '').replace(/[^\p{L}\p{N}]/gu, '')]
  return new Set(chars.length < 2 ? chars : chars.slice(1).map((char, index) => `${chars[index] ?? ''}${char}`))
}

function utterancesOf({ path, text }: { readonly path: string; readonly text: string }): { where: string; utterance: string }[] {
  const { utterances } = JSON.parse(text) as { readonly utterances?: readonly string[] }
  let from = 0
  return (utterances ?? []).map((utterance) => {
    const at = text.indexOf(JSON.stringify(utterance), from)
    if (at >= 0) from = at + 1
    return { where: `${path}:${at < 0 ? 1 : text.slice(0, at).split('\n').length}`, utterance }
  })
}
