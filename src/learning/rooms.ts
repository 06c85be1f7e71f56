import type { Nlu } from '../nlu/load-nlu.js'
import type { GateMode, UtteranceView } from '../nlu/understanding.js'

/** One message of a neighbours' room with what was said before it, and whether it deserves an answer without a mention. */
export interface RoomLine {
  readonly where: string
  readonly text: string
  readonly before: UtteranceView['before']
  readonly quoted: UtteranceView['quoted']
  readonly deserves: boolean
}

export interface RoomReport {
  readonly silent: number
  readonly deserving: number
  /** Share of the lines to be silent on at which the bot speaks. */
  readonly falseSpeak: number
  /** Share of the lines that deserve an answer at which it is silent. */
  readonly missed: number
  readonly faults: readonly { readonly where: string; readonly text: string; readonly reason: string; readonly deserves: boolean }[]
}

const speakers: Readonly<Record<string, { authorId: string; byBot: boolean; byStaff: boolean }>> = {
  A: { authorId: 'neighbour-a', byBot: false, byStaff: false },
  B: { authorId: 'neighbour-b', byBot: false, byStaff: false },
  S: { authorId: 'staff', byBot: false, byStaff: true },
  U: { authorId: 'bot', byBot: true, byStaff: false },
}

/** Reads a file of room talk: a message a line, `#` for remarks, what was said before in front, parts ended by ` ‖ ` (`A:` `B:` `S:` `U:` `引:`). */
export function readRoomLines(file: string, text: string, deserves: boolean): RoomLine[] {
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '' || line.startsWith('# ')) return []
    const parts = line.split(' ‖ ')
    const said = parts.slice(0, -1)
    const last = (parts.at(-1) ?? '').replace(/^[AB]: /, '')
    const quoted = said.find((part) => part.startsWith('引:'))
    return [{
      where: `${file}:${index + 1}`,
      text: last,
      before: said.flatMap((part) => {
        const speaker = speakers[part.slice(0, 1)]
        return speaker && part[1] === ':' ? [{ ...speaker, text: part.slice(2).trim() }] : []
      }),
      quoted: quoted === undefined ? null : { text: quoted.slice(2).trim(), byBot: false },
      deserves,
    }]
  })
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
