import { readFile } from 'node:fs/promises'
import * as sdk from '@larksuiteoapi/node-sdk'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createApi, type LarkApi } from '../../../src/channels/lark/api.js'
import { eventTypes, unusedEvents } from '../../../src/channels/lark/events.js'
import { createPace } from '../../../src/channels/lark/pace.js'
import { larkApp } from './app.js'

const guide = await readFile('docs/lark.md', 'utf8')

describe('who connects a real Lark app', () => {
  it('reads of every call that the program makes, and which permission it needs', async () => {
    const app = await larkApp()
    onTestFinished(() => app.close())
    const { lark } = app
    const api = createApi({ sdk, appId: lark.appId, appSecret: lark.appSecret, domain: lark.domain, pace: createPace(Date.now), wait: async () => undefined, log: () => undefined })
    const to = { by: 'chat_id', id: 'oc_1' } as const
    const body = { type: 'text', content: '{"text":"好"}' } as const
    lark.files.set('om_1/k', Buffer.from('x'))
    // Whoever adds a call is asked for it here.
    const each: Readonly<Record<keyof LarkApi, () => Promise<unknown>>> = {
      botOpenId: () => api.botOpenId(),
      create: () => api.create(to, body, 'k-1', false),
      reply: () => api.reply(to, 'om_1', body, 'k-2', { isUrgent: false, inThread: true }),
      patchCard: () => api.patchCard('om_1', '{}'),
      message: () => api.message('om_1'),
      resource: () => api.resource('om_1', 'k', 'image', 10),
      uploadImage: () => api.uploadImage(Buffer.from('x')),
      uploadFile: () => api.uploadFile(Buffer.from('x'), 'x.pdf'),
      history: () => api.history('oc_1', 0),
    }
    for (const call of Object.values(each)) await call().catch(() => undefined)
    const rows = [...guide.matchAll(/^\| `((?:GET|POST|PATCH) \/[^`]+)` \| [^|]+ \| [^|]+ \|$/gm)].map(([, call]) => call)
    expect([...lark.asked].sort()).toEqual(rows.sort())
  })

  it('reads of every event that is listened to', () => {
    for (const type of [...eventTypes, ...unusedEvents]) expect(guide).toContain(`\`${type}\``)
  })
})
