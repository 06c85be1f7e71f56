import type { StaffAccount } from './accounts.js'
import type { VersionAct, VersionRow } from './knowledge-types.js'
import { canSee } from './sign-in.js'
import { InputError, KnowledgeError } from '../errors.js'
import type { KnowledgeChange } from '../publication/diff.js'
import { changesBetween, openStates, stateName, type FileChanges, type KnowledgeVersion } from '../publication/version.js'
import type { Publication } from '../publication/publication.js'

/** How a person stands in the versions: no two people have one login. */
export function signatureOf({ name, login }: Pick<StaffAccount, 'name' | 'login'>): string {
  return `${name}（${login}）`
}

export function rowOf(version: KnowledgeVersion): VersionRow {
  const { number, state, origin, author, reason, at, base, approval, liveAt, retiredAt, check } = version
  return { number, state, origin, author, reason, at, base, approval, liveAt, retiredAt, broken: check === null ? null : check.broken.length }
}

/** The files by which a version differs from the one it was made from. */
export async function pathsOf(publication: Pick<Publication, 'version' | 'files'>, version: KnowledgeVersion): Promise<readonly string[]> {
  if (version.base === null) return []
  const [before, after] = [await publication.files(await publication.version(version.base)), await publication.files(version)]
  return [...changesBetween(before, after).keys()]
}

/** Whether all of a change lies within the communities that a person looks after; what holds everywhere is for who looks after all. */
export function isWithin(account: Pick<StaffAccount, 'scope'> & StaffAccount, paths: readonly string[]): boolean {
  return account.scope === 'all' || paths.every((path) => {
    const community = /^communities\/([^/]+)\.json$/.exec(path)?.[1]
    return community !== undefined && canSee(account, community)
  })
}

/** A draft that bears this person's name; what reaches beyond their communities is for who looks after all. */
export async function draftAs(publication: Pick<Publication, 'draft'>, account: StaffAccount, changes: FileChanges, why: string): Promise<KnowledgeVersion> {
  if (!isWithin(account, [...changes.keys()])) throw new InputError('forbidden', '这里改的是各社区共用的内容，要由管全部社区的管理员来改')
  return inPageWords(null, () => publication.draft(changes, signatureOf(account), why))
}

/** What a person may do with a version now, and who has to come for the rest. */
export function actsOf(version: KnowledgeVersion, by: { readonly account: StaffAccount; readonly isWithin: boolean; readonly alone: boolean; readonly hasConflicts: boolean }, live: KnowledgeVersion): { readonly may: readonly VersionAct[]; readonly waitsFor: string | null } {
  const { account } = by
  const isAuthor = version.author === signatureOf(account)
  const isOpen = openStates.includes(version.state)
  if (account.role === 'auditor') return { may: [], waitsFor: null }
  if (by.hasConflicts) {
    const mayMerge = by.isWithin && (account.role === 'admin' || isAuthor)
    return { may: mayMerge ? ['merge', 'drop'] : [], waitsFor: mayMerge ? '后来上线的一版也改了同一处。两份都留着，请先挑用哪一份' : '后来上线的一版也改了同一处，要作者或管理员挑用哪一份' }
  }
  if (account.role !== 'admin') return { may: isOpen && isAuthor ? ['drop'] : [], waitsFor: isOpen ? '要管理员核对、批准和上线' : null }
  if (!by.isWithin) return { may: [], waitsFor: isOpen ? '这一版也改了别的社区或共用的内容，要由管全部社区的管理员办' : null }
  const may: VersionAct[] = []
  const isStale = isOpen && version.base !== live.number
  if (isOpen) may.push('check')
  if (version.state === 'checked' && !isStale && (!isAuthor || by.alone)) may.push('approve')
  if (version.state === 'approved' && !isStale) may.push('publish')
  if (isOpen) may.push('drop')
  if (version.liveAt !== null && version.state !== 'live' && version.hash !== live.hash && account.scope === 'all') may.push('rollback')
  const waitsFor = isStale ? '在它之后又有一版上线了，请重新核对一次' : version.state === 'checked' && isAuthor && !by.alone ? '您是这一版的作者，要由另一位管理员批准' : null
  return { may, waitsFor }
}

/** Changes without those of communities that a person may not see. */
export function visibleChanges(changes: readonly KnowledgeChange[], account: StaffAccount): KnowledgeChange[] {
  return changes.filter(({ what, where }) => (what !== 'fact' && what !== 'community') || canSee(account, where.split(what === 'fact' ? '/' : ' ')[0] ?? ''))
}

/** The versions' own errors in the words of a page: they name commands. */
export async function inPageWords<T>(version: KnowledgeVersion | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof KnowledgeError) throw new InputError('bad-input', error.message)
    if (!(error instanceof InputError)) throw error
    const state = version === null ? '' : `第 ${version.number} 版现在是「${stateName(version)}」，`
    if (error.code === 'both-changed') throw new InputError('not-allowed', '后来上线的一版也改了同一处，请先挑用哪一份')
    const words: Readonly<Record<string, string>> = {
      'no-version': '没有这一版', 'wrong-state': `${state}不能这样办，请刷新后再看`, 'same-person': '您是这一版的作者，要由另一位管理员批准',
      'stale-base': '在它之后又有一版上线了，请重新核对一次', 'no-change': '和在用的一版没有不同，不用改',
    }
    const said = words[error.code]
    throw said === undefined ? error : new InputError(error.code === 'no-version' ? 'not-found' : error.code === 'no-change' ? 'bad-input' : 'not-allowed', said)
  }
}
