import type { Terminal } from '../../src/cli/command.js'

export interface RecordedTerminal extends Terminal {
  readonly output: string[]
  readonly told: string[]
}

/** A terminal that remembers what was written to it and reads the given lines. */
export function aTerminal(input: readonly string[] = []): RecordedTerminal {
  const output: string[] = []
  const told: string[] = []
  return {
    output,
    told,
    out: async (line) => void output.push(line),
    tell: (line) => void told.push(line),
    async *lines() {
      yield* input
    },
    env: {},
  }
}
