import type { Community } from './community.js'

/** Names of places in the communities served, longest first, each once. */
export function gazetteerOf(communities: Iterable<Community>): { readonly places: readonly string[] } {
  const places = new Set<string>()
  for (const community of communities) {
    for (const place of community.places) places.add(place)
    for (const grid of community.grids) for (const area of grid.areas) places.add(area)
  }
  return { places: [...places].sort((one, other) => other.length - one.length) }
}
