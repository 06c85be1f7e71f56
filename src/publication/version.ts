import { z } from 'zod'
import { InputError } from '../errors.js'
import type { KnowledgeFiles } from '../knowledge/files.js'

/** How one regression question went, before and with a change; a quotation is `null` where nothing was quoted. */
const verdict = z.object({
  question: z.string(),
  community: z.string(),
  expected: z.string(),
  before: z.object({ right: z.boolean(), said: z.string() }),
  after: z.object({ right: z.boolean(), said: z.string() }),
})
export type Verdict = z.infer<typeof verdict>

const checkReport = z.object({
  at: z.number(),
  /** How many questions were put. */
  asked: z.number().int(),
  /** Right before, wrong with the change: with any of these it is not published. */
  broken: z.array(verdict),
  /** Wrong before and after. */
  stillWrong: z.array(verdict),
  /** Wrong before, right with the change. */
  mended: z.array(verdict),
})
export type CheckReport = z.infer<typeof checkReport>

/** `draft` → `checked` or `broken` → `approved` → `live` → `retired`. `dropped`: never to be published. */
export const versionStates = ['draft', 'checked', 'broken', 'approved', 'live', 'retired', 'dropped'] as const

/** Not live yet, and not dropped. */
export const openStates: readonly (typeof versionStates)[number][] = ['draft', 'checked', 'broken', 'approved']

export const versionSchema = z.object({
  id: z.string(),
  rev: z.number().int(),
  number: z.number().int(),
  state: z.enum(versionStates),
  /** `folder`: what lay in the knowledge folder; `rollback`: the words of an earlier version again. */
  origin: z.union([z.object({ kind: z.enum(['folder', 'edit']) }), z.object({ kind: z.literal('rollback'), of: z.number().int() })]),
  author: z.string(),
  reason: z.string(),
  at: z.number(),
  /** The version it was made from; `null` for the first. */
  base: z.number().int().nullable(),
  /** SHA-256 of its files, under which they are kept. */
  hash: z.string(),
  /** SHA-256 of the knowledge folder when it was last looked at for this version; `null` where the folder had no part in it. */
  folderHash: z.string().nullable(),
  check: checkReport.nullable(),
  /** `alone`: the author approved it, because no second person was there. */
  approval: z.object({ by: z.string(), at: z.number(), alone: z.boolean() }).nullable(),
  liveAt: z.number().nullable(),
  retiredAt: z.number().nullable(),
})
/** A version of the knowledge, draft or published. Its files are a blob of the store. */
export type KnowledgeVersion = z.infer<typeof versionSchema>

/** Who stands for a change, and whether nobody else can. */
export interface Approver {
  readonly by: string
  readonly alone: boolean
}

/** What the regression questions made of a draft. A later check replaces an earlier one and takes the approval back. */
export function checked(version: KnowledgeVersion, report: CheckReport): KnowledgeVersion {
  return { ...editable(version, '核对'), state: report.broken.length === 0 ? 'checked' : 'broken', check: report, approval: null }
}

/** A second person's word. Throws InputError where author and approver are one, unless alone. */
export function approved(version: KnowledgeVersion, { by, alone }: Approver, now: number): KnowledgeVersion {
  refuseUnless(version, ['checked'], '批准')
  if (by.trim() === '') throw new InputError('no-name', '请写明是谁批准的。')
  if (by === version.author && !alone) throw new InputError('same-person', `第 ${version.number} 版是${version.author}做的，要由另一个人批准；只有一位管理员时请加 --alone，会记录在案。`)
  return { ...version, state: 'approved', approval: { by, at: now, alone: by === version.author } }
}

/** The version as it goes live, and the one before as it goes. Only what was approved on top of the live one may. */
export function published(version: KnowledgeVersion, live: KnowledgeVersion, now: number): readonly [KnowledgeVersion, KnowledgeVersion] {
  refuseUnless(version, ['approved'], '上线')
  if (version.base !== live.number) throw new InputError('stale-base', `第 ${version.number} 版是照第 ${version.base ?? 0} 版改的，现在上线的是第 ${live.number} 版；请先运行 knowledge check ${version.number} 重新核对。`)
  return [{ ...version, state: 'live', liveAt: now }, { ...live, state: 'retired', retiredAt: now }]
}

export function dropped(version: KnowledgeVersion): KnowledgeVersion {
  return { ...editable(version, '作废'), state: 'dropped' }
}

/** The version, where it is not live yet and not dropped. Throws InputError where it is. */
export function editable(version: KnowledgeVersion, act = '改'): KnowledgeVersion {
  refuseUnless(version, openStates, act)
  return version
}

const stateNames: Readonly<Record<(typeof versionStates)[number], string>> = {
  draft: '草稿', checked: '已核对', broken: '核对没通过', approved: '已批准', live: '在用', retired: '已换下', dropped: '已作废',
}

export function stateName(version: Pick<KnowledgeVersion, 'state'>): string {
  return stateNames[version.state]
}

function refuseUnless(version: KnowledgeVersion, states: readonly KnowledgeVersion['state'][], act: string): void {
  if (!states.includes(version.state)) throw new InputError('wrong-state', `第 ${version.number} 版现在是「${stateName(version)}」，不能${act}。${states[0] === 'checked' ? `先运行 knowledge check ${version.number}。` : ''}${states[0] === 'approved' ? `先运行 knowledge approve ${version.number}。` : ''}`)
}

/** Which version was in use at a time, of all that ever were; `null` before the first. */
export function liveAt(versions: readonly KnowledgeVersion[], at: number): KnowledgeVersion | null {
  let found: KnowledgeVersion | null = null
  for (const version of versions) if (version.liveAt !== null && version.liveAt <= at && (found?.liveAt ?? -Infinity) <= version.liveAt) found = version
  return found
}

/** A change of files: path to its new text, `null` where the file goes. */
export type FileChanges = ReadonlyMap<string, string | null>

export function changesBetween(before: KnowledgeFiles, after: KnowledgeFiles): FileChanges {
  const changes = new Map<string, string | null>()
  for (const path of before.keys()) if (!after.has(path)) changes.set(path, null)
  for (const [path, text] of after) if (before.get(path) !== text) changes.set(path, text)
  return changes
}

export function applyChanges(files: KnowledgeFiles, changes: FileChanges): KnowledgeFiles {
  const result = new Map(files)
  for (const [path, text] of changes) {
    if (text === null) result.delete(path)
    else result.set(path, text)
  }
  return result
}
