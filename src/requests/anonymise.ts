import { redact } from '../privacy.js'
import { faultClass } from './faults.js'
import { withoutDoors } from './place.js'
import type { ServiceRequest, StatusChange } from './service-request.js'

/** Stands where a resident stood whose data were deleted: nobody. */
const erasedResident = 'erased'

/** Stands where words stood that were deleted with their author's data. */
const erasedWords = '（原话已按居民要求删除）'

/**
 * The request without a resident: number, service, times, states and marks stay, so that what was done can still be counted;
 * words, place, data and who it was go. What neighbours reported too becomes theirs, with their own words. `isPublic`: the
 * place is everybody's (a building's lamp), and stays without the door. `gone`: files that are deleted.
 */
export function withoutResident(request: ServiceRequest, residentId: string, given: { readonly isPublic: boolean; readonly gone: ReadonlySet<string>; readonly now: number }): ServiceRequest {
  const others = request.reporters.filter((one) => one.residentId !== residentId)
  const shared: ServiceRequest = {
    ...request,
    reporters: others,
    attachmentIds: request.attachmentIds.filter((id) => !given.gone.has(id)),
    urges: request.urges.map((one) => (one.residentId === residentId ? { ...one, residentId: erasedResident } : one)),
    ratings: request.ratings.map((one) => (one.residentId === residentId ? { ...one, residentId: erasedResident, words: '' } : one)),
    history: request.history.map((line) => lineWithout(line, residentId, request.residentId === residentId && others.length === 0)),
    updatedAt: given.now,
  }
  if (request.residentId !== residentId) return shared
  const next = others[0]
  const { consent: _consent, ...rest } = shared
  const address = given.isPublic && request.address !== null ? withoutDoors(request.address) : null
  return {
    ...rest,
    // The key of the message it came from names the chat; nothing is filed twice by it after so long.
    sourceKey: `${erasedResident}:${request.id}`,
    residentId: next?.residentId ?? erasedResident,
    conversationId: next?.conversationId ?? erasedResident,
    description: next?.words ?? `${faultClass(request.description) ?? ''}${erasedWords}`,
    address,
    fields: [],
  }
}

/** What the resident said goes; what staff wrote stays, and where it is about nobody else, without a phone, a name or a door in it. */
function lineWithout(line: StatusChange, residentId: string, isAlone: boolean): StatusChange {
  if (line.actor.kind === 'resident' && line.actor.id === residentId) return { ...line, actor: { kind: 'resident', id: erasedResident }, note: null }
  return line.note === null || !isAlone ? line : { ...line, note: withoutDoors(redact(line.note)) }
}
