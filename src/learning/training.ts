import { createHash } from 'node:crypto'
import type { Retraining, Training } from './figures.js'
import type { KeptTraining } from './records.js'
import { InputError } from '../errors.js'
import { PLATFORM } from '../knowledge/community.js'
import type { LearnedLine } from '../nlu/load-nlu.js'
import { decideAgain } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import { inOrder, type LabelledLines, type LearningWork } from './work.js'

/** Lines to compare with and without the new ones; where nothing speaks against it, the model of both is left in the cache. */
export interface TrainingOrder {
  readonly published: readonly LearnedLine[]
  readonly fresh: readonly LearnedLine[]
}

/** Does the work elsewhere, so that residents are answered meanwhile. */
export type Trainer = (order: TrainingOrder, onStep: (step: number, of: number) => void) => Promise<Retraining>

/** One retraining at a time. What it made of it is kept: a report that nobody has decided on is still there after a restart. */
export interface TrainingDesk {
  state(): Promise<Training>
  /** Begins; resolves as soon as it runs. Throws InputError where one runs already or nothing was labelled. */
  start(by: string): Promise<void>
  /** Takes up what was trained. Throws InputError where it may not. */
  publish(): Promise<void>
  /** Drops the result; labels stay. */
  discard(): Promise<void>
}

const keptId = 'latest'

export function createTrainingDesk(parts: {
  readonly work: Pick<LearningWork, 'labelled' | 'publish'>
  readonly store: Pick<Store, 'get' | 'commit'>
  readonly train: Trainer
  /** Goes over to what is published. */
  readonly reload: () => Promise<void>
  readonly now: () => number
  readonly onFailure: (error: unknown) => void
  /** Of several processes on one store: this one, and whether another lives. Absent: this process has the store to itself. */
  readonly among?: { readonly processId: string; readonly isAlive: (processId: string) => boolean }
}): TrainingDesk {
  const { work, store, train, now } = parts
  /** What runs in this process, with how far it is; what a row says to run and is not here has died with its process. */
  let running: Extract<Training, { kind: 'running' }> | null = null
  let isStarting = false

  function keep(change: Pick<KeptTraining, 'state' | 'trained' | 'runner'>): Promise<void> {
    return decideAgain(async () => {
      const known = await store.get(PLATFORM, 'trainings', keptId)
      await store.commit(PLATFORM, [{ op: 'put', table: 'trainings', row: { id: keptId, rev: known?.rev ?? 0, ...change } }])
    })
  }

  async function state(): Promise<Training> {
    if (running !== null) return running
    const row = await store.get(PLATFORM, 'trainings', keptId)
    const kept = row?.state ?? { kind: 'none' }
    const runsElsewhere = row?.runner !== undefined && parts.among?.isAlive(row.runner) === true
    return kept.kind === 'running' && !runsElsewhere ? { kind: 'interrupted', by: kept.by, startedAt: kept.startedAt } : kept
  }

  async function end(ended: Training, trained: KeptTraining['trained']): Promise<void> {
    await keep({ state: ended, trained })
    running = null
  }

  return {
    state,
    async start(by) {
      if (isStarting) throw new InputError('not-allowed', '正在训练，请等它做完')
      isStarting = true
      try {
        if ((await state()).kind === 'running') throw new InputError('not-allowed', '正在训练，请等它做完')
        const lines = await work.labelled()
        if (lines.fresh.length === 0) throw new InputError('not-allowed', '没有新标的话，不用训练')
        const trained = { ids: lines.fresh.map(({ id }) => id), key: keyOf(lines) }
        const begun: Extract<Training, { kind: 'running' }> = { kind: 'running', by, startedAt: now(), step: 0, of: 1 }
        await keep({ state: begun, trained: null, ...(parts.among === undefined ? {} : { runner: parts.among.processId }) })
        running = begun
        const fresh = inOrder(lines.fresh)
        const told = new Set(fresh.map(({ text }) => text))
        train({ published: lines.published.filter(({ text }) => !told.has(text)), fresh }, (step, of) => {
          if (running !== null) running = { ...running, step, of }
        }).then(
          (change) => end({ kind: 'done', by, at: now(), change, lines: fresh.length }, trained),
          async (error: unknown) => {
            parts.onFailure(error)
            await end({ kind: 'failed', at: now() }, null)
          },
        ).catch((error: unknown) => {
          // It could not be written down: then it runs no more, and the row still says that it was begun.
          running = null
          parts.onFailure(error)
        })
      } finally {
        isStarting = false
      }
    },
    async publish() {
      const [seen, kept] = [await state(), await store.get(PLATFORM, 'trainings', keptId)]
      if (seen.kind !== 'done' || kept?.trained == null) throw new InputError('not-allowed', '没有可以发布的结果，请先训练')
      if (seen.change.losses.length > 0) throw new InputError('not-allowed', `退步太多，不能发布：${seen.change.losses.join('；')}`)
      // What goes live is what was judged, and nothing has to be trained while residents wait.
      const ids = new Set(kept.trained.ids)
      const { published, fresh } = await work.labelled()
      if (keyOf({ published, fresh: fresh.filter(({ id }) => ids.has(id)) }) !== kept.trained.key) throw new InputError('not-allowed', '训练以后标注又改过了，请重新训练再发布')
      await work.publish([...ids])
      await parts.reload()
      await keep({ state: { kind: 'none' }, trained: null })
    },
    async discard() {
      if ((await state()).kind === 'running') throw new InputError('not-allowed', '正在训练，请等它做完')
      await keep({ state: { kind: 'none' }, trained: null })
    },
  }
}

/** Tells whether lines are the same; says nothing of their words. */
function keyOf({ published, fresh }: LabelledLines): string {
  return createHash('sha256').update(JSON.stringify([published, [...fresh].sort((one, other) => (one.id < other.id ? -1 : 1))])).digest('hex')
}
