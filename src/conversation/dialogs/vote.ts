import { readChoice as readPlace } from '../../nlu/answers.js'
import { ballotId, isOpenFor, rightOf, type Ballot, type Choice, type Vote } from '../../programmes/ballot.js'
import { readChoice } from '../../programmes/choice.js'
import type { Standing } from '../../programmes/standing.js'
import type { Topic } from '../../programmes/topic.js'
import { statesFault } from '../../requests/faults.js'
import type { Write } from '../../store/store.js'
import { isAsking } from '../matters.js'
import { noticeRow, noticeWrites } from '../notices.js'
import { chatOfAuthor, step, type Step, type Turn } from '../turn.js'
import { agreesToOther, asksChange, asksCounted, asksHow, asksInstead, asksMay, ballotClause, casts, changesOnly, clausesOf, isAdviceAsked, isSecrecyAsked, justAgrees, namesVote, pleads, saysYesOrNo, speaksOfBallot, surelyVotes, takesBack, votedWrongly } from './heard-vote.js'
import { isFresh, isLastSpokenOf, isVoted, lastShown, meantTopics, namesTopic, openVotes, spokenOf, spokeOfTopics, type Voted } from './meant-topics.js'
import { homeIn, meetStanding, standingTold, tenureIn } from './tell-standing.js'
import { choiceWords, voteWords as words } from './topic-words.js'

type Given = Exclude<Choice, 'withdrawn'>

const notResident = /(不|没)(是)?(住|在)(这|你们|本|咱们)?[^，,。]{0,4}(小区|社区|这儿|这里|村)|外(村|小区)的|别的(小区|社区|村)的|不是(这儿|这里|你们|本)(的|小区|社区|村)/

/** Digits and short yes or no: they answer whoever asked last. */
const answersAnything = /^[\d一二三四五六七八九十]{1,2}[号.。、]?$|^(好的?|可以|行|中|成|要得|对|嗯+|是的?|不|不是|不对|不用|没有?|谢谢.*)[吧了啊呀的哦]*[。.！!]?$/

/** 「替我妈投一票」: a ballot is one's own. */
const forAnother = /(替|帮|代替?)(我|俺)?(家)?(妈|爸|爹|娘|老伴|老婆|老公|媳妇|儿子|女儿|闺女|父亲|母亲|爷爷|奶奶|邻居|别人|他|她|家里?人|对门|楼上|楼下)[^，,。]{0,8}(投(?!诉|递)|表决|选)/

/** Whether a ballot is secret, or what to choose, asked in whatever chat; `null`: it is not asked. */
export function tellSecrecy(text: string): Step | null {
  if (isAdviceAsked(text)) return step({ kind: 'answered' }, words.noAdvice)
  return isSecrecyAsked(text) ? step({ kind: 'answered' }, words.secrecy) : null
}

/** Ballots and what is asked about them; `null`: nothing of the kind is said. */
export async function meetVote(turn: Turn, text: string): Promise<Step | null> {
  const isRoom = turn.message.chat === 'group'
  if (asksHow.test(text)) return tellHow(turn, text)
  if (forAnother.test(text)) return tellNoProxy(turn, text)
  if (asksChange.test(text) && (isLastSpokenOf(turn) || namesVote.test(text)) && [...text].length <= 20) {
    const told = await tellUntil(turn, text)
    if (told) return secret(told)
  }
  if (asksCounted(text)) return isRoom ? ownInPrivate(turn) : tellCounted(turn)
  if (asksMay.test(text) && (isAsking.test(text) || /谁|有没有/.test(text))) {
    const told = await tellRight(turn, text)
    if (told) return told
  }
  const back = takesBack(text, spokeOfTopics(turn))
  const asked = isRoom || back ? null : await answerAsked(turn, text)
  if (asked) return asked
  if (back || votedWrongly.test(text) && namesVote.test(text)) {
    if (isRoom) return inPrivate(turn)
    const taken = await takeBack(turn, text, !back)
    return taken === null ? null : secret(taken, taken.unkept?.hides)
  }
  if (pleads.test(text) && (isLastSpokenOf(turn) || speaksOfBallot.test(text))) {
    const told = await answerPlea(turn, text)
    if (told) return secret(told, told.unkept?.hides)
  }
  // A door told to an open form is the form's.
  const standing = turn.memory.form === null ? await meetStanding(turn, text) : null
  if (standing) return standing
  if (asksInstead(text) || !mayCast(turn, text)) return null
  if (!isRoom) return cast(turn, text)
  const isMeant = surelyVotes(text) || isFresh(turn) || openVotes(await turn.records.topics(), turn.now).some((topic) => namesTopic(text, topic) > 0)
  return isMeant ? inPrivate(turn) : null
}

/** Whether the words may be a ballot: then it is worth looking at what is voted on. */
function mayCast(turn: Turn, text: string): boolean {
  if (turn.message.chat === 'group') return surelyVotes(text) || (justAgrees.test(text) ? isFresh(turn) : saysYesOrNo(text))
  if (turn.memory.form !== null && !isFresh(turn)) return surelyVotes(text)
  if (justAgrees.test(text) || saysYesOrNo(text)) return true
  if (casts.test(text)) return !changesOnly.test(text) || spokeOfTopics(turn) || namesVote.test(text)
  const said = ballotClause(text) ?? text
  // Days after, the one who spoke of a vote may come back to it; nothing else was spoken of since.
  return spokeOfTopics(turn) && [...said].length <= (isFresh(turn) ? 10 : 14) && (isFresh(turn) || said !== text || ballotClause(text) !== null) && !answersAnything.test(text)
}

async function inPrivate(turn: Turn): Promise<Step | null> {
  return openVotes(await turn.records.topics(), turn.now).length === 0 ? null : secret(step({ kind: 'clarifying', about: 'private' }, words.inPrivate))
}

/** One's own ballot is told in private, also after the close. */
async function ownInPrivate(turn: Turn): Promise<Step | null> {
  return (await turn.records.topics()).some(isVoted) ? secret(step({ kind: 'clarifying', about: 'private' }, words.ownInPrivate)) : null
}

/** What somebody chose stands in no line that staff read. */
function secret(done: Step, hides: readonly string[] = []): Step {
  return { ...done, unkept: { said: words.linesKept, hides } }
}

/** Asks which option is meant. */
function askChoice(turn: Turn, topic: Voted): Step {
  return step({ kind: 'clarifying', about: 'choice' }, words.whichOption(topic, topic.vote), { memory: spokenOf(turn, [topic], { asks: 'choice' }) })
}

/** Asks which vote is meant. `choice`: the words of a ballot, or of what is to become of one (`own-ballot`), that wait for the answer. */
function askTopic(turn: Turn, topics: readonly Voted[], choice: string | null, asks: 'topic' | 'own-ballot' = 'topic'): Step {
  return step({ kind: 'clarifying', about: 'topic' }, words.whichTopic(topics), { memory: spokenOf(turn, topics, { asks, choice }) })
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
  const shown = lastShown(turn, (await turn.records.topics()).filter(isVoted))
  const [only] = shown
  if (only === undefined) return null
  if (memory.asks === 'topic' || memory.asks === 'own-ballot') {
    const place = readPlace(text, shown.length)
    const named = meantTopics(text, shown)
    const topic = place !== null ? shown[place - 1] : named.length === 1 ? named[0] : undefined
    if (topic === undefined) return null
    const waiting = memory.choice ?? text
    return memory.asks === 'topic' ? castFor(turn, topic, waiting) : takeBack(turn, waiting, !takesBack(waiting, true), [topic])
  }
  if (memory.asks === 'choice') {
    const place = readPlace(text, only.vote.options.length)
    const choice = place === null ? readChoice(text, only.vote.options) : place - 1
    return choice === null ? null : castBallot(turn, only, choice)
  }
  if (notResident.test(text)) return step({ kind: 'answered' }, words.refused(only, only.vote, 'not-resident'), { memory: spokenOf(turn, [only]) })
  const [tenure, place] = [tenureIn(text) ?? memory.told?.tenure ?? null, homeIn(turn, text) ?? memory.told?.place ?? null]
  if (tenure === null && place === null) return null
  if (tenure === null) return step({ kind: 'clarifying', about: 'standing' }, words.askTenure(place ?? ''), { memory: spokenOf(turn, [only], { asks: 'standing', choice: memory.choice, told: { tenure, place } }) })
  if (only.vote.who === 'owners' && tenure !== 'owner') return step({ kind: 'answered' }, words.refused(only, only.vote, { kind: 'refused', why: 'not-owner' }), { memory: spokenOf(turn, [only]) })
  if (place === null) return step({ kind: 'clarifying', about: 'standing' }, words.askDoor, { memory: spokenOf(turn, [only], { asks: 'standing', choice: memory.choice, told: { tenure, place } }) })
  const row = standingTold(turn, await turn.records.standings(await turn.records.identityIds()), { tenure, place })
  const choice = readChoice(memory.choice ?? '', only.vote.options)
  const told: Write = { op: 'put', table: 'standings', row }
  if (choice === null) return { ...askChoice(turn, only), writes: [told] }
  const done = await castBallot(turn, only, choice, row)
  return { ...done, writes: [told, ...done.writes] }
}

async function cast(turn: Turn, text: string): Promise<Step | null> {
  const all = await turn.records.topics()
  const open = openVotes(all, turn.now)
  const isSure = surelyVotes(text)
  const said = ballotClause(text) ?? text
  const names = (topic: Topic): boolean => namesTopic(text, topic) > 0
  const reads = ({ vote }: Voted): boolean => choiceIn(said, text, vote) !== null
  const ended = endedVotes(turn, all)
  // A closed vote is meant where it is named, or was the last spoken of and no open one has such an option.
  const follows = isLastSpokenOf(turn) && !open.some(reads)
  if (!open.some(names) && ended.some((topic) => (isSure || reads(topic)) && (names(topic) || (follows && lastShown(turn, [topic]).length > 0)))) return tellClosed(turn, text, all)
  if (open.length === 0) return isSure ? tellClosed(turn, text, all) : null
  const shown = lastShown(turn, open)
  const named = meantTopics(text, open)
  const isNamed = named.length < open.length
  const meant = isNamed ? named : shown.length === 1 ? shown : open
  // An option that only another vote has names that one.
  const chosen = isNamed || meant.some(reads) ? meant.filter(reads) : open.filter(reads)
  // Words that do not vote, or agree to something, are a ballot only where they name the vote or follow on it.
  const isLoose = !justAgrees.test(text) && (!casts.test(text) || agreesToOther(text))
  if (isLoose && !isLastSpokenOf(turn) && !chosen.some(names)) return null
  const [only] = chosen
  if (chosen.length === 1 && only !== undefined) return castFor(turn, only, text)
  if (chosen.length > 1) return secret(askTopic(turn, chosen, text))
  const [first] = meant
  if ((!isSure && !justAgrees.test(text)) || first === undefined) return null
  if (meant.length > 1) return secret(askTopic(turn, meant, null))
  return secret(askChoice(turn, first))
}

/** The choice of the part that chooses, else of the whole. */
function choiceIn(said: string, text: string, { options }: Vote): Given | null {
  return readChoice(said, options) ?? (said === text ? null : readChoice(text, options))
}

/** How long after its close a vote is still spoken of, ms. */
const spokenOfMs = 7 * 86_400_000

/** Votes that take no ballot: closed of late, or not begun. */
function endedVotes(turn: Turn, all: readonly Topic[]): readonly Voted[] {
  return all.filter(isVoted).filter(({ stage, vote }) => !(stage === 'voting' && isOpenFor(vote, turn.now)) && (stage === 'voting' || turn.now - vote.closesAt < spokenOfMs))
}

function tellClosed(turn: Turn, text: string, all: readonly Topic[]): Step {
  const topic = meantNow(turn, text, endedVotes(turn, all)).at(-1)
  if (topic === undefined) return secret(step({ kind: 'answered' }, words.noneOpen))
  return secret(step({ kind: 'answered' }, turn.now < topic.vote.opensAt ? words.notYet(topic, topic.vote) : words.closed(topic, topic.vote), { memory: spokenOf(turn, [topic]) }))
}

function castFor(turn: Turn, topic: Voted, text: string): Promise<Step> | Step {
  const choice = choiceIn(ballotClause(text) ?? text, text, topic.vote)
  if (choice !== null) return castBallot(turn, topic, choice)
  return askChoice(turn, topic)
}

/** Puts the ballot on record. `told`: who they are, said just now. */
async function castBallot(turn: Turn, topic: Voted, choice: Given, told: Standing | null = null): Promise<Step> {
  const { vote } = topic
  if (!isOpenFor(vote, turn.now)) return secret(step({ kind: 'answered' }, words.closed(topic, vote), { memory: spokenOf(turn, [topic]) }))
  const ids = await turn.records.identityIds()
  const known = vote.who === 'everyone' && vote.per === 'person' ? [] : await turn.records.standings(ids)
  const right = rightOf(vote, told === null ? known : [...known.filter(({ id }) => id !== told.id), told])
  if (right.kind === 'unknown') return secret(step({ kind: 'clarifying', about: 'standing' }, words.askStanding(topic, vote), { memory: spokenOf(turn, [topic], { asks: 'standing', choice: choice === 'abstain' ? '弃权' : (vote.options[choice] ?? null) }) }))
  if (right.kind === 'refused') return secret(step({ kind: 'answered' }, words.refused(topic, vote, right), { memory: spokenOf(turn, [topic]) }))
  const own = await turn.records.ballots(topic.id, ids)
  const before = lastOf(own)
  const home = right.kind === 'counts' && vote.per === 'household' && right.standing !== null ? await atHome(turn, topic, right.standing, ids) : []
  const isReplacing = home.length > 0
  const hides = [choiceWords(vote, choice)]
  const memory = spokenOf(turn, [topic])
  const laterAtHome = home.some(({ at }) => before !== undefined && at > before.at)
  if (before?.choice === choice && !laterAtHome) return secret(step({ kind: 'filed', requestId: null }, right.kind === 'unverified' ? words.unverified(topic, vote, choice, right.standing) : words.same(topic, vote, choice), { memory }), hides)
  const { author } = turn.message
  const row: Ballot = { id: ballotId(topic.id, author.id), rev: own.find(({ residentId }) => residentId === author.id)?.rev ?? 0, topicId: topic.id, residentId: author.id, choice, at: turn.now, to: chatOfAuthor(turn), until: vote.closesAt }
  const news = home.map(({ to }) => noticeRow({ to, text: words.homeReplacedNews(topic, right.kind === 'counts' ? (right.standing?.household ?? '') : ''), about: null, when: 'by-day' }, null, { id: turn.newId(), now: turn.now }))
  const isChange = before !== undefined && before.choice !== 'withdrawn'
  const more = isReplacing ? words.homeReplaced : ''
  const text = right.kind === 'unverified' ? words.unverified(topic, vote, choice, right.standing) : isChange ? words.changed(topic, vote, choice, more) : words.cast(topic, vote, choice, more)
  return secret(step({ kind: 'filed', requestId: null }, text, { writes: [{ op: 'put', table: 'ballots', row }, ...noticeWrites(news, turn.now, null)], memory }), hides)
}

function lastOf(ballots: readonly Ballot[]): Ballot | undefined {
  return [...ballots].sort((a, b) => a.at - b.at).at(-1)
}

/** Ballots of others of the same home, known to live there. */
async function atHome(turn: Turn, topic: Topic, standing: Standing, own: readonly string[]): Promise<readonly Ballot[]> {
  const others = (await turn.records.standingsAt(standing.householdKey)).filter(({ id, state }) => state === 'confirmed' && !own.includes(id))
  return others.length === 0 ? [] : (await turn.records.ballots(topic.id, others.map(({ id }) => id))).filter(({ choice }) => choice !== 'withdrawn')
}

/** `among`: the votes that may be meant, all that are open if not said. */
async function takeBack(turn: Turn, text: string, toChange: boolean, among: readonly Voted[] | null = null): Promise<Step | null> {
  const open = among ?? openVotes(await turn.records.topics(), turn.now)
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
  if (meant.length > 1) return askTopic(turn, meant.map(({ topic }) => topic), text, 'own-ballot')
  // 「投错了，应该是西门」 names the right one at once; 「投错了，投成西门了」 the wrong one.
  const right = toChange ? readChoice(clausesOf(text).filter((clause) => !votedWrongly.test(clause)).join(' '), only.topic.vote.options) : null
  if (right !== null && only.ballots.every(({ choice }) => choice !== right)) return castBallot(turn, only.topic, right)
  if (toChange) return askChoice(turn, only.topic)
  return step({ kind: 'cancelled' }, words.withdrawn(only.topic), {
    writes: only.ballots.map((row): Write => ({ op: 'put', table: 'ballots', row: { ...row, choice: 'withdrawn', at: turn.now } })),
    memory: spokenOf(turn, [only.topic]),
  })
}

/** What stands of the person's ballots, and whether it counts. */
async function tellCounted(turn: Turn): Promise<Step> {
  const ids = await turn.records.identityIds()
  const standings = await turn.records.standings(ids)
  const [lines, hides]: [string[], string[]] = [[], []]
  for (const topic of (await turn.records.topics()).filter(isVoted)) {
    const last = lastOf(await turn.records.ballots(topic.id, ids))
    if (last === undefined) continue
    if (last.choice === 'withdrawn') {
      if (isOpenFor(topic.vote, turn.now)) lines.push(words.takenBack(topic, topic.vote))
      continue
    }
    const right = rightOf(topic.vote, standings)
    const later = right.kind === 'counts' && topic.vote.per === 'household' && right.standing !== null && (await atHome(turn, topic, right.standing, ids)).some(({ at }) => at > last.at)
    hides.push(choiceWords(topic.vote, last.choice))
    lines.push(later ? words.notCounted(topic) : words.counted(topic, topic.vote, last.choice, right.kind === 'counts'))
  }
  return secret(step({ kind: 'status-given', requestId: null }, words.yours(lines)), hides)
}

/** The votes that words mean: those they name, else those shown last, else all. */
function meantNow(turn: Turn, text: string, among: readonly Voted[]): readonly Voted[] {
  const named = meantTopics(text, among)
  const shown = lastShown(turn, among)
  return named.length < among.length || shown.length === 0 ? named : shown
}

/** The same of all that is, will be or was of late voted on. */
async function meantOfAll(turn: Turn, text: string): Promise<readonly Voted[]> {
  const all = await turn.records.topics()
  return meantNow(turn, text, [...openVotes(all, turn.now), ...endedVotes(turn, all)])
}

/** Until when a ballot may be changed or taken back. */
async function tellUntil(turn: Turn, text: string): Promise<Step | null> {
  const meant = await meantOfAll(turn, text)
  if (meant.length === 0) return null
  const [open, others] = [meant.slice(0, 2).filter(({ vote }) => isOpenFor(vote, turn.now)), meant.slice(0, 2).filter(({ vote }) => !isOpenFor(vote, turn.now))]
  const lines = [...(open.length === 0 ? [] : [words.mayChange(open)]), ...others.map((topic) => (turn.now < topic.vote.opensAt ? words.notYet(topic, topic.vote) : words.closed(topic, topic.vote)))]
  return step({ kind: 'answered' }, lines.join('\n'), { memory: spokenOf(turn, meant) })
}

/** What speaks of ballots and was understood no further: never a new topic. `null`: no one vote is meant. */
export async function answerBallot(turn: Turn, text: string): Promise<Step | null> {
  const [topic, ...more] = await meantOfAll(turn, text)
  if (topic === undefined || more.length > 0) return null
  if (!isOpenFor(topic.vote, turn.now)) return tellClosed(turn, text, [topic])
  if (turn.message.chat === 'group') return step({ kind: 'answered' }, words.rule(topic, topic.vote), { memory: spokenOf(turn, [topic]) })
  return secret(askChoice(turn, topic))
}

/** The rule is alike for all: who asks for an exception hears it again; who may vote is asked for the choice. */
async function answerPlea(turn: Turn, text: string): Promise<Step | null> {
  const [topic, ...more] = await meantOfAll(turn, text)
  if (topic === undefined || more.length > 0) return null
  const isChosen = choiceIn(ballotClause(text) ?? text, text, topic.vote) !== null
  if (turn.message.chat === 'private' && isOpenFor(topic.vote, turn.now)) {
    const right = rightOf(topic.vote, await turn.records.standings(await turn.records.identityIds()))
    if (right.kind === 'refused') return step({ kind: 'answered' }, `${words.sameForAll}${words.refused(topic, topic.vote, right)}`, { memory: spokenOf(turn, [topic]) })
    if (isChosen) return castFor(turn, topic, text)
  }
  return answerBallot(turn, text)
}

/** How one votes: by saying so, in private. */
async function tellHow(turn: Turn, text: string): Promise<Step | null> {
  const open = openVotes(await turn.records.topics(), turn.now)
  const [only, ...others] = meantNow(turn, text, open)
  if (only === undefined) return null
  if (turn.message.chat === 'group') return step({ kind: 'answered' }, words.rule(only, only.vote))
  if (others.length === 0) return askChoice(turn, only)
  return askTopic(turn, [only, ...others], null)
}

/** Nobody votes for another; where homes vote, one of the home does. */
async function tellNoProxy(turn: Turn, text: string): Promise<Step | null> {
  const [topic] = meantNow(turn, text, openVotes(await turn.records.topics(), turn.now))
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
  return step({ kind: 'answered' }, told.join('\n'), { memory: spokenOf(turn, meant) })
}
