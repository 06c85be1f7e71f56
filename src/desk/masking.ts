import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { ConversationDetail, RequestDetail } from './api-types.js'
import { acting, staffOf } from './caller.js'
import { readPath } from './scope.js'
import type { AuditLog } from '../audit/log.js'
import { readInput } from '../http/input.js'
import type { StoredAttachment } from '../conversation/records.js'
import { InputError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { maskNumbers, redact } from '../privacy.js'
import type { Particulars } from '../requests/moves.js'
import type { ServiceRequest } from '../requests/service-request.js'

/** How long what was asked for stays open to this login, ms: as long as a visit or a call takes. */
const openForMs = 30 * 60_000

/** What is open at once; the oldest closes first. */
const mostOpen = 10_000

/** Why somebody needs it, for whoever reads the log. */
const unmaskBody = z.object({ reason: z.string().trim().min(2, '请写明为什么要看').max(200, '理由最多 200 个字') })

type Mask = (text: string) => string

/** Numbers of residents as the desk shows them: shortened until a member of staff says why they are needed, which is written down first. */
export interface Masking {
  request(caller: FastifyRequest, community: CommunityId, detail: RequestDetail): RequestDetail
  conversation(caller: FastifyRequest, community: CommunityId, detail: ConversationDetail): ConversationDetail
  /** How numbers of one row are shown to this login; `null`: as they are. */
  maskFor(caller: FastifyRequest, community: CommunityId, id: string): Mask | null
  /** Lets this login see a file that a resident sent, and writes down that it did, once in half an hour. Throws InputError for auditors. */
  seeFile(caller: FastifyRequest, community: CommunityId, file: Pick<StoredAttachment, 'id' | 'residentId'>): Promise<void>
  /** Opens one request or conversation to this login for half an hour. */
  open(caller: FastifyRequest, community: CommunityId, id: string, reason: string): Promise<void>
}

export function createMasking({ audit, now }: { readonly audit: AuditLog; readonly now: () => number }): Masking {
  /** Until when, by login, community and row. */
  const opened = new Map<string, number>()
  const keyOf = (caller: FastifyRequest, community: CommunityId, id: string): string => JSON.stringify([staffOf(caller).sessionId, community, id])

  /** An auditor checks the work, not the people: names and doors are gone as well, and nothing can be opened. */
  function maskFor(caller: FastifyRequest, community: CommunityId, id: string): Mask | null {
    if (staffOf(caller).account.role === 'auditor') return redact
    return (opened.get(keyOf(caller, community, id)) ?? 0) > now() ? null : maskNumbers
  }

  return {
    maskFor,
    request(caller, community, detail) {
      const mask = maskFor(caller, community, detail.request.id)
      if (mask === null) return detail
      const isAuditor = mask === redact
      const request = { ...maskRequest(detail.request, mask), ...(isAuditor ? { attachmentIds: [] } : {}) }
      const conversation = detail.conversation === null ? null : maskConversation(detail.conversation, mask)
      const isMasked = conversation?.isMasked === true || JSON.stringify(request) !== JSON.stringify(detail.request)
      return { ...detail, request, conversation, ...(isMasked ? { isMasked } : {}) }
    },
    conversation(caller, community, detail) {
      const mask = maskFor(caller, community, detail.id)
      return mask === null ? detail : maskConversation(detail, mask)
    },
    async seeFile(caller, community, { id, residentId }) {
      if (staffOf(caller).account.role === 'auditor') throw new InputError('forbidden', '审计看得到办了什么，看不到居民的照片和文件')
      // What staff photographed themselves is nobody's private life.
      if (residentId.startsWith('staff:') || (opened.get(keyOf(caller, community, id)) ?? 0) > now()) return
      await open(caller, community, id, '看居民发的照片或文件')
    },
    open,
  }

  async function open(caller: FastifyRequest, community: CommunityId, id: string, reason: string): Promise<void> {
    const { account: { id: staffId, name, role } } = staffOf(caller)
    await audit.record({ who: { id: staffId, name, role }, act: 'unmask', communityId: community, about: id, words: reason, result: 'done' })
    const key = keyOf(caller, community, id)
    opened.delete(key)
    opened.set(key, now() + openForMs)
    if (opened.size > mostOpen) for (const oldest of opened.keys()) { opened.delete(oldest); break }
  }
}

/** The route by which somebody opens what `show` shows, with a reason; who may not see it learns nothing. */
export function unmaskRoute<T>(app: FastifyInstance, masking: Masking, path: string, does: string, show: (request: FastifyRequest, community: CommunityId, id: string) => Promise<T>): void {
  app.post(path, { config: { access: acting, audit: 'itself', does, body: unmaskBody } }, async (request) => {
    const { community, id } = readPath(request)
    const { reason } = readInput(unmaskBody, request.body, '请写明为什么要看')
    await show(request, community, id)
    await masking.open(request, community, id, reason)
    return show(request, community, id)
  })
}

/** Slots that are a person's number whatever they look like. */
const numberSlots: readonly string[] = ['phone', 'id_no']

/** A number of any form: its last four characters. */
function lastFour(value: string): string {
  return value.length <= 4 ? '****' : `****${value.slice(-4)}`
}

export function maskRequest(request: ServiceRequest, mask: Mask): ServiceRequest {
  const words = <T extends { readonly words: string }>(one: T): T => ({ ...one, words: mask(one.words) })
  return {
    ...request,
    description: mask(request.description),
    address: request.address === null ? null : mask(request.address),
    fields: request.fields.map((slot) => {
      const of = (value: string): string => {
        const masked = mask(value)
        return numberSlots.includes(slot.name) && masked === value ? lastFour(value) : masked
      }
      return { ...slot, value: of(slot.value), ...(slot.normal === undefined ? {} : { normal: of(slot.normal) }) }
    }),
    reporters: request.reporters.map(words),
    ratings: request.ratings.map(words),
    history: request.history.map((change) => ({
      ...change,
      note: change.note === null ? null : mask(change.note),
      ...(change.brought === undefined ? {} : { brought: maskBrought(change.brought, mask) }),
    })),
    ...(request.consent === undefined ? {} : {
      consent: { ...request.consent, forWhom: request.consent.forWhom === null ? null : mask(request.consent.forWhom), matter: mask(request.consent.matter), asked: mask(request.consent.asked), answered: mask(request.consent.answered) },
    }),
  }
}

function maskBrought(brought: Particulars, mask: Mask): Particulars {
  return brought.kind === 'evidence' ? { ...brought, statement: mask(brought.statement) } : brought.kind === 'matter' ? { ...brought, words: mask(brought.words) } : brought
}

function maskConversation(detail: ConversationDetail, mask: Mask): ConversationDetail {
  const title = mask(detail.title)
  const lines = detail.lines.map((line) => ({ ...line, ...(mask === redact ? { attachments: [] } : {}), text: mask(line.text), name: line.name === null || line.from !== 'resident' ? line.name : mask(line.name) }))
  const isMasked = title !== detail.title || lines.some((line, index) => line.text !== detail.lines[index]?.text || line.name !== detail.lines[index]?.name)
  return { ...detail, title, lines, ...(isMasked ? { isMasked } : {}) }
}
