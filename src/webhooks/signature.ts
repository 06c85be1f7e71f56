import { createHmac, randomBytes } from 'node:crypto'
import type { Webhook } from './webhook.js'

/** A secret as Standard Webhooks has it: 24 to 64 random bytes in base64 behind `whsec_`. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** How long the secret before goes on signing beside a new one, ms: a day. */
export const graceMs = 86_400_000

/** The secrets that sign now, the newest first. */
export function secretsAt({ secret, previous }: Pick<Webhook, 'secret' | 'previous'>, now: number): readonly string[] {
  return previous != null && now < previous.until ? [secret, previous.secret] : [secret]
}

/** The headers of Standard Webhooks 1.0.0 (standardwebhooks.com): id, time in seconds, and a signature by each secret, HMAC-SHA256 of both and the body. */
export function signedHeaders(secrets: readonly string[], id: string, now: number, body: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(now / 1_000))
  const signatures = secrets.map((secret) => `v1,${createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64')).update(`${id}.${timestamp}.${body}`).digest('base64')}`)
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
