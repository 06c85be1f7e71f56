import { dayOf } from '../../booking/slot.js'
import type { Matter } from '../../nlu/understanding.js'
import { findDisclosures, isPublished, readDisclosureQuestion, sayWanted, type Disclosure, type DisclosureQuestion } from '../../programmes/disclosure.js'
import { goOnPeriod, isPast, readPeriod, sayPeriod, withoutPeriod } from '../../programmes/disclosure-period.js'
import { isOpen } from '../../requests/service-request.js'
import type { Citation } from '../../retrieval/citation.js'
import { citeFact, holdsAt } from '../../retrieval/facts.js'
import type { LocalFact } from '../../knowledge/community.js'
import { shorten } from '../../text.js'
import { isAsking } from '../matters.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { isShut } from './closed.js'
import { report } from './report.js'

/** What a community owes an account of: its money, aid, works, party affairs. */
const affairs = /账目|帐目|账本|帐本|[的笔查本](?:账|帐)(?!号|户|单|目?密)|(?:账|帐)(?=公|怎么?还?不|咋|呢|看|给|在|有|出|晒|都|贴|没|明|[?？。!！]|$)|财务|收支|开支|支出|经费|公共收益|公维金|维修(?:基金|资金)|广告费|党费|慰问金|预算|决算|集体(?:资产|收入|资金|经济)|三资|分红|低保(?!户)|救助(?:公示|名单|金)|工程款|招投?标|停车费?收入|(?:村|居|党|三)务|(?:社区|居委会?|村里|村委会?|你们|小区|物业|卖[^，,。]{1,6})[^，,。]{0,4}钱[^，,。]{0,6}(?:花|用)|物业费[^，,。]{0,6}(?:花|用)(?:到|在|哪|去|了)|(?:大修|改造|维修|工程|修[^，,。]{0,4})[^，,。]{0,6}(?:花|用)了(?:多少|几)/
const publishes = /公布|公开|公示|张榜|上墙|贴(?:出来|出|墙|公告)|晒(?!太阳|被|衣)|公告栏|亮出来/
const sees = /看看|看一?[下眼]|瞧瞧|给(?:大家|大伙|我们|咱们?|居民|村民)?看|查(?:查|一?下|看|账|帐)|在哪|哪(?:儿|里)(?:能|可以)?看|想(?:看|知道|了解)|要看|能看|明细|(?:花|用)(?:了|到|在|哪|去|多少|掉|的)|去哪|去向|(?:剩|收|收入|收了|进了|卖了)多少/
/** Of one's own money, or how something is applied for or paid. */
const ofOwn = /(?:我|俺)(?:家|的|妈|爸|老|自己|个人)|我那|医保|社保|公积金|养老金|工资|银行|水费|电费|燃气|话费|账号|帐号|账户|账单|帐单|密码|余额|扫码|怎么(?:申请|交|缴|领|办|用)|(?:去)?哪(?:里|儿)?(?:申请|交|缴|领|办)|想(?:申请|办|领|交)/
/** Of what the texts say of publishing. */
const ofRules = /规定|文件|政策|条例|多久|几天|多长|期限|(?:怎么|有什么|有哪些)要求|监督委员会|(?:要|该|应|须)(?:当|该)?(?:向.{0,6})?公(?:开|示|布)(?:哪些|什么|啥)|(?:要|该|应|须|哪些|什么)[^，,。]{0,4}内容|标准|顶格|上限|下限|牵头|负责|责任|什么是|(?:是什么|啥)意思|怎么(?:公示|公开|公布)(?!还)/
const demands = /(?:要求|申请|请(?!问)|麻烦|希望|建议|应该|应当|得|赶紧|快点?|必须|能不能|可不可以|能否|(?:为(?:什么|啥)|怎么|咋|凭啥|凭什么)还?[不没]).{0,12}(?:公开|公布|公示|晒|贴出来)|(?:公开|公布|公示|晒)(?:一?下|出来|公布)(?:呗|吧|嘛|啊)*[。!！]*$/
/** Said of a company or an office that never does. */
const complains = /(?:从来|从来都|一直|始终|从|总是?|老是?|就是)不(?:肯|愿意?|敢)?(?:公布|公开|公示)|不(?:肯|愿意?|让|给)(?:公布|公开|公示|看账|查账)/
const lists = /(?:公开|公示|公告)栏(?!目)|(?:村务|居务|党务|财务|三务|信息)公开(?=$|[。.！!？?])|(?:村务|居务|党务|财务|三务|信息)公开.{0,4}(?:在哪|哪里|哪儿|看|有(?:什么|啥|哪些|没)|栏)|(?:社区|居委会|村里|村委会?|最近|近期|这阵子?|都)(?:最近|近期|都|又)?(?:公开|公示|公布)了?(?:些|点)?(?:什么|啥|哪些)/
/** 「5栋电梯大修的账」「财务公开」: what is wanted, and no more. */
const bare = /^(?!.*算)[^，,。]{0,12}的(?:账目?|帐目?|收支|财务)[呢啊吧。.！!？?]*$|^[^，,。]{0,4}(?:村务|居务|财务|党务|三务)公开[。.！!？?]*$/
const takesUp = /^(?:那就?|好的?[，,]?|行[，,]?|嗯[，,]?)?(?:我|俺)?(?:就)?(?:要求|申请|请(?:社区|他们|你们)?|要)公开(?:一?下)?[吧呗啊。.！!]*$/

/** What is left of 「去年四季度的呢」 「那三季度公布了没」 without its period. */
const onlyAPeriod = /^(?:那么?|还有|要是|再)?(?:看看|查查|查一?下)?(?:那个?|这个?)?的?(?:账目?|帐目?|收支|财务)?(?:都)?(?:公布|公开|公示|出来|贴出来|有)?了?(?:没有?|吗|么|不)?[呢啊吧嘞哩么吗]*$/

/** A community that has no board of its own here enters what it has published as a local fact under such a topic, or with such a name. */
const affairFact = /[村居党财三]务|账目|收支|公示|公开栏|信息公开/

/** How long a period alone goes on from what was asked for before, and 「要求公开」 means it, ms. */
const meantForMs = 30 * 60_000
/** A wish that is no more than a period and an affair, characters. */
const mostBare = 14
/** Items named one under another. */
const mostListed = { private: 6, room: 2 }

const words = {
  where: '社区公开栏',
  unpublished: (what: string, newest: string): string => `${what}，社区还没有在这里公布，我查不到，不能乱说。${newest}`,
  notOver: '这段时间还没过完。',
  offered: '要请社区公开，回「要求公开」，我登记成工单，有回音告诉您。',
  newest: (line: string): string => `最近公布的是${line}。`,
  more: (lines: readonly string[]): string => `还公布了：${lines.join('；')}。`,
  list: (lines: readonly string[], left: number): string => `现在公布着的：\n${lines.join('\n')}${left > 0 ? `\n还有${left}项` : ''}\n要看哪一项直接说名字；全部在社区公开栏。`,
  listRoom: (lines: readonly string[], left: number): string => `现在公布着的：${lines.join('；')}${left > 0 ? `；还有${left}项` : ''}。\n全部在社区公开栏。`,
  nothing: '社区还没有在这里公布过账目、公示这些内容，我查不到，不能乱说。\n要请社区公开哪一项，直接说，比如「要求公开第三季度的财务收支」。',
  demand: (what: string): string => `要求公开：${what}`,
  asked: (number: string): string => `请社区公开的工单已经登记着了：${number}，有回音告诉您。`,
  filedFor: '替您登记了，请社区公开（不用就回「撤回」）：',
  already: '这一项已经公布了：',
} as const

/** One thing that everybody may read: an item of the board, or a local fact that says the same. */
interface Published extends Pick<Disclosure, 'kind' | 'title' | 'period' | 'text' | 'file' | 'source' | 'publishedOn' | 'until'> {
  /** `null`: it stands on the board. */
  readonly fact: LocalFact | null
}

/** 「三季度的账公布了没」「要求公开公共收益」, and 「去年的呢」 after it; `null`: nothing of the kind. A message of another kind costs no reading. */
export async function meetOpenAffairs(turn: Turn, matter?: Matter): Promise<Step | null> {
  const text = matter?.text ?? turn.understanding.text
  const before = askedBefore(turn)
  if (matter === undefined && before?.wanted != null && takesUp.test(text)) return demand(turn, before.wanted, '')
  const kind = kindOf(text, turn.now)
  const follow = before === null ? null : followUp(before.asked, text, turn.now)
  if (kind === null && follow === null) return null
  const question = follow ?? readDisclosureQuestion(text, turn.now)
  const published = [...(await turn.records.disclosures()).filter((item) => isPublished(item, turn.now)).map((item) => ({ ...item, fact: null })), ...factsOf(turn)]
  if (kind === 'list' && question.period === null) return listAll(turn, published)
  const found = findDisclosures(published, question)
  const [first, ...others] = found
  if (first !== undefined) return tell(turn, question, first, others, kind === 'demand')
  // Nothing is there to be shown: it is the complaint that is left.
  if (complains.test(text)) return null
  const wanted = sayWanted(question)
  if (kind === 'demand' && !isShut(turn)) return demand(turn, wanted, '')
  const newest = findDisclosures(published, { ...question, period: null })[0]
  const isOwed = question.period === null || isPast(question.period, turn.now)
  const told = words.unpublished(wanted, `${isOwed ? '' : words.notOver}${newest === undefined ? '' : words.newest(nameOf(turn, newest))}`)
  const memory = { openAffairs: { asked: sayAsked(question), wanted, at: turn.now } }
  // What is owed and not there is asked for at once, where nobody but the person hears of it.
  const filed = turn.message.chat === 'private' && isOwed && !isShut(turn) ? await demand(turn, wanted, told) : null
  if (filed !== null) return { ...filed, memory: { ...filed.memory, ...memory } }
  return step({ kind: 'unanswerable', reason: 'not-set' }, say(`${told}\n${words.offered}`, { choices: ['要求公开', '人工'] }), { memory })
}

/** What was asked for just before, unless something else came since. */
function askedBefore({ memory: { openAffairs, lastQuestion, lastRequest }, now }: Turn): { readonly asked: string; readonly wanted: string | null } | null {
  if (openAffairs === null || now - openAffairs.at > meantForMs) return null
  return (lastQuestion?.at ?? 0) > openAffairs.at || (lastRequest?.at ?? 0) > openAffairs.at ? null : openAffairs
}

/** The question before asked of another period; `null`: more, or something else, is said. */
function followUp(asked: string, text: string, now: number): DisclosureQuestion | null {
  if (!onlyAPeriod.test(withoutPeriod(text).replace(/[，,。.！!？?\s]/g, ''))) return null
  const period = goOnPeriod(text, readPeriod(asked, now), now)
  return period === null ? null : { ...readDisclosureQuestion(withoutPeriod(asked), now), period }
}

/** A question in words from which it can be read again. */
function sayAsked({ period, words: asked }: DisclosureQuestion): string {
  return `${period === null ? '' : `${sayPeriod(period)} `}${withoutPeriod(asked)}`.slice(0, 300)
}

/** What the community entered as published, though not on the board. */
function factsOf({ community, now, withFacts }: Turn): readonly Published[] {
  if (!withFacts) return []
  return community.facts.flatMap((fact) => {
    if (fact.text === null || !affairFact.test(`${fact.topic} ${fact.item}`) || !holdsAt(fact, now)) return []
    const publishedOn = (fact.from ?? fact.date).slice(0, 10)
    const title = fact.item === '' ? fact.topic : fact.item
    const named = readDisclosureQuestion(`${title} ${fact.topic}`, Date.parse(publishedOn))
    return [{ kind: named.kind ?? '其他', title, period: named.period ?? readPeriod(fact.text, Date.parse(publishedOn)), text: fact.text, file: null, source: fact.source, publishedOn, until: fact.until?.slice(0, 10) ?? null, fact }]
  })
}

function kindOf(text: string, now: number): 'look' | 'demand' | 'list' | null {
  if (ofRules.test(text) || ofOwn.test(text) || /投诉|举报/.test(text)) return null
  const isAffair = affairs.test(text)
  if (isAffair && demands.test(text)) return 'demand'
  const asks = isAsking.test(text) || /(?:没|没有|了没)[。.!！]*$|(?:公布|公开|公示|出来|贴|晒)了?(?:没有?|吗|么)/.test(text) || sees.test(text)
  if (lists.test(text) && (asks || /^.{0,4}公开栏?[。.!！]*$/.test(text))) return /账|帐|财务|收支|低保|工程|党务/.test(text) ? 'look' : 'list'
  if (isAffair && bare.test(text)) return 'look'
  if (isAffair && publishes.test(text) && asks) return 'look'
  // 「三季度财务收支」 alone names what is wanted.
  if (isAffair && !asks && !/低保|救助|招投?标|分红/.test(text) && [...text].length <= mostBare && readPeriod(text, now) !== null) return 'look'
  return isAffair && sees.test(text) && asks && !/低保|招投?标|分红/.test(text) ? 'look' : null
}

function tell(turn: Turn, question: DisclosureQuestion, item: Published, others: readonly Published[], isDemanded: boolean): Step {
  const isRoom = turn.message.chat === 'group'
  const source = `（${day(turn, item.publishedOn)}公布，来源：${item.source}${item.until === null || isRoom ? '' : `，公示到${day(turn, item.until)}`}）`
  const rest = item.fact !== null ? '' : item.file !== null ? `附件在${words.where}看。` : [...item.text].length > shown(isRoom) ? `全文在${words.where}。` : ''
  const more = isRoom || others.length === 0 ? '' : words.more(others.slice(0, 3).map((one) => nameOf(turn, one)))
  const lines = isRoom
    ? [`${title(item)}${source}`, shorten(item.text.replace(/\s+/g, ' '), shown(isRoom)), rest]
    : [`${isDemanded ? words.already : ''}${title(item)}`, shorten(item.text, shown(isRoom)), source, rest, more]
  return step({ kind: 'answered' }, say(lines.filter((line) => line !== '').join('\n'), { citations: [cite(turn, item)] }), { memory: { openAffairs: { asked: sayAsked(question), wanted: null, at: turn.now } } })
}

/** Characters of an item said in the chat; the whole stands on the board. */
function shown(isRoom: boolean): number {
  return isRoom ? 60 : 300
}

function listAll(turn: Turn, published: readonly Published[]): Step {
  if (published.length === 0) return step({ kind: 'unanswerable', reason: 'not-set' }, say(words.nothing, { choices: ['人工'] }))
  const isRoom = turn.message.chat === 'group'
  const sorted = findDisclosures(published, { kind: null, period: null, words: '' })
  const lines = sorted.slice(0, isRoom ? mostListed.room : mostListed.private).map((item) => nameOf(turn, item))
  const left = sorted.length - lines.length
  return step({ kind: 'answered' }, isRoom ? words.listRoom(lines, left) : words.list(lines.map((line, at) => `${at + 1} ${line}`), left))
}

/** Filed as a request of its own, once: who asks for an account is told what came of it. `told`: what is said of it first. */
async function demand(turn: Turn, wanted: string, told: string): Promise<Step | null> {
  const service = turn.services.byCode('disclosure-request') ?? turn.services.byCode('deliberation')
  if (service === null || isShut(turn)) return null
  const text = words.demand(wanted)
  const same = (await turn.records.requestsOf(turn.message.author.id)).find((one) => one.serviceCode === service.code && one.description === text && isOpen(one))
  const first = told === '' ? [] : [told]
  if (same !== undefined) return step({ kind: 'status-given', requestId: same.id }, [...first, words.asked(same.number)].join('\n'), { memory: { openAffairs: null, lastRequest: { id: same.id, at: turn.now, filed: false } } })
  const filed = await report(turn, { intent: 'deliberation', confidence: 1, text, slots: [], ranked: [] }, service)
  const [receipt, ...more] = filed.say
  const joined = told === '' || receipt === undefined ? filed.say : [{ ...receipt, text: `${told}\n${words.filedFor}\n${receipt.text}` }, ...more]
  return { ...filed, say: joined, memory: { ...filed.memory, openAffairs: null } }
}

function title({ title: name, period, kind }: Published): string {
  return `《${name}》${period === null ? `（${kind}）` : `（${kind}，${sayPeriod(period)}）`}`
}

function nameOf(turn: Turn, item: Published): string {
  return `《${item.title}》（${item.period === null ? '' : `${sayPeriod(item.period)}，`}${day(turn, item.publishedOn)}公布）`
}

/** 10月12日; of another year with the year. */
function day(turn: Turn, iso: string): string {
  const [year = '', month = '', date = ''] = iso.split('-')
  return `${year === dayOf(turn.now).slice(0, 4) ? '' : `${year}年`}${Number(month)}月${Number(date)}日`
}

function cite({ community }: Turn, item: Published): Citation {
  if (item.fact !== null) return citeFact(item.fact, community)
  const text = item.text === '' ? item.title : item.text
  return {
    kind: 'fact', document: `${community.name} 居务公开`, number: null, section: '', quote: shorten(text, 200), source: text, status: 'in-force',
    jurisdiction: community.chain[0]?.code ?? '', date: item.publishedOn, clause: `${item.title}\n${text}\n来源:${item.source}`,
  }
}

