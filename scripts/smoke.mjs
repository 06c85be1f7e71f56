/** Exit code 0 when this checkout, as it stands, builds, answers on the command line, starts, serves its pages and stops. */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const dataDir = mkdtempSync(join(tmpdir(), 'yichuang-smoke-'))
const env = { ...process.env, YICHUANG_DATA_DIR: dataDir, YICHUANG_PORT: '0' }
let server

function check(passes, what) {
  if (!passes) throw new Error(what)
  console.log(`smoke: ${what}`)
}

try {
  const question = JSON.stringify({ id: '1', text: '一个社区配几个工作人员', community: 'huzhou-demo', chat: 'private' })
  const ask = spawnSync('npm', ['run', '-s', 'yichuang', '--', 'ask', '--jsonl'], { cwd: root, env, input: `${question}\n`, encoding: 'utf8' })
  if (ask.status !== 0) console.error(ask.stderr)
  const answer = JSON.parse(ask.stdout)
  check(answer.id === '1' && answer.outcome === 'answered' && answer.citations.length > 0, 'ask answers with a citation, stdout is pure')

  server = spawn('npm', ['start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true })
  const url = await new Promise((resolve, reject) => {
    let output = ''
    const timer = setTimeout(() => reject(new Error(`no address within 60 s; so far: ${output}`)), 60_000)
    server.on('exit', (code) => reject(new Error(`npm start ended with ${code}: ${output}`)))
    server.stdout.on('data', (chunk) => {
      output += chunk
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output)
      if (!found) return
      clearTimeout(timer)
      resolve(found[0])
    })
  })
  for (const [path, type] of [['/', 'text/html'], ['/desk/', 'text/html'], ['/healthz', ''], ['/readyz', ''], ['/api/chat/communities', 'application/json']]) {
    const response = await fetch(url + path)
    check(response.status === 200 && (response.headers.get('content-type') ?? '').includes(type), `${path} is served`)
  }
} catch (error) {
  console.error(`smoke: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
} finally {
  if (server?.exitCode === null) {
    server.removeAllListeners('exit')
    // npm goes at once; the window itself writes everything down first, and holds the pipe until then.
    const ended = new Promise((resolve) => server.once('close', resolve))
    // npm and the shell under it pass the signal on; the whole group is ours.
    process.kill(-server.pid, 'SIGTERM')
    await ended
  }
  rmSync(dataDir, { recursive: true, force: true })
}
