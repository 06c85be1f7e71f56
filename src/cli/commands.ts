import { ask } from './ask.js'
import { auditVerify } from './audit.js'
import { bench } from './bench.js'
import type { Command } from './command.js'
import { evaluateCommands } from './evaluate.js'
import { importCommand } from './import.js'
import { knowledgeCommands } from './knowledge.js'
import { learnCommands } from './learn.js'
import { migrate } from './migrate.js'
import { pageTry } from './page.js'
import { pairCommands } from './pair.js'
import { start } from './start.js'
import { requestCommands } from './requests.js'
import { quality } from './quality.js'
import { upkeepCommands } from './upkeep.js'

/** Every command, in the order in which the help shows them. */
export const commands: readonly Command[] = [start, ask, importCommand, ...requestCommands, ...knowledgeCommands, ...evaluateCommands, quality, ...learnCommands, ...pairCommands, pageTry, ...upkeepCommands, migrate, auditVerify, bench]
