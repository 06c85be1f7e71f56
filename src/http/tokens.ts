import { createHash, randomBytes } from 'node:crypto'

/** An unguessable token (256 bit) for a cookie or a one-time link. Only its hash is stored. */
export function newToken(): string {
  return randomBytes(32).toString('base64url')
}

/** The id under which a token's row is kept. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Whether a value can be a token of ours at all; anything else needs no look into the store. */
export function looksLikeToken(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_-]{43}$/.test(value)
}
