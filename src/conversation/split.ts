import { InputError } from '../errors.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import type { Move } from '../requests/apply-move.js'
import { awayAt } from '../requests/absence.js'
import { route, sayRoute, unitOf, type ResponsibleUnit } from '../requests/routing.js'
import { fileRequest, numberMonth, requestNumber, type LinkedRequest, type ServiceRequest } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { Store } from '../store/store.js'
import { colleaguesOf, spareOf } from './first-owner.js'

export interface SplitParts {
  readonly store: Store
  readonly services: Pick<ServiceCatalogue, 'byCode'>
  readonly community: (id: CommunityId) => Community
  readonly responsibleFor: (communityId: CommunityId, serviceCode: string) => ResponsibleUnit | null
  readonly now: () => number
  readonly newId: () => string
}

/** The move with the request that the second matter becomes: of the same resident, at the same place, with its own number and first owner; the two know each other. */
export async function splitOff(parts: SplitParts, communityId: CommunityId, from: ServiceRequest, move: Move): Promise<{ readonly move: Move; readonly filed: ServiceRequest } | null> {
  if (move.brings?.kind !== 'matter') return null
  const { store, now } = parts
  const words = move.brings.words.trim()
  const service = parts.services.byCode(move.brings.serviceCode)
  if (service === null) throw new InputError('bad-target', '没有这个事项，请重新选。')
  if (words === '') throw new InputError('no-text', '请写明分出来的是什么事。')
  const community = parts.community(communityId)
  const away = awayAt(await store.find(communityId, 'absences', { limit: 10_000 }), now())
  const spare = away.size === 0 ? null : spareOf(await colleaguesOf(store, communityId, now()), words)
  const found = route({ service, words, address: from.address, normal: from.fields.find(({ name }) => name === 'addr')?.normal ?? null }, community, { fiveInOne: false, away, spare })
  const named = service.forwardTo === null ? null : parts.responsibleFor(communityId, service.code)
  const unit = named === null ? null : unitOf(named)
  const [id, month] = [parts.newId(), numberMonth(now())]
  const number = requestNumber(community.numberPrefix, month, await store.nextNumber(communityId, `request:${month}`))
  const filed = fileRequest(
    {
      serviceCode: service.code, serviceName: service.name, intent: service.intents[0] ?? from.intent, description: words, address: from.address,
      fields: from.fields.filter(({ name }) => kept.includes(name)), attachmentIds: from.attachmentIds, appointment: null, discretion: from.discretion ?? null,
      linked: [...(from.linked ?? []), { id: from.id, number: from.number }],
      // Beside the first in the same message: what takes the message back reaches both.
      sourceKey: from.sourceKey.replace(/[^:]*$/, `split-${id}`),
      residentId: from.residentId, channel: from.channel, conversationId: from.conversationId, chat: from.reporters.find(({ residentId }) => residentId === from.residentId)?.chat ?? 'private',
      forwardTo: unit?.name ?? service.forwardTo,
    },
    { id, number, now: now(), owner: found.owner, placeKey: null, note: `${sayRoute(found)}，从 ${from.number} 分出`, unitCitation: unit?.citation ?? null },
  )
  return { filed, move: { ...move, brings: { ...move.brings, words, filed: { requestId: id, number, serviceName: service.name } } } }
}

/** What was said once holds for both matters. */
const kept: readonly string[] = ['addr', 'phone', 'name', 'time']

/** The first with its new sibling; the words of the second stand only there. */
export function withSibling(request: ServiceRequest, filed: LinkedRequest): ServiceRequest {
  const history = request.history.map((change) => (change.brought?.kind === 'matter' ? { ...change, brought: { ...change.brought, words: '' } } : change))
  return { ...request, history, linked: [...(request.linked ?? []), { id: filed.id, number: filed.number }] }
}
