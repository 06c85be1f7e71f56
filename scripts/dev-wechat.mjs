/**
 * Starts 一窗 against a WeChat of its own on this machine, behind a real wechaty gateway, and a page that plays two residents and a
 * member of staff:
 *
 *   npm run dev:wechat
 *
 * Nothing leaves the machine; the data lie in a temporary folder that goes with it.
 */
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
const pagePort = Number(process.env.DEV_WECHAT_PORT ?? 8093)
const port = Number(process.env.YICHUANG_PORT ?? 8090)
const community = 'huzhou-demo'
const bot = 'bot'
const rooms = { residents: 'lotus@chatroom', staff: 'staff@chatroom' }
const say = (text) => process.stderr.write(`${text}\n`)
const run = promisify(execFile)

// The stand-in is the tests' own, TypeScript; vite reads it.
const vite = await createVite({ root, configFile: false, server: { middlewareMode: true, hmr: false, watch: null }, appType: 'custom', logLevel: 'error' })
const { wechatStandIn } = await vite.ssrLoadModule('/test/channels/wechat/stand-in.ts')
const wechat = await wechatStandIn()
for (const [id, name] of [[bot, '小助手'], ['wang', '王阿姨'], ['zhang', '老张'], ['zhou', '小周']]) await wechat.do('contact', { id, name })
await wechat.do('room', { id: rooms.residents, topic: '莲花小区', members: [bot, 'wang', 'zhang'] })
await wechat.do('room', { id: rooms.staff, topic: '工作群', members: [bot, 'zhou'] })
await wechat.do('login', { id: bot })

const data = mkdtempSync(join(tmpdir(), 'yichuang-wechat-'))
const env = { ...process.env, YICHUANG_DATA_DIR: join(data, 'data'), YICHUANG_PORT: String(port), YICHUANG_LOG_LEVEL: 'warn', WECHAT_PUPPET: 'service', WECHAT_TOKEN: wechat.token, WECHAT_ENDPOINT: wechat.endpoint, WECHAT_TLS: 'no' }
const cli = join(root, 'dist', 'cli.js')
const child = spawn(process.execPath, [cli, 'start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })

let isEnding = false
const end = async (code) => {
  if (isEnding) return
  isEnding = true
  child.kill('SIGTERM')
  await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve()))
  await wechat.close()
  await vite.close()
  rmSync(data, { recursive: true, force: true })
  process.exit(code)
}
child.once('exit', (code) => void end(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(0))

/** What people said, in the order of saying. `chat` is a room, or the person whose private chat it is. */
const spoken = []
async function speak(from, chat, text) {
  spoken.push({ chat, from, text, at: Date.now() })
  await wechat.says(from, chat.includes('@') ? chat : bot, text)
}

/** Waits until the account has said in the chat what is looked for. */
async function hears(chat, words) {
  while (!wechat.written.some(({ to, text }) => to === chat && text.includes(words))) await new Promise((resolve) => setTimeout(resolve, 100))
}

const output = await new Promise((resolve) => {
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
    if (text.includes('/desk/')) setTimeout(() => resolve(text), 300)
  })
})
const token = /\/desk\/invite\/([\w-]+)/.exec(output)?.[1]
const inTouch = () => run(process.execPath, [cli, 'channels'], { cwd: root, env }).then(() => true, () => false)
while (!(await inTouch())) await new Promise((resolve) => setTimeout(resolve, 300))

// An account for the member of staff, and the codes an admin would hand out.
const password = randomUUID()
await fetch(`http://127.0.0.1:${port}/api/desk/invitations/${token}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-yichuang': 'desk' }, body: JSON.stringify({ login: 'xiaozhou', name: '小周', password }) })
const codeOf = async (...args) => (await run(process.execPath, [cli, 'pair', ...args], { cwd: root, env })).stdout.trim()
await speak('zhang', rooms.residents, `配对 ${await codeOf('room', community)}`)
await speak('zhou', rooms.staff, `配对 ${await codeOf('room', community, '--staff')}`)
await speak('zhou', 'zhou', `关联 ${await codeOf('staff', 'xiaozhou')}`)
await Promise.all([hears(rooms.residents, '配对成功'), hears(rooms.staff, '配对成功'), hears('zhou', '关联成功')])

const page = readFileSync(join(root, 'scripts', 'dev-wechat.html'))
createHttpServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const json = (body) => response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
  try {
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
    if (request.url === '/lines') return json({ lines: [...spoken, ...wechat.written.map(({ to, text, at }) => ({ chat: to, from: null, text, at }))].sort((a, b) => a.at - b.at) })
    if (request.url === '/say') {
      await speak(body.from, body.chat, body.text)
      return json({})
    }
    if (request.url === '/line') {
      wechat.signal(body.isCut ? 'SIGSTOP' : 'SIGCONT')
      return json({})
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}).listen(pagePort, '127.0.0.1', () => {
  say(`微信替身：http://127.0.0.1:${pagePort}/  （居民群、私聊、工作群；Ctrl+C 结束）`)
  say(`工作台：  http://127.0.0.1:${port}/desk/  （用户名 xiaozhou，密码 ${password}）`)
})
