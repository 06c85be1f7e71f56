import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { decodeSecondLook, encodeSecondLook, openSecondLook, readTellings, trainSecondLook, type Telling } from '../../src/nlu/danger-model.js'
import { readRooms } from '../../src/nlu/load-nlu.js'

function tellingsOf(folder: string): Telling[] {
  return readdirSync(folder).sort().flatMap((name) => readTellings(readFileSync(join(folder, name), 'utf8')))
}

const rooms = await readRooms('intents/rooms')
const model = trainSecondLook([...tellingsOf('intents/danger'), ...rooms.map(({ text }) => ({ text, kind: null }))])
const look = openSecondLook(model)
/** Nothing was trained on these. */
const unseen = tellingsOf('test/fixtures/nlu/danger')

describe('a second look, which knows no rule', () => {
  it('sees danger in half of the tellings that it never read', () => {
    const dangers = unseen.filter(({ kind }) => kind !== null)
    expect(dangers.filter(({ text }) => look(text)).length).toBeGreaterThanOrEqual(dangers.length * 0.5)
  })

  it('sees it in at most three of a hundred lines that only sound like it, and in two of a thousand lines of room talk', async () => {
    const near = unseen.filter(({ kind }) => kind === null)
    expect(near.filter(({ text }) => look(text)).length).toBeLessThanOrEqual(near.length * 0.03)
    const talk = (await readRooms('test/fixtures/chatter')).filter(({ where }) => !where.includes('danger'))
    const sure = talk.filter(({ text }) => look(text)?.isSure === true).map(({ text }) => text)
    expect(sure.length, sure.join('\n')).toBeLessThanOrEqual(talk.length * 0.002)
  })

  it('names the service to call in most of those it sees', () => {
    const seen = unseen.filter(({ kind, text }) => kind !== null && look(text))
    expect(seen.filter(({ kind, text }) => look(text)?.kind === kind).length).toBeGreaterThanOrEqual(seen.length * 0.6)
  })

  it('is the same after it was kept in a file', () => {
    const kept = openSecondLook(decodeSecondLook(encodeSecondLook(model))!)
    for (const { text } of unseen) expect(kept(text)).toEqual(look(text))
  })

  it('is not read from a file that holds something else', () => {
    expect(decodeSecondLook(Buffer.from('nothing'))).toBeNull()
    expect(decodeSecondLook(Buffer.from('nothing of the kind, but long enough to be cut'))).toBeNull()
  })
})
