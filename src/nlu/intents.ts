import { KnowledgeError } from '../errors.js'
import { normalise } from '../text.js'
import { intentNames, type IntentName } from './understanding.js'

/** What an intent sets going. */
export const journeys = [
  'ask-policy', 'report', 'book', 'programme', 'track', 'urge', 'change', 'rate', 'praise', 'hand-over', 'danger', 'chitchat', 'silence',
] as const
export type Journey = (typeof journeys)[number]

export interface Intent {
  readonly name: IntentName
  /** Its Chinese name, as staff read it. */
  readonly title: string
  /** Where it begins and ends, in Chinese; counts a little as training text. */
  readonly description: string
  readonly leadsTo: Journey
  readonly utterances: readonly string[]
}

/** All intents, and the lines that are no intent at all. */
export interface IntentSet {
  readonly intents: ReadonlyMap<IntentName, Intent>
  readonly none: readonly string[]
}

export interface IntentFile {
  readonly path: string
  readonly text: string
}

/** Reads the files of intents/ and refuses what is wrong, all faults at once, each with file and line. Throws KnowledgeError. */
export function checkIntents(files: readonly IntentFile[]): IntentSet {
  const faults: string[] = []
  const intents = new Map<IntentName, Intent>()
  let none: readonly string[] = []
  const seen = new Map<string, { where: string; owner: string }>()
  for (const file of files) {
    const fault = (needle: string, message: string, from = 0) => faults.push(`${file.path}:${lineOf(file.text, needle, from)} ${message}`)
    let data: Record<string, unknown>
    try {
      data = JSON.parse(file.text) as Record<string, unknown>
    } catch (error) {
      faults.push(`${file.path}:1 is not JSON: ${(error as Error).message}`)
      continue
    }
    const name = String(data['name'])
    const utterances = strings(data['utterances'])
    if (utterances === null || utterances.length === 0) fault('"utterances"', 'needs a list of utterances')
    for (const utterance of utterances ?? []) {
      const key = normalise(utterance).replace(/[\s\p{P}]/gu, '') || utterance
      const quoted = JSON.stringify(utterance)
      const first = seen.get(key)
      const repeats = first?.owner === name && first.where.startsWith(`${file.path}:`)
      const where = `${file.path}:${lineOf(file.text, quoted, repeats ? file.text.indexOf(quoted) + 1 : 0)}`
      if (first === undefined) seen.set(key, { where, owner: name })
      else if (first.owner === name) faults.push(`${where} ${quoted} stands already at ${first.where}`)
      else faults.push(`${where} ${quoted} is also an utterance of ${first.owner} at ${first.where}`)
    }
    if (name === 'none') {
      none = utterances ?? []
      continue
    }
    if (!isOneOf(intentNames, name)) {
      fault(JSON.stringify(name), `${JSON.stringify(name)} is no intent; expected one of ${intentNames.join(', ')}`)
      continue
    }
    if (intents.has(name)) fault('"name"', `${name} is defined twice`)
    const { title, description, leadsTo } = data
    if (typeof title !== 'string' || title === '') fault('"title"', 'needs a title')
    if (typeof description !== 'string' || description === '') fault('"description"', 'needs a description')
    if (!isOneOf(journeys, leadsTo)) fault('"leadsTo"', `leadsTo ${JSON.stringify(leadsTo)} is unknown; expected one of ${journeys.join(', ')}`)
    intents.set(name, {
      name, title: String(title), description: String(description), leadsTo: leadsTo as Journey, utterances: utterances ?? [],
    })
  }
  for (const name of intentNames) if (!intents.has(name)) faults.push(`${name} has no file`)
  if (faults.length > 0) throw new KnowledgeError('intents', `intents: ${faults.length} faults\n${faults.join('\n')}`)
  return { intents, none }
}

function strings(value: unknown): readonly string[] | null {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && item.trim() !== '') ? (value as string[]) : null
}

function isOneOf<T extends string>(list: readonly T[], value: unknown): value is T {
  return (list as readonly unknown[]).includes(value)
}

function lineOf(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from)
  return at < 0 ? 1 : text.slice(0, at).split('\n').length
}
