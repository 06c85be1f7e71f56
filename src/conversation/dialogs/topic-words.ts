import { verdictOf, type Choice, type Right, type Vote, type VoteCount } from '../../programmes/ballot.js'
import type { Standing, Tenure } from '../../programmes/standing.js'
import { nextStep, type Topic } from '../../programmes/topic.js'
import { clockWords, dateWords } from '../replies.js'

const stageNames: Readonly<Record<Topic['dates'][number]['stage'], string>> = { proposed: '提出', accepted: '受理', deliberating: '开始协商', voting: '付表决', published: '公示结果', 'called-off': '终止' }
export const tenureNames: Readonly<Record<Tenure, string>> = { owner: '业主', tenant: '租户', family: '业主家属' }

export const titleOf = ({ number, title }: Pick<Topic, 'number' | 'title'>): string => `议题${number}「${title}」`

/** 仅限业主，一户一票 */
function ruleWords({ who, per }: Pick<Vote, 'who' | 'per'>): string {
  return `${who === 'owners' ? '仅限业主' : who === 'residents' ? '限本社区住户，租住的也算' : '谁都可以投'}，${per === 'household' ? '一户一票' : '一人一票'}`
}

const optionLines = ({ options }: Pick<Vote, 'options'>): string => options.map((option, index) => `${index + 1} ${option}`).join('　')

export function choiceWords({ options }: Pick<Vote, 'options'>, choice: Exclude<Choice, 'withdrawn'>): string {
  return choice === 'abstain' ? '弃权' : `「${options[choice] ?? ''}」`
}

/** The numbers, and what they come to where the rule says so. */
export function countWords(vote: Vote, count: VoteCount): string {
  const verdict = verdictOf(vote, count)
  const numbers = `有效票${count.valid}张：${vote.options.map((option, index) => `${option}${count.options[index] ?? 0}票`).join('，')}${count.abstained > 0 ? `，弃权${count.abstained}票` : ''}${count.unverified > 0 ? `；另有${count.unverified}票没有核实上身份，未计入` : ''}。`
  switch (verdict.kind) {
    case 'numbers': return numbers
    case 'too-few': return `${numbers}没有达到事先定的最少${vote.quorum ?? 0}张有效票。`
    case 'none': return `${numbers}没有一项超过事先定的有效票的${vote.majority ?? 0}%。`
    case 'passed': return `${numbers}「${verdict.option}」超过事先定的有效票的${vote.majority ?? 0}%，通过。`
  }
}

/** How far a vote is; never who is ahead. */
function voteState(vote: Vote, now: number): string {
  if (now < vote.opensAt) return `${clockWords(vote.opensAt)}开始表决`
  if (now < vote.closesAt) return `表决中，${clockWords(vote.closesAt)}截止`
  return vote.count === null ? '表决已截止，正在核对计票' : '表决已结束'
}

/** The stages so far with their days, and what came of them. */
export function topicStatus(topic: Topic, now: number): string {
  const { vote, procedure, taken, result, reason } = topic
  const next = nextStep(topic)
  const dates = topic.dates.map(({ stage, at }) => `${dateWords(at)}${stageNames[stage]}`).join('，')
  const lines = [
    `${titleOf(topic)}：${dates}。`,
    procedure === null ? '' : `按「${procedure.name}」走，共${procedure.steps.length}步，走完${taken.length}步${next === null ? '' : `，下一步是「${next}」`}。`,
    vote === null ? '' : vote.count === null ? (topic.stage === 'voting' ? `${voteState(vote, now)}。${ruleWords(vote)}，选项：${optionLines(vote)}。` : '') : `表决${ruleWords(vote)}。${countWords(vote, vote.count)}`,
    result === null ? '' : `结果：${result.words}（${result.by.name} ${dateWords(result.at)}记录）`,
    reason === null ? '' : `终止的原因：${reason}`,
  ]
  return lines.filter((line) => line !== '').join('\n')
}

function topicLine(topic: Topic, now: number): string {
  const state = topic.stage === 'voting' && topic.vote !== null ? voteState(topic.vote, now) : { accepted: '已受理', deliberating: '协商中', voting: '表决中', published: '已公示结果', 'called-off': '已终止' }[topic.stage]
  return `议题${topic.number} ${topic.title}（${state}）`
}

export const topicWords = {
  received: (number: string): string => `作为居民议题收下了，编号 ${number}，待社区受理。受理、协商、结果都会告诉您，随时可以问「我的议题到哪了」。`,
  receivedInRoom: (number: string): string => `作为居民议题收下了，编号 ${number}，待社区受理。进展看公开栏，也可以私聊问我。`,
  whatTopic: '您想把什么事提成议题？一句话说清楚就行，比如「楼道墙面刷什么颜色」。',
  none: '现在没有在议的议题。大家的事您可以提一个，直接说「提个议题」和是什么事。',
  list: (topics: readonly Topic[], now: number, isRoom: boolean): string => {
    const shown = topics.slice(0, isRoom ? 2 : 8)
    const lines = shown.map((topic) => topicLine(topic, now))
    const left = topics.length - shown.length
    const end = left > 0 ? `还有${left}个，看社区公开栏。` : isRoom ? '投票和细节请私聊我。' : '想知道哪个到哪了，说它的号就行；在表决的，直接说您投哪个。'
    return [...lines, end].join('\n')
  },
  ownWaiting: (what: string, number: string, at: number): string => `您提的「${what}」（${number}）：${dateWords(at)}提出，待社区受理。`,
  ownDeclined: (what: string, number: string, at: number, reason: string): string => `您提的「${what}」（${number}）：${dateWords(at)}答复，没有受理为议题。原因：${reason}`,
  ownTaken: (what: string, number: string, at: number): string => `您提的「${what}」（${number}）：${dateWords(at)}提出，社区工作人员在看，还没有定成议题。`,
  noSuch: '我没找到您说的议题。问「最近有什么议题」，我列给您。',
} as const

export const voteWords = {
  inPrivate: '表决在私聊里进行，群里说的不记票。请点我私聊再投。',
  ownInPrivate: '您自己的票只在私聊里看，请点我私聊再问。',
  noneOpen: '现在没有正在进行的表决，这一票没有记。问「最近有什么议题」可以看有哪些。',
  notYet: (topic: Topic, vote: Vote): string => `${titleOf(topic)}的表决${clockWords(vote.opensAt)}才开始，现在还不能投，到时再来。`,
  closed: (topic: Topic, vote: Vote): string => `${titleOf(topic)}的表决${clockWords(vote.closesAt)}已经截止，不再收票，也不能再改。`,
  whichTopic: (topics: readonly Topic[]): string => `现在有${topics.length}个表决，您投的是哪一个？\n${topics.map((topic, index) => `${index + 1} ${topic.title}（选项：${topic.vote?.options.join('、') ?? ''}）`).join('\n')}`,
  whichOption: (topic: Topic, vote: Vote): string => `${titleOf(topic)}，您投哪一个？\n${optionLines(vote)}\n也可以回「弃权」。${ruleWords(vote)}，${clockWords(vote.closesAt)}截止。`,
  askStanding: (topic: Topic, vote: Vote): string => `${titleOf(topic)}的表决${ruleWords(vote)}，得先核对您是哪一户。请说一下您住几栋几单元几室、是业主还是租户，比如「我是3栋2单元301的业主」。只用来核对能不能投，只给核对的工作人员看。`,
  askDoor: '请问是几栋几单元几室？只用来核对能不能投。',
  askTenure: (place: string): string => `${place}您是业主，还是租户，或者业主家里人？`,
  cast: (topic: Topic, vote: Vote, choice: Exclude<Choice, 'withdrawn'>, more: string): string => `已投，记下了：${titleOf(topic)}，您投的是${choiceWords(vote, choice)}。${more}${ruleWords(vote)}，${clockWords(vote.closesAt)}截止；截止前想改就再说一遍，不投了回「撤回我的票」。结果截止后公布。`,
  changed: (topic: Topic, vote: Vote, choice: Exclude<Choice, 'withdrawn'>, more: string): string => `改好了：${titleOf(topic)}，现在算的是${choiceWords(vote, choice)}，原来那票作废。${more}${clockWords(vote.closesAt)}截止前还能改。`,
  same: (topic: Topic, vote: Vote, choice: Exclude<Choice, 'withdrawn'>): string => `${titleOf(topic)}您已经投了${choiceWords(vote, choice)}，还是这一票，没有变。`,
  unverified: (topic: Topic, vote: Vote, choice: Exclude<Choice, 'withdrawn'>, standing: Standing): string => `先给您记下，待核实：${titleOf(topic)}，您投的是${choiceWords(vote, choice)}。您说是${standing.household}的${tenureNames[standing.tenure]}，工作人员核对上了才计入，${vote.verifyHours > 0 ? `最晚到截止后${vote.verifyHours}小时` : '最晚到截止前'}；没核对上就不计入，到时告诉您。`,
  homeReplaced: '您家先前有人投过，按一户一票，以您这票为准，也告诉那位家人了。',
  homeReplacedNews: (topic: Topic, household: string): string => `${titleOf(topic)}：您家（${household}）刚才又投了一票。按一户一票，以后一票为准，您先前那票不再计入。有疑问请家里商量好，截止前还能再投。`,
  refused: (topic: Topic, vote: Vote, right: Extract<Right, { kind: 'refused' }> | 'not-resident'): string => `${titleOf(topic)}的表决${ruleWords(vote)}，这是这个议题事先定的规则。${right === 'not-resident' ? '不住本社区的不能投' : right.why === 'not-owner' ? '登记的不是业主，这次不能投' : '您说的那一户，工作人员没能核对上，这票不能计入'}。有想法可以直接告诉我，我转给主持议事的工作人员。`,
  withdrawn: (topic: Topic): string => `已撤回：${titleOf(topic)}您的票不算了。截止前还可以再投。`,
  takenBack: (topic: Topic, vote: Vote): string => `${titleOf(topic)}：您的票撤回了，现在没有您的票。${clockWords(vote.closesAt)}截止前还可以再投。`,
  mayChange: (topics: readonly (Topic & { readonly vote: Vote })[]): string =>
    `${topics.map((topic) => `${titleOf(topic)}（${clockWords(topic.vote.closesAt)}截止）`).join('、')}：截止前能改，也能撤，私聊再说一遍投哪个就行，以最后一次为准${topics.some(({ vote }) => vote.per === 'household') ? '；一户一票，家里人再投也以最后一票为准' : ''}。`,
  noCountsYet: (topic: Topic, vote: Vote): string => `${titleOf(topic)}还在表决中，截止前不公布票数，谁多谁少我也不说，免得影响大家。${clockWords(vote.closesAt)}截止，之后公布。`,
  noResultYet: (topic: Topic, vote: Vote): string => `${titleOf(topic)}的表决${clockWords(vote.closesAt)}截止了，还在核对计票，结果还没有公布，我不能乱说。公布了您再问我，公开栏也看得到。`,
  sameForAll: '规则对谁都一样，我不能通融。',
  nothingCast: '您没有投过票，没有可撤的。',
  counted: (topic: Topic, vote: Vote, choice: Exclude<Choice, 'withdrawn'>, isVerified: boolean): string => `${titleOf(topic)}：您投的是${choiceWords(vote, choice)}，${isVerified ? '已计入' : '待核实，核对上才计入'}。`,
  notCounted: (topic: Topic): string => `${titleOf(topic)}：您的票不再算：同一户后来又投了一票，以后一票为准。`,
  yours: (lines: readonly string[]): string => lines.length === 0 ? '您还没有投过票。' : lines.join('\n'),
  may: (topic: Topic, vote: Vote, right: Right, told: Tenure | null): string => {
    const rule = `${titleOf(topic)}的表决${ruleWords(vote)}，这是这个议题事先定的规则。`
    if (right.kind === 'counts') return `${rule}您能投，直接说投哪个就行：${optionLines(vote)}${vote.per === 'household' ? '。一户只算一票：家里有人投过的，您再投，以后一票为准' : ''}`
    if (right.kind === 'refused' || (told !== null && told !== 'owner' && vote.who === 'owners')) return `${rule}租住的邻居和不是业主的家里人这次不能投。有想法可以直接告诉我，我转给主持议事的工作人员。`
    if (right.kind === 'unverified') return `${rule}您可以先投，工作人员核对上${right.standing.household}以后计入。`
    return `${rule}投之前私下告诉我您是几栋几单元几室、业主还是租户，工作人员核对上就计入。`
  },
  rule: (topic: Topic, vote: Vote): string => `${titleOf(topic)}的表决${ruleWords(vote)}，${clockWords(vote.closesAt)}截止。投票请私聊我。`,
  recalled: '您撤回了那句话，那一票也不算了。截止前还想投，再说一遍就行。',
  dropped: '好的，没有记票。想投了随时说。',
  noAdvice: '投哪个您自己定，我不替您拿主意，也不告诉谁多谁少。',
  noProxy: (vote: Vote): string => `票要本人投，我不能替别人记。${vote.per === 'household' ? '这次是一户一票，同一户里有一位投了就行；' : ''}不会用手机的，请本人到社区窗口，工作人员帮着在他自己的微信或网页上投。`,
  secrecy: '谁投了什么，工作人员在系统里看不到，也不公布，聊天记录里不留；他们只看得到哪些户投过、最后各得多少票。但它不是法律上说的无记名投票，所以不能拿来搞选举。',
  linesKept: '（表决的话，内容不保存）',
  unverifiedNews: (topic: Topic): string => `${titleOf(topic)}的表决已经计票。您那一票没能核实上身份，按规则没有计入。要更正登记的住户信息，找社区工作人员，以后的表决就能算。`,
  told: (standing: Standing): string => `记下了：您是${standing.household}的${tenureNames[standing.tenure]}，待工作人员核对。只用来核对您能不能参加表决，别人看不到；说错了再说一遍，不想留回「删除我的数据」。`,
  known: (standing: Standing): string => `${standing.household}的${tenureNames[standing.tenure]}，早就核对过了，不用再说。`,
  tellInPrivate: '您住哪一户请私聊告诉我，群里不用说。',
} as const

/** What its proposer hears of a topic, as staff move it on. */
export const topicNews = {
  accepted: (topic: Topic, number: string): string => `您提的 ${number} 受理为${titleOf(topic)}。接下来开始协商，到哪一步都告诉您。`,
  deliberating: (topic: Topic): string => `${titleOf(topic)}开始协商了。`,
  step: (topic: Topic, step: string): string => `${titleOf(topic)}走完了「${step}」这一步${topic.procedure === null ? '' : `（${topic.taken.length}/${topic.procedure.steps.length}）`}。`,
  voting: (topic: Topic): string => topic.vote === null ? '' : `${titleOf(topic)}付表决：${ruleWords(topic.vote)}，${clockWords(topic.vote.opensAt)}开始，${clockWords(topic.vote.closesAt)}截止。选项：${optionLines(topic.vote)}。私聊我直接说投哪个就行。`,
  published: (topic: Topic, words: string): string => `${titleOf(topic)}公示结果：${topic.vote?.count == null ? '' : countWords(topic.vote, topic.vote.count)}${words}`,
  calledOff: (topic: Topic, reason: string): string => `${titleOf(topic)}终止了。原因：${reason}`,
} as const

/** What a resident hears once staff have looked who they are. */
export const standingNews = {
  confirmed: (standing: Standing): string => `社区核对过了：您是${standing.household}的${tenureNames[standing.tenure]}。表决按各议题的规则，您的票能算的就算上了。`,
  refused: (standing: Standing): string => `您说的${standing.household}的${tenureNames[standing.tenure]}，社区的登记里没能核对上。有出入请到社区窗口看一下，或再说一遍。`,
} as const
