import type { FastifyRequest } from 'fastify'
import { viewerOf } from './request-routes.js'
import { notFound } from './scope.js'
import type { StaffActor } from '../conversation/engine.js'
import { InputError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { findPersonalData } from '../privacy.js'
import { apply, isRefusal, type Hand, type Refusal } from '../requests/apply-move.js'
import { moves } from '../requests/moves.js'
import { maySee } from '../requests/routing.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'

/** The words, or an InputError that names the personal datum in them. */
export function publicWordsOnly(words: string): string {
  const [found] = findPersonalData(words)
  if (found !== undefined || /\[(?:姓名|门牌|手机号|座机号|身份证号|银行卡号|车牌号)\]/.test(words)) throw new InputError('personal', `公示的话里不能有姓名、电话、门牌：${found?.value ?? '方括号里的也请改写'}`)
  return words
}

export function staffHand(by: StaffActor, now: number): Hand {
  return { actor: { kind: 'staff', id: by.id, name: by.name }, isLead: by.isLead, now }
}

export function ownsOrLeads({ owner }: Pick<ServiceRequest, 'owner'>, by: StaffActor): boolean {
  return by.isLead || (owner.kind === 'staff' && owner.id === by.id)
}

/** The request by which a resident brought something of this service; not found for who may not see it. */
export async function broughtRequest(store: Pick<Store, 'get'>, community: CommunityId, serviceCode: string, id: string, caller: FastifyRequest): Promise<ServiceRequest> {
  const request = await store.get(community, 'requests', id)
  if (request === null || request.serviceCode !== serviceCode || !maySee(request, viewerOf(caller))) throw notFound()
  return request
}

/** The request after its move, or an InputError that says why it may not follow. */
export function mustMove(moved: ServiceRequest | Refusal): ServiceRequest {
  if (isRefusal(moved)) throw new InputError('not-allowed', moved.says)
  return moved
}

/** Who decides on what a resident brought has it in hand from then on, unless somebody has it already. */
export function takenIfFree(request: ServiceRequest, hand: Hand): ServiceRequest {
  return isFree(request) ? mustMove(apply(request, { name: 'take', reason: null, brings: null }, hand)) : request
}

function isFree({ owner, status }: ServiceRequest): boolean {
  return owner.kind === 'post' && (moves.take.from as readonly string[]).includes(status)
}

/** The same, and an InputError where it is in the hands of somebody else. */
export function takenBy(request: ServiceRequest, by: StaffActor, now: number): ServiceRequest {
  if (isFree(request)) return takenIfFree(request, staffHand(by, now))
  if (!ownsOrLeads(request, by)) throw new InputError('not-allowed', `这件事由${request.owner.name}负责，请和${request.owner.name}说`)
  return request
}
