import { generate } from 'otplib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ColleagueList, RecoveryCodes, SecondStepBegun } from '../../src/desk/account-types.js'
import { createServer } from '../../src/http.js'
import { resetAdmin } from '../../src/desk/invitations.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { huzhou, puyang, runningServer, staffPassword, type Browser, type RunningServer } from '../desk/running-server.js'
import type { StaffAccount } from '../../src/desk/accounts.js'

let server: RunningServer
let addresses = 0
beforeEach(async () => {
  server = await runningServer()
})
afterEach(() => server.close())

/** A browser at an address of its own: the address's own limit is another test. */
const elsewhere = (): Browser => server.browser({ remoteAddress: `10.2.${Math.floor((addresses += 1) / 250)}.${addresses % 250}` })
const codeAt = (secret: string, moment: number): Promise<string> => generate({ secret, epoch: Math.floor(moment / 1_000) })

async function signIn(login: string, code = '', password = staffPassword): Promise<string> {
  const answer = await elsewhere().call('POST', '/api/desk/login', { login, password, code })
  return answer.statusCode === 200 ? 'in' : answer.json<{ code: string }>().code
}

async function setUp(page: Browser): Promise<{ secret: string; codes: readonly string[] }> {
  const { secret, qr, uri } = (await page.call('POST', '/api/desk/me/second-step', { password: staffPassword })).json<SecondStepBegun>()
  expect(qr).toMatch(/^data:image\/png;base64,/)
  expect(uri).toContain(`secret=${secret}`)
  const { codes } = (await page.call('POST', '/api/desk/me/second-step/confirm', { code: await codeAt(secret, server.clock.now) })).json<RecoveryCodes>()
  server.clock.now += 60_000
  return { secret, codes }
}

describe('the second step', () => {
  it('is asked for once it was proven by a code, and not before', async () => {
    const staff = await server.staff('staff')
    const { login } = staff.account
    await staff.call('POST', '/api/desk/me/second-step', { password: staffPassword })
    expect(await signIn(login)).toBe('in')
    const { secret } = await setUp(staff)
    expect(await signIn(login)).toBe('code-needed')
    expect(await signIn(login, '000000')).toBe('unauthenticated')
    expect(await signIn(login, await codeAt(secret, server.clock.now))).toBe('in')
  })

  it('takes a code once: not again, not the one before it, not by two at the same moment', async () => {
    const staff = await server.staff('staff')
    const { secret } = await setUp(staff)
    const before = await codeAt(secret, server.clock.now - 30_000)
    const code = await codeAt(secret, server.clock.now)
    const both = await Promise.all([signIn(staff.account.login, code), signIn(staff.account.login, code)])
    expect(both.sort()).toEqual(['in', 'unauthenticated'])
    expect([await signIn(staff.account.login, code), await signIn(staff.account.login, before)]).toEqual(['unauthenticated', 'unauthenticated'])
    server.clock.now += 30_000
    expect(await signIn(staff.account.login, await codeAt(secret, server.clock.now))).toBe('in')
  })

  it('counts a wrong code like a wrong password: five lock the account', async () => {
    const staff = await server.staff('staff')
    await setUp(staff)
    const tries: string[] = []
    for (let i = 0; i < 6; i += 1) tries.push(await signIn(staff.account.login, `00000${i}`))
    expect(tries.slice(-2)).toEqual(['locked', 'locked'])
  })

  it('lets in who lost the phone by a recovery code, each once, and keeps none of them readable', async () => {
    const staff = await server.staff('staff')
    const { codes, secret } = await setUp(staff)
    expect(new Set(codes).size).toBe(10)
    expect([await signIn(staff.account.login, codes[0]), await signIn(staff.account.login, codes[0]), await signIn(staff.account.login, codes[1]!.toLowerCase())]).toEqual(['in', 'unauthenticated', 'in'])
    const row = JSON.stringify(await server.store.get(PLATFORM, 'staff', staff.account.id))
    expect(codes.filter((code) => row.includes(code))).toEqual([])
    for (const path of ['/api/desk/me', '/api/desk/conversations']) expect((await staff.call('GET', path)).body).not.toContain(secret)
  })

  it('where the house asks it of admins, leaves them nothing else to do before it is set up', async () => {
    await server.close()
    server = await runningServer({ secondStep: 'admins' })
    const [admin, staff] = [await server.staff('admin', 'all'), await server.staff('staff')]
    for (const { method, url, config } of server.app.accessTable.filter(({ access }) => Array.isArray(access) && access.includes('admin'))) {
      if (config.isOpenWhileOwing === true) continue
      const path = url.replace(':community', huzhou).replace(/:\w+/g, 'x')
      expect([url, (await admin.call(method as 'GET', path, method === 'POST' ? {} : undefined)).statusCode]).toEqual([url, 403])
    }
    expect((await admin.call('GET', '/api/desk/me')).json()).toMatchObject({ owesSecondStep: true })
    expect((await staff.call('GET', '/api/desk/requests')).statusCode).toBe(200)
    const { secret } = await setUp(admin)
    expect((await admin.call('GET', '/api/desk/requests')).statusCode).toBe(200)
    const dropped = await admin.call('POST', '/api/desk/me/second-step/drop', { password: staffPassword, code: await codeAt(secret, server.clock.now) })
    expect(dropped.json()).toMatchObject({ code: 'not-allowed' })
  })

  it('goes with the password when a lost admin is let in again by the command on the machine, and stays when a colleague only lost the password', async () => {
    const [admin, other] = [await server.staff('admin', 'all'), await server.staff('admin', 'all')]
    await setUp(admin)
    const token = (await resetAdmin(server.store, admin.account.login, server.clock.now)).replace('/desk/invite/', '')
    expect((await elsewhere().call('POST', `/api/desk/invitations/${token}`, { password: '换了一个更新的密码' })).statusCode).toBe(200)
    expect(await signIn(admin.account.login, '', '换了一个更新的密码')).toBe('in')
    await setUp(other)
    const back = elsewhere()
    await back.call('POST', '/api/desk/login', { login: admin.account.login, password: '换了一个更新的密码' })
    const { path } = (await back.call('POST', `/api/desk/staff/${other.account.id}/reset`)).json<{ path: string }>()
    expect((await elsewhere().call('POST', path.replace('/desk/invite/', '/api/desk/invitations/'), { password: '另一个更新的密码' })).statusCode).toBe(204)
    expect(await signIn(other.account.login, '', '另一个更新的密码')).toBe('code-needed')
    await back.call('POST', `/api/desk/staff/${other.account.id}`, { kind: 'drop-second-step' })
    expect(await signIn(other.account.login, '', '另一个更新的密码')).toBe('in')
  })
})

describe('looking after colleagues', () => {
  const change = async (by: Browser, { id }: Pick<StaffAccount, 'id'>, body: object): Promise<number> => (await by.call('POST', `/api/desk/staff/${id}`, body)).statusCode
  const roleOf = async ({ id }: Pick<StaffAccount, 'id'>) => (await server.store.get(PLATFORM, 'staff', id))?.role

  it('a demotion holds from the next request, and a closed account is out at once with its links', async () => {
    const [admin, lead] = [await server.staff('admin', 'all'), await server.staff('lead')]
    expect((await lead.call('GET', `/api/desk/supervision?community=${huzhou}`)).statusCode).toBe(200)
    expect(await change(admin, lead.account, { kind: 'role', role: 'staff', scope: [huzhou] })).toBe(200)
    expect((await lead.call('GET', `/api/desk/supervision?community=${huzhou}`)).statusCode).toBe(403)
    const { path } = (await admin.call('POST', `/api/desk/staff/${lead.account.id}/reset`)).json<{ path: string }>()
    expect(await change(admin, lead.account, { kind: 'disable' })).toBe(200)
    expect((await lead.call('GET', '/api/desk/me')).statusCode).toBe(401)
    expect((await elsewhere().call('POST', path.replace('/desk/invite/', '/api/desk/invitations/'), { password: '偷偷回来的密码' })).statusCode).toBe(410)
    expect(await signIn(lead.account.login)).toBe('unauthenticated')
    expect(await change(admin, lead.account, { kind: 'enable' })).toBe(200)
    expect(await signIn(lead.account.login)).toBe('in')
  })

  it('nobody changes their own role, and staff, leads and auditors change nobody\'s', async () => {
    const admin = await server.staff('admin', 'all')
    expect(await change(admin, admin.account, { kind: 'role', role: 'auditor', scope: 'all' })).toBe(403)
    for (const role of ['staff', 'lead', 'auditor'] as const) {
      const other = await server.staff(role)
      expect(await change(other, other.account, { kind: 'role', role: 'admin', scope: 'all' })).toBe(403)
      expect(await roleOf(other.account)).toBe(role)
    }
  })

  it('what is sent besides the fields that are asked for changes nothing', async () => {
    const [admin, staff] = [await server.staff('admin', 'all'), await server.staff('staff')]
    await change(admin, staff.account, { kind: 'unlock', role: 'admin', scope: 'all', passwordHash: 'x', id: admin.account.id })
    await staff.call('POST', '/api/desk/me/password', { current: staffPassword, password: '一个完全不同的密码', role: 'admin', scope: 'all' })
    expect(await server.store.get(PLATFORM, 'staff', staff.account.id)).toMatchObject({ role: 'staff', scope: [huzhou], login: staff.account.login })
    const { path } = (await admin.call('POST', '/api/desk/invitations', { role: 'staff', scope: [huzhou] })).json<{ path: string }>()
    const made = await elsewhere().call('POST', path.replace('/desk/invite/', '/api/desk/invitations/'), { login: 'newcomer', name: '新人', password: '一个足够长的密码', role: 'admin', scope: 'all' })
    expect(made.json()).toMatchObject({ role: 'staff', communities: [{ id: huzhou }] })
  })

  it('an admin of one community neither sees nor touches accounts beyond it, nor lifts anybody beyond it', async () => {
    const [local, foreign, mine] = [await server.staff('admin', [huzhou]), await server.staff('staff', [puyang]), await server.staff('staff', [huzhou])]
    const everywhere = await server.staff('admin', 'all')
    const { colleagues } = (await local.call('GET', '/api/desk/staff')).json<ColleagueList>()
    expect(colleagues.map(({ id }) => id).sort()).toEqual([local.account.id, mine.account.id].sort())
    expect([await change(local, foreign.account, { kind: 'disable' }), await change(local, everywhere.account, { kind: 'disable' })]).toEqual([404, 404])
    expect([await change(local, mine.account, { kind: 'role', role: 'admin', scope: 'all' }), await change(local, mine.account, { kind: 'role', role: 'staff', scope: [huzhou, puyang] })]).toEqual([403, 403])
  })

  it('the last admin cannot vanish, also when two take the right from each other at the same moment', async () => {
    const [one, other] = [await server.staff('admin', 'all'), await server.staff('admin', 'all')]
    const local = await server.staff('admin', [huzhou])
    expect(await change(local, one.account, { kind: 'disable' })).toBe(404)
    const answers = await Promise.all([
      change(one, other.account, { kind: 'role', role: 'staff', scope: [huzhou] }),
      change(other, one.account, { kind: 'role', role: 'staff', scope: [huzhou] }),
    ])
    expect(answers.sort()).toEqual([200, 403])
    expect([await roleOf(one.account), await roleOf(other.account)].filter((role) => role === 'admin')).toHaveLength(1)
  })

  it('a lock outlives a restart of the server, and an admin lifts it', async () => {
    const [admin, staff] = [await server.staff('admin', 'all'), await server.staff('staff')]
    for (let i = 0; i < 5; i += 1) await signIn(staff.account.login, '', `wrong guess ${i}`)
    expect(await signIn(staff.account.login)).toBe('locked')
    const again = await createServer({
      config: { publicUrl: null, trustProxy: false }, store: server.store, engine: server.engine, web: { ...server.web, hangUp: () => undefined },
      communities: () => [], now: () => server.clock.now, newId: server.newId, log: server.app.log,
      work: { services: () => ({ byCode: () => null, services: [] }), workingTime: () => ({ years: new Map(), hours: null }), responsibleFor: () => null },
    })
    expect((await again.inject({ method: 'POST', url: '/api/desk/login', headers: { 'x-yichuang': 'desk' }, payload: { login: staff.account.login, password: staffPassword } })).statusCode).toBe(429)
    await again.close()
    const { colleagues } = (await admin.call('GET', '/api/desk/staff')).json<ColleagueList>()
    expect(colleagues.find(({ id }) => id === staff.account.id)?.lockedUntil).toBeGreaterThan(server.clock.now)
    await change(admin, staff.account, { kind: 'unlock' })
    expect(await signIn(staff.account.login)).toBe('in')
  })

  it('a new password ends every other login and keeps this one', async () => {
    const staff = await server.staff('staff')
    const here = elsewhere()
    await here.call('POST', '/api/desk/login', { login: staff.account.login, password: staffPassword })
    expect((await here.call('POST', '/api/desk/me/password', { current: 'wrong guess', password: '一个完全不同的密码' })).statusCode).toBe(400)
    expect((await here.call('POST', '/api/desk/me/password', { current: staffPassword, password: '一个完全不同的密码' })).statusCode).toBe(204)
    expect([(await here.call('GET', '/api/desk/me')).statusCode, (await staff.call('GET', '/api/desk/me')).statusCode]).toEqual([200, 401])
  })
})
