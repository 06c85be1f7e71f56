import type { Bookable } from '../../booking/bookable.js'
import type { ServiceRequest } from '../../requests/service-request.js'
import { dayWords, requestLine } from '../replies.js'

/** `11月25日（周三）09:00`; for a room or a visit with the hour until which it lasts. */
export function timeOf(appointment: { readonly at: string; readonly until?: string | undefined }, kind: Bookable['kind'] | null): string {
  return kind !== null && kind !== 'window' && appointment.until !== undefined ? `${dayWords(appointment.at)}—${appointment.until.slice(11, 16)}` : dayWords(appointment.at)
}

/** What is said of times, bookings and visits. */
export const bookingWords = {
  /** `isOpen`: there are times then, and all are taken. */
  otherTimes: (what: string, others: readonly string[], isOpen: boolean): string => `${what}这个时间${isOpen ? '没有号了' : '没有号（不开放）'}，还有：${others.join('、')}。要改约哪个？`,
  tooFar: (what: string, last: string, others: readonly string[]): string => `${what}现在只能约到${last}，还有：${others.join('、')}。要约哪个？`,
  allTaken: (what: string): string => `${what}的号都约满了，或回「人工」请工作人员想办法。`,
  /** Added where the wanted time is taken. */
  mayWait: '想等这个时间，回「排队」，有人退号我告诉您。',
  /** To who waited for it. */
  fellFree: ({ what, at }: { readonly what: string; readonly at: string }, when: string): string =>
    `有人退号：${what} ${when}空出来了。要的话回「约${what}${Number(at.slice(5, 7))}月${Number(at.slice(8, 10))}日${Number(at.slice(11, 13))}点${at.slice(14, 16) === '00' ? '' : `${at.slice(14, 16)}分`}」，先约先得；不要就不用回。`,
  noneThen: (what: string): string => `${what}这个时间没有号了，已经约满。`,
  notOpenThen: (what: string): string => `${what}这个时间不开放，没有号。您换个时间问我，比如「明天上午」。`,
  notHere: (thing: string | null, place: string, names: readonly string[]): string => `${thing === null ? '您说的这个' : `「${thing}」`}我这儿约不了，没有登记。${place}能约的有：${names.join('、')}，要约哪个直接说；别的要问清楚，回「人工」。`,
  stays: '原来约的不变。',
  free: (what: string, times: readonly string[]): string => `${what}还有号：${times.join('、')}。要约哪个？`,
  own: (request: ServiceRequest, line: string, when: string, kind: Bookable['kind'] | null): string => {
    const place = request.appointment?.place ?? ''
    const helper = request.appointment?.helper
    const rest = kind === 'visitor' ? `${when}上门${helper === undefined ? '' : `，来的是${helper}`}` : `${request.appointment?.what ?? line} ${when}${place === '' ? '，地点没有登记' : `，在${place}`}`
    return `您约的是：${kind === 'visitor' ? `${request.serviceName}，` : ''}${rest}。编号 ${request.number}。`
  },
  ownInRoom: (numbers: readonly string[]): string => `您有${numbers.length}个预约，编号 ${numbers.join('、')}。时间地点请私聊我看。`,
  already: (request: ServiceRequest): string => `这个时间您已经约过了：${requestLine(request)}，编号 ${request.number}，不用再约。`,
  booked: (request: ServiceRequest, what: string, when: string, place: string): string => `约好了：${what} ${when}${place === '' ? '' : `，在${place}`}。编号 ${request.number}。要改时间或不来了，直接告诉我。`,
  /** Somebody comes to the home, or does it for the person. */
  visitBooked: (request: ServiceRequest, when: string): string =>
    `约好了：${request.serviceName}，${when}有人上门${request.address === null ? '' : `到${request.address}`}。编号 ${request.number}。不方便了、要改时间，随时告诉我。开门前先问清来的是谁，密码别告诉人。`,
  reminder: (request: ServiceRequest, when: 'day-before' | 'hours-before', kind: Bookable['kind'] | null): string => {
    const { appointment } = request
    if (appointment === null) return ''
    const day = when === 'day-before' ? '明天' : '今天'
    const time = timeOf(appointment, kind).replace(/^\d+月\d+日/, '').replace(/^（周.）/, '')
    const what = kind === 'visitor' ? `有人上门（${request.serviceName}）` : `您约了${appointment.what}${appointment.place === undefined || appointment.place === '' ? '' : `，在${appointment.place}`}`
    return `提醒您：${day}${time}${what}。来不了直接说「取消」，要改时间也直接说。编号 ${request.number}。`
  },
  closed: (request: ServiceRequest, reason: string, others: readonly string[]): string =>
    `对不起，${requestLine(request)}这次约不成了：${reason}。${others.length === 0 ? '工作人员会和您另约时间' : `还有：${others.join('、')}，回「改到……」就行`}；不约了回「取消」。编号 ${request.number}。`,
  missed: (request: ServiceRequest): string => `您今天约的${request.appointment?.what ?? request.serviceName}没有等到您，这次就先结了。要重新约，随时告诉我时间。`,
} as const
