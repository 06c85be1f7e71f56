import { InputError } from '../errors.js'
import type { Community, CommunityId, Grid } from '../knowledge/community.js'
import type { KnowledgeFiles } from '../knowledge/files.js'
import type { OpeningHours, YearCalendar } from '../requests/working-time.js'
import { findObject, writeJson } from './edits.js'
import type { FileChanges } from './version.js'

/** A community more, in a file of its own. Throws InputError where there is one of that id. */
export function withCommunity(files: KnowledgeFiles, community: Community): FileChanges {
  const path = `communities/${community.id}.json`
  if (files.has(path)) throw new InputError('taken', `已经有「${community.id}」这个社区，请换一个短名`)
  return new Map([[path, writeJson(community)]])
}

/** A community's file with something else in place of what it says of itself, its grids, its hours or whether it is served (`closed` `undefined`: it is). Throws InputError where there is no such community. */
export function withPlace(files: KnowledgeFiles, communityId: CommunityId, change: Pick<Community, 'name' | 'chain' | 'places'> | { readonly grids: readonly Grid[] } | { readonly hours: OpeningHours } | Pick<Community, 'closed'>): FileChanges {
  const [path, file] = findObject(files, 'communities', (entry) => entry['id'] === communityId)
  return new Map([[path, writeJson({ ...file, ...change })]])
}

/** The calendar with a year entered or corrected. */
export function withYear(files: KnowledgeFiles, year: YearCalendar): FileChanges {
  const known = [...files].find(([path, text]) => /^calendar\/[^/]+\.json$/.test(path) && (JSON.parse(text) as YearCalendar).year === year.year)
  return new Map([[known?.[0] ?? `calendar/${year.year}.json`, writeJson(year)]])
}
