import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/** A whole 一窗 in a process of its own. */
export interface ServerProcess {
  /** `http://127.0.0.1:PORT` */
  readonly url: string
  readonly pid: number
  /** From the start of the process until it printed its address, ms. */
  readonly readyMs: number
  /** What it wrote to stdout and stderr so far. */
  output(): string
  /** Whether it still runs. */
  isAlive(): boolean
  /** Resolves when it has ended, by whatever cause. */
  readonly ended: Promise<void>
  /** Ends it by a signal and resolves to its exit code (`null` after SIGKILL). */
  end(signal?: 'SIGTERM' | 'SIGKILL'): Promise<number | null>
}

/** The server ended before it was ready; the message holds what it wrote. */
export class EndedEarly extends Error {}

export interface ServerOptions {
  /** The compiled program, `dist/cli.js`, or another that prints its address. */
  readonly script: string
  readonly args?: readonly string[]
  readonly dataDir: string
  readonly env?: Readonly<Record<string, string>>
  /** Runs before the program in the same shell, e.g. `ulimit -f 100`. */
  readonly shell?: string
  /** Kills it this long after it was started, ready or not, ms. */
  readonly killAfterMs?: number
  /** Longest wait for the address, ms. Default 30,000. */
  readonly timeoutMs?: number
}

/** Starts a server on a port of the system's choice; resolves once it has printed its address, rejects with EndedEarly when it ends before. */
export async function startServer(options: ServerOptions): Promise<ServerProcess> {
  const { script, args = ['start'], dataDir, env, shell, killAfterMs, timeoutMs = 30_000 } = options
  const started = performance.now()
  const settings = { ...ownSettingsLeftOut(process.env), YICHUANG_PORT: '0', YICHUANG_DATA_DIR: dataDir, YICHUANG_LOG_LEVEL: 'warn', ...env }
  const command = [process.execPath, script, ...args]
  const child: ChildProcess = shell === undefined
    ? spawn(command[0] ?? '', command.slice(1), { env: settings, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn('bash', ['-c', `${shell}; exec "$@"`, 'bash', ...command], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const ended = once(child, 'exit') as Promise<[number | null, string | null]>
  if (killAfterMs !== undefined) {
    const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs)
    void ended.then(() => clearTimeout(timer))
  }
  const address = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no address within ${timeoutMs} ms; so far:\n${output}`)), timeoutMs)
    const take = (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-200_000)
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output)
      if (found) {
        clearTimeout(timer)
        resolve(found[0])
      }
    }
    child.stdout?.on('data', take)
    child.stderr?.on('data', take)
    void ended.then(([code, signal]) => {
      clearTimeout(timer)
      reject(new EndedEarly(`the server ended with ${code ?? String(signal)} before it was ready:\n${output}`))
    })
  })
  try {
    const url = await address
    return {
      url,
      pid: child.pid ?? 0,
      readyMs: performance.now() - started,
      output: () => output,
      ended: ended.then(() => undefined),
      isAlive: () => child.exitCode === null && child.signalCode === null,
      async end(signal = 'SIGTERM') {
        child.kill(signal)
        return (await ended)[0]
      },
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** The environment without settings of a 一窗 that the caller may run himself. */
function ownSettingsLeftOut(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('YICHUANG_') && name !== 'DATABASE_URL'))
}
