import { readChoice as readPlace } from '../../nlu/answers.js'
import { ballotId, isOpenFor, rightOf, type Ballot, type Choice, type Vote } from '../../programmes/ballot.js'
import { readChoice } from '../../programmes/choice.js'
import type { Standing, Tenure } from '../../programmes/standing.js'
import type { Topic } from '../../programmes/topic.js'
import { statesFault } from '../../requests/faults.js'
import type { Write } from '../../store/store.js'
import { isAsking } from '../matters.js'
import { noticeRow, noticeWrites } from '../notices.js'
import { step, type Step, type Turn } from '../turn.js'
import { isFresh, isLastSpokenOf, lastShown, meantTopics, openVotes } from './meant-topics.js'
import { homeIn, meetStanding, standingTold, tenureIn } from './tell-standing.js'
import { choiceWords, voteWords as words } from './topic-words.js'

type Given = Exclude<Choice, 'withdrawn'>
type Voted = Topic & { readonly vote: Vote }

/** 投诉, 投递, 投影 are no votes. */
const votes = /投(?!诉|递|影|稿|资|喂|放|毒|靠|降|入|案|币|保|标|屏|篮|胎|机|屋|错)/
const casts = new RegExp(`${votes.source}[^？?]{0,16}|(我|俺|咱)(们家)?(就|要|想)?选(?!举|择|修)|(改|换)(成|投|选|为)[^？?]{1,14}$|弃权|(我|俺|咱|家)(们)?(家)?(都|也)?(表示)?(不?(同意|赞成|支持)|反对)`, 'u')
const surelyCasts = new RegExp(`(我|俺|咱|家)[^，,。？?]{0,8}${votes.source}|^${votes.source}|投(票给|给|第|[a-h](?![a-z]))|弃权|那一?票|方案`, 'iu')
/** Nothing but yes or no to what is voted on. */
export const justAgrees = /^(我|俺|咱)?(们)?(家)?(都|也|坚决|完全|表示|强烈|绝对|举双手|一致)*(不?(同意|赞成|支持)|反对|弃权)(这个|一票|的|了|吧|啊)*[。.！!]?$/
/** Changes what is no vote: 「改成三点」 needs a vote shown just before, or a word of it. */
const changesOnly = /^(那|我|俺|还是|给我|帮我|把它)*(改|换)(成|投|选|为)/
const namesVote = /投|票|方案|选项|表决|议题/
const takesBack = /^(撤票|(把)?票撤(了|掉)|撤了(我|俺)?的?票)[吧呗了。.！!]*$|(撤回|撤销|撤掉|撤了|收回|取消|作废)[^，,。]{0,3}(我|俺)?(的|那|刚才的?|刚才那)?一?张?票(?!据|价)|(那|这|刚才那|我那|俺那|我的)一?票[^，,。]{0,4}(不算|作废|撤|取消|收回|不要了)|^(我|俺)?(不投了|不想投了)[。.！!]?$/
const votedWrongly = /投错了|选错了|按错了/
const asksCounted = /(我|俺)(那|的|投的|刚才)[^，,。]{0,4}票[^，,。]{0,6}(算|计|记|投上|有效|作数)|(我|俺)投(了|过|上)(没|吗|么)|(我|俺)投的(是)?(啥|什么|哪)|投上了?(没|吗|么)/
const asksSecret = /(大家|别人|邻居|他们|人家|谁|老[\u4e00-\u9fff]|楼上|楼下|对门)(们)?(都|家)?(投|选)(的|了)(是)?(啥|什么|哪|谁)|(投票|表决|投的?|这个?票|票)[^，,。]{0,8}(匿名|不?记名|保密|别人(能|会)?(知道|看)|谁(能|会)?(看|知道))|(别人|邻居|社区|工作人员|你们|群里)[^，,。]{0,6}(知道|看得?到|看得?见|晓得)[^，,。]{0,6}(投|票)/
const asksMay = /(能|可以|可不可以|能不能|有没有资格|有资格|让|给|算|准)(不能|不可以|不)?[^，,。]{0,6}(投(?!诉|递|影|稿|资)|表决)|(投(?!诉|递)|表决)(票)?(不|得)了?(吗|么|不|成)|谁(能|可以|有资格|来)[^，,。]{0,3}(投(?!诉|递)|表决)|投票权|表决权|(租户|租客|租房|外地|业主|孩子|老人|媳妇)[^，,。]{0,8}(投(?!诉|递)|表决)[^，,。]{0,3}(吗|么|不|没)/
const asksHow = /(怎么|咋|如何|在?哪(儿|里)?|去哪(儿|里)?)(去|来)?(投票?(?!诉|递|影|稿|资|币|简历)|表决)|(投票|表决)(要|是|该)?(怎么|咋|如何|在哪)/
const notResident = /(不|没)(是)?(住|在)(这|你们|本|咱们)?[^，,。]{0,4}(小区|社区|这儿|这里|村)|外(村|小区)的|别的(小区|社区|村)的|不是(这儿|这里|你们|本)(的|小区|社区|村)/

/** Digits and short yes or no: they answer whoever asked last. */
const answersAnything = /^[\d一二三四五六七八九十]{1,2}[号.。、]?$|^(好的?|可以|行|中|成|要得|对|嗯+|是的?|不|不是|不对|不用|没有?|谢谢.*)[吧了啊呀的哦]*[。.！!]?$/

const asksAdvice = /(你|您)?(觉得|说|建议|认为)(我)?(应该|该)?投(哪|谁|什么|啥|第几)/
/** 「替我妈投一票」: a ballot is one's own. */
const forAnother = /(替|帮|代替?)(我|俺)?(家)?(妈|爸|爹|娘|老伴|老婆|老公|媳妇|儿子|女儿|闺女|父亲|母亲|爷爷|奶奶|邻居|别人|他|她|家里?人|对门|楼上|楼下)[^，,。]{0,8}(投(?!诉|递)|表决|选)/

const isVoted = (topic: Topic | undefined): topic is Voted => topic?.vote != null

/** Whether a ballot is secret, or what to choose, asked in whatever chat; `null`: it is not asked. */
export function tellSecrecy(text: string): Step | null {
  if (asksAdvice.test(text)) return step({ kind: 'answered' }, words.noAdvice)
  return asksSecret.test(text) && isAsking.test(text) ? step({ kind: 'answered' }, words.secrecy) : null
}

/** Words that are surely a ballot. */
export const surelyVotes = (text: string): boolean => casts.test(text) && surelyCasts.test(text)

/** Ballots and what is asked about them; `null`: nothing of the kind is said. */
export async function meetVote(turn: Turn, text: string): Promise<Step | null> {
  const isRoom = turn.message.chat === 'group'
  if (asksHow.test(text)) return tellHow(turn, text)
  if (forAnother.test(text)) return tellNoProxy(turn, text)
  if (asksMay.test(text) && (isAsking.test(text) || /谁|有没有/.test(text))) {
    const told = await tellRight(turn, text)
    if (told) return told
  }
  const back = takesBack.test(text)
  const asked = isRoom ? null : await answerAsked(turn, text)
  if (asked) return asked
  if (back || votedWrongly.test(text) && namesVote.test(text)) return isRoom ? inPrivate(turn) : takeBack(turn, text, !back)
  if (asksCounted.test(text)) return isRoom ? inPrivate(turn) : tellCounted(turn)
  // A door told to an open form is the form's.
  const standing = turn.memory.form === null ? await meetStanding(turn, text) : null
  if (standing) return standing
  if (isAsking.test(text) || !mayCast(turn, text)) return null
  return isRoom ? inPrivate(turn) : cast(turn, text)
}

/** Whether the words may be a ballot: then it is worth looking at what is voted on. */
function mayCast(turn: Turn, text: string): boolean {
  if (turn.message.chat === 'group') return surelyVotes(text) || (justAgrees.test(text) && isFresh(turn))
  if (turn.memory.form !== null && !isFresh(turn)) return surelyVotes(text)
  if (justAgrees.test(text)) return true
  if (!casts.test(text)) return isLastSpokenOf(turn) && [...text].length <= 10 && !answersAnything.test(text)
  return !changesOnly.test(text) || isFresh(turn) || namesVote.test(text)
}

async function inPrivate(turn: Turn): Promise<Step | null> {
  return openVotes(await turn.records.topics(), turn.now).length === 0 ? null : secret(step({ kind: 'clarifying', about: 'private' }, words.inPrivate))
}

/** What somebody chose stands in no line that staff read. */
function secret(done: Step, hides: readonly string[] = []): Step {
  return { ...done, unkept: { said: words.linesKept, hides } }
}

function asking(turn: Turn, topics: readonly Topic[], asks: 'topic' | 'choice' | 'standing', choice: string | null, told: { readonly tenure: Tenure | null; readonly place: string | null } | null = null): Partial<Turn['memory']> {
  return { topics: { ids: topics.map(({ id }) => id), choice, asks, told, at: turn.now } }
}

/** The answer to what was asked last about a vote. */
async function answerAsked(turn: Turn, text: string): Promise<Step | null> {
  const { topics: memory } = turn.memory
  if (memory === null || memory.asks === null || memory.asks === 'subject' || !isFresh(turn) || (turn.memory.form !== null && turn.memory.form.updatedAt > memory.at)) return null
  // A digit answers whoever asked last: a finished request may have been put since.
  if (answersAnything.test(text) && (await turn.records.requestsOf(turn.message.author.id)).some((one) => one.status === 'confirming' && one.updatedAt > memory.at)) return null
  if (/不投了|^算了|先不投|不用了/.test(text)) return step({ kind: 'cancelled' }, words.dropped, { memory: { topics: null } })
  // A leak told beside one's door is met first; the ballot is asked for again.
  if (memory.asks === 'standing' && statesFault(text)) return null
  const shown = lastShown(turn, await turn.records.topics()).filter(isVoted)
  const [only] = shown
  if (only === undefined) return null
  if (memory.asks === 'topic') {
    const place = readPlace(text, shown.length)
    const named = meantTopics(text, shown)
    const topic = place !== null ? shown[place - 1] : named.length === 1 ? named[0] : undefined
    return isVoted(topic) ? castFor(turn, topic, memory.choice ?? text) : null
  }
  if (memory.asks === 'choice') {
    const place = readPlace(text, only.vote.options.length)
    const choice = place === null ? readChoice(text, only.vote.options) : place - 1
    return choice === null ? null : castBallot(turn, only, choice)
  }
  if (notResident.test(text)) return step({ kind: 'answered' }, words.refused(only, only.vote, 'not-resident'), { memory: { topics: null } })
  const [tenure, place] = [tenureIn(text) ?? memory.told?.tenure ?? null, homeIn(turn, text) ?? memory.told?.place ?? null]
  if (tenure === null && place === null) return null
  if (tenure === null) return step({ kind: 'clarifying', about: 'standing' }, words.askTenure(place ?? ''), { memory: asking(turn, [only], 'standing', memory.choice, { tenure, place }) })
  if (only.vote.who === 'owners' && tenure !== 'owner') return step({ kind: 'answered' }, words.refused(only, only.vote, { kind: 'refused', why: 'not-owner' }), { memory: { topics: null } })
  if (place === null) return step({ kind: 'clarifying', about: 'standing' }, words.askDoor, { memory: asking(turn, [only], 'standing', memory.choice, { tenure, place }) })
  const row = standingTold(turn, await turn.records.standings(await turn.records.identityIds()), { tenure, place })
  const choice = readChoice(memory.choice ?? '', only.vote.options)
  const told: Write = { op: 'put', table: 'standings', row }
  if (choice === null) return step({ kind: 'clarifying', about: 'choice' }, words.whichOption(only, only.vote), { writes: [told], memory: asking(turn, [only], 'choice', null) })
  const done = await castBallot(turn, only, choice, row)
  return { ...done, writes: [told, ...done.writes] }
}

async function cast(turn: Turn, text: string): Promise<Step | null> {
  const all = await turn.records.topics()
  const open = openVotes(all, turn.now).filter(isVoted)
  const isSure = surelyVotes(text)
  if (open.length === 0) return isSure ? tellClosed(turn, text, all) : null
  const shown = lastShown(turn, open).filter(isVoted)
  const named = meantTopics(text, open).filter(isVoted)
  const isNamed = named.length < open.length
  const meant = isNamed ? named : shown.length === 1 ? shown : open
  const reads = ({ vote }: Voted): boolean => readChoice(text, vote.options) !== null
  // An option that only another vote has names that one.
  const chosen = isNamed || meant.some(reads) ? meant.filter(reads) : open.filter(reads)
  const [only] = chosen
  if (chosen.length === 1 && only !== undefined) return castFor(turn, only, text)
  if (chosen.length > 1) return secret(step({ kind: 'clarifying', about: 'topic' }, words.whichTopic(chosen), { memory: asking(turn, chosen, 'topic', text) }))
  const [first] = meant
  if ((!isSure && !justAgrees.test(text)) || first === undefined) return null
  if (meant.length > 1) return secret(step({ kind: 'clarifying', about: 'topic' }, words.whichTopic(meant), { memory: asking(turn, meant, 'topic', null) }))
  return secret(step({ kind: 'clarifying', about: 'choice' }, words.whichOption(first, first.vote), { memory: asking(turn, [first], 'choice', null) }))
}

function tellClosed(turn: Turn, text: string, all: readonly Topic[]): Step {
  const voted = all.filter(isVoted)
  const topic = meantTopics(text, voted.filter(({ stage, vote }) => stage === 'voting' || turn.now - vote.closesAt < 7 * 86_400_000)).filter(isVoted).at(-1)
  if (topic === undefined) return secret(step({ kind: 'answered' }, words.noneOpen))
  return secret(step({ kind: 'answered' }, turn.now < topic.vote.opensAt ? words.notYet(topic, topic.vote) : words.closed(topic, topic.vote)))
}

function castFor(turn: Turn, topic: Voted, text: string): Promise<Step> | Step {
  const choice = readChoice(text, topic.vote.options)
  if (choice !== null) return castBallot(turn, topic, choice)
  return step({ kind: 'clarifying', about: 'choice' }, words.whichOption(topic, topic.vote), { memory: asking(turn, [topic], 'choice', null) })
}

/** Puts the ballot on record. `told`: who they are, said just now. */
async function castBallot(turn: Turn, topic: Voted, choice: Given, told: Standing | null = null): Promise<Step> {
  const { vote } = topic
  if (!isOpenFor(vote, turn.now)) return secret(step({ kind: 'answered' }, words.closed(topic, vote), { memory: { topics: null } }))
  const ids = await turn.records.identityIds()
  const known = vote.who === 'everyone' && vote.per === 'person' ? [] : await turn.records.standings(ids)
  const right = rightOf(vote, told === null ? known : [...known.filter(({ id }) => id !== told.id), told])
  if (right.kind === 'unknown') return secret(step({ kind: 'clarifying', about: 'standing' }, words.askStanding(topic, vote), { memory: asking(turn, [topic], 'standing', choice === 'abstain' ? '弃权' : (vote.options[choice] ?? null)) }))
  if (right.kind === 'refused') return secret(step({ kind: 'answered' }, words.refused(topic, vote, right), { memory: { topics: null } }))
  const own = await turn.records.ballots(topic.id, ids)
  const before = [...own].sort((a, b) => a.at - b.at).at(-1)
  const home = right.kind === 'counts' && vote.per === 'household' && right.standing !== null ? await atHome(turn, topic, right.standing, ids) : []
  const isReplacing = home.length > 0
  const hides = [choiceWords(vote, choice)]
  const memory = { topics: { ids: [topic.id], choice: null, asks: null, told: null, at: turn.now } }
  const laterAtHome = home.some(({ at }) => before !== undefined && at > before.at)
  if (before?.choice === choice && !laterAtHome) return secret(step({ kind: 'filed', requestId: null }, right.kind === 'unverified' ? words.unverified(topic, vote, choice, right.standing) : words.same(topic, vote, choice), { memory }), hides)
  const { author, channel, conversationId } = turn.message
  const row: Ballot = { id: ballotId(topic.id, author.id), rev: own.find(({ residentId }) => residentId === author.id)?.rev ?? 0, topicId: topic.id, residentId: author.id, choice, at: turn.now, to: { channel, conversationId, chat: 'private', residentId: author.id }, until: vote.closesAt }
  const news = home.map(({ to }) => noticeRow({ to, text: words.homeReplacedNews(topic, right.kind === 'counts' ? (right.standing?.household ?? '') : ''), about: null, when: 'by-day' }, null, { id: turn.newId(), now: turn.now }))
  const isChange = before !== undefined && before.choice !== 'withdrawn'
  const more = isReplacing ? words.homeReplaced : ''
  const text = right.kind === 'unverified' ? words.unverified(topic, vote, choice, right.standing) : isChange ? words.changed(topic, vote, choice, more) : words.cast(topic, vote, choice, more)
  return secret(step({ kind: 'filed', requestId: null }, text, { writes: [{ op: 'put', table: 'ballots', row }, ...noticeWrites(news, turn.now, null)], memory }), hides)
}

/** Ballots of others of the same home, known to live there. */
async function atHome(turn: Turn, topic: Topic, standing: Standing, own: readonly string[]): Promise<readonly Ballot[]> {
  const others = (await turn.records.standingsAt(standing.householdKey)).filter(({ id, state }) => state === 'confirmed' && !own.includes(id))
  return others.length === 0 ? [] : (await turn.records.ballots(topic.id, others.map(({ id }) => id))).filter(({ choice }) => choice !== 'withdrawn')
}

async function takeBack(turn: Turn, text: string, toChange: boolean): Promise<Step | null> {
  const open = openVotes(await turn.records.topics(), turn.now).filter(isVoted)
  const ids = await turn.records.identityIds()
  const cast: { topic: Voted; ballots: readonly Ballot[] }[] = []
  for (const topic of open) {
    const ballots = (await turn.records.ballots(topic.id, ids)).filter(({ choice }) => choice !== 'withdrawn')
    if (ballots.length > 0) cast.push({ topic, ballots })
  }
  const shown = lastShown(turn, open)
  const named = meantTopics(text, cast.map(({ topic }) => topic))
  const meant = cast.filter(({ topic }) => (named.length === 1 ? named.includes(topic) : shown.length === 1 ? shown.includes(topic) : true))
  const [only] = meant
  if (only === undefined) return open.length === 0 && !namesVote.test(text) ? null : step({ kind: 'answered' }, words.nothingCast)
  if (meant.length > 1) return step({ kind: 'clarifying', about: 'topic' }, words.whichTopic(meant.map(({ topic }) => topic)))
  if (toChange) return step({ kind: 'clarifying', about: 'choice' }, words.whichOption(only.topic, only.topic.vote), { memory: asking(turn, [only.topic], 'choice', null) })
  return step({ kind: 'cancelled' }, words.withdrawn(only.topic), {
    writes: only.ballots.map((row): Write => ({ op: 'put', table: 'ballots', row: { ...row, choice: 'withdrawn', at: turn.now } })),
    memory: { topics: { ids: [only.topic.id], choice: null, asks: null, told: null, at: turn.now } },
  })
}

/** What stands of the person's ballots, and whether it counts. */
async function tellCounted(turn: Turn): Promise<Step> {
  const ids = await turn.records.identityIds()
  const standings = await turn.records.standings(ids)
  const [lines, hides]: [string[], string[]] = [[], []]
  for (const topic of (await turn.records.topics()).filter(isVoted)) {
    const last = [...(await turn.records.ballots(topic.id, ids))].sort((a, b) => a.at - b.at).at(-1)
    if (last === undefined || last.choice === 'withdrawn') continue
    const right = rightOf(topic.vote, standings)
    const later = right.kind === 'counts' && topic.vote.per === 'household' && right.standing !== null && (await atHome(turn, topic, right.standing, ids)).some(({ at }) => at > last.at)
    hides.push(choiceWords(topic.vote, last.choice))
    lines.push(later ? words.notCounted(topic) : words.counted(topic, topic.vote, last.choice, right.kind === 'counts'))
  }
  return secret(step({ kind: 'status-given', requestId: null }, words.yours(lines)), hides)
}

/** The votes that words mean: those they name, else those shown last, else all. */
function meantNow(turn: Turn, text: string, among: readonly Voted[]): readonly Voted[] {
  const named = meantTopics(text, among).filter(isVoted)
  const shown = lastShown(turn, among).filter(isVoted)
  return named.length < among.length || shown.length === 0 ? named : shown
}

/** How one votes: by saying so, in private. */
async function tellHow(turn: Turn, text: string): Promise<Step | null> {
  const open = openVotes(await turn.records.topics(), turn.now).filter(isVoted)
  const [only, ...others] = meantNow(turn, text, open)
  if (only === undefined) return null
  if (turn.message.chat === 'group') return step({ kind: 'answered' }, words.rule(only, only.vote))
  if (others.length === 0) return step({ kind: 'clarifying', about: 'choice' }, words.whichOption(only, only.vote), { memory: asking(turn, [only], 'choice', null) })
  return step({ kind: 'clarifying', about: 'topic' }, words.whichTopic([only, ...others]), { memory: asking(turn, [only, ...others], 'topic', null) })
}

/** Nobody votes for another; where homes vote, one of the home does. */
async function tellNoProxy(turn: Turn, text: string): Promise<Step | null> {
  const [topic] = meantNow(turn, text, openVotes(await turn.records.topics(), turn.now).filter(isVoted))
  return topic === undefined ? null : step({ kind: 'answered' }, words.noProxy(topic.vote))
}

/** Whether somebody may vote, and by what rule. */
async function tellRight(turn: Turn, text: string): Promise<Step | null> {
  const all = await turn.records.topics()
  const running = all.filter(isVoted).filter(({ stage, vote }) => stage === 'voting' && turn.now < vote.closesAt)
  const meant = meantNow(turn, text, running)
  if (meant.length === 0) return null
  if (turn.message.chat === 'group') return step({ kind: 'answered' }, meant.slice(0, 2).map((topic) => words.rule(topic, topic.vote)).join('\n'))
  const standings = await turn.records.standings(await turn.records.identityIds())
  const told = meant.map((topic) => (notResident.test(text) && topic.vote.who !== 'everyone' ? words.refused(topic, topic.vote, 'not-resident') : words.may(topic, topic.vote, rightOf(topic.vote, standings), tenureIn(text))))
  return step({ kind: 'answered' }, told.join('\n'), { memory: { topics: { ids: meant.map(({ id }) => id), choice: null, asks: null, told: null, at: turn.now } } })
}
