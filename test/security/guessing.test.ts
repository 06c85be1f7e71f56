import { generate } from 'otplib'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SecondStepBegun } from '../../src/desk/account-types.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { runningServer, staffPassword, type Browser, type RunningServer } from '../desk/running-server.js'

/** Each hash a password was really held against, in order. */
const looked: string[] = []
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<{ verify: (hash: string, password: string) => Promise<boolean> }>()
  return { ...real, verify: (hash: string, password: string) => { looked.push(hash); return real.verify(hash, password) } }
})

let server: RunningServer
let addresses = 0
beforeEach(async () => {
  server = await runningServer()
  looked.length = 0
})
afterEach(() => server.close())

/** Guesses from everywhere: the limit of one address is another test. */
const elsewhere = (): Browser => server.browser({ remoteAddress: `10.4.${Math.floor((addresses += 1) / 250)}.${addresses % 250}` })
async function signIn(login: string, password: string, code = ''): Promise<string> {
  const answer = await elsewhere().call('POST', '/api/desk/login', { login, password, code })
  return answer.statusCode === 200 ? 'in' : answer.json<{ code: string }>().code
}
async function lock(login: string): Promise<void> {
  for (let i = 0; i < 5; i += 1) await signIn(login, `wrong guess ${i}`)
  looked.length = 0
}

describe('a lock that strangers have set', () => {
  async function withPhone(): Promise<{ login: string; id: string; code: () => Promise<string> }> {
    const staff = await server.staff('admin', 'all')
    const { secret } = (await staff.call('POST', '/api/desk/me/second-step', { password: staffPassword })).json<SecondStepBegun>()
    const code = (): Promise<string> => generate({ secret, epoch: Math.floor(server.clock.now / 1_000) })
    await staff.call('POST', '/api/desk/me/second-step/confirm', { code: await code() })
    server.clock.now += 60_000
    await lock(staff.account.login)
    return { login: staff.account.login, id: staff.account.id, code }
  }

  it('does not keep out whoever has the phone and the password, and is lifted by them', async () => {
    const { login, id, code } = await withPhone()
    expect(await signIn(login, staffPassword)).toBe('locked')
    expect(await signIn(login, staffPassword, await code())).toBe('in')
    expect(await server.store.get(PLATFORM, 'staff', id)).toMatchObject({ failures: 0, lockedUntil: null })
  })

  it('has no password looked at without a right code, and one for each code that is used up', async () => {
    const { login, code } = await withPhone()
    for (const guess of ['', '000000', '123456', 'ABCDEFGHJK']) expect(await signIn(login, staffPassword, guess)).toBe('locked')
    expect(looked).toHaveLength(0)
    const right = await code()
    expect(await signIn(login, 'wrong guess', right)).toBe('locked')
    expect(await signIn(login, staffPassword, right)).toBe('locked')
    expect(looked).toHaveLength(1)
  })

  it('holds for who has no second step until it is over or an admin lifts it', async () => {
    const { account } = await server.staff('staff')
    await lock(account.login)
    expect(await signIn(account.login, staffPassword, '123456')).toBe('locked')
    expect(looked).toHaveLength(0)
  })
})

describe('whoever guesses', () => {
  it('has at most ten of 1,000 passwords for one account looked at', async () => {
    const { account } = await server.staff('staff')
    for (let i = 0; i < 20; i += 1) await Promise.all(Array.from({ length: 50 }, (_, each) => signIn(account.login, `guess ${i} ${each}`)))
    expect(looked.length).toBeLessThanOrEqual(10)
    expect(looked.length).toBeGreaterThan(0)
  })

  it('makes the server do the same for a name that nobody has as for a wrong password: one look of the same cost', async () => {
    const { account } = await server.staff('staff')
    const took: Record<'known' | 'unknown', number[]> = { known: [], unknown: [] }
    const work: string[][] = []
    for (let i = 0; i < 4; i += 1) {
      for (const [who, login] of [['known', account.login], ['unknown', `nobody-${i}`]] as const) {
        looked.length = 0
        const before = performance.now()
        expect(await signIn(login, 'wrong guess')).toBe('unauthenticated')
        took[who].push(performance.now() - before)
        work.push(looked.map((hash) => hash.split('$').slice(0, 4).join('$')))
      }
    }
    expect(work).toEqual(Array.from({ length: 8 }, () => ['$argon2id$v=19$m=19456,t=2,p=1']))
    const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
    console.log(`a wrong password ${median(took.known).toFixed(1)} ms, an unknown name ${median(took.unknown).toFixed(1)} ms (median of 4; aim: at most 10 ms apart)`)
  })
})
