import type { ApiKeyMade, ApiKeyShown, DeliveryShown, ImportResult, WebhookMade, WebhookShown } from '../../../exchange/exchange-types.js'
import type { ExportFormat } from '../../../exchange/write-file.js'
import type { KeyRight } from '../../../open311/api-key.js'
import type { EventType } from '../../../webhooks/webhook.js'
import { call, queryOf, type Answer } from '../api/client.js'
import { callWords } from '../words/desk.js'

type Scope = 'all' | readonly string[]

export function importFile(communityId: string, file: File, wishes: { readonly dry: 'yes' | 'no'; readonly refuse: 'line' | 'file' }): Promise<Answer<ImportResult>> {
  const form = new FormData()
  form.append('file', file)
  return call('POST', `/imports/${encodeURIComponent(communityId)}?${queryOf(wishes)}`, form)
}

/** The file itself, or a sentence why there is none. */
export async function exportFile(communityId: string, wishes: { readonly reason: string; readonly format: ExportFormat; readonly encoding: 'utf-8' | 'gbk'; readonly from?: string; readonly until?: string }): Promise<Blob | string> {
  try {
    const response = await fetch(`/api/desk/exports/${encodeURIComponent(communityId)}`, { method: 'POST', credentials: 'same-origin', headers: { 'x-yichuang': 'desk', 'content-type': 'application/json' }, body: JSON.stringify(wishes) })
    if (response.ok) return await response.blob()
    const { message } = (await response.json()) as { readonly message?: string }
    return message ?? callWords.failed
  } catch {
    return callWords.unreachable
  }
}

export const listWebhooks = (): Promise<Answer<readonly WebhookShown[]>> => call('GET', '/webhooks')
interface WebhookWish { readonly name: string; readonly url: string; readonly scope: Scope; readonly events: readonly EventType[]; readonly withWords: boolean }
export const addWebhook = (given: WebhookWish): Promise<Answer<WebhookMade>> => call('POST', '/webhooks', given)
export const changeWebhook = (id: string, given: WebhookWish): Promise<Answer<readonly WebhookShown[]>> => call('POST', `/webhooks/${encodeURIComponent(id)}`, given)
export const renewSecret = (id: string): Promise<Answer<WebhookMade>> => call('POST', `/webhooks/${encodeURIComponent(id)}/secret`, {})
export const setWebhook = (id: string, on: boolean): Promise<Answer<readonly WebhookShown[]>> => call('POST', `/webhooks/${encodeURIComponent(id)}/state`, { on })
export const removeWebhook = (id: string): Promise<Answer<readonly WebhookShown[]>> => call('POST', `/webhooks/${encodeURIComponent(id)}/remove`, {})
export const testWebhook = (id: string): Promise<Answer<DeliveryShown>> => call('POST', `/webhooks/${encodeURIComponent(id)}/test`, {})
export const readWebhookLog = (id: string): Promise<Answer<readonly DeliveryShown[]>> => call('GET', `/webhooks/${encodeURIComponent(id)}/log`)
export const resend = (id: string, communityId: string, deliveryId: string): Promise<Answer<DeliveryShown>> => call('POST', `/webhooks/${encodeURIComponent(id)}/resend`, { communityId, deliveryId })

export const listKeys = (): Promise<Answer<readonly ApiKeyShown[]>> => call('GET', '/api-keys')
export const makeKey = (given: { readonly name: string; readonly scope: Scope; readonly rights: readonly KeyRight[]; readonly perMinute: number }): Promise<Answer<ApiKeyMade>> => call('POST', '/api-keys', given)
export const revokeKey = (id: string): Promise<Answer<readonly ApiKeyShown[]>> => call('POST', `/api-keys/${encodeURIComponent(id)}/revoke`, {})
