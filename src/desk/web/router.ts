import { shallowRef } from 'vue'
import { addressOf, placeAt, type Place } from './addresses.js'

export { knowledgeParts, type FactSource, type KnowledgePart, type Place } from './addresses.js'

export const place = shallowRef<Place>(placeAt(location.pathname, location.search))
window.addEventListener('popstate', () => {
  place.value = placeAt(location.pathname, location.search)
})

export function go(to: Place): void {
  const address = addressOf(to)
  if (address !== location.pathname + location.search) history.pushState(null, '', address)
  place.value = to
  window.scrollTo(0, 0)
}
