import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { enterChat } from '../../src/bench/chat-client.js'
import { aFolder, aServer, script, talkAs } from './running.js'

const item = (days: string) => `${JSON.stringify({ name: '示例卡新办申请', department: '示例市某局', type: '公共服务', themes: [], accept_standard: '', materials: ['申请表'], location: '示例路1号', time_limit: days, url: null, service_object: [] })}\n`

describe('knowledge published while residents ask', () => {
  it('is in use without a restart, survives a kill, is rolled back by one command, and every answer can be shown again', async () => {
    const dataDir = aFolder()
    const list = join(aFolder(), 'items.jsonl')
    const yichuang = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: { ...process.env, YICHUANG_DATA_DIR: dataDir, YICHUANG_PORT: '0' }, timeout: 30_000 })
    const publish = (days: string) => {
      writeFileSync(list, item(days))
      return yichuang('import', '--services', list, '--jurisdiction', '440000').stderr
    }
    const question = '示例卡新办申请几天办好'
    let server = await aServer(dataDir)
    const resident = await enterChat(server.url, 'guangdong-demo')
    const talk = await talkAs(resident)

    expect((await talk.ask(question)).text).not.toContain('工作日')
    expect(publish('7个工作日')).toContain('第 2 版')
    const seven = await talk.ask(question)
    expect(seven.text).toContain('7个工作日')
    expect(publish('5个工作日')).toContain('第 3 版')
    talk.close()
    await server.end('SIGKILL')

    server = await aServer(dataDir)
    const again = await talkAs(resident.at(server.url))
    expect((await again.ask(question)).text).toContain('5个工作日')
    expect(yichuang('rollback', '2').stderr).toContain('第 4 版')
    expect((await again.ask(question)).text).toContain('7个工作日')
    again.close()

    const replay = yichuang('knowledge', 'replay', seven.id)
    expect([replay.status, replay.stdout]).toEqual([0, expect.stringMatching(new RegExp(`第 2 版[\\s\\S]*问：${question}[\\s\\S]*与那一版原文一致[\\s\\S]*7个工作日`)) as string])
  })
})
