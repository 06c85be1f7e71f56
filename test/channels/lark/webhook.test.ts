import { createCipheriv, createHash } from 'node:crypto'
import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { larkWebhook, verifyWebhook } from '../../../src/channels/lark/webhook.js'
import { StoreError } from '../../../src/errors.js'
import { answerErrors } from '../../../src/http/refusals.js'
import { group, larkApp, wang, type LarkApp } from './app.js'
import { envelope } from './stand-in.js'

const encryptKey = 'encrypt-key-of-the-test'
const verificationToken = 'verification-token'

let app: LarkApp
let server: FastifyInstance
let forged: string[]
let isBroken: boolean
let handled: number
let commits: number
beforeEach(async () => {
  app = await larkApp({ isIdle: true })
  forged = []
  isBroken = false
  handled = 0
  commits = 0
  app.store.onCommit(() => { commits += 1 })
  const channel = app.channel
  await channel.start(async (event) => {
    handled += 1
    if (isBroken) throw new StoreError('write-refused', 'disk full')
    app.taken.push(event)
  })
  server = fastify()
  answerErrors(server)
  larkWebhook(server, {
    keys: { appId: app.lark.appId, encryptKey, verificationToken }, now: app.now, log: (_event, { reason }) => { forged.push(String(reason)) }, take: (payload) => channel.take(payload),
  })
  await server.ready()
})
afterEach(async () => {
  await server.close()
  await app.close()
})

const told = (change: { appId?: string; token?: string } = {}, text = '3栋电梯坏了'): object => {
  const whole = envelope('im.message.receive_v1', app.lark.message(wang, text, { chat: group, id: 'om_1' }), 'e-1', app.now(), change.appId ?? app.lark.appId) as { header: { token: string } }
  return { ...whole, header: { ...whole.header, token: change.token ?? verificationToken } }
}
const post = async (sent: { headers: Record<string, string>; body: string | Buffer }) => server.inject({ method: 'POST', url: '/api/lark/events', headers: sent.headers, payload: sent.body })
const pressed = (appId = app.lark.appId): object => envelope('card.action.trigger', { operator: { open_id: wang }, action: { tag: 'button', value: { yichuang: 'choice', text: '对', in: `lark:chat:${group}`, for: null } }, context: { open_message_id: 'om_c', open_chat_id: group } }, 'e-2', app.now(), appId)
const seal = (payload: object, key = encryptKey): string => {
  const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(key).digest(), Buffer.alloc(16, 7))
  return JSON.stringify({ encrypt: Buffer.concat([Buffer.alloc(16, 7), cipher.update(JSON.stringify(payload)), cipher.final()]).toString('base64') })
}

describe('a delivery by webhook', () => {
  it('signed and sealed with our key is taken, and acknowledged once it is durable', async () => {
    const answer = await post(app.lark.sign(told(), encryptKey, app.now()))
    expect([answer.statusCode, app.taken]).toMatchObject([200, [{ text: '3栋电梯坏了' }]])
  })

  it('is verified over its very bytes, Chinese and spacing as they came', async () => {
    const { headers } = app.lark.sign(told(), encryptKey, app.now())
    const body = `\n ${seal(told())} `
    const time = headers['x-lark-request-timestamp'] ?? ''
    const signature = createHash('sha256').update(`${time}n${encryptKey}${body}`).digest('hex')
    expect((await post({ headers: { ...headers, 'x-lark-request-nonce': 'n', 'x-lark-signature': signature }, body })).statusCode).toBe(200)
  })

  it('that could not be kept is answered with 5xx, never 200, and taken when it comes again', async () => {
    isBroken = true
    expect((await post(app.lark.sign(told(), encryptKey, app.now()))).statusCode).toBeGreaterThanOrEqual(500)
    isBroken = false
    expect((await post(app.lark.sign(told(), encryptKey, app.now()))).statusCode).toBe(200)
    expect(app.taken).toHaveLength(1)
  })

  it('before the channel is started or after it is stopped is to come again', async () => {
    await app.channel.stop()
    expect((await post(app.lark.sign(told(), encryptKey, app.now()))).statusCode).toBeGreaterThanOrEqual(500)
  })

  it('of Lark’s question whether it is us is answered with what it asked for', async () => {
    const body = seal({ type: 'url_verification', challenge: 'c-1', token: verificationToken })
    const answer = await post({ headers: { 'content-type': 'application/json' }, body })
    expect([answer.statusCode, answer.json()]).toEqual([200, { challenge: 'c-1' }])
  })

  it('of a button gives back what the client shows', async () => {
    expect((await post(app.lark.sign(pressed(), encryptKey, app.now()))).json()).toMatchObject({ toast: { content: '已收到：对' } })
  })

  const fresh = () => app.lark.sign(told(), encryptKey, app.now())
  const with_ = (change: Record<string, string>) => { const sent = fresh(); return { ...sent, headers: { ...sent.headers, ...change } } }
  it.each<[string, () => { headers: Record<string, string>; body: string | Buffer } | Promise<{ headers: Record<string, string>; body: string | Buffer }>]>([
    ['without a signature', () => ({ ...fresh(), headers: { 'content-type': 'application/json' } })],
    ['with a signature of something else', () => with_({ 'x-lark-signature': 'ab'.repeat(32) })],
    ['with an empty signature', () => with_({ 'x-lark-signature': '' })],
    ['signed with another key', () => app.lark.sign(told(), 'another-key', app.now())],
    ['sealed with our key, signed with another', () => { const body = seal(told()); const time = String(Math.floor(app.now() / 1_000)); return { headers: { 'content-type': 'application/json', 'x-lark-request-timestamp': time, 'x-lark-request-nonce': 'n', 'x-lark-signature': createHash('sha256').update(`${time}nx${body}`).digest('hex') }, body } }],
    ['with another body under the signature', () => ({ ...fresh(), body: seal(told({}, '别的话')) })],
    ['with another nonce', () => with_({ 'x-lark-request-nonce': 'another' })],
    ['signed six minutes ago', () => app.lark.sign(told(), encryptKey, app.now() - 6 * 60_000)],
    ['signed six minutes ahead', () => app.lark.sign(told(), encryptKey, app.now() + 6 * 60_000)],
    ['signed in 2001', () => app.lark.sign(told(), encryptKey, Date.parse('2001-01-01'))],
    ['in the open although it is to be sealed', () => { const body = JSON.stringify(told()); const time = String(Math.floor(app.now() / 1_000)); return { headers: { 'content-type': 'application/json', 'x-lark-request-timestamp': time, 'x-lark-request-nonce': 'n', 'x-lark-signature': createHash('sha256').update(`${time}n${encryptKey}${body}`).digest('hex') }, body } }],
    ['for another app', () => app.lark.sign(told({ appId: 'cli_ffffffffffffffff' }), encryptKey, app.now())],
    ['with another verification token', () => app.lark.sign(told({ token: 'another' }), encryptKey, app.now())],
    ['asking whether it is us with another token', () => ({ headers: { 'content-type': 'application/json' }, body: seal({ type: 'url_verification', challenge: 'c', token: 'another' }) })],
    ['that is no JSON', () => ({ headers: { 'content-type': 'application/json' }, body: 'zzzz' })],
    ['with nothing to open in it', () => ({ headers: { 'content-type': 'application/json' }, body: '{"encrypt":"zzzz"}' })],
    ['that is empty', () => ({ headers: {}, body: '' })],
    ['of a pressed button, unsigned', () => ({ headers: { 'content-type': 'application/json' }, body: seal(pressed()) })],
    ['of a pressed button, for another app', () => app.lark.sign(pressed('cli_ffffffffffffffff'), encryptKey, app.now())],
  ])('%s is refused with 401, and nobody is called', async (_, make) => {
    const answer = await post(await make())
    expect([answer.statusCode, handled, answer.json().message]).toEqual([401, 0, '签名不对'])
    expect(forged).toHaveLength(1)
    // Nothing of it is kept.
    expect(commits).toBe(0)
  })

  it('that was taken is not taken a second time under the same signature', async () => {
    const sent = fresh()
    expect((await post(sent)).statusCode).toBe(200)
    expect((await post(sent)).statusCode).toBe(401)
    expect(handled).toBe(1)
  })

  it('larger than a megabyte is not read to the end', async () => {
    expect((await post({ headers: { 'content-type': 'application/json' }, body: 'x'.repeat(1024 * 1024 + 1) })).statusCode).toBe(413)
  })

  it('cut at any byte is never half a character and never a crash', () => {
    const { headers, body } = app.lark.sign(told(), encryptKey, app.now())
    for (let length = 0; length < body.length; length += 7) expect(verifyWebhook(headers, Buffer.from(body).subarray(0, length), { appId: app.lark.appId, encryptKey, verificationToken }, app.now()).kind).toBe('refused')
  })

  it('has no way in without an encrypt key', () => {
    expect(() => { larkWebhook(fastify(), { keys: { appId: 'a', encryptKey: '', verificationToken: null }, take: async () => undefined, now: () => 0, log: () => undefined }) }).toThrow('encrypt key')
  })
})
