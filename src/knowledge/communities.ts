import { z } from 'zod'
import { bookablesSchema } from '../booking/bookable.js'
import { openingHoursSchema } from '../requests/working-time.js'
import { closingSchema } from './closing.js'
import { isCommunityId, type Community, type CommunityId } from './community.js'

const localTime = z.string().regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/, '要写成 2026-11-01 或 2026-11-01T08:00').nullable()
const line = z.string().min(1)

const fact = z.strictObject({
  id: line,
  topic: line,
  item: z.string(),
  text: z.string().nullable(),
  source: z.string().min(1, '每条事实都要写来源'),
  date: z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '要写成 2026-11-01'),
  from: localTime,
  until: localTime,
})

const community = z
  .strictObject({
    id: z.custom<CommunityId>((value) => typeof value === 'string' && isCommunityId(value), '只用小写字母、数字和 -,2–40 个字符'),
    name: line,
    numberPrefix: z.string().regex(/^[A-Z]{2,4}$/, '要写 2–4 个大写字母'),
    chain: z
      .array(z.strictObject({ code: z.string().regex(/^\d{6,12}$/), name: line, level: z.enum(['community', 'street', 'county', 'city', 'province']) }))
      .min(1),
    grids: z.array(
      z.strictObject({
        name: line,
        person: z.strictObject({ name: line, role: line }),
        standIn: z.strictObject({ name: line, role: line }).optional(),
        buildings: z.array(line),
        areas: z.array(line),
      }),
    ),
    places: z.array(line),
    policies: z.array(line),
    hours: openingHoursSchema.optional(),
    bookables: bookablesSchema.optional(),
    facts: z.array(fact),
    closed: closingSchema.optional(),
  })
  .superRefine((value, context) => {
    const levels = ['community', 'street', 'county', 'city', 'province']
    const order = value.chain.map((link) => levels.indexOf(link.level))
    if (order.some((level, i) => i > 0 && level <= order[i - 1]!))
      context.addIssue({ code: 'custom', path: ['chain'], message: '要从社区写到省,由小到大' })
    const seen = new Map<string, string>()
    for (const [i, grid] of value.grids.entries())
      for (const building of [...grid.buildings, ...grid.areas]) {
        const other = seen.get(building)
        if (other !== undefined) context.addIssue({ code: 'custom', path: ['grids', i], message: `「${building}」同时属于${other}和${grid.name}` })
        seen.set(building, grid.name)
      }
    const ids = new Set<string>()
    for (const [i, each] of value.facts.entries()) {
      if (ids.has(each.id)) context.addIssue({ code: 'custom', path: ['facts', i, 'id'], message: `「${each.id}」用了两次` })
      ids.add(each.id)
    }
  })

export type ReadCommunity = { readonly community: Community } | { readonly problems: readonly string[] }

/** One community file; every problem names the file and the line or the key. */
export function readCommunityFile(name: string, text: string): ReadCommunity {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const position = /position (\d+)/.exec(String(error))?.[1]
    const where = position === undefined ? '' : `:${text.slice(0, Number(position)).split('\n').length}`
    return { problems: [`${name}${where} 不是完整的 JSON:${error instanceof Error ? error.message : String(error)}`] }
  }
  const checked = community.safeParse(value)
  if (checked.success) return { community: checked.data }
  return {
    problems: checked.error.issues.map((issue) => {
      const key = issue.path.join('.')
      return `${name}:${lineOf(text, issue.path)} ${key === '' ? '整个文件' : key}: ${issue.message}`
    }),
  }
}

/** The line on which the key at `path` stands, as near as the keys along the path lead. */
function lineOf(text: string, path: readonly PropertyKey[]): number {
  let at = 0
  for (const [i, part] of path.entries()) {
    if (typeof part !== 'number') {
      const found = text.indexOf(`"${String(part)}"`, at)
      if (found < 0) break
      at = found + 1
      continue
    }
    // The n-th object of an array: step over as many of its openings.
    if (path[i - 1] === undefined) break
    let depth = 0
    let seen = -1
    for (let p = text.indexOf('[', at) + 1; p > 0 && p < text.length; p += 1) {
      const char = text[p]
      if (char === '{') {
        if (depth === 0) seen += 1
        if (seen === part) {
          at = p
          break
        }
        depth += 1
      } else if (char === '}') depth -= 1
      else if (char === ']' && depth === 0) break
    }
  }
  return text.slice(0, at).split('\n').length
}
