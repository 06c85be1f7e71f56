import type { Jurisdiction } from '../../../knowledge/community.js'
import { levelNames } from '../words/places.js'

/** A link of the chain as it is typed; a level without a name is left out. */
export interface LinkForm { readonly level: Jurisdiction['level']; readonly code: string; readonly name: string }

const levels = Object.keys(levelNames) as Jurisdiction['level'][]

export function linksOf(chain: readonly Jurisdiction[]): LinkForm[] {
  return levels.map((level) => chain.find((link) => link.level === level) ?? { level, code: '', name: '' })
}

/** The links that were filled in, with the community's own name. */
export function writtenChain(links: readonly LinkForm[], name: string): Jurisdiction[] {
  return links.map((link) => (link.level === 'community' ? { ...link, name } : link)).map(({ level, code, name: says }) => ({ level, code: code.trim(), name: says.trim() })).filter((link) => link.name !== '')
}

/** Digits of a community's code (统计用区划代码) that say what it lies in. */
const parentCodes: Readonly<Record<Exclude<Jurisdiction['level'], 'community'>, (code: string) => string>> = {
  street: (code) => code.slice(0, 9), county: (code) => code.slice(0, 6), city: (code) => `${code.slice(0, 4)}00`, province: (code) => `${code.slice(0, 2)}0000`,
}

/** The links of a community of this code, as far as the code tells, and the names that are known. */
export function filledLinks(links: readonly LinkForm[], code: string, names: ReadonlyMap<string, string>): LinkForm[] {
  return links.map((link) => {
    if (link.level === 'community') return { ...link, code }
    if (!/^\d{12}$/.test(code)) return link
    const own = parentCodes[link.level](code)
    return own === link.code ? link : { ...link, code: own, name: names.get(own) ?? '' }
  })
}
