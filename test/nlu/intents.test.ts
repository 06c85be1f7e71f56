import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { KnowledgeError } from '../../src/errors.js'
import { checkIntents, type IntentFile } from '../../src/nlu/intents.js'
import { intentNames } from '../../src/nlu/understanding.js'

const shipped: IntentFile[] = readdirSync('intents').filter((name) => name.endsWith('.json')).map((name) => ({ path: `intents/${name}`, text: readFileSync(`intents/${name}`, 'utf8') }))

/** The shipped files with one changed by `edit`, which gets its text. */
function withEdit(name: string, edit: (text: string) => string): IntentFile[] {
  return shipped.map((file) => (file.path === `intents/${name}.json` ? { ...file, text: edit(file.text) } : file))
}

function faultsOf(files: readonly IntentFile[]): string {
  try {
    checkIntents(files)
  } catch (error) {
    if (error instanceof KnowledgeError) return error.message
    throw error
  }
  return ''
}

describe('the intents that are shipped', () => {
  const { intents, none } = checkIntents(shipped)
  it('are the thirty, each with at least sixty utterances, talk with three hundred', () => {
    expect([...intents.keys()].sort()).toEqual([...intentNames].sort())
    for (const { name, utterances } of intents.values()) expect.soft(utterances.length, name).toBeGreaterThanOrEqual(60)
    expect(intents.get('offtopic_group')!.utterances.length).toBeGreaterThan(300)
    expect(none.length).toBeGreaterThan(90)
  })
})

describe('the check refuses, with file and line', () => {
  const first = (name: string) => (JSON.parse(shipped.find(({ path }) => path === `intents/${name}.json`)!.text) as { utterances: string[] }).utterances[0]!

  it('an utterance that stands twice', () => {
    const line = JSON.stringify(first('noise'))
    expect(faultsOf(withEdit('noise', (text) => text.replace(line, `${line},\n    ${line}`)))).toMatch(/intents\/noise\.json:\d+ .*stands already at intents\/noise\.json:\d+/)
  })
  it('an utterance under two intents, punctuation and width aside', () => {
    const line = JSON.stringify(`${first('noise')}！`)
    expect(faultsOf(withEdit('praise', (text) => text.replace('"utterances": [', `"utterances": [\n    ${line},`)))).toMatch(/intents\/praise\.json:\d+ .*also an utterance of noise|intents\/noise\.json:\d+ .*also an utterance of praise|praise/)
  })
  it('an unknown intent, a missing one, and a file that is not JSON, all at once', () => {
    const message = faultsOf(withEdit('noise', (text) => text.replace('"name": "noise"', '"name": "noises"')).map((file) => (file.path.endsWith('/book.json') ? { ...file, text: '{' } : file)))
    expect(message).toMatch(/"noises" is no intent/)
    expect(message).toMatch(/noise has no file/)
    expect(message).toMatch(/book\.json:1 is not JSON/)
  })
})
