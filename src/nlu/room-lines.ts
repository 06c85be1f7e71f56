import type { UtteranceView } from './understanding.js'

/** One message of a neighbours' room with what was said before it, and whether it deserves an answer without a mention. */
export interface RoomLine {
  readonly where: string
  readonly text: string
  readonly before: UtteranceView['before']
  readonly quoted: UtteranceView['quoted']
  readonly deserves: boolean
}

const speakers: Readonly<Record<string, { authorId: string; byBot: boolean; byStaff: boolean }>> = {
  A: { authorId: 'neighbour-a', byBot: false, byStaff: false },
  B: { authorId: 'neighbour-b', byBot: false, byStaff: false },
  S: { authorId: 'staff', byBot: false, byStaff: true },
  U: { authorId: 'bot', byBot: true, byStaff: false },
}

/** Reads a file of room talk: a message a line, `# ` for remarks, what was said before in front, parts ended by ` ‖ ` (`A:` `B:` `S:` `U:` `引:`). */
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
