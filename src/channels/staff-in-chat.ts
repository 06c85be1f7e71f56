import type { Engine, StaffActor } from '../conversation/engine.js'
import { actorFrom, type StaffAccount } from '../desk/accounts.js'
import { InputError } from '../errors.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { moveInWords, type Move } from '../requests/apply-move.js'
import type { MoveName } from '../requests/moves.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { decideAgain } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import type { Attachment, ChannelName, Reply } from './channel.js'
import type { Pairing, Room } from './pairing.js'

/** Who is not linked is told so at most this often, ms. */
const tellAgainMs = 10 * 60_000

/** What staff are told in chat, on whichever platform. */
const lines = {
  notLinked: '您还没有关联工作账号：请管理员领一个关联码，您私聊发给我，就能在这里办单。',
  notInScope: '您的账号不负责这个社区。',
  notFound: '没有找到这张工单。',
  forWhom: (names: readonly string[]): string => `转给谁？写「转单 ${names[0] ?? '姓名'} 为什么」，可以转给：${names.join('、')}。`,
  noColleague: '没有可以转的同事，请到工作台处理。',
} as const

/** A member of staff speaks under what they are and their own name. */
export function signature({ name, role }: Extract<Reply['from'], { readonly kind: 'staff' }>): string {
  return `【${role ?? '社区工作人员'} ${name}】`
}

/** A move of the table as staff call it; short forms first for a room, where a number follows. */
const called: Readonly<Record<string, MoveName>> = {
  接: 'take', 接单: 'take', 回: 'reply', 回复: 'reply', 结: 'close', 办结: 'close', 退: 'return', 退回: 'return', 不予受理: 'decline', 问: 'ask-resident', 追问: 'ask-resident', 重办: 'reopen',
  转: 'forward', 转单: 'forward', 承接: 'accept-forward', 不承接: 'refuse-forward', 催: 'supervise', 催办: 'supervise', 督办: 'supervise',
}
/** Every word of an order, the longer before the shorter. */
export const orderWords: readonly string[] = Object.keys(called).sort((a, b) => b.length - a.length)

export function moveCalled(word: string): MoveName | null {
  return called[word] ?? null
}

/** What a member of staff wants done with a request. */
export interface Order {
  readonly move: MoveName
  readonly words: string
  /** Files that show what was done, or go with the words of a reply. */
  readonly attachments?: readonly Attachment[]
  /** The account it is handed to; absent: named at the beginning of the words. */
  readonly toStaffId?: string
}

export interface StaffInChat {
  /** Rooms of staff that the bot is in; of one community, or of all. */
  rooms(communityId?: CommunityId): Promise<readonly Room[]>
  /** The account behind a person, or the sentence why there is none. */
  actorOf(personId: string, communityId: CommunityId): Promise<StaffActor | string>
  /** Whether this person is to be told the sentence now, and not again for a while. */
  mayTell(personId: string): boolean
  /** Who may be handed a request. */
  colleagues(communityId: CommunityId): Promise<readonly StaffAccount[]>
  /** Carries it out on the request as it stands, again when somebody was quicker. Rejects with InputError, a sentence for staff. */
  act(communityId: CommunityId, requestId: string, order: Order, by: StaffActor): Promise<ServiceRequest>
}

/** Staff who work from a room of a chat platform: who they are at the desk, and what they have done there. */
export function createStaffInChat(parts: {
  readonly channel: ChannelName
  readonly store: Store
  readonly pairing: Pairing
  readonly engine: Pick<Engine, 'movesFor' | 'actOnRequest'>
  readonly now: () => number
}): StaffInChat {
  const { channel, store, pairing, engine, now } = parts
  const toldAt = new Map<string, number>()

  async function colleagues(communityId: CommunityId): Promise<readonly StaffAccount[]> {
    return (await store.find(PLATFORM, 'staff', { limit: 1_000 })).filter((account) => works(account, communityId)).sort((a, b) => a.name.localeCompare(b.name, 'zh-CN'))
  }

  async function moveOf(communityId: CommunityId, request: ServiceRequest, { move, words, attachments = [], toStaffId }: Order, by: StaffActor): Promise<Move> {
    switch (move) {
      case 'close':
        return { name: move, reason: null, brings: { kind: 'evidence', attachmentIds: attachments.map(({ id }) => id), statement: words } }
      case 'supervise':
        return moveInWords(move, words === '' ? '请抓紧办理' : words)
      case 'forward': {
        const others = (await colleagues(communityId)).filter(({ id }) => id !== by.id && id !== request.owner.id)
        const to = others.find(({ id, name }) => (toStaffId === undefined ? words.startsWith(name) : id === toStaffId))
        if (to === undefined) throw new InputError('bad-input', others.length === 0 ? lines.noColleague : lines.forWhom(others.map(({ name }) => name)))
        const said = (toStaffId === undefined ? words.slice(to.name.length) : words).replace(/^[\s,，:：]+/, '')
        const reason = said === '' ? `请${to.name}办理` : said
        const owner = { kind: 'staff', id: to.id, name: to.name } as const
        // The head orders; anybody else offers, and stays the owner until the other accepts.
        const order = engine.movesFor(request, by).find((name) => name === 'reassign' || name === 'assign')
        return order === undefined ? { name: 'forward', reason, brings: { kind: 'offer', to: owner } } : { name: order, reason, brings: { kind: 'owner', owner } }
      }
      default:
        return moveInWords(move, words)
    }
  }

  return {
    colleagues,
    rooms: async (communityId) => (await pairing.rooms(channel)).filter((room) => room.use === 'staff' && (communityId === undefined || room.communityId === communityId)),

    async actorOf(personId, communityId) {
      const staffId = (await pairing.person(personId))?.staffId ?? null
      const account = staffId === null ? null : await store.get(PLATFORM, 'staff', staffId)
      if (account === null || account.disabled || account.role === 'auditor') return lines.notLinked
      return works(account, communityId) ? actorFrom(account) : lines.notInScope
    },

    mayTell(personId) {
      for (const [id, at] of toldAt) if (now() - at >= tellAgainMs) toldAt.delete(id)
      const isNew = !toldAt.has(personId)
      if (isNew) toldAt.set(personId, now())
      return isNew
    },

    act: (communityId, requestId, order, by) => decideAgain(async () => {
      const request = await store.get(communityId, 'requests', requestId)
      if (request === null) throw new InputError('not-found', lines.notFound)
      return engine.actOnRequest(communityId, requestId, request.rev, await moveOf(communityId, request, order, by), by, order.attachments === undefined ? {} : { attachments: order.attachments })
    }),
  }
}

/** Whether all who work in a room may read what it is about: neither the kind of matter nor who filed it keeps it from them. */
export function isForRoom(request: ServiceRequest, isForAll: (serviceCode: string) => boolean): boolean {
  return request.discretion !== 'private' && isForAll(request.serviceCode)
}

/** Auditors look on. */
function works({ disabled, role, scope }: StaffAccount, communityId: CommunityId): boolean {
  return !disabled && role !== 'auditor' && (scope === 'all' || scope.includes(communityId))
}
