/**
 * Starts 一窗 against a Lark of its own on this machine, and a page that plays two residents and a member of staff:
 *
 *   npm run dev:lark
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
const pagePort = Number(process.env.DEV_LARK_PORT ?? 8091)
const port = Number(process.env.YICHUANG_PORT ?? 8090)
const community = 'huzhou-demo'
const say = (text) => process.stderr.write(`${text}\n`)

// The stand-in is the tests' own, TypeScript; vite reads it.
const vite = await createVite({ root, configFile: false, server: { middlewareMode: true, hmr: false, watch: null }, appType: 'custom', logLevel: 'error' })
const { larkStandIn, wordsOf } = await vite.ssrLoadModule('/test/channels/lark/stand-in.ts')
const lark = await larkStandIn()

const data = mkdtempSync(join(tmpdir(), 'yichuang-lark-'))
const env = { ...process.env, YICHUANG_DATA_DIR: join(data, 'data'), YICHUANG_PORT: String(port), YICHUANG_LOG_LEVEL: 'warn', LARK_APP_ID: lark.appId, LARK_APP_SECRET: lark.appSecret, LARK_DOMAIN: lark.domain, LARK_MODE: 'connection' }
const cli = join(root, 'dist', 'cli.js')
const child = spawn(process.execPath, [cli, 'start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] })

const end = async (code) => {
  child.kill('SIGTERM')
  await new Promise((resolve) => (child.exitCode === null ? child.once('exit', resolve) : resolve()))
  await lark.close()
  await vite.close()
  rmSync(data, { recursive: true, force: true })
  process.exit(code)
}
child.once('exit', (code) => void end(code ?? 1))
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void end(0))

/** What people said, in the order of saying. */
const spoken = []
async function speak(from, chat, text, { mentionsBot = false, parent = null } = {}) {
  const id = `om_${randomUUID().replaceAll('-', '')}`
  const at = Date.now()
  spoken.push({ id, chat, from, text: mentionsBot ? `@小助手 ${text}` : text, under: parent, at, isCard: false, buttons: [], hasInput: false })
  const group = chat.startsWith('oc_p2p_') ? {} : { chat }
  await lark.event('im.message.receive_v1', lark.message(from, text, { ...group, id, at, mentionsBot, ...(parent === null ? {} : { parent }) }))
}

/** The bot's messages as lines of the page. */
function ownLines() {
  return lark.shown.map((shown) => {
    const buttons = []
    let hasInput = false
    const walk = (node) => {
      if (Array.isArray(node)) return node.forEach(walk)
      if (node === null || typeof node !== 'object') return
      if (node.tag === 'button') buttons.push({ text: node.text.content, value: node.behaviors[0].value })
      if (node.tag === 'input') hasInput = true
      Object.values(node).forEach(walk)
    }
    if (shown.type === 'interactive') walk(JSON.parse(shown.content))
    const labels = new Set(buttons.map(({ text }) => text))
    const text = wordsOf(shown).split('\n').filter((line) => !labels.has(line)).join('\n')
    return { id: shown.id, chat: shown.to, from: null, text, under: shown.replyTo, at: shown.at, isCard: shown.type === 'interactive', buttons, hasInput }
  })
}

const output = await new Promise((resolve) => {
  let text = ''
  child.stdout.on('data', (chunk) => {
    text += chunk
    if (text.includes('/desk/')) setTimeout(() => resolve(text), 300)
  })
})
const token = /\/desk\/invite\/([\w-]+)/.exec(output)?.[1]
while (lark.connections() === 0) await new Promise((resolve) => setTimeout(resolve, 100))

// An account for the member of staff, and the codes an admin would hand out.
const password = randomUUID()
await fetch(`http://127.0.0.1:${port}/api/desk/invitations/${token}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-yichuang': 'desk' }, body: JSON.stringify({ login: 'xiaozhou', name: '小周', password }) })
const codeOf = async (...args) => (await promisify(execFile)(process.execPath, [cli, 'pair', ...args], { cwd: root, env })).stdout.trim()
await speak('ou_zhang', 'oc_group', `配对 ${await codeOf('room', community)}`, { mentionsBot: true })
await speak('ou_zhou', 'oc_staff', `配对 ${await codeOf('room', community, '--staff')}`, { mentionsBot: true })
await speak('ou_zhou', 'oc_p2p_ou_zhou', `关联 ${await codeOf('staff', 'xiaozhou')}`)

const page = readFileSync(join(root, 'scripts', 'dev-lark.html'))
createHttpServer(async (request, response) => {
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const json = (body) => response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
  try {
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())
    if (request.url === '/lines') return json({ lines: [...spoken, ...ownLines()].sort((a, b) => a.at - b.at) })
    if (request.url === '/say') {
      await speak(body.from, body.chat, body.text, { mentionsBot: body.mentionsBot, parent: body.parent })
      return json({})
    }
    if (request.url === '/press') {
      const { answer } = await lark.event('card.action.trigger', {
        operator: { open_id: body.by }, action: { tag: 'button', value: body.value, ...(body.words === null ? {} : { form_value: { words: body.words } }) }, context: { open_message_id: body.card, open_chat_id: body.chat },
      })
      return json({ toast: answer?.toast?.content ?? null })
    }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}).listen(pagePort, '127.0.0.1', () => {
  say(`飞书替身：http://127.0.0.1:${pagePort}/  （居民群、私聊、工作群；Ctrl+C 结束）`)
  say(`工作台：  http://127.0.0.1:${port}/desk/  （用户名 xiaozhou，密码 ${password}）`)
})
