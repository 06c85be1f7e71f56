import type { ApiError, ChatCommunities, ChatEdit, ChatHistory, ChatRecall, ChatSend, ChatSessionInfo, ChatUploaded, OwnRequests } from '../web-types.js'
import { callWords } from './words.js'

/** An answer of the server, or why there is none. `status` 0: it could not be reached. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly message: string; /** How long to wait, ms, if it said. */ readonly retryAfterMs: number | null }

/** A call that takes longer counts as not reached, ms; a picture over a slow line may take longer. */
const callTimeoutMs = 20_000
const uploadTimeoutMs = 120_000

export const listCommunities = (): Promise<Answer<ChatCommunities>> => call('GET', '/api/chat/communities')
export const readSession = (): Promise<Answer<ChatSessionInfo>> => call('GET', '/api/chat/session')
export const openSession = (communityId: string): Promise<Answer<ChatSessionInfo>> => call('POST', '/api/chat/session', { communityId })
/** Opens the chat by a link from a room: what was begun there goes on. */
export const continueByLink = (token: string): Promise<Answer<ChatSessionInfo>> => call('POST', '/api/chat/continue', { token })
export const listOwnRequests = (): Promise<Answer<OwnRequests>> => call('GET', '/api/chat/requests')
export const sendMessage = (message: ChatSend): Promise<Answer<unknown>> => call('POST', '/api/chat/messages', message)
export const recallMessage = (clientId: string, recall: ChatRecall): Promise<Answer<unknown>> => call('POST', `/api/chat/messages/${clientId}/recall`, recall)
export const editMessage = (clientId: string, edit: ChatEdit): Promise<Answer<unknown>> => call('POST', `/api/chat/messages/${clientId}/edit`, edit)

export function readHistory(conversationId: string, before: string | null): Promise<Answer<ChatHistory>> {
  const query = new URLSearchParams({ conversation: conversationId, ...(before === null ? {} : { before }) })
  return call('GET', `/api/chat/messages?${query.toString()}`)
}

export function uploadFile(file: Blob): Promise<Answer<ChatUploaded>> {
  const form = new FormData()
  form.append('file', file, 'file')
  return call('POST', '/api/chat/attachments', form, uploadTimeoutMs)
}

export const attachmentUrl = (id: string): string => `/api/chat/attachments/${encodeURIComponent(id)}`
export const calendarUrl = (requestId: string): string => `/api/chat/bookings/${encodeURIComponent(requestId)}/calendar.ics`

async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown, timeoutMs = callTimeoutMs): Promise<Answer<T>> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), timeoutMs)
  try {
    const isForm = body instanceof FormData
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: deadline.signal,
      ...(body === undefined ? {} : isForm ? { body } : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    const text = await response.text()
    if (response.ok) return { ok: true, value: (text === '' ? null : JSON.parse(text)) as T }
    return { ok: false, status: response.status, message: sentenceOf(text), retryAfterMs: secondsOf(response.headers.get('retry-after')) }
  } catch {
    return { ok: false, status: 0, message: callWords.unreachable, retryAfterMs: null }
  } finally {
    clearTimeout(timer)
  }
}

function sentenceOf(text: string): string {
  try {
    const { message } = JSON.parse(text) as Partial<ApiError>
    if (typeof message === 'string' && message !== '') return message
  } catch {
    // A proxy's page, not our words.
  }
  return callWords.failed
}

function secondsOf(header: string | null): number | null {
  const seconds = header === null ? Number.NaN : Number(header)
  return Number.isFinite(seconds) ? seconds * 1000 : null
}
