import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measureRooms, readRoomLines, type RoomLine, type RoomReport } from '../../src/learning/rooms.js'
import { createNlu, type Nlu } from '../../src/nlu/load-nlu.js'

const now = Date.parse('2026-11-22T10:00:00+08:00')
const folder = 'test/fixtures/chatter'

function linesOf(part: 'silent' | 'answered'): RoomLine[] {
  return readdirSync(join(folder, part)).sort().flatMap((file) => readRoomLines(`${part}/${file}`, readFileSync(join(folder, part, file), 'utf8'), part === 'answered'))
}

const lines = [...linesOf('silent'), ...linesOf('answered')]
const dangerous = lines.filter((line) => line.where.includes('danger-and-numbers'))
let cacheDir: string
let nlu: Nlu

beforeAll(async () => {
  cacheDir = mkdtempSync(join(tmpdir(), 'yichuang-rooms-'))
  nlu = await createNlu({ intentsDir: 'intents', cacheDir })
})
afterAll(() => { rmSync(cacheDir, { recursive: true, force: true }) })

function told(report: RoomReport): string {
  return report.faults.map((fault) => `${fault.deserves ? 'missed' : 'false '} ${fault.reason} ${fault.where} ${fault.text}`).join('\n')
}

it('the talk of rooms is large enough to judge by, and no line stands there twice', () => {
  expect(lines.filter((line) => !line.deserves).length).toBeGreaterThanOrEqual(1_000)
  expect(lines.filter((line) => line.deserves).length).toBeGreaterThanOrEqual(150)
  const whole = lines.map((line) => `${line.before.map((said) => said.text).join()}${line.quoted?.text ?? ''}|${line.text}`)
  expect(whole.filter((text, index) => whole.indexOf(text) !== index)).toEqual([])
})

describe.each([['even', 0], ['odd', 1]] as const)('on the %s lines, not mentioned, in a room as rooms are set at first', (name, rest) => {
  let report: RoomReport
  beforeAll(async () => {
    report = await measureRooms(nlu, lines.filter((_, index) => index % 2 === rest), 'careful', now)
    console.log(`rooms, ${name} lines: false speak ${(100 * report.falseSpeak).toFixed(2)} % of ${report.silent}, missed ${(100 * report.missed).toFixed(2)} % of ${report.deserving}`)
  })
  it('it breaks into neighbours’ talk at most twice in a hundred', () => {
    expect(report.falseSpeak, told(report)).toBeLessThanOrEqual(0.02)
  })
  it('it misses at most eight in a hundred of those who ask the community', () => {
    expect(report.missed, told(report)).toBeLessThanOrEqual(0.08)
  })
})

it('a room that wants help is answered at least as often, and not broken into more than three times in a hundred', async () => {
  const [careful, helpful] = [await measureRooms(nlu, lines, 'careful', now), await measureRooms(nlu, lines, 'helpful', now)]
  expect(helpful.missed).toBeLessThanOrEqual(careful.missed)
  expect(helpful.falseSpeak, told(helpful)).toBeLessThanOrEqual(0.03)
})

it('a room that wants silence hears of danger and exposed numbers all the same, and next to nothing else', async () => {
  expect((await measureRooms(nlu, dangerous, 'only-when-addressed', now)).faults).toEqual([])
  const others = lines.filter((line) => line.deserves && !dangerous.includes(line))
  expect((await measureRooms(nlu, others, 'only-when-addressed', now)).missed).toBeGreaterThanOrEqual(0.97)
})
