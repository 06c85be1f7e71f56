import type {
  ConversationDetail, ConversationList, ConversationRow, DeskEvent, InboxChoices, InboxView, Me, ReplyTemplate, RequestContext, RequestDetail, RequestList, RequestRow, SavedViews,
} from '../../src/desk/api-types.js'
import type { Absence } from '../../src/requests/absence.js'
import type { Behind, Supervision } from '../../src/desk/supervision-types.js'
import { apply, isRefusal, levelReached, movesFor, pendingExtension, pendingOffer, type Hand, type Move } from '../../src/requests/apply-move.js'
import { firstOwnerOf, type ServiceRequest } from '../../src/requests/service-request.js'
import { exampleCitations } from './fixture-chat.js'
import type { Call, Said } from './fixture-server.js'

const communityId = 'east-lake'
const filedAt = Date.UTC(2026, 10, 22, 2, 0)
const lin: Me = { id: 's1', login: 'lin', name: '林工', role: 'staff', communities: [{ id: communityId, name: '东湖社区（示例）', isShut: false }, { id: 'north-gate', name: '北门社区（示例）', isShut: false }], hasSecondStep: false, owesSecondStep: false }
export const deskPassword = 'a long enough word'

export function aRequest(given: Partial<ServiceRequest> & { readonly id: string }): ServiceRequest {
  return {
    rev: 1, number: `DH-2611-${given.id.padStart(4, '0')}`, sourceKey: given.id, serviceCode: 'lighting', serviceName: '公共照明', intent: 'repair_env', status: 'assigned',
    owner: { kind: 'post', id: 'grid-1', name: '一网格' }, residentId: 'r1', channel: 'web', conversationId: 'web:r1', description: '3栋2单元楼道灯坏了，老人看不见', address: '3栋2单元',
    placeKey: null, fields: [{ name: 'object', value: '楼道灯', start: 5, end: 8 }], attachmentIds: [], reporters: [], appointment: null, urges: [], ratings: [],
    history: [
      { at: filedAt, actor: { kind: 'resident', id: 'r1' }, from: null, to: 'submitted', note: null },
      { at: filedAt, actor: { kind: 'bot' }, from: 'submitted', to: 'accepted', note: null },
      { at: filedAt, actor: { kind: 'bot' }, from: 'accepted', to: 'assigned', note: '首问负责：一网格' },
    ],
    filedAt, updatedAt: filedAt, settledAt: null, ...given,
  }
}

export function aConversation(given: Partial<ConversationDetail> & { readonly id: string }): ConversationDetail {
  return {
    communityId, channel: 'web', chat: 'private', title: '居民甲', mode: 'bot', reason: null, urgent: false, takenBy: null, lastAt: filedAt,
    lines: [
      { id: '1', at: filedAt, from: 'resident', name: '居民甲', text: '3栋2单元楼道灯坏了', citations: [], attachments: [], requestId: null },
      { id: '2', at: filedAt + 1000, from: 'bot', name: null, text: '已受理：3栋2单元楼道灯', citations: exampleCitations, attachments: [], requestId: '1' },
    ],
    ...given,
  }
}

/** A desk server in memory with one member of staff. */
export class FixtureDesk {
  readonly requests = new Map<string, ServiceRequest>()
  readonly conversations = new Map<string, ConversationDetail>()
  readonly made: Move[] = []
  isSetUp = true
  role: Me['role'] = 'staff'
  readonly invited: unknown[] = []
  readonly absences: Absence[] = []
  /** What the lead's page shows. */
  supervision: Supervision | null = null
  /** What stands beside a request; absent: nothing. */
  context: Partial<RequestContext> = {}
  templates: readonly ReplyTemplate[] = []
  views: SavedViews = { rev: 0, views: [] }
  /** Until when a request is promised, by id. */
  readonly dues = new Map<string, Pick<RequestRow, 'dueAt' | 'stage'>>()
  /** The queries by which the lead’s page was asked for. */
  readonly supervised: string[] = []
  /** The queries of the lists that were asked for. */
  readonly listed: string[] = []
  /** Requests as they were before the last step, while it can be taken back. */
  readonly #before = new Map<string, ServiceRequest>()
  /** How long a step can be taken back, ms. */
  undoMs = 10_000
  #sessions = new Set<string>()
  #streams = new Set<(event: string, data: unknown) => void>()

  answer(call: Call): Said {
    const path = call.path.replace('/api/desk', '')
    const isChange = call.method === 'POST'
    if (isChange && call.headers['x-yichuang'] !== 'desk') return { status: 403, json: { code: 'csrf', message: '请求被拒绝' } }
    const body = (call.body.length === 0 ? {} : JSON.parse(call.body.toString())) as Record<string, string>
    if (path === '/setup') return { status: 200, json: { needed: !this.isSetUp } }
    if (path === '/login') return this.#logIn(body)
    if (path.startsWith('/invitations/')) return this.#invitation(path, isChange)
    if (!this.#sessions.has(/desk=([^;]+)/.exec(call.cookie)?.[1] ?? '')) return { status: 401, json: { code: 'no-session', message: '请先登录' } }
    if (path === '/me') return { status: 200, json: { ...lin, role: this.role } }
    if (path === '/invitations') {
      this.invited.push(body)
      return { status: 201, json: { path: '/desk/invite/good', expiresAt: filedAt + 86_400_000 } }
    }
    if (path === '/logout') {
      this.#sessions.clear()
      return { status: 204 }
    }
    if (path === '/stream') return { stream: (send) => this.#stream(send) }
    const [, noun, , id = '', verb] = path.split('/').map(decodeURIComponent)
    if (noun === 'requests' && verb === 'context') return { status: 200, json: { earlier: [], similar: [], linked: [], talks: [], grounds: [], ...this.context } }
    if (noun === 'requests' && verb === 'undo') return this.#undo(id)
    if (noun === 'requests') return id === '' ? this.#list(call) : this.#request(id, verb === 'moves' ? body : null)
    if (noun === 'inbox-choices') return { status: 200, json: choices }
    if (noun === 'views') return this.#views(isChange ? (body as unknown as SavedViews) : null)
    if (noun === 'templates') return { status: 200, json: { templates: this.templates } }
    if (noun === 'receivers') return { status: 200, json: { posts: [{ kind: 'post', id: '一网格', name: '网格员 李师傅' }], staff: [{ id: 's3', name: '王芳', isLead: false, load: 2, awayUntil: null }, { id: 's2', name: '陈工', isLead: false, load: 5, awayUntil: filedAt + 86_400_000 }] } }
    if (noun === 'absences') return { status: 200, json: { absences: this.absences } }
    if (path === '/supervision') this.supervised.push(decodeURIComponent(call.query.toString()))
    if (noun === 'supervision') return this.#supervision(path.split('/')[2] ?? '')
    if (noun === 'conversations') return id === '' ? this.#talks() : this.#conversation(id, verb, body)
    return notFound
  }

  /** Whether a page listens to the news: what is told before is lost on it. */
  get isHeard(): boolean {
    return this.#streams.size > 0
  }

  tell(event: DeskEvent): void {
    for (const send of this.#streams) send(event.type, event)
  }

  file(request: ServiceRequest): void {
    this.requests.set(request.id, request)
    this.tell({ type: 'request', communityId, id: request.id, number: request.number, isNew: true })
  }

  /** A colleague at another computer does something with a request. */
  colleagueTakes(id: string): void {
    const request = this.requests.get(id)
    const moved = request && apply(request, { name: 'take', reason: null, brings: null }, { actor: { kind: 'staff', id: 's2', name: '陈工' }, isLead: false, now: filedAt + 60_000 })
    if (moved && !isRefusal(moved)) this.requests.set(id, { ...moved, rev: moved.rev + 1 })
  }

  wait(conversation: ConversationDetail): void {
    this.conversations.set(conversation.id, conversation)
    this.tell({ type: 'conversation', communityId, id: conversation.id, waiting: conversation.mode === 'waiting', urgent: conversation.urgent })
  }

  endSessions(): void {
    this.#sessions.clear()
  }

  #logIn({ login, password }: Record<string, string>): Said {
    if (login !== lin.login || password !== deskPassword) return { status: 401, json: { code: 'bad-login', message: '登录名或密码不对' } }
    return this.#enter()
  }

  #enter(): Said {
    this.#sessions.add('d1')
    return { status: 200, json: lin, cookie: 'desk=d1; HttpOnly; SameSite=Strict; Path=/' }
  }

  #invitation(path: string, isChange: boolean): Said {
    if (!path.endsWith('/good')) return notFound
    if (isChange) return this.#enter()
    return { status: 200, json: { role: 'admin', expiresAt: filedAt + 86_400_000, resets: null } }
  }

  #stream(send: (event: string, data: unknown) => void): () => void {
    this.#streams.add(send)
    return () => this.#streams.delete(send)
  }

  #views(given: SavedViews | null): Said {
    if (given !== null && given.rev !== this.views.rev) return { status: 409, json: { code: 'conflict', message: '刚刚有人改过了' } }
    if (given !== null) this.views = { rev: given.rev + 1, views: given.views }
    return { status: 200, json: this.views }
  }

  #undo(id: string): Said {
    const [before, now] = [this.#before.get(id), this.requests.get(id)]
    if (before === undefined || now === undefined) return { status: 409, json: { code: 'too-late', message: '已经过了能撤销的时间' } }
    this.requests.set(id, { ...before, rev: now.rev + 1 })
    this.#before.delete(id)
    return { status: 200, json: this.#detail(this.requests.get(id) ?? before) }
  }

  #list(call: Call): Said {
    this.listed.push([...call.query].map(([name, value]) => `${name}=${value}`).join('&'))
    const view = call.query.get('view') as InboxView
    const all = [...this.requests.values()].reverse()
    const shown: Record<InboxView, (request: ServiceRequest) => boolean> = {
      open: (r) => r.settledAt === null, mine: (r) => r.owner.id === lin.id, unclaimed: (r) => r.owner.kind === 'post', confirming: (r) => r.status === 'confirming',
      closed: (r) => r.settledAt !== null, all: () => true, overdue: () => false, awaiting: (r) => r.status === 'awaiting-resident', mentioned: () => false,
    }
    const counts = Object.fromEntries(Object.entries(shown).map(([name, fits]) => [name, all.filter(fits).length])) as Record<InboxView, number>
    const [after, building, service] = [call.query.get('after'), call.query.get('building'), call.query.get('service')]
    const fitting = all.filter((request) => shown[view](request) && (building === null || request.address?.startsWith(`${building}栋`) === true) && (service === null || request.serviceCode === service))
    const rest = fitting.slice(after === null ? 0 : fitting.findIndex(({ id }) => id === after) + 1)
    const list: RequestList = { requests: rest.slice(0, 50).map((request) => ({ ...rowOf(request), ...this.dues.get(request.id) })), more: rest.length > 50, counts }
    return { status: 200, json: list }
  }

  #hand(): Hand {
    return { actor: { kind: 'staff', id: lin.id, name: lin.name }, isLead: this.role === 'lead' || this.role === 'admin', now: filedAt + 120_000 }
  }

  #detail(request: ServiceRequest): RequestDetail {
    return { request, conversation: this.conversations.get(request.conversationId) ?? null, moves: movesFor(request, this.#hand()),
      clock: { kind: 'unpromised' }, level: levelReached(request), firstOwner: firstOwnerOf(request), grid: '第一网格', offer: pendingOffer(request)?.to ?? null, extension: pendingExtension(request)?.workdays ?? null, unit: null,
    }
  }

  #request(id: string, act: Record<string, unknown> | null): Said {
    const request = this.requests.get(id)
    if (request === undefined) return notFound
    if (act === null) return { status: 200, json: this.#detail(request) }
    if (act['rev'] !== request.rev) return { status: 409, json: { code: 'conflict', message: '刚刚有人更新了这张工单', newest: this.#detail(request) } }
    const { rev, ...move } = act as unknown as Move & { rev: number }
    this.made.push(move)
    const moved = apply(request, move, this.#hand())
    if (isRefusal(moved)) return { status: 409, json: { code: 'not-allowed', message: moved.says } }
    const asked = moved.status === 'done' ? apply(moved, { name: 'ask-confirm', reason: null, brings: null }, { actor: { kind: 'bot' }, isLead: false, now: filedAt + 120_000 }) : moved
    if (isRefusal(asked)) return notFound
    const next: ServiceRequest = { ...asked, rev: rev + 1 }
    this.requests.set(id, next)
    this.#before.set(id, request)
    return { status: 200, json: { ...this.#detail(next), undoUntil: (next.history.at(-1)?.at ?? 0) + this.undoMs } }
  }

  #supervision(what: string): Said {
    if (this.supervision === null) return notFound
    if (what !== 'behind') return { status: 200, json: this.supervision }
    const requests: Behind['requests'] = [...this.requests.values()].map((request, index) => ({ ...rowOf(request), counted: index % 2 === 0 }))
    return { status: 200, json: { requests } }
  }

  #talks(): Said {
    const order = { waiting: 0, staff: 1, bot: 2 } as const
    const rows: ConversationRow[] = [...this.conversations.values()].sort((a, b) => order[a.mode] - order[b.mode])
    const list: ConversationList = { conversations: rows, waiting: rows.filter((row) => row.mode === 'waiting').length }
    return { status: 200, json: list }
  }

  #conversation(id: string, verb: string | undefined, body: Record<string, string>): Said {
    const talk = this.conversations.get(id)
    if (talk === undefined) return notFound
    const next = ((): ConversationDetail => {
      switch (verb) {
        case 'take': return { ...talk, mode: 'staff', takenBy: lin.name, urgent: false }
        case 'release': return { ...talk, mode: 'bot', takenBy: null }
        case 'say': return { ...talk, lines: [...talk.lines, { id: `x${talk.lines.length}`, at: filedAt + 5000, from: 'staff', name: lin.name, text: body['text'] ?? '', citations: [], attachments: [], requestId: null }] }
        default: return talk
      }
    })()
    this.conversations.set(id, next)
    return { status: 200, json: next }
  }
}

const choices: InboxChoices = {
  services: [{ id: 'lighting', name: '公共照明' }, { id: 'waste', name: '垃圾清运' }], owners: [{ id: 'post:grid-1', name: '一网格' }], grids: ['第一网格'], buildings: ['3', '5'],
  catalogue: [{ id: 'lighting', name: '公共照明' }, { id: 'waste', name: '垃圾清运' }],
}

const notFound: Said = { status: 404, json: { code: 'not-found', message: '没有找到' } }

function rowOf(request: ServiceRequest): RequestRow {
  const { id, number, serviceName, status, owner, updatedAt } = request
  return { id, communityId, number, serviceName, status, summary: request.description, owner, filedAt: request.filedAt, updatedAt, reporters: Math.max(1, request.reporters.length), urges: request.urges.length }
}
