/**
 * Runs `work` once at a time; asked again meanwhile, it runs once more afterwards. However many news come at once, what
 * is shown last is the newest.
 */
export function createReload(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | null = null
  let wanted = false
  async function run(): Promise<void> {
    do {
      wanted = false
      await work()
    } while (wanted)
  }
  return () => {
    if (running !== null) {
      wanted = true
      return running
    }
    running = run().finally(() => {
      running = null
    })
    return running
  }
}
