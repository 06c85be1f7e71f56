import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createServer as createVite } from 'vite'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const port = Number(process.env.YICHUANG_PORT ?? 8090)
const community = 'huzhou-demo'
const say = (text) => process.stderr.write(`${text}\n`)
const run = promisify(execFile)

export async function until(holds) {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 200))
}

/**
 * Starts 一窗 against a chat platform of its own on this machine, and a page that plays two residents and a member of staff. Nothing
 * leaves the machine; the data lie in a temporary folder that goes with it. `open` begins the platform's stand-in and answers what there is:
 *
 *   title, hint, color, pagePort   what the page is called and where it stands
 *   env                            settings by which 一窗 finds the stand-in
 *   chats                          columns of the page: { id, title, people, at?, under? }
 *   pairing                        { residents, staff, own }: who says a code where, each [person, chat]
 *   isOnline(cli, env)             whether 一窗 is connected
 *   speak(from, chat, text, how)   somebody writes; how: { at, parent }
 *   post(from, chat, photo, how)   somebody posts a photo; photo: { name, base64 }
 *   lines()                        all lines: { id, chat, from, text, at, under?, details?, isCard?, buttons?, fields?, hasPicture? }
 *   picture(id)                    the bytes of a line's picture, null when there is none
 *   press(pressed)?, cut(isCut)?   a button of a card; the line of the platform cut and joined again
 *   close()
 */
export async function playOn(open) {
  // The stand-ins are the tests' own, TypeScript; vite reads them.
  const vite = await createVite({ root, configFile: false, server: { middlewareMode: true, hmr: false, watch: null }, appType: 'custom', logLevel: 'error' })
  const stage = await open((path) => vite.ssrLoadModule(path))
  const data = mkdtempSync(join(tmpdir(), 'yichuang-chat-'))
  const env = { ...process.env, YICHUANG_DATA_DIR: join(data, 'data'), YICHUANG_PORT: String(port), YICHUANG_LOG_LEVEL: 'warn', ...stage.env }
  const cli = (...args) => run(process.execPath, [join(root, 'dist', 'cli.js'), ...args], { cwd: root, env })
  const child = spawn(process.execPath, [join(root, 'dist', 'cli.js'), 'start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })

  let isEnding = false
  const end = async (code) => {
    if (isEnding) return
    isEnding = true
    child.kill('SIGTERM')
    if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
    await stage.close()
    await vite.close()
    rmSync(data, { recursive: true, force: true })
    process.exit(code)
  }
  child.once('exit', (code) => void end(code ?? 1))
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(0))

  let output = ''
  child.stdout.on('data', (chunk) => { output += chunk })
  await until(() => /\/desk\/invite\/[\w-]+/.test(output))
  await until(() => stage.isOnline(cli))

  // An account for the member of staff, and the codes an admin would hand out.
  const password = randomUUID()
  const invitation = /\/desk\/invite\/([\w-]+)/.exec(output)[1]
  await fetch(`http://127.0.0.1:${port}/api/desk/invitations/${invitation}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-yichuang': 'desk' }, body: JSON.stringify({ login: 'xiaozhou', name: '小周', password }) })
  const codeOf = async (...args) => (await cli('pair', ...args)).stdout.trim()
  const { residents, staff, own } = stage.pairing
  await stage.speak(...residents, `配对 ${await codeOf('room', community)}`, { at: true })
  await stage.speak(...staff, `配对 ${await codeOf('room', community, '--staff')}`, { at: true })
  await stage.speak(...own, `关联 ${await codeOf('staff', 'xiaozhou')}`, {})
  const answered = ([, chat]) => stage.lines().some((line) => line.from === null && line.chat === chat && /成功/.test(line.text))
  await until(() => [residents, staff, own].every(answered))

  const page = readFileSync(join(root, 'scripts', 'dev-chat.html'))
  const acts = {
    '/stage': async () => ({ title: stage.title, hint: stage.hint ?? '', color: stage.color, chats: stage.chats, canCut: stage.cut !== undefined }),
    '/lines': async () => ({ lines: [...stage.lines()].sort((a, b) => a.at - b.at) }),
    '/say': async ({ from, chat, text, at, parent }) => { await stage.speak(from, chat, text, { at, parent }); return {} },
    '/post': async ({ from, chat, photo, at, parent }) => { await stage.post(from, chat, photo, { at, parent }); return {} },
    '/press': async (pressed) => ({ toast: await stage.press(pressed) }),
    '/cut': async ({ isCut }) => { stage.cut(isCut); return {} },
  }
  createHttpServer(async (request, response) => {
    try {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const shown = /^\/picture\/(.+)$/.exec(request.url)
      const picture = shown === null ? null : stage.picture(decodeURIComponent(shown[1]))
      if (picture !== null) return void response.writeHead(200, { 'cache-control': 'max-age=3600' }).end(picture)
      const act = acts[request.url]
      if (act === undefined) return void response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
      const answer = await act(chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString()))
      response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  }).listen(stage.pagePort, '127.0.0.1', () => {
    say(`${stage.title}：http://127.0.0.1:${stage.pagePort}/  （居民群、私聊、工作群；Ctrl+C 结束）`)
    say(`工作台：  http://127.0.0.1:${port}/desk/  （用户名 xiaozhou，密码 ${password}）`)
  })
}
