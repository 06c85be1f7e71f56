import type { z } from 'zod'
import type { Config } from '../config.js'
import type { StoreError } from '../errors.js'
import { callControl } from '../store/control.js'
import { openStore, type AnyStore } from '../store/open-store.js'
import type { Terminal } from './command.js'

/** Opens the store of a 一窗 for one piece of work: its data folder while it does not run, its database at any time; `create` makes a new one in an empty folder. */
export async function withStore<T>(config: Config, terminal: Terminal, work: (store: AnyStore) => Promise<T>, create = false): Promise<T> {
  let fatal: StoreError | null = null
  const { store } = await openStore(config, {
    create,
    now: () => Date.now(),
    onFatal: (error) => {
      fatal = error
    },
    onNotice: (message) => terminal.tell(message),
  })
  try {
    const result = await work(store)
    if (fatal !== null) throw fatal as StoreError
    return result
  } finally {
    await store.close()
  }
}

/** What is asked by command: a name that the running process knows, and what is told along. */
export interface Asked<T> {
  readonly name: string
  readonly args: unknown
  readonly schema: z.ZodType<T>
}

/** Asks the running process; where none runs, or all share a database, `here` does the same on the store. */
export async function askRunning<T>({ name, args, schema }: Asked<T>, config: Config, here: () => Promise<unknown>): Promise<T> {
  if (config.databaseUrl !== null) return schema.parse((await here()) ?? null)
  const answer = await callControl(config.dataDir, name, args)
  return schema.parse(answer.live ? answer.result : ((await here()) ?? null))
}

/** A moment for whoever reads a list: `2026/10/3 09:00:00`. */
export function timeOf(at: number): string {
  return new Date(at).toLocaleString('zh-CN', { timeZone: 'Asia/Shanghai' })
}
