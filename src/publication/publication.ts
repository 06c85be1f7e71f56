import { InputError } from '../errors.js'
import { PLATFORM, type Community } from '../knowledge/community.js'
import { hashFiles, packFiles, unpackFiles, type KnowledgeFiles } from '../knowledge/files.js'
import { readKnowledge } from '../knowledge/knowledge.js'
import { readServices } from '../knowledge/services.js'
import { createRetriever } from '../retrieval/retriever.js'
import type { Store } from '../store/store.js'
import { diffKnowledge, type KnowledgeChange } from './diff.js'
import { mergeEdits, type Choice, type EditConflict } from './merge.js'
import type { TitleOf } from './say-units.js'
import { compareAnswers, readQuestions, type KeptQuestion, type RegressionQuestion, type Side } from './questions.js'
import { applyChanges, approved, changesBetween, checked, dropped, editable, liveAt, openStates, published, type Approver, type FileChanges, type KnowledgeVersion } from './version.js'

/** What is in use, and what there is to say about it at the start. */
export interface Begun {
  readonly live: KnowledgeVersion
  readonly notices: readonly string[]
}

/** The versions of the knowledge as they lie in the store. Every verb is one commit; the files of a version are durable before its row. */
export interface Publication {
  /** Compares the knowledge folder with what the store knows: the first is version 1, a later change a draft once anything was published, else the new version. */
  begin(folder: KnowledgeFiles): Promise<Begun>
  versions(): Promise<readonly KnowledgeVersion[]>
  /** Throws InputError where there is no such version. */
  version(number: number): Promise<KnowledgeVersion>
  live(): Promise<KnowledgeVersion>
  /** The version in use at a time; `null` before the first. */
  at(time: number): Promise<KnowledgeVersion | null>
  files(version: KnowledgeVersion): Promise<KnowledgeFiles>
  /** `titleOf`: what intents are called beside their names; absent: their names alone. */
  diff(before: number, after: number, titleOf?: TitleOf): Promise<KnowledgeChange[]>
  draft(changes: FileChanges, author: string, reason: string): Promise<KnowledgeVersion>
  /** What the draft and the version that went live since it was made changed, each otherwise; none where it may be checked. */
  conflicts(number: number, titleOf?: TitleOf): Promise<readonly EditConflict[]>
  /** Puts the draft upon what is live now, each conflict as chosen; it then has to be checked. Throws InputError where a conflict is left open. */
  merge(number: number, choices: ReadonlyMap<string, Choice>): Promise<KnowledgeVersion>
  /** Puts the draft upon what is live now and asks the regression questions of both; `tell` hears how many were put, of how many. */
  check(number: number, tell?: (asked: number, of: number) => void): Promise<KnowledgeVersion>
  approve(number: number, approver: Approver): Promise<KnowledgeVersion>
  publish(number: number): Promise<KnowledgeVersion>
  drop(number: number): Promise<KnowledgeVersion>
  /** The words of an earlier version in use again, as a new version. What the questions make of it is recorded and stands in no one's way. Throws InputError where a community that is served would be gone. */
  rollback(number: number, by: string, reason: string): Promise<KnowledgeVersion>
  /** Whether at most one admin could approve anything. */
  isAlone(): Promise<boolean>
  questions(): Promise<readonly KeptQuestion[]>
  keepQuestion(question: RegressionQuestion, author: string): Promise<KeptQuestion>
  dropQuestion(id: string): Promise<void>
}

/** Of versions, drafts and questions at most this many are read; a hundred changes a year fill it in a century. */
const most = 10_000

export function createPublication(store: Store, now: () => number): Publication {
  const versions = () => store.find(PLATFORM, 'knowledgeVersions', { limit: most })
  const idOf = (number: number) => String(number).padStart(8, '0')

  async function version(number: number): Promise<KnowledgeVersion> {
    const found = await store.get(PLATFORM, 'knowledgeVersions', idOf(number))
    if (found === null) throw new InputError('no-version', `没有第 ${number} 版，用 knowledge list 看有哪些。`)
    return found
  }

  async function findLive(): Promise<KnowledgeVersion | null> {
    return (await store.find(PLATFORM, 'knowledgeVersions', { by: 'state', equals: 'live' }))[0] ?? null
  }

  async function live(): Promise<KnowledgeVersion> {
    const found = await findLive()
    if (found === null) throw new InputError('no-live-version', '还没有上线的知识库，请先启动一次。')
    return found
  }

  async function filesOf(hash: string): Promise<KnowledgeFiles> {
    const bytes = await store.loadBlob(PLATFORM, `knowledge-${hash}`)
    if (bytes === null) throw new InputError('no-files', `知识库的一版（${hash.slice(0, 12)}）内容不在数据文件夹里，请从备份恢复。`)
    return unpackFiles(new TextDecoder().decode(bytes))
  }

  /** Durable before any row names it; the same words are kept once. */
  async function keepFiles(files: KnowledgeFiles): Promise<string> {
    const hash = hashFiles(files)
    if ((await store.loadBlob(PLATFORM, `knowledge-${hash}`)) === null) await store.saveBlob(PLATFORM, `knowledge-${hash}`, new TextEncoder().encode(packFiles(files)))
    return hash
  }

  async function put(...rows: readonly KnowledgeVersion[]): Promise<KnowledgeVersion> {
    await store.commit(PLATFORM, rows.map((row) => ({ op: 'put', table: 'knowledgeVersions', row })))
    return version(rows[0]!.number)
  }

  type Origins = Pick<KnowledgeVersion, 'origin' | 'author' | 'reason' | 'base' | 'hash' | 'folderHash'>
  async function newVersion(given: Origins): Promise<KnowledgeVersion> {
    const number = await store.nextNumber(PLATFORM, 'knowledge')
    return { id: idOf(number), rev: 0, number, state: 'draft', at: now(), check: null, approval: null, liveAt: null, retiredAt: null, ...given }
  }

  /** What can't be read is refused before it becomes a version. */
  function sideOf(files: KnowledgeFiles): Side {
    const knowledge = readKnowledge(files)
    readServices(files)
    readQuestions(files)
    return { knowledge, retriever: createRetriever(knowledge) }
  }

  const keptQuestions = () => store.find(PLATFORM, 'knowledgeQuestions', { limit: most })

  async function compare(before: KnowledgeFiles, after: KnowledgeFiles, tell: (asked: number, of: number) => void = () => undefined) {
    // The questions of both sides: a change can't be let through by taking its question out.
    const all = [...readQuestions(before), ...readQuestions(after), ...(await keptQuestions())]
    const questions = [...new Map(all.map(({ question, community, expect }) => [`${community}|${question}`, { question, community, expect }])).values()]
    let asked = 0
    return compareAnswers(questions, sideOf(before), sideOf(after), now(), () => {
      tell((asked += 1), questions.length)
      return new Promise((resolve) => setImmediate(resolve))
    })
  }

  async function draft(changes: FileChanges, author: string, reason: string, folderHash: string | null = null): Promise<KnowledgeVersion> {
    if (author.trim() === '' || reason.trim() === '') throw new InputError('no-reason', '请写明是谁改的、为什么改。')
    const base = await live()
    const before = await filesOf(base.hash)
    const files = applyChanges(before, changes)
    if (changesBetween(before, files).size === 0) throw new InputError('no-change', '和在用的一版没有不同，没有可以上线的。')
    sideOf(files)
    return put(await newVersion({ origin: { kind: folderHash === null ? 'edit' : 'folder' }, author, reason, base: base.number, hash: await keepFiles(files), folderHash }))
  }

  async function conflictsOf(one: KnowledgeVersion, current: KnowledgeVersion, choices?: ReadonlyMap<string, Choice>, titleOf?: TitleOf) {
    const own = await filesOf(one.hash)
    return one.base === current.number || one.base === null ? { files: own, conflicts: [] } : mergeEdits(await filesOf((await version(one.base)).hash), own, await filesOf(current.hash), choices, titleOf)
  }

  /** The draft put upon the version in use. Throws InputError that names what both have changed, each otherwise. */
  async function upon(one: KnowledgeVersion, current: KnowledgeVersion, choices?: ReadonlyMap<string, Choice>) {
    const merged = await conflictsOf(one, current, choices)
    if (merged.conflicts.length > 0) throw new InputError('both-changed', `这份草稿和后来上线的一版都改了：${merged.conflicts.map(({ name }) => name).join('、')}。两份都留着，请在工作台这一版的页面上挑用哪一份。`)
    return merged
  }

  return {
    versions,
    version,
    live,
    at: async (time) => liveAt(await versions(), time),
    files: ({ hash }) => filesOf(hash),
    async begin(folder) {
      const folderHash = await keepFiles(folder)
      const all = await versions()
      const current = await findLive()
      if (current === null) {
        const first = await newVersion({ origin: { kind: 'folder' }, author: 'knowledge 文件夹', reason: '第一次启动', base: null, hash: folderHash, folderHash })
        return { live: await put({ ...first, state: 'live', liveAt: now() }), notices: [] }
      }
      const seen = all.findLast((one) => one.folderHash !== null)?.folderHash ?? null
      if (seen === folderHash) return { live: current, notices: waitingNotices(all) }
      if (all.every(({ origin }) => origin.kind === 'folder') && all.every(({ state }) => state === 'live' || state === 'retired')) {
        const next = await newVersion({ origin: { kind: 'folder' }, author: 'knowledge 文件夹', reason: '文件夹里的内容变了', base: current.number, hash: folderHash, folderHash })
        return { live: await put({ ...next, state: 'live', liveAt: now() }, { ...current, state: 'retired', retiredAt: now() }), notices: [] }
      }
      const own = seen === null ? new Map<string, string | null>() : changesBetween(await filesOf(seen), folder)
      const files = applyChanges(await filesOf(current.hash), own)
      if (changesBetween(await filesOf(current.hash), files).size === 0) return { live: current, notices: waitingNotices(all) }
      const made = await draft(own, 'knowledge 文件夹', `文件夹里改了 ${[...own.keys()].join('、')}`.slice(0, 300), folderHash)
      return { live: current, notices: [`knowledge 文件夹里的改动没有直接上线，已存成第 ${made.number} 版草稿；用 knowledge show ${made.number} 看，用 knowledge check ${made.number} 核对。`, ...waitingNotices(all)] }
    },
    async diff(before, after, titleOf) {
      const [one, other] = await Promise.all([version(before), version(after)])
      return diffKnowledge(await filesOf(one.hash), await filesOf(other.hash), titleOf)
    },
    draft: (changes, author, reason) => draft(changes, author, reason),
    async conflicts(number, titleOf) {
      const [one, current] = await Promise.all([version(number), live()])
      return (await conflictsOf(one, current, undefined, titleOf)).conflicts
    },
    async merge(number, choices) {
      const [one, current] = await Promise.all([version(number), live()])
      const { files } = await upon(one, current, choices)
      if (changesBetween(await filesOf(current.hash), files).size === 0) throw new InputError('no-change', '这样合起来和在用的一版一样，没有可以上线的；不要了请作废。')
      sideOf(files)
      return put({ ...editable(one), state: 'draft', check: null, approval: null, base: current.number, hash: await keepFiles(files) })
    },
    async check(number, tell) {
      const [one, current] = await Promise.all([version(number), live()])
      const before = await filesOf(current.hash)
      const files = (await upon(one, current)).files
      const report = await compare(before, files, tell)
      return put({ ...checked(one, report), base: current.number, hash: await keepFiles(files) })
    },
    async approve(number, approver) {
      return put(approved(await version(number), approver, now()))
    },
    async publish(number) {
      const [one, current] = await Promise.all([version(number), live()])
      return put(...published(one, current, now()))
    },
    async drop(number) {
      return put(dropped(await version(number)))
    },
    async rollback(number, by, reason) {
      const [one, current] = await Promise.all([version(number), live()])
      if (one.liveAt === null) throw new InputError('never-live', `第 ${number} 版从没上线过，不能退回到它。`)
      if (one.hash === current.hash) throw new InputError('no-change', `在用的第 ${current.number} 版和第 ${number} 版内容一样，不用退。`)
      const [before, after] = [await filesOf(current.hash), await filesOf(one.hash)]
      const served = new Set(await store.communities())
      const without = communitiesGone(before, after).filter(({ id }) => served.has(id))
      if (without.length > 0) throw new InputError('not-allowed', `第 ${number} 版里还没有${without.map(({ name }) => name).join('、')}，那里已经有居民的对话或工单，退回去就没人答了。请只改要改的地方。`)
      const report = await compare(before, after)
      const next = await newVersion({ origin: { kind: 'rollback', of: number }, author: by, reason, base: current.number, hash: one.hash, folderHash: null })
      return put({ ...next, state: 'live', check: report, approval: { by, at: now(), alone: true }, liveAt: now() }, { ...current, state: 'retired', retiredAt: now() })
    },
    async isAlone() {
      const staff = await store.find(PLATFORM, 'staff', { limit: most })
      return staff.filter(({ role, disabled }) => role === 'admin' && !disabled).length <= 1
    },
    questions: keptQuestions,
    async keepQuestion(question, author) {
      const id = idOf(await store.nextNumber(PLATFORM, 'knowledge-question'))
      await store.commit(PLATFORM, [{ op: 'put', table: 'knowledgeQuestions', row: { id, rev: 0, author, at: now(), ...question } }])
      return { id, rev: 1, author, at: now(), ...question }
    },
    async dropQuestion(id) {
      const row = await store.get(PLATFORM, 'knowledgeQuestions', id)
      if (row === null) throw new InputError('no-question', `没有 ${id} 这个核对问题，用 knowledge questions 看有哪些。`)
      await store.commit(PLATFORM, [{ op: 'remove', table: 'knowledgeQuestions', id, rev: row.rev }])
    },
  }
}

function communitiesGone(before: KnowledgeFiles, after: KnowledgeFiles): readonly Community[] {
  const left = readKnowledge(after).communities
  return [...readKnowledge(before).communities.values()].filter(({ id }) => !left.has(id))
}

function waitingNotices(versions: readonly KnowledgeVersion[]): string[] {
  const waiting = versions.filter(({ state }) => openStates.includes(state))
  return waiting.length === 0 ? [] : [`知识库有 ${waiting.length} 份草稿等着处理，用 knowledge list 看。`]
}
