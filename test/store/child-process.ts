import { spawn, type ChildProcess } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import ts from 'typescript'

const root = resolve(import.meta.dirname, '../..')

/** The store (or another part) as plain JavaScript, so that another process can run it as it stands in src now. */
export async function compileStore(entry = 'src/store/embedded.ts'): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const cache = join(root, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'store-test-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const waiting = [join(root, entry)]
  const seen = new Set(waiting)
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const { outputText } = ts.transpileModule(await readFile(path, 'utf8'), { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true } })
    const target = join(folder, relative(root, path).replace(/\.ts$/, '.js'))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, outputText)
    for (const [, imported = ''] of outputText.matchAll(/(?:from |import\()'(\.[^']+)\.js'/g)) {
      const next = resolve(dirname(path), `${imported}.ts`)
      if (!seen.has(next)) waiting.push(next)
      seen.add(next)
    }
  }
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) }
}

export interface StoreProcess {
  readonly child: ChildProcess
  /** Lines it has printed so far. */
  readonly lines: string[]
  /** Resolves when it has printed so many lines or has ended. */
  printed(count: number): Promise<void>
  /** Resolves with its exit code once it has ended and all it printed was read; `null` = killed. */
  readonly ended: Promise<number | null>
}

/** Runs a script with `open` (openEmbeddedStore), `folder` and `print` (a line, at once) at hand. */
export function runWithStore(compiled: string, folder: string, script: string): StoreProcess {
  const module = `
    import { writeSync } from 'node:fs'
    import { openEmbeddedStore as open } from ${JSON.stringify(join(compiled, 'src/store/embedded.js'))}
    const folder = ${JSON.stringify(folder)}
    const print = (line) => writeSync(1, line + '\\n')
    ${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', module], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  let waiting: { readonly count: number; readonly resolve: () => void }[] = []
  const wake = (isOver: boolean): void => {
    for (const { resolve } of waiting.filter(({ count }) => isOver || lines.length >= count)) resolve()
    waiting = waiting.filter(({ count }) => !isOver && lines.length < count)
  }
  const reader = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  reader.on('line', (line) => {
    lines.push(line)
    wake(false)
  })
  let isOver = false
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => {
      isOver = true
      wake(true)
      resolve(code)
    })
  })
  return {
    child,
    lines,
    printed: (count) => new Promise((resolve) => (isOver || lines.length >= count ? resolve() : waiting.push({ count, resolve }))),
    ended,
  }
}
