import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'

/** What the figures were measured on. */
export function describeMachine(): Readonly<Record<string, string | number>> {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
  }
}

/** Memory of a process in MiB, now and at its highest; `null` where the system does not tell. */
export function memoryOf(pid: number): { readonly rssMiB: number; readonly highestRssMiB: number } | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN)
    return { rssMiB: Math.round(kib('VmRSS') / 1024), highestRssMiB: Math.round(kib('VmHWM') / 1024) }
  } catch {
    return null
  }
}
