/** The thirty fixed intents; evaluation sets and reports use these names. */
export const intentNames = [
  'ask_process', 'ask_materials', 'ask_hours_place', 'book', 'repair_env', 'property_complaint', 'mediation', 'noise',
  'elderly_service', 'home_agent', 'social_assistance', 'social_insurance', 'employment', 'schooling', 'housing',
  'volunteer', 'micro_wish', 'deliberation', 'counseling', 'emergency', 'payment', 'track', 'urge', 'cancel_change',
  'rate_complain', 'praise', 'human', 'chitchat', 'offtopic_group', 'policy_standard',
] as const
export type IntentName = (typeof intentNames)[number]

export const slotNames = [
  'matter', 'doc', 'place', 'time', 'addr', 'object', 'target', 'person', 'age', 'phone', 'id_no', 'name', 'ticket',
  'count', 'amount', 'need', 'choice', 'hazard', 'topic', 'fee', 'jurisdiction',
] as const
export type SlotName = (typeof slotNames)[number]

/** The exact words of the message, and what they come to. */
export interface Slot {
  readonly name: SlotName
  readonly value: string
  /** Span in `Understanding.text`'s original message, UTF-16 units. */
  readonly start: number
  readonly end: number
  /** Normalised: `3栋2单元501室`, ISO time with +08:00, `+8613800000000`, request number; absent where the words say it all. */
  readonly normal?: string
}

/** `ambiguous`: ask which of the best few it is; `out-of-scope`: nothing that a community does. */
export type Certainty = 'sure' | 'ambiguous' | 'out-of-scope'

/** One matter of a message; a message may carry several, in the order they were said. */
export interface Matter {
  readonly intent: IntentName
  /** 0–1, calibrated. */
  readonly confidence: number
  /** The part of the message that carries it. */
  readonly text: string
  readonly slots: readonly Slot[]
  /** The best intents with their confidence, best first, at most 5. */
  readonly ranked: readonly { readonly intent: IntentName; readonly confidence: number }[]
  /** Whether to act on `intent`, ask, or say that it is out of scope; absent means sure. */
  readonly certainty?: Certainty
}

/** Danger found by rules of its own, before and without the classifier. */
export type DangerKind = 'fire' | 'gas' | 'trapped' | 'violence' | 'medical' | 'self-harm' | 'fraud' | 'water' | 'electric' | 'collapse' | 'missing-person'
export interface Danger {
  readonly kind: DangerKind
  readonly words: string
}

/** What sounds like danger though no rule knows it: enough to ask the person, never to act. */
export interface Doubt {
  /** The likeliest. */
  readonly kind: DangerKind
  /** Sure enough to ask in a room without being called. */
  readonly isSure: boolean
}

export type PersonalKind = 'id-number' | 'mobile' | 'landline' | 'bank-card' | 'plate' | 'door' | 'name'
export interface PersonalDatum {
  readonly kind: PersonalKind
  readonly value: string
  readonly start: number
  readonly end: number
}

/** Why the bot speaks or keeps silent in a group; in private it always speaks. */
export type Gate =
  | { readonly speak: true; readonly reason: 'private' | 'mentioned' | 'danger' | 'public-request' | 'public-fault' | 'exposed-id' }
  | { readonly speak: false; readonly reason: 'from-bot' | 'to-other' | 'neighbours' | 'notice' | 'advert' | 'empty' | 'takeover' | 'limited' | 'unsure' }

export interface Understanding {
  /** Normalised text: NFKC, invisible characters and mentions of the bot removed. */
  readonly text: string
  readonly matters: readonly Matter[]
  readonly danger: Danger | null
  /** Absent: nothing that sounds like danger, or a danger that is plain. */
  readonly doubt?: Doubt
  readonly personal: readonly PersonalDatum[]
  readonly gate: Gate
}

/**
 * How ready the bot is to speak in a room without a mention: never but for danger and exposed numbers; when it is plainly
 * asked (default); also when a question that it can answer is put to nobody in particular.
 */
export type GateMode = 'only-when-addressed' | 'careful' | 'helpful'

/** What the understanding sees of a message and its surroundings. */
export interface UtteranceView {
  readonly text: string
  readonly chat: 'private' | 'group'
  readonly mentions: { readonly bot: boolean; readonly others: readonly string[]; readonly everyone: boolean }
  readonly quoted: { readonly text: string; readonly byBot: boolean } | null
  readonly authorKind: 'resident' | 'staff' | 'bot'
  /** Lines said just before in this room, oldest first, at most 5. */
  readonly before: readonly { readonly authorId: string; readonly text: string; readonly byBot: boolean; readonly byStaff?: boolean }[]
  /** Of the room; absent means careful. */
  readonly gateMode?: GateMode
  /** ms since 1970; times in words are resolved against it in Asia/Shanghai. */
  readonly now: number
}
