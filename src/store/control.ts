import { chmod, open, unlink } from 'node:fs/promises'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { StoreError, YichuangError } from '../errors.js'
import { errnoOf } from './files.js'

/** What the live process does for commands from outside; arguments and results travel as JSON. */
export type ControlHandlers = Readonly<Record<string, (args: unknown) => Promise<unknown>>>

/** `live: false`: no process serves the folder; take the lock and do it yourself. */
export type ControlAnswer = { readonly live: true; readonly result: unknown } | { readonly live: false }

type Answer = { readonly ok: true; readonly result: unknown } | { readonly ok: false; readonly code: string; readonly message: string }

const SOCKET = 'control.sock'
/** What a socket's address holds on Linux (sockaddr_un, 108 with the final NUL) and elsewhere (104). */
const LONGEST_ADDRESS = 103

/**
 * Answers commands on a unix socket in the data folder (mode 0600), a line of JSON each way. Call it only while holding
 * the folder's lock: a socket that lies there was left by a process that is gone.
 */
export async function serveControl(folder: string, handlers: ControlHandlers): Promise<{ close(): Promise<void> }> {
  const path = join(folder, SOCKET)
  await unlink(path).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error
  })
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    createInterface({ input: socket, crlfDelay: Infinity }).once('line', (line) => {
      void answer(handlers, line).then((reply) => socket.end(JSON.stringify(reply) + '\n'))
    })
  })
  await withAddress(folder, (address) => listen(server, address))
  await chmod(path, 0o600)
  return {
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
      await unlink(path).catch(() => {})
    },
  }
}

async function answer(handlers: ControlHandlers, line: string): Promise<Answer> {
  try {
    const { command, args } = JSON.parse(line) as { command: string; args: unknown }
    const handler = Object.hasOwn(handlers, command) ? handlers[command] : undefined
    if (handler === undefined) throw new YichuangError('unknown-command', `control: the running process has no command "${command}"; restart it if it is an older version`)
    return { ok: true, result: (await handler(args)) ?? null }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { ok: false, code: error instanceof YichuangError ? error.code : 'failed', message }
  }
}

/** Asks the process that holds the data folder. Rejects with the error that the command ended in there. */
export async function callControl(folder: string, command: string, args: unknown): Promise<ControlAnswer> {
  let reply: string | null
  try {
    reply = await withAddress(folder, (address) => ask(address, JSON.stringify({ command, args }) + '\n'))
  } catch (error) {
    if (['ENOENT', 'ECONNREFUSED', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return { live: false }
    throw error
  }
  if (reply === null) throw new YichuangError('interrupted', `control: the running process ended before "${command}" was done; look at its log`)
  const answered = JSON.parse(reply) as Answer
  if (answered.ok) return { live: true, result: answered.result }
  throw isStoreCode(answered.code) ? new StoreError(answered.code, answered.message) : new YichuangError(answered.code, answered.message)
}

const storeCodes = ['conflict', 'write-refused', 'flush-failed', 'locked', 'missing', 'damaged', 'newer-format', 'wrong-key', 'moved', 'closed'] as const

function isStoreCode(code: string): code is (typeof storeCodes)[number] {
  return (storeCodes as readonly string[]).includes(code)
}

function listen(server: Server, address: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(address, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** The line that came back; `null` when the other side ended before. */
function ask(address: string, line: string): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(address)
    socket.once('error', reject)
    socket.once('connect', () => socket.write(line))
    let text = ''
    socket.setEncoding('utf8')
    socket.on('data', (part: string) => (text += part))
    socket.once('end', () => socket.destroy())
    socket.once('close', () => resolve(text.includes('\n') ? text.slice(0, text.indexOf('\n')) : null))
  })
}

/** A deep folder's socket has too long a name; Linux lets us name it by the open folder. */
async function withAddress<T>(folder: string, use: (address: string) => Promise<T>): Promise<T> {
  const path = join(folder, SOCKET)
  if (Buffer.byteLength(path) <= LONGEST_ADDRESS) return use(path)
  const handle = await open(folder, 'r')
  try {
    return await use(`/proc/self/fd/${handle.fd}/${SOCKET}`)
  } finally {
    await handle.close()
  }
}
