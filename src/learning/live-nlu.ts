import { createNlu, type LearnedLine, type Nlu, type NluSettings } from '../nlu/load-nlu.js'

export interface LiveNlu {
  /** Always the version in use; a turn that has begun ends with the one it began with. */
  readonly nlu: Nlu
  /** Takes up the lines published since. On a failure the version in use stays. */
  reload(): Promise<void>
}

/** Understanding that goes over to newly published lines while the process runs; their model is trained beforehand and lies in the cache. */
export async function createLiveNlu(settings: Omit<NluSettings, 'learned'>, published: () => Promise<readonly LearnedLine[]>): Promise<LiveNlu> {
  let current = await createNlu({ ...settings, learned: await published() })
  return {
    nlu: {
      understand: (view) => current.understand(view),
      get intents() { return current.intents },
    },
    async reload() {
      current = await createNlu({ ...settings, learned: await published() })
    },
  }
}
