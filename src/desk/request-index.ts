import type { CommunityId } from '../knowledge/community.js'
import { dueOf, type Due } from '../requests/clock.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Term } from '../requests/services.js'
import type { WorkingTime } from '../requests/working-time.js'
import type { Store } from '../store/store.js'

/** Rows read from the store at once. */
const batch = 10_000

/** Fewest digits by which a phone is looked for: its tail as people give it. */
const phoneTail = 4

/** A request with what is found out about it once and kept until it changes. */
class Entry {
  #text: string | null = null
  #due: { readonly term: Term | null; readonly years: unknown; readonly hours: unknown; readonly due: Due } | null = null

  constructor(readonly request: ServiceRequest) {}

  /** Number, service, place and words, as a search reads them. */
  get text(): string {
    this.#text ??= [this.request.number, this.request.serviceName, this.request.address ?? '', this.request.description, this.request.owner.name, ...this.request.fields.map(({ value, normal }) => `${value} ${normal ?? ''}`)].join('\n').toLowerCase()
    return this.#text
  }

  /** Where its promise stands at `now`. A moment once reckoned holds until the request, the calendar or the hours change. */
  dueAt(term: Term | null, time: WorkingTime, now: number): Due {
    const known = this.#due
    if (known === null || known.term !== term || known.years !== time.years || known.hours !== time.hours) {
      this.#due = { term, years: time.years, hours: time.hours, due: dueOf(this.request, term, time, now) }
      return this.#due.due
    }
    const { due } = known
    if (due.kind !== 'running') return due
    const stage = now > due.dueAt ? 'overdue' : now >= due.nearAt ? 'near' : now >= due.halfAt ? 'half' : 'early'
    return stage === due.stage ? due : { ...due, stage }
  }
}

/** The requests of each community in memory, built when they are first asked for and kept up with every commit. */
export interface RequestIndex {
  /** All but drafts, newest first (ids grow with time). */
  newestFirst(communityId: CommunityId): Promise<readonly ServiceRequest[]>
  /** Whether a request holds these words: part of its number, words of it, or the last digits of a phone. */
  matches(communityId: CommunityId, request: ServiceRequest, words: string): boolean
  dueOf(communityId: CommunityId, request: ServiceRequest): Due
  stop(): void
}

export function createRequestIndex(parts: {
  readonly store: Pick<Store, 'find' | 'onCommit'>
  readonly termOf: (serviceCode: string) => Term | null
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly now: () => number
}): RequestIndex {
  const { store, termOf, workingTime, now } = parts
  const built = new Map<CommunityId, { readonly entries: Map<string, Entry>; readonly gone: Set<string>; sorted: readonly ServiceRequest[] | null; ready: Promise<void> }>()

  const stop = store.onCommit(({ communityId, writes }) => {
    const here = built.get(communityId)
    if (here === undefined) return
    for (const write of writes) {
      if (write.table !== 'requests') continue
      here.sorted = null
      if (write.op === 'remove') {
        here.entries.delete(write.id)
        here.gone.add(write.id)
      } else here.entries.set(write.row.id, new Entry(write.row))
    }
  })

  async function fill(communityId: CommunityId, entries: Map<string, Entry>, gone: ReadonlySet<string>): Promise<void> {
    for (let after: string | undefined; ;) {
      const rows = await store.find(communityId, 'requests', { limit: batch, ...(after === undefined ? {} : { after }) })
      // What was committed meanwhile is newer than what is read.
      for (const row of rows) if (!gone.has(row.id) && (entries.get(row.id)?.request.rev ?? -1) < row.rev) entries.set(row.id, new Entry(row))
      if (rows.length < batch) return
      after = rows.at(-1)?.id
    }
  }

  function placeOf(communityId: CommunityId): NonNullable<ReturnType<typeof built.get>> {
    const known = built.get(communityId)
    if (known !== undefined) return known
    const [entries, gone] = [new Map<string, Entry>(), new Set<string>()]
    const here = { entries, gone, sorted: null, ready: fill(communityId, entries, gone) }
    built.set(communityId, here)
    // A failed reading is tried again by whoever asks next.
    here.ready.catch(() => built.delete(communityId))
    return here
  }

  const times = new Map<CommunityId, WorkingTime>()
  /** The same object as long as calendar and hours are the same: days are worked out once for each. */
  function timeOf(communityId: CommunityId): WorkingTime {
    const [known, current] = [times.get(communityId), workingTime(communityId)]
    if (known !== undefined && known.years === current.years && known.hours === current.hours) return known
    times.set(communityId, current)
    return current
  }

  /** The entry of just this state of a request; one of its own for a state that is not the newest. */
  function entryOf(communityId: CommunityId, request: ServiceRequest): Entry {
    const entry = built.get(communityId)?.entries.get(request.id)
    return entry?.request === request ? entry : new Entry(request)
  }

  return {
    async newestFirst(communityId) {
      const here = placeOf(communityId)
      await here.ready
      here.sorted ??= [...here.entries.values()].map(({ request }) => request).filter(({ status }) => status !== 'draft').reverse().sort((one, other) => (one.id > other.id ? -1 : 1))
      return here.sorted
    },
    matches(communityId, request, words) {
      const text = entryOf(communityId, request).text
      return words.normalize('NFKC').toLowerCase().split(/\s+/).filter((word) => word !== '').every((word) => {
        if (!/^\d+$/.test(word)) return text.includes(word)
        // Digits: a serial of the number, or the end of a phone; a building's number is written with its word (3栋).
        if (request.number.endsWith(word) || text.split('\n')[0]?.includes(word) === true) return true
        return word.length >= phoneTail && new RegExp(`1\\d{0,10}${word}(?!\\d)`).test(text)
      })
    },
    dueOf: (communityId, request) => entryOf(communityId, request).dueAt(termOf(request.serviceCode), timeOf(communityId), now()),
    stop,
  }
}
