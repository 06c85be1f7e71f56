import { createHash } from 'node:crypto'
import type { Slot } from '../nlu/understanding.js'
import { faultClass } from './faults.js'
import { placeWithoutDoor } from './place.js'
import type { Service } from './services.js'

/** One fault has one key: service, kind of thing, place without the door. `null` where no kind is known or the matter is personal. */
export function placeKeyOf(service: Pick<Service, 'code' | 'joins' | 'disclosure' | 'books'>, told: { readonly fields: readonly Slot[]; readonly description: string }, address: string | null): string | null {
  if (service.joins === 'none' || service.disclosure === 'personal' || service.books || address === null) return null
  const kind = faultClass(`${told.fields.filter((slot) => slot.name === 'object').map((slot) => slot.value).join('')} ${told.description}`)
  if (kind === null) return null
  const place = told.fields.find((slot) => slot.name === 'addr' && address.includes(slot.value))
  const plain = placeWithoutDoor(place?.normal ?? address)
  return createHash('sha256').update(`${service.code}|${kind}|${service.joins === 'building' ? plain.replace(/\d{1,2}单元$/, '') : plain}`).digest('hex').slice(0, 16)
}
