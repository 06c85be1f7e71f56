import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig } from '../../../src/config.js'
import { startYichuang } from '../../../src/main.js'
import { callControl } from '../../../src/store/control.js'
import { group, until, wang } from './app.js'
import { envelope, larkStandIn, wordsOf, type LarkStandIn } from './stand-in.js'

async function started(lark: LarkStandIn, more: Readonly<Record<string, string>> = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'yichuang-lark-'))
  const config = readConfig({
    YICHUANG_DATA_DIR: dataDir, YICHUANG_PORT: '0', YICHUANG_LOG_LEVEL: 'silent', YICHUANG_CACHE_DIR: 'node_modules/.cache/yichuang-test',
    LARK_APP_ID: lark.appId, LARK_APP_SECRET: lark.appSecret, LARK_DOMAIN: lark.domain, ...more,
  })
  const running = await startYichuang(config, (error) => { throw error })
  onTestFinished(async () => {
    await running.stop()
    await lark.close()
    await rm(dataDir, { recursive: true })
  })
  const ask = async (name: string, args: unknown): Promise<unknown> => {
    const answer = await callControl(dataDir, name, args)
    if (!answer.live) throw new Error('not running')
    return answer.result
  }
  return { running, ask }
}

describe('一窗 with Lark', () => {
  it('starts with the settings, pairs a group by the code of a command and answers in it', async () => {
    const lark = await larkStandIn()
    const { ask } = await started(lark)
    await until(() => lark.connections() === 1)
    expect(await ask('channels', null)).toMatchObject([{ channel: 'lark', state: { kind: 'online' } }])
    const { code } = (await ask('pair issue', { kind: 'room', community: 'huzhou-demo', use: 'residents' })) as { code: string }
    await lark.event('im.message.receive_v1', lark.message(wang, ` 配对 ${code}`, { chat: group, mentionsBot: true }))
    expect(await ask('pair list', null)).toMatchObject([{ id: `lark:chat:${group}`, communityId: 'huzhou-demo' }])
    expect((await lark.event('im.message.receive_v1', lark.message(wang, ' 3栋楼下的灯坏了', { chat: group, mentionsBot: true }))).how).toBe('acknowledged')
    await until(() => lark.shown.some((one) => wordsOf(one).includes('已受理')))
    await expect(ask('pair issue', { kind: 'room', community: 'nowhere', use: 'residents' })).rejects.toThrow('nowhere')
    await expect(ask('pair issue', { kind: 'staff', login: 'nobody' })).rejects.toThrow('nobody')
  })

  it('serves the web chat although Lark refuses the app, and says what is wrong', async () => {
    const lark = await larkStandIn()
    lark.refuseApp(true)
    const { running, ask } = await started(lark)
    expect((await fetch(`${running.chatUrl}healthz`)).status).toBe(200)
    await until(async () => JSON.stringify(await ask('channels', null)).includes('LARK_APP_SECRET'))
  })

  it('takes events at its own address where Lark is to call, and none that are forged', async () => {
    const lark = await larkStandIn()
    const { running, ask } = await started(lark, { LARK_MODE: 'webhook', LARK_ENCRYPT_KEY: 'the-key' })
    const { code } = (await ask('pair issue', { kind: 'room', community: 'huzhou-demo', use: 'residents' })) as { code: string }
    const payload = envelope('im.message.receive_v1', lark.message(wang, ` 配对 ${code}`, { chat: group, mentionsBot: true }), 'e-1', Date.now(), lark.appId)
    const post = async (key: string): Promise<number> => {
      const { headers, body } = lark.sign(payload, key, Date.now())
      return (await fetch(`${running.chatUrl}api/lark/events`, { method: 'POST', headers, body })).status
    }
    expect([await post('another-key'), await post('the-key')]).toEqual([401, 200])
    expect(await ask('pair list', null)).toHaveLength(1)
  })
})
