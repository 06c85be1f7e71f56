import { describe, expect, it } from 'vitest'
import { openLog, withoutQuoted } from '../src/log.js'

function thrownBy(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  return expect.fail('it was to throw')
}

/** Errors as they come, each quoting what it was given. */
const quoting: readonly (readonly [string, Error])[] = [
  ['a text that is no JSON', thrownBy(() => JSON.parse('{"text":欧阳翠花13800000077'))],
  ['a pattern that is none', thrownBy(() => new RegExp(`${'欧阳翠花'}(`))],
  ['a value that a database did not take', new Error('invalid input syntax for type bigint: "13800000077"')],
  ['a file that is not there', Object.assign(new Error("ENOENT: no such file or directory, open '/tmp/欧阳翠花 11010119900307771X.docx'"), { code: 'ENOENT' })],
]

describe('the log', () => {
  it.each(quoting)('does not repeat what an error quotes: %s', (_, error) => {
    const lines: string[] = []
    const log = openLog('info', { write: (line: string) => { lines.push(line) } })
    // As the parts of the program tell of errors.
    log.warn({ error: String(error) }, 'outbox')
    log.error({ error: error.stack, intake: 'i1' }, 'turn.failed')
    log.child({ part: 'http' }).error({ stack: error.stack, route: '/api/chat/messages' }, 'request failed')
    log.error({ err: error }, 'a package of others')
    expect(lines).toHaveLength(4)
    for (const canary of ['欧阳', '翠花', '13800000077', '11010119900307771']) expect(lines.join('')).not.toContain(canary)
    // What it takes to mend the fault is still there.
    for (const line of lines.slice(1)) expect(line).toContain('log.test.ts')
    expect(lines[0]).toContain(error.message.slice(0, 8))
  })

  it('says what is ours as it was said', () => {
    const lines: string[] = []
    openLog('info', { write: (line: string) => { lines.push(line) } }).warn({ channel: 'wechat', reason: '请用微信扫码登录', ms: 12_345_678, error: 'store: requests 01KB3V4Z0000000000000000AB was expected at revision 3, it is at 4' }, 'channel')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ channel: 'wechat', reason: '请用微信扫码登录', ms: 12_345_678, error: 'store: requests 01KB3V4Z0000000000000000AB was expected at revision 3, it is at 4' })
  })

  it('keeps the line of the program at which something broke', () => {
    expect(withoutQuoted('Error: 王阿姨\n    at serve (file:///opt/yichuang/dist/serve.js:1234:56)')).toBe('Error: …\n    at serve (file:///opt/yichuang/dist/serve.js:1234:56)')
  })
})
