import type { EditedMessage, InboundEvent, InboundMessage, RecalledMessage } from '../channels/channel.js'
import { findDanger } from '../nlu/emergency.js'
import type { Write } from '../store/store.js'
import { asMessage, editedKey, takeEdit } from './edit.js'
import { joinPieces, piecesOf, type Piece } from './pieces.js'
import { attachmentRemovals, dropped, takeBack } from './recall.js'
import type { Intake } from './records.js'
import type { RoomMemory } from './room-talk.js'
import { takeTurn, type TurnParts, type TurnResult } from './take-turn.js'

/** What an event comes to: nothing of it is stored or sent here. */
export interface Deciding {
  /** As things stand now. `unsent`: replies to what is taken back that have not gone out, and won't. */
  decide(intake: Intake, event: InboundEvent, unsent: ReadonlySet<string>): Promise<TurnResult>
  /** The pieces before the last as done, with the lines of those that stand. */
  pieceWrites(standing: readonly InboundMessage[], pieces: readonly Piece[], result: Pick<TurnResult, 'outcome' | 'understanding'>): readonly Write[]
  /** Whether the message was taken back; the record of that outlives restarts. */
  recallOf(message: InboundMessage | EditedMessage): Promise<RecalledMessage | null>
}

/** `edits`: those that wait for their turn, by `messageKey`. */
export function createDeciding(parts: TurnParts, { talk, edits }: { readonly talk: RoomMemory; readonly edits: ReadonlyMap<string, EditedMessage> }): Deciding {
  async function recallOf(message: InboundMessage | EditedMessage): Promise<RecalledMessage | null> {
    const [row] = await parts.store.find(message.communityId, 'intake', { by: 'eventKey', equals: recalledKey(message) })
    return row === undefined ? null : { kind: 'recalled', channel: message.channel, communityId: message.communityId, messageId: message.messageId, conversationId: message.conversationId, sentAt: message.sentAt }
  }

  async function decide(intake: Intake, event: InboundEvent, unsent: ReadonlySet<string>): Promise<TurnResult> {
    switch (event.kind) {
      case 'recalled':
        return takeBack(parts, intake, event, talk, unsent)
      case 'edited':
        return (await recallOf(event)) === null ? takeEdit(parts, intake, event, talk) : dropped(intake, 'recalled', parts.now())
      case 'message':
      case undefined: {
        if (piecesOf(event).length > 0) return decidePieces(intake, event)
        const now = edits.get(messageKey(event))
        const message = now === undefined ? event : { ...asMessage(now), eventId: event.eventId, attachments: event.attachments }
        // An alarm is raised all the same; the words go when the recall has its turn.
        if (findDanger(message.text) === null && (await recallOf(event)) !== null) {
          const silent = dropped(intake, 'recalled', parts.now())
          return { ...silent, writes: [...silent.writes, ...(await attachmentRemovals(parts, event, event.attachments))] }
        }
        if (now === undefined && (await parts.store.find(event.communityId, 'intake', { by: 'eventKey', equals: editedKey(event) })).length > 0) return dropped(intake, 'edited', parts.now())
        return takeTurn(parts, intake, message, talk)
      }
    }
  }

  /** Several messages as one turn, without those taken back, in the words they have now; each keeps a line of its own. */
  async function decidePieces(intake: Intake, event: InboundMessage): Promise<TurnResult> {
    const pieces = [...piecesOf(event), { intake, message: event }].map((piece): Piece => {
      const now = edits.get(messageKey(piece.message))
      return now === undefined ? piece : { ...piece, message: { ...asMessage(now), eventId: piece.message.eventId, attachments: piece.message.attachments } }
    })
    const isDanger = findDanger(pieces.map(({ message }) => message.text).join('，')) !== null
    const stands = await Promise.all(pieces.map(async ({ message }) => isDanger || (await recallOf(message)) === null))
    const [first, ...others] = pieces.filter((_, index) => stands[index]).map(({ message }) => message)
    const gone = await Promise.all(pieces.filter((_, index) => !stands[index]).map(({ message }) => attachmentRemovals(parts, message, message.attachments)))
    const result = first === undefined ? dropped(intake, 'recalled', parts.now()) : await takeTurn(parts, intake, joinPieces([first, ...others]), talk)
    return { ...result, writes: [...result.writes, ...gone.flat(), ...pieceWrites([first, ...others].slice(0, -1).flatMap((message) => (message === undefined ? [] : [message])), piecesOf(event), result)] }
  }

  function pieceWrites(standing: readonly InboundMessage[], pieces: readonly Piece[], { outcome, understanding }: Pick<TurnResult, 'outcome' | 'understanding'>): Write[] {
    const now = parts.now()
    const isKept = outcome.kind !== 'silent' || outcome.reason === 'takeover'
    const requestId = 'requestId' in outcome ? outcome.requestId : null
    const isExposed = understanding?.personal.some(({ kind }) => kind === 'id-number') === true
    return pieces.flatMap(({ intake, message }): Write[] => {
      const stands = standing.find(({ messageId }) => messageId === message.messageId)
      const done: Write = { op: 'put', table: 'intake', row: { ...intake, state: 'done', message: null, outcome: { kind: 'silent', reason: 'joined' }, doneAt: now } }
      // The line's id is the arrival's, so that it stands before what came later.
      return stands === undefined || !isKept ? [done] : [done, {
        op: 'put', table: 'messages',
        row: {
          id: intake.id, rev: 0, conversationId: message.conversationId, at: intake.receivedAt, from: 'resident', authorId: message.author.id, authorName: message.author.name,
          text: message.chat === 'group' && isExposed ? '（含证件号码，未保存）' : stands.text, attachments: message.attachments, reply: null, requestId, platformMessageId: message.messageId,
        },
      }]
    })
  }

  return { decide, pieceWrites, recallOf }
}

/** A message is taken back once, whatever ids the platform gives the news of it. */
export function recalledKey(event: Pick<RecalledMessage, 'channel' | 'messageId'>): string {
  return `${event.channel}:${event.messageId}:recalled`
}

export function messageKey(event: Pick<RecalledMessage, 'communityId' | 'channel' | 'messageId'>): string {
  return `${event.communityId}|${event.channel}:${event.messageId}`
}

/** An edit as the message it leaves. */
export function asOwn(event: InboundMessage | EditedMessage): InboundMessage {
  return event.kind === 'edited' ? asMessage(event) : event
}
