/**
 * Runs `work` once at a time; asked again meanwhile, it runs once more afterwards. However many news come at once, what
 * is shown last is the newest.
 */
export function createReload(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let wanted = false
  async function run(): Promise<void> {
    try {
      do {
        wanted = false
        await work()
      } while (wanted)
    } finally {
      // In the same breath as the last look: who asks after it begins anew.
      running = null
    }
  }
  return () => {
    if (running === null) running = run()
    else wanted = true
    return running
  }
}
