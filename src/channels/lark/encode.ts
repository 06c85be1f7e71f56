import type { FormQuestions, Reply } from '../channel.js'
import { plainReply } from '../plain-reply.js'
import { signature } from '../staff-in-chat.js'
import type { Citation } from '../../retrieval/citation.js'
import type { Body } from './api.js'

/** Lark takes a card of 30 kB; some is left for what Lark adds. Bytes. */
const mostCardBytes = 28_000
/** Most characters of a clause behind 详情; the whole is on the desk. */
const mostClause = 1_500

const statusWords: Readonly<Record<Citation['status'], string>> = { 'in-force': '', draft: '（征求意见稿，不是现行规定）', expired: '（已过期，仅供了解历史）', template: '（范文，不是规定）' }

/** Where a card stands: the conversation, our line in it (its words are found by it when the buttons go), and whose answer it wants. */
export interface Stands {
  readonly conversationId: string
  readonly line: string
  /** The one resident in a group whose answer counts; `null` in a private chat. */
  readonly asked: string | null
}

/** What a button of a choice brings back to us. */
interface ChoiceValue extends Readonly<Record<string, unknown>> {
  readonly yichuang: 'choice'
  readonly text: string
  readonly in: string
  readonly line: string
  readonly for: string | null
}

/** What a filled-in form brings back to us, beside what was filled in: which questions these were, with the names that people see. */
interface FormValue extends Readonly<Record<string, unknown>> {
  readonly yichuang: 'form'
  readonly service: string
  readonly labels: Readonly<Record<string, string>>
  readonly in: string
  readonly line: string
}

/** Draws a reply: text, or a card where there are buttons, fields to fill in or something behind 详情. */
export function encodeReply(reply: Reply, stands: Stands): Body {
  return reply.choices.length === 0 && reply.citations.length === 0 && reply.form === undefined ? encodeText(reply) : { type: 'interactive', content: cardOf(reply, stands) }
}

/** The same in plain words, for clients and cases without cards. */
export function encodePlain(reply: Reply): Body {
  const choices = reply.choices.length === 0 ? '' : `\n${reply.choices.join('　')}`
  const sources = reply.citations.map((citation) => `\n——\n${sourceLine(citation)}\n「${citation.quote}」`).join('')
  return encodeText({ ...reply, text: `${reply.text}${choices}${sources}` })
}

/** A line of the bot's own, nothing in it read as a tag. */
export function ownWords(text: string): Body {
  return encodeText(plainReply(text))
}

function encodeText(reply: Reply): Body {
  return { type: 'text', content: JSON.stringify({ text: withoutTags(spoken(reply)) }) }
}

function spoken({ from, text }: Pick<Reply, 'from' | 'text'>): string {
  return from.kind === 'staff' ? `${signature(from)}${text}` : text
}

/** Lark reads tags in texts (`<at user_id="all">` calls everybody); what residents or texts bring stays words. */
function withoutTags(text: string): string {
  return text.replace(/<(?=\s*\/?\s*[a-z])/gi, '＜')
}

/** Everything on a card is plain text: nothing in it is read as a tag, a link or a mention. */
export const plain = (content: string): { readonly tag: 'plain_text'; readonly content: string } => ({ tag: 'plain_text', content })
export const words = (content: string): unknown => ({ tag: 'div', text: plain(content) })

function cardOf(reply: Reply, stands: Stands): string {
  for (const clauseLength of [mostClause, 300, 0]) {
    const card = JSON.stringify(draw(reply, stands, clauseLength))
    if (Buffer.byteLength(card) <= mostCardBytes) return card
  }
  return JSON.stringify(draw({ ...reply, citations: [] }, stands, 0))
}

function draw(reply: Reply, { conversationId, line, asked }: Stands, clauseLength: number): unknown {
  const details = reply.citations.map((citation) => detailsOf(citation, clauseLength)).join('\n\n')
  const buttons = reply.choices.map((text): unknown => {
    const value: ChoiceValue = { yichuang: 'choice', text, in: conversationId, line, for: asked }
    return { tag: 'button', text: plain(text), type: 'default', behaviors: [{ type: 'callback', value }] }
  })
  // Many choices that belong together stand in a row, as the grades of a rating do.
  const inRow = buttons.length > 3 ? [{ tag: 'column_set', flex_mode: 'flow', columns: buttons.map((button) => ({ tag: 'column', width: 'auto', elements: [button] })) }] : buttons
  return {
    schema: '2.0',
    // Shared by all who see it, so that it changes for all.
    config: { update_multi: true, ...(reply.urgency === 'danger' ? { summary: { content: '紧急' } } : { summary: { content: reply.text.slice(0, 60) } }) },
    ...(reply.urgency === 'danger' ? { header: { title: plain('紧急'), template: 'red' } } : {}),
    body: {
      elements: [
        words(spoken(reply)),
        ...(details === '' ? [] : [{ tag: 'collapsible_panel', expanded: false, header: { title: plain('详情') }, elements: [words(details)] }]),
        ...(reply.form === undefined ? [] : [drawForm(reply.form, { conversationId, line })]),
        ...inRow,
      ],
    },
  }
}

/** Fields to fill in at once; none has to be: what is missing is asked afterwards. */
function drawForm({ serviceCode, fields }: FormQuestions, { conversationId, line }: Pick<Stands, 'conversationId' | 'line'>): unknown {
  const value: FormValue = { yichuang: 'form', service: serviceCode, labels: Object.fromEntries(fields.map(({ name, label }) => [name, label])), in: conversationId, line }
  return {
    tag: 'form', name: 'filled',
    elements: [
      ...fields.flatMap(({ name, label, why, options }): unknown[] =>
        options.length < 2
          ? [{ tag: 'input', name, label: plain(label), placeholder: plain(why), max_length: 200 }]
          : [words(`${label}（${why}）`), { tag: 'select_static', name, placeholder: plain(label), options: options.map((option) => ({ text: plain(option), value: option })) }]),
      { tag: 'button', name: 'send', text: plain('填好了'), type: 'primary', form_action_type: 'submit', behaviors: [{ type: 'callback', value }] },
    ],
  }
}

/** A card of choices or fields once somebody chose: the buttons are gone, what was chosen stands there. */
export function answeredCard(shown: string, chosen: string): unknown {
  return { schema: '2.0', config: { update_multi: true }, body: { elements: [words(shown), words(`✓ ${chosen}`)] } }
}

function sourceLine({ document, number, section, status, date, kind, origin }: Citation): string {
  const title = kind === 'fact' ? document : `《${document}》`
  const parts = [`${title}${number === null ? '' : number}${statusWords[status]}`, ...(section === '' ? [] : [section]), ...(date === null ? [] : [date]), ...(origin === undefined ? [] : [origin.issuer])]
  return parts.join(' ')
}

function detailsOf(citation: Citation, clauseLength: number): string {
  const clause = citation.clause.length > clauseLength ? `${citation.clause.slice(0, clauseLength)}${clauseLength === 0 ? '' : '…'}` : citation.clause
  return [sourceLine(citation), `「${citation.quote}」`, ...(clause === '' || clause === citation.quote ? [] : [`全文：${clause}`])].join('\n')
}
