import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { linesOf, readJsonLine, readJsonLines } from '../../src/cli/json-lines.js'

const schema = z.object({ id: z.string(), text: z.string() })

async function* inChunks(bytes: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}
async function read(text: string, size: number): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(inChunks(new TextEncoder().encode(text), size))) lines.push(line)
  return lines
}

describe('lines of a stream', () => {
  it('are the same however the bytes arrive, also when a character is cut in two', async () => {
    const text = '停电了\r\n第二行 😀\n\n带\u2028分隔符的一行\n没有换行的最后一行'
    const expected = ['停电了', '第二行 😀', '', '带\u2028分隔符的一行', '没有换行的最后一行']
    for (const size of [1, 2, 3, 5, 7, 1000]) expect(await read(text, size)).toEqual(expected)
  })

  it('are none for an empty stream', async () => {
    expect(await read('', 1)).toEqual([])
  })
})

describe('a JSON line', () => {
  it('is read, with or without a byte order mark', () => {
    expect(readJsonLine('\uFEFF{"id":"1","text":"你好"}', schema)).toEqual({ ok: true, value: { id: '1', text: '你好' } })
  })

  it('that is not JSON says so', () => {
    expect(readJsonLine('{"id":', schema)).toEqual({ ok: false, id: null, error: '这一行不是 JSON' })
  })

  it('that lacks a field names it and keeps its id', () => {
    const line = readJsonLine('{"id":"7"}', schema)
    expect(line).toMatchObject({ ok: false, id: '7' })
    expect(line.ok === false && line.error).toContain('text')
  })

  it('does not let __proto__ reach the value', () => {
    const line = readJsonLine('{"__proto__":{"admin":true},"id":"1","text":"x"}', schema)
    expect(line.ok && (line.value as Record<string, unknown>)['admin']).toBe(undefined)
  })

  it('of a file that is wrong is named by its number', () => {
    expect(() => readJsonLines('{"id":"1","text":"a"}\n\n{"id":2}\n', schema, 'q.jsonl')).toThrow(/q\.jsonl 第 3 行/)
  })
})
