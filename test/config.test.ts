import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readConfig, readEnvFile } from '../src/config.js'

describe('settings', () => {
  it('need nothing: without any, it listens on this machine only', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', port: 8080, publicUrl: null, key: null })
  })

  it('take an empty value as not set', () => {
    expect(readConfig({ YICHUANG_PORT: '', YICHUANG_PUBLIC_URL: '' })).toMatchObject({ port: 8080, publicUrl: null })
  })

  it('list everything wrong at once, by name', () => {
    const wrong = { YICHUANG_PORT: 'eighty', YICHUANG_KEY: 'short', YICHUANG_PROT: '80' }
    expect(() => readConfig(wrong)).toThrow(/YICHUANG_PORT[\s\S]*/)
    for (const name of Object.keys(wrong)) expect(() => readConfig(wrong)).toThrow(name)
  })

  it('never repeat a key in an error', () => {
    expect(() => readConfig({ YICHUANG_KEY: 'c2VjcmV0LXNlY3JldA==' })).toThrow(expect.not.objectContaining({ message: expect.stringContaining('c2VjcmV0') }) as Error)
  })

  it('keep everything in PostgreSQL with a database and a key, and never without the key', () => {
    const DATABASE_URL = 'postgres://yichuang:secret@127.0.0.1/yichuang'
    expect(readConfig({}).databaseUrl).toBeNull()
    expect(readConfig({ DATABASE_URL, YICHUANG_KEY: Buffer.alloc(32).toString('base64') }).databaseUrl).toBe(DATABASE_URL)
    expect(() => readConfig({ DATABASE_URL })).toThrow('YICHUANG_KEY')
    expect(() => readConfig({ DATABASE_URL: 'mysql://127.0.0.1/yichuang', YICHUANG_KEY: Buffer.alloc(32).toString('base64') })).toThrow('DATABASE_URL')
  })

  it('bring Lark in with an app and its secret, and never without an encrypt key where Lark is to call us', () => {
    expect(readConfig({}).lark).toBeNull()
    const app = { LARK_APP_ID: 'cli_0123456789abcdef', LARK_APP_SECRET: 'secret' }
    expect(readConfig(app).lark).toEqual({ appId: app.LARK_APP_ID, appSecret: 'secret', domain: 'https://open.feishu.cn', by: { kind: 'connection' } })
    expect(() => readConfig({ LARK_APP_ID: app.LARK_APP_ID })).toThrow('LARK_APP_SECRET')
    expect(() => readConfig({ ...app, LARK_MODE: 'webhook' })).toThrow('LARK_ENCRYPT_KEY')
    expect(() => readConfig({ ...app, LARK_ENCRYPT_KYE: 'k' })).toThrow('LARK_ENCRYPT_KYE')
    expect(() => readConfig({ ...app, LARK_APP_ID: 'app' })).toThrow('LARK_APP_ID')
  })

  it('open WeChat only where a puppet is named, and take the web protocol’s ids for what they are', () => {
    expect(readConfig({}).wechat).toBeNull()
    expect(readConfig({ WECHAT_PUPPET: 'wechat4u' }).wechat).toMatchObject({ gateway: { puppet: 'wechat4u' }, idsLast: 'per-login' })
    expect(readConfig({ WECHAT_PUPPET: 'service', WECHAT_TOKEN: 'insecure_5e0f7c1a', WECHAT_ENDPOINT: '127.0.0.1:8788', WECHAT_TLS: 'no', WECHAT_IDS: 'for-good' }).wechat)
      .toMatchObject({ gateway: { puppet: 'service', token: 'insecure_5e0f7c1a', endpoint: '127.0.0.1:8788', tls: false }, idsLast: 'for-good' })
    expect(() => readConfig({ WECHAT_PUPPET: 'wechat4u', WECHAT_IDS: 'for-good' })).toThrow('WECHAT_IDS')
    expect(() => readConfig({ WECHAT_PUPPET: 'service' })).toThrow('WECHAT_TOKEN')
    expect(() => readConfig({ WECHAT_TOKEN: 'insecure_5e0f7c1a' })).toThrow('WECHAT_PUPPET')
    expect(() => readConfig({ WECHAT_PUPPET: 'wechat4u', WECHAT_TOKN: 'x_1' })).toThrow('WECHAT_TOKN')
  })

  it('leave other programs’ variables alone', () => {
    expect(() => readConfig({ PATH: '/bin', HOME: '/', LARK_OF_ANOTHER: 'yes', WECHAT_OF_ANOTHER: 'yes' })).not.toThrow()
  })

  it('are all in .env.example, and nothing else is', () => {
    const example = readFileSync('.env.example', 'utf8')
    const named = new Set([...example.matchAll(/^#?\s?((?:YICHUANG|LARK|WECHAT)_[A-Z_]+)=/gm)].map((match) => match[1] ?? ''))
    const source = readFileSync('src/config.ts', 'utf8')
    const known = new Set([...source.matchAll(/^ {2}((?:YICHUANG|LARK|WECHAT)_[A-Z_]+):/gm)].map((match) => match[1] ?? ''))
    expect([...named].sort()).toEqual([...known].sort())
  })
})

describe('a .env file', () => {
  it('gives names and values, with comments and quotes left out', () => {
    const folder = mkdtempSync(join(tmpdir(), 'yichuang-env-'))
    onTestFinished(() => { rmSync(folder, { recursive: true }) })
    writeFileSync(join(folder, '.env'), '# a comment\nYICHUANG_PORT=9000\r\nYICHUANG_HOST="0.0.0.0"\n\nnot a line\n')
    expect(readEnvFile(join(folder, '.env'))).toEqual({ YICHUANG_PORT: '9000', YICHUANG_HOST: '0.0.0.0' })
  })

  it('that is not there is no setting', () => {
    expect(readEnvFile('/nowhere/.env')).toEqual({})
  })
})
