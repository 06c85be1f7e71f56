import { setPriority } from 'node:os'
import { z } from 'zod'
import { createNlu, readIntents } from '../nlu/load-nlu.js'
import type { Retraining } from './figures.js'
import { intentNames } from '../nlu/understanding.js'
import { compareRetrained } from './retrain.js'
import { inOrder } from './work.js'

/** Below everything that serves people; 19 is the least. */
const priority = 10

const lines = z.array(z.object({ text: z.string(), label: z.enum(intentNames).nullable() }))
const order = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('judge'), intentsDir: z.string(), cacheDir: z.string(), published: lines, fresh: lines }),
  /** Judged already: only the model is wanted. */
  z.object({ kind: z.literal('learn'), intentsDir: z.string(), cacheDir: z.string(), learned: lines }),
])

/** A process of its own: takes one order from its parent, reports each step, then the result, and ends. */
process.once('message', (message) => {
  run(message).then(() => process.disconnect(), (error: unknown) => {
    process.send?.({ kind: 'failed', says: error instanceof Error ? error.message : String(error) }, () => process.exit(1))
  })
})
// Whoever asked is gone: nobody waits for the result.
process.on('disconnect', () => process.exit(0))

async function run(message: unknown): Promise<void> {
  setPriority(priority)
  const given = order.parse(message)
  const change = given.kind === 'judge' ? await judge(given) : null
  if (given.kind === 'learn') await createNlu(given)
  await new Promise<void>((resolve) => { process.send?.({ kind: 'done', change }, () => { resolve() }) })
}

async function judge({ intentsDir, cacheDir, published, fresh }: Extract<z.infer<typeof order>, { kind: 'judge' }>): Promise<Retraining> {
  const set = await readIntents(intentsDir)
  let step = 0
  const change = await compareRetrained(set, published, fresh, undefined, (of) => {
    step += 1
    process.send?.({ kind: 'step', step, of: of + 1 })
  })
  if (change.losses.length === 0) await createNlu({ intentsDir, cacheDir, learned: inOrder([...published, ...fresh]) })
  return change
}
