import { redact } from '../privacy.js'
import type { Slot } from '../nlu/understanding.js'
import type { Discretion, ServiceRequest } from './service-request.js'

/** Data by which somebody who wants to stay unnamed is known; the place of a fault is not one of them. */
const telling: readonly Slot['name'][] = ['name', 'phone', 'id_no', 'person']

/** The request as staff see it: of an anonymous one neither name nor phone, wherever they stand in it. The door of a personal matter stays: somebody has to find it. */
export function asStaffSee(request: ServiceRequest): ServiceRequest {
  if (request.discretion !== 'anonymous') return request
  return {
    ...request,
    description: redact(request.description, ['door']),
    fields: request.fields.filter((slot) => !telling.includes(slot.name)),
    reporters: request.reporters.map((one) => ({ ...one, words: redact(one.words, ['door']) })),
    ratings: request.ratings.map((one) => ({ ...one, words: redact(one.words, ['door']) })),
  }
}

/** What can be had of what is wished: who comes to a home or settles a dispute has to know whom they meet, so it stays between these two. */
export function discretionFor(wish: Discretion | null, isPersonal: boolean): Discretion | null {
  return wish === 'anonymous' && isPersonal ? 'private' : wish
}
