import { escaped, normaliseMapped, replaceMatches, toSimplified, trimMapped, type MappedText } from '../text.js'
import { findPersonalData } from '../privacy.js'
import type { Gazetteer } from './addresses.js'
import { certaintyOf, onlyPossible } from './certainty.js'
import type { Verdict } from './classifier.js'
import { findDanger, isOnlyTold } from './emergency.js'
import { chooseSlots, findEntities } from './entities.js'
import type { Found } from './found.js'
import type { SecondLook } from './danger-model.js'
import { decideGate } from './gate.js'
import { readWords } from './gate-cues.js'
import type { LearnedGate } from './gate-model.js'
import { findCompanions, labelPieces, splitPieces } from './matters.js'
import { findSecondMatter } from './second-matter.js'
import type { Danger, IntentName, Matter, Slot, Understanding, UtteranceView } from './understanding.js'

export interface UnderstandingParts {
  readonly classify: (text: string) => Promise<Verdict>
  /** For a part of a message. */
  readonly classifyPart: (text: string) => Verdict
  readonly gazetteer: Gazetteer | null
  readonly mentions: Mentions
  /** When to speak in a room, as learned from room talk; `null` where there is none. */
  readonly gate: LearnedGate | null
  /** Looks again at what the rules of danger let pass; `null` where it was not learned. */
  readonly secondLook: SecondLook | null
}

/** How the bot is mentioned in plain text, and that or a quotation that a platform puts before a message. */
export interface Mentions {
  readonly plain: RegExp
  readonly orQuotation: RegExp
}

export function mentionsOf(botNames: readonly string[]): Mentions {
  const plain = `@\\s*(?:${botNames.map(escaped).join('|')})[\\u2005\\u00a0\\s]?`
  return { plain: new RegExp(plain, 'gu'), orQuotation: new RegExp(`${plain}|^「[^」]*」\\s*(?:-\\s*){3,}`, 'gu') }
}

/** Most characters of a message that are looked at; the rest is left to people. */
const longest = 2000
/** Understands one message; the same view gives the same answer. */
export async function understandWith(given: UnderstandingParts, view: UtteranceView): Promise<Understanding> {
  const parts = { ...given, classifyPart: onceEach(given.classifyPart) }
  const original = view.text.slice(0, longest)
  const mentioned = view.mentions.bot || original.search(parts.mentions.plain) >= 0
  const mapped = withoutMentions(original, parts.mentions.orQuotation)
  const text = toSimplified(mapped.text)
  const seen: UtteranceView = mentioned === view.mentions.bot ? view : { ...view, mentions: { ...view.mentions, bot: true } }
  const danger = findDanger(text)
  const found = findEntities(text, { now: view.now, gazetteer: parts.gazetteer })
  const matters = await findMatters(parts, seen, text, found, danger, mapped, original)
  const top = matters[0] ?? null
  const offtopic = top?.ranked.find(({ intent }) => intent === 'offtopic_group')?.confidence ?? 0
  const doubt = danger !== null || seen.authorKind !== 'resident' || isOnlyTold(text) ? null : (parts.secondLook?.(text) ?? null)
  const gate = decideGate(seen, { doubt, ...readWords(text, found), danger, intent: top?.intent ?? null, offtopic }, parts.gate)
  const talk = !gate.speak && (gate.reason === 'notice' || gate.reason === 'advert' || gate.reason === 'empty' || isLikelyTalk(top, offtopic))
  return { text: mapped.text, matters: talk ? [plainMatter('offtopic_group', text)] : matters, danger, ...(doubt === null ? {} : { doubt }), personal: findPersonalData(view.text), gate }
}

/** The same part of a message is classified once. */
function onceEach(classify: UnderstandingParts['classifyPart']): UnderstandingParts['classifyPart'] {
  const known = new Map<string, Verdict>()
  return (text) => {
    const verdict = known.get(text) ?? classify(text)
    known.set(text, verdict)
    return verdict
  }
}

/**
 * What the gate lets pass in silence is talk, nine lines in ten: a reading of it as a request must be this probable, and this many
 * times as probable as talk. Chosen on room lines of three authors, each judged by a classifier that had learned from the others.
 */
const requestInSilence = { least: 0.6, odds: 12 } as const

function isLikelyTalk(top: Matter | null, offtopic: number): boolean {
  return top !== null && (top.confidence < requestInSilence.odds * offtopic || top.confidence < requestInSilence.least)
}

/** Normalised text without mentions of the bot, quotations of platforms and spaces at the ends, with the way back to the original. */
function withoutMentions(original: string, mentionOrQuotation: RegExp): MappedText {
  return trimMapped(replaceMatches(normaliseMapped(original), mentionOrQuotation, ''))
}

async function findMatters(
  parts: UnderstandingParts, view: UtteranceView, text: string, found: readonly Found[], danger: Danger | null, mapped: MappedText, original: string,
): Promise<Matter[]> {
  if (!/[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(text)) {
    return view.chat === 'private' || view.mentions.bot ? [plainMatter('chitchat', text)] : [plainMatter('offtopic_group', text)]
  }
  const mayBeTalk = view.chat === 'group' && !view.mentions.bot
  const whole = onlyPossible(await parts.classify(text), mayBeTalk)
  const pieces = splitPieces(text)
  let groups = [{ start: 0, end: text.length, verdict: whole }]
  if (pieces.length > 1 && whole.ranked[0]!.label !== 'offtopic_group') {
    const classify = (start: number, end: number) => onlyPossible(parts.classifyPart(text.slice(start, end)), false)
    const verdicts = pieces.map(({ start, end }) => classify(start, end))
    const labels = labelPieces(text, pieces, verdicts, whole)
    if (new Set(labels).size > 1) {
      groups = []
      for (let p = 0; p < pieces.length; ) {
        let q = p + 1
        while (q < pieces.length && labels[q] === labels[p]) q += 1
        const span = { start: pieces[p]!.start, end: pieces[q - 1]!.end }
        groups.push({ ...span, verdict: lead(classify(span.start, span.end), labels[p]!) })
        p = q
      }
    } else {
      const two = findSecondMatter(text, pieces, whole, classify)
      groups = two === null
        ? [{ start: 0, end: text.length, verdict: lead(whole, labels[0]!) }]
        : [two.first, two.second].map(({ label, start, end }) => ({ start, end, verdict: lead(classify(start, end), label) }))
    }
  }
  const named = groups.map(({ verdict }) => verdict.ranked[0]!.label as IntentName)
  for (const also of findCompanions(text, named)) groups.push({ start: 0, end: text.length, verdict: lead(whole, also) })
  const matters = groups.map(({ start, end, verdict }) => {
    const intent = verdict.ranked[0]!.label as IntentName
    const inside = found.filter((item) => item.start >= start && item.end <= end)
    return {
      intent,
      confidence: verdict.ranked[0]!.confidence,
      text: text.slice(start, end),
      slots: chooseSlots(inside, intent, text).map((item) => slotOf(item, mapped, original)),
      ranked: verdict.ranked.slice(0, 5).map(({ label, confidence }) => ({ intent: label as IntentName, confidence })),
      certainty: certaintyOf(verdict),
    }
  })
  const joined = withoutIdleTalk(joinSame(matters))
  return danger ? leadWithDanger(joined, danger, text, found, mapped, original) : joined
}

/** The same verdict with `label` first: the neighbours of a piece may know better than the piece alone. */
function lead(verdict: Verdict, label: string): Verdict {
  const own = verdict.ranked.find((item) => item.label === label)
  if (!own || verdict.ranked[0] === own) return verdict
  const others = verdict.ranked.filter((item) => item !== own)
  return { ...verdict, ranked: [{ label, confidence: Math.max(own.confidence, others[0]!.confidence) }, ...others] }
}

function plainMatter(intent: IntentName, text: string): Matter {
  return { intent, confidence: 1, text, slots: [], ranked: [{ intent, confidence: 1 }], certainty: 'sure' }
}

function slotOf(item: Found, mapped: MappedText, original: string): Slot {
  const start = mapped.offsets[item.start]!
  const end = mapped.offsets[item.end - 1]! + 1
  return { name: item.name, value: original.slice(start, end), start, end, ...(item.normal === undefined ? {} : { normal: item.normal }) }
}

/** Matters of one intent are one, wherever they stand in the message. */
function joinSame(matters: readonly Matter[]): Matter[] {
  const out: Matter[] = []
  for (const matter of matters) {
    const same = out.findIndex(({ intent }) => intent === matter.intent)
    if (same < 0) {
      out.push(matter)
      continue
    }
    const first = out[same]!
    out[same] = { ...first, text: `${first.text} ${matter.text}`, slots: [...first.slots, ...matter.slots], confidence: Math.max(first.confidence, matter.confidence) }
  }
  return out
}

/** A greeting or a remark beside a real matter asks for nothing. */
function withoutIdleTalk(matters: Matter[]): Matter[] {
  const real = matters.filter(({ intent }) => intent !== 'chitchat')
  return real.length > 0 ? real : matters
}

/** Come quickly, send someone, is anyone there: said beside a danger they are about the danger. */
const partOfDanger = new Set<IntentName>(['emergency', 'urge', 'human', 'track', 'chitchat', 'repair_env'])

function leadWithDanger(matters: readonly Matter[], danger: Danger, text: string, found: readonly Found[], mapped: MappedText, original: string): Matter[] {
  const at = text.indexOf(danger.words)
  const hazard: Found[] = at < 0 ? [] : [{ name: 'hazard', start: at, end: at + danger.words.length }]
  const slots = chooseSlots([...hazard, ...found], 'emergency', text).map((item) => slotOf(item, mapped, original))
  const first: Matter = { intent: 'emergency', confidence: 1, text, slots, ranked: [{ intent: 'emergency', confidence: 1 }], certainty: 'sure' }
  return [first, ...matters.filter(({ intent, confidence }) => !partOfDanger.has(intent) && confidence >= 0.8 && matters.length > 1)]
}
