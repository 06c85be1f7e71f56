import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { continueByLink } from '../../src/channels/web/continue.js'
import type { ChatSessionInfo } from '../../src/channels/web-types.js'
import { hashToken, newToken } from '../../src/http/tokens.js'
import type { Community } from '../../src/knowledge/community.js'
import { aNeighbourhood, type Neighbourhood } from '../conversation/neighbourhood.js'
import { aCommunity, huzhou, runningServer, type RunningServer } from '../desk/running-server.js'

const url = 'https://community.example.org'
const inWechatRoom = { channel: 'wechat', conversationId: 'wechat:room:1', chat: 'group' } as const

/** What the bot said in the WeChat room, by its kept lines. */
async function saidInRoom(here: Neighbourhood): Promise<string> {
  const lines = await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: 'wechat:room:1' })
  return lines.filter(({ from }) => from === 'bot').map(({ text }) => text).join('\n')
}

async function asks(here: Neighbourhood, who = '王阿姨'): Promise<string> {
  await here.saysInRoom(who, '@小助手 我爸想订助餐，3栋2单元502', inWechatRoom)
  return saidInRoom(here)
}

describe('a private matter in a WeChat room, of who is no friend of the account', () => {
  it('goes on in the web chat by a link that shows neighbours nothing', async () => {
    const here = await aNeighbourhood('huzhou-demo', { webChat: { url, newToken } })
    const said = await asks(here)
    const token = new RegExp(`${url}/#k=([A-Za-z0-9_-]{43})`).exec(said)?.[1]
    expect(said).toContain('30分钟')
    const [link] = await here.store.find(here.communityId, 'webLinks', {})
    expect(link?.id).toBe(hashToken(token ?? ''))
    // A hash may hold any digits.
    expect(JSON.stringify(link).replaceAll(link?.id ?? '', '')).not.toMatch(/13800000031|502|王阿姨/)
    expect(said.split('\n').length).toBeLessThanOrEqual(3)
  })

  it('is asked for there from where it stood, and filed as that browser’s own', async () => {
    const here = await aNeighbourhood('huzhou-demo', { webChat: { url, newToken } })
    const token = /#k=(\S+)/.exec(await asks(here))?.[1] ?? ''
    const home: Community = aCommunity(here.communityId, '新荷社区')
    const opened = await continueByLink({ store: here.store, communities: () => [home], now: here.now }, token, async (community) => ({ id: 'memory:网页', name: '邻居A', community, privateId: 'memory:private:网页', roomId: 'web:huzhou-demo:room' }))
    expect(opened?.id).toBe('memory:网页')
    expect(await here.says('网页', '接着办')).toMatch(/哪|地址|电话|怎么联系/)
    expect(await here.says('网页', '3栋2单元502')).toMatch(/电话|联系/)
    await here.says('网页', '13800000031')
    for (let more = 0; more < 4 && (await here.requests()).length === 0; more += 1) await here.says('网页', '对')
    expect((await here.requests())[0]).toMatchObject({ residentId: 'memory:网页' })
  })

  it('is told of the web page where nobody set its address', async () => {
    const said = await asks(await aNeighbourhood())
    expect(said).toContain('网页聊天')
    expect(said).not.toContain('http')
  })
})

describe('a link into the web chat', () => {
  let server: RunningServer
  beforeAll(async () => { server = await runningServer() })
  afterAll(() => server.close())

  async function aLink(expiresInMs = 60_000): Promise<string> {
    const token = newToken()
    await server.store.commit(huzhou, [{ op: 'put', table: 'webLinks', row: { id: hashToken(token), rev: 0, form: null, expiresAt: server.clock.now + expiresInMs, usedAt: null } }])
    return token
  }

  it('lets a browser in once, as a resident of its own', async () => {
    const token = await aLink()
    const first = await server.browser().call('POST', '/api/chat/continue', { token })
    expect(first.statusCode).toBe(200)
    expect(first.json<ChatSessionInfo>().community.id).toBe(huzhou)
    expect((await server.browser().call('POST', '/api/chat/continue', { token })).statusCode).toBe(404)
  })

  it('opens nothing when it is too old or made up', async () => {
    const token = await aLink(0)
    for (const tried of [token, newToken(), 'k', '']) expect((await server.browser().call('POST', '/api/chat/continue', { token: tried })).statusCode).toBe(404)
  })
})
