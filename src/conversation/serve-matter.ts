import type { Matter } from '../nlu/understanding.js'
import { faultClass } from '../requests/faults.js'
import { activityMatter } from './dialogs/activity.js'
import { answerListed, answerSurely, offTopic, pay } from './dialogs/ask.js'
import { book } from './dialogs/book.js'
import { askOrOffer, careOrAsk } from './dialogs/care.js'
import { beginChecklist } from './dialogs/checklist.js'
import { isShut, meetClosed } from './dialogs/closed.js'
import { complain } from './dialogs/complain.js'
import { correctFirst } from './dialogs/correct.js'
import { meetOther, namedThing } from './dialogs/danger.js'
import { aboutFault, noticed } from './dialogs/fault-asked.js'
import { despair, handOver, listen } from './dialogs/hand-over.js'
import { meetHardship, tellAidRoutes } from './dialogs/hardship.js'
import { aboutPaper, notFiledHere, notYetFiled } from './dialogs/not-filed.js'
import { meetOpenAffairs } from './dialogs/open-affairs.js'
import { participate, participateBeside } from './dialogs/participation.js'
import { moveToPrivate, newForm, report } from './dialogs/report.js'
import { reportOrAsk } from './dialogs/report-or-ask.js'
import { smallTalk, takePraise } from './dialogs/small-talk.js'
import { addDetail, addToLast, cancelOrChange, stillBroken, track, urge } from './dialogs/track.js'
import { unclear, unsure } from './dialogs/unsure.js'
import { asMeant, isAsking, sureEnough, wantsAct } from './matters.js'
import type { Step, Turn } from './turn.js'

/** Asks whether it talks to a program, not for a person. */
const asksWhoWeAre = /^(?!.*(转|找|换|要|叫)).*(机器人?(吧|吗|么|不)?|(真|活)?人(吗|么|不))[?？。!！]*$/
/** Asks how far something is, whatever else it names. */
const asksProgress = /进度|到哪|哪一?步|修好|弄好|好了(没|吗)|(怎么|咋)样了|(修|派|办|弄|清)(了|过)?(没|吗)|查/
/** Means something said before, not a greeting. */
const pointsBack = /上回|上次|那个|那件/

/** Matters of what is on record, by their own words. */
const aboutOwn: readonly Matter['intent'][] = ['track', 'urge', 'cancel_change', 'rate_complain', 'praise', 'emergency', 'human']

/** 「楼上902半夜拖桌子」 in a room: whose door it is, is told in private. */
function aboutDoor(turn: Turn, matter: Matter): Step | null {
  const namesDoor = /(楼上|楼下|隔壁|对门)的?\s?\d{3,4}(?!\d)|(?<!\d)\d{3,4}(室|户)?的?(那?家|住户|邻居)/
  const service = turn.message.chat === 'group' && namesDoor.test(matter.text) ? turn.services.forMatter(matter.intent, matter.text) : null
  return service === null ? null : moveToPrivate(turn, service, newForm(turn, matter, service))
}

/** Serves one matter by its intent. */
export async function serveMatter(turn: Turn, given: Matter): Promise<Step> {
  const matter = asMeant(turn, given)
  const hardship = isShut(turn) ? null : meetHardship(turn, matter)
  if (hardship) return hardship
  const published = await meetOpenAffairs(turn, matter)
  if (published) return published
  const still = aboutOwn.includes(matter.intent) && matter.confidence >= sureEnough ? null : await stillBroken(turn, matter)
  if (still) return still
  const shut = await meetClosed(turn, matter)
  if (shut) return shut
  const listed = beginChecklist(turn, matter) ?? answerListed(turn, matter)
  if (listed) return listed
  if (matter.confidence < sureEnough && matter.intent !== 'chitchat') return (await correctFirst(turn, matter)) ?? (await addDetail(turn, matter)) ?? answerSurely(turn, matter) ?? unsure(turn, matter)
  const told = await participateBeside(turn, matter)
  if (told) return told
  switch (matter.intent) {
    case 'emergency': {
      // Fixed rules (nlu/emergency.ts) know danger; the classifier alone is believed when no fault explains the words.
      if (despair.test(matter.text)) return listen(turn)
      const thing = namedThing(turn, matter.text)
      if (thing !== null) return report(turn, { ...matter, intent: thing.intents[0] ?? matter.intent }, thing)
      return faultClass(matter.text) !== null ? reportOrAsk(turn, { ...matter, intent: 'repair_env' }) : matter.confidence >= 0.6 ? meetOther(turn, matter.text) : unsure(turn, matter)
    }
    case 'counseling':
      return listen(turn)
    case 'human':
      return asksWhoWeAre.test(matter.text) ? smallTalk(turn) : handOver(turn, matter.text.slice(0, 60) || '居民要求人工')
    case 'repair_env':
      return noticed(turn, matter) ?? aboutFault(turn, matter) ?? (await correctFirst(turn, matter)) ?? (await addToLast(turn, matter)) ?? reportOrAsk(turn, matter)
    case 'noise':
    case 'property_complaint':
    case 'mediation':
      return aboutDoor(turn, matter) ?? aboutFault(turn, matter) ?? (await correctFirst(turn, matter)) ?? (await addToLast(turn, matter)) ?? (saysNothing(matter) ? unclear(turn) : reportOrAsk(turn, matter))
    case 'book':
      return book(turn, matter)
    case 'elderly_service':
    case 'home_agent':
      return careOrAsk(turn, matter)
    case 'micro_wish':
    case 'volunteer':
    case 'deliberation':
      return participate(turn, matter)
    case 'social_assistance':
      return turn.services.forMatter(matter.intent, matter.text) ? reportOrAsk(turn, matter) : tellAidRoutes(turn, matter, askOrOffer(turn, matter))
    case 'payment':
      return pay(turn, matter)
    case 'ask_process':
    case 'ask_materials':
    case 'ask_hours_place':
    case 'social_insurance':
    case 'employment':
    case 'schooling':
    case 'housing':
    case 'policy_standard':
      return aboutFault(turn, matter) ?? (tellsOfSelf(matter) ? unclear(turn) : askOrOffer(turn, matter))
    case 'track':
      return (await notFiledHere(turn, matter)) ?? (asksProgress.test(matter.text) ? null : await notYetFiled(turn, matter)) ?? (await aboutPaper(turn, matter)) ?? track(turn, matter)
    case 'urge':
      return (await notFiledHere(turn, matter)) ?? (await notYetFiled(turn, matter)) ?? urge(turn, matter)
    case 'cancel_change':
      return (turn.understanding.matters.length > 1 ? await activityMatter(turn, matter) : null) ?? (await cancelOrChange(turn, matter)) ?? unclear(turn)
    case 'rate_complain':
      return (/投诉|举报|态度|不满|意见|敷衍|[1-5一二三四五]分|星|评/.test(matter.text) ? null : await addDetail(turn, matter)) ?? complain(turn, matter)
    case 'praise':
      return takePraise(turn)
    case 'chitchat':
      return pointsBack.test(matter.text) ? unclear(turn) : smallTalk(turn)
    case 'offtopic_group':
      return turn.message.chat === 'private' && [...matter.text].length > 6 ? offTopic() : smallTalk(turn)
  }
}

/** What a dispute is told by: the other side, what it does, or that somebody is to step between. */
const tellsOfDispute = /调解|纠纷|矛盾|评理|说理|讲理|说和|协调|吵|闹|打|骂|欺负|威胁|占|堵|挡|漏|渗|滴|淹|赔|欠|押金|房东|租客|租户|邻居|隔壁|楼上|楼下|对门|对方|两家|[他她]家|人家|那户|老公|老婆|丈夫|媳妇|婆婆|儿女|离婚|赡养|不养|遗产|分家|家暴/

/** A complaint of few words, none of which complains (我们小区), or a dispute with nobody: what is the matter is asked first. */
function saysNothing({ intent, confidence, text }: Matter): boolean {
  if (confidence >= 0.6) return false
  return intent === 'mediation' ? !tellsOfDispute.test(text) : [...text].length < 6 && !/投诉|举报|反映|吵|闹|响|噪|漏|占|骂|打|差|不管|物业/.test(text)
}

/** 「我在这住了三年多了」: said of oneself, and neither asked nor wanted. */
function tellsOfSelf({ confidence, text }: Matter): boolean {
  return confidence < 0.6 && /^(我|俺|咱)们?[^，,。；;！!]*了[。.！!]?$/.test(text) && !isAsking.test(text) && !wantsAct.test(text)
}
