import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'

/** What headless Chromium loads from the system, by soname. */
const needed = ['libnss3.so', 'libnspr4.so', 'libexpat.so.1']

/**
 * Run once before all tests: where the system lacks the browser's libraries, the ones that come packed with the
 * browser are unpacked and put on the library path, so that a bare machine needs no package manager.
 */
export default function provideBrowserLibraries() {
  if (process.platform !== 'linux' || process.env.CHROMIUM_PATH || needed.every(isInstalled)) return
  const folder = join('node_modules', '.cache', 'browser-libraries')
  if (!existsSync(join(folder, 'lib'))) unpack(folder)
  const path = join(process.cwd(), folder, 'lib')
  process.env.LD_LIBRARY_PATH = [path, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':')
}

function isInstalled(soname) {
  try {
    return execFileSync('/sbin/ldconfig', ['-p'], { encoding: 'utf8' }).includes(`\t${soname} `)
  } catch {
    return false
  }
}

function unpack(folder) {
  const packed = join('node_modules', '@sparticuz', 'chromium', 'bin', 'al2023.tar.br')
  const temp = `${folder}.${process.pid}`
  mkdirSync(temp, { recursive: true })
  try {
    execFileSync('tar', ['-x', '-C', temp], { input: brotliDecompressSync(readFileSync(packed)) })
    mkdirSync(dirname(folder), { recursive: true })
    renameSync(temp, folder)
  } catch (cause) {
    rmSync(temp, { recursive: true, force: true })
    throw new Error(
      `The browser tests need ${needed.join(', ')}. Install them (Debian: apt-get install libnss3 libnspr4 libexpat1) or set CHROMIUM_PATH.`,
      { cause },
    )
  }
}
