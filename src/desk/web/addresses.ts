import { filterNames, inboxViews, type InboxFilters, type InboxView } from '../api-types.js'

export const knowledgeParts = ['versions', 'policies', 'facts', 'services', 'trial', 'findings', 'gaps', 'questions'] as const
export type KnowledgePart = (typeof knowledgeParts)[number]

/** A line of staff, or what residents asked and nothing answered. */
export type FactSource = { readonly communityId: string } & ({ readonly line: string } | { readonly question: string })

/** Where one can be at the desk. The address says it all, so that a link can be given to a colleague. */
export type Place =
  | { readonly page: 'inbox'; readonly view: InboxView; /** Absent: everything. */ readonly search?: string; readonly filters?: InboxFilters }
  | { readonly page: 'request'; readonly communityId: string; readonly id: string; readonly reply: boolean }
  | { readonly page: 'conversation'; readonly communityId: string; readonly id: string }
  | { readonly page: (typeof plainPages)[number] }
  | { readonly page: 'bookings'; readonly day: string | null }
  | { readonly page: 'knowledge'; readonly part: KnowledgePart; /** What a fact is to be made of. */ readonly from?: FactSource }
  | { readonly page: 'knowledge-version'; readonly number: number }
  | { readonly page: 'invitation'; readonly token: string }
  | { readonly page: 'missing' }

/** Pages whose address is their name and nothing else. */
export const plainPages = [
  'conversations', 'colleagues', 'field', 'duty', 'pages', 'channels', 'absences', 'supervision', 'understanding', 'training', 'rooms', 'place', 'grids', 'hours', 'bookables', 'calendar', 'groups', 'communities', 'health', 'account', 'audit', 'exchange', 'webhooks', 'api-keys', 'wishes', 'members', 'praises', 'proposals', 'disclosures', 'announcements', 'property', 'evaluations', 'projects', 'topics', 'standings', 'activities', 'volunteers',
] as const

const base = '/desk'

export function placeAt(path: string, search: string): Place {
  const [first = '', second, third, ...rest] = path.replace(/^\/desk\/?/, '').replace(/\/$/, '').split('/').map(decode)
  if (rest.length > 0) return { page: 'missing' }
  const query = new URLSearchParams(search)
  if (first === '' || (first === 'login' && second === undefined)) {
    const filters = Object.fromEntries(filterNames.flatMap((name) => (query.has(name) ? [[name, query.get(name) ?? '']] : []))) as InboxFilters
    return { page: 'inbox', view: inboxViews.find((view) => view === query.get('view')) ?? 'open', ...(query.has('search') ? { search: query.get('search') ?? '' } : {}), ...(Object.keys(filters).length > 0 ? { filters } : {}) }
  }
  if (first === 'requests' && second && third) return { page: 'request', communityId: second, id: third, reply: query.has('reply') }
  if (first === 'conversations' && second && third) return { page: 'conversation', communityId: second, id: third }
  const plain = plainPages.find((page) => page === first)
  if (plain !== undefined && second === undefined) return { page: plain }
  if (first === 'bookings' && second === undefined) return { page: 'bookings', day: /^\d{4}-\d{2}-\d{2}$/.exec(query.get('day') ?? '')?.[0] ?? null }
  if (first === 'knowledge' && second === 'versions' && third !== undefined && /^\d{1,9}$/.test(third)) return { page: 'knowledge-version', number: Number(third) }
  const part = first === 'knowledge' && third === undefined ? knowledgeParts.find((one) => one === (second ?? 'versions')) : undefined
  if (part !== undefined) {
    const from = part === 'facts' ? factSource(query) : null
    return { page: 'knowledge', part, ...(from === null ? {} : { from }) }
  }
  if (first === 'invite' && second && third === undefined) return { page: 'invitation', token: second }
  return { page: 'missing' }
}

export function addressOf(to: Place): string {
  switch (to.page) {
    case 'inbox': {
      const query = new URLSearchParams({ ...(to.view === 'open' ? {} : { view: to.view }), ...(to.search === undefined || to.search === '' ? {} : { search: to.search }), ...to.filters }).toString()
      return query === '' ? `${base}/` : `${base}/?${query}`
    }
    case 'request': return `${base}/requests/${encodeURIComponent(to.communityId)}/${encodeURIComponent(to.id)}${to.reply ? '?reply' : ''}`
    case 'conversation': return `${base}/conversations/${encodeURIComponent(to.communityId)}/${encodeURIComponent(to.id)}`
    case 'bookings': return to.day === null ? `${base}/bookings` : `${base}/bookings?day=${to.day}`
    case 'knowledge': return `${base}/knowledge/${to.part}${to.from === undefined ? '' : `?${new URLSearchParams({ community: to.from.communityId, ...('line' in to.from ? { line: to.from.line } : { question: to.from.question }) }).toString()}`}`
    case 'knowledge-version': return `${base}/knowledge/versions/${to.number}`
    case 'invitation': return `${base}/invite/${encodeURIComponent(to.token)}`
    case 'missing': return `${base}/`
    default: return `${base}/${to.page}`
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function factSource(query: URLSearchParams): FactSource | null {
  const [communityId, line, question] = [query.get('community'), query.get('line'), query.get('question')]
  if (communityId === null) return null
  return line !== null ? { communityId, line } : question !== null ? { communityId, question } : null
}
