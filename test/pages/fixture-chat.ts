import type { ChatCommunity, ChatEvent, ChatHistory, ChatLine, ChatSend, ChatSent, ChatSessionInfo, ChatUploaded, OwnRequests } from '../../src/channels/web-types.js'
import type { Citation } from '../../src/retrieval/citation.js'
import type { Call, Said } from './fixture-server.js'

export const exampleCommunities: readonly ChatCommunity[] = [
  { id: 'east-lake', name: '东湖社区（示例）', place: '某省 · 甲市 · 东湖街道' },
  { id: 'north-gate', name: '北门社区（示例）', place: '某省 · 乙市 · 北门街道' },
]

/** Invented text: what is shown is tested here, not what the policies say. */
export const exampleCitations: readonly Citation[] = [
  {
    kind: 'policy', document: '关于示例社区工作的实施意见', number: '甲政发〔2019〕1号', section: '二/(三)/3', quote: '每个社区配备示例人员若干名。', source: '每个社区配备示例人员 若干名。',
    status: 'in-force', jurisdiction: '330500', date: '2019-03-01', clause: '3.加强队伍建设。每个社区配备示例人员若干名。具体由街道安排。', answer: { start: 10, end: 13 },
  },
  {
    kind: 'policy', document: '示例社区服务办法', number: null, section: '附件/22', quote: '鼓励居民互助。', source: '鼓励居民互助。', status: 'draft', jurisdiction: '131000', date: null,
    clause: '22.鼓励居民互助。',
  },
  { kind: 'fact', document: '办公时间', number: null, section: '', quote: '周一至周五 9:00–17:00(示例)', source: '居委会登记（示例）', status: 'in-force', jurisdiction: '330500', date: '2026-11-01', clause: '' },
]

interface Resident {
  readonly id: string
  readonly community: ChatCommunity
}

/** A chat server in memory, with a bot that knows five sentences. */
export class FixtureChat {
  readonly lines: ChatLine[] = []
  /** Ids that were posted, each time they came. */
  readonly posted: string[] = []
  /** What the next posts answer instead of 202. */
  readonly refusals: { status: number; message: string }[] = []
  /** What a resident sees among 「我的工单」. */
  readonly ownRequests: OwnRequests['requests'][number][] = []
  readonly uploads = new Map<string, Buffer>()
  #residents = new Map<string, Resident>()
  #taken = new Set<string>()
  #streams = new Set<{ resident: Resident; send: (event: string, data: unknown, id?: string) => void }>()
  #count = 0

  constructor(private readonly communities: readonly ChatCommunity[] = exampleCommunities) {}

  answer(call: Call): Said {
    if (call.path === '/api/chat/communities') return { status: 200, json: { communities: this.communities } }
    if (call.path === '/api/chat/session' && call.method === 'POST') return this.#openSession(call)
    const resident = this.#residents.get(/resident=([^;]+)/.exec(call.cookie)?.[1] ?? '')
    if (resident === undefined) return { status: 401, json: { code: 'no-session', message: '请先选社区' } }
    switch (call.path) {
      case '/api/chat/session': return { status: 200, json: this.#infoOf(resident) }
      case '/api/chat/requests': return { status: 200, json: { requests: this.ownRequests } }
      case '/api/chat/stream': return { stream: (send) => this.#stream(resident, send) }
      case '/api/chat/attachments': return this.#upload(call)
      case '/api/chat/messages': return call.method === 'GET' ? this.#history(call, resident) : this.#post(call, resident)
      default: {
        const change = /^\/api\/chat\/messages\/([\w-]+)\/(recall|edit)$/.exec(call.path)
        if (change) return this.#change(resident, change[1] ?? '', change[2] === 'recall' ? null : (JSON.parse(call.body.toString()) as { text: string }).text)
        const bytes = this.uploads.get(call.path.replace('/api/chat/attachments/', ''))
        return bytes === undefined ? { status: 404, json: { code: 'not-found', message: '没有这个文件' } } : { status: 200, bytes, mediaType: 'image/png' }
      }
    }
  }

  /** A line that the page did not ask for: a neighbour's, a member of staff's, the bot's. */
  say(line: Partial<ChatLine> & Pick<ChatLine, 'conversationId' | 'from' | 'text'>, authorId = ''): ChatLine {
    this.#count += 1
    const full: ChatLine = {
      id: String(this.#count).padStart(8, '0'), at: Date.UTC(2026, 10, 23, 1, 0) + this.#count * 60_000, name: null, choices: [], citations: [], attachments: [], urgent: false, clientId: null, ...line,
    }
    this.lines.push(full)
    for (const { resident, send } of this.#streams) {
      if (this.#conversationsOf(resident).includes(full.conversationId)) send('line', seenBy(full, resident, authorId), full.id)
    }
    this.#authors.set(full.id, authorId)
    return full
  }
  #authors = new Map<string, string>()

  typing(conversationId: string): void {
    const data: Extract<ChatEvent, { type: 'typing' }> = { type: 'typing', conversationId }
    for (const { resident, send } of this.#streams) if (this.#conversationsOf(resident).includes(conversationId)) send('typing', data)
  }

  /** The private conversation of the newest resident. */
  get newestPrivate(): string {
    return `web:${[...this.#residents.values()].at(-1)?.id ?? ''}`
  }

  forgetResidents(): void {
    this.#residents.clear()
  }

  #openSession(call: Call): Said {
    const { communityId } = JSON.parse(call.body.toString()) as { communityId: string }
    const community = this.communities.find(({ id }) => id === communityId)
    if (community === undefined) return { status: 404, json: { code: 'not-found', message: '没有这个社区' } }
    const resident: Resident = { id: `r${this.#residents.size + 1}`, community }
    this.#residents.set(resident.id, resident)
    return { status: 200, json: this.#infoOf(resident), cookie: `resident=${resident.id}; HttpOnly; SameSite=Lax; Path=/` }
  }

  #infoOf({ id, community }: Resident): ChatSessionInfo {
    return {
      community, residentId: id,
      conversations: [{ id: `web:${id}`, chat: 'private', title: '私聊' }, { id: `room:${community.id}`, chat: 'group', title: `${community.name}群` }],
    }
  }

  #conversationsOf({ id, community }: Resident): readonly string[] {
    return [`web:${id}`, `room:${community.id}`]
  }

  #stream(resident: Resident, send: (event: string, data: unknown, id?: string) => void): () => void {
    const stream = { resident, send }
    this.#streams.add(stream)
    send('ready', {})
    return () => this.#streams.delete(stream)
  }

  #upload(call: Call): Said {
    const body = call.body
    const start = body.indexOf('\r\n\r\n') + 4
    const bytes = body.subarray(start, body.lastIndexOf('\r\n--'))
    const isPng = bytes.subarray(1, 4).toString() === 'PNG'
    if (!isPng) return { status: 415, json: { code: 'bad-file', message: '这不是能看的照片，请换一张 JPG 或 PNG。' } }
    const id = `file${this.uploads.size + 1}`
    this.uploads.set(id, Buffer.from(bytes))
    const uploaded: ChatUploaded = { id, kind: 'image', mediaType: 'image/png', bytes: bytes.length }
    return { status: 201, json: uploaded }
  }

  #history(call: Call, resident: Resident): Said {
    const before = call.query.get('before')
    const all = this.lines.filter((line) => line.conversationId === call.query.get('conversation') && (before === null || line.id < before))
    const history: ChatHistory = { lines: all.slice(-50).map((line) => seenBy(line, resident, this.#authors.get(line.id) ?? '')), more: all.length > 50 }
    return { status: 200, json: history }
  }

  /** Takes an own line back, or puts other words in its place, and shows it again. */
  #change(resident: Resident, clientId: string, text: string | null): Said {
    const refusal = this.refusals.shift()
    if (refusal !== undefined) return { status: refusal.status, json: { code: 'refused', message: refusal.message } }
    const at = this.lines.findIndex((line) => line.clientId === clientId)
    const line = this.lines[at]
    if (line === undefined) return { status: 404, json: { code: 'not-found', message: '没有找到这条消息' } }
    const changed: ChatLine = text === null ? { ...line, text: '（居民撤回了这条消息）', attachments: [], changed: 'recalled' } : { ...line, text, changed: 'edited' }
    this.lines[at] = changed
    for (const stream of this.#streams) stream.send('line', seenBy(changed, stream.resident, resident.id), changed.id)
    return { status: 202, json: { clientId } }
  }

  #post(call: Call, resident: Resident): Said {
    const message = JSON.parse(call.body.toString()) as ChatSend
    this.posted.push(message.clientId)
    const refusal = this.refusals.shift()
    if (refusal !== undefined) return { status: refusal.status, json: { code: 'refused', message: refusal.message } }
    const sent: ChatSent = { clientId: message.clientId, cut: false }
    if (this.#taken.has(message.clientId)) return { status: 202, json: sent }
    this.#taken.add(message.clientId)
    const { conversationId } = message
    this.say({
      conversationId, from: 'me', text: message.text, clientId: message.clientId, name: `邻居${resident.id}`,
      attachments: message.attachmentIds.map((id) => ({ id, kind: 'image', mediaType: 'image/png' })),
    }, resident.id)
    const isAddressed = conversationId.startsWith('web:') || message.text.includes('@小助手')
    if (isAddressed) this.say({ conversationId, from: 'bot', ...replyTo(message.text) })
    return { status: 202, json: sent }
  }
}

/** A line as this resident sees it: one's own is `me`, the same line is a neighbour's to the others. */
function seenBy(line: ChatLine, resident: Resident, authorId: string): ChatLine {
  if (line.from !== 'me') return line
  return authorId === resident.id ? { ...line, name: null } : { ...line, from: 'neighbour', clientId: null }
}

function replyTo(text: string): Pick<ChatLine, 'text'> & Partial<ChatLine> {
  if (text.includes('着火')) return { text: '请马上离开，不要坐电梯，并拨打 119。有人受伤请拨打 120。\n已经通知值班人员。', urgent: true }
  if (text.includes('工作人员')) return { text: '文件写的是：「每个社区配备示例人员若干名。」', citations: exampleCitations }
  if (text.includes('灯')) return { text: '已受理：3栋2单元楼道灯，工单 DH-2611-0001。\n地方说得对吗？', choices: ['对', '不对，我改一下'] }
  if (text.includes('人工')) return { text: '已请值班人员来，请稍等。' }
  return { text: '手上的文件里没有写这个。要帮您转给窗口问清楚吗？', choices: ['转人工', '不用了'] }
}
