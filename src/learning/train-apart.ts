import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Retraining } from './figures.js'
import type { Trainer } from './training.js'

/** What the process says. */
type Said =
  | { readonly kind: 'step'; readonly step: number; readonly of: number }
  | { readonly kind: 'done'; readonly change: Retraining }
  | { readonly kind: 'failed'; readonly says: string }

/** Trains in a process of its own, of low priority, that knows nothing but the lines; it ends with ours. */
export function trainApart(settings: { readonly intentsDir: string; readonly cacheDir: string }): Trainer {
  const script = fileURLToPath(new URL('./training-process.js', import.meta.url))
  return (order, onStep) =>
    new Promise((resolve, reject) => {
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
      child.send({ ...settings, ...order })
    })
}
