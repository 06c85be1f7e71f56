import { randomInt } from 'node:crypto'
import type { SecondStep } from './accounts.js'
import { hashToken } from '../http/tokens.js'

/** Length of a step, s (RFC 6238, 5.2). */
const stepS = 30

/** A phone's clock may be off by one step (RFC 6238, 5.2). */
const toleranceS = 30

const recoveryCount = 10

/** No 0, 1, I, O, L: these are written down by hand. */
const letters = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789'
const recoveryLength = 10

/** A second step begun, not yet proven. */
export async function beginSecondStep(): Promise<SecondStep> {
  const { generateSecret } = await import('otplib')
  return { secret: generateSecret(), confirmedAt: null, usedStep: -1, recovery: [] }
}

/** What the phone is shown: the address, and the same as a picture (PNG in a data URL). */
export async function picture(secret: string, login: string): Promise<{ readonly uri: string; readonly qr: string }> {
  const [{ generateURI }, { default: qrcode }] = await Promise.all([import('otplib'), import('qrcode')])
  const uri = generateURI({ issuer: '一窗', label: login, secret })
  return { uri, qr: await qrcode.toDataURL(uri, { margin: 1, width: 240 }) }
}

/** The step with this code used up, a recovery code included; `null` when the code is wrong or was used before. `now` in ms. */
export async function useCode(step: SecondStep, code: string, now: number): Promise<SecondStep | null> {
  const given = code.normalize('NFKC').replace(/[\s-]/g, '').toUpperCase()
  if (/^\d{6}$/.test(given)) {
    const { verify } = await import('otplib')
    const result = await verify({ secret: step.secret, token: given, period: stepS, epoch: Math.floor(now / 1_000), epochTolerance: toleranceS, ...(step.usedStep < 0 ? {} : { afterTimeStep: step.usedStep }) })
    return result.valid && 'timeStep' in result ? { ...step, usedStep: result.timeStep } : null
  }
  const left = step.recovery.filter((hash) => hash !== hashToken(given))
  return left.length < step.recovery.length ? { ...step, recovery: left } : null
}

/** Codes for whoever loses the phone; shown once, of which only the hashes are kept. About 49 bit each. */
export function recoveryCodes(): readonly string[] {
  return Array.from({ length: recoveryCount }, () => Array.from({ length: recoveryLength }, () => letters.charAt(randomInt(letters.length))).join(''))
}

export function hashRecovery(codes: readonly string[]): readonly string[] {
  return codes.map(hashToken)
}
