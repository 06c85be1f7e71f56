import { moveCalled, orderWords } from '../staff-in-chat.js'
import type { MoveName } from '../../requests/moves.js'
import { statusName, type ServiceRequest } from '../../requests/service-request.js'

/** A line of staff that is meant for us: what to do with which request. */
export interface StaffOrder {
  readonly move: MoveName
  readonly words: string
  /** As it was typed: `0042` or `HZ-2611-0042`. */
  readonly number: string
}

const orderLine = new RegExp(`^(${orderWords.join('|')})\\s*(?:工单)?\\s*((?:[a-z]{1,6}-\\d{4}-)?\\d{4,6})(?![\\d-])(?:[\\s:：,，。]+([\\s\\S]*))?$`, 'i')

/** `接 0042`, `回 0042 明天上午到`, `结 HZ-2611-0042 换了灯管`, `转 0042 小李 他熟悉`. `null`: what staff say to one another. */
export function readStaffOrder(text: string): StaffOrder | null {
  const match = orderLine.exec(text.normalize('NFKC').trim())
  const move = match?.[1] === undefined ? null : moveCalled(match[1])
  return move === null || match?.[2] === undefined ? null : { move, number: match[2].toUpperCase(), words: match[3]?.trim() ?? '' }
}

/** `图 0042`: the number of the request to which the photos that follow belong. `null`: it is something else. */
export function readPhotoOrder(text: string): string | null {
  return /^(?:图|照片)\s*(?:工单)?\s*((?:[a-z]{1,6}-\d{4}-)?\d{4,6})$/i.exec(text.normalize('NFKC').trim())?.[1]?.toUpperCase() ?? null
}

/**
 * The requests that a typed number may mean. Serials begin anew each month: of those with the same serial the ones that have reached no end
 * come before the others.
 */
export function requestsCalled(number: string, requests: readonly ServiceRequest[]): readonly ServiceRequest[] {
  const called = requests.filter((request) => (number.includes('-') ? request.number === number : Number(request.number.split('-').at(-1)) === Number(number)))
  const going = called.filter(({ settledAt }) => settledAt === null)
  return going.length > 0 ? going : called
}

/** What a room of staff hears. Nothing in it is about a person: WeChat's rooms are read on private phones. */
export const staffLines = {
  filed: ({ number, serviceName }: ServiceRequest, isForAll: boolean): string =>
    isForAll ? `新工单 ${number} ${serviceName}。回「接 ${shortOf(number)}」接单，详情看工作台。` : `新工单 ${number}，请负责的人到工作台处理。`,
  waiting: (isUrgent: boolean): string => `${isUrgent ? '紧急：' : ''}有居民在等人工，请到工作台接待。`,
  // A status is called as the resident hears it: 待您确认.
  stands: ({ number, status, owner }: ServiceRequest): string => `${number} 现在${statusName(status).replace('您', '居民')}，${owner.name}负责。`,
  told: ({ number }: ServiceRequest, photos: number): string => `${number} 的居民会收到这句话${photos === 0 ? '' : `和 ${photos} 张照片`}。`,
  photosNow: ({ number }: ServiceRequest): string => `请发 ${number} 的照片（5 分钟内），发完回「回 ${shortOf(number)} 要说的话」或「结 ${shortOf(number)} 办得怎样」，照片一起给居民。`,
  notNow: (request: ServiceRequest, mayTake: boolean): string =>
    mayTake ? `${staffLines.stands(request)}先发「接 ${shortOf(request.number)}」再办。` : `${staffLines.stands(request)}现在不能这样办。`,
  atDesk: (number: string): string => `${number} 的内容不在群里处理，请到工作台。`,
  notFound: (number: string): string => `没有找到 ${number} 这张工单。`,
  several: (requests: readonly ServiceRequest[]): string => `是哪一张？请写全号码：${requests.map(({ number }) => number).join('、')}`,
  notDone: '刚才没有办成，请再发一次。',
} as const

function shortOf(number: string): string {
  return number.split('-').at(-1) ?? number
}
