import { readConfig, readEnvFile, type Config } from '../config.js'
import type { Terminal } from './command.js'

/** Settings of this call: the environment over `.env` of the folder it runs in. */
export function settingsOf(terminal: Terminal): Config {
  return readConfig({ ...readEnvFile('.env'), ...terminal.env })
}
