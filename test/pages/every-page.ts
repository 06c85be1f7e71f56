import type { Page } from 'playwright-core'
import { addressOf, knowledgeParts, type Place } from '../../src/desk/web/addresses.js'
import { stillComing } from './browser.js'

/** Rows of a desk by which pages of one thing are opened. */
export interface Samples {
  readonly communityId: string
  readonly requestId: string
  readonly conversationId: string
  /** A version of the knowledge. */
  readonly version: number
  /** A day with bookings, `2026-11-24`. */
  readonly day: string
}

/** Every kind of page that the desk's addresses know: a new one does not compile until it stands here. The page of an invitation is for who has no account. */
function placesOf({ communityId, requestId, conversationId, version, day }: Samples): Readonly<Record<Exclude<Place['page'], 'invitation'>, readonly Place[]>> {
  const plain = <P extends Place['page']>(page: P) => [{ page } as unknown as Place]
  return {
    inbox: [{ page: 'inbox', view: 'all' }],
    request: [{ page: 'request', communityId, id: requestId, reply: false }],
    conversations: plain('conversations'),
    conversation: [{ page: 'conversation', communityId, id: conversationId }],
    field: plain('field'),
    bookings: [{ page: 'bookings', day }],
    duty: plain('duty'), pages: plain('pages'), channels: plain('channels'), absences: plain('absences'),
    supervision: plain('supervision'),
    knowledge: knowledgeParts.map((part) => ({ page: 'knowledge', part })),
    'knowledge-version': [{ page: 'knowledge-version', number: version }],
    understanding: plain('understanding'), training: plain('training'), rooms: plain('rooms'),
    place: plain('place'), grids: plain('grids'), hours: plain('hours'), bookables: plain('bookables'), calendar: plain('calendar'), groups: plain('groups'), communities: plain('communities'), health: plain('health'),
    topics: plain('topics'), standings: plain('standings'),
    wishes: plain('wishes'), activities: plain('activities'), volunteers: plain('volunteers'), members: plain('members'), praises: plain('praises'), proposals: plain('proposals'), disclosures: plain('disclosures'), announcements: plain('announcements'), property: plain('property'), evaluations: plain('evaluations'), projects: plain('projects'),
    colleagues: plain('colleagues'), account: plain('account'), audit: plain('audit'),
    exchange: plain('exchange'), webhooks: plain('webhooks'), 'api-keys': plain('api-keys'),
    missing: [{ page: 'missing' }],
  }
}

/** A page by its name and its address from the root. */
export interface Address { readonly name: string; readonly path: string }

/** Every page of the desk for who is signed in; `missing` is an address that there is not. */
export function deskAddresses(samples: Samples): readonly Address[] {
  return Object.values(placesOf(samples)).flat().map((place) => (place.page === 'missing'
    ? { name: 'missing', path: '/desk/nowhere/at/all' }
    : { name: place.page === 'knowledge' ? `knowledge-${place.part}` : place.page, path: addressOf(place) }))
}

/** Longest that a page may take to draw what it fetched, ms. */
const settleWithinMs = 20_000

/** Until the page has drawn what it fetched: no skeleton, no bar of progress, nothing on its way, twice in a row. */
export async function settle(page: Page): Promise<void> {
  await page.locator('main, .top').first().waitFor()
  const deadline = Date.now() + settleWithinMs
  for (let still = 0; still < 2;) {
    const waiting = await page.evaluate<string | null>(`new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(document.querySelector('.el-skeleton, .is-loading, #main:empty')?.outerHTML.slice(0, 200) ?? null))))`)
    still = waiting === null && stillComing(page).length === 0 ? still + 1 : 0
    if (still === 0 && Date.now() > deadline) throw new Error(`${page.url()} does not settle: ${[...(waiting === null ? [] : [waiting]), ...stillComing(page)].join(', ')}`)
  }
  await page.evaluate('document.fonts.ready.then(() => 1)')
}
