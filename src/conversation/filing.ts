import type { InboundMessage, WholeReport } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'
import type { Engine } from './engine.js'
import type { Outcome } from './outcome.js'

/** What became of a whole report. */
export type Filing =
  | { readonly kind: 'filed' | 'joined'; readonly request: ServiceRequest; /** The receipt, as a resident would read it. */ readonly receipt: string }
  /** It could not be filed; `says` tells why. */
  | { readonly kind: 'refused'; readonly says: string }
  /** It is taken down and will be filed, and has no number yet. */
  | { readonly kind: 'pending' }

/** Another system's report as a message: one conversation of its own, whose author is known by the reference alone. */
export function asReport(
  channel: Extract<InboundMessage['channel'], 'open311' | 'exchange'>, communityId: CommunityId,
  given: { readonly reference: string; /** The delivery; the same one is taken once. */ readonly eventId: string; readonly name: string | null; readonly text: string; readonly report: WholeReport; readonly now: number },
): InboundMessage & { readonly report: WholeReport } {
  const id = `${channel}:${given.reference}`
  return {
    channel, communityId, eventId: given.eventId, messageId: given.reference, conversationId: id, chat: 'private',
    author: { id, name: given.name, kind: 'resident' }, text: given.text, attachments: [],
    mentions: { bot: false, others: [], everyone: false }, quoted: null, report: given.report, sentAt: given.now,
  }
}

/** Brings whole reports to the conversations and waits for what becomes of them. */
export interface Filer {
  /** Resolves once the report is filed, at the latest `waitMs` after it was taken down. Rejects as `Engine.deliver` does. */
  file(message: InboundMessage & { readonly report: WholeReport }, waitMs: number): Promise<Filing>
  /** What a report came to that was filed or joined before; `null`: nothing is known of it. */
  known(communityId: CommunityId, channel: 'open311' | 'exchange', reference: string): Promise<{ readonly request: ServiceRequest | null } | null>
}

export function createFiler(parts: { readonly store: Pick<Store, 'get' | 'find' | 'onCommit'>; readonly engine: Pick<Engine, 'deliver'> }): Filer {
  const { store, engine } = parts

  async function told(communityId: CommunityId, conversationId: string): Promise<string> {
    const lines = await store.find(communityId, 'messages', { by: 'conversationId', equals: conversationId, order: 'desc', limit: 5 })
    return lines.find(({ from }) => from === 'bot')?.text ?? ''
  }

  async function filingOf({ communityId, conversationId }: InboundMessage, outcome: Outcome): Promise<Filing> {
    const receipt = await told(communityId, conversationId)
    const id = 'requestId' in outcome ? outcome.requestId : null
    const request = id === null ? null : await store.get(communityId, 'requests', id)
    if (request === null) return { kind: 'refused', says: receipt === '' ? '没有登记成功，请稍后再发' : receipt }
    return { kind: outcome.kind === 'joined' ? 'joined' : 'filed', request, receipt }
  }

  return {
    async file(message, waitMs) {
      const { communityId } = message
      const eventKey = `${message.channel}:${message.eventId}`
      let stop = (): void => undefined
      let timer: NodeJS.Timeout | undefined
      try {
        const outcome = await new Promise<Outcome | null>((resolve, reject) => {
          stop = store.onCommit((committed) => {
            if (committed.communityId !== communityId) return
            for (const write of committed.writes) {
              if (write.op !== 'put') continue
              // Of a turn that another process had, only the request is heard of.
              if (write.table === 'requests' && write.row.reporters.some(({ residentId }) => residentId === message.author.id)) resolve({ kind: write.row.residentId === message.author.id ? 'filed' : 'joined', requestId: write.row.id })
              if (write.table === 'intake' && write.row.eventKey === eventKey && write.row.state === 'done') resolve(write.row.outcome)
            }
          })
          engine.deliver(message).then(async () => {
            timer = setTimeout(() => { resolve(null) }, waitMs)
            // The same delivery again: its turn may be over already.
            const [row] = await store.find(communityId, 'intake', { by: 'eventKey', equals: eventKey })
            if (row?.state === 'done') resolve(row.outcome)
          }).catch(reject)
        })
        return outcome === null ? { kind: 'pending' } : await filingOf(message, outcome)
      } finally {
        stop()
        clearTimeout(timer)
      }
    },

    async known(communityId, channel, reference) {
      const id = `${channel}:${reference}`
      const resident = await store.get(communityId, 'residents', id)
      if (resident === null) return null
      const [own] = await store.find(communityId, 'requests', { by: 'residentId', equals: id, limit: 1 })
      const joined = resident.joined?.[0]
      return { request: own ?? (joined === undefined ? null : await store.get(communityId, 'requests', joined)) }
    },
  }
}
