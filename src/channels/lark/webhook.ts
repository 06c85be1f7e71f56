import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { InputError } from '../../errors.js'

/** A signature holds this long before and after its time, ms. */
const signatureHoldsMs = 5 * 60_000
/** Largest event, bytes; Lark's texts end at 150 kB. */
const mostBytes = 1024 * 1024

interface WebhookKeys {
  readonly appId: string
  readonly encryptKey: string
  /** Compared where it is set. */
  readonly verificationToken: string | null
}

/** What came over the open net. `refused` says why, for the log; the sender hears no more than 401. */
type Verified =
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'event'; readonly payload: unknown; readonly signature: string }
  | { readonly kind: 'refused'; readonly reason: string }

const sealed = z.object({ encrypt: z.string().min(32) })
const challenge = z.object({ type: z.literal('url_verification'), challenge: z.string().max(1_000), token: z.string().optional() })
const event = z.object({ schema: z.literal('2.0'), header: z.object({ app_id: z.string(), token: z.string().optional() }).loose() }).loose()

const refused = (reason: string): Verified => ({ kind: 'refused', reason })

/**
 * Checks and opens a delivery: signed over its very bytes with our key, lately, for our app (Lark's 事件订阅安全校验). Only a challenge,
 * which changes nothing, may come unsigned: that it can be decrypted shows that the sender has the key.
 */
export function verifyWebhook(headers: Readonly<Record<string, string | readonly string[] | undefined>>, raw: Buffer, keys: WebhookKeys, now: number): Verified {
  const opened = open(raw, keys.encryptKey)
  if (opened === null) return refused('not sealed with our key')
  const isToken = (token: string | undefined): boolean => keys.verificationToken === null || (token !== undefined && sameText(token, keys.verificationToken))
  const asked = challenge.safeParse(opened)
  if (asked.success) return isToken(asked.data.token) ? { kind: 'challenge', challenge: asked.data.challenge } : refused('challenge with another token')
  const [time, nonce, signature] = ['x-lark-request-timestamp', 'x-lark-request-nonce', 'x-lark-signature'].map((name) => headers[name])
  if (typeof time !== 'string' || typeof nonce !== 'string' || typeof signature !== 'string') return refused('not signed')
  const wanted = createHash('sha256').update(time).update(nonce).update(keys.encryptKey).update(raw).digest('hex')
  if (!sameText(signature, wanted)) return refused('signed otherwise')
  if (!/^\d{9,12}$/.test(time) || Math.abs(now - Number(time) * 1_000) > signatureHoldsMs) return refused('signed at another time')
  const told = event.safeParse(opened)
  if (!told.success) return refused('no event of schema 2.0')
  if (told.data.header.app_id !== keys.appId) return refused('for another app')
  if (!isToken(told.data.header.token)) return refused('with another token')
  return { kind: 'event', payload: opened, signature }
}

function open(raw: Buffer, encryptKey: string): unknown {
  try {
    const { encrypt } = sealed.parse(JSON.parse(raw.toString('utf8')))
    const bytes = Buffer.from(encrypt, 'base64')
    const decipher = createDecipheriv('aes-256-cbc', createHash('sha256').update(encryptKey).digest(), bytes.subarray(0, 16))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(16)), decipher.final()]).toString('utf8')) as unknown
  } catch {
    return null
  }
}

/** Takes the same time wherever they differ. */
function sameText(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => createHash('sha256').update(text).digest())
  return a !== undefined && b !== undefined && timingSafeEqual(a, b)
}

interface WebhookParts {
  readonly keys: WebhookKeys
  /** Fulfilled once everything that follows from the event is durable. */
  readonly take: (payload: unknown) => Promise<unknown>
  readonly now: () => number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** POST /api/lark/events: 200 only for what is durable, 401 for what is forged or comes a second time, 5xx for what is to come again. */
export function larkWebhook(app: FastifyInstance, { keys, take, now, log }: WebhookParts): void {
  if (keys.encryptKey === '') throw new TypeError('lark: without an encrypt key anybody could write to the webhook')
  /** Signatures of what was taken, by time: each counts once. */
  const used = new Map<string, number>()
  // In a scope of its own: here, and only here, bodies are taken as bytes.
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: mostBytes }, (_request, body, done) => { done(null, body) })
    scope.post('/api/lark/events', { config: { access: 'public', does: '飞书的事件' }, bodyLimit: mostBytes }, async (request, reply) => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const verified = verifyWebhook(request.headers, raw, keys, now())
      for (const [signature, at] of used) if (now() - at > 2 * signatureHoldsMs) used.delete(signature)
      if (verified.kind === 'refused' || (verified.kind === 'event' && used.has(verified.signature))) {
        log('lark.forged', { reason: verified.kind === 'refused' ? verified.reason : 'again' })
        throw new InputError('unauthenticated', '签名不对')
      }
      if (verified.kind === 'challenge') return { challenge: verified.challenge }
      const answer = await take(verified.payload)
      used.set(verified.signature, now())
      return reply.code(200).send(answer ?? {})
    })
  })
}
