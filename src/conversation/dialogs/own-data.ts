import type { Slot } from '../../nlu/understanding.js'
import { readYesNo } from '../../nlu/answers.js'
import { knownData, maskPhone, type KnownDatum } from '../../requests/known-data.js'
import { sayKinds, type Subscription } from '../../programmes/announcement.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { tables } from '../../store/tables.js'
import type { Erasure, Kept } from '../records.js'
import { dateWords, requestLine } from '../replies.js'
import { chatOfAuthor, say, step, type Step, type Turn } from '../turn.js'
import { tenureNames } from './topic-words.js'

/** 「我的数据」「你们存了我什么」 */
const asksToSee = /^(查看?|看看?|我要看)?(一下)?(我|俺)的(个人)?(数据|资料|信息)[吧呗。.！!]?$|(我|俺)的(个人)?(数据|信息|资料).{0,8}(有哪些|有什么|有啥|存了|留了|看看)|(存|留|记)(了|着|有)?(我|俺)(的)?(哪些|什么|啥)/
/** 「把我的电话给谁看」: what it is for, not what there is. */
const asksWhatFor = /(我|俺)的.{0,4}(数据|信息|资料|电话|住址|隐私).{0,6}(给谁|谁看|泄露|安全|保密|卖|哪去|存|公开)|(把|拿)(我|俺)的?(电话|住址|信息|资料|数据|隐私).{0,6}(给|告诉|发|卖|存|公开)|(群里|邻居|别人|人家|旁人|对方).{0,3}(会不会|不会|会|能不能|能)(知道|看到|看见|晓得|听说)/
const asksToDelete = /(删除|删掉|删了|删光|清除|清空|注销)(我|俺)(的|留的|在.{0,6}的)?.{0,4}(数据|信息|资料|记录|账号|电话|聊天)|(把|将)?(我|俺)(的|留的).{0,6}(数据|信息|资料|记录|账号|聊天).{0,6}(删|清|注销)/
/** Beside a request (「把我3栋那条记录删了」) it is that one request that is meant. */
const meansOneRequest = /工单|那(一)?(条|个|件)|预约|报修/

const inDays = (table: 'messages' | 'requests'): string => `${tables[table].retire?.afterDays ?? 0}天`

const words = {
  purpose: '您留下的话和电话地址只用来答复和办理您的事，只有办事的工作人员看得到，不给别人看。想看存了什么，回「我的数据」；想删，回「删除我的数据」；要人帮忙，回「人工」。',
  inPrivate: '您的资料不方便在群里说，请点我私聊，回「我的数据」或「删除我的数据」。',
  nothing: '我这儿没有您的资料，没有可删的。',
  nothingKept: '我这儿没有您的资料。您说的话只用来答复和办理您的事，要人帮忙回「人工」。',
  seen: (lines: readonly string[]): string =>
    `我这儿有您的这些：\n${lines.join('\n')}\n只用来答复和办理您的事，只有办事的工作人员看得到。聊天记录${inDays('messages')}后、办完的工单${inDays('requests')}后转进加密的存档。不想留了，回「删除我的数据」；要人帮忙，回「人工」。`,
  askSure: (lines: readonly string[]): string => `删之前跟您对一下，我这儿有您的：\n${lines.join('\n')}\n删了就找不回来。确定删，回「确认删除」；不删，回「不删」。`,
  askOpen: (lines: readonly string[], open: readonly ServiceRequest[]): string =>
    `删之前跟您对一下，我这儿有您的：\n${lines.join('\n')}\n其中还在办的：${open.map((one) => `${one.number} ${requestLine(one)}`).join('；')}。\n删了就找不回来。怎么办？\n1 在办的也撤掉，全部删除\n2 在办的先办完，办完再删那几件，其余现在就删\n3 不删了`,
  which: '还有在办的工单，得您选一个：1 在办的也撤掉，全部删除；2 先办完再删那几件，其余现在就删；3 不删了。',
  begun: '好的，现在就删，删完给您回执。',
  kept: '好的，没有删，都照旧。',
} as const

const openChoices = ['1 全部删除', '2 先办完再删', '3 不删了']

/** What is said when it is done. */
export const receipts = {
  whole: ({ kept, askedAt }: Pick<Erasure, 'kept' | 'askedAt'>, left: readonly string[], now: number): string => [
    `删除回执（${dateWords(now)}）：按您${dateWords(askedAt)}的要求，已删除您的姓名、电话、地址、说过的${kept.lines}句话和${kept.files}个图片文件，以及小助手为您记着的事。`,
    kept.requests > 0 ? `${kept.requests}件工单只留编号、事项、时间和办理状态，看不出是谁，用来统计。` : '',
    left.length > 0 ? `您要先办完的 ${left.join('、')} 还留着内容，办完就删，到时告诉您。` : '',
    isArchived({ kept }, now) ? `早先转进存档的也处理了：说过的话已删，工单同样只留编号、事项、时间和办理状态。` : '',
    '还留着的：这个聊天窗口的编号（没有它您收不到回执）、这张回执，和七天内防止重复处理的消息编号；都不含您说的话。以前的备份到期覆盖。',
  ].filter((line) => line !== '').join('\n'),
  finished: (numbers: readonly string[]): string => `${numbers.join('、')} 办完了，按您之前的要求，内容和照片也删了，只留编号、事项、时间和状态。`,
} as const

/** After this the talk lies in the archive, ms. */
const archiveMs = (tables.messages.retire?.afterDays ?? Number.POSITIVE_INFINITY) * 86_400_000

/** Whether some of it may have lain in the archive. */
function isArchived({ kept }: Pick<Erasure, 'kept'>, now: number): boolean {
  return kept.since !== null && now - kept.since > archiveMs
}

/** Shows, or deletes, what is kept of this person; `null` when nothing of the kind is asked. */
export async function meetOwnData(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  const answered = await answerErasing(turn)
  if (answered) return answered
  const deletes = asksToDelete.test(text) && !meansOneRequest.test(text)
  const sees = !deletes && asksToSee.test(text)
  if (!deletes && !sees) return asksWhatFor.test(text) ? step({ kind: 'answered' }, words.purpose) : null
  if (turn.message.chat === 'group') return step({ kind: 'clarifying', about: 'private' }, words.inPrivate)
  const [kept, requests, subscriptions] = await Promise.all([turn.records.kept(), turn.records.requestsOf(turn.message.author.id), turn.records.subscriptions()])
  if (isNothing(kept) && !isArchived({ kept }, turn.now)) return step({ kind: 'answered' }, deletes ? words.nothing : words.nothingKept)
  const standings = await turn.records.standings(await turn.records.identityIds())
  const lines = [...linesOf(turn, kept, requests, subscriptions), ...standings.map((one) => `居住身份：${one.household}的${tenureNames[one.tenure]}（${one.state === 'confirmed' ? '已核对' : '待核对'}）`)]
  if (sees) return step({ kind: 'answered' }, say(words.seen(lines), { ownData: true }))
  const open = requests.filter((one) => one.settledAt === null)
  const said = open.length > 0 ? say(words.askOpen(lines, open), { choices: openChoices }) : say(words.askSure(lines), { choices: ['确认删除', '不删'] })
  return step({ kind: 'clarifying', about: 'erasure' }, said, { memory: { erasing: open.length > 0 ? 'open' : 'sure' } })
}

/** Nothing but this very question, and what has been said about it. */
function isNothing({ since: _since, bookings: _bookings, ...counts }: Kept): boolean {
  return Object.values(counts).every((one) => one === 0 || one === false)
}

async function answerErasing(turn: Turn): Promise<Step | null> {
  const { erasing } = turn.memory
  if (erasing === null) return null
  const text = turn.understanding.text.replace(/[\s，。,.!！]/g, '')
  if (/^3(不删了?)?$|不删|别删|先不|算了|留着|取消/.test(text)) return step({ kind: 'cancelled' }, words.kept)
  if (erasing === 'open') {
    if (/^1|全部删|都删|全删|撤掉/.test(text)) return begin(turn, 'withdraw')
    if (/^2|先办完|办完再/.test(text)) return begin(turn, 'finish')
    // A yes does not say which of the two.
    return /确认|确定|删/.test(text) || readYesNo(text) === 'yes' ? step({ kind: 'clarifying', about: 'erasure' }, say(words.which, { choices: openChoices }), { memory: { erasing: 'open' } }) : null
  }
  const answer = readYesNo(text)
  if (answer === 'no') return step({ kind: 'cancelled' }, words.kept)
  return /确认|确定|删/.test(text) || answer === 'yes' ? begin(turn, 'withdraw') : null
}

/** The wish is put on record; it is carried out by erasure.ts, and taken up again after a kill. */
async function begin(turn: Turn, open: Erasure['open']): Promise<Step> {
  const { now } = turn
  const row: Erasure = {
    id: turn.newId(), rev: 0, residentIds: await turn.records.identityIds(), askedAt: now, state: 'running', open, left: [], kept: await turn.records.kept(), doneAt: null,
    to: chatOfAuthor(turn),
  }
  return step({ kind: 'cancelled' }, words.begun, { writes: [{ op: 'put', table: 'erasures', row }], memory: { form: null, shelved: null, lastRequest: null } })
}

/** What there is, a line each; in private only. */
function linesOf(turn: Turn, kept: Kept, requests: readonly ServiceRequest[], subscriptions: readonly Subscription[]): readonly string[] {
  const known = knownData(requests, (code) => turn.services.byCode(code)?.disclosure === 'personal')
  const from = (label: string, datum: KnownDatum | undefined, shown: (slot: Slot) => string): string => (datum === undefined ? '' : `${label}：${shown(datum.slot)}（${dateWords(datum.at)}办${datum.serviceName}时留的）`)
  const open = requests.filter(isOpen)
  const name = turn.resident.name ?? turn.message.author.name
  return [
    name === null ? '' : `称呼：${name}`,
    from('电话', known.get('phone'), (slot) => maskPhone(slot.normal ?? slot.value)),
    from('住址', known.get('addr'), (slot) => slot.value),
    from('为谁办', known.get('person'), (slot) => slot.value),
    requests.length === 0 ? '' : `工单：${kept.requests}件${open.length === 0 ? '，都办完了' : `，在办${open.length}件（${open.map((one) => one.number).join('、')}）`}`,
    kept.joined === 0 ? '' : `和邻居一起反映的：${kept.joined}件`,
    ...subscriptions.map(({ kinds, building }) => `订阅的通知：${sayKinds(kinds)}${building === null ? '' : `（${building}栋）`}`),
    kept.bookings === 0 ? '' : `预约：${kept.bookings}个`,
    (kept.activities ?? 0) === 0 ? '' : `报名的活动：${kept.activities ?? 0}个`,
    (kept.claims ?? 0) === 0 ? '' : `认领过的微心愿：${kept.claims ?? 0}个`,
    (kept.praises ?? 0) === 0 ? '' : `夸过别人的话：${kept.praises ?? 0}句`,
    (kept.supports ?? 0) === 0 ? '' : `支持的微项目：${kept.supports ?? 0}个`,
    (kept.ballots ?? 0) === 0 ? '' : `投过的票：${kept.ballots ?? 0}张`,
    (kept.waits ?? 0) === 0 ? '' : `排队等的时间：${kept.waits ?? 0}个`,
    kept.isMember === true ? '在职党员报到：单位、称呼' : '',
    kept.isVolunteer === true ? '志愿者登记：会什么、哪天有空、在哪一片' : '',
    `您说过的话：${kept.lines}句${kept.files === 0 ? '' : `；图片和文件：${kept.files}个`}`,
    kept.since === null ? '' : `最早的是${dateWords(kept.since)}留下的`,
  ].filter((line) => line !== '')
}
