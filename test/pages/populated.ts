import { call, enterChat, type ChatClient } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import type { ConversationList, Invited, RequestDetail, RequestList } from '../../src/desk/api-types.js'
import type { Role } from '../../src/desk/accounts.js'
import type { DutyView } from '../../src/desk/duty-types.js'
import type { ColleagueList } from '../../src/desk/account-types.js'
import { aFolder, aServer, talkAs } from '../journeys/running.js'
import { firstInvitation } from './desk-page.js'
import type { Samples } from './every-page.js'
import { populateProgrammes } from './populated-programmes.js'

export const shownCommunity = 'huzhou-demo'
/** A script by which a page of the desk shows that community, as if it had been chosen. */
export const chosen = `sessionStorage.setItem('yichuang-desk-community', '${shownCommunity}')`
const password = 'a long enough word 1'

/** A member of staff who has signed in. */
export interface Signed {
  readonly cookie: string
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: object): Promise<T>
}

/** A day of a community as it might be: what residents asked and filed, what staff did with it. */
export interface Populated {
  readonly samples: Samples
  /** The session cookie of each role, `name=value`. */
  readonly cookies: Readonly<Record<Role, string>>
  /** A resident with requests and bookings of her own. */
  readonly resident: ChatClient
}

/** What each resident says, one after the other. */
const talks: readonly (readonly string[])[] = [
  ['3栋2单元楼道灯坏了，老人晚上下楼看不见', '一个社区配几个工作人员？', '明天上午九点约个窗口', '对', '查进度'],
  ['5栋门口垃圾桶三天没清了，味道很大'],
  ['8栋电梯又停了，一楼到六楼都走不了'],
  ['社区食堂老人吃饭有补贴吗'],
  ['6栋楼上半夜装修，吵得睡不着'],
  ['我要找人工'],
  ['小区东门路面有个坑，电动车差点摔了'],
  ['3栋2单元门禁坏了，进不了门'],
  ['11栋下水道堵了，污水漫出来了'],
  ['宠物狗要不要办证', '周末图书室开到几点'],
  ['那个咋整嘞', '上回说的那事儿'],
  ['我妈八十了，想约人上门帮她认证'],
]

export function signedAs(base: string, cookie: string): Signed {
  const ask = async <T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> => {
    const answer = await call(base, `/api/desk${path}`, { method, cookie, headers: { 'x-yichuang': 'desk', 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.body.slice(0, 300)}`)
    return (answer.body === '' ? null : JSON.parse(answer.body)) as T
  }
  return { cookie, get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) }
}

/** Makes an account by a one-time link. */
export async function joinDesk(base: string, path: string, login: string, name: string): Promise<Signed> {
  const token = path.split('/').at(-1) ?? ''
  const answer = await call(base, `/api/desk/invitations/${token}`, { method: 'POST', headers: { 'x-yichuang': 'desk', 'content-type': 'application/json' }, body: JSON.stringify({ login, name, password }) })
  if (answer.status >= 300) throw new Error(`invitation: ${answer.status} ${answer.body}`)
  return signedAs(base, (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '').join('; '))
}

/** The day for which the window was asked for, in Asia/Shanghai. */
const tomorrow = (): string => new Date(Date.now() + 32 * 3_600_000).toISOString().slice(0, 10)

/** A new server; its first start may have to learn, beside other tests. */
export const aNewServer = (): Promise<ServerProcess> => aServer(aFolder(), { timeoutMs: 150_000 })

/** A `cookie` header as a browser wants it. */
export function asCookies(header: string, url: string): readonly { readonly name: string; readonly value: string; readonly url: string }[] {
  return header.split('; ').map((one) => ({ name: one.slice(0, one.indexOf('=')), value: one.slice(one.indexOf('=') + 1), url }))
}

/** Lets residents talk and staff work on a server that is new; everything over its own doors. */
export async function populate(server: ServerProcess): Promise<Populated> {
  const base = server.url
  const admin = await joinDesk(base, firstInvitation(server), 'admin', '周管理')
  const invite = async (role: Role, login: string, name: string): Promise<Signed> =>
    joinDesk(base, (await admin.post<Invited>('/invitations', { role, scope: role === 'auditor' ? 'all' : [shownCommunity] })).path, login, name)
  const staff = await invite('staff', 'lishifu', '李师傅')
  const lead = await invite('lead', 'wangzhuren', '王主任')
  const auditor = await invite('auditor', 'shenjishi', '沈审计')
  const clients: ChatClient[] = []
  for (const lines of talks) {
    const client = await enterChat(base, shownCommunity)
    clients.push(client)
    const talk = await talkAs(client)
    for (const line of lines) await talk.ask(line)
    talk.close()
  }
  await clients[1]?.send('@小助手 8栋门口的路灯晚上不亮', { conversationId: clients[1].roomId })
  const at = encodeURIComponent(shownCommunity)
  const { requests } = await admin.get<RequestList>(`/requests?view=open&community=${at}`)
  const about = (words: string): string => requests.find(({ summary }) => summary.includes(words))?.id ?? ''
  const move = async (by: Signed, id: string, name: string, more: object = {}): Promise<void> => {
    const { request } = await by.get<RequestDetail>(`/requests/${at}/${id}`)
    await by.post(`/requests/${at}/${id}/moves`, { name, rev: request.rev, ...more })
  }
  const lamp = about('楼道灯')
  await move(staff, lamp, 'take')
  await move(staff, lamp, 'reply', { reason: '师傅今天下午去修，请留意楼道。' })
  for (const words of ['垃圾桶', '电梯']) await move(staff, about(words), 'take')
  await move(staff, about('垃圾桶'), 'close', { brings: { kind: 'evidence', attachmentIds: [], statement: '已清运，并换了新桶。' } }).catch(() => undefined)
  await move(lead, about('下水道'), 'supervise', { reason: '污水漫到路上了，请今天内处理。' })
  const duty = await lead.get<DutyView>(`/duty/${at}`)
  const { colleagues } = await admin.get<ColleagueList>('/staff')
  const ids = colleagues.filter(({ name }) => name !== '沈审计').map(({ id }) => id)
  await lead.post(`/duty/${at}`, { rev: duty.rev, lines: [{ name: '夜班', weekdays: [1, 2, 3, 4, 5, 6, 7], dates: null, from: '22:00', until: '08:00', staffIds: ids }] })
  const person = colleagues.find(({ name }) => name === '李师傅')
  await lead.post(`/duty/${at}/try`, { staffId: person?.id ?? '' })
  await populateProgrammes(base, shownCommunity, { staff, admin, requestId: lamp })
  const { conversations } = await admin.get<ConversationList>(`/conversations?community=${at}`)
  return {
    samples: { communityId: shownCommunity, requestId: lamp, conversationId: conversations.find(({ id }) => id === clients[0]?.privateId)?.id ?? '', version: 1, day: tomorrow() },
    cookies: { admin: admin.cookie, staff: staff.cookie, lead: lead.cookie, auditor: auditor.cookie },
    resident: clients[0]!,
  }
}
