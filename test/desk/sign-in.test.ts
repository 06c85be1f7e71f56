import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Me } from '../../src/desk/api-types.js'
import { ensureFirstAdminInvitation, resetAdmin } from '../../src/desk/invitations.js'
import { passwordFault } from '../../src/desk/passwords.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { huzhou, puyang, runningServer, staffPassword, type Browser, type RunningServer } from './running-server.js'

let server: RunningServer
beforeEach(async () => {
  server = await runningServer()
})
afterEach(() => server.close())

const minute = 60_000
let addresses = 0

/** A browser at an address of its own, so that the address's limit is not what is tested. */
function elsewhere(): Browser {
  addresses += 1
  return server.browser({ remoteAddress: `10.1.${Math.floor(addresses / 250)}.${addresses % 250}` })
}

async function login(browser: Browser, name: string, password: string): Promise<number> {
  return (await browser.call('POST', '/api/desk/login', { login: name, password })).statusCode
}

describe('the first admin', () => {
  it('is made by a link that is given only while there is none, works once, and logs in', async () => {
    const path = await ensureFirstAdminInvitation(server.store, server.clock.now)
    const token = path!.replace('/desk/invite/', '')
    expect((await server.browser().call('GET', '/api/desk/setup')).json()).toEqual({ needed: true })
    expect((await server.browser().call('GET', `/api/desk/invitations/${token}`)).json()).toMatchObject({ role: 'admin', resets: null })
    const page = server.browser()
    const made = await page.call('POST', `/api/desk/invitations/${token}`, { login: 'Wang.Min', name: '王敏', password: '社区的第一位管理员' })
    expect(made.json<Me>()).toMatchObject({ login: 'wang.min', name: '王敏', role: 'admin' })
    expect((await page.call('GET', '/api/desk/me')).json<Me>().communities.map(({ id }) => id)).toEqual([huzhou, puyang])
    expect((await server.browser().call('POST', `/api/desk/invitations/${token}`, { login: 'other', name: '别人', password: '社区的第二位管理员' })).statusCode).toBe(410)
    expect(await ensureFirstAdminInvitation(server.store, server.clock.now)).toBeNull()
    expect((await server.browser().call('GET', '/api/desk/setup')).json()).toEqual({ needed: false })
  })

  it('can use only the newest link, and only for a day', async () => {
    const first = await ensureFirstAdminInvitation(server.store, server.clock.now)
    const second = await ensureFirstAdminInvitation(server.store, server.clock.now)
    const get = async (path: string | null): Promise<number> => (await elsewhere().call('GET', path!.replace('/desk/invite/', '/api/desk/invitations/'))).statusCode
    expect([await get(first), await get(second)]).toEqual([410, 200])
    server.clock.now += 24 * 60 * minute
    expect(await get(second)).toBe(410)
  })

  it('comes out as one account when the link is used twice at once', async () => {
    const token = (await ensureFirstAdminInvitation(server.store, server.clock.now))!.replace('/desk/invite/', '')
    const answers = await Promise.all(['eins', 'zwei'].map((name) => elsewhere().call('POST', `/api/desk/invitations/${token}`, { login: name, name, password: '一个足够长的密码' })))
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 410])
    expect(await server.store.find(PLATFORM, 'staff', {})).toHaveLength(1)
  })

  it('who lost the password gets a link that ends the old password and every session', async () => {
    const admin = await server.staff('admin', 'all')
    await expect(resetAdmin(server.store, 'nobody', server.clock.now)).rejects.toMatchObject({ code: 'not-found' })
    const token = (await resetAdmin(server.store, admin.account.login, server.clock.now)).replace('/desk/invite/', '')
    expect((await admin.call('GET', `/api/desk/invitations/${token}`)).json()).toMatchObject({ resets: admin.account.login })
    expect((await server.browser().call('POST', `/api/desk/invitations/${token}`, { password: '换了一个更新的密码' })).statusCode).toBe(200)
    expect((await admin.call('GET', '/api/desk/me')).statusCode).toBe(401)
    expect(await login(elsewhere(), admin.account.login, staffPassword)).toBe(401)
    expect(await login(elsewhere(), admin.account.login, '换了一个更新的密码')).toBe(200)
  })
})

describe('passwords', () => {
  it.each([
    ['1234567', '至少'], ['a'.repeat(65), '最多'], ['password123', '太常见'], ['88888888', '太常见'], ['QWERTY123', '太常见'], ['my-wangmin-1', '用户名'],
    // Nobody's list, but what is tried of everybody: a usual word with figures, a row of keys, a piece repeated, a birthday, a phone.
    ['Admin@2026', '太常见'], ['woaini19990909', '太常见'], ['shequ@2026!', '太常见'], ['cdefghijkl', '太常见'], ['asdfghjklzx', '太常见'], ['wm12wm12wm12', '太常见'], ['wm19900101', '太常见'], ['13800000021', '太常见'],
  ])('%s is refused', (password, why) => {
    expect(passwordFault(password, 'wangmin')).toContain(why)
  })

  it('of 8 to 64 characters of any kind are taken', () => {
    expect([passwordFault('湖州示例社区一二', 'w'.repeat(3)), passwordFault('correct horse battery', 'wang'), passwordFault('荷花池边第3棵树', 'wang'), passwordFault('kx7-92mq-vd', 'wang'), passwordFault('测'.repeat(21) + 'ab'.repeat(21), 'wang')]).toEqual([null, null, null, null, null])
  })

  it('are kept as argon2id with 19 MiB and two passes, and appear nowhere in an answer', async () => {
    const staff = await server.staff('staff')
    expect(staff.account.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const answer = await elsewhere().call('POST', '/api/desk/login', { login: staff.account.login, password: staffPassword })
    expect(Object.keys(answer.json<Me>()).sort()).toEqual(['communities', 'hasSecondStep', 'id', 'login', 'name', 'owesSecondStep', 'role'])
  })
})

describe('guessing', () => {
  it('locks an account for a quarter of an hour after five wrong passwords, also for the right one', async () => {
    const { account } = await server.staff('staff')
    const tries: number[] = []
    for (let i = 0; i < 6; i += 1) tries.push(await login(elsewhere(), account.login, `wrong guess ${i}`))
    expect(tries).toEqual([401, 401, 401, 401, 429, 429])
    expect(await login(elsewhere(), account.login, staffPassword)).toBe(429)
    expect((await server.store.get(PLATFORM, 'staff', account.id))?.lockedUntil).toBe(server.clock.now + 15 * minute)
    server.clock.now += 15 * minute
    expect(await login(elsewhere(), account.login, staffPassword)).toBe(200)
    expect(await server.store.get(PLATFORM, 'staff', account.id)).toMatchObject({ failures: 0, lockedUntil: null })
  })

  it('with many guesses at once gets no more than five', async () => {
    const { account } = await server.staff('staff')
    const tries = await Promise.all(Array.from({ length: 30 }, (_, i) => login(elsewhere(), account.login.toUpperCase(), `guess ${i}`)))
    expect(tries.filter((status) => status === 401)).toHaveLength(4)
    expect(tries.filter((status) => status === 429)).toHaveLength(26)
  })

  it('learns nothing from a name that nobody has: same answers, same lock', async () => {
    const { account } = await server.staff('staff')
    const ask = async (name: string): Promise<string> => (await elsewhere().call('POST', '/api/desk/login', { login: name, password: 'wrong guess' })).body
    for (let i = 0; i < 7; i += 1) expect(await ask('nobody-here')).toBe(await ask(account.login))
  })

  it('from one address is stopped after 20 in five minutes, whatever the names', async () => {
    const address = server.browser({ remoteAddress: '10.9.9.9' })
    const tries: number[] = []
    for (let i = 0; i < 22; i += 1) tries.push(await login(address, `name-${i}`, 'wrong guess'))
    expect([tries.filter((status) => status === 401).length, tries.slice(20)]).toEqual([20, [429, 429]])
  })
})

describe('a session', () => {
  it('gets a new token at each login, ends the one before, and sets a cookie no script can read', async () => {
    const { account } = await server.staff('staff')
    const page = server.browser()
    const first = await page.call('POST', '/api/desk/login', { login: account.login, password: staffPassword })
    const before = page.cookies.get('desk')!
    expect(first.headers['set-cookie']).toMatch(/^desk=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
    await page.call('POST', '/api/desk/login', { login: account.login, password: staffPassword })
    expect(page.cookies.get('desk')).not.toBe(before)
    const thief = server.browser()
    thief.cookies.set('desk', before)
    expect((await thief.call('GET', '/api/desk/me')).statusCode).toBe(401)
    const rows = JSON.stringify(await server.store.find(PLATFORM, 'staffSessions', {}))
    expect(rows).not.toContain(before)
    expect(rows).not.toContain(page.cookies.get('desk'))
  })

  it('ends after half an hour without use', async () => {
    const staff = await server.staff('staff')
    for (let i = 0; i < 3; i += 1) {
      server.clock.now += 29 * minute
      expect((await staff.call('GET', '/api/desk/me')).statusCode).toBe(200)
    }
    server.clock.now += 31 * minute
    expect((await staff.call('GET', '/api/desk/me')).statusCode).toBe(401)
  })

  it('ends twelve hours after the login however busy', async () => {
    const staff = await server.staff('staff')
    for (let i = 0; i < 36; i += 1) {
      server.clock.now += 20 * minute
      expect((await staff.call('GET', '/api/desk/me')).statusCode).toBe(200)
    }
    server.clock.now += minute
    expect((await staff.call('GET', '/api/desk/me')).statusCode).toBe(401)
  })

  it('is dead after logout, also for whoever copied the cookie', async () => {
    const staff = await server.staff('staff')
    const copy = server.browser()
    copy.cookies.set('desk', staff.cookies.get('desk')!)
    expect((await staff.call('POST', '/api/desk/logout')).statusCode).toBe(204)
    expect([(await staff.call('GET', '/api/desk/me')).statusCode, (await copy.call('GET', '/api/desk/me')).statusCode]).toEqual([401, 401])
  })

  it('is dead with the next request once the account is disabled, and a lower role holds at once', async () => {
    const admin = await server.staff('admin')
    const row = (await server.store.get(PLATFORM, 'staff', admin.account.id))!
    await server.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: { ...row, role: 'staff' } }])
    expect((await admin.call('POST', '/api/desk/invitations', { role: 'staff', scope: [huzhou] })).statusCode).toBe(403)
    await server.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: { ...row, rev: row.rev + 1, disabled: true } }])
    expect((await admin.call('GET', '/api/desk/me')).statusCode).toBe(401)
    expect(await login(elsewhere(), admin.account.login, staffPassword)).toBe(401)
  })

  it('behind https travels in a __Host- cookie that is Secure', async () => {
    const secure = await runningServer({ publicUrl: 'https://shequ.example' })
    const { account } = await secure.staff('staff')
    const answer = await secure.browser().call('POST', '/api/desk/login', { login: account.login, password: staffPassword })
    expect(answer.headers['set-cookie']).toMatch(/^__Host-desk=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    await secure.close()
  })
})

describe('inviting', () => {
  it('reaches no further than the inviting admin', async () => {
    const admin = await server.staff('admin', [huzhou])
    const invite = async (body: unknown): Promise<number> => (await admin.call('POST', '/api/desk/invitations', body)).statusCode
    expect([await invite({ role: 'staff', scope: [huzhou] }), await invite({ role: 'staff', scope: [puyang] }), await invite({ role: 'admin', scope: 'all' }), await invite({ role: 'king', scope: [huzhou] })])
      .toEqual([201, 403, 403, 400])
  })

  it('gives the role of the link whatever the form says besides', async () => {
    const admin = await server.staff('admin', 'all')
    const { path } = (await admin.call('POST', '/api/desk/invitations', { role: 'staff', scope: [huzhou] })).json<{ path: string }>()
    const page = server.browser()
    const made = await page.call('POST', path.replace('/desk/invite/', '/api/desk/invitations/'),
      { login: 'newcomer', name: '小李', password: '一个足够长的密码', role: 'admin', scope: 'all', id: admin.account.id, disabled: false, failures: -9 })
    expect(made.json<Me>()).toMatchObject({ role: 'staff', communities: [{ id: huzhou }] })
    expect((await server.store.get(PLATFORM, 'staff', admin.account.id))?.login).toBe(admin.account.login)
  })

  it('says so when the login is taken, and the link still holds', async () => {
    const admin = await server.staff('admin', 'all')
    const { path } = (await admin.call('POST', '/api/desk/invitations', { role: 'staff', scope: [huzhou] })).json<{ path: string }>()
    const accept = async (name: string): Promise<number> =>
      (await server.browser().call('POST', path.replace('/desk/invite/', '/api/desk/invitations/'), { login: name, name: '小李', password: '一个足够长的密码' })).statusCode
    expect([await accept(admin.account.login), await accept('xiaoli')]).toEqual([409, 200])
  })
})
