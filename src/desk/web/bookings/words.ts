import type { BookingDay, BookingHolder, BookingSlot } from '../../booking-types.js'

const weekdays = '日一二三四五六'

/** 11月25日 周三 */
export function sayDay(day: string): string {
  const [, month, date] = day.split('-').map(Number)
  return `${month ?? ''}月${date ?? ''}日 周${weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] ?? ''}`
}

/** The day so many days later, e.g. `2026-11-26`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** 09:00–09:30 */
export function sayTime({ at, until }: Pick<BookingSlot, 'at' | 'until'>): string {
  return until === null ? at.slice(11, 16) : `${at.slice(11, 16)}–${until.slice(11, 16)}`
}

/** 余 1 / 2 */
export function sayPlaces(slot: Pick<BookingSlot, 'capacity' | 'taken' | 'shut'>): string {
  switch (slot.shut) {
    case 'closed-day': return '已关闭'
    case 'not-in-hours': return '已不在开放时间'
    case null: return slot.taken >= slot.capacity ? `约满（${slot.capacity}）` : `余 ${slot.capacity - slot.taken} / ${slot.capacity}`
  }
}

export function sayConsent({ consent }: Pick<BookingHolder, 'consent'>): string {
  if (consent === null) return ''
  const whose = consent.forWhom === null ? '本人同意' : `代「${consent.forWhom}」登记，称其同意`
  return consent.allows === 'agent' ? `${whose}上门、代办` : `${whose}上门`
}

export const kindNames: Readonly<Record<BookingDay['bookables'][number]['kind'], string>> = { window: '窗口', room: '场地', visitor: '上门' }

/** What a section of the day is headed with: each bookable with its times, then what was entered under a name of its own. */
export function sectionsOf(day: BookingDay): readonly { readonly bookable: BookingDay['bookables'][number] | null; readonly name: string; readonly slots: readonly BookingSlot[] }[] {
  const of = day.bookables.map((bookable) => ({ bookable, name: bookable.name, slots: day.slots.filter((slot) => slot.bookable === bookable.id) }))
  const others = [...new Set(day.slots.filter((slot) => slot.bookable === null).map((slot) => slot.what))]
  return [...of, ...others.map((name) => ({ bookable: null, name, slots: day.slots.filter((slot) => slot.bookable === null && slot.what === name) }))]
}
