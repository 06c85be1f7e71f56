import type { Write } from '../../store/store.js'
import { hashToken } from '../../http/tokens.js'
import type { Form } from '../memory.js'
import { say, type Step, type Turn } from '../turn.js'

/** A matter that can't go on in a room, where the platform allows no private chat: it goes on in the web chat, by a link that works once. */

/** What a link stands for. The id is the hash of its token. */
export interface WebLink {
  readonly id: string
  readonly rev: number
  /** What is to be filled in: the service and what is wanted, nothing by which anybody is known; whoever is quicker to open the link learns nothing. */
  readonly form: unknown
  readonly expiresAt: number
  readonly usedAt: number | null
}

export interface WebChat {
  /** Where residents open the web chat, without a slash at the end. */
  readonly url: string
  readonly newToken: () => string
}

/** How long a link works, ms. */
const linkLastsMs = 30 * 60_000
/** What a form keeps on the way: neighbours read the link. */
const harmless: readonly Form['fields'][number]['name'][] = ['need', 'matter', 'topic']

const words = {
  link: (url: string): string => `加不了好友就点这里一对一接着办（30分钟内，只能用一次）：${url}`,
  withoutLink: '加不了好友，也可以打开社区的网页聊天，在那里一对一办。',
} as const

/** With the way to the web chat, where a form has to go on in private and this person can't be written to. */
export function withWebLink(turn: Turn, done: Step, web: WebChat | null): Step {
  const { message, resident } = turn
  const form = done.memory.form ?? null
  if (message.channel !== 'wechat' || message.chat !== 'group' || resident.privateConversationId !== null || form?.asking !== 'carried') return done
  if (web === null) return { ...done, say: [...done.say, say(words.withoutLink)] }
  const token = web.newToken()
  const id = hashToken(token)
  const kept: Form = { ...form, description: '', fields: form.fields.filter((slot) => harmless.includes(slot.name)), attachmentIds: [], sourceKey: `link:${id}:0` }
  const row: Write = { op: 'put', table: 'webLinks', row: { id, rev: 0, form: kept, expiresAt: turn.now + linkLastsMs, usedAt: null } }
  return { ...done, say: [...done.say, say(words.link(`${web.url}/#k=${token}`))], writes: [...done.writes, row] }
}
