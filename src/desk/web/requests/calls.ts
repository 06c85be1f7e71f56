import type { InboxChoices, ReplyTemplate, RequestContext, RequestDetail, SavedView, SavedViews, TemplateList } from '../../api-types.js'
import { call, pathOf, queryOf, type Answer } from '../api/client.js'

export const readContext = (communityId: string, id: string): Promise<Answer<RequestContext>> => call('GET', `/requests/${pathOf(communityId, id)}/context`)
export const undoStep = (communityId: string, id: string): Promise<Answer<RequestDetail>> => call('POST', `/requests/${pathOf(communityId, id)}/undo`, {})

export const readChoices = (communityId: string | null): Promise<Answer<InboxChoices>> => call('GET', `/inbox-choices?${queryOf({ community: communityId })}`)
export const readViews = (): Promise<Answer<SavedViews>> => call('GET', '/views')
export const saveViews = (rev: number, views: readonly SavedView[]): Promise<Answer<SavedViews>> => call('POST', '/views', { rev, views })

export const readTemplates = (communityId: string): Promise<Answer<TemplateList>> => call('GET', `/templates/${encodeURIComponent(communityId)}`)
export const saveTemplate = (communityId: string, template: Omit<ReplyTemplate, 'id' | 'isFirst'> & { readonly id: string | null }): Promise<Answer<TemplateList>> => call('POST', `/templates/${encodeURIComponent(communityId)}`, template)
export const removeTemplate = (communityId: string, id: string): Promise<Answer<TemplateList>> => call('POST', `/templates/${pathOf(communityId, id)}/remove`, {})
