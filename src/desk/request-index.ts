import { setImmediate } from 'node:timers/promises'
import type { CommunityId } from '../knowledge/community.js'
import { dueOf, type Due } from '../requests/clock.js'
import { asStaffSee } from '../requests/discretion.js'
import { maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { Term } from '../requests/services.js'
import type { WorkingTime } from '../requests/working-time.js'
import type { Store } from '../store/store.js'
import { tables } from '../store/tables.js'
import { escaped, segment } from '../text.js'

/** Rows read from the store at once; residents are answered in between. */
const batch = 500

/** A request that was settled longer ago than this may have left for the archive, ms. */
export const livesMs = (tables.requests.retire?.afterDays ?? 0) * 86_400_000

/** How often it is looked whether some have left: the store tells of no such thing. */
const lookEveryMs = 3_600_000

/** Fewest digits by which a phone is looked for: its tail as people give it. */
const phoneTail = 4

/** A request with what is found out about it once and kept until it changes. */
class Entry implements IndexedRequest {
  #text: string | null = null
  #due: { readonly term: Term | null; readonly years: WorkingTime['years']; readonly hours: WorkingTime['hours']; readonly due: Due } | null = null

  #glance: Glance

  constructor(private current: ServiceRequest) {
    this.#glance = glanceAt(current)
  }

  get glance(): Glance {
    return this.#glance
  }

  get request(): ServiceRequest {
    return this.current
  }

  replace(request: ServiceRequest): void {
    this.current = request
    this.#text = this.#due = null
    this.#glance = glanceAt(request)
  }

  /** Number, service, place and words, as a search reads them; the number stands before the first line break. */
  get text(): string {
    const { number, serviceName, address, description, owner, fields } = asStaffSee(this.current)
    this.#text ??= [number, serviceName, address ?? '', description, owner.name, ...fields.map(({ value, normal }) => `${value} ${normal ?? ''}`)].join('\n').normalize('NFKC').toLowerCase()
    return this.#text
  }

  /** Where its promise stands at `now`. A moment once reckoned holds until the request, the calendar or the hours change. */
  dueAt(term: Term | null, { years, hours }: WorkingTime, now: number): Due {
    const known = this.#due
    if (known === null || known.term !== term || known.years !== years || known.hours !== hours) {
      this.#due = { term, years, hours, due: dueOf(this.current, term, { years, hours }, now) }
      return this.#due.due
    }
    const { due } = known
    if (due.kind !== 'running') return due
    const stage = now > due.dueAt ? 'overdue' : now >= due.nearAt ? 'near' : now >= due.halfAt ? 'half' : 'early'
    return stage === due.stage ? due : { ...due, stage }
  }
}

/** What a list asks of every request, kept small: going through 50,000 of them touches little else. `noted`: it is over, and a colleague wrote a note last. */
export type Glance = 'draft' | 'open' | 'confirming' | 'ended' | 'noted' | 'withheld'

function glanceAt(request: ServiceRequest): Glance {
  const { status } = request
  if (status === 'draft') return 'draft'
  if (!maySee(request, anybody)) return 'withheld'
  if (isOpen(request)) return 'open'
  return request.history.at(-1)?.move === 'note' ? 'noted' : status === 'done' || status === 'confirming' ? 'confirming' : 'ended'
}

/** Somebody of the staff of whom nothing is known: what they may see, all may. */
const anybody = { id: '', name: '\0', isLead: false } as const

/** A request in the index. It changes with the next commit: who waits in between looks again. */
export interface IndexedRequest {
  readonly request: ServiceRequest
  /** `withheld`: not everybody of the staff may see it; who looks has to be asked about. */
  readonly glance: Glance
  /** What a search reads, in small letters; the number before the first line break. */
  readonly text: string
}

/** The requests of each community in memory, built when they are first asked for and kept up with every commit. */
export interface RequestIndex {
  /** All but drafts, newest first (ids grow with time). */
  newestFirst(communityId: CommunityId): Promise<readonly ServiceRequest[]>
  /** The same with what a search reads, oldest first; drafts among them. */
  entries(communityId: CommunityId): Promise<readonly IndexedRequest[]>
  /** The one request of this whole number, in any letters; `null`: there is none. */
  numbered(communityId: CommunityId, number: string): Promise<IndexedRequest | null>
  /** Where the promise stands of a request as it was read. */
  dueOf(communityId: CommunityId, request: ServiceRequest): Due
  /** The same for all requests of a community at one moment, quicker. */
  duesNow(communityId: CommunityId): (one: IndexedRequest) => Due
  /** Reads all of these communities beforehand, so that the first to open the desk does not wait for it. */
  warm(communities: readonly CommunityId[]): Promise<void>
  stop(): void
}

/** Words that say nothing of a matter. */
const particles = new Set('的 了 吗 呢 啊 吧 呀 在 有 是 和 就 都 也 被 把 又 还 着 过'.split(' '))

/** The words of a phrase that is written in one, a number with what it counts: 3栋路灯坏了 → 3栋, 路灯, 坏. */
function wordsOf(phrase: string): readonly string[] {
  const words: string[] = []
  let count = ''
  for (const word of segment(phrase)) {
    if (/^\d+$/.test(word)) count += word
    else if (count !== '' || !particles.has(word)) {
      words.push(count + word)
      count = ''
    }
  }
  return count === '' ? words : [...words, count]
}

/** A word within a text; a number does not stand within a longer one (13栋 is not 3栋). */
function holdsWord(word: string): (text: string) => boolean {
  if (!/^\d/.test(word)) return (text) => text.includes(word)
  const whole = new RegExp(`(?<!\\d)${escaped(word)}`)
  return (text) => whole.test(text)
}

/** Whether a request holds all of these words: part of its number, words of it (a phrase, or each word of it), or the last digits of a phone. */
export function searchFor(words: string): (one: IndexedRequest) => boolean {
  const tests = words.normalize('NFKC').toLowerCase().split(/\s+/).filter((word) => word !== '').map((word) => {
    if (!/^\d+$/.test(word)) {
      const parts = /\p{Script=Han}/u.test(word) ? wordsOf(word).map(holdsWord) : []
      const whole = holdsWord(word)
      return (text: string) => whole(text) || (parts.length > 1 && parts.every((part) => part(text)))
    }
    // Digits: a serial of the number, or the end of a phone; a building's number is written with its word (3栋).
    const phone = word.length >= phoneTail ? new RegExp(`1\\d{0,10}${word}(?!\\d)`) : null
    return (text: string) => {
      const at = text.indexOf(word)
      return at >= 0 && (at < text.indexOf('\n') || phone?.test(text) === true)
    }
  })
  return ({ text }) => tests.every((test) => test(text))
}

interface Here {
  readonly byId: Map<string, Entry>
  /** By number in small letters; a number never changes. */
  readonly byNumber: Map<string, Entry>
  /** Oldest first: the newest is put at the end. */
  readonly order: Entry[]
  readonly gone: Set<string>
  ready: Promise<void>
  /** When it was last looked whether some have left. */
  lookedAt: number
}

/** Where in `order` an id stands or belongs. */
function placeIn(order: readonly Entry[], id: string): number {
  let [from, until] = [0, order.length]
  while (from < until) {
    const middle = (from + until) >>> 1
    if ((order[middle]?.request.id ?? '') < id) from = middle + 1
    else until = middle
  }
  return from
}

export function createRequestIndex(parts: {
  readonly store: Pick<Store, 'get' | 'find' | 'onCommit'>
  readonly termOf: (serviceCode: string) => Term | null
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly now: () => number
}): RequestIndex {
  const { store, termOf, workingTime, now } = parts
  const built = new Map<CommunityId, Here>()
  let isStopped = false

  function add({ byId, byNumber }: Here, request: ServiceRequest): Entry {
    const entry = new Entry(request)
    byId.set(request.id, entry)
    byNumber.set(request.number.toLowerCase(), entry)
    return entry
  }

  function put(here: Here, request: ServiceRequest): void {
    const { byId, order } = here
    const known = byId.get(request.id)
    // What other processes commit may be heard twice, the newest first.
    if (known !== undefined) return known.request.rev > request.rev ? undefined : known.replace(request)
    const entry = add(here, request)
    order.splice(placeIn(order, request.id), 0, entry)
  }

  const stopListening = store.onCommit(({ communityId, writes }) => {
    const here = built.get(communityId)
    if (here === undefined) return
    for (const write of writes) {
      if (write.table !== 'requests') continue
      if (write.op === 'remove') take(here, write.id)
      else put(here, write.row)
    }
  })

  function take(here: Here, id: string): void {
    here.gone.add(id)
    const entry = here.byId.get(id)
    if (entry === undefined) return
    here.byId.delete(id)
    here.byNumber.delete(entry.request.number.toLowerCase())
    here.order.splice(placeIn(here.order, id), 1)
  }

  /** Lets go of what has left for the archive: lists show what lives, and open nothing that is not there. */
  async function letGo(communityId: CommunityId, here: Here): Promise<void> {
    const at = now()
    if (at - here.lookedAt < lookEveryMs) return
    here.lookedAt = at
    const old = here.order.filter(({ request: { settledAt } }) => settledAt !== null && settledAt <= at - livesMs).map(({ request }) => request.id)
    for (const id of old) if ((await store.get(communityId, 'requests', id)) === null) take(here, id)
  }

  async function fill(communityId: CommunityId, here: Here): Promise<void> {
    for (let after: string | undefined; ;) {
      const rows = await store.find(communityId, 'requests', { limit: batch, ...(after === undefined ? {} : { after }) })
      for (const row of rows) {
        // What was committed meanwhile is newer than what is read.
        if (!here.gone.has(row.id) && (here.byId.get(row.id)?.request.rev ?? -1) < row.rev) put(here, row)
      }
      if (isStopped || rows.length < batch) return
      after = rows.at(-1)?.id
      await setImmediate()
    }
  }

  async function here(communityId: CommunityId): Promise<Here> {
    const known = built.get(communityId)
    if (known !== undefined) {
      await known.ready
      await letGo(communityId, known)
      return known
    }
    const fresh: Here = { byId: new Map(), byNumber: new Map(), order: [], gone: new Set(), ready: Promise.resolve(), lookedAt: now() }
    fresh.ready = fill(communityId, fresh)
    built.set(communityId, fresh)
    // A failed reading is tried again by whoever asks next.
    fresh.ready.catch(() => built.delete(communityId))
    await fresh.ready
    return fresh
  }

  /** The entry of just this state of a request; one of its own for a state that is not the newest. */
  function entryOf(communityId: CommunityId, request: ServiceRequest): Entry {
    const entry = built.get(communityId)?.byId.get(request.id)
    return entry?.request === request ? entry : new Entry(request)
  }

  return {
    async newestFirst(communityId) {
      const { order } = await here(communityId)
      return order.map(({ request }) => request).filter(({ status }) => status !== 'draft').reverse()
    },
    entries: async (communityId) => (await here(communityId)).order,
    numbered: async (communityId, number) => (await here(communityId)).byNumber.get(number.normalize('NFKC').trim().toLowerCase()) ?? null,
    dueOf: (communityId, request) => entryOf(communityId, request).dueAt(termOf(request.serviceCode), workingTime(communityId), now()),
    duesNow(communityId) {
      const [time, at, terms] = [workingTime(communityId), now(), new Map<string, Term | null>()]
      return (one) => {
        const { serviceCode } = one.request
        const term = terms.get(serviceCode) ?? termOf(serviceCode)
        terms.set(serviceCode, term)
        return (one instanceof Entry ? one : new Entry(one.request)).dueAt(term, time, at)
      }
    },
    async warm(communities) {
      for (const id of communities) await here(id)
    },
    stop() {
      isStopped = true
      stopListening()
    },
  }
}
