import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { aFolder } from './running.js'

/** A project of three files with our own build script and settings. */
const root = aFolder()
const write = (path: string, text: string) => writeFileSync(join(root, path), text)
const modifiedAt = (path: string) => statSync(join(root, path)).mtimeMs

function build(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', 'build.mjs'), ...args], { cwd: root, encoding: 'utf8' })
  return { status, stdout, stderr }
}

beforeAll(() => {
  for (const folder of ['scripts', 'src/desk/web', 'src/channels/web-chat']) mkdirSync(join(root, folder), { recursive: true })
  for (const file of ['scripts/build.mjs', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json']) cpSync(file, join(root, file))
  write('package.json', '{"type":"module"}')
  write('src/main.ts', "import { word } from './word.js'\nexport const greeting = word\n")
  write('src/word.ts', "export const word = 'one'\n")
  write('src/cli.ts', "import { greeting } from './main.js'\nprocess.stdout.write(greeting)\n")
  write('src/channels/web-chat/index.html', '<!doctype html><script type="module" src="./page.ts"></script>')
  write('src/channels/web-chat/page.ts', "import { word } from '../../word.js'\ndocument.title = word\n")
  write('vite.config.ts', "export default { root: 'src/channels/web-chat', build: { outDir: '../../../dist/web', emptyOutDir: true } }\n")
})

describe('building what is stale', () => {
  it('says how to install when nothing is installed', () => {
    const { status, stdout, stderr } = build()
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('npm ci')
    symlinkSync(join(process.cwd(), 'node_modules'), join(root, 'node_modules'))
  })

  it('builds server and pages, without a word on stdout, and is silent when all is fresh', () => {
    const first = build()
    expect([first.status, first.stdout], first.stderr).toEqual([0, ''])
    expect(existsSync(join(root, 'dist/web/index.html'))).toBe(true)
    expect(spawnSync(process.execPath, [join(root, 'dist/cli.js')], { encoding: 'utf8' }).stdout).toBe('one')
    expect(build()).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it('leaves everything as it is when only times changed, as in a new checkout', () => {
    const before = [modifiedAt('dist/word.js'), modifiedAt('dist/web/index.html')]
    utimesSync(join(root, 'src/word.ts'), new Date(), new Date())
    expect(build().stderr).toBe('')
    expect([modifiedAt('dist/word.js'), modifiedAt('dist/web/index.html')]).toEqual(before)
  })

  it('builds the pages again when a file they only import from the server changed', () => {
    write('src/word.ts', "export const word = 'two'\n")
    const { status, stderr } = build()
    expect(status).toBe(0)
    expect(stderr).toMatch(/服务[\s\S]*网页/)
    expect(spawnSync(process.execPath, [join(root, 'dist/cli.js')], { encoding: 'utf8' }).stdout).toBe('two')
  })

  it('leaves the pages alone when only the server changed', () => {
    write('src/cli.ts', "import { greeting } from './main.js'\nprocess.stdout.write(`${greeting}!`)\n")
    const { stderr } = build()
    expect(stderr).toContain('服务')
    expect(stderr).not.toContain('网页')
  })

  it('fails with the compiler’s words on an error, and goes on failing until it is mended', () => {
    write('src/cli.ts', "const n: number = 'three'\nprocess.stdout.write(String(n))\n")
    for (let time = 0; time < 2; time += 1) {
      const { status, stdout, stderr } = build('--quiet')
      expect([status, stdout]).toEqual([1, ''])
      expect(stderr).toContain('src/cli.ts')
    }
    write('src/cli.ts', "process.stdout.write('four')\n")
    expect(build('--quiet').status).toBe(0)
  })

  it('takes away what was compiled from a file that is gone', () => {
    write('src/word.ts', "export const word = 'five'\n")
    write('src/gone.ts', 'export const gone = 1\n')
    build()
    expect(existsSync(join(root, 'dist/gone.js'))).toBe(true)
    rmSync(join(root, 'src/gone.ts'))
    build()
    expect(existsSync(join(root, 'dist/gone.js'))).toBe(false)
    expect(readFileSync(join(root, 'dist/word.js'), 'utf8')).toContain('five')
  })
})
