import { z } from 'zod'
import { InputError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import type { LearnedLine } from '../nlu/load-nlu.js'
import { intentNames } from '../nlu/understanding.js'
import type { ControlHandlers } from '../store/control.js'
import type { Store, Write } from '../store/store.js'
import type { Label, LearningRow } from './records.js'

/** A row as a person sees it, with the community it comes from. */
export interface ListedRow {
  readonly communityId: CommunityId
  readonly row: LearningRow
}

/** What was labelled: trained with and in use, and labelled since. */
export interface LabelledLines {
  readonly published: readonly LearnedLine[]
  readonly fresh: readonly (LearnedLine & { readonly id: string })[]
}

/** What people do with the queue; every verb is one commit per community. */
export interface LearningWork {
  /** Rows nobody has labelled, of one community or all, newest first. */
  waiting(communityId: CommunityId | null): Promise<readonly ListedRow[]>
  /** Says what a message was, `null` that nobody has said it; a new label of a published line waits for the next training. Throws InputError where there is no such row. */
  label(id: string, label: Label | null): Promise<void>
  labelled(): Promise<LabelledLines>
  /** Marks lines as trained with. */
  publish(ids: readonly string[]): Promise<void>
}

const pageSize = 1_000

export function createLearningWork(store: Store, now: () => number): LearningWork {
  async function* rows(): AsyncGenerator<ListedRow> {
    for (const communityId of await store.communities()) {
      let after: string | undefined
      for (;;) {
        const page = await store.find(communityId, 'learning', { limit: pageSize, ...(after === undefined ? {} : { after }) })
        for (const row of page) yield { communityId, row }
        if (page.length < pageSize) break
        after = page.at(-1)?.id
      }
    }
  }

  return {
    async waiting(wanted) {
      const found: ListedRow[] = []
      for await (const one of rows()) if (one.row.label === null && (wanted === null || one.communityId === wanted)) found.push(one)
      return found.reverse()
    },
    async label(id, label) {
      for (const communityId of await store.communities()) {
        const row = await store.get(communityId, 'learning', id)
        if (row === null) continue
        await store.commit(communityId, [{ op: 'put', table: 'learning', row: { ...row, label, labelledAt: label === null ? null : now(), publishedAt: row.label === label ? row.publishedAt : null } }])
        return
      }
      throw new InputError('no-row', `学习队列里没有 ${id}，用 learn list 看有哪些。`)
    },
    async labelled() {
      const published: LearnedLine[] = []
      const fresh: (LearnedLine & { id: string })[] = []
      for await (const { row } of rows()) {
        if (row.label === null || row.label === 'drop') continue
        const line: LearnedLine = { text: row.text, label: row.label === 'none' ? null : row.label }
        if (row.publishedAt === null) fresh.push({ id: row.id, ...line })
        else published.push(line)
      }
      return { published: inOrder(published), fresh }
    },
    async publish(ids) {
      const wanted = new Set(ids)
      const writes = new Map<CommunityId, Write[]>()
      for await (const { communityId, row } of rows()) {
        if (wanted.has(row.id)) writes.set(communityId, [...(writes.get(communityId) ?? []), { op: 'put', table: 'learning', row: { ...row, publishedAt: now() } }])
      }
      for (const [communityId, changes] of writes) await store.commit(communityId, changes)
    },
  }
}

/** Each text once, the last label holding, in an order that follows from the lines alone: so that the same lines make the same model. */
export function inOrder(lines: readonly LearnedLine[]): LearnedLine[] {
  const byText = new Map(lines.map(({ text, label }) => [text, label]))
  return [...byText].map(([text, label]) => ({ text, label })).sort((a, b) => (a.text < b.text ? -1 : 1))
}

const listArgs = z.strictObject({ community: z.string().nullable() })
export const labels = [...intentNames, 'none', 'drop'] as const
const labelArgs = z.strictObject({ id: z.string().min(1), label: z.enum(labels) })
const publishArgs = z.strictObject({ ids: z.array(z.string()) })

/** The queue as the commands reach it, through the running process or without one. `published` is called when other lines are in use. */
export function learningControl(work: LearningWork, published: () => Promise<void>): ControlHandlers {
  return {
    'learn list': async (args) => work.waiting(listArgs.parse(args).community as CommunityId | null),
    'learn label': async (args) => {
      const { id, label } = labelArgs.parse(args)
      await work.label(id, label)
      return null
    },
    'learn lines': async () => work.labelled(),
    'learn publish': async (args) => {
      await work.publish(publishArgs.parse(args).ids)
      await published()
      return null
    },
  }
}
