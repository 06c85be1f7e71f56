/**
 * Builds what is stale: the server (tsc → dist) and the pages (vite → dist/web). Says nothing and takes a few
 * milliseconds when everything is fresh. Never writes to stdout, so that `npm run -s yichuang` stays pure.
 *
 *   node scripts/build.mjs [--quiet] [--force]
 *
 * A part is fresh when its stamp (dist/.server.json, dist/.pages.json) names the same inputs with the same times and
 * sizes; when only times differ (a new checkout) the contents decide. The pages' inputs are what vite really read.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dist = join(root, 'dist')
const quiet = process.argv.includes('--quiet')
const force = process.argv.includes('--force')

/** Least Node.js version, as in package.json `engines`. */
const leastNode = [20, 19]
/** How long another build is waited for, ms; a build takes well under a minute. */
const lockWaitMs = 300_000

const say = (text) => process.stderr.write(`${text}\n`)
const fail = (text) => {
  say(text)
  process.exit(1)
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1])) {
  fail(`需要 Node.js ${leastNode.join('.')} 或更高版本，现在是 ${process.versions.node}。请升级 Node.js 后再试。`)
}
if (!existsSync(join(root, 'node_modules', 'fastify', 'package.json'))) {
  fail('依赖还没有安装。请先运行：npm ci')
}

/** Files below `folder` that pass, as paths from the root, sorted. */
function filesBelow(folder, passes) {
  const found = []
  const walk = (at) => {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) walk(path)
      else if (passes(path)) found.push(relative(root, path))
    }
  }
  if (existsSync(join(root, folder))) walk(join(root, folder))
  return found.sort()
}

const pageFolders = [join('src', 'desk', 'web'), join('src', 'channels', 'web-chat'), join('src', 'channels', 'web-board')]
const isPage = (path) => pageFolders.some((folder) => path.startsWith(join(root, folder) + sep))
const settings = ['package-lock.json', 'tsconfig.json']
const present = (paths) => paths.filter((path) => existsSync(join(root, path)))

const timeKey = (path) => {
  const { mtimeMs, size } = statSync(join(root, path))
  return `${path} ${mtimeMs} ${size}`
}
const contentKey = (path) => `${path} ${createHash('sha256').update(readFileSync(join(root, path))).digest('hex')}`
const digest = (lines) => createHash('sha256').update(lines.join('\n')).digest('hex')

/** A part of the build: its inputs now, what must exist, how it is made (returns inputs known only afterwards). */
const parts = {
  server: {
    title: '服务',
    outputs: ['dist/cli.js', 'dist/main.js'],
    inputs: () => [
      ...filesBelow('src', (path) => /\.(?:ts|json)$/.test(path) && !isPage(path)),
      ...present([...settings, 'tsconfig.build.json']),
    ],
    make: buildServer,
  },
  pages: {
    title: '网页',
    outputs: ['dist/web'],
    inputs: (read) => {
      const own = [
        ...pageFolders.flatMap((folder) => filesBelow(folder, () => true)),
        ...present(['package-lock.json', 'tsconfig.web.json', 'vite.config.ts', 'index.html', 'desk.html']),
      ]
      return [...new Set([...own, ...present(read)])].sort()
    },
    make: buildPages,
  },
}

const stampFile = (name) => join(dist, `.${name}.json`)

function readStamp(name) {
  try {
    return JSON.parse(readFileSync(stampFile(name), 'utf8'))
  } catch {
    return null
  }
}

function writeStamp(name, stamp) {
  mkdirSync(dist, { recursive: true })
  const temp = `${stampFile(name)}.${process.pid}`
  writeFileSync(temp, JSON.stringify(stamp))
  renameSync(temp, stampFile(name))
}

const stampOf = (paths, read) => ({ times: digest(paths.map(timeKey)), contents: digest(paths.map(contentKey)), read })

function isFresh(name) {
  const part = parts[name]
  const stamp = readStamp(name)
  if (force || stamp === null || part.outputs.some((path) => !existsSync(join(root, path)))) return false
  const paths = part.inputs(stamp.read)
  if (digest(paths.map(timeKey)) === stamp.times) return true
  if (digest(paths.map(contentKey)) !== stamp.contents) return false
  writeStamp(name, stampOf(paths, stamp.read))
  return true
}

/** Runs a program of this Node with its output on stderr; resolves to its exit code. */
function run(script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, script), ...args], { cwd: root, stdio: ['ignore', 2, 2] })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

async function buildServer() {
  const tsc = join('node_modules', 'typescript', 'bin', 'tsc')
  if (!existsSync(join(root, tsc))) fail('缺少编译工具 typescript。请运行 npm ci（不要加 --omit=dev）后再试。')
  // A lost output is not seen by the incremental compiler; then it starts over.
  if (parts.server.outputs.some((path) => !existsSync(join(root, path)))) rmSync(join(dist, '.tsbuildinfo'), { force: true })
  const code = await run(tsc, ['-p', 'tsconfig.build.json'])
  if (code !== 0) fail('服务没有编译成功，错误见上面几行。')
  removeOrphans()
  // Data that stands beside the code.
  for (const path of filesBelow('src', (each) => each.endsWith('.json') && !isPage(each))) copyFileSync(join(root, path), join(root, path.replace(/^src/, 'dist')))
  return []
}

/** Takes away compiled files whose source is gone, so that nothing imports a ghost. */
function removeOrphans() {
  const compiled = filesBelow('dist', (path) => /\.js(\.map)?$/.test(path) && !path.startsWith(join(dist, 'web') + sep))
  for (const path of compiled) {
    const source = join('src', relative('dist', path)).replace(/\.js(\.map)?$/, '.ts')
    if (!existsSync(join(root, source))) rmSync(join(root, path), { force: true })
  }
}

async function buildPages() {
  if (!existsSync(join(root, 'vite.config.ts'))) fail('缺少 vite.config.ts，网页无法构建。')
  if (!existsSync(join(root, 'node_modules', 'vite', 'package.json'))) {
    fail('缺少构建工具 vite。请运行 npm ci（不要加 --omit=dev）后再试。')
  }
  const { build } = await import('vite')
  // The settings' own paths start from here.
  process.chdir(root)
  const write = process.stdout.write
  process.stdout.write = process.stderr.write.bind(process.stderr)
  try {
    const read = new Set()
    // Every file that was parsed, also one of which nothing is left in the output (an inlined constant).
    const inputs = { name: 'inputs', moduleParsed: ({ id }) => void read.add(relative(root, id.replace(/[?#].*$/, ''))) }
    await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn', plugins: [inputs] })
    return [...read].filter((path) => path.startsWith(`src${sep}`)).sort()
  } catch (error) {
    fail(`网页没有构建成功：${error instanceof Error ? error.message : String(error)}`)
    return []
  } finally {
    process.stdout.write = write
  }
}

/** One build at a time: the lock is a folder that names its process; a dead one's lock is taken over. */
async function locked(work) {
  mkdirSync(dist, { recursive: true })
  const lock = join(dist, '.building')
  const until = Date.now() + lockWaitMs
  for (;;) {
    try {
      mkdirSync(lock)
      writeFileSync(join(lock, 'pid'), String(process.pid))
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
    }
    if (!ownerLives(lock)) rmSync(lock, { recursive: true, force: true })
    else if (Date.now() > until) fail(`另一个构建一直没有结束。若确认没有，请删除 ${relative(root, lock)} 后再试。`)
    else await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
  try {
    return await work()
  } finally {
    release()
    process.off('exit', release)
  }
}

function ownerLives(lock) {
  let pid
  try {
    pid = Number(readFileSync(join(lock, 'pid'), 'utf8'))
  } catch {
    // The folder is made before its pid is written: young means alive.
    try {
      return Date.now() - statSync(lock).mtimeMs < 5_000
    } catch {
      return false
    }
  }
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM'
  }
}

const stale = Object.keys(parts).filter((name) => !isFresh(name))
if (stale.length > 0) {
  await locked(async () => {
    for (const name of stale.filter((each) => !isFresh(each))) {
      const part = parts[name]
      const started = Date.now()
      if (!quiet || !existsSync(stampFile(name))) say(`正在构建${part.title} …`)
      const before = new Set(part.inputs(readStamp(name)?.read ?? []).map(timeKey))
      const read = await part.make()
      const after = part.inputs(read)
      // What changed or appeared under way may not be in the output: an empty stamp makes the next run build again.
      const moved = after.some((path) => !before.has(timeKey(path)) && !read.includes(path))
      writeStamp(name, moved ? { times: '', contents: '', read } : stampOf(after, read))
      if (!quiet) say(`${part.title}已构建，用时 ${((Date.now() - started) / 1000).toFixed(1)} 秒`)
    }
  })
}
