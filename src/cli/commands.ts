import type { Command } from './command.js'
import { evaluateCommands } from './evaluate.js'
import { importCommand } from './import.js'

/** Every command, in the order in which the help shows them. */
export const commands: readonly Command[] = [importCommand, ...evaluateCommands]
