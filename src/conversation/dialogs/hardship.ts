import { lacksMeans } from '../../nlu/hardship.js'
import type { Matter } from '../../nlu/understanding.js'
import type { Conversation } from '../records.js'
import { step, type Step, type Turn } from '../turn.js'
import { despair, handOver } from './hand-over.js'

/** Where the State Council's 《社会救助暂行办法》（国务院令第649号）lets one apply: article 11 for 低保, article 48 for 临时救助. */
const routes = '一下子没钱吃饭、看病，可以向街道（乡镇）申请临时救助，情况紧急的可以简化手续先办；家里长期收入低，可以申请最低生活保障（低保），自己跑不动的，居委会可以代为提出。（《社会救助暂行办法》第十一条、第四十八条）'

const words = {
  heard: `您别着急，这事要紧，已转给社区工作人员，他们看到就和您联系。\n${routes}\n请说一下住几栋几单元、家里几口人、眼下最缺什么，留个电话，找您快些。饿得头晕、病得厉害，马上打120。`,
  again: '您说的都记下了，社区工作人员看得到。还缺什么、住哪儿、怎么联系，接着写在这里就行。',
  inRoom: '您的难处要紧，已转给社区工作人员。家里的情况别在群里说，请点我私聊，告诉我住哪儿、怎么联系您。',
} as const

/** As a reason why somebody is called. */
const reason = '居民说生活困难（缺吃、缺钱），请尽快联系'

/** Said to what they add while they wait for somebody. */
export const hardshipNoted = words.again

/** Whether somebody is awaited for want of means. */
export function awaitsMeans({ mode, handover }: Conversation): boolean {
  return mode === 'waiting' && handover?.reason.includes(reason) === true
}

/** Somebody has nothing to live on: never 「查不到」, but the ways there are, and a person. `null`: nobody says so. */
export function meetHardship(turn: Turn, matter: Matter): Step | null {
  if (!lacksMeans(matter.text) || despair.test(turn.understanding.text)) return null
  return handOver(turn, reason, turn.message.chat === 'group' ? words.inRoom : awaitsMeans(turn.conversation) ? words.again : words.heard)
}

/** 「低保怎么申请」 where neither text nor fact tells: the ways that hold everywhere. */
export function tellAidRoutes(turn: Turn, matter: Matter, asked: Step): Step {
  const isNear = matter.intent === 'social_assistance' && /低保|最低生活保障|救助|救济|困难补助|特困|五保/.test(matter.text)
  return asked.outcome.kind === 'unanswerable' && isNear && turn.message.chat === 'private' ? step(asked.outcome, `社区还没有登记本地的办法和标准，我不敢乱说。\n${routes}\n要问清楚您家的情况，回「人工」，我转给社区工作人员。`, { memory: asked.memory }) : asked
}
