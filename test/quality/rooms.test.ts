import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { measureRooms, type RoomReport } from '../../src/learning/rooms.js'
import { gateBars, openGate, readLine, trainGate } from '../../src/nlu/gate-model.js'
import { assignFolds } from '../../src/nlu/classifier.js'
import { createNlu, readRooms, type Nlu } from '../../src/nlu/load-nlu.js'
import { seededRandom } from '../../src/random.js'

const now = Date.parse('2026-11-22T10:00:00+08:00')
const learnedFrom = await readRooms('intents/rooms')
/** Lines that nothing was trained on. */
const lines = await readRooms('test/fixtures/chatter')
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

it('the talk of rooms is large enough to learn and to judge by, and no line stands there twice', () => {
  const all = [...learnedFrom, ...lines]
  expect(all.filter((line) => !line.deserves).length).toBeGreaterThanOrEqual(2_000)
  expect(all.filter((line) => line.deserves).length).toBeGreaterThanOrEqual(600)
  const whole = all.map((line) => `${line.before.map((said) => said.text).join()}${line.quoted?.text ?? ''}|${line.text}`)
  expect(whole.filter((text, index) => whole.indexOf(text) !== index)).toEqual([])
})

it('on the lines it learns from, every second a close call, it is wrong at most once or twice in a hundred and misses few, each judged by a gate that did not see it', () => {
  const folds = assignFolds(learnedFrom.map(({ deserves }) => ({ label: deserves ? 'speak' : null })), 4, seededRandom(1))
  const gates = [0, 1, 2, 3].map((part) => openGate(trainGate(learnedFrom.filter((_, index) => folds[index] !== part))))
  const scores = learnedFrom.map((line, index) => gates[folds[index]!]!(readLine(line.text), line))
  const share = (deserves: boolean, passes: (score: number) => boolean) => {
    const own = learnedFrom.flatMap((line, index) => (line.deserves === deserves ? [scores[index]!] : []))
    return own.filter(passes).length / own.length
  }
  const careful = { falseSpeak: share(false, (score) => score > gateBars.careful), missed: share(true, (score) => score <= gateBars.careful) }
  const helpful = { falseSpeak: share(false, (score) => score > gateBars.helpful), missed: share(true, (score) => score <= gateBars.helpful) }
  console.log('rooms, cross-validated', careful, helpful)
  expect(careful.falseSpeak).toBeLessThanOrEqual(0.012)
  expect(careful.missed).toBeLessThanOrEqual(0.18)
  expect(helpful.missed).toBeLessThanOrEqual(0.08)
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
