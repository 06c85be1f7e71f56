import { replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'

/** Calls a person. In a room the person answers in private or in the room; the bot stays usable for the neighbours. */
export function handOver(turn: Turn, reason: string, text: string | null = null): Step {
  const already = turn.conversation.mode === 'waiting' && text === null
  return step({ kind: 'handed-over', reason }, text ?? (already ? replies.handedOverAgain : replies.handedOver), {
    memory: { form: null, candidates: null },
    handover: { reason, urgent: false },
  })
}

/** Words of despair, with or without a plan. */
export const despair = /活着(没|有什么|有啥)|没意思|不想活|活够|活不下去|没人需要|拖累|解脱|撑不(下去|住)/

/** Called for to listen and keep somebody company: 12356 stands for the numbers of danger. */
export const companyWanted = '居民需要倾听和陪伴'

/** Words of despair without a plan, as a reason. */
const despairReason = '居民有轻生苗头'
/** Reasons for which somebody is called to listen, and nobody else to read. */
export const inConfidence: readonly string[] = [companyWanted, despairReason]

/** Distress without immediate danger: warm, private, a person soon. Whether one was called, and may come, is said with the call (calling.ts). */
export function listen(turn: Turn): Step {
  const words = turn.message.chat === 'group'
    ? '听着心里不好受，您辛苦了。咱们私聊说好吗？'
    : turn.conversation.mode === 'waiting' && turn.conversation.handover?.reason.includes(companyWanted) === true
      ? '嗯，您慢慢说，我听着呢，您说的社区工作人员都看得到；难受得厉害时随时打12356。'
      : '听您这么说，我知道您这阵子很不容易，谢谢您愿意讲出来。难受得厉害时可以打心理援助热线12356。'
  const heard = handOver(turn, companyWanted, words)
  // Words of despair without a plan: what comes next is met as the danger it may become.
  return despair.test(turn.understanding.text) ? { ...heard, memory: { ...heard.memory, danger: { kind: 'self-harm', at: turn.now } }, handover: { reason: despairReason, urgent: true } } : heard
}
