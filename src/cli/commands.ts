import type { Command } from './command.js'

/** Every command, in the order in which the help shows them. */
export const commands: readonly Command[] = []
