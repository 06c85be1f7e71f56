import { readCancel, readChoice, readYesNo } from '../../nlu/answers.js'
import type { Matter } from '../../nlu/understanding.js'
import { activitiesAhead, inOrder, newSignUp, shutFor, withTaken, type Activity, type SignUp } from '../../programmes/activity.js'
import { askedFor, askedOf, meantActivities, placeNamed, readActivityWish, readWhom, titledLike, type ActivityWish } from '../../programmes/meant-activity.js'
import { confirmedHours, isFor, starsOf } from '../../programmes/volunteer.js'
import { readVolunteerWish } from '../../programmes/volunteer-words.js'
import { faultClass } from '../../requests/faults.js'
import { isOpen } from '../../requests/service-request.js'
import type { Write } from '../../store/store.js'
import { shorten } from '../../text.js'
import { isAsking, readMatters, wantsAct } from '../matters.js'
import type { Memory } from '../memory.js'
import { replies } from '../replies.js'
import { say, step, type Say, type Step, type Turn } from '../turn.js'
import { activityWords as words, listed } from './activity-words.js'
import { isShut } from './closed.js'

/** An activity spoken of in a chat is still meant by 「我也去」 within this, ms. */
const meantForMs = 2 * 3_600_000
/** A reason told beside is no longer than this, characters. */
const longestReason = 16
/** What was over so lately is still told to be over, ms. */
const justOverMs = 60 * 86_400_000
/** Words about something else on record, or to be paid: nothing of it is given up here. */
const ofOthers = /工单|报修|预约|约的|投诉|单子|那条|订/
/** 「不去医院了」 gives up no activity. */
const goesElsewhere = /(不(想|用)?去|去不(了|成))(?!了|啦|咯|成|那|这|参加|报|活动|吧|啊|呀|哈)\p{Script=Han}{2}/u
const everything = /都不|全不|都取消|全(部)?取消|都退/
const handsOn = /(让|留|给)(给)?(楼|邻居|别人|老|小|下一|后面|那位|他|她)/

/** What is said of an activity, or answers what was asked about one; `null`: nothing of the kind. */
export async function meetActivity(turn: Turn): Promise<Step | null> {
  const answered = await answerAsked(turn)
  if (answered) return answered
  return isOneThing(turn) || onlyLeaves(turn) ? serveActivityWords(turn, turn.understanding.text) : null
}

/** Whether a message is about one thing, whatever else its words might be; what falls into pieces is served piece by piece. */
export function isOneThing(turn: Turn): boolean {
  const { matters, text } = turn.understanding
  if (matters.length <= 1) return true
  const read = readMatters(turn)
  return read.length === 1 || read.some((matter) => matter.text.length >= text.length - 1)
}

/** 「家里来亲戚 去不成了 退了吧」: why somebody does not come is no matter beside it. */
function onlyLeaves({ understanding: { matters, text } }: Turn): boolean {
  const leaving = matters.filter((matter) => matter.intent === 'cancel_change')
  const isReason = (matter: Matter): boolean => [...matter.text].length <= longestReason && faultClass(matter.text) === null && !isAsking.test(matter.text) && !wantsAct.test(matter.text) && matter.slots.every(({ name }) => name !== 'addr' && name !== 'phone')
  return leaving.length > 0 && /leave|stop-waiting/.test(readActivityWish(text)?.act ?? '') && matters.every((matter) => leaving.includes(matter) || isReason(matter))
}

/** The same of one matter among several. */
export async function activityMatter(turn: Turn, matter: Matter): Promise<Step | null> {
  const served = await serveActivityWords(turn, matter.text)
  const wish = served === null ? readActivityWish(matter.text) : null
  // 「算我一个」 of nothing that was spoken of is no report.
  return wish?.act === 'join' && wish.bare ? ((await offerActivities(turn)) ?? step({ kind: 'clarifying', about: 'activity' }, replies.whichActivity)) : served
}

async function serveActivityWords(turn: Turn, text: string): Promise<Step | null> {
  const wish = readActivityWish(text)
  if (wish === null) return null
  // A community that is closed offers nothing new; what somebody signed up for is told, and can be given up.
  if (isShut(turn) && wish.act !== 'own' && wish.act !== 'leave') return null
  switch (wish.act) {
    case 'list': return list(turn, text)
    case 'join': return join(turn, wish, text)
    case 'detail': return tell(turn, wish, text)
    case 'wait': return wait(turn, wish, text)
    case 'leave': return leave(turn, wish, text)
    case 'own': return tellOwn(turn, wish, text)
    case 'stop-waiting': return stopWaiting(turn, text)
  }
}

/** What was spoken of last in this chat, by this person or, in a room, by anybody; `null`: nothing, or too long ago. */
function spokenOf({ memory, conversation, message, now }: Turn): Memory['activities'] {
  const inRoom = message.chat === 'group' && conversation.activities !== undefined ? { ids: [...conversation.activities.ids], at: conversation.activities.at } : null
  const known = [memory.activities, inRoom].filter((one) => one !== null)
  const last = known.sort((a, b) => b.at - a.at)[0] ?? null
  return last === null || now - last.at > meantForMs ? null : last
}

/** What staff announced last in this room, by the titles in it; `null`: nothing, or too long ago. */
async function announcedHere(turn: Turn): Promise<Memory['activities']> {
  if (!isRoom(turn)) return null
  const all = activitiesAhead(await turn.records.activities.all(), turn.now)
  const lines = (await turn.records.activities.saidIn(turn.message.conversationId)).filter(({ at }) => turn.now - at <= meantForMs)
  for (const { text, at } of lines) {
    const ids = all.filter(({ title }) => text.includes(title)).map(({ id }) => id)
    if (ids.length > 0) return { ids, at }
  }
  return null
}

/** Whether nothing else was spoken of since with this person, a report, a question, a wish or a vote. */
function isLatest(turn: Turn): boolean {
  const spoken = spokenOf(turn)
  return spoken !== null && Object.values(turn.memory).every((one) => typeof one !== 'object' || one === null || !('at' in one) || typeof one.at !== 'number' || one.at <= spoken.at)
}

const remembered = (turn: Turn, shown: readonly Activity[]): Partial<Memory> => ({ activities: { ids: shown.map(({ id }) => id), at: turn.now } })

const isRoom = (turn: Turn): boolean => turn.message.chat === 'group'

/** What is ahead and for this person; a room hears only of what is for everybody. */
async function ahead(turn: Turn): Promise<readonly Activity[]> {
  const all = activitiesAhead(await turn.records.activities.all(), turn.now)
  if (all.every(({ audience }) => audience === 'everybody')) return all
  const volunteer = isRoom(turn) ? null : await turn.records.activities.volunteer()
  return all.filter((one) => isFor(one, volunteer))
}

async function list(turn: Turn, text: string): Promise<Step | null> {
  // Where the community has never entered any, its notices may still tell of one.
  if ((await turn.records.activities.all()).every(({ state }) => state === 'draft')) return null
  const shown = await ahead(turn)
  if (shown.length === 0) return step({ kind: 'answered' }, words.none)
  const wanted = askedFor(text, shown, turn.readSlots(text))
  if (wanted.length === 0) return step({ kind: 'answered' }, words.noneThen(shown, isRoom(turn)), { memory: remembered(turn, shown.slice(0, listed.room)) })
  return step({ kind: 'answered' }, ...listing(turn, wanted))
}

function listing(turn: Turn, all: readonly Activity[]): [Say, { memory: Partial<Memory> }] {
  const most = isRoom(turn) ? listed.room : listed.private
  const shown = all.slice(0, most)
  const text = isRoom(turn) ? words.listInRoom(shown, all.length - shown.length) : words.list(shown, all.length - shown.length)
  return [say(text, { choices: isRoom(turn) ? [] : shown.map((_, index) => String(index + 1)) }), { memory: { ...remembered(turn, shown), activityAsk: { act: 'join', ids: shown.map(({ id }) => id), who: '', person: '' } } }]
}

/** 「我想报名」 names nothing: what there is, else `null`. */
export async function offerActivities(turn: Turn): Promise<Step | null> {
  const shown = await ahead(turn)
  return shown.length === 0 ? null : step({ kind: 'clarifying', about: 'activity' }, ...listing(turn, shown))
}

/** What the words mean: by its place in the list shown, its title, its day; else what was just spoken of. */
async function meant(turn: Turn, wish: ActivityWish, text: string): Promise<readonly Activity[]> {
  const spoken = spokenOf(turn) ?? (wish.bare && wish.act === 'join' ? await announcedHere(turn) : null)
  if (spoken === null && wish.bare) return []
  const all = await turn.records.activities.all()
  const nth = spoken === null ? null : placeNamed(text, spoken.ids.length)
  const byPlace = nth === null ? [] : all.filter(({ id }) => id === spoken?.ids[nth - 1])
  if (byPlace.length > 0) return byPlace
  const named = meantActivities(text, activitiesAhead(all, turn.now), turn.readSlots(text))
  if (named.length > 0) return named
  const gone = titledLike(text, all.filter((one) => one.state !== 'draft' && turn.now - Date.parse(one.at) < justOverMs && shutFor(one, turn.now) !== null))
  if (gone.length > 0) return gone.slice(-1)
  return spoken === null ? [] : all.filter(({ id }) => spoken.ids.includes(id))
}

function which(turn: Turn, act: 'join' | 'leave' | 'wait', found: readonly Activity[]): Step {
  const shown = found.slice(0, listed.private)
  return step({ kind: 'clarifying', about: 'activity' }, say(act === 'leave' ? words.whichLeave(shown) : words.which(isRoom(turn) ? shown.slice(0, listed.room) : shown), { choices: shown.map((_, index) => String(index + 1)) }), {
    memory: { ...remembered(turn, shown), activityAsk: { act, ids: shown.map(({ id }) => id), who: '', person: '' } },
  })
}

async function join(turn: Turn, wish: ActivityWish, text: string): Promise<Step | null> {
  const found = await meant(turn, wish, text)
  // 「会修电器，算我一个志愿者」 offers oneself, for nothing that was named.
  if (readVolunteerWish(text) === 'offers' && titledLike(text, found).length === 0) return null
  const [only] = found
  if (only === undefined) {
    if (wish.bare) return /报/.test(text) ? offerActivities(turn) : null
    if (!/活动(?!室|中心)/.test(text)) return null
    const offered = await offerActivities(turn)
    // 「我要参加活动」 asks what there is, 「捡垃圾的活动」 for one that there is not.
    return offered === null || namesNothing(text) ? offered : { ...offered, say: [say(words.notFound), ...offered.say] }
  }
  if (found.length > 1) return which(turn, 'join', found)
  // 「我来」 after another thing was spoken of means that one.
  if (wish.bare && !isLatest(turn) && !/报|参加|算|占|也/.test(text)) return null
  return joinFor(turn, only, text)
}

/** Whether words that want to sign up say nothing of what for. */
const namesNothing = (text: string): boolean => [...text.replace(/(我|俺|咱|们|也|都|想|要|来|去|给|帮|报个?名|报上|报|参加|社区|小区|里|的|一下|一个|个|活动|吧|呗|呀|啊|了)|[\s,，。.!！]/g, '')].length < 2

async function joinFor(turn: Turn, activity: Activity, text: string): Promise<Step> {
  const whom = readWhom(text)
  const own = whom.self || (whom.family === null && !whom.others) ? await signUp(turn, activity, null) : null
  if (whom.others) return own === null ? step({ kind: 'answered' }, words.ownWord, { memory: remembered(turn, [activity]) }) : { ...own, say: [...own.say, say(words.ownWord)] }
  if (whom.family === null) {
    const done = own ?? (await signUp(turn, activity, null))
    return whom.several && done.outcome.kind === 'filed' ? { ...done, say: [...done.say, say(words.familyMore)] } : done
  }
  const shut = await refuse(turn, activity)
  if (shut !== null && own === null) return shut
  const asks = isRoom(turn) ? step({ kind: 'clarifying', about: 'private' }, words.familyInPrivate, { memory: remembered(turn, [activity]) })
    : whom.name !== null ? askSure(turn, activity, whom.family, whom.name) : step({ kind: 'clarifying', about: 'name' }, words.askName(whom.family, activity), { memory: { ...remembered(turn, [activity]), activityAsk: { act: 'name', ids: [activity.id], who: whom.family, person: '' } } })
  return own === null ? asks : { ...own, say: [...own.say, ...asks.say], memory: { ...own.memory, ...asks.memory } }
}

function askSure(turn: Turn, activity: Activity, who: string, person: string): Step {
  return step({ kind: 'clarifying', about: 'confirm' }, say(words.readName(person, activity), { choices: ['对', '算了'] }), { memory: { ...remembered(turn, [activity]), activityAsk: { act: 'sure', ids: [activity.id], who, person } } })
}

/** Why this person can't be put down for it; `null`: they can. */
async function refuse(turn: Turn, activity: Activity): Promise<Step | null> {
  const memory = remembered(turn, [activity])
  const shut = shutFor(activity, turn.now)
  if (shut !== null && shut !== 'full') return step({ kind: 'answered' }, words.shut(activity, shut), { memory })
  if (activity.audience === 'volunteers') {
    const volunteer = await turn.records.activities.volunteer()
    if (!isFor(activity, volunteer)) return step({ kind: 'answered' }, volunteer === null ? words.volunteersOnly(activity) : words.notFitting(activity), { memory })
  }
  return shut === 'full' ? step({ kind: 'answered' }, say(words.full(activity), { choices: ['候补'] }), { memory }) : null
}

/** One place more taken, by this person or, with a name, by one of their family. */
async function signUp(turn: Turn, activity: Activity, person: string | null): Promise<Step> {
  const memory = remembered(turn, [activity])
  const mine = (await turn.records.activities.own()).filter(({ activityId }) => activityId === activity.id)
  const known = mine.find((one) => one.person === person)
  if (known?.state === 'in') return step({ kind: 'answered' }, words.already(activity, isRoom(turn), await orderOf(turn, activity, known.id)), { memory })
  const refused = await refuse(turn, activity)
  if (refused) return refused
  const row = known === undefined ? newSignUp(activity, { residentId: turn.message.author.id, person, number: person === null ? 0 : freeNumber(mine), order: turn.newId(), state: 'in', now: turn.now }) : { ...known, state: 'in' as const, order: turn.newId() }
  const after = withTaken(activity, 1)
  const before = activity.kind !== 'hearing' ? 0 : (await turn.records.activities.signUpsFor(activity.id)).filter(({ state }) => state === 'in').length
  const writes: Write[] = [{ op: 'put', table: 'activities', row: after }, { op: 'put', table: 'signUps', row }]
  return step({ kind: 'filed', requestId: null }, say(words.joined(after, isRoom(turn), before + 1, person), isRoom(turn) ? {} : { calendar: row.id }), { writes, memory: { ...memory, cancelledAt: null } })
}

/** Which place somebody has in the order of who speaks; 0: nobody does. */
async function orderOf(turn: Turn, activity: Activity, id: string): Promise<number> {
  return activity.kind !== 'hearing' ? 0 : inOrder((await turn.records.activities.signUpsFor(activity.id)).filter(({ state }) => state === 'in')).findIndex((one) => one.id === id) + 1
}

/** The first number that no other of this person's family has in the list. */
function freeNumber(mine: readonly SignUp[]): number {
  const taken = new Set(mine.map(({ id }) => Number(id.split('|')[2] ?? 0)))
  let number = 1
  while (taken.has(number)) number += 1
  return number
}

async function wait(turn: Turn, wish: ActivityWish, text: string): Promise<Step | null> {
  // 「排队」 of nothing just spoken of waits for a title alone; a time at a window has its own list.
  const isOfTitle = wish.bare && !isLatest(turn)
  if (isOfTitle && turn.memory.taken !== null) return null
  const found = isOfTitle ? titledLike(text, activitiesAhead(await turn.records.activities.all(), turn.now)) : await meant(turn, wish, text)
  const [activity] = found
  if (activity === undefined) return null
  if (found.length > 1) return which(turn, 'wait', found)
  const memory = remembered(turn, [activity])
  const mine = (await turn.records.activities.own()).find((one) => one.activityId === activity.id && one.person === null)
  if (mine?.state === 'in') return step({ kind: 'answered' }, words.already(activity, isRoom(turn), 0), { memory })
  if (mine?.state === 'waiting') return step({ kind: 'answered' }, words.waitingAlready(activity), { memory })
  const shut = shutFor(activity, turn.now)
  if (shut === null) return step({ kind: 'answered' }, words.notFull(activity), { memory })
  const refused = await refuse(turn, activity)
  if (refused !== null && shut !== 'full') return refused
  const room = isRoom(turn) && turn.resident.privateConversationId === null ? turn.message.conversationId : null
  const others = (await turn.records.activities.signUpsFor(activity.id)).filter(({ state }) => state === 'waiting').length
  const row = newSignUp(activity, { residentId: turn.message.author.id, person: null, number: 0, order: turn.newId(), state: 'waiting', room, now: turn.now })
  return step({ kind: 'filed', requestId: null }, words.waiting(activity, others, room !== null), { writes: [{ op: 'put', table: 'activities', row: { ...activity, isWaitedFor: true } }, { op: 'put', table: 'signUps', row }], memory })
}

async function stopWaiting(turn: Turn, text: string): Promise<Step | null> {
  const waiting = (await ownAhead(turn)).filter(({ row }) => row.state === 'waiting')
  const named = meantActivities(text, waiting.map(({ activity }) => activity), turn.readSlots(text))
  const stopped = named.length === 0 ? waiting : waiting.filter(({ activity }) => named.includes(activity))
  return stopped.length === 0 ? null : step({ kind: 'cancelled' }, words.stopped(stopped.map(({ activity }) => activity)), { writes: stopped.map(({ row: { id, rev } }): Write => ({ op: 'remove', table: 'signUps', id, rev })) })
}

/** The author's own that are still to come, in the order of time. */
async function ownAhead(turn: Turn): Promise<readonly { readonly activity: Activity; readonly row: SignUp }[]> {
  const rows = (await turn.records.activities.own()).filter(({ endsAt }) => endsAt > turn.now)
  const found = await Promise.all(rows.map(async (row) => ({ row, activity: await turn.records.activities.get(row.activityId) })))
  return found.flatMap(({ row, activity }) => (activity?.state === 'published' ? [{ row, activity }] : [])).sort((a, b) => (a.activity.at < b.activity.at ? -1 : 1))
}

async function leave(turn: Turn, wish: ActivityWish, text: string): Promise<Step | null> {
  if (ofOthers.test(text)) return null
  const spoken = spokenOf(turn)
  const own = await ownAhead(turn)
  if (own.length === 0) {
    const about = spoken === null || !isLatest(turn) ? null : await turn.records.activities.get(spoken.ids[0] ?? '')
    return about === null && wish.bare ? null : step({ kind: 'status-given', requestId: null }, words.notIn(about))
  }
  const activities = [...new Set(own.map(({ activity }) => activity))]
  const named = meantActivities(text, activities, turn.readSlots(text))
  if (named.length === 0 && goesElsewhere.test(text)) return null
  if (named.length === 0 && wish.bare && !isLatest(turn)) {
    const open = (await turn.records.requestsOf(turn.message.author.id)).filter(isOpen)
    if (open.some(({ appointment }) => appointment !== null && Date.parse(appointment.at) > turn.now)) return step({ kind: 'clarifying', about: 'activity' }, words.leaveOrBooking(activities.map(({ title }) => title)))
    // 「取消」 alone means the report that was told since.
    if (open.length > 0 && !/去|来|参加/.test(text)) return null
  }
  if (everything.test(text)) return giveUp(turn, own, text)
  const last = activities.filter(({ id }) => spoken?.ids.includes(id) === true)
  const wanted = named.length > 0 ? named : last.length > 0 ? last : activities
  return wanted.length > 1 ? which(turn, 'leave', wanted) : giveUp(turn, own.filter(({ activity }) => activity === wanted[0]), text)
}

/** Takes this person, or the one of the family that the words name, out of these; their places are free at once. */
async function giveUp(turn: Turn, own: readonly { readonly activity: Activity; readonly row: SignUp }[], text: string): Promise<Step> {
  const whom = readWhom(text)
  const ofWhom = own.filter(({ row }) => (whom.family === null ? row.person === null : row.person !== null))
  const going = everything.test(text) || ofWhom.length === 0 ? own : ofWhom
  const activities = [...new Set(going.map(({ activity }) => activity))]
  const writes = activities.flatMap((activity): Write[] => {
    const rows = going.filter((one) => one.activity === activity).map(({ row }) => row)
    const places = rows.filter(({ state }) => state === 'in').length
    return [...(places === 0 ? [] : [{ op: 'put', table: 'activities', row: withTaken(activity, -places) } as const]), ...rows.map(({ id, rev }): Write => ({ op: 'remove', table: 'signUps', id, rev }))]
  })
  const isOnlyWaiting = going.every(({ row }) => row.state === 'waiting')
  return step({ kind: 'cancelled' }, isOnlyWaiting ? words.stopped(activities) : words.left(activities, isRoom(turn), handsOn.test(text)), { writes, memory: remembered(turn, activities) })
}

/** What this person signed up for; of one that the words name, that one. */
async function tellOwn(turn: Turn, wish: ActivityWish, text: string): Promise<Step | null> {
  if (wish.bare && !isLatest(turn) && (await turn.records.activities.own()).length === 0) return null
  const all = await ownAhead(turn)
  const [named] = titledLike(text, activitiesAhead(await turn.records.activities.all(), turn.now))
  const own = named === undefined ? all : all.filter(({ activity }) => activity.id === named.id)
  if (named !== undefined && own.length === 0) return step({ kind: 'status-given', requestId: null }, words.notInThis(named), { memory: remembered(turn, [named]) })
  if (isRoom(turn)) return step({ kind: 'status-given', requestId: null }, words.ownInRoom(own.filter(({ row }) => row.state === 'in').length, own.filter(({ row }) => row.state === 'waiting').length))
  return step({ kind: 'status-given', requestId: null }, words.own(await Promise.all(own.map(async ({ activity, row }) => ({ activity, isWaiting: row.state === 'waiting', person: row.person, order: await orderOf(turn, activity, row.id) })))), own.length === 0 ? {} : { memory: remembered(turn, own.map(({ activity }) => activity)) })
}

async function tell(turn: Turn, wish: ActivityWish, text: string): Promise<Step | null> {
  if (wish.bare && !isLatest(turn)) return spokenOf(turn) === null && /报|参加/.test(text) ? offerActivities(turn) : null
  const found = await meant(turn, wish, text)
  if (found.length === 0) return /活动(?!室|中心)|讲座|义诊|听证|恳谈|志愿/.test(text) ? list(turn, text) : null
  if (found.length > 1) return step({ kind: 'answered' }, ...listing(turn, found))
  const [activity] = found
  if (activity === undefined) return null
  const shut = shutFor(activity, turn.now)
  if (activity.audience === 'volunteers' && !isFor(activity, isRoom(turn) ? null : await turn.records.activities.volunteer())) return step({ kind: 'answered' }, words.volunteersOnly(activity))
  const isIn = (await turn.records.activities.own()).some(({ activityId, state, person }) => activityId === activity.id && state === 'in' && person === null)
  if (shut !== null && shut !== 'full') return step({ kind: 'answered' }, words.shut(activity, shut), { memory: remembered(turn, [activity]) })
  const asked = askedOf(text, activity)
  const told = words.detail(activity, { isRoom: isRoom(turn), isIn, asked })
  return asked.every(({ isTold }) => isTold) ? step({ kind: 'answered' }, told, { memory: remembered(turn, [activity]) })
    : step({ kind: 'unanswerable', reason: 'not-set' }, say(told, { choices: ['人工'] }), { memory: { ...remembered(turn, [activity]), offered: shorten(text, 200) } })
}

/** Which of the list just shown a few words name and say nothing else of: 「太极拳那个」. */
function onlyNamed(text: string, shown: readonly Activity[]): readonly Activity[] {
  const rest = text.replace(/那个|这个|活动|就|选|要|我|俺|的|吧|呗|[\s,，。.!！]/g, '')
  return [...rest].length < 2 ? [] : shown.filter(({ title }) => title.includes(rest) || rest.includes(title))
}

/** Whether a digit or a short word answers what was asked after it: 「解决了吗？1 解决了」 came as news meanwhile. */
async function isAskedSince(turn: Turn): Promise<boolean> {
  const since = turn.memory.activities?.at ?? turn.now
  return /^\s*([\d一二三四五]|好|对|是|不|没)/.test(turn.understanding.text) && (await turn.records.requestsOf(turn.message.author.id)).some((one) => one.status === 'confirming' && one.updatedAt > since)
}

/** A name of two to four characters, however it is led in. */
function nameIn(text: string): string | null {
  const bare = text.replace(/[\s,，。.!！]/g, '').replace(/^(她|他|名字|姓名)?(的)?(名字)?(叫做?|是|就叫|写)?/, '').replace(/[吧呀啊呢的]+$/, '')
  return /^[\p{Script=Han}·]{2,6}$/u.test(bare) ? bare : null
}

async function answerAsked(turn: Turn): Promise<Step | null> {
  const asked = turn.memory.activityAsk
  if (asked === null || (await isAskedSince(turn))) return null
  const { text } = turn.understanding
  const all = await turn.records.activities.all()
  const shown = asked.ids.flatMap((id) => all.filter((one) => one.id === id))
  const [first] = shown
  if (first === undefined) return null
  switch (asked.act) {
    case 'name': {
      if (readCancel(text) || readYesNo(text) === 'no' || /^不(想)?说/.test(text)) return step({ kind: 'cancelled' }, words.dropped, { memory: remembered(turn, [first]) })
      const person = turn.understanding.matters.length > 1 ? null : nameIn(text)
      if (person === null) return [...text].length > 8 ? null : step({ kind: 'clarifying', about: 'name' }, words.nameAgain, { memory: { activityAsk: asked } })
      return askSure(turn, first, asked.who, person)
    }
    case 'sure': {
      const answer = readYesNo(text)
      if (answer === 'yes') return signUp(turn, first, asked.person)
      if (answer === 'no' || readCancel(text)) return step({ kind: 'cancelled' }, words.dropped, { memory: remembered(turn, [first]) })
      const person = nameIn(text.replace(/^(不对|不是|错了)[,，]?(是|叫)?/, ''))
      return person === null ? null : askSure(turn, first, asked.who, person)
    }
    case 'join': case 'leave': case 'wait': {
      const nth = readChoice(text, shown.length) ?? (shown.length === 1 && readYesNo(text) === 'yes' ? 1 : null)
      const named = nth === null && readActivityWish(text) === null ? onlyNamed(text, shown) : []
      const chosen = nth === null ? (named.length === 1 ? named[0] : undefined) : shown[nth - 1]
      if (chosen === undefined) return null
      if (asked.act === 'join') return joinFor(turn, chosen, text)
      if (asked.act === 'wait') return wait({ ...turn, memory: { ...turn.memory, ...remembered(turn, [chosen]) } }, { act: 'wait', bare: true }, text)
      const own = (await ownAhead(turn)).filter(({ activity }) => activity.id === chosen.id)
      return own.length === 0 ? step({ kind: 'status-given', requestId: null }, words.notIn(chosen)) : giveUp(turn, own, text)
    }
  }
}

/** 「我的志愿时长」「我几星」: what staff confirmed, and the star where the community has set what it takes. */
export async function tellHours(turn: Turn): Promise<Step> {
  if (isRoom(turn)) return step({ kind: 'clarifying', about: 'private' }, words.hoursInPrivate)
  const { total, each } = confirmedHours(await turn.records.activities.own())
  if (total === 0) return step({ kind: 'status-given', requestId: null }, words.noHours)
  return step({ kind: 'status-given', requestId: null }, words.hours(total, each, starsOf(total, await turn.records.activities.rules())))
}
