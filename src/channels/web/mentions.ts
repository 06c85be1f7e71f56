import { normalise } from '../../text.js'
import type { InboundMessage } from '../channel.js'

/** What residents call the bot, normalised, longest first. */
const botNames = ['一窗小助手', '社区小助手', '小助手', '机器人', '一窗', 'yichuang', 'bot']

const everyoneNames = ['所有人', '全体成员', '全体', '大家', 'everyone', 'all', 'here']

/** An @ that opens a mention; one inside an e-mail address does not. */
const mention = /(?<![a-z0-9._%+-])@ ?([^\s@,。!?;:、,.!?;:()<>《》「」"']{1,20})/g

/** Whom a typed line addresses. Full-width ＠, spaces after it, invisible characters and traditional forms make no difference. */
export function decodeMentions(text: string): InboundMessage['mentions'] {
  let bot = false
  let everyone = false
  const others: string[] = []
  for (const [, name = ''] of normalise(text).matchAll(mention)) {
    // People often go on writing without a space: @小助手我家灯坏了.
    if (botNames.some((own) => name.startsWith(own))) bot = true
    else if (everyoneNames.some((own) => name.startsWith(own))) everyone = true
    else others.push(name)
  }
  return { bot, others, everyone }
}
