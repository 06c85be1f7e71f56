import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LearnedLine } from '../nlu/load-nlu.js'
import type { Retraining } from './figures.js'
import type { Trainer } from './training.js'

/** What the process says. */
type Said =
  | { readonly kind: 'step'; readonly step: number; readonly of: number }
  | { readonly kind: 'done'; readonly change: Retraining | null }
  | { readonly kind: 'failed'; readonly says: string }

interface ApartSettings {
  readonly intentsDir: string
  readonly cacheDir: string
}

/** Trains in a process of its own, of low priority, that knows nothing but the lines; it ends with ours. */
export function trainApart(settings: ApartSettings): Trainer {
  return async (order, onStep) => {
    const change = await runApart({ kind: 'judge', ...settings, ...order }, onStep)
    if (change === null) throw new Error('training: nothing was judged')
    return change
  }
}

/** Leaves the model of these lines in the cache, by the same kind of process: another one judged and published them. */
export function learnApart(settings: ApartSettings): (learned: readonly LearnedLine[]) => Promise<void> {
  return async (learned) => { await runApart({ kind: 'learn', ...settings, learned }, () => undefined) }
}

function runApart(order: object, onStep: (step: number, of: number) => void): Promise<Retraining | null> {
  const script = fileURLToPath(new URL('./training-process.js', import.meta.url))
  return new Promise((resolve, reject) => {
    const child = fork(script, { env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.on('message', (message) => {
      const said = message as Said
      if (said.kind === 'step') onStep(said.step, said.of)
      else if (said.kind === 'done') resolve(said.change)
      else reject(new Error(`training: ${said.says}`))
    })
    child.on('error', reject)
    child.on('exit', (code) => { reject(new Error(`training: the process ended with ${code ?? 'a signal'} before it was done`)) })
    // A server that stops doesn't wait for it.
    child.unref()
    child.channel?.unref()
    child.send(order)
  })
}
