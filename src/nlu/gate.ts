import { findContacts } from './contacts.js'
import { isAdvert, isAnsweredBefore, isCalled, isExchange, isFaultWithPlace, isNotice, wants, type GateWords } from './gate-cues.js'
import { gateBars, type LearnedGate } from './gate-model.js'
import type { Danger, Doubt, Gate, IntentName, UtteranceView } from './understanding.js'

/** What the gate knows of a message beside its surroundings. */
export interface GateEvidence extends GateWords {
  readonly danger: Danger | null
  readonly doubt: Doubt | null
  readonly intent: IntentName | null
  /** 0–1: how much it looks like neighbours' talk. */
  readonly offtopic: number
}

const placeholder = /^(?:\[[^\]]{1,12}\]|[\p{Extended_Pictographic}\p{P}\p{S}\s]|\+1|收到|好的|哈+|嗯+|谢谢(?:大家)?|ok)*$/iu

/**
 * Speak or be silent. Rules decide what no learning may change: private chats, danger, mentions, exposed numbers, staff and what is
 * said to somebody else. The rest is weighed by what was learned from room talk; without that (`null`) only a plain call is answered.
 */
export function decideGate(view: UtteranceView, evidence: GateEvidence, learned: LearnedGate | null): Gate {
  if (view.authorKind === 'bot') return { speak: false, reason: 'from-bot' }
  if (view.chat === 'private') return { speak: true, reason: 'private' }
  if (evidence.danger) return { speak: true, reason: 'danger' }
  if (view.mentions.bot) return { speak: true, reason: 'mentioned' }
  const { text } = evidence
  if (findContacts(text).some((contact) => contact.kind === 'id-number')) return { speak: true, reason: 'exposed-id' }
  if (placeholder.test(text)) return { speak: false, reason: 'empty' }
  if (view.authorKind === 'staff') return { speak: false, reason: 'notice' }
  if (view.mentions.others.length > 0 || /^\s*@(?!所有人)\S+/u.test(text)) return { speak: false, reason: 'to-other' }
  const called = isCalled(text)
  if (view.mentions.everyone && !called && !wants(text) && !isFaultWithPlace(evidence)) return { speak: false, reason: 'notice' }
  if (view.quoted?.byBot === true) return wants(text) ? { speak: true, reason: 'mentioned' } : { speak: false, reason: 'neighbours' }
  if (evidence.doubt?.isSure === true && !isNotice(text) && !isAdvert(text)) return { speak: true, reason: 'danger' }
  if (view.quoted && !called) return { speak: false, reason: 'neighbours' }
  if (view.gateMode !== 'only-when-addressed' && deserves(view, evidence, called, learned)) {
    return { speak: true, reason: !called && (evidence.intent === 'repair_env' || isFaultWithPlace(evidence)) ? 'public-fault' : 'public-request' }
  }
  return { speak: false, reason: isNotice(text) ? 'notice' : isAdvert(text) ? 'advert' : evidence.offtopic > 0.5 ? 'neighbours' : 'unsure' }
}

function deserves(view: UtteranceView, evidence: GateEvidence, called: boolean, learned: LearnedGate | null): boolean {
  const { text } = evidence
  if (learned === null) return called && wants(text)
  if (!called && (isFaultWithPlace(evidence) ? isAnsweredBefore(view, text) : isExchange(view, text))) return false
  return learned(evidence, view) > (view.gateMode === 'helpful' ? gateBars.helpful : gateBars.careful)
}
