import { readCancel, readChoice, readYesNo } from '../../nlu/answers.js'
import type { Matter } from '../../nlu/understanding.js'
import { listFor, nextQuestion, type Checklist, type ChecklistAnswers, type ChecklistQuestion } from '../../requests/checklist.js'
import type { Citation } from '../../retrieval/citation.js'
import { faultClass } from '../../requests/faults.js'
import { isAsking, sureEnough, wantsAct } from '../matters.js'
import { draftLastsMs } from '../memory.js'
import { sourceLine } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'

/** How often an open question is put again after something else was said. */
const mostAsked = 2

const asksMaterials = /(要|需要|得|用|该|带|备|交|拿)(带|准备|备|交|拿|用)?些?(什么|啥|哪些|哪几样|几样)|材料|证件|资料|手续|(怎么|咋|咋个|如何)办/
/** 「我是外地的，想办个…」: who wants it needs to know what to bring. */
const wantsPaper = /(想|要|打算|准备|来|得|需要|帮我|去)[^，,。]{0,6}(办|领|申请|弄|开|登记)(理|领|一?个|一?张|一?下|上|本)*[^，,。]{0,6}$/
const comesHome = /上门|代办|来家|跑腿|走不|下不|出不|卧床|瘫|约|到哪|进度|办好|下来|多久|几天|多少钱|几点|哪|能不能|可不可以|[?？吗]/
/** Another matter than having it made for the first time. */
const otherMatter = /丢|遗失|坏了|补办|过期|到期|注销|换/

/** 「办居住证要带什么」: the list of the community, by a few questions about the person. `null`: no list is entered for it. */
export function beginChecklist(turn: Turn, matter: Matter): Step | null {
  const wants = wantsPaper.test(matter.text) && !comesHome.test(matter.text) && !matter.slots.some(({ name }) => ['addr', 'phone', 'ticket', 'time'].includes(name))
  if (!turn.withFacts || otherMatter.test(matter.text) || !(wants || asksMaterials.test(matter.text) || matter.intent === 'ask_materials')) return null
  const found = turn.services.checklists
    .filter(({ communities }) => communities.includes(turn.community.id))
    .flatMap((list) => list.words.filter((word) => names(matter.text, word)).map((word) => ({ list, length: word.length })))
    .sort((one, other) => other.length - one.length)[0]
  if (found === undefined) return null
  // In a room nobody is asked about themselves: the list with its conditions, the rest one to one.
  if (turn.message.chat === 'group') return tellList(turn, found.list, {}, '要一份您自己的清单，请私聊我。')
  return goOn(turn, found.list, {}, '我问您几句，好列一份您自己的清单，不清楚就回「不清楚」。')
}

/** 居住证 is not named by 居住证明. */
function names(text: string, word: string): boolean {
  return text.split(word).slice(1).some((rest) => !rest.startsWith('明'))
}

/** What the open question makes of a message; `null` when it is about something else. */
export function answerChecklist(turn: Turn): Step | null {
  const open = openChecklist(turn)
  if (open === null) return null
  const { text } = turn.understanding
  if (readCancel(text)) return step({ kind: 'cancelled' }, '好的，清单先不列了。', { memory: { checklist: null } })
  const answer = readAnswer(text, open.question)
  if (answer !== null) return goOn(turn, open.list, { ...open.answers, [open.question.id]: answer })
  const kept = turn.memory.checklist
  if (kept === null || kept.asked >= mostAsked || !isBesides(turn)) return null
  return step({ kind: 'clarifying', about: 'checklist' }, ask(open.question, '好，知道了，这一条也请说一下：'), { memory: { checklist: { ...kept, asked: kept.asked + 1, updatedAt: turn.now } } })
}

/** 「租房子住的」: how things are with this person, and not what was asked; a question or a matter of its own is neither. */
function isBesides({ understanding: { text, matters } }: Turn): boolean {
  const [only] = matters
  return matters.length === 1 && only !== undefined && [...text].length <= 12 && !isAsking.test(text) && !wantsAct.test(text) && faultClass(text) === null && (['housing', 'schooling', 'employment', 'social_insurance', 'ask_materials', 'ask_process'].includes(only.intent) || only.confidence < sureEnough) && !/你好|谢|再见|人工/.test(text)
}

/** The open question once more after something else was served; asked often enough, it is dropped. */
export function resumeChecklist(turn: Turn, served: Step): Step {
  const open = openChecklist(turn)
  const kept = turn.memory.checklist
  if (open === null || kept === null || served.memory.checklist !== undefined || served.memory.form || served.outcome.kind === 'handed-over') return served
  if (kept.asked >= mostAsked) return { ...served, memory: { ...served.memory, checklist: null } }
  return { ...served, say: [...served.say, ask(open.question, `接着列${open.list.name}的清单：`)], memory: { ...served.memory, checklist: { ...kept, asked: kept.asked + 1, updatedAt: turn.now } } }
}

function openChecklist(turn: Turn): { readonly list: Checklist; readonly answers: ChecklistAnswers; readonly question: ChecklistQuestion } | null {
  const kept = turn.memory.checklist
  if (kept === null || turn.message.chat === 'group' || turn.now - kept.updatedAt > draftLastsMs) return null
  const list = turn.services.checklists.find(({ checklist }) => checklist === kept.code)
  const question = list === undefined ? null : nextQuestion(list, kept.answers)
  return list === undefined || question === null ? null : { list, answers: kept.answers, question }
}

function readAnswer(text: string, { yes, no }: ChecklistQuestion): 'yes' | 'no' | 'unsure' | null {
  if ([...text].length > 20) return null
  if (/不(太|大)?(清楚|知道|懂|确定)|不晓得|说不(好|准|上)|记不/.test(text)) return 'unsure'
  const choice = readChoice(text, 3)
  if (choice !== null) return (['yes', 'no', 'unsure'] as const)[choice - 1] ?? null
  // 「租房子要到社区登记不」 asks something else.
  if ([...text].length > 6 && isAsking.test(text)) return null
  // The longest word decides; 「不是租的」 turns it round.
  const said = [...yes.map((word) => ({ word, means: 'yes' as const })), ...no.map((word) => ({ word, means: 'no' as const }))]
    .filter(({ word }) => text.includes(word))
    .sort((one, other) => other.word.length - one.word.length)[0]
  if (said !== undefined) return /(不是?|没有?|冇)$/.test(text.slice(0, text.indexOf(said.word))) ? (said.means === 'yes' ? 'no' : 'yes') : said.means
  if (/^(没有?|冇|不)[，,。！!\s]*/.test(text) && [...text].length <= 6) return 'no'
  return readYesNo(text) ?? (/^有(的|啊|呀)?[。！!]*$/.test(text) ? 'yes' : null)
}

function goOn(turn: Turn, list: Checklist, answers: ChecklistAnswers, before = ''): Step {
  const question = nextQuestion(list, answers)
  if (question === null) return tellList(turn, list, answers)
  return step({ kind: 'clarifying', about: 'checklist' }, ask(question, before), { memory: { checklist: { code: list.checklist, answers: { ...answers }, asked: 0, updatedAt: turn.now }, lastQuestion: aboutList(turn, list) } })
}

/** What 「那要多久办好」 goes on from. */
function aboutList(turn: Turn, list: Checklist): Turn['memory']['lastQuestion'] {
  return { text: `办${list.name}`, at: turn.now, status: 'in-force', intent: 'ask_materials' }
}

function ask(question: ChecklistQuestion, before: string) {
  return say(`${before}${before === '' ? '' : '\n'}${question.ask}\n1 是　2 不是　3 不清楚`, { choices: ['是', '不是', '不清楚'] })
}

function tellList(turn: Turn, list: Checklist, answers: ChecklistAnswers, after = ''): Step {
  const { sure, perhaps } = listFor(list, answers)
  const lines = sure.map((text, i) => `${i + 1}. ${text}`)
  const words = [...sure, ...perhaps].join('\n')
  const citation: Citation = {
    kind: 'fact',
    document: `${turn.community.name} ${list.name}材料清单`,
    number: null,
    section: '',
    quote: words.length > 200 ? `${words.slice(0, 199)}…` : words,
    source: words,
    status: 'in-force',
    jurisdiction: turn.community.chain[0]?.code ?? '',
    date: list.date,
    clause: `${words}\n来源:${list.source}`,
    ...(list.knowledge === undefined ? {} : { knowledge: list.knowledge }),
  }
  const text = [
    `办${list.name}要带：`,
    ...lines,
    ...(perhaps.length === 0 ? [] : [`看情况还要：${perhaps.join('；')}。带不带，去之前回「人工」问清楚。`]),
    sourceLine(citation),
    ...(after === '' ? [] : [after]),
  ]
  return step({ kind: 'answered' }, say(text.join('\n'), { citations: [citation] }), { memory: { checklist: null, lastQuestion: aboutList(turn, list) } })
}
