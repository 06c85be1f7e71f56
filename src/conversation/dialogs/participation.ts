import type { Matter } from '../../nlu/understanding.js'
import { faultClass, statesFault } from '../../requests/faults.js'
import { isAsking, wantsAct } from '../matters.js'
import { replies } from '../replies.js'
import { step, type Journey, type Step, type Turn } from '../turn.js'
import { activityMatter, meetActivity, offerActivities } from './activity.js'
import { ask } from './ask.js'
import { asksOfVote } from './heard-vote.js'
import { wordsOf } from './meant-topics.js'
import { meetOpenAffairs } from './open-affairs.js'
import { meetOpenResources } from './open-resources.js'
import { meetProposals } from './proposals.js'
import { reportOrAsk } from './report-or-ask.js'
import { meetReportIn } from './report-in.js'
import { meetSubscription } from './subscribe.js'
import { asTopic, meetTopics, refuseAsTopic } from './topics.js'
import { addToLast } from './track.js'
import { meetVolunteering, volunteerMatter, withRegistration } from './volunteer.js'
import { meetVote } from './vote.js'
import { meetWishes } from './wishes.js'

/** Wants to sign up, and names nothing to sign up for. */
const signsUpForSomething = /^(那)?(我|俺)?(也)?(想|要|能|来)?(报名|报个名|参加|登记)(一下|吗)?[吧呀啊。.！!]*$/
/** Asks how, who or when: a question even where it speaks of signing up. */
const asksHow = /怎么|如何|咋|谁|多少|哪|啥时候|什么时候/

/** 居民参与, where the words leave no doubt, whatever the classifier takes them for; in this order. */
export const participation: readonly Journey[] = [
  meetReportIn,
  meetWishOfMessage,
  (turn) => (isOneMatter(turn) ? meetProposals(turn, turn.understanding.text) : null),
  meetVolunteering,
  meetActivity,
  meetSubscription,
  (turn) => (turn.understanding.matters.length > 1 ? null : meetOpenAffairs(turn)),
  meetOpenResources,
  (turn) => (isOneTopic(turn) ? meetTopics(turn, wordsOf(turn)) : null),
]

/** The same while a form's question is open, which is put again after it. */
export const participationAside: readonly Journey[] = [
  meetWishOfMessage,
  (turn) => (isOneTopic(turn) ? meetVote(turn, wordsOf(turn)) : null),
  meetSubscription,
]

function meetWishOfMessage(turn: Turn): Promise<Step | null> | null {
  return isOneMatter(turn) ? meetWishes(turn, turn.understanding.text) : null
}

/** A wish or a topic that is told beside other matters. */
export async function participateBeside(turn: Turn, { text }: Matter): Promise<Step | null> {
  const wish = isOneMatter(turn) ? null : await meetWishes(turn, text)
  return wish ?? (isOneTopic(turn) ? null : meetTopics(turn, text))
}

/** A matter that the classifier takes for a wish, for volunteering or for deliberation: what is on record of it is served, what is asked is answered, else it is filed. */
export async function participate(turn: Turn, matter: Matter): Promise<Step> {
  const { text } = matter
  if (signsUpForSomething.test(text)) return (await offerActivities(turn)) ?? step({ kind: 'clarifying', about: 'activity' }, replies.whichActivity)
  const known = matter.intent === 'micro_wish' ? await meetWishes(turn, text, true) : ((await activityMatter(turn, matter)) ?? (await volunteerMatter(turn, matter)))
  const met = known ?? (await refuseAsTopic(turn, text))
  if (met !== null) return met
  if (isAsking.test(text) && (!wantsAct.test(text) || asksHow.test(text))) return ask(turn, matter)
  return (await addToLast(turn, matter)) ?? withRegistration(turn, text, asTopic(turn, await reportOrAsk(turn, matter)))
}

/** What is told or asked beside a topic or a ballot is a matter of its own. */
function isOneTopic({ understanding: { matters, text } }: Turn): boolean {
  return matters.length <= 1 || (!statesFault(text) && (!isAsking.test(text) || /议题|投票/.test(text) || asksOfVote(text)))
}

/** Several matters of one message are met one by one. */
function isOneMatter({ understanding }: Turn): boolean {
  return understanding.matters.length <= 1 || faultClass(understanding.text) === null
}
