import { computed, reactive, ref, shallowRef } from 'vue'
import type { ChatLine, ChatSessionInfo } from '../web-types.js'
import { continueByLink, editMessage, openSession, readHistory, readSession, recallMessage, sendMessage, uploadFile } from './api.js'
import { newClientId } from './client-id.js'
import { mergeLines } from './lines.js'
import { openLive } from './live.js'
import { fromDataUrl } from './pictures.js'
import { createUnsentQueue, type UnsentLine } from './unsent.js'
import { chatWords } from './words.js'

export type ChatKind = 'private' | 'group'

/** One of the two tabs: the resident's private chat, or the room of the community. */
export interface Talk {
  readonly id: string
  readonly chat: ChatKind
  readonly title: string
  lines: readonly ChatLine[]
  /** Whether older lines can be asked for. */
  more: boolean
  loading: boolean
  /** Somebody's words that came while the other tab was open. */
  unread: number
  typing: boolean
}

const communityKey = 'yichuang-community'
/** 「正在输入」 goes away after this if nothing comes, ms. */
const typingMs = 8_000

/** Everything the page knows, and what a resident can do with it. */
export function createChat() {
  /** `starting` until the server has said whether this browser is known. */
  const phase = ref<'starting' | 'choosing' | 'talking'>('starting')
  const session = shallowRef<ChatSessionInfo | null>(null)
  const talks = reactive<Record<ChatKind, Talk | null>>({ private: null, group: null })
  const tab = ref<ChatKind>('private')
  const online = ref(true)
  const notice = ref('')
  /** The last danger reply, for the assertive live region. */
  const alarm = ref('')
  let closeLive = (): void => {}
  const typingTimers = new Map<string, ReturnType<typeof setTimeout>>()

  const queue = createUnsentQueue({
    post: sendMessage,
    upload: (dataUrl) => uploadFile(fromDataUrl(dataUrl)),
    conversationOf: (line) => (session.value?.community.id === line.communityId ? (talks[line.chat]?.id ?? null) : null),
    sessionLost,
    storage: sessionStorage,
    later: (work, ms) => setTimeout(work, ms),
  })

  const talk = computed(() => talks[tab.value])
  /** The resident's lines of the open tab that the server has not shown back yet. */
  const unsent = computed<readonly UnsentLine[]>(() =>
    queue.lines.value.filter((line) => line.chat === tab.value && line.communityId === session.value?.community.id))

  async function start(): Promise<void> {
    const token = /^#k=([A-Za-z0-9_-]{43})$/.exec(location.hash)?.[1]
    if (token !== undefined) {
      // It works once: it must not stay in the address, nor in the history.
      history.replaceState(null, '', location.pathname + location.search)
      const opened = await continueByLink(token)
      if (opened.ok) {
        enter(opened.value)
        send('private', chatWords.goOn, null)
        return
      }
      notice.value = opened.message
    }
    const answer = await readSession()
    if (answer.ok) return enter(answer.value)
    if (answer.status === 0 || answer.status >= 500) {
      online.value = false
      setTimeout(() => void start(), 3_000)
      return
    }
    const asked = new URLSearchParams(location.search).get('community')
    if (asked !== null && (await choose(asked))) return
    phase.value = 'choosing'
  }

  /** Opens the chat of a community; the server remembers this browser by a cookie. */
  async function choose(communityId: string): Promise<boolean> {
    if (session.value?.community.id === communityId) {
      phase.value = 'talking'
      return true
    }
    const answer = await openSession(communityId)
    if (!answer.ok) {
      notice.value = answer.status === 0 ? chatWords.unreachable : answer.message
      return false
    }
    notice.value = ''
    enter(answer.value)
    return true
  }

  function enter(info: ChatSessionInfo): void {
    closeLive()
    session.value = info
    for (const chat of ['private', 'group'] as const) {
      const found = info.conversations.find((conversation) => conversation.chat === chat)
      talks[chat] = found === undefined ? null : { ...found, chat, lines: [], more: false, loading: true, unread: 0, typing: false }
    }
    tab.value = 'private'
    phase.value = 'talking'
    online.value = true
    rememberCommunity(info.community.id)
    for (const each of [talks.private, talks.group]) if (each !== null) void load(each)
    closeLive = openLive({
      line: arrive,
      typing: showTyping,
      up: () => {
        online.value = true
        for (const each of [talks.private, talks.group]) if (each !== null) void load(each)
        void queue.flush()
      },
      down: () => {
        online.value = false
      },
      refused: () => void readSession().then((answer) => {
        if (!answer.ok && answer.status === 401) sessionLost()
      }),
    })
  }

  /** The newest lines of a conversation, or those before the oldest one shown. */
  async function load(which: Talk, older = false): Promise<void> {
    which.loading = true
    const answer = await readHistory(which.id, older ? (which.lines[0]?.id ?? null) : null)
    which.loading = false
    if (!answer.ok) {
      if (answer.status === 401) sessionLost()
      return
    }
    const { lines, more } = answer.value
    // After a long absence the newest page may not reach back to what is shown: better go on from it than leave a gap.
    const hasGap = !older && more && !lines.some((line) => which.lines.some((known) => known.id === line.id))
    if (older || hasGap || which.lines.length === 0) which.more = more
    which.lines = mergeLines(hasGap ? [] : which.lines, lines)
    forgetSent(lines)
  }

  function arrive(line: ChatLine): void {
    const into = [talks.private, talks.group].find((each) => each?.id === line.conversationId)
    if (into === undefined || into === null) return
    const isNew = !into.lines.some((known) => known.id === line.id)
    into.lines = mergeLines(into.lines, [line])
    forgetSent([line])
    if (line.from === 'bot' || line.from === 'staff') into.typing = false
    if (!isNew || line.from === 'me') return
    if (into.chat !== tab.value) into.unread += 1
    if (line.urgent) alarm.value = line.text
  }

  function forgetSent(lines: readonly ChatLine[]): void {
    queue.seen(lines.flatMap((line) => (line.clientId === null ? [] : [line.clientId])))
  }

  function showTyping(conversationId: string): void {
    const which = [talks.private, talks.group].find((each) => each?.id === conversationId)
    if (which === undefined || which === null) return
    which.typing = true
    clearTimeout(typingTimers.get(conversationId))
    typingTimers.set(conversationId, setTimeout(() => (which.typing = false), typingMs))
  }

  function send(chat: ChatKind, text: string, file: string | null = null): void {
    const communityId = session.value?.community.id
    if (communityId === undefined || (text.trim() === '' && file === null)) return
    queue.add({ clientId: newClientId(), communityId, chat, text, file, at: Date.now() })
  }

  /** Takes an own line back, or with `text` changes it; resolves to why it did not work, `null` when it did. The page shows it once the server does. */
  async function change(line: ChatLine, text: string | null): Promise<string | null> {
    const { clientId, conversationId } = line
    if (clientId === null) return null
    const answer = text === null ? await recallMessage(clientId, { conversationId }) : await editMessage(clientId, { conversationId, changeId: newClientId(), text })
    return answer.ok ? null : answer.status === 0 ? chatWords.notChanged : answer.message
  }

  function open(chat: ChatKind): void {
    tab.value = chat
    const which = talks[chat]
    if (which !== null) which.unread = 0
  }

  function sessionLost(): void {
    if (phase.value !== 'talking') return
    closeLive()
    session.value = null
    phase.value = 'choosing'
    notice.value = chatWords.chooseAgain
  }

  return { phase, session, talks, tab, talk, unsent, online, notice, alarm, queue, start, choose, load, send, change, open }
}

export type Chat = ReturnType<typeof createChat>

export function rememberedCommunity(): string | null {
  try {
    return localStorage.getItem(communityKey)
  } catch {
    return null
  }
}

function rememberCommunity(id: string): void {
  try {
    localStorage.setItem(communityKey, id)
  } catch {
    // Private browsing.
  }
}
