import { isDeepStrictEqual } from 'node:util'
import { createNlu, isLearned, type LearnedLine, type Nlu, type NluSettings } from '../nlu/load-nlu.js'

export interface LiveNlu {
  /** Always the version in use; a turn that has begun ends with the one it began with. */
  readonly nlu: Nlu
  /** Takes up the lines published since, and the names of places as they are now. On a failure the version in use stays. */
  reload(): Promise<void>
  /** The same, where other lines are published than those in use. */
  catchUp(): Promise<void>
}

export interface LiveNluParts {
  readonly settings: Omit<NluSettings, 'learned'>
  readonly published: () => Promise<readonly LearnedLine[]>
  /** Leaves the model of these lines in the cache, so that nobody waits for it here; absent, it is learned where people are answered. */
  readonly learnApart?: (learned: readonly LearnedLine[]) => Promise<void>
}

/** Understanding that goes over to newly published lines while the process runs. */
export async function createLiveNlu({ settings, published, learnApart }: LiveNluParts): Promise<LiveNlu> {
  let inUse = await published()
  let current = await createNlu({ ...settings, learned: inUse })
  let running: Promise<void> | null = null
  let next: Promise<void> | null = null

  async function load(): Promise<void> {
    const learned = await published()
    const { intentsDir, cacheDir } = settings
    // Published by another process, whose cache is not ours.
    if (learnApart !== undefined && cacheDir !== null && !(await isLearned({ intentsDir, cacheDir, learned }))) await learnApart(learned)
    current = await createNlu({ ...settings, learned })
    inUse = learned
  }

  function begin(): Promise<void> {
    next = null
    const mine = load().finally(() => { if (running === mine) running = null })
    running = mine
    return mine
  }

  /** One at a time; what is asked for meanwhile is one more. */
  function reload(): Promise<void> {
    if (running === null) return begin()
    next ??= running.then(begin, begin)
    return next
  }

  return {
    nlu: {
      understand: (view) => current.understand(view),
      get intents() { return current.intents },
    },
    reload,
    async catchUp() {
      if (!isDeepStrictEqual(await published(), inUse)) await reload()
    },
  }
}
