import type { Verdict } from './classifier.js'

/** A stretch of a message. */
export interface Piece {
  readonly start: number
  readonly end: number
  /** How many Han characters it holds. */
  readonly words: number
  /** What stands before it: nothing, a word like 顺便, a full stop, a comma or a space. */
  readonly joint: 'none' | 'turn' | 'stop' | 'comma'
}

/** Words with which people turn to another matter. */
const turn = /(?:顺便|顺带|另外|还有(?!多|几|人|空|号|没|吗|效|位|点|个|一)|对了|再(?:就是|一个|问)|除此|此外|同时|还想|也想|也帮|再帮|要哪些|不行就?|换个|换成)/u
const ends = /[。!?;\n]+|[,、~\s]+/gu

/** Pieces that could carry a matter of their own. At most eight; what is left stays with the last. */
export function splitPieces(text: string): Piece[] {
  const pieces: Piece[] = []
  let start = 0
  let joint: Piece['joint'] = 'none'
  const close = (end: number, next: Piece['joint'], resume: number) => {
    const body = text.slice(start, end)
    if (/[\p{Script=Han}a-z0-9]/iu.test(body) && pieces.length < 7) {
      pieces.push({ start, end, joint, words: 0 })
      start = resume
      joint = next
    }
  }
  for (const match of text.matchAll(ends)) {
    const stop = /[。!?;\n]/u.test(match[0])
    // Spaces and dashes inside a number, an address or a list are no pause.
    if (!stop && /[\d-]$/u.test(text.slice(0, match.index)) && /^[\d-]/u.test(text.slice(match.index + match[0].length))) continue
    close(match.index, stop ? 'stop' : 'comma', match.index + match[0].length)
  }
  if (start < text.length) pieces.push({ start, end: text.length, joint, words: 0 })
  return pieces.flatMap((piece) => splitAtTurns(text, piece)).map((piece) => ({ ...piece, words: text.slice(piece.start, piece.end).match(/\p{Script=Han}/gu)?.length ?? 0 }))
}

function splitAtTurns(text: string, piece: Piece): Piece[] {
  const body = text.slice(piece.start, piece.end)
  const at = turn.exec(body)
  if (at === null) return [piece]
  if (at.index < 3) return [{ ...piece, joint: piece.joint === 'none' ? 'none' : 'turn' }]
  const cut = piece.start + at.index
  return [{ ...piece, end: cut }, { start: cut, end: piece.end, joint: 'turn', words: 0 }]
}

/** Cost of changing the intent at each joint, in nats; tuned on development lines. */
const changeCost: Readonly<Record<Piece['joint'], number>> = { none: 9, turn: 2, stop: 3.5, comma: 3.5 }
/** How much the whole message's verdict counts beside the pieces' own, and how much a piece's own voice; tuned likewise. */
const wholeShare = 0.4
const pieceShare = 0.6
/** A piece of fewer Han characters than this speaks more softly. */
const fullVoice = 6

/**
 * Gives each piece the intent that fits it, its neighbours and the whole message best (Viterbi over pieces), so that short
 * pieces follow and clear ones stand alone. Answers one label per piece.
 */
export function labelPieces(pieces: readonly Piece[], verdicts: readonly Verdict[], whole: Verdict): string[] {
  const labels = whole.ranked.map(({ label }) => label)
  const ids = new Map(labels.map((label, i) => [label, i]))
  const floor = 1e-4
  const prior = whole.ranked.map(({ confidence }) => Math.log(confidence + floor) * wholeShare)
  let scores: Float64Array = Float64Array.from(prior)
  const backs: Int32Array[] = []
  pieces.forEach((piece, p) => {
    const own = new Float64Array(labels.length).fill(Math.log(floor))
    const voice = pieceShare * Math.min(1, piece.words / fullVoice)
    for (const { label, confidence } of verdicts[p]!.ranked) own[ids.get(label)!] = Math.log(confidence + floor) * voice
    if (p === 0) {
      for (let k = 0; k < labels.length; k += 1) scores[k]! += own[k]!
      return
    }
    let best = 0
    for (let k = 1; k < labels.length; k += 1) if (scores[k]! > scores[best]!) best = k
    const next = new Float64Array(labels.length)
    const back = new Int32Array(labels.length)
    const jump = scores[best]! - changeCost[piece.joint]
    for (let k = 0; k < labels.length; k += 1) {
      const stay = scores[k]! >= jump
      next[k] = (stay ? scores[k]! : jump) + own[k]!
      back[k] = stay ? k : best
    }
    backs.push(back)
    scores = next
  })
  let at = 0
  for (let k = 1; k < labels.length; k += 1) if (scores[k]! > scores[at]!) at = k
  const path = [labels[at]!]
  for (let p = backs.length - 1; p >= 0; p -= 1) {
    at = backs[p]![at]!
    path.unshift(labels[at]!)
  }
  return path
}
