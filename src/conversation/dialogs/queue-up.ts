import type { BookingWait } from '../../booking/waiting.js'
import { chatOfAuthor, step, type Step, type Turn } from '../turn.js'

const asksToWait = /^(好的?|那|行|嗯|要|我要?|我想|帮我|给我|麻烦)*[，,]?(排队|排着|排上|排个队|等号|候补|等退号|有人退了?(号)?(就)?(告诉|通知|叫)我)(吧|呗|等着?|啊)?[。.！!]?$/
const asksToStop = /^(我|俺)?(不排了|不等了|不排队了|取消排队|别排了|取消候补)[吧啊。.！!]*$/

/** A time that was taken is still meant within this, ms. */
const meantForMs = 30 * 60_000

const words = {
  waits: (what: string, ahead: number): string => `好的，${what}给您排上了${ahead === 0 ? '' : `，前面还有${ahead}位`}。有人退号，我按先后在这儿私下告诉您，只说一次，先约先得。不等了回「不排了」。`,
  already: (what: string): string => `${what}已经给您排着了，有人退号就告诉您。`,
  stopped: '好的，不排了。',
  notWaiting: '您现在没有在排队。',
} as const

/** 「排队」 after a time that was taken, 「不排了」 any time; `null`: neither. */
export async function queueUp(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  if (turn.message.chat === 'group') return null
  const stops = asksToStop.test(text)
  if (!stops && !asksToWait.test(text)) return null
  const all = (await turn.records.waits()).filter((one) => one.told === null && one.endsAt > turn.now)
  const own = all.filter(({ residentId }) => residentId === turn.message.author.id)
  if (stops) return own.length === 0 ? step({ kind: 'answered' }, words.notWaiting) : step({ kind: 'cancelled' }, words.stopped, { writes: own.map(({ id, rev }) => ({ op: 'remove', table: 'bookingWaits', id, rev })) })
  const { taken } = turn.memory
  if (taken === null || turn.now - taken.at > meantForMs) return null
  const { serviceCode, what, from, until } = taken
  const same = all.filter((one) => one.serviceCode === serviceCode && one.what === what && one.from <= until && from <= one.until)
  if (same.some((one) => one.residentId === turn.message.author.id)) return step({ kind: 'answered' }, words.already(what), { memory: { form: null, taken: null } })
  const row: BookingWait = {
    id: turn.newId(), rev: 0, residentId: turn.message.author.id, serviceCode, what, from, until, endsAt: Date.parse(`${until}:00+08:00`), told: null,
    to: chatOfAuthor(turn),
  }
  return step({ kind: 'answered' }, words.waits(what, same.length), { writes: [{ op: 'put', table: 'bookingWaits', row }], memory: { form: null, taken: null } })
}
