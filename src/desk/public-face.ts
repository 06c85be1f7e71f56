import type { StaffActor } from '../conversation/engine.js'
import { InputError } from '../errors.js'
import { findPersonalData } from '../privacy.js'
import { apply, isRefusal, type Hand } from '../requests/apply-move.js'
import { moves } from '../requests/moves.js'
import type { ServiceRequest } from '../requests/service-request.js'

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

/** Who publishes or declines what a resident brought has it in hand from then on, unless somebody has it already. */
export function takenBy(request: ServiceRequest, by: StaffActor, now: number): ServiceRequest {
  if (request.owner.kind === 'post' && (moves.take.from as readonly string[]).includes(request.status)) {
    const taken = apply(request, { name: 'take', reason: null, brings: null }, staffHand(by, now))
    if (isRefusal(taken)) throw new InputError('not-allowed', taken.says)
    return taken
  }
  if (!ownsOrLeads(request, by)) throw new InputError('not-allowed', `这件事由${request.owner.name}负责，请和${request.owner.name}说`)
  return request
}
