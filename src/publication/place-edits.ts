import type { CommunityId, Grid } from '../knowledge/community.js'
import type { KnowledgeFiles } from '../knowledge/files.js'
import type { OpeningHours, YearCalendar } from '../requests/working-time.js'
import { findObject, writeJson } from './edits.js'
import type { FileChanges } from './version.js'

/** A community's file with other grids or other hours. Throws InputError where there is no such community. */
export function withPlace(files: KnowledgeFiles, communityId: CommunityId, change: { readonly grids: readonly Grid[] } | { readonly hours: OpeningHours }): FileChanges {
  const [path, file] = findObject(files, 'communities', (entry) => entry['id'] === communityId)
  return new Map([[path, writeJson({ ...file, ...change })]])
}

/** The calendar with a year entered or corrected. */
export function withYear(files: KnowledgeFiles, year: YearCalendar): FileChanges {
  const known = [...files].find(([path, text]) => /^calendar\/[^/]+\.json$/.test(path) && (JSON.parse(text) as YearCalendar).year === year.year)
  return new Map([[known?.[0] ?? `calendar/${year.year}.json`, writeJson(year)]])
}
