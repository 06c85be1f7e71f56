import { InputError } from '../errors.js'
import type { CommunityId, LocalFact } from '../knowledge/community.js'
import type { KnowledgeFiles } from '../knowledge/files.js'
import type { Term } from '../requests/services.js'
import type { FileChanges } from './version.js'

/** A community's file with one fact entered, changed or (with `fact` `null`) taken out. Throws InputError where there is no such community or fact. */
export function withFact(files: KnowledgeFiles, communityId: CommunityId, id: string, fact: LocalFact | null): FileChanges {
  const [path, file] = findObject(files, 'communities', (entry) => entry['id'] === communityId)
  const facts = Array.isArray(file['facts']) ? (file['facts'] as readonly LocalFact[]) : []
  const isKnown = facts.some((one) => one.id === id)
  if (fact === null && !isKnown) throw gone()
  const next = fact === null ? facts.filter((one) => one.id !== id) : isKnown ? facts.map((one) => (one.id === id ? fact : one)) : [...facts, fact]
  return new Map([[path, writeJson({ ...file, facts: next })]])
}

/** What an admin may say otherwise about a service; the rest of it stays. */
export interface ServiceWords {
  readonly name: string
  readonly about: string
  readonly words: readonly string[]
  readonly materials: readonly string[]
  readonly term: Term | null
}

/** The file of services with one of them changed. Throws InputError where there is none of that code. */
export function withService(files: KnowledgeFiles, code: string, words: ServiceWords): FileChanges {
  for (const [path, text] of files) {
    if (!/^services\/[^/]+\.json$/.test(path)) continue
    const parsed: unknown = JSON.parse(text)
    const list = (Array.isArray(parsed) ? parsed : [parsed]) as readonly Readonly<Record<string, unknown>>[]
    if (!list.some((one) => one['code'] === code)) continue
    const next = list.map((one) => (one['code'] === code ? { ...one, ...words } : one))
    return new Map([[path, writeJson(Array.isArray(parsed) ? next : next[0])]])
  }
  throw gone()
}

/** A fact's id that no other of the community has. */
export function newFactId(taken: ReadonlySet<string>): string {
  for (let n = taken.size + 1; ; n += 1) if (!taken.has(`fact-${n}`)) return `fact-${n}`
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
