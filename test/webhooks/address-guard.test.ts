import type { lookup } from 'node:dns'
import { describe, expect, it } from 'vitest'
import { createAddressGuard, faultOfUrl } from '../../src/webhooks/address-guard.js'
import { createPost } from '../../src/webhooks/post.js'
import { newSecret, signedHeaders } from '../../src/webhooks/signature.js'
import { aReceiver } from './receiver.js'

const guard = createAddressGuard([])

describe('a message to another system', () => {
  it.each([
    '127.0.0.1', '127.8.8.8', '0.0.0.0', '10.0.0.1', '172.16.3.4', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '192.0.2.1',
    '::1', '::', '::ffff:127.0.0.1', '::ffff:7f00:1', '::127.0.0.1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'fe80::1%eth0', 'ff02::1', '64:ff9b::7f00:1', '2002:7f00:1::', '2001:db8::1', '2001::1', 'localhost', '',
  ])('never goes to %s', (address) => {
    expect(guard.allows(address)).toBe(false)
  })

  it.each(['1.1.1.1', '114.114.114.114', '172.32.0.1', '172.15.255.255', '2606:4700::1111', '240e::1'])('may go to %s', (address) => {
    expect(guard.allows(address)).toBe(true)
  })

  it.each([
    'http://hooks.example.org/', 'ftp://hooks.example.org/', 'https://127.0.0.1/', 'https://2130706433/', 'https://0x7f.1/', 'https://0177.0.0.1/', 'https://127.1/', 'https://[::1]/', 'https://[::ffff:127.0.0.1]/', 'https://localhost/',
    'https://intranet/', 'https://db.internal/', 'https://printer.local/', 'https://user:pass@hooks.example.org/', 'https://hooks.example.org/#x', 'hooks.example.org', '', 'javascript:alert(1)', `https://hooks.example.org/${'x'.repeat(600)}`,
    'https://１２７.0.0.1/', 'https://169.254.169.254/latest/meta-data/',
  ])('cannot be set to go to %s', (url) => {
    expect(faultOfUrl(url, guard)).toMatch(/\p{Script=Han}/u)
  })

  it('goes to https on the open net, and to a private network only where the operator opened it', () => {
    expect(faultOfUrl('https://hooks.example.org/in?x=1', guard)).toBeNull()
    const opened = createAddressGuard(['10.1.0.0/16', 'fd00::/8'])
    expect([opened.allows('10.1.2.3'), opened.allows('10.2.2.3'), opened.allows('fd00::1'), faultOfUrl('https://10.1.2.3/', opened), faultOfUrl('http://10.1.2.3/', opened)]).toEqual([true, false, true, null, '地址要用 https'])
    for (const wrong of ['10.1.0.0', '10.1.0.0/33', 'x/8', '10.1.0.0/-1']) expect(() => createAddressGuard([wrong])).toThrow(RangeError)
  })

  it('looks at the very address it connects to: a name that changes what it means leads nowhere', async () => {
    const receiver = await aReceiver()
    const { port } = new URL(receiver.url)
    // First on the open net, then our own machine: what a name server of an attacker says.
    const answers = [[{ address: '127.0.0.1', family: 4 }], [{ address: '1.1.1.1', family: 4 }, { address: '127.0.0.1', family: 4 }]]
    const names = ((_name: string, _options: unknown, done: (error: null, found: unknown) => void) => { done(null, answers.shift()) }) as unknown as typeof lookup
    const post = createPost(guard, names)
    for (let i = 0; i < 2; i += 1) await expect(post(`https://rebind.example.org:${port}/`, {}, '{}')).rejects.toMatchObject({ code: 'EFORBIDDEN' })
    await expect(post(receiver.url, {}, '{}')).rejects.toMatchObject({ code: 'EFORBIDDEN' })
    expect(receiver.got).toEqual([])
    await receiver.close()
  })

  it('does not follow an answer that points elsewhere', async () => {
    const receiver = await aReceiver()
    receiver.answer(302)
    expect(await createPost(createAddressGuard(['127.0.0.0/8']))(receiver.url, {}, '{}')).toEqual({ status: 302 })
    expect(receiver.got).toHaveLength(1)
    await receiver.close()
  })
})

it('is signed as Standard Webhooks has it: the published example comes out', () => {
  // github.com/standard-webhooks/standard-webhooks, libraries' test vector.
  const headers = signedHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330_000, '{"test": 2432232314}')
  expect(headers['webhook-signature']).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  expect(newSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
})
