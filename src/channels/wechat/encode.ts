import type { ChatKind, Reply } from '../channel.js'
import { signature } from '../staff-in-chat.js'
import type { Citation } from '../../retrieval/citation.js'

/** A room gets three short lines at most; a line of 60 characters is what fits a phone twice. */
const roomLines = 3
const roomLineLength = 60
/** WeChat takes some 2,000 characters in one message. */
const mostCharacters = 1_900
/** WeChat folds nothing away: so many sources stand under an answer in private, without their whole clauses. */
const mostSources = 2

const statusWords: Readonly<Record<Citation['status'], string>> = { 'in-force': '', draft: '（征求意见稿，不是现行规定）', expired: '（已过期，仅供了解历史）', template: '（范文，不是规定）' }

/** Draws a reply as the one message it becomes. WeChat has no buttons: choices are numbered, and the number is as good as the words. */
export function encodeReply(reply: Reply, chat: ChatKind): string {
  const text = reply.from.kind === 'staff' ? `${signature(reply.from)}${reply.text}` : reply.text
  const choices = choicesLine(reply)
  // Danger and what a person wrote is never cut.
  if (chat === 'group') return reply.urgency === 'danger' || reply.from.kind === 'staff' ? join(text, choices) : join(shorten(text, choices === '' ? roomLines : roomLines - 1), choices)
  return cut(join(join(text, choices), sourcesUnder(reply)), mostCharacters)
}

/** Whether the choices stand under the reply with numbers of ours, so that a typed number means one of them. */
export function numbersChoices(reply: Reply): boolean {
  return reply.choices.length > 1 && !reply.choices.some((choice) => /^\d/.test(choice)) && !isListed(reply)
}

function choicesLine(reply: Reply): string {
  if (reply.choices.length === 0 || isListed(reply)) return ''
  if (numbersChoices(reply)) return reply.choices.map((choice, index) => `${index + 1} ${choice}`).join('　')
  return reply.choices.length === 1 ? `可以回：${reply.choices[0] ?? ''}` : reply.choices.join('　')
}

/** The words of the reply already list its choices with their numbers. */
function isListed({ text, choices }: Reply): boolean {
  return choices.length > 1 && choices.every((choice, index) => text.includes(`${index + 1} ${choice}`) || (/^\d/.test(choice) && text.includes(choice)))
}

function shorten(text: string, lines: number): string {
  const all = text.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  const kept = all.slice(0, lines)
  const isWhole = kept.length === all.length
  return kept.map((line, index) => {
    const isLast = index === kept.length - 1
    const short = cut(line, roomLineLength * (isLast ? 2 : 1))
    return isLast && !isWhole && !short.endsWith('…') ? `${short}…` : short
  }).join('\n')
}

function cut(text: string, most: number): string {
  const characters = [...text]
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`
}

function join(above: string, below: string): string {
  return below === '' ? above : `${above}\n${below}`
}

/** Sources that the answer itself does not name and quote already. */
function sourcesUnder({ text, citations }: Reply): string {
  const isSaid = ({ quote, document, status }: Citation): boolean => text.includes(quote) && text.includes(document) && status === 'in-force'
  // Where the first is said in the answer, the others only repeat more of its clause.
  const [first] = citations
  if (first === undefined || isSaid(first)) return ''
  return citations.slice(0, mostSources).map(sourceOf).join('\n')
}

function sourceOf(citation: Citation): string {
  const title = citation.kind === 'fact' ? citation.document : `《${citation.document}》`
  const source = [`${title}${citation.number ?? ''}${statusWords[citation.status]}`, ...(citation.section === '' ? [] : [citation.section]), ...(citation.date === null ? [] : [citation.date])].join(' ')
  return ['——', source, `「${citation.quote}」`].join('\n')
}
