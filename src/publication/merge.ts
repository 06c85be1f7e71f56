import type { KnowledgeFiles } from '../knowledge/files.js'
import { nameUnit, sayUnit, type TitleOf } from './say-units.js'
import { joinUnits, unitsOf } from './units.js'
import { applyChanges, changesBetween } from './version.js'

/** One piece of the knowledge that a draft and the version that went live meanwhile changed, each otherwise. Both stand here; nothing is lost. */
export interface EditConflict {
  /** Names it among the conflicts of a draft. */
  readonly key: string
  readonly path: string
  /** What it is, for people. */
  readonly name: string
  /** In words; `null` where it was not, or is no more. */
  readonly before: string | null
  readonly draft: string | null
  readonly live: string | null
}

/** Whose wording of a conflict stands: the draft's, or that of the version in use. */
export type Choice = 'draft' | 'live'

/** The draft put upon the version in use, piece by piece. Where both changed one piece, `choices` decides; what it leaves open is a conflict, and the files then hold the wording in use. */
export function mergeEdits(base: KnowledgeFiles, draft: KnowledgeFiles, live: KnowledgeFiles, choices: ReadonlyMap<string, Choice> = new Map(), titleOf?: TitleOf): { readonly files: KnowledgeFiles; readonly conflicts: readonly EditConflict[] } {
  const conflicts: EditConflict[] = []
  const meanwhile = changesBetween(base, live)
  const own = new Map(changesBetween(base, draft))
  for (const [path, text] of own) {
    if (!meanwhile.has(path) || meanwhile.get(path) === text) continue
    const merged = mergeFile(path, [base.get(path), text ?? undefined, live.get(path)], choices, titleOf)
    conflicts.push(...merged.conflicts)
    own.set(path, merged.text)
  }
  return { files: applyChanges(live, own), conflicts }
}

type Three = readonly [base: string | undefined, draft: string | undefined, live: string | undefined]

function mergeFile(path: string, [base, draft, live]: Three, choices: ReadonlyMap<string, Choice>, titleOf: TitleOf | undefined): { readonly text: string | null; readonly conflicts: readonly EditConflict[] } {
  const [was, own, now] = [base, draft, live].map((text) => (text === undefined ? new Map<string, string>() : unitsOf(path, text))) as [ReadonlyMap<string, string>, ReadonlyMap<string, string>, ReadonlyMap<string, string>]
  const conflicts: EditConflict[] = []
  const merged = new Map<string, string>()
  for (const unit of new Set([...now.keys(), ...own.keys(), ...was.keys()])) {
    const [before, mine, theirs] = [was.get(unit), own.get(unit), now.get(unit)]
    const key = `${path} ${unit}`
    const isOpen = mine !== before && theirs !== before && mine !== theirs
    if (isOpen && !choices.has(key)) conflicts.push({ key, path, name: nameUnit(path, unit, (theirs ?? mine ?? before)!), before: sayUnit(path, unit, before, titleOf), draft: sayUnit(path, unit, mine, titleOf), live: sayUnit(path, unit, theirs, titleOf) })
    const stands = isOpen ? (choices.get(key) === 'draft' ? mine : theirs) : mine === before ? theirs : mine
    if (stands !== undefined) merged.set(unit, stands)
  }
  return { text: merged.size === 0 ? null : joinUnits(path, merged), conflicts }
}
