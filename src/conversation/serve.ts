import { readStars } from '../nlu/answers.js'
import type { Matter, Slot } from '../nlu/understanding.js'
import { faultClass, statesFault } from '../requests/faults.js'
import { activityMatter, meetActivity, offerActivities } from './dialogs/activity.js'
import { answerListed, ask, offTopic, pay, takenQuestion } from './dialogs/ask.js'
import { answerBare, answerTakenBack, takenCandidate, takenRequest } from './dialogs/bare.js'
import { book } from './dialogs/book.js'
import { askOrOffer, careOrAsk } from './dialogs/care.js'
import { meetCatalogue } from './dialogs/catalogue.js'
import { answerChecklist, beginChecklist, resumeChecklist } from './dialogs/checklist.js'
import { meetClaim } from './dialogs/claim.js'
import { isShut, meetClosed } from './dialogs/closed.js'
import { correctFirst } from './dialogs/correct.js'
import { askSafety, followDanger, joinDanger, meetDanger, meetOther, namedThing } from './dialogs/danger.js'
import { hearDiscretion, meetDiscretion, promiseInstead } from './dialogs/discretion.js'
import { answerForm, cancelForm, resumeForm } from './dialogs/form.js'
import { despair, handOver, listen } from './dialogs/hand-over.js'
import { meetHardship, tellAidRoutes } from './dialogs/hardship.js'
import { asksOfVote, surelyVotes } from './dialogs/heard-vote.js'
import { meetOpenAffairs } from './dialogs/open-affairs.js'
import { meetOpenResources } from './dialogs/open-resources.js'
import { queueUp } from './dialogs/queue-up.js'
import { meetLinking } from './dialogs/link.js'
import { meetOwnData } from './dialogs/own-data.js'
import { addPicture, takePicture } from './dialogs/picture.js'
import { isBareMark, mark } from './dialogs/rate.js'
import { advance, moveToPrivate, newForm, report } from './dialogs/report.js'
import { answerPersonal, smallTalk, takePraise } from './dialogs/small-talk.js'
import { supplement } from './dialogs/supplement.js'
import { meetSubscription } from './dialogs/subscribe.js'
import { wordsOf } from './dialogs/meant-topics.js'
import { asTopic, meetTopics, refuseAsTopic } from './dialogs/topics.js'
import { meetVote, tellSecrecy } from './dialogs/vote.js'
import { addDetail, addToLast, cancelOrChange, hearWithdrawals, stillBroken, track, urge } from './dialogs/track.js'
import { unclear, unsure } from './dialogs/unsure.js'
import { meetVolunteering, volunteerMatter, withRegistration } from './dialogs/volunteer.js'
import { meetProposals } from './dialogs/proposals.js'
import { meetWishes } from './dialogs/wishes.js'
import { meetReportIn } from './dialogs/report-in.js'
import { meetWordless } from './dialogs/wordless.js'
import { meetExposure } from './exposure.js'
import { asksWhereToReport, asMeant, inGeneral, isAsking, onlyTalksOfFault, readMatters, sureEnough, wantsAct, withoutAsking } from './matters.js'
import { underOneReceipt } from './linked.js'
import { draftLastsMs, passing, type Form } from './memory.js'
import { lacksMeans } from '../nlu/hardship.js'
import { joinOutcomes } from './outcome.js'
import { refuseWhatMustNot, toldBeside } from './refusals.js'
import { isOpen } from '../requests/service-request.js'
import { itemMatter } from '../retrieval/items.js'
import { replies } from './replies.js'
import { after, say, step, type Step, type Turn } from './turn.js'

/** Asks whether it talks to a program, not for a person. */
const asksWhoWeAre = /^(?!.*(转|找|换|要|叫)).*(机器人?(吧|吗|么|不)?|(真|活)?人(吗|么|不))[?？。!！]*$/
/** Asks how far something is, whatever else it names. */
const asksProgress = /进度|到哪|哪一?步|修好|弄好|好了(没|吗)|(怎么|咋)样了|(修|派|办|弄|清)(了|过)?(没|吗)|查/
/** Asks how, who or when: a question even where it speaks of signing up. */
const asksHow = /怎么|如何|咋|谁|多少|哪|啥时候|什么时候/
/** Means something said before, not a greeting. */
const pointsBack = /上回|上次|那个|那件/

/** Matters of what is on record, by their own words. */
const aboutOwn: readonly Matter['intent'][] = ['track', 'urge', 'cancel_change', 'rate_complain', 'praise', 'emergency', 'human']

/** Serves a message while no question is open. */
export async function serveMessage(given: Turn): Promise<Step> {
  const turn = hearDiscretion(given)
  return keepWish(turn, promiseInstead(turn, await serveHeard(turn)))
}

async function serveHeard(turn: Turn): Promise<Step> {
  return forget(turn, (await beforeAll(turn)) ?? meetWordless(turn, false) ?? (await meetOwnData(turn)) ?? tellSecrecy(wordsOf(turn)) ?? (await meetDiscretion(turn)) ?? (await meetIdentity(turn)) ?? (await meetReportIn(turn)) ?? (isOneMatter(turn) ? ((await meetWishes(turn, turn.understanding.text)) ?? (await meetProposals(turn, turn.understanding.text))) : null) ?? (await meetVolunteering(turn)) ?? (await meetActivity(turn)) ?? (await queueUp(turn)) ?? (await meetSubscription(turn)) ?? (turn.understanding.matters.length > 1 ? null : await meetOpenAffairs(turn)) ?? meetOpenResources(turn) ?? (await answerTakenBack(turn)) ?? (await voteBesideFault(turn)) ?? (isOneTopic(turn) ? await meetTopics(turn, wordsOf(turn)) : null) ?? answerChecklist(turn) ?? (isShut(turn) ? null : meetCatalogue(turn)) ?? (await serveOther(turn)))
}

/** What answers no list's open question; that one is put again after it. */
async function serveOther(turn: Turn): Promise<Step> {
  return resumeChecklist(turn, (await serveCandidate(turn)) ?? (await addPicture(turn)) ?? (await answerBare(turn)) ?? (await supplement(turn)) ?? (await serveMatters(turn)))
}

/** Serves a message while the form's question is open. */
export async function serveAnswer(given: Turn): Promise<Step> {
  const turn = hearDiscretion(given)
  return keepWish(turn, await serveHeardAnswer(turn))
}

async function serveHeardAnswer(turn: Turn): Promise<Step> {
  const { form } = turn.memory
  const service = form === null ? null : turn.services.byCode(form.serviceCode)
  if (form === null || service === null) return serveHeard(turn)
  const first = (await beforeAll(turn)) ?? (await meetOwnData(turn)) ?? (await meetIdentity(turn)) ?? (turn.memory.activityAsk === null ? null : await meetActivity(turn)) ?? (await queueUp(turn)) ?? (await answerTakenBack(turn))
  if (first) return forget(turn, first)
  const reporting = await meetReportIn(turn)
  if (reporting) return forget(turn, reporting)
  const wordless = meetWordless(turn, true)
  if (wordless) return goOn(turn, forget(turn, wordless), form)
  const aside = tellSecrecy(wordsOf(turn)) ?? (await meetDiscretion(turn)) ?? (isOneMatter(turn) ? await meetWishes(turn, turn.understanding.text) : null) ?? (isOneTopic(turn) ? await meetVote(turn, wordsOf(turn)) : null) ?? (await meetSubscription(turn)) ?? answerPersonal(turn)
  if (aside) return goOn(turn, forget(turn, aside), form)
  const want = service.disclosure === 'public' && lacksMeans(turn.understanding.text) ? turn.understanding.matters.map((matter) => meetHardship(turn, matter)).find((one) => one !== null) : undefined
  if (want) return { ...want, memory: { ...want.memory, form } }
  const answered = await answerForm(turn, form, service)
  // What changes something else than the form (a report filed before) leaves it open.
  if (answered) return forget(turn, answered.memory.form === undefined && ['filed', 'cancelled'].includes(answered.outcome.kind) ? goOn(turn, answered, form) : await takeUpShelved(turn, answered))
  const served = forget(turn, await serveMatters({ ...turn, memory: { ...turn.memory, form: null } }))
  if (served.outcome.kind === 'handed-over') return served
  // Nothing on record was given up by it: the form was meant.
  if (served.outcome.kind === 'cancelled' && served.writes.length === 0 && served.memory.cancelledAt === turn.now) return await takeUpShelved(turn, forget(turn, cancelForm(turn, form, service)))
  // One form at a time: the one begun now is filled in first, the other is put by.
  if (served.memory.form) return { ...served, memory: { ...served.memory, shelved: form } }
  return goOn(turn, served, form)
}

/** What is to be withheld holds until something is filed by it. */
function keepWish({ memory }: Turn, done: Step): Step {
  return memory.discretion === null ? done : { ...done, memory: { discretion: memory.discretion, ...done.memory } }
}

/** Whether the person has a question open that a plain word may answer. */
export function openForm(turn: Turn): Form | null {
  const { form } = turn.memory
  if (form === null || turn.now - form.updatedAt > draftLastsMs) return null
  // A draft that was sent to the private chat waits there, not in the room.
  const service = turn.services.byCode(form.serviceCode)
  if (service === null || (service.disclosure === 'personal' && turn.message.chat === 'group')) return null
  return form
}

/** The form that was put by goes on when the one before it has ended. */
async function takeUpShelved(turn: Turn, done: Step): Promise<Step> {
  const { form, shelved } = turn.memory
  if (done.memory.form !== null || shelved === null || turn.now - shelved.updatedAt > draftLastsMs || done.outcome.kind === 'handed-over') return done
  const next = after(turn, { ...done, memory: { ...done.memory, shelved: null } })
  const place = form === null || done.outcome.kind !== 'filed' ? null : placeForBoth(form, shelved, done)
  const service = place === null ? null : turn.services.byCode(shelved.serviceCode)
  if (place === null || service === null) return goOn(turn, { ...done, memory: { ...done.memory, shelved: null } }, shelved)
  return joinSteps([{ ...done, memory: { ...done.memory, shelved: null } }, await advance(next, { ...shelved, fields: [...shelved.fields, place] }, service)])
}

/** Two matters of one message are at one place, where that was asked for once: it is not asked again. */
function placeForBoth(form: Form, shelved: Form, done: Step): Slot | null {
  const ofOneMessage = (one: Form): string => one.sourceKey.slice(0, one.sourceKey.lastIndexOf(':'))
  if (shelved.asking !== 'addr' || ofOneMessage(form) !== ofOneMessage(shelved) || form.fields.some(({ name }) => name === 'addr')) return null
  for (const write of done.writes) if (write.op === 'put' && write.table === 'requests') return write.row.fields.find(({ name }) => name === 'addr') ?? null
  return null
}

function goOn(turn: Turn, done: Step, form: Form): Step {
  const service = turn.services.byCode(form.serviceCode)
  const again = service === null ? null : resumeForm(form, service)
  return { ...done, say: again === null ? done.say : [...done.say, say(again)], memory: { ...done.memory, form: { ...form, updatedAt: turn.now } } }
}

/** What was offered lasts one turn; only the turn that offers it keeps it. */
function forget(turn: Turn, done: Step): Step {
  const { candidates, suggested, picking, offered, takenBack, erasing, activityAsk, unclear: times } = turn.memory
  return activityAsk === null && candidates === null && suggested === null && picking === null && offered === null && takenBack === null && erasing === null && times === 0 ? done : { ...done, memory: { ...passing, ...done.memory } }
}

/** What is told or asked beside a topic or a ballot is a matter of its own. */
function isOneTopic({ understanding: { matters, text } }: Turn): boolean {
  return matters.length <= 1 || (!statesFault(text) && (!isAsking.test(text) || /议题|投票/.test(text) || asksOfVote(text)))
}

/** 「投A，还有3栋楼道灯坏了」: the ballot counts, and the fault is taken up. */
async function voteBesideFault(turn: Turn): Promise<Step | null> {
  const text = wordsOf(turn)
  if (!statesFault(text) || !surelyVotes(text)) return null
  const clauses = text.split(/(?<=[，,。；;！!\s])|(?=还有|另外|顺便|对了)/)
  const faults = clauses.filter((clause) => statesFault(clause)).map(withoutTurn).join('')
  const ballot = clauses.filter((clause) => !statesFault(clause)).join('')
  const voted = surelyVotes(ballot) ? await meetVote(turn, ballot) : null
  if (voted === null || faults === '') return null
  return joinSteps([voted, await serveMatter(after(turn, voted), { intent: 'repair_env', confidence: 1, text: faults, slots: turn.readSlots(faults), ranked: [] })])
}

const withoutTurn = (clause: string): string => clause.replace(/^(还有|另外|顺便|对了)[，,]?/, '')

/** Several matters of one message are met one by one. */
function isOneMatter({ understanding }: Turn): boolean {
  return understanding.matters.length <= 1 || faultClass(understanding.text) === null
}

/** What comes before any matter is considered: danger, exposed data, what must never be done. */
function beforeMatters(turn: Turn): Step | null {
  if (turn.understanding.danger) return meetDanger(turn, turn.understanding.danger)
  return (turn.understanding.gate.reason === 'exposed-id' ? meetExposure(turn) : null) ?? followDanger(turn) ?? joinDanger(turn) ?? meetExposure(turn) ?? refuseWhatMustNot(turn) ?? askSafety(turn)
}

/** The same, with the fault that is told beside what is refused. */
async function beforeAll(turn: Turn): Promise<Step | null> {
  const first = beforeMatters(turn)
  const beside = first === null ? null : toldBeside(turn, first)
  return first === null || beside === null ? first : joinSteps([first, await serveMatter(turn, beside)])
}

/** Who the person is elsewhere, and what opens again for them. */
async function meetIdentity(turn: Turn): Promise<Step | null> {
  return (await meetLinking(turn)) ?? meetClaim(turn)
}

async function serveCandidate(turn: Turn): Promise<Step | null> {
  const taken = takenCandidate(turn) ?? takenQuestion(turn) ?? takenRequest(turn)
  return taken === null ? null : serveMatter(turn, taken)
}

/** Each matter in turn, one reply for all. */
async function serveMatters(turn: Turn): Promise<Step> {
  const { matters, text } = turn.understanding
  if (turn.message.attachments.length > 0 && !/[\p{L}\p{N}]/u.test(text)) return takePicture(turn)
  if (matters.length === 0) return text.trim() === '' && turn.message.text.trim() !== '' ? smallTalk(turn) : unclear(turn)
  let current = await hearWithdrawals(turn)
  const done: Step[] = []
  for (const [part, matter] of readMatters(current).entries()) {
    const served = await serveMatter({ ...current, part }, matter)
    const open = current.memory.form
    const settled = open !== null && served.memory.form ? putBy(open, served, served.memory.form) : served
    done.push(settled)
    const next = after(current, settled)
    // Two scraps of one message not understood are one misunderstanding.
    current = { ...next, memory: { ...next.memory, unclear: turn.memory.unclear, discretion: turn.memory.discretion } }
  }
  const understood = done.filter((one) => !(one.outcome.kind === 'clarifying' && one.outcome.about === 'matter'))
  return joinSteps(understood.length > 0 ? understood : done.slice(0, 1))
}

/** One form at a time: what else was said about the same goes into its words, another waits for its end. */
function putBy(open: Form, served: Step, second: Form): Step {
  const memory = open.serviceCode === second.serviceCode ? { form: { ...open, description: `${open.description}；${second.description}` } } : { form: open, shelved: second }
  return { ...served, say: [], memory: { ...served.memory, ...memory } }
}

/** What is said of several matters, each line once: the offer of a person stands with the last of them. */
function withoutRepeats(steps: readonly Step[]): readonly Step[] {
  const later = new Set<string>()
  return [...steps].reverse().map((one) => {
    const said = one.say.map((each) => ({ ...each, text: each.text.split('\n').filter((line) => !later.has(line)).join('\n') })).filter(({ text }) => text !== '')
    for (const { text } of one.say) for (const line of text.split('\n')) if ([...line].length > 6) later.add(line)
    return { ...one, say: said }
  }).reverse()
}

/** One step from those of several matters. */
function joinSteps(steps: readonly Step[]): Step {
  const [only] = steps
  if (steps.length === 1 && only) return only
  const told = withoutRepeats(underOneReceipt(steps))
  return {
    outcome: joinOutcomes(steps.map((one) => one.outcome)),
    // What is asked comes last, so that the last words are what to answer.
    say: [...told].sort((a, b) => Number(a.outcome.kind === 'clarifying') - Number(b.outcome.kind === 'clarifying')).flatMap((one) => one.say),
    writes: told.flatMap((one) => one.writes),
    memory: Object.assign({}, ...steps.map((one) => one.memory)) as Step['memory'],
    handover: steps.find((one) => one.handover !== null)?.handover ?? null,
    ...unkeptOf(steps),
  }
}

function unkeptOf(steps: readonly Step[]): Pick<Step, 'unkept'> {
  const [first, ...others] = steps.flatMap(({ unkept }) => (unkept === undefined ? [] : [unkept]))
  return first === undefined ? {} : { unkept: { ...first, hides: [...first.hides, ...others.flatMap(({ hides }) => hides)] } }
}

/** 「楼上902半夜拖桌子」 in a room: whose door it is, is told in private. */
function aboutDoor(turn: Turn, matter: Matter): Step | null {
  const namesDoor = /(楼上|楼下|隔壁|对门)的?\s?\d{3,4}(?!\d)|(?<!\d)\d{3,4}(室|户)?的?(那?家|住户|邻居)/
  const service = turn.message.chat === 'group' && namesDoor.test(matter.text) ? turn.services.forMatter(matter.intent, matter.text) : null
  return service === null ? null : moveToPrivate(turn, service, newForm(turn, matter, service))
}

/** Serves one matter by its intent. */
async function serveMatter(turn: Turn, given: Matter): Promise<Step> {
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
  if (matter.confidence < sureEnough && matter.intent !== 'chitchat') return (await correctFirst(turn, matter)) ?? (await addDetail(turn, matter)) ?? unsure(turn, matter)
  const wish = isOneMatter(turn) ? null : await meetWishes(turn, matter.text)
  if (wish) return wish
  const topic = isOneTopic(turn) ? null : await meetTopics(turn, matter.text)
  if (topic) return topic
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
      if (/^(那)?(我|俺)?(也)?(想|要|能|来)?(报名|报个名|参加|登记)(一下|吗)?[吧呀啊。.！!]*$/.test(matter.text)) return (await offerActivities(turn)) ?? step({ kind: 'clarifying', about: 'activity' }, replies.whichActivity)
      return (matter.intent === 'micro_wish' ? await meetWishes(turn, matter.text, true) : null) ?? (await ofVolunteers(turn, matter)) ?? (await refuseAsTopic(turn, matter.text)) ?? (isAsking.test(matter.text) && (!wantsAct.test(matter.text) || asksHow.test(matter.text)) ? ask(turn, matter) : ((await addToLast(turn, matter)) ?? withRegistration(turn, matter.text, asTopic(turn, await reportOrAsk(turn, matter)))))
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
      return aboutFault(turn, matter) ?? askOrOffer(turn, matter)
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

/** A complaint of few words, none of which complains (我们小区): what is the matter is asked first. */
function saysNothing(matter: Matter): boolean {
  return matter.confidence < 0.6 && [...matter.text].length < 6 && !/投诉|举报|反映|吵|闹|响|噪|漏|占|骂|打|差|不管|物业/.test(matter.text)
}

/** Activities, signing up, volunteering: what is on record of it is served; a wish of another kind is filed. */
async function ofVolunteers(turn: Turn, matter: Matter): Promise<Step | null> {
  return matter.intent === 'micro_wish' ? null : ((await activityMatter(turn, matter)) ?? volunteerMatter(turn, matter))
}

async function reportOrAsk(turn: Turn, matter: Matter): Promise<Step> {
  const service = turn.services.forMatter(matter.intent, matter.text)
  return service ? report(turn, matter, service) : ask(turn, matter)
}

/** 「停水几点来」: a notice of the community answers before a report is taken. */
function noticed(turn: Turn, matter: Matter): Step | null {
  if (!turn.withFacts || !/几点|什么时候|啥时候|多久|多会儿|何时/.test(matter.text)) return null
  const told = ask(turn, matter)
  return told.outcome.kind === 'answered' && told.say.some((one) => one.citations.some((citation) => citation.kind === 'fact')) ? told : null
}

/** A fault that is only asked about is answered, not filed. */
function aboutFault(turn: Turn, matter: Matter): Step | null {
  if (asksWhereToReport(matter.text)) return tellWhere(turn, matter)
  return ['repair_env', 'noise', 'property_complaint'].includes(matter.intent) && onlyTalksOfFault(matter) ? tellOfFault(turn, matter) : null
}

/** Whom to tell: here. A place said next is where it is broken. */
function tellWhere(turn: Turn, matter: Matter): Step {
  const service = statesFault(matter.text) && !inGeneral.test(matter.text) && turn.message.chat === 'private' ? turn.services.forMatter('repair_env', matter.text) : null
  return step({ kind: 'answered' }, replies.whereToReport, service === null ? {} : { memory: { form: { ...newForm(turn, { ...matter, intent: 'repair_env' }, service), description: withoutAsking(matter.text) } } })
}

/** What the texts or the community's notices say of it; a passage that is only near says nothing of a tap. */
function tellOfFault(turn: Turn, matter: Matter): Step {
  const told = ask(turn, { ...matter, intent: 'policy_standard' })
  return told.outcome.kind === 'unanswerable' ? { ...told, say: [say(replies.faultUnknown, { choices: ['人工'] })] } : told
}

/** 「赶紧来修」 of what is not on record yet is a report. */
async function notYetFiled(turn: Turn, matter: Matter): Promise<Step | null> {
  const isFault = faultClass(matter.text) !== null
  const hasPlace = matter.slots.some((slot) => slot.name === 'addr')
  const isReport = hasPlace ? isFault || turn.services.named(matter.text) !== null : isFault && statesFault(matter.text) && /派人|来人|来看|来修|修一下/.test(matter.text)
  if (!isReport || (await turn.records.requestsOf(turn.message.author.id)).length > 0) return null
  return reportOrAsk(turn, { ...matter, intent: 'repair_env' })
}

/** What is looked up, remembered or counted, but was never told here (低保、作业、密码); of who reported something it may be that. */
async function notFiledHere(turn: Turn, matter: Matter): Promise<Step | null> {
  const { text } = matter
  if (matter.slots.some((slot) => slot.name === 'ticket') || ofReports.test(text) || faultClass(text) !== null || turn.memory.lastRequest !== null || turn.memory.cancelledAt !== null) return null
  if ([...text.replace(lookUp, '')].length < 2 || (await turn.records.requestsOf(turn.message.author.id)).length > 0) return null
  return standsElsewhere.test(text) ? step({ kind: 'unanswerable', reason: 'not-set' }, say(notSeenHere, { choices: ['人工'] }), { memory: { offered: text.slice(0, 200) } }) : unclear({ ...turn, memory: { ...turn.memory, unclear: 0 } })
}
/** Words of what is reported here, and of how far it is. */
const ofReports = /报(?!销|名费)|修|登记|工单|单子|单号|编号|进度|进展|结果|反映|投诉|申请|催|处理|解决|派|来人|有人|到哪|哪一?步|(怎么|咋)样|好了|办(好|完|到|下来|得|的|理)|批|那个|那件|那事|这事|上次|上回|昨|前[天几]|刚|记录|记上|预约|约的|没(消息|动静|音)|下文|回音|回复|答复|管|理(?!发)|没(一个)?人|等|急|快|赶紧|抓紧|拖|还没|不来|[回次遍趟]|来了?(没|吗|么)|[我俺咱]的?事|事情|几件|哪些|多久|几天|什么时候|啥时候/
/** 「帮我查一下」, by which alone nothing is named. */
const lookUp = /[我俺咱你您们帮给替查看问说的一下吧呗啊吗呢么想要请个到了没，,。.!！?？\s]/g
/** What other offices keep of a person. */
const standsElsewhere = /低保|社保|医保|养老金|养老保险|公积金|补贴|津贴|补助|救助|抚恤|户口|户籍|房产|公租房|廉租|档案|违章|余额|账单|水费|电费|燃气费|物业费|话费|成绩|学籍|残疾证|老年证|身份证|居住证|退休|工资|个税|征信/
const notSeenHere = '这个是主管部门或窗口那边的记录，我这儿看不到，不能乱说。要问怎么查、到哪儿查，直接问我；要社区工作人员帮您问，回「人工」。'

/** 「残疾证几天办好」 of who has nothing on record asks how it is done, not how far it is. */
async function aboutPaper(turn: Turn, matter: Matter): Promise<Step | null> {
  const namesPaper = /证|补贴|津贴|低保|户口|公租房|社保|医保|年审|手续/.test(matter.text) && !/我(的|那|报|办的|交)|那个|进度|到哪/.test(matter.text)
  if (!namesPaper || itemMatter(matter.text) === null || (await turn.records.requestsOf(turn.message.author.id)).some(isOpen)) return null
  return askOrOffer(turn, { ...matter, intent: 'ask_process' })
}

async function complain(turn: Turn, matter: Matter): Promise<Step> {
  const stars = readStars(matter.text)
  const marked = stars === null ? null : await mark(turn, stars)
  if (marked) return marked
  if (isBareMark(matter)) return step({ kind: 'status-given', requestId: null }, replies.nothingToRate)
  // Good marks beside kind words, with nothing to be rated, are thanks.
  if (/[45四五]\s*(分|颗?星)|好评|态度好/.test(matter.text) && !/投诉|举报|不满|敷衍|不(太)?好|差/.test(matter.text)) return step({ kind: 'answered' }, '谢谢您！社区的同事都看得到。')
  // Filed as it is said: it has to say something, and to say it rather than ask.
  const isThin = [...matter.text].length < 6 || (matter.confidence < 0.7 && !/投诉|举报|意见|态度|不满|敷衍|推诿|踢皮球|不作为|不管|骂|凶|差/.test(matter.text))
  if (isThin && matter.intent === 'rate_complain' && /投诉|举报|意见|网格员|主任|书记|物业|窗口|工作人员|师傅/.test(matter.text) && !isAsking.test(matter.text)) return step({ kind: 'clarifying', about: 'complaint' }, replies.whatComplaint)
  return isThin && matter.intent === 'rate_complain' ? unsure(turn, matter) : reportOrAsk(turn, matter)
}
