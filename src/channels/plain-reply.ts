import type { Reply } from './channel.js'

/** Words of the bot and nothing else. */
export function plainReply(text: string): Reply {
  return { text, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' } }
}
