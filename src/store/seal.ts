import { createCipheriv, createDecipheriv, createHmac, randomFillSync } from 'node:crypto'
import { StoreError } from '../errors.js'

/** What stands on disk in the place of a sealed value: `key id.base64(salt, iv, tag, ciphertext)`. */
export interface Sealed {
  readonly '~': string
}

export function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && typeof (value as { '~'?: unknown })['~'] === 'string'
}

export const KEY_BYTES = 32
const SALT_BYTES = 12
const IV_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = SALT_BYTES + IV_BYTES + TAG_BYTES
/** Values sealed under one derived key with random IVs; NIST SP 800-38D 8.3 allows 2^32. */
const SEALS_PER_SALT = 2 ** 30

/** Names a key without telling it, 16 hex digits. */
export function keyIdOf(key: Buffer): string {
  return createHmac('sha256', key).update('yichuang key id').digest('hex').slice(0, 16)
}

/**
 * Seals values with AES-256-GCM. Each is bound to its place (community, table, row, field), so that a value moved
 * elsewhere does not open. The key itself seals nothing: each run derives keys of its own from a random salt.
 */
export class Sealer {
  readonly keyId: string
  readonly #key: Buffer
  readonly #derived = new Map<string, Buffer>()
  #salt: Buffer = Buffer.alloc(0)
  #saltKey: Buffer = Buffer.alloc(0)
  #sealed = SEALS_PER_SALT
  #pool: Buffer = Buffer.alloc(IV_BYTES * 512)
  #poolAt = this.#pool.length

  constructor(key: Buffer) {
    if (key.length !== KEY_BYTES) throw new StoreError('wrong-key', `store: the key must be ${KEY_BYTES} bytes, it is ${key.length}`)
    this.#key = key
    this.keyId = keyIdOf(key)
  }

  /** Seals what JSON keeps of a value. */
  seal(value: unknown, place: string): Sealed {
    return { '~': `${this.keyId}.${this.sealBytes(Buffer.from(JSON.stringify(value)), place).toString('base64')}` }
  }

  open(sealed: Sealed, place: string): unknown {
    const dot = sealed['~'].indexOf('.')
    const keyId = sealed['~'].slice(0, dot)
    if (keyId !== this.keyId) throw new StoreError('wrong-key', `store: a value is sealed with key ${keyId}, the key in use is ${this.keyId}; start with the key it was sealed with`)
    return JSON.parse(this.openBytes(Buffer.from(sealed['~'].slice(dot + 1), 'base64'), place).toString()) as unknown
  }

  sealBytes(bytes: Uint8Array, place: string): Buffer {
    if (this.#sealed >= SEALS_PER_SALT) this.#renewSalt()
    this.#sealed++
    const iv = this.#nextIv()
    const cipher = createCipheriv('aes-256-gcm', this.#saltKey, iv)
    cipher.setAAD(Buffer.from(place))
    const body = cipher.update(bytes)
    cipher.final()
    return Buffer.concat([this.#salt, iv, cipher.getAuthTag(), body])
  }

  openBytes(bytes: Buffer, place: string): Buffer {
    try {
      const salt = bytes.subarray(0, SALT_BYTES)
      const decipher = createDecipheriv('aes-256-gcm', this.#keyFor(salt), bytes.subarray(SALT_BYTES, SALT_BYTES + IV_BYTES))
      decipher.setAAD(Buffer.from(place))
      decipher.setAuthTag(bytes.subarray(SALT_BYTES + IV_BYTES, HEAD_BYTES))
      return Buffer.concat([decipher.update(bytes.subarray(HEAD_BYTES)), decipher.final()])
    } catch (error) {
      throw new StoreError('damaged', 'store: a sealed value does not open: it was changed on disk or moved from its place; restore the latest backup with "yichuang restore DIR"', { cause: error })
    }
  }

  #renewSalt(): void {
    this.#salt = randomFillSync(Buffer.alloc(SALT_BYTES))
    this.#saltKey = this.#keyFor(this.#salt)
    this.#sealed = 0
  }

  #keyFor(salt: Buffer): Buffer {
    const name = salt.toString('latin1')
    let key = this.#derived.get(name)
    if (key === undefined) {
      key = createHmac('sha256', this.#key).update('yichuang seal ').update(salt).digest()
      this.#derived.set(name, key)
    }
    return key
  }

  #nextIv(): Buffer {
    if (this.#poolAt === this.#pool.length) {
      this.#pool = randomFillSync(Buffer.alloc(this.#pool.length))
      this.#poolAt = 0
    }
    return this.#pool.subarray(this.#poolAt, (this.#poolAt += IV_BYTES))
  }
}
