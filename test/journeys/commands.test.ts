import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { call, enterChat } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer, script, talkAs } from './running.js'
import { storedIn } from './stored.js'

const dataDir = aFolder()
let server: ServerProcess

beforeAll(async () => {
  server = await aServer(dataDir)
})

function yichuang(args: readonly string[], more: { readonly dataDir?: string; readonly input?: string } = {}) {
  const env = { ...process.env, YICHUANG_DATA_DIR: more.dataDir ?? dataDir, YICHUANG_PORT: '0' }
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env, input: more.input ?? '', timeout: 30_000 })
  return { status, stdout, stderr }
}

describe('the program', () => {
  it('prints its addresses and, while there is no admin, a one-time link that is good', async () => {
    const link = /http:\/\/127\.0\.0\.1:\d+\/desk\/invite\/([\w-]+)/.exec(server.output())
    expect(server.output()).toContain(`${server.url}/desk/`)
    const invitation = await call(server.url, `/api/desk/invitations/${link?.[1] ?? ''}`)
    expect([invitation.status, JSON.parse(invitation.body)]).toEqual([200, expect.objectContaining({ role: 'admin', resets: null })])
  })

  it('refuses a second one on the same data, and says why', () => {
    const second = yichuang(['start'])
    expect(second.status).toBe(1)
    expect(second.stdout).toBe('')
    expect(second.stderr).not.toBe('')
    expect(server.isAlive()).toBe(true)
  })

  it('answers on stdout and nothing else there', () => {
    const { status, stdout } = yichuang(['ask', '--jsonl'], { input: `${JSON.stringify({ id: '1', text: '一个社区配几个工作人员', community: 'huzhou-demo', chat: 'private' })}\n` })
    expect(status).toBe(0)
    expect(stdout.trim().split('\n')).toHaveLength(1)
    expect(JSON.parse(stdout)).toMatchObject({ id: '1', outcome: 'answered' })
  })

  it('ends well when its reader stops early', () => {
    const lines = Array.from({ length: 300 }, (_, n) => JSON.stringify({ id: String(n), text: '你好', community: 'huzhou-demo', chat: 'private' })).join('\n')
    const { status, stdout, stderr } = spawnSync('bash', ['-c', 'set -o pipefail; "$0" "$1" ask --jsonl | head -n 1', process.execPath, script], { encoding: 'utf8', input: `${lines}\n` })
    expect([status, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ id: '0' })
  })

  it('says a wrong setting in one message and ends', () => {
    const { status, stderr } = spawnSync(process.execPath, [script, 'start'], { encoding: 'utf8', env: { ...process.env, YICHUANG_PORT: 'eighty', YICHUANG_DATA_DIR: aFolder() } })
    expect(status).toBe(1)
    expect(stderr).toContain('YICHUANG_PORT')
    expect(stderr).not.toMatch(/\n\s+at /)
  })
})

describe('backup while residents write', () => {
  it('holds every message acknowledged before it began, and opens as a store of its own', async () => {
    const resident = await enterChat(server.url, 'huzhou-demo')
    const talk = await talkAs(resident)
    const receipt = await talk.ask('9栋1单元楼道灯坏了')
    const number = /HZ-\d{4}-\d{4}/.exec(receipt.text)?.[0]
    const folder = join(aFolder(), 'backup')
    const busy = Promise.all([1, 2, 3].map((n) => resident.send(`${n}0栋1单元楼道灯坏了`)))
    const backup = yichuang(['backup', folder, '--with-key'])
    expect([backup.status, backup.stdout]).toEqual([0, ''])
    expect((await busy).map((answer) => answer.status)).toEqual([202, 202, 202])
    talk.close()

    const restored = join(aFolder(), 'data')
    expect(yichuang(['restore', folder], { dataDir: restored }).status).toBe(0)
    const stored = await storedIn(restored, 'huzhou-demo')
    expect(stored.requests.map((request) => request.number)).toContain(number)
  })
})

describe('an admin who lost the password', () => {
  it('must be an admin of the running 一窗', () => {
    const { status, stdout, stderr } = yichuang(['admin', 'reset', 'nobody'])
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toContain('nobody')
  })

  it('gets a link that the running 一窗 takes', async () => {
    const token = /\/desk\/invite\/([\w-]+)/.exec(server.output())?.[1] ?? ''
    const headers = { 'content-type': 'application/json', 'x-yichuang': 'desk' }
    const made = await call(server.url, `/api/desk/invitations/${token}`, { method: 'POST', headers, body: JSON.stringify({ login: 'wang', name: '王主任', password: '一窗-示例-口令-2026' }) })
    expect(made.status).toBeLessThan(300)
    const { status, stdout } = yichuang(['admin', 'reset', 'wang'])
    expect(status).toBe(0)
    const reset = /\/desk\/invite\/([\w-]+)/.exec(stdout)?.[1] ?? ''
    const invitation = await call(server.url, `/api/desk/invitations/${reset}`)
    expect(JSON.parse(invitation.body)).toMatchObject({ role: 'admin', resets: 'wang' })
  })
})
