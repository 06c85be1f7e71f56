import type { InboundMessage } from '../channels/channel.js'
import { readCourtesy } from '../nlu/answers.js'
import { findDanger } from '../nlu/emergency.js'
import { normalise, toSimplified } from '../text.js'
import type { Intake } from './records.js'

/** What is said in pieces (3栋的 · 灯坏了) within seconds is one message: the first, where it looks unfinished, waits for the next. */

/** Waits for more, ms; a line that is whole waits for nothing. People send the next piece within two seconds or so. */
const waits = { nothing: 2_500, opening: 2_500, greeting: 1_500, unfinished: 2_000, more: 1_500 } as const
/** However many pieces follow, the first is served after this, ms. */
const longestMs = 5_000
const mostPieces = 6

/** A message whose turn serves pieces that came before it, too. */
export interface Gathered extends InboundMessage {
  /** The pieces before this one, the oldest first; each with the record of its arrival. */
  readonly pieces: readonly Piece[]
}

export interface Piece {
  readonly intake: Intake
  readonly message: InboundMessage
}

export function piecesOf(message: object): readonly Piece[] {
  return 'pieces' in message ? (message as Gathered).pieces : []
}

/** The pieces as the one message that is served; `own` are the words of the last, which its line keeps. */
export interface Joined extends InboundMessage {
  readonly own: Pick<InboundMessage, 'text' | 'attachments'>
}

/** What a message's own line keeps, where its turn served more than its own words. */
export function ownPart(message: InboundMessage): Pick<InboundMessage, 'text' | 'attachments'> {
  return 'own' in message ? (message as Joined).own : message
}

/** The pieces, at least one, as the last of them with everybody's words. */
export function joinPieces(pieces: readonly [InboundMessage, ...InboundMessage[]]): Joined {
  const last = pieces.at(-1) ?? pieces[0]
  return {
    ...last,
    own: { text: last.text, attachments: last.attachments },
    text: pieces.map(({ text }) => text.trim()).filter((text) => text !== '').reduce((before, text) => (before === '' ? text : `${before}${/[\p{P}\s]$/u.test(before) || before.startsWith('@') && !/\s/.test(before) ? ' ' : '，'}${text}`), ''),
    attachments: pieces.flatMap(({ attachments }) => attachments),
    mentions: {
      bot: pieces.some(({ mentions }) => mentions.bot), everyone: pieces.some(({ mentions }) => mentions.everyone), others: [...new Set(pieces.flatMap(({ mentions }) => mentions.others))],
    },
    quoted: pieces.find(({ quoted }) => quoted !== null)?.quoted ?? null,
  }
}

const bareMention = /^[@＠]\S+\s*|\s*[@＠]\S+$/g
/** Says that something will be said. */
const opening = /^(您好|你好|麻烦|打扰|那个|嗯)?[，,]?(我?(想|要)?(问|咨询|请教|打听)(一?下|个事|一个事|件事|点事)?|请问(一下|下)?|打扰(一下|了)?|麻烦(一下|下)?|跟?(您|你|你们)?说(个|件|一个|一件)事|(我)?(想|要)?(反映|报|投诉|说)(一?个|一?下|点)(事情?|情况|问题)?)$/
/** Ends where a sentence goes on. */
const goesOn = /([，,、：:；;—]|\.{3}|…|然后|还有|就是|因为|但是|可是|而且|另外|比如|如果|要是|我家|的话)$|^(嗯|呃|额)*(那个|这个)$/
/** A place and nothing that is the matter with it. */
const placeAlone = /^(我家|我们|咱们|咱|在|就是)?[\d一二三四五六七八九十]{1,4}(号楼|栋|幢|单元|楼|号院)([\d一二三四五六七八九十]{1,3}(单元|楼|层|门))?(的|里|这边|那边|门口|楼下|楼道)?$/

/** How long this message waits for what may follow, ms; `null`: it is served at once. */
export function waitsFor(message: InboundMessage): number | null {
  if (message.author.kind !== 'resident' || message.report !== undefined) return null
  // Neighbours' talk is not ours to wait for.
  if (message.chat === 'group' && !message.mentions.bot) return null
  const said = toSimplified(normalise(message.text))
  if (findDanger(said) !== null) return null
  const text = said.trim().replace(bareMention, '').trim()
  if (text === '') return message.attachments.length > 0 || message.mentions.bot ? waits.nothing : null
  if (message.attachments.length > 0) return null
  if (readCourtesy(text) === 'greeting') return waits.greeting
  if (opening.test(text.replace(/[。.！!～~]+$/, ''))) return waits.opening
  return goesOn.test(text) || placeAlone.test(text) ? waits.unfinished : null
}

/** Runs `work` after so many ms, unless the answer is called first. */
export type After = (ms: number, work: () => void) => () => void

export interface Gathering {
  /** Takes a message just kept; it, with what came before it, is released now or later. `mayAnswer`: whether it may be the answer to an open question, which waits for nothing. */
  take(piece: Piece, mayAnswer: () => Promise<boolean>): void
  /** Whatever of this conversation waits goes now: something came that is about it. */
  release(communityId: string, conversationId: string): void
  releaseAll(): void
  /** Forgets what waits; it stays on record. */
  stop(): void
}

interface Waiting {
  readonly pieces: Piece[]
  readonly since: number
  cancel: () => void
}

/** Holds pieces by conversation and author. `serve` gets each message, with the pieces before it, in the order they came. */
export function createGathering(parts: { readonly after: After; readonly now: () => number; readonly serve: (intake: Intake, message: InboundMessage | Gathered) => void }): Gathering {
  const waiting = new Map<string, Waiting>()
  const conversation = (communityId: string, conversationId: string): string => `${communityId}|${conversationId}|`

  function release(key: string): void {
    const held = waiting.get(key)
    const last = held?.pieces.at(-1)
    if (held === undefined || last === undefined) return
    waiting.delete(key)
    held.cancel()
    const pieces = held.pieces.slice(0, -1)
    parts.serve(last.intake, pieces.length === 0 ? last.message : { ...last.message, pieces })
  }

  return {
    take(piece, mayAnswer) {
      const { message } = piece
      const key = conversation(message.communityId, message.conversationId) + message.author.id
      const held = waiting.get(key)
      if (held !== undefined) {
        held.pieces.push(piece)
        held.cancel()
        const leftMs = held.since + longestMs - parts.now()
        if (leftMs <= 0 || held.pieces.length >= mostPieces || isDanger(held.pieces) || /[。？！?!]$/.test(message.text.trim())) release(key)
        else held.cancel = parts.after(Math.min(waits.more, leftMs), () => { release(key) })
        return
      }
      const ms = waitsFor(message)
      if (ms === null) {
        parts.serve(piece.intake, message)
        return
      }
      const mine: Waiting = { pieces: [piece], since: parts.now(), cancel: parts.after(ms, () => { release(key) }) }
      waiting.set(key, mine)
      mayAnswer().then((answers) => { if (answers && waiting.get(key) === mine) release(key) }, () => { if (waiting.get(key) === mine) release(key) })
    },
    release(communityId, conversationId) {
      for (const key of [...waiting.keys()]) if (key.startsWith(conversation(communityId, conversationId))) release(key)
    },
    releaseAll() {
      for (const key of [...waiting.keys()]) release(key)
    },
    stop() {
      for (const { cancel } of waiting.values()) cancel()
      waiting.clear()
    },
  }
}

/** Danger in any piece, or in all together. */
function isDanger(pieces: readonly Piece[]): boolean {
  const found = (text: string): boolean => findDanger(toSimplified(normalise(text))) !== null
  return pieces.some(({ message }) => found(message.text)) || found(pieces.map(({ message }) => message.text).join('，'))
}
