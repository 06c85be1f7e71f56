import { readCancel, readYesNo } from '../../nlu/answers.js'
import type { Matter } from '../../nlu/understanding.js'
import { activitiesAhead, type Activity } from '../../programmes/activity.js'
import { isFor, type Volunteer } from '../../programmes/volunteer.js'
import { readGrids, readOffer, readSkills, readTimes, readVolunteerWish, sayTimes, type VolunteerWish } from '../../programmes/volunteer-words.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { shorten } from '../../text.js'
import type { Form, Memory } from '../memory.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { isOneThing, tellHours } from './activity.js'
import { whenWords } from './activity-words.js'
import { isShut } from './closed.js'

type Draft = NonNullable<Memory['volunteering']>

/** An unfinished registration is taken up again within a day, like any draft, ms. */
const draftLastsMs = 24 * 3_600_000
/** Its open question is answered within this; later words mean other things, ms. */
const questionLastsMs = 30 * 60_000

const words = {
  inPrivate: '登记志愿者要问您会什么、哪天有空，不方便在群里说，请私聊我说「登记志愿者」。',
  offer: '想有合适的任务时先告诉您，私聊我说「登记志愿者」，记下会什么、哪天有空。',
  askSkills: (list: readonly string[]): string =>
    `好的，问您几个问题，都是为了给您找合适的任务，不想说的回「跳过」。\n您会什么？（好知道哪些任务用得上您）${list.length === 0 ? '用自己的话说，比如「会理发」「有力气」。' : `\n${list.map((one, index) => `${index + 1} ${one}`).join('　')}\n回数字，几个都行；别的用自己的话说。`}`,
  askTimes: '一周里什么时候有空？（好对上任务的时间）比如「周末上午」「周三晚上」，都行就说「随时」。',
  askGrids: (names: readonly string[]): string => `愿意在哪一片帮忙？（好给您找近的）\n${names.map((one, index) => `${index + 1} ${one}`).join('　')}\n回数字，或者说楼栋；哪儿都行就说「都行」。`,
  again: '没听明白。',
  readBack: (lines: readonly string[]): string => `我记的是：\n${lines.join('\n')}\n只给社区安排志愿服务的工作人员看，用来给您找合适的任务；随时能改，不做了说「不做志愿者了」就删。对吗？回「对」就登记。`,
  done: (matching: readonly string[]): string => `登记好了，谢谢您！${matching.length === 0 ? '现在没有正好合适的任务，有了问我「有什么活动」就能看到。' : `现在合适的：${matching.join('；')}。要报哪个说名字。`}`,
  dropped: '好的，没有登记志愿者，刚才说的也不留。',
  change: '哪里不对？直接说对的就行，比如「周日下午有空」；不登记了回「算了」。',
  left: (hasHours: boolean): string => `好的，志愿者登记已经删了，不再给您找任务。${hasHours ? '社区确认过的时长还替您留着；也要删，回「删除我的数据」。' : ''}谢谢您出过的力。`,
  purpose: '会什么、哪天有空，只给社区安排志愿服务的工作人员看，用来给您找合适的任务；不做了说「不做志愿者了」就删。',
  registered: (matching: readonly string[]): string => `会什么、哪天有空也登记好了，谢谢您！${matching.length === 0 ? '' : `现在合适的：${matching.join('；')}。要报哪个说名字。`}要改说「改志愿者登记」。`,
  noStars: '社区还没有设几小时评一星的标准，我不能乱说。您做满了多少小时，问我「我的志愿时长」；要问清楚回「人工」。',
  stars: (thresholds: readonly number[]): string => `社区定的标准：${thresholds.map((hours, index) => `${index + 1}星满${hours}小时`).join('，')}。只算社区确认过的志愿时长。`,
  notOne: '您没有登记过志愿者，不用退。',
  own: (lines: readonly string[]): string => `您登记的志愿者信息：\n${lines.join('\n')}\n要改说「改志愿者登记」，不做了说「不做志愿者了」。`,
} as const

/** Answers the open question of a registration, or what is said of being a volunteer; `null`: neither. */
export async function meetVolunteering(turn: Turn): Promise<Step | null> {
  const answered = turn.message.chat === 'private' ? await answerDraft(turn) : null
  if (answered) return answered
  return isOneThing(turn) ? volunteerMatter(turn, turn.understanding) : null
}

/** What one matter among several says of being a volunteer. */
export async function volunteerMatter(turn: Turn, matter: Pick<Matter, 'text'>): Promise<Step | null> {
  const wish = wishIn(matter.text)
  return wish === null || wish === 'offers' ? null : serveWish(turn, wish)
}

/** With a telephone it is a request, by which staff can call: what else is told is registered with it. */
function wishIn(text: string): VolunteerWish | null {
  const wish = readVolunteerWish(text)
  return wish === 'register' && /1[3-9]\d{9}/.test(text) && readOffer(text, []) !== null ? 'offers' : wish
}

/** 「我想当志愿者」 is filed as before; what can be registered besides is told with it. */
export function withRegistration(turn: Turn, text: string, done: Step): Step {
  if (done.outcome.kind !== 'filed' || readVolunteerWish(text) !== 'offers') return done
  return { ...done, say: [...done.say, say(words.offer, turn.message.chat === 'private' ? { choices: ['登记志愿者'] } : {})] }
}

async function serveWish(turn: Turn, wish: Exclude<VolunteerWish, 'offers'>): Promise<Step | null> {
  if (wish === 'hours') return tellHours(turn)
  if (wish === 'stars') return tellStars(turn)
  if (turn.message.chat === 'group') return step({ kind: 'clarifying', about: 'private' }, words.inPrivate)
  const known = await turn.records.activities.volunteer()
  switch (wish) {
    case 'leave': return leave(turn, known)
    case 'own': return known === null ? null : step({ kind: 'status-given', requestId: null }, words.own(linesOf(known)))
    case 'register': return isShut(turn) ? null : goOn(turn, await newDraft(turn))
  }
}

/** What it takes to have a star, as an admin has set it; nobody guesses where none is set. */
async function tellStars(turn: Turn): Promise<Step> {
  const { stars } = await turn.records.activities.rules()
  return stars.length === 0 ? step({ kind: 'unanswerable', reason: 'not-set' }, say(words.noStars, { choices: ['人工'] }), { memory: { offered: shorten(turn.understanding.text, 200) } }) : step({ kind: 'answered' }, words.stars(stars))
}

/** What was told with the wish, now or when it was filed, is not asked again. */
async function newDraft(turn: Turn): Promise<Draft> {
  const { skills: list } = await turn.records.activities.rules()
  const told = readOffer(turn.understanding.text, list) ?? readOffer((await requestOf(turn))?.description ?? '', list)
  const knowsSkills = told !== null && told.skills.length + told.also.length > 0
  const times = told?.times ?? null
  return { asking: !knowsSkills ? 'skills' : times === null ? 'times' : 'grids', skills: [...(told?.skills ?? [])], also: told?.also ?? '', times: times === null ? null : [...times], grids: null, again: false, at: turn.now }
}

/** The open request by which they offered themselves; `null`: none. */
async function requestOf(turn: Turn): Promise<ServiceRequest | null> {
  return (await turn.records.requestsOf(turn.message.author.id)).findLast((one) => one.serviceCode === 'volunteer' && isOpen(one)) ?? null
}

/** What somebody who offers themselves tells of what they can do and when, as it is read back with their telephone; empty: the form is about something else, or nothing was told. */
export function offerLines({ serviceCode, description, fields }: Pick<Form, 'serviceCode' | 'description' | 'fields'>): readonly string[] {
  const offer = offerIn(serviceCode, description, [])
  if (offer === null) return []
  const name = offer.name === null || fields.some((slot) => slot.name === 'name') ? [] : [`称呼：${offer.name}`]
  return [...linesOf({ ...offer, times: offer.times ?? [], grids: [] }).slice(0, 2), ...name, words.purpose]
}

function offerIn(serviceCode: string, description: string, list: readonly string[]): ReturnType<typeof readOffer> {
  const wish = serviceCode === 'volunteer' ? readVolunteerWish(description) : null
  return wish === 'offers' || wish === 'register' ? readOffer(description, list) : null
}

/** The 「对」 to what was read back with a telephone registers what it told besides. */
export async function withOffer(turn: Turn, form: Form, filed: Step): Promise<Step> {
  if (filed.outcome.kind !== 'filed' || filed.outcome.requestId === null || filed.writes.length === 0) return filed
  const offer = form.serviceCode === 'volunteer' ? offerIn(form.serviceCode, form.description, (await turn.records.activities.rules()).skills) : null
  if (offer === null) return filed
  const known = await turn.records.activities.volunteer()
  const toldOf = { ...offer, times: offer.times ?? known?.times ?? [], grids: known?.grids ?? [] }
  const { row, matching } = await registration(turn, toldOf, { known, requestId: filed.outcome.requestId, asked: offerLines(form).join('\n') })
  return { ...filed, say: [...filed.say, say(words.registered(matching.map(named)))], writes: [...filed.writes, { op: 'put', table: 'volunteers', row }] }
}

async function leave(turn: Turn, known: Volunteer | null): Promise<Step> {
  if (known === null) return step({ kind: 'status-given', requestId: null }, words.notOne, { memory: { volunteering: null } })
  const hasHours = (await turn.records.activities.own()).some(({ hours }) => hours !== null)
  return step({ kind: 'cancelled' }, words.left(hasHours), { writes: [{ op: 'remove', table: 'volunteers', id: known.id, rev: known.rev }], memory: { volunteering: null } })
}

/** Asks what is open, in turn; read back at the end. */
async function goOn(turn: Turn, draft: Draft): Promise<Step> {
  const grids = turn.community.grids
  const next: Draft = draft.asking === 'grids' && grids.length < 2 ? { ...draft, grids: [], asking: 'confirm' } : draft
  const ask = next.again ? words.again : ''
  const text = await question(turn, next)
  return step({ kind: 'clarifying', about: next.asking === 'confirm' ? 'confirm' : 'volunteer' }, say(ask + text, { choices: next.asking === 'confirm' ? ['对', '算了'] : ['跳过'] }), { memory: { volunteering: { ...next, at: turn.now } } })
}

async function question(turn: Turn, draft: Draft): Promise<string> {
  switch (draft.asking) {
    case 'skills': return words.askSkills((await turn.records.activities.rules()).skills)
    case 'times': return words.askTimes
    case 'grids': return words.askGrids(turn.community.grids.map(({ name }) => name))
    case 'confirm': return words.readBack(linesOf(told(draft)))
  }
}

const told = (draft: Draft): Pick<Volunteer, 'skills' | 'also' | 'times' | 'grids'> => ({ skills: draft.skills, also: draft.also, times: (draft.times ?? []) as Volunteer['times'], grids: draft.grids ?? [] })

function linesOf({ skills, also, times, grids }: Pick<Volunteer, 'skills' | 'also' | 'times' | 'grids'>): readonly string[] {
  const can = [...skills, ...(also === '' ? [] : [also])]
  return [`会什么：${can.length === 0 ? '没有说' : can.join('、')}`, `有空：${times.length === 0 ? '随时' : sayTimes(times)}`, `在哪一片：${grids.length === 0 ? '都行' : grids.join('、')}`]
}

async function answerDraft(turn: Turn): Promise<Step | null> {
  const draft = turn.memory.volunteering
  if (draft === null || turn.now - draft.at > draftLastsMs) return null
  const { text } = turn.understanding
  if (text === '继续' || /^接着(登记|说)/.test(text)) return goOn(turn, { ...draft, again: false })
  if (turn.now - draft.at > questionLastsMs) return null
  if (readCancel(text)) return step({ kind: 'cancelled' }, words.dropped, { memory: { volunteering: null } })
  const skips = /^(跳过|不想说|先不说|不说了?)[。.]?$/.test(text)
  switch (draft.asking) {
    case 'skills': {
      const list = (await turn.records.activities.rules()).skills
      const read = skips ? { skills: [], also: '' } : readSkills(text, list)
      // 「会理发，周末有空」 answers both.
      const times = read === null ? null : readTimes(text)
      return read === null || (read.also !== '' && isOther(turn)) ? askOnce(turn, draft) : goOn(turn, { ...draft, skills: [...read.skills], also: read.also, times: times === null ? draft.times : [...times], asking: times === null ? 'times' : 'grids', again: false })
    }
    case 'times': {
      const times = skips ? [] : readTimes(text)
      return times === null ? askOnce(turn, draft) : goOn(turn, { ...draft, times: [...times], asking: 'grids', again: false })
    }
    case 'grids': {
      const grids = skips ? [] : readGrids(text, turn.community.grids)
      return grids === null ? askOnce(turn, draft) : goOn(turn, { ...draft, grids: [...grids], asking: 'confirm', again: false })
    }
    case 'confirm': {
      const answer = readYesNo(text)
      if (answer === 'yes') return register(turn, draft)
      if (answer === 'no') return step({ kind: 'clarifying', about: 'volunteer' }, words.change, { memory: { volunteering: { ...draft, at: turn.now } } })
      const [times, skills] = [readTimes(text), readSkills(text.replace(/^不对[,，]?/, ''), (await turn.records.activities.rules()).skills)]
      const isShort = times !== null && [...text].length <= 16
      if ((isOther(turn) && !isShort) || (times === null && skills === null)) return null
      return goOn(turn, { ...draft, ...(times === null ? {} : { times: [...times] }), ...(times !== null || skills === null ? {} : { skills: [...skills.skills], also: skills.also }), again: false })
    }
  }
}

/** Surely about something else: it is served, and the question stays. */
function isOther(turn: Turn): boolean {
  return turn.understanding.matters.some(({ intent, confidence }) => confidence > 0.6 && !['volunteer', 'chitchat', 'offtopic_group', 'praise', 'micro_wish', 'elderly_service'].includes(intent))
}

/** Asked again once; words that answer nothing twice mean something else. */
function askOnce(turn: Turn, draft: Draft): Promise<Step> | null {
  return draft.again || isOther(turn) || [...turn.understanding.text].length > 20 ? null : goOn(turn, { ...draft, again: true })
}

async function register(turn: Turn, draft: Draft): Promise<Step> {
  const known = await turn.records.activities.volunteer()
  const { row, matching } = await registration(turn, told(draft), { known, requestId: (await requestOf(turn))?.id ?? null, asked: words.readBack(linesOf(told(draft))) })
  return step({ kind: 'filed', requestId: null }, words.done(matching.map(named)), {
    writes: [{ op: 'put', table: 'volunteers', row }],
    memory: { volunteering: null, ...(matching.length === 0 ? {} : { activities: { ids: matching.map(({ id }) => id), at: turn.now } }) },
  })
}

const named = (one: Activity): string => `${one.title}，${whenWords(one)}`

/** The row of who registers, by what they said yes to, and the tasks ahead that fit. */
async function registration(turn: Turn, told: Pick<Volunteer, 'skills' | 'also' | 'times' | 'grids'>, given: { readonly known: Volunteer | null; readonly requestId: string | null; readonly asked: string }): Promise<{ readonly row: Volunteer; readonly matching: readonly Activity[] }> {
  const { known, requestId, asked } = given
  const { skills, also, times, grids } = told
  const row: Volunteer = {
    id: known?.id ?? turn.message.author.id, rev: known?.rev ?? 0, skills, also, times, grids, requestId: known?.requestId ?? requestId,
    consent: { at: turn.now, asked, answered: shorten(turn.understanding.text, 40) }, joinedAt: known?.joinedAt ?? turn.now,
  }
  return { row, matching: activitiesAhead(await turn.records.activities.all(), turn.now).filter((one) => one.audience === 'volunteers' && isFor(one, row)).slice(0, 3) }
}
