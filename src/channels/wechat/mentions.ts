import type { InboundMessage } from '../channel.js'
import { decodeMentions as decodeTyped } from '../web/mentions.js'

/** What WeChat's own client puts behind a name it filled in. */
const filledIn = '\u2005'
/** What our texts call us, whatever the account's name is. */
const ownName = '@小助手'

/** Who we are in the room. */
export interface Self {
  readonly id: string
  readonly name: string
  /** Our name in this room, where it has one of its own. */
  readonly alias: string | null
}

/**
 * Whom a line in a room addresses, and the line with our name as our texts know it. Found by id where the puppet tells ids, and by every
 * spelling people use: with WeChat's U+2005, with a space, with nothing behind it, in the middle of the line, also when our name has spaces.
 */
export function readMentions(text: string, mentionIds: readonly string[], self: Self): { readonly text: string; readonly mentions: InboundMessage['mentions'] } {
  const names = [self.alias, self.name].filter((name): name is string => name !== null && name !== '')
  let bot = mentionIds.includes(self.id)
  let everyone = false
  const others = mentionIds.filter((id) => id !== self.id)
  let rest = ''
  let named = ''
  for (let at = 0; at < text.length;) {
    const sign = text.slice(at).search(/[@＠]/)
    if (sign < 0) {
      rest += text.slice(at)
      named += text.slice(at)
      break
    }
    const before = text.slice(at, at + sign)
    const after = text.slice(at + sign + 1)
    rest += before
    named += before
    at += sign + 1
    // A name that the client filled in is whole: 小助手的邻居 is not 小助手.
    const whole = new RegExp(`^([^@＠${filledIn}\\n]{1,64})${filledIn}`).exec(after)?.[1]
    const own = whole === undefined ? names.find((name) => after.trimStart().startsWith(name)) : names.find((name) => name === whole)
    if (own !== undefined) {
      bot = true
      const length = whole === undefined ? after.length - after.trimStart().length + own.length : whole.length + 1
      at += length
      named += whole === undefined ? ownName : `${ownName} `
      rest += ' '
    } else if (whole !== undefined) {
      at += whole.length + 1
      named += `@${whole} `
      if (/^(所有人|all|everyone)$/i.test(whole)) everyone = true
      else if (decodeTyped(`@${whole}`).bot) bot = true
      else if (others.length === 0) others.push(whole)
      rest += ' '
    } else {
      rest += '@'
      named += '@'
    }
  }
  const typed = decodeTyped(rest)
  return {
    text: named.replaceAll(filledIn, ' '),
    mentions: { bot: bot || typed.bot, everyone: everyone || typed.everyone, others: others.length > 0 ? others : typed.others },
  }
}
