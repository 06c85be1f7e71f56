import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { StoreError } from '../errors.js'
import { errnoOf, flush, putFile, readIfThere, type Files } from './files.js'

/** Who holds a data folder. */
export interface Holder {
  readonly pid: number
  /** What tells this run of the pid from another: boot and start time; empty where the system doesn't say. */
  readonly started: string
}

/** This process, and how to see whether another lives; tests put others in its place. */
export interface Processes {
  readonly self: Holder
  isAlive(holder: Holder): boolean
}

function startOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // Field 22, counted after the name in brackets, which may hold spaces: proc(5).
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
  } catch {
    return ''
  }
}

export const systemProcesses: Processes = {
  self: { pid: process.pid, started: startOf(process.pid) },
  isAlive({ pid, started }) {
    try {
      process.kill(pid, 0)
    } catch (error) {
      if (errnoOf(error) !== 'EPERM') return false
    }
    return started === '' || startOf(pid) === '' || startOf(pid) === started
  },
}

export const LOCK_FILE = 'lock'
/** Names a holder that no longer lives. */
const NOBODY: Holder = { pid: 0, started: '' }

export interface Lock {
  /** Whether the process before closed the store; `false` after a crash, when the journal may end in a torn line. */
  readonly wasClosed: boolean
  /** Gives the folder free. Not `closed`: the next process must look at it as after a crash. */
  release(closed: boolean): Promise<void>
}

/** Takes the data folder for this process; rejects with `locked` while another lives. */
export async function takeLock(files: Files, folder: string, processes: Processes): Promise<Lock> {
  const path = join(folder, LOCK_FILE)
  const own = Buffer.from(JSON.stringify(processes.self) + '\n')
  const release = async (closed: boolean): Promise<void> => {
    if (closed) {
      await files.remove(path)
      await flush(() => files.syncFolder(folder), folder)
    } else {
      await putFile(files, path, Buffer.from(JSON.stringify(NOBODY) + '\n'))
    }
  }
  const mine = join(folder, `${LOCK_FILE}.${processes.self.pid}`)
  try {
    await putFile(files, mine, own)
    try {
      await files.link(mine, path)
      await flush(() => files.syncFolder(folder), folder)
      return { wasClosed: true, release }
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
    }
    await takeOver(files, folder, path, mine, own, processes)
    return { wasClosed: false, release }
  } finally {
    await files.remove(mine).catch(() => {})
  }
}

/** Puts our lock in the place of one whose process is gone; `lock` itself is never missing meanwhile. */
async function takeOver(files: Files, folder: string, path: string, mine: string, own: Buffer, processes: Processes): Promise<void> {
  refuseIfAlive(await readIfThere(files, path), folder, processes)
  const turn = join(folder, `${LOCK_FILE}.turn`)
  try {
    await files.link(mine, turn)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    refuseIfAlive(await readIfThere(files, turn), folder, processes)
    await files.remove(turn)
    await files.link(mine, turn)
  }
  try {
    refuseIfAlive(await readIfThere(files, path), folder, processes)
    await putFile(files, path, own)
  } finally {
    await files.remove(turn).catch(() => {})
  }
}

function refuseIfAlive(content: Buffer | null, folder: string, processes: Processes): void {
  const holder = holderIn(content)
  if (holder === null || holder.pid === 0 || !processes.isAlive(holder)) return
  throw new StoreError('locked', `store: ${folder} is in use by process ${holder.pid}; one process may use a data folder. Stop that one first, or set YICHUANG_DATA_DIR to another folder`)
}

/** A lock is written whole; one that can't be read was left by a power failure. */
function holderIn(content: Buffer | null): Holder | null {
  try {
    const holder = JSON.parse(content?.toString() ?? '') as Partial<Holder> | null
    return typeof holder?.pid === 'number' && typeof holder.started === 'string' ? { pid: holder.pid, started: holder.started } : null
  } catch {
    return null
  }
}

/** The process that holds a data folder now; `null` when none lives. */
export async function holderOf(files: Files, folder: string, processes: Processes): Promise<Holder | null> {
  const holder = holderIn(await readIfThere(files, join(folder, LOCK_FILE)))
  return holder !== null && holder.pid !== 0 && processes.isAlive(holder) ? holder : null
}
