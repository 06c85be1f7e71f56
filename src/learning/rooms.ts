import type { Nlu } from '../nlu/load-nlu.js'
import type { RoomLine } from '../nlu/room-lines.js'
import type { GateMode } from '../nlu/understanding.js'

export interface RoomReport {
  readonly silent: number
  readonly deserving: number
  /** Share of the lines to be silent on at which the bot speaks. */
  readonly falseSpeak: number
  /** Share of the lines that deserve an answer at which it is silent. */
  readonly missed: number
  readonly faults: readonly { readonly where: string; readonly text: string; readonly reason: string; readonly deserves: boolean }[]
}

/** How often the bot speaks where it should not and is silent where it should speak; every line is a resident's, without a mention. */
export async function measureRooms(nlu: Pick<Nlu, 'understand'>, lines: readonly RoomLine[], mode: GateMode, now: number): Promise<RoomReport> {
  const faults: RoomReport['faults'][number][] = []
  const deserving = lines.filter((line) => line.deserves).length
  for (const line of lines) {
    const others = [...line.text.matchAll(/@([^\s@]{1,20})/gu)].map((match) => match[1] ?? '')
    const { gate } = await nlu.understand({
      text: line.text, chat: 'group', quoted: line.quoted, authorKind: 'resident', before: line.before, gateMode: mode, now,
      mentions: { bot: false, others: others.filter((name) => name !== '所有人'), everyone: others.includes('所有人') },
    })
    if (gate.speak !== line.deserves) faults.push({ where: line.where, text: line.text, reason: gate.reason, deserves: line.deserves })
  }
  const silent = lines.length - deserving
  const falselySpoken = faults.filter((fault) => !fault.deserves).length
  return { silent, deserving, falseSpeak: falselySpoken / Math.max(1, silent), missed: (faults.length - falselySpoken) / Math.max(1, deserving), faults }
}
