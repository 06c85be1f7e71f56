import { announcementKindNames, announcementKinds, kindsIn, sayKinds, type AnnouncementKind, type Subscription } from '../../programmes/announcement.js'
import { buildingNumber } from '../../requests/place.js'
import type { Write } from '../../store/store.js'
import { chatOfAuthor, say, step, type Step, type Turn } from '../turn.js'

const asksOwn = /(?:我|俺)(?:都)?订阅?了(?:什么|啥|哪些)|(?:我|俺)的订阅|订阅了(?:什么|啥|哪些)$/
const stopsByName = /退订|取消(?:.{0,8})订阅|不订阅?了/
/** Said of what one is sent. */
const stopsInPassing = /^(?:你们?|您|麻烦|请|能不能|求你们?|以后|今后|通知|消息|太多了?|[，,\s])*(?:别|不要|莫|甭|勿|少)(?:再|老|总是|天天)*(?:给(?:我|俺))?(?:发|推送?)(?:了|点|这些|这种|通知|消息|广告|提醒|那么多|这么多|来|给我|我|啊|呀|吧|烦死了?|[，,])*[。.！!]*$|不想(?:再)?(?:收|看)(?:到)?(?:这些|这种|这)?(?:通知|消息|东西)/
/** Said of a request as well: only who has subscribed means the notices. */
const stopsTelling = /^(?:以后)?不用(?:再)?(?:通知|提醒|告诉|发给?|推给?)(?:我|俺)?了?[。.！!]*$/
const starts = /订阅|^(?:以后|今后|下次|往后)?(?:有|要是|如果)?(?:啥|什么|哪些)?(?:新的?)?(?:停水|停电|停气|停水停电|活动|议题|投票|政策|补贴|公示)(?:的)?(?:通知|消息|事)?(?:的时候|了|时)?[，,]?(?:也|都|就|请|麻烦|提前|记得)*(?:(?:告诉|通知|提醒|说|喊|叫|发|推送)(?:给)?(?:一声)?(?:我|俺)|(?:跟|和|给)(?:我|俺)(?:说|讲|发))(?:一声|一下|个信)?[吧呗啊。.！!]*$/
/** What one subscribes to elsewhere. */
const otherThing = /牛奶|报纸|公众号|视频|会员|杂志|流量|餐|菜/

const words = {
  inPrivate: '订阅和退订请点我私聊说，通知只发到您的私聊里。',
  which: (kinds: readonly string[]): string => `可以订阅这些通知：${kinds.join('、')}。要哪样就回「订阅」加名字，比如「订阅 停水停电」；都要回「订阅全部」。`,
  on: (kinds: string, building: string | null, asks: boolean): string =>
    `好的，给您订上了：${kinds}${building === null ? '' : `（${building}栋）`}。社区发这类通知时私下告诉您，夜里不发。不想收了随时回「退订」。${asks ? '\n停水停电常常只影响几栋楼，您说一下几栋（比如「订阅 停水停电 3栋」），只管那几栋的也能告诉您；不说也行。' : ''}`,
  own: (kinds: string, building: string | null): string => `您订阅着：${kinds}${building === null ? '' : `（${building}栋）`}。不想收了回「退订」，只退一样就说「退订 活动」这样。`,
  none: '您没有订阅任何通知。要订回「订阅」。您自己工单的进展照常告诉您。',
  off: (kinds: string, left: string): string => `好的，${kinds}的通知不再发给您，马上就停。${left === '' ? '' : `还订着：${left}。`}您自己工单的进展照常告诉您。`,
} as const

/** 「订阅 停水」「退订」「别再发了」「我订了什么」; `null`: none of it. Only these words cost a reading. */
export async function meetSubscription(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  const stops = stopsByName.test(text)
  const begins = !stops && !asksOwn.test(text) && starts.test(text) && !otherThing.test(text)
  const tires = !stops && !begins && stopsInPassing.test(text)
  const enough = !tires && stopsTelling.test(text)
  const asks = asksOwn.test(text)
  if (!stops && !begins && !tires && !enough && !asks) return null
  if (turn.message.chat === 'group') return tires || enough ? null : step({ kind: 'clarifying', about: 'private' }, words.inPrivate)
  const rows = await turn.records.subscriptions()
  const kinds = announcementKindNames.filter((kind) => rows.some((row) => row.kinds.includes(kind)))
  const building = rows.find((row) => row.building !== null)?.building ?? null
  if (asks) return step({ kind: 'answered' }, kinds.length === 0 ? words.none : words.own(sayKinds(kinds), building))
  if (begins) return subscribe(turn, rows, kinds, building)
  if (kinds.length === 0) return stops || tires ? step({ kind: 'answered' }, words.none) : null
  return unsubscribe(turn, rows, kinds, building)
}

function subscribe(turn: Turn, rows: readonly Subscription[], known: readonly AnnouncementKind[], building: string | null): Step {
  const { text } = turn.understanding
  const wanted = /全部|所有|都要|全都/.test(text) ? announcementKindNames : kindsIn(text)
  const told = addressIn(turn)
  if (wanted.length === 0 && (told === null || known.length === 0)) {
    const names = announcementKindNames.map((kind) => announcementKinds[kind].name)
    return step({ kind: 'clarifying', about: 'subscription' }, say(words.which(names), { choices: names.map((name) => `订阅 ${name}`) }))
  }
  const kinds = announcementKindNames.filter((kind) => known.includes(kind) || wanted.includes(kind))
  const lives = told ?? building
  return step({ kind: 'filed', requestId: null }, words.on(sayKinds(kinds), lives, lives === null && wanted.includes('outage')), { writes: rewrite(turn, rows, kinds, lives) })
}

async function unsubscribe(turn: Turn, rows: readonly Subscription[], known: readonly AnnouncementKind[], building: string | null): Promise<Step> {
  const named = kindsIn(turn.understanding.text).filter((kind) => known.includes(kind))
  const ended = named.length > 0 ? named : known
  const left = known.filter((kind) => !ended.includes(kind))
  return step({ kind: 'cancelled' }, words.off(sayKinds(ended), sayKinds(left)), { writes: [...rewrite(turn, rows, left, building), ...(await takeBack(turn, ended))] })
}

/** What this person wants to hear, under all their identities, as one row of the one that speaks. */
function rewrite(turn: Turn, rows: readonly Subscription[], kinds: readonly AnnouncementKind[], building: string | null): readonly Write[] {
  const { message, now } = turn
  const own = rows.find(({ id }) => id === message.author.id)
  const gone = rows.filter((row) => row !== own || kinds.length === 0).map(({ id, rev }): Write => ({ op: 'remove', table: 'subscriptions', id, rev }))
  if (kinds.length === 0) return gone
  return [...gone, { op: 'put', table: 'subscriptions', row: { id: message.author.id, rev: own?.rev ?? 0, kinds, building, to: chatOfAuthor(turn), since: own?.since ?? now } }]
}

/** What is written to this person and not out yet is not sent any more. */
async function takeBack(turn: Turn, ended: readonly AnnouncementKind[]): Promise<readonly Write[]> {
  const waiting = (await turn.records.announced()).filter(({ announces }) => announces !== undefined && ended.includes(announces.kind))
  const rows = await Promise.all([...new Set(waiting.map(({ announces }) => announces?.id ?? ''))].map((id) => turn.records.announcement(id)))
  return [
    ...waiting.map(({ id, rev }): Write => ({ op: 'remove', table: 'outbox', id, rev })),
    ...rows.flatMap((row): Write[] => (row === null ? [] : [{ op: 'put', table: 'announcements', row: { ...row, withdrawn: row.withdrawn + 1 } }])),
  ]
}

function addressIn(turn: Turn): string | null {
  const place = turn.readSlots(turn.understanding.text).find(({ name }) => name === 'addr')
  return buildingNumber(place === undefined ? turn.understanding.text : (place.normal ?? place.value))
}
