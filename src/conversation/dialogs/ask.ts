import { readChoice } from '../../nlu/answers.js'
import type { Matter } from '../../nlu/understanding.js'
import type { NoPassage, PolicyAnswer, Responsible } from '../../retrieval/answer.js'
import type { Citation } from '../../retrieval/citation.js'
import { wholeQuestion } from '../../retrieval/follow-up.js'
import { itemMatter } from '../../retrieval/items.js'
import { excerpt } from '../excerpt.js'
import { isAsking } from '../matters.js'
import { sourceLine, standing } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { handOver } from './hand-over.js'
import { shorten } from '../../text.js'

/** Characters below which a question of no sure kind is too short to be answered by a sentence. */
const fewestAsked = 8
/** How long a short question goes on from the one before, ms. */
const goesOnMs = 10 * 60_000

/** Least confidence (0–1) of a clause that may be to the point to be shown with a question that is not about texts. */
const worthShowing = 0.3

/** Answers from the texts in force where the resident lives, and from the community's own facts; else says that they don't say. */
export function ask(turn: Turn, matter: Matter): Step {
  const question = fullQuestion(turn, matter)
  const answer = turn.retriever.answer({ question, community: turn.community, now: turn.now, includeFacts: turn.withFacts })
  return tell(turn, matter, question, answer)
}

/** A question of no sure kind, where a sentence of the texts surely answers it; `null`: it asks nothing, or none does. */
export function answerSurely(turn: Turn, matter: Matter): Step | null {
  if (!isAsking.test(matter.text) || [...matter.text].length < fewestAsked) return null
  const told = ask(turn, { ...matter, intent: 'policy_standard' })
  return told.outcome.kind === 'answered' ? told : null
}

/** An item that the community's own lists name is answered from them, whatever else the words sound like (残疾证几天办好). `null`: no list has it. */
export function answerListed(turn: Turn, matter: Matter): Step | null {
  if (itemMatter(matter.text) === null || matter.slots.some((slot) => slot.name === 'phone' || slot.name === 'ticket')) return null
  const question = fullQuestion(turn, matter)
  const answer = turn.retriever.answer({ question, community: turn.community, now: turn.now, includeFacts: turn.withFacts })
  return answer.kind !== 'no-passage' && answer.citations[0]?.origin !== undefined ? tell(turn, matter, question, answer) : null
}

/** The question that a bare 「2」 takes of those just offered; `null` when it takes none. */
export function takenQuestion(turn: Turn): Matter | null {
  const { suggested } = turn.memory
  const chosen = suggested === null ? null : readChoice(turn.understanding.text, suggested.length)
  const text = chosen === null ? undefined : suggested?.[chosen - 1]
  return text === undefined ? null : { intent: 'policy_standard', confidence: 1, text, slots: [], ranked: [] }
}

function tell(turn: Turn, matter: Matter, question: string, answer: PolicyAnswer): Step {
  const remember = (citation: Citation | undefined): Partial<Turn['memory']> => ({
    lastQuestion: { text: question.slice(0, 300), at: turn.now, status: answer.kind === 'answered' ? (citation?.status ?? null) : 'none', intent: matter.intent },
  })
  // What the texts say of certificates does not give anybody theirs.
  if (answer.kind !== 'no-passage' && answer.citations[0]?.kind === 'policy' && wantsCertificate.test(question) && !asksOfCertificates.test(question)) return tell(turn, matter, question, { ...answer, kind: 'no-passage', reason: 'to-verify' })
  switch (answer.kind) {
    case 'answered': {
      const untold = countUntold(matter.text, answer.citations)
      if (untold !== null) return step({ kind: 'unanswerable', reason: 'not-set' }, say(`${answerText(turn, question, answer)}\n没有写${untold}，我查不到，不能乱说。${offerPerson(turn)}`, { citations: answer.citations, choices: ['人工'] }), { memory: { ...remember(answer.citations[0]), offered: question.slice(0, 200) } })
      return step({ kind: 'answered' }, say(answerText(turn, question, answer) + openEnd(turn, question, answer), { citations: answer.citations }), { memory: remember(answer.citations[0]) })
    }
    case 'related':
      // Beside a matter of daily life (a bill, a card, a meal) a clause that only sounds like it is noise.
      if (asksWherePaid.test(matter.text) || (matter.intent !== 'policy_standard' && answer.confidence < worthShowing && !answer.choices?.length)) return tell(turn, matter, question, { ...answer, kind: 'no-passage', reason: 'not-set-here' })
      return step(answer.citations[0]?.origin === undefined ? { kind: 'unanswerable', reason: 'no-passage' } : { kind: 'clarifying', about: 'item' }, say(`${named(turn, matter)}${relatedLine(turn, question, answer)}${choicesLine(answer)}${offerPerson(turn)}`, { citations: answer.citations, choices: [...(answer.choices ?? []), '人工'] }), {
        memory: { ...remember(answer.citations[0]), offered: question.slice(0, 200), suggested: answer.choices?.length ? [...answer.choices] : null },
      })
    case 'no-passage': {
      if (answer.reason === 'to-verify' || asksForCertificate.test(question)) return handOver(turn, `证明需要核实：${question.slice(0, 60)}`, '这个证明社区能不能开，清单里没有登记，我不敢乱说，已转给社区工作人员核实，确认后回您。是哪里要的、做什么用，也请说一下。')
      return step({ kind: 'unanswerable', reason: answer.reason === 'not-set-here' ? 'not-set' : 'no-passage' }, say(named(turn, matter) + notWritten(turn, matter.intent !== 'policy_standard' && answer.reason === 'only-elsewhere' ? 'not-set-here' : answer.reason) + offerPerson(turn), { choices: ['人工'] }), { memory: { ...remember(undefined), offered: question.slice(0, 200) } })
    }
  }
}

/** Where a bill is paid stands in no policy text: only a link that somebody entered answers it. */
const asksWherePaid = /(费|款)[^，,。]{0,4}(搁|在|去|到|上)?(哪里?|哪儿|哪块|怎么|咋)(能|可以|去)?(交|缴|付)|(交|缴|付)[^，,。]{0,6}(链接|入口|网址|二维码)/

/** What is counted in the question and in none of the community's own lines that were found: 「几张」 of a list without a number. `null`: it is told, or no number is asked for. */
function countUntold(question: string, citations: readonly Citation[]): string | null {
  const asked = /(几|多少)(张|份|页|套|寸|本)/.exec(question)?.[0]
  if (asked === undefined || citations.some(({ kind }) => kind !== 'fact')) return null
  return citations.some(({ quote }) => /\d|[一二两三四五六七八九十](张|份|页|套|寸|本)/.test(quote)) ? null : asked
}

/** Among several matters, which one could not be answered. */
function named(turn: Turn, matter: Matter): string {
  return turn.understanding.matters.length > 1 || turn.part > 0 ? `「${shorten(matter.text.replace(/[?？。，,]+$/, ''), 24)}」：` : ''
}

/** A person is offered once; one already called is not offered again. */
function offerPerson(turn: Turn): string {
  return turn.conversation.mode === 'waiting' && turn.message.chat === 'private' ? '\n已经在找社区工作人员了，这个问题他们也看得到。' : '\n要不要转给社区工作人员问清楚？回「人工」就行。'
}

/** A paper with a stamp: the list of what the community issues decides, else a person (证明清理, rule of all four documents). */
const asksForCertificate = /(开|出|要|办|盖).{0,8}证明(?!是|自己|身份|不了)|证明.{0,8}(开|出|办|盖|呢)/

/** Somebody wants one made out, rather than to be told whether it may be asked for at all. */
const wantsCertificate = /(给|能|可以|帮|社区|居委会|村里|你们).{0,4}[开出办打].{0,10}证明|证明.{0,12}[开出办打].{0,2}(不|吗|么|没|嘛|得了|呗|[?？]|$)/
const asksOfCertificates = /合理|应该|应当|该不该|规定|文件|政策|取消|凭什么|凭啥|有没有说|不是说|还要|为什么|为啥|[哪什么啥]些?证明|清理|清单|不得|必须|非要|非得/

function notWritten(turn: Turn, reason: NoPassage): string {
  switch (reason) {
    case 'annex-missing':
      return '这份文件的附件（分工表）正文缺失，查不到是哪个单位，我不能拿别处的来说。'
    case 'only-elsewhere':
      return '您这里的文件没有写这一条，别处的规定不能拿来当本地的，我查不到，不能乱说。'
    case 'not-set-here':
    case 'to-verify':
      return `文件里没有写，${turn.community.name}也还没有登记这一项，我查不到，不能乱说。`
    case 'no-text':
      return '您说的那个地方，我这儿没有它的文件，查不到，不能乱说。'
    case 'nothing':
      return '您这里的文件里没有写这一条，社区也没有登记，我查不到，不能乱说。'
  }
}

/** Where no sentence surely answers: the nearest one, named as what it is. */
function relatedLine(turn: Turn, question: string, answer: Extract<PolicyAnswer, { kind: 'related' }>): string {
  const first = answer.citations[0]
  // To a few words anything is near.
  if (!first || [...question].length < 6) return notWritten(turn, answer.reason)
  if (answer.reason === 'annex-missing' || answer.reason === 'no-text') return notWritten(turn, answer.reason)
  // Several matters of a list: they are told by their names, not by what one of them needs.
  if (first.origin !== undefined) return '清单里有好几项，不知道您说的是哪一项。'
  const note = standing(first)
  return `没找到正好写这件事的原话，我不敢乱说。可能相关的是这句，您看看是不是：\n「${excerpt(first.quote, question, 80)}」\n${sourceLine(first)}${note === null ? '' : `\n${note}`}`
}

/** 「您是不是想问」: near questions, each of which is answered when it is asked. */
function choicesLine({ choices }: Extract<PolicyAnswer, { kind: 'related' }>): string {
  return choices === undefined || choices.length === 0 ? '' : `\n您是不是想问：${choices.map((choice, i) => `${i + 1} ${choice}`).join('　')}（回数字就行）`
}

function answerText(turn: Turn, question: string, answer: Extract<PolicyAnswer, { kind: 'answered' }>): string {
  const isRoom = turn.message.chat === 'group'
  const parts: string[] = []
  // One sentence answers; what stands near it is behind 详情. Several places named: one for each.
  const shown = answer.scopes.length > 1 ? answer.citations.filter((one, index, all) => all.findIndex((other) => other.document === one.document) === index) : answer.citations.slice(0, 1)
  const first = answer.citations[0]
  if (answer.scope.asked && first && first.kind === 'policy') parts.push(`这是${answer.scopes.map((scope) => scope.jurisdiction.name).join('、')}的文件，只管当地，不适用于${homeName(turn)}，各地规定不一样：`)
  for (const citation of shown) {
    if (citation.kind === 'fact') {
      parts.push(citation.quote, sourceLine(citation))
      continue
    }
    parts.push(`「${isRoom ? excerpt(citation.quote, question, 90) : citation.quote}」`)
    parts.push(sourceLine(citation))
    const note = standing(citation)
    if (note !== null) parts.push(note)
  }
  const responsible = (answer.responsible ?? []).filter((row) => shown.some((citation) => citation.section === row.path && citation.document === row.document))
  parts.push(...responsible.flatMap((row) => responsibleLines(row, isRoom)))
  const told = responsible.length > 0 ? answer.warnings.filter((warning) => !/哪个牵头$|是原文所列名称/.test(warning)) : answer.warnings
  const warnings = told.filter((warning) => concerns(warning, shown)).filter((warning) => shown.every((citation) => citation.status === 'in-force') || !/征求意见稿|范文|失效/.test(warning))
  parts.push(...warnings.slice(0, isRoom ? 1 : 2).map((warning) => `（${warning}）`))
  return [...new Set(parts)].join('\n')
}

/** Former names told with an answer: most in a private chat, and in a room. */
const mostFormer = { private: 3, room: 1 }

/** Who leads and who supports, in the document's own names; whose duties they are today where the name is of before a reform. */
function responsibleLines({ lead, support, units, formerly }: Responsible, isRoom: boolean): string[] {
  const who = lead === null ? `原文列的责任单位是${units.join('、')}，没有写哪个牵头。` : `牵头：${lead.join('、')}${support.length === 0 ? '' : `；配合：${support.join('、')}`}。`
  const names = formerly.slice(0, isRoom ? mostFormer.room : mostFormer.private).map(({ unit, now, year }) => `（${unit}是原文所列，${year}年机构改革后这项职责归${now}）`)
  return [...(isRoom && lead === null ? ['原文没有写哪个牵头。'] : [who]), ...names]
}

/** A warning about words in 「」 concerns an answer only where those words are quoted. */
function concerns(warning: string, shown: readonly Citation[]): boolean {
  const words = /「([^」]+)」/.exec(warning)?.[1]
  return words === undefined || shown.some((citation) => citation.quote.includes(words))
}

/** A duty without its figure: what was asked for (hours, a number, a price) does not stand in what is quoted. */
function openEnd(turn: Turn, question: string, answer: Extract<PolicyAnswer, { kind: 'answered' }>): string {
  const quoted = answer.citations.filter((citation) => citation.kind === 'policy')
  if (quoted.length === 0 || answer.citations.some((citation) => citation.kind === 'fact')) return ''
  const asksFigure = /几点|多少|几(个|名|人|天|块|成|户|年|平)|多久|多大|什么时候|啥时候/.test(question) && !quoted.some((citation) => /[\d零一二三四五六七八九十百千万]+\s*[个名人户天日月年元块成%平点次岁倍]|[\d一二三四五六七八九十]+(?:小时|分钟)/.test(citation.quote))
  const wantedMore = /文件|写|规定|政策/.test(question) && turn.memory.lastQuestion?.status === 'none' && turn.now - turn.memory.lastQuestion.at < goesOnMs
  return asksFigure || wantedMore ? '\n文件只写到这里，具体怎么安排没有写；要问清楚回「人工」。' : ''
}

function homeName(turn: Turn): string {
  const city = turn.community.chain.find((link) => link.level === 'city') ?? turn.community.chain.at(-1)
  return `本市（${city?.name ?? turn.community.name}）`
}

/** 「配合的呢」 goes on from the question before; a whole question stands alone. */
function fullQuestion(turn: Turn, matter: Matter): string {
  const text = matter.text
  const last = turn.memory.lastQuestion
  // 「我妹住湖州，她那边咋跟这不同」: the question before, asked for another place; a question of its own words keeps them.
  const elsewhere = turn.readSlots(text).concat(matter.slots).find((slot) => slot.name === 'jurisdiction')
  if (last !== null && turn.now - last.at <= goesOnMs && elsewhere && /(不一样|不同|咋|呢|那边|怎么)/.test(text)) return /不一样|不同|不对/.test(text) ? `${elsewhere.value}：${last.text}` : `${last.text} ${text}`
  // 「那单位要的在职证明呢」 names a paper of its own: the one asked for before is not meant.
  if (last === null || turn.now - last.at > goesOnMs || /(?<!那个|这个|那种|这种|那张|那份|什么)(?<=[\u4e00-\u9fff]{2})证明呢/.test(text)) return text
  const whole = wholeQuestion(text, last.text)
  if (whole !== text) return whole
  const letters = [...text.replace(/[，。！？,.!?\s]/g, '')].length
  const leans = /(呢|那)[?？]?$/.test(text) || /^(那|这|它|他们?|具体|哪一?条|出处)/.test(text)
  const standsAlone = letters > 6 && matter.slots.some((slot) => ['doc', 'matter', 'need', 'fee'].includes(slot.name))
  return letters <= 6 || (leans && !standsAlone && letters <= 10) ? `${last.text} ${text}` : text
}

/** 「凭这条去找物业，能作数吗」 after an answer from a draft or an essay. */
export function answerStanding(turn: Turn): Step | null {
  const last = turn.memory.lastQuestion
  if (last === null || turn.now - last.at > goesOnMs) return null
  const mayUse = /(能|可以|行不行|可不可以|能不能).{0,4}(拿|凭|靠|用|按)(着)?(这|那|它)(个|条|份)?/
  if (!mayUse.test(turn.understanding.text) && !/(拿|凭|靠|用|按)(着)?(这|那|它)(个|条|份|一条)?.{0,16}(行|能|可以|成|中|管用|好使|作数|有用)|(算数|作数|有效力?|管用|生效)(了)?(吗|不|没|么)/.test(turn.understanding.text)) return null
  if (last.status === 'draft') return step({ kind: 'answered' }, '不行的。刚才那份是征求意见稿，没有生效，不是正式规定，不能作为依据去要求别人。正式文件要问社区或民政部门，回「人工」我帮您转。')
  if (last.status === 'template') return step({ kind: 'answered' }, '不行的。刚才那份是网站上的范文，不是正式文件，不能作为依据。回「人工」我帮您转社区工作人员问正式规定。')
  if (last.status === 'in-force') return step({ kind: 'answered' }, '刚才那条是正式文件里的话，可以拿给对方看；具体怎么执行、谁来管，要问社区或主管部门。回「人工」我帮您转。')
  return null
}

/** A bill: only entries that an admin has set; the bot never touches money. */
export function pay(turn: Turn, matter: Matter): Step {
  const answered = ask(turn, matter)
  if (answered.outcome.kind !== 'answered' || !/(帮|替|给)我.{0,6}(交|缴|付|充)/.test(matter.text)) return answered
  return { ...answered, say: answered.say.map((one) => ({ ...one, text: `钱我不经手，您自己走官方入口：\n${one.text}` })) }
}

/** What is no matter of a community's. */
export function offTopic(): Step {
  return step({ kind: 'unanswerable', reason: 'out-of-scope' }, '这个不在社区服务里，我帮不上。社区的事可以问我，也可以回「人工」。')
}
