import { shallowRef } from 'vue'
import { inboxViews, type InboxView } from '../api-types.js'

export const knowledgeParts = ['versions', 'policies', 'facts', 'services', 'trial', 'findings', 'gaps'] as const
export type KnowledgePart = (typeof knowledgeParts)[number]

/** Where one can be at the desk. The address says it all, so that a link can be given to a colleague. */
export type Place =
  | { readonly page: 'inbox'; readonly view: InboxView; /** Absent: everything. */ readonly search?: string }
  | { readonly page: 'request'; readonly communityId: string; readonly id: string; readonly reply: boolean }
  | { readonly page: 'conversations' }
  | { readonly page: 'conversation'; readonly communityId: string; readonly id: string }
  | { readonly page: 'colleagues' }
  | { readonly page: 'duty' | 'pages' | 'channels' | 'absences' | 'supervision' }
  | { readonly page: (typeof plainPages)[number] }
  | { readonly page: 'bookings'; readonly day: string | null }
  | { readonly page: 'knowledge'; readonly part: KnowledgePart; /** A line of staff to make a fact of. */ readonly from?: { readonly communityId: string; readonly line: string } }
  | { readonly page: 'knowledge-version'; readonly number: number }
  | { readonly page: 'invitation'; readonly token: string }
  | { readonly page: 'missing' }

/** Pages whose address is their name and nothing else. */
const plainPages = ['understanding', 'training', 'rooms', 'place', 'grids', 'hours', 'calendar', 'groups', 'health', 'account', 'audit'] as const

const base = '/desk'

export function placeAt(path: string, search: string): Place {
  const [first = '', second, third, ...rest] = path.replace(/^\/desk\/?/, '').replace(/\/$/, '').split('/').map(decode)
  if (rest.length > 0) return { page: 'missing' }
  const query = new URLSearchParams(search)
  if (first === '' || (first === 'login' && second === undefined)) {
    return { page: 'inbox', view: inboxViews.find((view) => view === query.get('view')) ?? 'open', ...(query.has('search') ? { search: query.get('search') ?? '' } : {}) }
  }
  if (first === 'requests' && second && third) return { page: 'request', communityId: second, id: third, reply: query.has('reply') }
  if (first === 'conversations' && second === undefined) return { page: 'conversations' }
  if (first === 'conversations' && second && third) return { page: 'conversation', communityId: second, id: third }
  if (first === 'colleagues' && second === undefined) return { page: 'colleagues' }
  if ((first === 'duty' || first === 'pages' || first === 'channels' || first === 'absences' || first === 'supervision') && second === undefined) return { page: first }
  const plain = plainPages.find((page) => page === first)
  if (plain !== undefined && second === undefined) return { page: plain }
  if (first === 'bookings' && second === undefined) return { page: 'bookings', day: /^\d{4}-\d{2}-\d{2}$/.exec(query.get('day') ?? '')?.[0] ?? null }
  if (first === 'knowledge' && second === 'versions' && third !== undefined && /^\d{1,9}$/.test(third)) return { page: 'knowledge-version', number: Number(third) }
  const part = first === 'knowledge' && third === undefined ? knowledgeParts.find((one) => one === (second ?? 'versions')) : undefined
  const [from, line] = [query.get('community'), query.get('line')]
  if (part !== undefined) return { page: 'knowledge', part, ...(part === 'facts' && from !== null && line !== null ? { from: { communityId: from, line } } : {}) }
  if (first === 'invite' && second && third === undefined) return { page: 'invitation', token: second }
  return { page: 'missing' }
}

export function addressOf(to: Place): string {
  switch (to.page) {
    case 'inbox': {
      const query = new URLSearchParams({ ...(to.view === 'open' ? {} : { view: to.view }), ...(to.search === undefined || to.search === '' ? {} : { search: to.search }) }).toString()
      return query === '' ? `${base}/` : `${base}/?${query}`
    }
    case 'request': return `${base}/requests/${encodeURIComponent(to.communityId)}/${encodeURIComponent(to.id)}${to.reply ? '?reply' : ''}`
    case 'conversations': return `${base}/conversations`
    case 'conversation': return `${base}/conversations/${encodeURIComponent(to.communityId)}/${encodeURIComponent(to.id)}`
    case 'colleagues': return `${base}/colleagues`
    case 'duty': case 'pages': case 'channels': case 'absences': case 'supervision': return `${base}/${to.page}`
    case 'understanding': case 'training': case 'rooms': case 'place': case 'grids': case 'hours': case 'calendar': case 'groups': case 'health': case 'account': case 'audit': return `${base}/${to.page}`
    case 'bookings': return to.day === null ? `${base}/bookings` : `${base}/bookings?day=${to.day}`
    case 'knowledge': return `${base}/knowledge/${to.part}${to.from === undefined ? '' : `?${new URLSearchParams({ community: to.from.communityId, line: to.from.line }).toString()}`}`
    case 'knowledge-version': return `${base}/knowledge/versions/${to.number}`
    case 'invitation': return `${base}/invite/${encodeURIComponent(to.token)}`
    case 'missing': return `${base}/`
  }
}

export const place = shallowRef<Place>(placeAt(location.pathname, location.search))
window.addEventListener('popstate', () => {
  place.value = placeAt(location.pathname, location.search)
})

export function go(to: Place): void {
  const address = addressOf(to)
  if (address !== location.pathname + location.search) history.pushState(null, '', address)
  place.value = to
  window.scrollTo(0, 0)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
