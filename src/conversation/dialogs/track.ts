import { parseNumber } from '../../nlu/numbers.js'
import type { Matter } from '../../nlu/understanding.js'
import { apply, isRefusal } from '../../requests/apply-move.js'
import { dueOf, mayUrge } from '../../requests/clock.js'
import { faultClass } from '../../requests/faults.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { buildingNumber, placePiece, withoutDoors } from '../../requests/place.js'
import { isAsking } from '../matters.js'
import { asSaid, replies, requestLine } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { withdrawnSay } from './booked.js'
import { changeForm, giveBack, isBooked } from './slots.js'
import { correct } from './correct.js'
import type { Form } from '../memory.js'
import { advance, newForm } from './report.js'

/** Which of the resident's own requests a message means. `null`: none; a list: it could be any of these. */
async function meant(turn: Turn, matter: Matter, among: (request: ServiceRequest) => boolean): Promise<ServiceRequest | readonly ServiceRequest[] | null> {
  const own = (await reportedBy(turn)).filter(among).filter((request) => !isElsewhere(matter, request))
  const ticket = matter.slots.find((slot) => slot.name === 'ticket')
  if (ticket) {
    const tail = (ticket.normal ?? ticket.value).replace(/[^0-9A-Za-z-]/g, '')
    // The same short number stands in every month: of several it is asked which.
    const named = own.filter((request) => request.number === tail || (tail.length >= 3 && request.number.endsWith(tail)))
    if (named.length > 0) return named.length === 1 ? (named[0] ?? null) : named
    if (tail.length >= 3) return null
  }
  const nth = chosenOf(turn, matter.text)
  const chosen = nth === null ? undefined : own.find((request) => request.number === nth)
  if (chosen) return chosen
  if (own.length <= 1) return own[0] ?? null
  const byWords = own.filter((request) => mentions(matter, request))
  if (byWords.length === 1 && byWords[0]) return byWords[0]
  const last = turn.memory.lastRequest
  const recent = last === null ? undefined : own.find((request) => request.id === last.id)
  if (recent && byWords.length === 0 && !/几件|都|所有|列|哪些|我报过/.test(matter.text)) return recent
  return byWords.length > 0 ? byWords : own
}

/** How long 「第二个」 means the list shown last, ms. */
const listedMs = 10 * 60_000

/** The number that stands where 「第二个」 says in the list shown last; `null` where no place is named. */
function chosenOf(turn: Turn, text: string): string | null {
  const { listed } = turn.memory
  if (listed === null || turn.now - listed.at > listedMs) return null
  const place = /第([一二两三四五六七八九十\d]+)(个|件|条|单|项)/.exec(text)?.[1]
  const index = place === undefined ? (/最后(一)?(个|件|条|单)/.test(text) ? listed.numbers.length : null) : parseNumber(place)
  return index === null ? null : (listed.numbers[index - 1] ?? null)
}

/** What this resident filed, and what their report was joined to. */
async function reportedBy(turn: Turn): Promise<readonly ServiceRequest[]> {
  return [...(await turn.records.joinedBy(turn.resident)), ...(await turn.records.requestsOf(turn.message.author.id))]
}

/** A neighbour's request as it is told to who joined it: in this resident's own words, without the neighbour's door. */
function asTold(turn: Turn, request: ServiceRequest): ServiceRequest {
  const own = request.residentId === turn.message.author.id ? undefined : request.reporters.findLast((one) => one.residentId === turn.message.author.id)
  return own === undefined ? request : { ...request, description: own.words, address: request.address === null ? null : withoutDoors(request.address) }
}

/** Whether the message names a building and the request stands at another. */
function isElsewhere(matter: Matter, request: ServiceRequest): boolean {
  const place = matter.slots.find((slot) => slot.name === 'addr')
  const named = place === undefined ? null : buildingNumber(place.normal ?? place.value)
  const known = buildingNumber(request.address ?? '')
  return named !== null && known !== null && named !== known
}

function mentions(matter: Matter, request: ServiceRequest): boolean {
  const fault = faultClass(matter.text)
  if (fault !== null && faultClass(request.description) === fault) return true
  return matter.slots.some((slot) => ['object', 'addr', 'matter', 'need', 'place'].includes(slot.name) && slot.value.length > 1 && `${request.description}${request.address ?? ''}${request.serviceName}`.includes(slot.value))
}

function nothingHere(turn: Turn, matter: Matter): Step {
  const { text } = matter
  const fault = faultClass(text)
  const service = fault === null || !inVain.test(text) || turn.message.chat === 'group' ? null : turn.services.forMatter('repair_env', text)
  if (fault === null || service === null) return step({ kind: 'status-given', requestId: null }, inVain.test(text) ? notOnRecord : replies.noRequests)
  // What is broken is told: only where is missing.
  const form: Form = { ...newForm(turn, { ...matter, intent: 'repair_env' }, service), asking: 'addr', asked: 1 }
  return step({ kind: 'status-given', requestId: null }, `让您着急了，对不住。我这儿没查到您报过的，也许是打电话或用别的号报的。${fault}在哪儿？说一下我马上登记；要找人回「人工」。`, { memory: { form } })
}

function isList(found: ServiceRequest | readonly ServiceRequest[]): found is readonly ServiceRequest[] {
  return Array.isArray(found)
}

/** Requests named in one list. */
const listed = 8

/** Settled requests are still listed this long, ms. */
const stillListedMs = 30 * 86_400_000

/** 「报了三回了没一个人管」 */
const inVain = /(没(一个)?人|谁都不|都不|没谁)(管|理|来|修|问)|(报|说|反映|打)(了|过)?[两三四五六七八九十几好\d]+(回|次|遍|趟)/
/** To whom nobody came, and who has nothing on record here. */
const notOnRecord = '让您着急了，对不住。我这儿没查到您报过的，也许是打电话或用别的号报的。您把什么事、在哪儿说一下，我马上登记；要找人回「人工」。'

/** To who told something new in the same message. */
const noneButThis = '除了刚才这件，我没查到您以前报过的，也许是打电话或用别的号报的。是什么事、在哪儿，说一下我就登记；要查以前的回「人工」。'

function isJustFiled({ memory, now }: Turn): boolean {
  return memory.lastRequest?.filed === true && memory.lastRequest.at === now
}

/** 「我的工单」, 「我报过哪些」 */
const asksForAll = /几件|都(给|有)|所有|全部|列|哪些|报过的|(我|俺)的?(那些)?(工单|单子|报修|登记)(列表|记录|呢|吧)?[。.！!？?]*$/

export async function track(turn: Turn, matter: Matter): Promise<Step> {
  const isRoom = turn.message.chat === 'group'
  const all = await reportedBy(turn)
  // 「没给我记上吧」 right after a form was dropped.
  const { cancelledAt } = turn.memory
  const hasNumber = matter.slots.some((slot) => slot.name === 'ticket')
  const wantsAll = !hasNumber && asksForAll.test(matter.text)
  if (!hasNumber && !wantsAll && cancelledAt !== null && turn.now - cancelledAt < 600_000 && !all.some(isOpen)) {
    const withdrawn = all.findLast((request) => request.status === 'withdrawn' && request.updatedAt >= cancelledAt)
    return step({ kind: 'status-given', requestId: null }, withdrawn ? replies.nothingOpen(withdrawn) : replies.neverFiled)
  }
  const other = wantsAll ? null : await noneOfThese(turn, matter)
  if (other) return other
  const found = wantsAll ? ownList(turn, all) : await meant(turn, matter, isOpen).then((open) => open ?? meant(turn, matter, () => true))
  if (found === null || (isList(found) && found.length === 0)) {
    const words = hasNumber ? replies.notYours : all.length > 0 ? replies.noneOpen : isJustFiled(turn) ? noneButThis : null
    return words === null ? nothingHere(turn, matter) : step({ kind: 'status-given', requestId: null }, words)
  }
  if (isList(found)) {
    const shown = found.slice(0, listed)
    const first = shown[0]
    if (isRoom) return step({ kind: 'status-given', requestId: null }, `您有${found.length}件，编号 ${shown.map((one) => one.number).join('、')}。详细的请私聊我看。`)
    return step({ kind: 'status-given', requestId: first?.id ?? null }, replies.statusList(shown.map((one) => asTold(turn, one)), found.length), { memory: { listed: { numbers: shown.map((one) => one.number), at: turn.now } } })
  }
  const memory = { lastRequest: { id: found.id, at: turn.now, filed: false } }
  if (isRoom) {
    const isPublic = turn.services.byCode(found.serviceCode)?.disclosure === 'public' && found.discretion === undefined
    const place = isPublic && found.address !== null ? withoutDoors(found.address) : null
    const both = [say(replies.statusInRoom(found, place, turn.resident.privateConversationId !== null)), ...(turn.resident.privateConversationId === null ? [] : [say(replies.status(asTold(turn, found)), { to: 'private' })])]
    return { ...step({ kind: 'status-given', requestId: found.id }, null, { memory }), say: both }
  }
  return step({ kind: 'status-given', requestId: found.id }, replies.status(asTold(turn, found)) + termOf(turn, found) + (await siblingsOf(turn, found)), { memory })
}

/** What came with it in the same message, and how far that is. */
async function siblingsOf(turn: Turn, request: ServiceRequest): Promise<string> {
  const found = await Promise.all((request.linked ?? []).map(({ id }) => turn.records.request(id)))
  const own = found.flatMap((one) => (one !== null && one.residentId === turn.message.author.id ? [one] : []))
  return own.length === 0 ? '' : `\n${replies.siblings(own)}`
}

/** Open ones first, the newest first; then what ended of late. */
function ownList(turn: Turn, all: readonly ServiceRequest[]): readonly ServiceRequest[] {
  const newest = [...all].sort((a, b) => b.filedAt - a.filedAt || (a.id < b.id ? 1 : -1))
  const open = newest.filter((one) => one.settledAt === null)
  if (/还(有|剩)|在办|没办/.test(turn.understanding.text)) return open
  return [...open, ...newest.filter((one) => one.settledAt !== null && turn.now - one.settledAt < stillListedMs)]
}

const asksHowLong = /(几天|多少天|多久|多长时间)(能|才|会|可以)?(来|修|弄|办|搞|好)/

/** When it was promised, where it was; where it is asked, that it was not. */
function termOf(turn: Turn, request: ServiceRequest): string {
  const due = dueOf(request, turn.services.byCode(request.serviceCode)?.term ?? null, turn.workingTime, turn.now)
  return due.kind === 'unpromised' && !asksHowLong.test(turn.understanding.text) ? '' : replies.term(due)
}

export async function urge(turn: Turn, matter: Matter): Promise<Step> {
  if (asksHowLong.test(matter.text) && !/催|快|赶紧|抓紧/.test(matter.text)) return track(turn, matter)
  const other = await noneOfThese(turn, matter)
  if (other) return other
  const found = await meant(turn, matter, isOpen)
  if (found === null) return nothingHere(turn, matter)
  const request = isList(found) ? found[0] : found
  if (!request) return nothingHere(turn, matter)
  if (isList(found) && found.length > 1 && !mentions(matter, request)) {
    return step({ kind: 'clarifying', about: 'request' }, `${replies.statusList(found.slice(0, listed).map((one) => asTold(turn, one)))}\n催哪一件？回编号就行。`, { memory: { picking: { intent: 'urge', numbers: found.slice(0, listed).map((one) => one.number) } } })
  }
  const memory = { lastRequest: { id: request.id, at: turn.now, filed: false } }
  if (!mayUrge(request, turn.message.author.id, turn.now)) return step({ kind: 'status-given', requestId: request.id }, replies.urgedEnough(asTold(turn, request)), { memory })
  const urged: ServiceRequest = { ...request, updatedAt: turn.now, urges: [...request.urges, { at: turn.now, residentId: turn.message.author.id }] }
  return step({ kind: 'filed', requestId: request.id }, replies.urged(asTold(turn, urged)), { writes: [{ op: 'put', table: 'requests', row: urged }], memory })
}

/** 「那个灯还是不亮」: the same thing as in one's own open report, pointed at and told without a place, is no second report. */
export async function stillBroken(turn: Turn, matter: Matter): Promise<Step | null> {
  const fault = faultClass(matter.text)
  const isPointed = /^(我|俺|咱)?(们)?(报|说)?的?(那|这)(个|盏|台|部|边|里|扇)?|(还是|还没|仍然?|一直|老是?|照样)(不|没|坏|漏|堵|黑|那样|这样|原样)/.test(matter.text)
  if (fault === null || !isPointed || /也|另一?(个|盏|台)|别的/.test(matter.text) || matter.slots.some((slot) => slot.name === 'addr' || slot.name === 'place')) return null
  const same = (await reportedBy(turn)).filter((request) => isOpen(request) && faultClass(request.description) === fault)
  return same.length === 0 ? null : urge(turn, matter)
}

/** What is asked after is of another kind than all that is open: said so, not taken for it. `null`: it may be one of them. */
async function noneOfThese(turn: Turn, matter: Matter): Promise<Step | null> {
  const fault = faultClass(matter.text)
  if (fault === null || turn.message.chat === 'group' || matter.slots.some((slot) => slot.name === 'ticket') || chosenOf(turn, matter.text) !== null) return null
  const open = (await reportedBy(turn)).filter(isOpen)
  if (open.length === 0 || open.some((request) => [null, fault].includes(faultClass(`${request.description} ${request.address ?? ''}`)) || mentions(matter, request))) return null
  const shown = open.slice(0, listed).map((one) => asTold(turn, one))
  return step({ kind: 'status-given', requestId: null }, `${fault}的事我没查到您的登记，也许是打电话报的。还坏着就告诉我在哪儿，我登记。\n${replies.statusList(shown, open.length)}`, { memory: { listed: { numbers: shown.map((one) => one.number), at: turn.now } } })
}

/** Words that withdraw. Nothing that was filed is given up without one of them. */
const sayDrop = /不(用|要|报|办|修|约|订|来|弄|去|查|管|麻烦|需要)|取消|撤|算了|作废|退(掉|了|号)|当(我)?没说|(已经|又|自己|都)(修|弄|搞|亮|通|来|好).{0,3}了|^好了|已经好|没事了/

/** Words that give up what was asked for, with what was to be done in them: 「不用了」 alone may decline an offer. */
const givesUp = /(不用|不必|不需要|甭|别|莫|无需)(再|麻烦)?(你们?|您|他们|师傅)?(再)?(来|去|派)?(人)?(来)?(修|弄|办|管|处理|换|清|来)(了|啦|咧|喽)|撤(了|销|回|掉)吧?|作废/

/** 「井盖那个不用修了」 of one's own open request is a withdrawal, whatever else its words sound like. */
export async function hearWithdrawals(turn: Turn): Promise<Turn> {
  const { matters, text } = turn.understanding
  if (!givesUp.test(text)) return turn
  const own = (await reportedBy(turn)).filter(isOpen)
  const drops = (matter: Matter): boolean => {
    const fault = faultClass(matter.text)
    return givesUp.test(matter.text) && !isAsking.test(matter.text) && own.some((request) => !isElsewhere(matter, request) && (fault === null || faultClass(request.description) === fault))
  }
  if (!matters.some(drops)) return turn
  return { ...turn, understanding: { ...turn.understanding, matters: matters.map((matter) => (drops(matter) ? { ...matter, intent: 'cancel_change', confidence: 1 } : matter)) } }
}

/** Withdraws, corrects or moves what was filed; `null` where there is nothing of the kind and no word of withdrawing. */
export async function cancelOrChange(turn: Turn, matter: Matter): Promise<Step | null> {
  const text = turn.memory.picking === null && turn.memory.takenBack === null ? turn.understanding.text : `取消${matter.text}`
  const time = matter.slots.findLast((slot) => slot.name === 'time')
  const own = (await turn.records.requestsOf(turn.message.author.id)).filter(isOpen)
  const last = turn.memory.lastRequest
  const lastOwn = last === null ? undefined : own.find((request) => request.id === last.id)
  const numbered = time && matter.slots.some((slot) => slot.name === 'ticket') ? await meant(turn, matter, isOpen) : null
  const named = numbered === null || isList(numbered) ? null : numbered
  if (time && /改|换|挪|推|提前|调/.test(text)) {
    const booking = named !== null ? visitOf(turn, named) : ((lastOwn && visitOf(turn, lastOwn)) ?? own.find((request) => request.appointment))
    const service = booking ? turn.services.byCode(booking.serviceCode) : null
    if (booking && service) return advance(turn, changeForm(turn, booking, time, text), service)
  }
  const split = splitKept(text)
  if (/(撤|取消|退)(掉|回)?了?(没|吗|没有)/.test(text)) return track(turn, matter)
  const drops = sayDrop.test(text)
  const spokenOf = named === null ? turn : { ...turn, memory: { ...turn.memory, lastRequest: { id: named.id, at: turn.now, filed: true } } }
  const corrected = split.kept === null && !drops ? await correct(spokenOf, matter) : null
  if (corrected) return corrected
  if (!drops && split.kept === null) return null
  const target = await meant(turn, { ...matter, text: split.dropped }, isOpen)
  if (split.kept !== null) {
    const kept = own.filter((request) => mentions({ ...matter, text: split.kept ?? '', slots: [] }, request))
    const dropped = own.filter((request) => mentions({ ...matter, text: split.dropped, slots: [] }, request) && !kept.includes(request))
    const keptLine = kept[0] ? `「${requestLine(kept[0])}」照常办，工单 ${kept[0].number}。` : `「${split.kept}」照常。`
    if (dropped.length === 0) return step({ kind: 'cancelled' }, `好的，那件先不办了。${keptLine}`)
    return withdraw(turn, dropped[0] as ServiceRequest, keptLine)
  }
  if (target === null && /预约|约的|挂?号/.test(split.dropped)) return step({ kind: 'status-given', requestId: null }, replies.noBooking)
  if (target === null) return step({ kind: 'cancelled' }, replies.nothingToDrop, { memory: { cancelledAt: turn.now } })
  if (isList(target)) {
    if (target.length === 1 && target[0]) return withdraw(turn, target[0])
    return step({ kind: 'clarifying', about: 'request' }, `${replies.statusList(target.slice(0, listed).map((one) => asTold(turn, one)))}\n撤哪一件？回编号就行。`, { memory: { picking: { intent: 'cancel_change', numbers: target.slice(0, listed).map((one) => one.number) } } })
  }
  return withdraw(turn, target)
}

/** The request, where its time is one at which somebody comes or goes: another is read back before it counts. */
function visitOf(turn: Turn, request: ServiceRequest): ServiceRequest | undefined {
  const service = turn.services.byCode(request.serviceCode)
  return request.residentId === turn.message.author.id && (request.appointment !== null || (service !== null && (service.disclosure === 'personal' || isBooked(turn, service)))) ? request : undefined
}

/** Whether one thing is dropped and another kept in the same breath. */
export function dropsOneOfTwo(text: string): boolean {
  // 「算了，还是要先登记？」 asks which of the two.
  if (/还是[^，,。]*[?？吗呢]$/.test(text)) return false
  const { dropped, kept } = splitKept(text)
  return kept !== null && /不(弄|办|报|要|用|订|约|申请|问)|算了|取消|先放/.test(dropped)
}

/** 「老年卡先不办了，路灯照修」: what goes and what stays. */
function splitKept(text: string): { readonly dropped: string; readonly kept: string | null } {
  const parts = text.split(/[，,。；;！!\s]+/).filter((part) => part !== '')
  const kept = parts.filter((part) => /照(报|旧|常|办|修)|还(要|是要|得)|继续|不变|保留/.test(part))
  const dropped = parts.filter((part) => !kept.includes(part))
  return kept.length > 0 && dropped.length > 0 ? { dropped: dropped.join('，'), kept: kept.join('，') } : { dropped: text, kept: null }
}

/** Withdraws a request; where neighbours reported it too, this resident leaves and the fault stays. */
export async function withdraw(turn: Turn, request: ServiceRequest, also = ''): Promise<Step> {
  const others = request.reporters.filter((reporter) => reporter.residentId !== turn.message.author.id)
  if (others.length > 0) {
    // Neighbours reported it too: this resident leaves, the fault stays.
    const left: ServiceRequest = { ...request, updatedAt: turn.now, reporters: others }
    return step({ kind: 'cancelled' }, `好的，您这份反映已撤回；其他邻居也报了，${request.number} 会继续办。${also}`, { writes: [{ op: 'put', table: 'requests', row: left }], memory: { lastRequest: null } })
  }
  const moved = apply(request, { name: 'withdraw', reason: null, brings: null }, { actor: { kind: 'resident', id: turn.message.author.id }, isLead: false, now: turn.now })
  if (isRefusal(moved)) return step({ kind: 'status-given', requestId: request.id }, replies.status(request))
  return step({ kind: 'cancelled' }, withdrawnSay(turn, request, also), {
    writes: [{ op: 'put', table: 'requests', row: moved }, ...(await giveBack(turn, request))],
    memory: { lastRequest: null, cancelledAt: turn.now },
  })
}

/** 「臭得要命」「周末有空」: too few words to be a matter of their own, with no thing and no service in them. */
function saysMore(turn: Turn, matter: Matter): boolean {
  return [...matter.text].length <= 8 && turn.understanding.matters.length === 1 && !isAsking.test(matter.text) && faultClass(matter.text) === null && turn.services.named(matter.text) === null && !/^(我|俺)?(要|想)|报|(选|约|挑|找|定)(个|一)|去(看|找|见|问|办)/.test(matter.text)
}

/** How soon a scrap of few words is still about what was just filed, ms. */
const scrapMs = 5 * 60_000

/** 「没冒烟，就是有味」 right after a report: not much by itself, and more of it. */
export async function addDetail(turn: Turn, matter: Matter): Promise<Step | null> {
  const last = turn.memory.lastRequest
  if (last?.filed !== true || turn.now - last.at > scrapMs || turn.message.chat === 'group' || turn.understanding.matters.length > 1 || isAsking.test(matter.text) || [...matter.text].length > 16) return null
  const request = await turn.records.request(last.id)
  if (request === null || !isOpen(request) || request.residentId !== turn.message.author.id || request.appointment !== null) return null
  const isNear = matter.ranked.slice(0, 2).some(({ intent }) => intent === request.intent) || /^(就是|不是|没有?|姓|是|那个|它|他|她|有(股|点|时))/.test(matter.text)
  const fault = faultClass(matter.text)
  if (!isNear || (fault !== null && fault !== faultClass(request.description)) || matter.slots.some((slot) => slot.name === 'addr' || slot.name === 'ticket')) return null
  const added: ServiceRequest = { ...request, description: `${request.description}；${asSaid(matter.text)}`, updatedAt: turn.now }
  return step({ kind: 'filed', requestId: request.id }, replies.added(added), { writes: [{ op: 'put', table: 'requests', row: added }], memory: { lastRequest: { id: request.id, at: turn.now, filed: true } } })
}

/** 「桶盖也没了」 soon after a report adds to it, when it names no place of its own. */
export async function addToLast(turn: Turn, matter: Matter): Promise<Step | null> {
  const last = turn.memory.lastRequest
  if (last === null || turn.now - last.at > 600_000 || (!last.filed && !/^(他们|她们|它们?|又)/.test(matter.text))) return null
  // 「还有4单元也是」 is in the building that was named.
  if (matter.slots.some((slot) => slot.name === 'addr' && placePiece(slot.value) === null) || !(/也|还|又|另外还|连|^(他们|她们|它|就是|而且|已经|都)/.test(matter.text) || saysMore(turn, matter))) return null
  const request = await turn.records.request(last.id)
  if (!request || !isOpen(request) || request.residentId !== turn.message.author.id) return null
  // A neighbour's noise is not told in with a broken lamp; how things are kept is one matter in whatever words.
  if (matter.intent !== 'repair_env' && matter.intent !== request.intent) return null
  const [fault, known] = [faultClass(matter.text), faultClass(request.description)]
  if (fault !== null && fault !== known) return null
  const added: ServiceRequest = {
    ...request,
    description: `${request.description}；${asSaid(matter.text)}`,
    attachmentIds: [...request.attachmentIds, ...turn.message.attachments.map((one) => one.id)],
    updatedAt: turn.now,
  }
  return step({ kind: 'filed', requestId: request.id }, replies.added(added), {
    writes: [{ op: 'put', table: 'requests', row: added }],
    memory: { lastRequest: { id: request.id, at: turn.now, filed: true } },
  })
}
