import type { Slot, SlotName } from '../nlu/understanding.js'
import type { ServiceRequest } from './service-request.js'

/** What a resident told of themselves before, and with which request. */
export interface KnownDatum {
  readonly slot: Slot
  readonly serviceName: string
  readonly at: number
}

/** What belongs to the person, not to the one matter. */
const personal: readonly SlotName[] = ['name', 'phone', 'addr', 'person', 'age']

/** The newest of each datum in a resident's own requests. `isPersonal`: whether an address of this service is a home; a broken lamp's is not. */
export function knownData(requests: readonly ServiceRequest[], isPersonal: (serviceCode: string) => boolean): ReadonlyMap<SlotName, KnownDatum> {
  const known = new Map<SlotName, KnownDatum>()
  for (const request of [...requests].sort((a, b) => a.filedAt - b.filedAt)) {
    for (const slot of request.fields) {
      if (!personal.includes(slot.name) || (slot.name === 'addr' && !isPersonal(request.serviceCode))) continue
      if (slot.name === 'phone' && !/\d{7}/.test(slot.normal ?? slot.value)) continue
      known.set(slot.name, { slot, serviceName: request.serviceName, at: request.filedAt })
    }
  }
  return known
}

/** `138****0001`: enough to know one's own number by. */
export function maskPhone(phone: string): string {
  const figures = phone.replace(/^\+86/, '').replace(/\D/g, '')
  return figures.length < 7 ? phone : `${figures.slice(0, 3)}****${figures.slice(-4)}`
}
