import { z } from 'zod'
import { filterNames, inboxViews, type InboxFilters, type SavedView } from './api-types.js'
import { requestStatuses } from '../requests/service-request.js'

/** Longest search, characters. */
const maxSearch = 60

export const searchWords = z.string().trim().max(maxSearch)

const day = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, '日子要写成 2026-11-23 这样')
const id = z.string().min(1).max(200)

/** What a list can be narrowed to, as fields of a query. */
export const filterFields = {
  service: id.optional(), status: z.enum(requestStatuses).optional(), building: z.string().regex(/^\d{1,4}$/).optional(), owner: id.optional(), grid: id.optional(), from: day.optional(), until: day.optional(),
} satisfies Record<keyof InboxFilters, z.ZodType>

/** Only what was given. */
export function givenFilters(fields: { readonly [name in keyof InboxFilters]?: InboxFilters[name] | undefined }): InboxFilters {
  return Object.fromEntries(filterNames.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])))
}

/** Most lists that one person keeps. */
const mostViews = 20

export const savedViewsBody = z.object({
  rev: z.int().min(0),
  views: z.array(z.object({
    name: z.string().trim().min(1, '请给这个列表起个名字').max(20, '名字最多 20 个字'), view: z.enum(inboxViews), search: searchWords,
    filters: z.object(filterFields).transform(givenFilters),
  })).max(mostViews, `最多存 ${mostViews} 个列表`),
}) satisfies z.ZodType<{ rev: number; views: readonly SavedView[] }>
