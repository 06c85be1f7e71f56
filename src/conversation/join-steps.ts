import { underOneReceipt } from './linked.js'
import type { Form } from './memory.js'
import { joinOutcomes } from './outcome.js'
import type { Step } from './turn.js'

/** One form at a time: what else was said about the same goes into its words, another waits for its end. */
export function putBy(open: Form, served: Step, second: Form): Step {
  const memory = open.serviceCode === second.serviceCode ? { form: { ...open, description: `${open.description}；${second.description}` } } : { form: open, shelved: second }
  return { ...served, say: [], memory: { ...served.memory, ...memory } }
}

/** What is said of several matters, each line once: the offer of a person stands with the last of them. */
function withoutRepeats(steps: readonly Step[]): readonly Step[] {
  const later = new Set<string>()
  return [...steps].reverse().map((one) => {
    const said = one.say.map((each) => ({ ...each, text: each.text.split('\n').filter((line) => !later.has(line)).join('\n') })).filter(({ text }) => text !== '')
    for (const { text } of one.say) for (const line of text.split('\n')) if ([...line].length > 6) later.add(line)
    return { ...one, say: said }
  }).reverse()
}

/** One step from those of several matters. */
export function joinSteps(steps: readonly Step[]): Step {
  const [only] = steps
  if (steps.length === 1 && only) return only
  const told = withoutRepeats(underOneReceipt(steps))
  return {
    outcome: joinOutcomes(steps.map((one) => one.outcome)),
    // What is asked comes last, so that the last words are what to answer.
    say: [...told].sort((a, b) => Number(a.outcome.kind === 'clarifying') - Number(b.outcome.kind === 'clarifying')).flatMap((one) => one.say),
    writes: told.flatMap((one) => one.writes),
    memory: Object.assign({}, ...steps.map((one) => one.memory)) as Step['memory'],
    handover: steps.find((one) => one.handover !== null)?.handover ?? null,
    ...unkeptOf(steps),
  }
}

function unkeptOf(steps: readonly Step[]): Pick<Step, 'unkept'> {
  const [first, ...others] = steps.flatMap(({ unkept }) => (unkept === undefined ? [] : [unkept]))
  return first === undefined ? {} : { unkept: { ...first, hides: [...first.hides, ...others.flatMap(({ hides }) => hides)] } }
}
