import type { Retraining, Training } from './figures.js'
import { InputError } from '../errors.js'
import type { LearnedLine } from '../nlu/load-nlu.js'
import { inOrder, type LabelledLines, type LearningWork } from './work.js'

/** Lines to compare with and without the new ones; where nothing speaks against it, the model of both is left in the cache. */
export interface TrainingOrder {
  readonly published: readonly LearnedLine[]
  readonly fresh: readonly LearnedLine[]
}

/** Does the work elsewhere, so that residents are answered meanwhile. */
export type Trainer = (order: TrainingOrder, onStep: (step: number, of: number) => void) => Promise<Retraining>

export interface TrainingDesk {
  state(): Training
  /** Begins; resolves as soon as it runs. Throws InputError where one runs already or nothing was labelled. */
  start(by: string): Promise<void>
  /** Takes up what was trained. Throws InputError where it may not. */
  publish(): Promise<void>
  /** Drops the result; labels stay. */
  discard(): void
}

export function createTrainingDesk(parts: {
  readonly work: Pick<LearningWork, 'labelled' | 'publish'>
  readonly train: Trainer
  /** Goes over to what is published. */
  readonly reload: () => Promise<void>
  readonly now: () => number
  readonly onFailure: (error: unknown) => void
}): TrainingDesk {
  const { work, train, now } = parts
  let state: Training = { kind: 'none' }
  let trained: { readonly lines: LabelledLines; readonly key: string } | null = null
  let isStarting = false

  return {
    state: () => state,
    async start(by) {
      if (state.kind === 'running' || isStarting) throw new InputError('not-allowed', '正在训练，请等它做完')
      isStarting = true
      try {
        const lines = await work.labelled()
        if (lines.fresh.length === 0) throw new InputError('not-allowed', '没有新标的话，不用训练')
        trained = { lines, key: keyOf(lines) }
        state = { kind: 'running', by, startedAt: now(), step: 0, of: 1 }
        const fresh = inOrder(lines.fresh)
        const told = new Set(fresh.map(({ text }) => text))
        train({ published: lines.published.filter(({ text }) => !told.has(text)), fresh }, (step, of) => {
          if (state.kind === 'running') state = { ...state, step, of }
        }).then(
          (change) => { state = { kind: 'done', by, at: now(), change, lines: fresh.length } },
          (error: unknown) => {
            state = { kind: 'failed', at: now() }
            parts.onFailure(error)
          },
        )
      } finally {
        isStarting = false
      }
    },
    async publish() {
      if (state.kind !== 'done' || trained === null) throw new InputError('not-allowed', '没有可以发布的结果，请先训练')
      if (state.change.losses.length > 0) throw new InputError('not-allowed', `退步太多，不能发布：${state.change.losses.join('；')}`)
      // What goes live is what was judged, and nothing has to be trained while residents wait.
      const ids = new Set(trained.lines.fresh.map(({ id }) => id))
      const { published, fresh } = await work.labelled()
      if (keyOf({ published, fresh: fresh.filter(({ id }) => ids.has(id)) }) !== trained.key) throw new InputError('not-allowed', '训练以后标注又改过了，请重新训练再发布')
      await work.publish([...ids])
      await parts.reload()
      state = { kind: 'none' }
      trained = null
    },
    discard() {
      if (state.kind === 'running') throw new InputError('not-allowed', '正在训练，请等它做完')
      state = { kind: 'none' }
      trained = null
    },
  }
}

function keyOf({ published, fresh }: LabelledLines): string {
  return JSON.stringify([published, [...fresh].sort((one, other) => (one.id < other.id ? -1 : 1))])
}
