import type { WholeReport } from '../../channels/channel.js'
import { findDanger } from '../../nlu/emergency.js'
import { slotNames, type Matter, type Slot, type SlotName, type Understanding } from '../../nlu/understanding.js'
import { becomes, type ServiceCatalogue } from '../../requests/services.js'
import { normalise, toSimplified } from '../../text.js'
import type { Write } from '../../store/store.js'
import { readSlots } from '../turn-state.js'
import { step, type Step, type Turn } from '../turn.js'
import { meetDanger } from './danger.js'
import { file } from './file.js'
import { newForm } from './report.js'

/** What another system reports, understood without asking the classifier: it names the service itself. */
export function understandWhole(report: WholeReport, services: Pick<ServiceCatalogue, 'byCode'>, now: number): Understanding {
  const text = toSimplified(normalise(report.description))
  const intent = services.byCode(report.serviceCode)?.intents[0] ?? 'repair_env'
  const matter: Matter = { intent, confidence: 1, text, slots: readSlots(report.description, now), ranked: [{ intent, confidence: 1 }] }
  return { text, matters: [matter], danger: findDanger(text), personal: [], gate: { speak: true, reason: 'private' } }
}

/** Files a whole report the way a talk's is filed: joined to the same fault, routed, numbered. Danger in it calls people as well. */
export async function fileWhole(turn: Turn, report: WholeReport): Promise<Step> {
  const general = turn.services.byCode(report.serviceCode)
  const [matter] = turn.understanding.matters
  if (general === null || matter === undefined) return step({ kind: 'failed', code: 'no-service' }, null)
  const form = { ...newForm(turn, matter, general), description: report.description, fields: fieldsOf(turn, report, newForm(turn, matter, general).fields) }
  const finer = becomes(general, form.fields)
  const service = (finer === null ? null : turn.services.byCode(finer)) ?? general
  const filed = await file(turn, { ...form, serviceCode: service.code }, service)
  // No talk goes on: nothing is remembered, nothing is asked.
  const done: Step = { ...filed, writes: filed.writes.map((write) => withOrigin(write, form.sourceKey, report.origin)), memory: { ...filed.memory, form: null } }
  const { danger } = turn.understanding
  if (danger === null) return done
  const alarm = meetDanger(turn, danger)
  return { ...done, say: [...alarm.say, ...done.say], handover: alarm.handover }
}

/** What was given by name stands over what its words seem to say. */
function fieldsOf(turn: Turn, report: WholeReport, found: readonly Slot[]): Slot[] {
  const isSlot = (name: string): name is SlotName => (slotNames as readonly string[]).includes(name)
  const given = report.fields.flatMap(({ name, value, normal }): Slot[] => {
    const read = normal ?? turn.readSlots(value).find((slot) => slot.name === name)?.normal
    return isSlot(name) && value.trim() !== '' ? [{ name, value: value.trim(), start: 0, end: 0, ...(read === undefined ? {} : { normal: read }) }] : []
  })
  const place = report.address === null ? [] : [placeOf(turn, report.address)]
  const named = new Set([...given, ...place].map(({ name }) => name))
  return [...found.filter(({ name }) => !named.has(name)), ...given, ...place]
}

function placeOf(turn: Turn, address: string): Slot {
  const normal = turn.readSlots(address).find(({ name }) => name === 'addr')?.normal
  return { name: 'addr', value: address, start: 0, end: 0, ...(normal === undefined ? {} : { normal }) }
}

/** The first line of the history tells who brought it. */
function withOrigin(write: Write, sourceKey: string, origin: string): Write {
  if (write.op !== 'put' || write.table !== 'requests' || write.row.sourceKey !== sourceKey) return write
  const [first, ...rest] = write.row.history
  return first === undefined ? write : { ...write, row: { ...write.row, history: [{ ...first, note: origin }, ...rest] } }
}
