import { InputError } from '../errors.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import type { KnowledgeFiles } from '../knowledge/files.js'
import { checklistSchema } from '../requests/checklist.js'
import { serviceSchema } from '../requests/services.js'
import type { FileChanges } from './version.js'

/** A community's file with one fact, or one thing to book, entered, changed or (`null`) taken out. Throws InputError where there is no such community or entry. */
export function withListed<List extends 'facts' | 'bookables'>(files: KnowledgeFiles, communityId: CommunityId, list: List, id: string, entry: NonNullable<Community[List]>[number] | null): FileChanges {
  const [path, file] = findObject(files, 'communities', (one) => one['id'] === communityId)
  const known = Array.isArray(file[list]) ? (file[list] as readonly { readonly id: string }[]) : []
  const isKnown = known.some((one) => one.id === id)
  if (entry === null && !isKnown) throw gone()
  const next = entry === null ? known.filter((one) => one.id !== id) : isKnown ? known.map((one) => (one.id === id ? entry : one)) : [...known, entry]
  return new Map([[path, writeJson({ ...file, [list]: next })]])
}

/** The kinds of entries in `services/`, each with its key and its form. */
const entryKinds = {
  service: { key: 'code', read: (entry: unknown): object => serviceSchema.parse(entry) },
  checklist: { key: 'checklist', read: (entry: unknown): object => checklistSchema.parse(entry) },
} as const

/**
 * The file of services with one service or checklist entered (`id` `null`; it stands under `newId`) or changed: of a known one only
 * what is told otherwise is written. Throws InputError where there is none of that id.
 */
export function withEntry(files: KnowledgeFiles, kind: keyof typeof entryKinds, id: string | null, given: Readonly<Record<string, unknown>>, newId: string): FileChanges {
  const { key, read } = entryKinds[kind]
  const lists = [...files].filter(([path]) => /^services\/[^/]+\.json$/.test(path)).map(([path, text]) => {
    const parsed: unknown = JSON.parse(text)
    return { path, entries: (Array.isArray(parsed) ? parsed : [parsed]) as readonly Readonly<Record<string, unknown>>[] }
  })
  const home = lists.find(({ entries }) => entries.some((one) => (id === null ? key in one : one[key] === id)))
  if (id === null) return new Map([[home?.path ?? 'services/local.json', writeJson([...(home?.entries ?? []), { ...given, [key]: newId }])]])
  if (home === undefined) throw gone()
  return new Map([[home.path, writeJson(home.entries.map((one) => (one[key] === id ? changedEntry(one, given, read) : one)))]])
}

function changedEntry(known: Readonly<Record<string, unknown>>, given: Readonly<Record<string, unknown>>, read: (entry: unknown) => object): Readonly<Record<string, unknown>> {
  const before = read(known) as Readonly<Record<string, unknown>>
  return { ...known, ...Object.fromEntries(Object.entries(given).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]))) }
}

/** An id that no other entry has, nor any of a draft that somebody else makes meanwhile: it grows with time (ms). */
export function newEntryId(prefix: string, taken: ReadonlySet<string>, now: number): string {
  for (let moment = now; ; moment += 1) {
    const id = `${prefix}-${moment.toString(36)}`
    if (!taken.has(id)) return id
  }
}

export function findObject(files: KnowledgeFiles, folder: string, isIt: (entry: Readonly<Record<string, unknown>>) => boolean): readonly [path: string, entry: Readonly<Record<string, unknown>>] {
  for (const [path, text] of files) {
    if (!path.startsWith(`${folder}/`) || !path.endsWith('.json')) continue
    const entry = JSON.parse(text) as Readonly<Record<string, unknown>>
    if (isIt(entry)) return [path, entry]
  }
  throw gone()
}

function gone(): InputError {
  return new InputError('not-found', '没有找到，可能刚刚有人改过，请刷新后再看')
}

export function writeJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}
