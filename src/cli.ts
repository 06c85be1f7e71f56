#!/usr/bin/env node
import { commands } from './cli/commands.js'
import { linesOf } from './cli/json-lines.js'
import { runCommand } from './cli/run.js'
import type { Terminal } from './cli/command.js'

/** The reader of our output may stop early (`| head`): that is no failure of ours. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const terminal: Terminal = {
  out: (line) =>
    new Promise((resolve) => {
      if (process.stdout.write(`${line}\n`)) resolve()
      else process.stdout.once('drain', resolve)
    }),
  tell: (line) => void process.stderr.write(`${line}\n`),
  lines: () => linesOf(process.stdin),
  env: process.env,
}

const code = await runCommand(commands, process.argv.slice(2), terminal)
// What was written must be out before the end; timers of the parts (refreshes, caches) must not hold the process.
process.stdout.write('', () => process.exit(code))
