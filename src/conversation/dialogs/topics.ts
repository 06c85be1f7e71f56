import { isElection } from '../../programmes/election.js'
import { isLive, topicService, type Topic } from '../../programmes/topic.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { shorten } from '../../text.js'
import { isAsking } from '../matters.js'
import { refuseElection } from '../refusals.js'
import { asSaid } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { asksCount, asksWhetherOpen, justAgrees, speaksOfBallot } from './heard-vote.js'
import { hasJustRaised, isLastSpokenOf, isVoted, lastShown, meantTopics, namesTopic, spokenOf, topicsMeantMs } from './meant-topics.js'
import { report } from './report.js'
import { topicStatus, topicWords as words, voteWords } from './topic-words.js'
import { answerBallot, meetVote } from './vote.js'

const asksForList = /(最近|现在|咱们?|我们|社区|小区|村里|这阵|目前|今年)?[^，,。]{0,6}(有没有|有|都|在)?(啥|什么|哪些|几个|哪几个)[^，,。]{0,6}(议题|要投票的|表决的?|在投的?票|投票的?事)|在(投|表决)(啥|什么|哪)|(议题|表决)(列表|清单|有哪些|有啥|有什么)|(有没有|有)(啥|什么)?(要投票|议题|表决)[^，,。]{0,4}(吗|么|没有?)?[?？]?$/
const asksHowFar = /(投票|表决)(开始|截止)|开始(投票|表决)了|投(得|的)?(咋样|怎么样)|多少票|几票了?|票数|(哪(个|边|种)|谁)的?票(数)?多|(议题|表决|投票|那个?票|议事)[^，,。]{0,8}(到哪|进度|咋样|怎么样|怎样|结果|啥时候|什么时候|定了|定下|受理|通过|过了没|有下文|下文|公示|截止|公布|多少票|几票|谁赢|情况)|(结果|进度|下文|多少票|几票)[^，,。]{0,8}(议题|表决|投票)|(?:议题\s?\d+|\d+号议题)/
const raises = /(提(?!前|醒|示)|报(?!名)|(?<!参)加|弄|发起|搞|(?<!公)开(?!始)|申请|提交|列)(一?个|一下|成)?[^，,。]{0,4}(新)?(议题|投票|表决|议事)|(作为|当|列为|列入|算)(成)?(一?个)?议题|(大家|大伙|居民|业主|一起|全体|咱们?|住户)(们)?(一起|来)?(投票|投个票|投一投|表决|商量|议一议|议议)(来)?(决定|定|一下|着办|吧|呗)/
const raisesSoftly = /(能不能|可不可以|可以|建议|想|要|应该|得)[^，,。]{2,20}(投票|投个票|表决|大家商量|开会商量|议一议)(一下|决定|定)?/
/** Sounds like a question and is a wish; or the question is what is to be decided. */
const wishes = /能不能|可不可以|可以|什么颜色|要不要|行不行|好不好|还是|哪(儿|里)?|几点|吧/
/** 「那楼道刷什么颜色总能投吧」: what was asked about is to be voted on. */
const wantsVoteOn = /^(那么?|要不)?(.{2,30}?)(总|就|也|该)(是)?(能|可以|该|得)(大家)?(投票?|表决|商量|议)(一?下|一[投议])?(了)?(吧|吗|嘛|呗)?[?？。.!！]*$/
const asksHowTo = /怎么(?!样)|咋(?!样)|如何|哪里|(?<!现)在哪|谁(能|可以)|要(啥|什么)|条件|流程|程序|规定|文件|几个人|多少人/
/** Short questions that go on with the topic just spoken of. */
const goesOn = /(谁|哪个|哪边)(赢|领先|多)|截止|结果|最后(定|选|是)|定的(啥|什么|哪|几|谁)|(定|通过|公布|出来|受理)了?(没|吗|不|伐)|还能(改|投)|到哪(一步|儿|里)?了|哪一?步了|咋样了|怎么样了|有(下文|信儿?|消息|动静)|啥时候(完|结束|公布)|什么时候(完|结束|公布)/
/** Asks what came out, not how far it is. */
const asksOutcome = /结果|最后|定的|(定|通过|公布|出来)了?(没|吗|不|伐)|谁赢|哪(个|边)赢/
/** Words around the subject of a topic, which alone name none. */
const aroundSubject = /提|报|加|弄|发起|搞|开|申请|提交|列|一?个|一下|新的?|议题|投票|表决|议事|现在|了|那个|这个|我们?|俺们?|咱们?|想|要|给|帮|请|能不能|可以|建议|大家|社区|吗|吧|呗|那|[，,。：:!！?？\s]/g

/** What is said of topics and votes, whatever the classifier takes it for; `null`: nothing is. Reads no row unless something is. */
export async function meetTopics(turn: Turn, text: string): Promise<Step | null> {
  const isRoom = turn.message.chat === 'group'
  const { topics: shown } = turn.memory
  if (shown?.asks === 'subject' && turn.now - shown.at < topicsMeantMs && !asksHowTo.test(text) && [...text].length >= 4 && !/不提了|算了|没事|坏了|投诉|多少|什么时候|几点|电话|人工|^(谁|哪个|哪位)/.test(text)) return raise(turn, text)
  if (isElection(text)) return wantsElection(text) ? refuseElection(turn) : null
  const wants = !asksHowTo.test(text) && (!isAsking.test(text) || wishes.test(text))
  if (wantsVoteOn.test(text) || (wants && raises.test(text))) return raise(turn, text)
  const voted = await meetVote(turn, text)
  if (voted) return voted
  if (wants && raisesSoftly.test(text)) return raise(turn, text)
  if (asksForList.test(text)) return tellList(turn, await turn.records.topics(), isRoom)
  const follows = (isLastSpokenOf(turn) || hasJustRaised(turn)) && [...text].length <= 14
  const isMeant = asksHowFar.test(text) || asksCount.test(text) && (follows || /票|投/.test(text)) || asksWhetherOpen.test(text) || (follows && goesOn.test(text))
  return isMeant && (asksCount.test(text) || !asksHowTo.test(text)) ? tellStatus(turn, text, await turn.records.topics()) : null
}

/** Whether somebody is to be elected here; what is complained of, or asked about elections, is met elsewhere. */
function wantsElection(text: string): boolean {
  return /投票|票选|表决|议题|发起|组织|搞|来个/.test(text) && !/举报|投诉|反映|不公|作假|作弊/.test(text) && !asksHowTo.test(text) && (!isAsking.test(text) || raises.test(text))
}

/** What the classifier takes for deliberation and is no topic: an election, a ballot where nothing is voted on. */
export async function refuseAsTopic(turn: Turn, text: string): Promise<Step | null> {
  if (isElection(text) && !isAsking.test(text)) return refuseElection(turn)
  if (justAgrees.test(text)) return step({ kind: 'answered' }, voteWords.noneOpen)
  if (speaksOfBallot.test(text) && !raises.test(text) && !raisesSoftly.test(text) && !wantsVoteOn.test(text)) {
    const told = await answerBallot(turn, text)
    if (told) return told
  }
  // Filed at once, it has to say something.
  return turn.message.chat === 'private' && [...text.replace(aroundSubject, '')].length < 3 ? askTopic(turn) : null
}

/** What was filed as a topic says so in its own words. */
export function asTopic(turn: Turn, done: Step): Step {
  const filed = done.writes.flatMap((write) => (write.op === 'put' && write.table === 'requests' && write.row.rev === 0 && write.row.serviceCode === topicService ? [write.row] : []))[0]
  if (filed === undefined || done.outcome.kind !== 'filed') return done
  return { ...done, say: [say(turn.message.chat === 'group' ? words.receivedInRoom(filed.number) : words.received(filed.number))], memory: { ...done.memory, ...spokenOf(turn, []) } }
}

function askTopic(turn: Turn): Step {
  return step({ kind: 'clarifying', about: 'topic' }, words.whatTopic, { memory: spokenOf(turn, [], { asks: 'subject' }) })
}

async function raise(turn: Turn, text: string): Promise<Step | null> {
  if (isElection(text)) return refuseElection(turn)
  const service = turn.services.byCode(topicService)
  if (service === null) return null
  if (text.replace(aroundSubject, '').length < 2) return askTopic(turn)
  const done = asTopic(turn, await report(turn, { intent: 'deliberation', confidence: 1, text, slots: [], ranked: [] }, service))
  return done.outcome.kind === 'filed' ? done : { ...done, memory: { ...done.memory, topics: null } }
}

/** In order: what is voted on now, what is talked over, what is new, what came out lately. */
const stageOrder: readonly Topic['stage'][] = ['voting', 'deliberating', 'accepted', 'published', 'called-off']

function tellList(turn: Turn, all: readonly Topic[], isRoom: boolean): Step {
  const live = all.filter(isLive)
  const listed = [...(live.length > 0 ? live : all.filter(({ stage, endedAt }) => stage === 'published' && endedAt !== null && turn.now - endedAt < 90 * 86_400_000))]
    .sort((a, b) => stageOrder.indexOf(a.stage) - stageOrder.indexOf(b.stage) || b.number - a.number)
  if (listed.length === 0) return step({ kind: 'answered' }, words.none)
  return step({ kind: 'answered' }, words.list(listed, turn.now, isRoom), { memory: spokenOf(turn, listed) })
}

async function tellStatus(turn: Turn, text: string, all: readonly Topic[]): Promise<Step | null> {
  const isOwn = /我(提|报|说|那|的)/.test(text) || hasJustRaised(turn)
  const own = turn.message.chat === 'group' && !isOwn ? [] : (await turn.records.requestsOf(turn.message.author.id)).filter((one) => one.serviceCode === topicService && one.status !== 'withdrawn')
  const byNumber = /议题\s?\d|\d+\s?号议题/.test(text)
  const named = all.filter((topic) => namesTopic(text, topic) > 0)
  const waiting = own.filter(({ id }) => !all.some(({ requestId }) => requestId === id))
  const mine = all.filter(({ requestId }) => own.some(({ id }) => id === requestId))
  const last = lastShown(turn, all)
  const found = named.length > 0 ? meantTopics(text, named) : byNumber || (hasJustRaised(turn) && waiting.length > 0) ? [] : isOwn && mine.length > 0 ? mine : last.length > 0 ? last : isOwn ? [] : all.filter(isLive)
  if (found.length === 0) {
    const request = waiting.findLast(isOpen) ?? waiting.at(-1)
    if (request !== undefined && !byNumber) return step({ kind: 'status-given', requestId: request.id }, sayOwn(request))
    return all.length === 0 && !isOwn && !/议题/.test(text) ? null : step({ kind: 'status-given', requestId: null }, words.noSuch)
  }
  const [only] = found
  const running = found.filter(isVoted).filter(({ stage, vote }) => stage === 'voting' && vote.count === null)
  if (asksCount.test(text) && running.length > 0 && running.every(({ vote }) => turn.now < vote.closesAt)) return step({ kind: 'answered' }, running.slice(0, 2).map((topic) => voteWords.noCountsYet(topic, topic.vote)).join('\n'), { memory: spokenOf(turn, running) })
  if (found.length > 1 || only === undefined) return tellList(turn, found, turn.message.chat === 'group')
  const memory = spokenOf(turn, [only])
  // Closed and not counted: what came out is not known yet.
  if ((asksOutcome.test(text) || asksCount.test(text)) && running.length > 0 && only.vote !== null && turn.now >= only.vote.closesAt) return step({ kind: 'unanswerable', reason: 'not-set' }, voteWords.noResultYet(only, only.vote), { memory })
  const told = turn.message.chat === 'group' ? inRoom(only, turn.now) : topicStatus(only, turn.now)
  return step({ kind: 'status-given', requestId: mine.includes(only) ? only.requestId : null }, told, { memory })
}

/** Three lines at most. */
function inRoom(topic: Topic, now: number): string {
  return topicStatus(topic, now).split('\n').filter((_, index, all) => index === 0 || index >= all.length - 2).map((line) => shorten(line, 120)).join('\n')
}

function sayOwn(request: ServiceRequest): string {
  const what = shorten(asSaid(request.description), 30)
  const declined = request.status === 'declined' ? request.history.findLast(({ to }) => to === 'declined') : undefined
  if (declined !== undefined) return words.ownDeclined(what, request.number, declined.at, declined.note ?? '')
  return request.status === 'in-progress' ? words.ownTaken(what, request.number, request.filedAt) : words.ownWaiting(what, request.number, request.filedAt)
}
