import { readCancel, readYesNo } from '../../nlu/answers.js'
import { nameIn, reportsIn, unitIn } from '../../programmes/meant-report.js'
import type { PartyMember } from '../../programmes/party-member.js'
import { draftLastsMs } from '../memory.js'
import { chatOfAuthor, say, step, type Step, type Turn } from '../turn.js'
import { resumeForm } from './form.js'

type Told = NonNullable<Turn['memory']['reporting']>

const words = {
  inPrivate: '报到要写单位和称呼，不在群里说。请私聊我，说「我是某单位的党员，来报到」。',
  ask: ({ unit, name }: Pick<Told, 'unit' | 'name'>): string => `欢迎来报到！请问您${[unit === null ? '在哪个单位' : '', name === null ? '怎么称呼' : ''].filter((one) => one !== '').join('、')}？只用来请社区核实、向您单位反馈您认领的心愿，别的居民看不到。`,
  readBack: (unit: string, name: string): string => `跟您对一下：单位 ${unit}，称呼 ${name}。登记后由社区核实，只用来向您单位反馈您认领的心愿；不想留了回「删除我的数据」。对吗？`,
  done: '登记好了，社区核实后告诉您。现在就可以认领微心愿，想看有哪些，回「有哪些微心愿」。',
  already: (member: PartyMember): string => (member.state === 'confirmed' ? `您已经报到过了，单位是${member.unit}。想认领微心愿，回「有哪些微心愿」。` : `您已经报到过了，单位是${member.unit}，还在等社区核实。`),
  dropped: '好的，没有登记。',
} as const

/** A party member reports in: asked for unit and name in private, read back, kept for staff to confirm. `null`: nothing of the kind. */
export async function meetReportIn(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  const open = turn.memory.reporting
  if (reportsIn(text)) {
    if (turn.message.chat === 'group') return step({ kind: 'clarifying', about: 'private' }, words.inPrivate)
    const known = await turn.records.wishes.member()
    const unit = unitIn(text)
    if (known !== null && known.state !== 'declined' && (unit === null || unit === known.unit)) return step({ kind: 'answered' }, words.already(known), { memory: { reporting: null } })
    return onward(turn, { unit, name: nameIn(text) })
  }
  if (open === null || turn.message.chat === 'group' || turn.now - open.at > draftLastsMs) return null
  if (readCancel(text) || /^不(登记|报到|报)了/.test(text)) return back(turn, step({ kind: 'cancelled' }, words.dropped))
  return open.unit !== null && open.name !== null ? answerReadBack(turn, open.unit, open.name) : answerMissing(turn, open)
}

function onward(turn: Turn, told: Pick<Told, 'unit' | 'name'>): Step {
  const { unit, name } = told
  // One question at a time: a form that is open goes on afterwards.
  const memory = { reporting: { ...told, at: turn.now }, form: null, shelved: turn.memory.form ?? turn.memory.shelved }
  if (unit === null || name === null) return step({ kind: 'clarifying', about: 'report-in' }, words.ask(told), { memory })
  return step({ kind: 'clarifying', about: 'report-in' }, say(words.readBack(unit, name), { choices: ['对', '不对', '取消'] }), { memory })
}

/** What was missing, if the words hold nothing else; anything longer is another matter, and the question waits. */
function answerMissing(turn: Turn, open: Told): Step | null {
  const text = turn.understanding.text.trim()
  if ([...text].length > 30 || /[?？]|吗$|坏了|怎么|哪些|什么|认领|心愿/.test(text)) return null
  const name = open.name ?? nameIn(text)
  const rest = name === null ? text : text.replace(/(?:我|俺)?(?:叫|姓|名字是|姓名是?|称呼)/u, '').replace(name.replace(/^姓/, ''), '')
  const unit = open.unit ?? unitIn(text) ?? plainUnit(rest)
  return unit === open.unit && name === open.name ? null : onward(turn, { unit, name })
}

/** A unit's name by itself. */
function plainUnit(text: string): string | null {
  const plain = text.replace(/^(?:我|俺)?(?:是|在|单位是?)|(?:上班|工作|的|单位)$|[，,。、.!！\s]/gu, '')
  return /^[\u4e00-\u9fffA-Za-z0-9（）()]{2,24}(?<=[局院校学厂馆社所站处部司心行队委办厅店场会团园矿段库网政位])$/u.test(plain) && !/党员|报到|领|帮|怎么|什么/u.test(plain) ? plain : null
}

async function answerReadBack(turn: Turn, unit: string, name: string): Promise<Step | null> {
  const answer = readYesNo(turn.understanding.text)
  if (answer === 'no') return step({ kind: 'clarifying', about: 'report-in' }, words.ask({ unit: null, name: null }), { memory: { reporting: { unit: null, name: null, at: turn.now } } })
  if (answer !== 'yes') return null
  const known = await turn.records.wishes.member()
  const row: PartyMember = {
    id: known?.id ?? turn.message.author.id, rev: known?.rev ?? 0, name, unit, state: 'waiting',
    to: chatOfAuthor(turn), registeredAt: turn.now, decidedAt: null,
  }
  return back(turn, step({ kind: 'filed', requestId: null }, words.done, { writes: [{ op: 'put', table: 'partyMembers', row }] }))
}

/** The form that was put by is asked for again. */
function back(turn: Turn, done: Step): Step {
  const { shelved } = turn.memory
  const service = shelved === null ? null : turn.services.byCode(shelved.serviceCode)
  const again = shelved === null || service === null ? null : resumeForm(shelved, service)
  return { ...done, say: again === null ? done.say : [...done.say, say(again)], memory: { reporting: null, ...(again === null ? {} : { form: shelved, shelved: null }) } }
}
