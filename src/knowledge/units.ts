import { z } from 'zod'
import { KnowledgeError } from '../errors.js'

/** A name of a unit before a reform, and who has its duties since. */
export interface FormerUnit {
  /** What the former names end in, without 省 or 市. */
  readonly was: readonly string[]
  /** Who has the duties now. */
  readonly now: string
  /** Year of the reform; documents of that year and before may still use the former names. */
  readonly year: number
  readonly source: string
}

const table = z.array(z.strictObject({ was: z.array(z.string().min(2)).min(1), now: z.string().min(2), year: z.int().min(1978).max(2100), source: z.string().min(1, '要写明依据') }))

/** Reads `knowledge/units.json`. Throws KnowledgeError that names the entry. */
export function readUnits(text: string, name: string): FormerUnit[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new KnowledgeError('units', `${name} 不是完整的 JSON:${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  const checked = table.safeParse(value)
  if (!checked.success) throw new KnowledgeError('units', checked.error.issues.map((issue) => `${name} ${issue.path.join('.')}: ${issue.message}`).join('\n'))
  return checked.data
}

/** Who has the duties of a unit today; `null` where the table knows of no change since the document's year. */
export function unitToday(unit: string, year: number | null, units: readonly FormerUnit[]): FormerUnit | null {
  const own = unit.replace(/[(（].*$/, '').replace(/^(?:各?[省市县区州]|各市州)/, '')
  return units.find((each) => each.was.includes(own) && (year === null || year <= each.year)) ?? null
}
