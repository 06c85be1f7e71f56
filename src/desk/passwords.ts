import { hash, verify } from '@node-rs/argon2'
import { isCommonPassword } from './common-passwords.js'

/** argon2id (the library's default kind) with 19 MiB, 2 passes, 1 lane: OWASP's least for argon2id; about 20 ms here. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export const passwordLength = { least: 8, most: 64 } as const

/** Passwords worked on at once, so that guessing in parallel does not take the machine from residents. */
const atOnce = 2

let free = atOnce
const waiting: (() => void)[] = []

async function oneOfFew<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
}

/** A PHC string. Characters that look alike on different keyboards count as one (NFKC). */
export function hashPassword(password: string): Promise<string> {
  return oneOfFew(() => hash(password.normalize('NFKC'), cost))
}

export function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  return oneOfFew(() => verify(passwordHash, password.normalize('NFKC')))
}

/** Why a password is not taken, as a sentence; `null` when it is good. No rules on kinds of characters (NIST SP 800-63B 5.1.1.2). */
export function passwordFault(password: string, login: string): string | null {
  const length = [...password].length
  if (length < passwordLength.least) return `密码至少 ${passwordLength.least} 个字符`
  if (length > passwordLength.most) return `密码最多 ${passwordLength.most} 个字符`
  const plain = password.normalize('NFKC').toLowerCase()
  if (isCommonPassword(plain)) return '这个密码太常见，容易被猜中，请换一个'
  if (login !== '' && plain.includes(login.toLowerCase())) return '密码里不要有用户名'
  return null
}
