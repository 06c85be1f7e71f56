import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import type { InboundMessage } from '../channels/channel.js'
import { memoryChannel, type Shown } from '../channels/memory.js'
import { InputError } from '../errors.js'
import { localTime } from '../booking/slot.js'
import { isCommunityId, type Community, type CommunityId, type LocalFact } from '../knowledge/community.js'
import { gazetteerOf } from '../knowledge/gazetteer.js'
import { readCalendar } from '../knowledge/calendar.js'
import { readKnowledgeFolder } from '../knowledge/files.js'
import { readKnowledge } from '../knowledge/knowledge.js'
import { readServices } from '../knowledge/services.js'
import { createNlu } from '../nlu/load-nlu.js'
import { intentNames } from '../nlu/understanding.js'
import type { Reach } from '../paging/reach.js'
import { disclosureKinds, type Disclosure } from '../programmes/disclosure.js'
import type { Activity } from '../programmes/activity.js'
import type { Vote } from '../programmes/ballot.js'
import { decideStanding, toldStanding } from '../programmes/standing.js'
import type { Topic } from '../programmes/topic.js'
import { claimWish, firstKinds, publishWish, wishService } from '../programmes/wish.js'
import { moveInWords } from '../requests/apply-move.js'
import { legalRoutes, moveNames, openStatuses } from '../requests/moves.js'
import { dutyPost, ordersFiveInOne, responsibleUnit } from '../requests/routing.js'
import { requestStatuses, statusName, type RequestStatus, type ServiceRequest } from '../requests/service-request.js'
import { createRetriever } from '../retrieval/retriever.js'
import { openEmbeddedStore } from '../store/embedded.js'
import { createEngine } from './create-engine.js'
import type { StaffActor } from './engine.js'
import { idMaker } from './new-id.js'
import type { OutcomeKind } from './outcome.js'

const local = z.string().regex(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?$/)
const timing = { note: z.string().optional(), afterTurn: z.number().optional(), madeBy: z.object({ turn: z.number() }).optional() }
/** The typed facts of a set-up; kinds that this build has no room for are read and make the dialogue need them. */
const fact = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('request'), no: z.string(), resident: z.string().nullable().optional(), service: z.string().optional(), text: z.string(), addr: z.string().optional(), status: z.string(), handler: z.string().optional(), at: local.optional(), ...timing }),
  z.object({ kind: z.literal('slot'), what: z.string(), at: local, free: z.number(), ...timing }),
  z.object({ kind: z.literal('fact'), topic: z.string(), item: z.string().optional(), text: z.string().nullable(), from: local.optional(), until: local.optional(), ...timing }),
  z.object({ kind: z.literal('staff'), name: z.string(), role: z.string(), onDuty: z.boolean(), as: z.string().optional(), ...timing }),
  z.object({ kind: z.literal('resident'), id: z.string(), name: z.string().optional(), requests: z.number().optional(), tenure: z.string().optional(), household: z.string().optional(), ...timing }),
  z.object({ kind: z.literal('volunteer'), id: z.string(), name: z.string().optional(), ...timing }),
  z.object({ kind: z.literal('vote'), no: z.string().optional(), title: z.string(), options: z.array(z.string()).min(2), until: local.optional(), eligible: z.enum(['户', '人']).optional(), only: z.string().nullable().optional(), ...timing }),
  z.object({ kind: z.literal('gap'), beforeTurn: z.number(), hours: z.number(), ...timing }),
  z.object({ kind: z.literal('media'), turn: z.number(), type: z.enum(['image', 'voice', 'file']), ...timing }),
  z.object({ kind: z.literal('activity'), title: z.string(), at: local.optional(), capacity: z.number().nullable().optional(), taken: z.number().optional(), ...timing }),
  z.object({ kind: z.literal('disclosure'), of: z.enum(disclosureKinds), title: z.string(), text: z.string(), period: z.object({ year: z.number(), from: z.number(), until: z.number() }).optional(), on: local, until: local.optional(), ...timing }),
  z.object({ kind: z.literal('wish'), no: z.string(), resident: z.string().nullable().optional(), text: z.string(), status: z.string(), yuan: z.number().optional(), ...timing }),
])

/** Channels that a dialogue may be spoken on: one person is another resident on each. */
const spoken = ['memory', 'web', 'wechat', 'lark'] as const
type Spoken = (typeof spoken)[number]

const dialogueSchema = z.object({
  id: z.string(),
  chat: z.enum(['private', 'group']),
  community: z.string(),
  now: z.iso.datetime({ offset: true }),
  needs: z.array(z.string()).default([]),
  setup: z.array(fact).default([]),
  turns: z.array(
    z.object({
      from: z.string(),
      text: z.string(),
      chat: z.enum(['private', 'group']).optional(),
      at: z.string().optional(),
      /** What is done instead of a resident's message: by staff, or by the clock (`remind` drafts, `watch` requests). */
      action: z.enum(['takeover', 'say', 'release', 'close', 'talk', 'ask', 'move', 'remind', 'watch']).optional(),
      /** With `move`: which; its words are the text. */
      move: z.enum(moveNames).optional(),
      /** With a `decline`: what else the resident may do. */
      route: z.enum(legalRoutes).optional(),
      /** Where it is said, and so as whom; default the dialogues' own channel. */
      channel: z.enum(spoken).optional(),
      request: z.union([z.string(), z.object({ turn: z.number() })]).optional(),
      expect: z
        .object({
          speaks: z.boolean(),
          outcome: z.string(),
          must_contain: z.array(z.string()).default([]),
          must_contain_any: z.array(z.array(z.string())).default([]),
          must_not_contain: z.array(z.string()).default([]),
          note: z.string().optional(),
        })
        .optional(),
    }),
  ),
})
type Dialogue = z.infer<typeof dialogueSchema>
type DialogueTurn = Dialogue['turns'][number]

export interface TurnReport {
  readonly dialogue: string
  readonly turn: number
  readonly text: string
  readonly reply: string
  readonly outcome: OutcomeKind | null
  readonly passed: boolean
  readonly why: readonly string[]
}

export interface ConversationFigures {
  readonly turns: number
  readonly passed: number
  readonly skipped: number
  readonly reports: readonly TurnReport[]
  /** Dialogues not played, and what they need that is not there. */
  readonly unplayed: readonly { readonly dialogue: string; readonly turns: number; readonly needs: readonly string[] }[]
}

export interface ConversationSettings {
  /** A file of dialogues, a line each, or a folder of such files. */
  readonly cases: string
  readonly knowledgeDir: string
  readonly intentsDir: string
  readonly cacheDir: string | null
}

/** What a dialogue may need that this build can't do yet. */
const lacking: ReadonlySet<string> = new Set()

/** Plays written dialogues through the whole engine, with a store and a clock of their own, and checks every turn. */
export async function evaluateConversations(settings: ConversationSettings): Promise<ConversationFigures> {
  const lines = await linesIn(settings.cases)
  const dialogues = lines.map((line, index) => {
    const parsed = dialogueSchema.safeParse(JSON.parse(line))
    if (!parsed.success) throw new InputError('bad-dialogue', `${settings.cases} line ${index + 1}: ${z.prettifyError(parsed.error)}`)
    return parsed.data
  })
  const files = await readKnowledgeFolder(settings.knowledgeDir)
  const [knowledge, services] = [readKnowledge(files), readServices(files)]
  const nlu = await createNlu({ intentsDir: settings.intentsDir, cacheDir: settings.cacheDir, gazetteer: gazetteerOf(knowledge.communities.values()) })
  const retriever = createRetriever(knowledge)
  const shared: Shared = {
    nlu, retriever, services: { ...services, checklists: [] }, years: readCalendar(files),
    fiveInOne: new Set([...knowledge.communities.values()].filter((each) => ordersFiveInOne(each, knowledge.policies) !== null).map(({ id }) => id)),
    responsibleFor(id, code) {
      const [community, service] = [knowledge.communities.get(id), services.byCode(code)]
      return community === undefined || service === null ? null : responsibleUnit(service, community, knowledge.policies)
    },
  }
  const reports: TurnReport[] = []
  const unplayed: ConversationFigures['unplayed'][number][] = []
  for (const dialogue of dialogues) {
    const needs = dialogue.needs.filter((need) => lacking.has(need))
    if (needs.length > 0) {
      unplayed.push({ dialogue: dialogue.id, turns: dialogue.turns.filter((turn) => turn.expect !== undefined).length, needs })
      continue
    }
    if (!isCommunityId(dialogue.community)) throw new InputError('no-community', `${dialogue.id}: no community ${dialogue.community}`)
    const base = knowledge.communities.get(dialogue.community)
    if (!base) throw new InputError('no-community', `${dialogue.id}: no community ${dialogue.community}`)
    reports.push(...(await playDialogue(dialogue, withFacts(base, dialogue), shared)))
  }
  return { turns: reports.length, passed: reports.filter((report) => report.passed).length, skipped: unplayed.reduce((sum, { turns }) => sum + turns, 0), reports, unplayed }
}

/** The lines of a file, or of all files of a folder (one for each journey). */
async function linesIn(cases: string): Promise<readonly string[]> {
  const files = (await stat(cases)).isDirectory() ? (await readdir(cases)).filter((name) => name.endsWith('.jsonl')).sort().map((name) => join(cases, name)) : [cases]
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')))
  return texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '')
}

/** Facts are those of the set-up, and so are times to book where it names one; else the community's own hours hold. */
function withFacts(base: Community, dialogue: Dialogue): Community {
  const given = dialogue.setup.filter((entry) => entry.kind === 'fact')
  const facts: LocalFact[] = given.map((entry, index) => ({
    id: `setup-${index}`, topic: entry.topic, item: entry.item ?? '', text: entry.text, source: '社区登记', date: dialogue.now.slice(0, 10), from: entry.from ?? null, until: entry.until ?? null,
  }))
  return { ...base, facts, bookables: dialogue.setup.some((entry) => entry.kind === 'slot') ? [] : base.bookables }
}

type Shared = Pick<Parameters<typeof createEngine>[0], 'nlu' | 'retriever' | 'services' | 'years' | 'fiveInOne' | 'responsibleFor'>

async function playDialogue(dialogue: Dialogue, community: Community, shared: Shared): Promise<TurnReport[]> {
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-dialogue-'))
  let clock = Date.parse(dialogue.now)
  const now = (): number => clock
  const newId = idMaker(now)
  const store = await openEmbeddedStore({ folder: join(folder, 'data'), create: true, now, onFatal: (error) => { throw error } })
  const channels = spoken.map((name) => ({ ...memoryChannel(), name }))
  const shownSoFar = (): readonly Shown[] => channels.flatMap(({ shown }) => shown)
  let ended: OutcomeKind | null = null
  let codes = 100_000
  const engine = createEngine({
    ...shared, store, channels: () => channels, community: () => community, withFacts: true, now, newId, newCode: () => String(++codes), turnDeadlineMs: 10_000, duty: { reach: someoneAtDesk, deskUrl: () => null },
    log: (event, details) => { if (event === 'turn.failed') process.stderr.write(`${dialogue.id}: ${JSON.stringify(details)}\n`) },
    onTurn: (outcome) => { ended = outcome.kind },
  })
  for (const channel of channels) await channel.start(engine.deliver)
  await engine.start()
  const world: World = { dialogue, community, communityId: community.id, store, engine, newId, now, madeBy: new Map(), services: shared.services }
  try {
    await setUp(world)
    const reports: TurnReport[] = []
    for (const [index, turn] of dialogue.turns.entries()) {
      const number = index + 1
      if (index > 0) clock += 60_000
      for (const entry of dialogue.setup) if (entry.kind === 'gap' && entry.beforeTurn === number) clock += entry.hours * 3_600_000
      if (turn.at !== undefined) clock = Date.parse(turn.at.length <= 16 ? `${turn.at}:00+08:00` : turn.at)
      const before = new Set(shownSoFar())
      ended = null
      await playTurn(world, turn, number, (message) => engine.deliver(message))
      await engine.idle()
      const reply = shownSoFar().filter((shown) => !before.has(shown) && shown.reply.from.kind === 'bot').map((shown) => shown.reply.text).join('\n')
      if (turn.expect) reports.push(judge(dialogue, number, turn, newsOnly.has(turn.action) && reply !== '' ? 'status-given' : ended, reply))
      if (ended === 'filed' && turn.from !== 'S') {
        const newest = (await store.find(community.id, 'requests', { order: 'desc', limit: 1 }))[0]
        if (newest) world.madeBy.set(number, newest.id)
      }
      for (const entry of dialogue.setup) if (entry.kind === 'wish' && entry.afterTurn === number) await putWish(world, entry)
    }
    return reports
  } finally {
    await engine.stop()
    await store.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** In every dialogue somebody is at the desk, and is called. */
const someoneAtDesk: Reach = {
  roster: () => Promise.resolve(null),
  candidates: () => Promise.resolve([{ staffId: 'duty', name: '值班员', by: ['desk'] }]),
  chats: () => Promise.resolve([]),
  staffBehind: () => Promise.resolve(null),
}

/** Steps that residents hear of as news, not as answers. */
const newsOnly: ReadonlySet<DialogueTurn['action']> = new Set(['close', 'move', 'remind', 'watch'])

interface World {
  readonly dialogue: Dialogue
  readonly community: Community
  readonly communityId: CommunityId
  readonly store: Awaited<ReturnType<typeof openEmbeddedStore>>
  readonly engine: ReturnType<typeof createEngine>
  readonly newId: () => string
  readonly now: () => number
  /** The request that turn n made. */
  readonly madeBy: Map<number, string>
  readonly services: Shared['services']
}

async function setUp(world: World): Promise<void> {
  const { dialogue, store, communityId } = world
  for (const entry of dialogue.setup) {
    if (entry.afterTurn !== undefined) continue
    if (entry.kind === 'slot') {
      const at = momentOf(entry.at, '09:00')
      await store.commit(communityId, [{ op: 'put', table: 'slots', row: { id: world.newId(), rev: 0, what: entry.what, at, capacity: Math.max(1, entry.free), taken: entry.free > 0 ? 0 : 1 } }])
    }
    if (entry.kind === 'resident') await putStanding(world, entry)
    if (entry.kind === 'vote') await putVote(world, entry)
    if (entry.kind === 'activity') await putActivity(world, entry)
    if (entry.kind === 'wish') await putWish(world, entry)
    if (entry.kind === 'disclosure') await putDisclosure(world, entry)
    if (entry.kind === 'request') await store.commit(communityId, [{ op: 'put', table: 'requests', row: requestOf(world, entry) }])
  }
}

/** A wish that staff have published, of the request that a turn made or of one made here; a claimed one is another neighbour's, and one that is neither is over. */
async function putWish(world: World, entry: Extract<Dialogue['setup'][number], { kind: 'wish' }>): Promise<void> {
  const { store, communityId, now, newId } = world
  const filed = entry.madeBy === undefined ? null : await store.get(communityId, 'requests', world.madeBy.get(entry.madeBy.turn) ?? '')
  const base = filed ?? { ...requestOf(world, { kind: 'request', no: `心愿${entry.no}`, resident: entry.resident, text: entry.text, status: '办理中' }), serviceCode: wishService, serviceName: '微心愿', intent: 'micro_wish' as const, fields: [{ name: 'need' as const, value: entry.text, start: 0, end: 0 }] }
  const wish = publishWish({ requestId: base.id, number: Number(entry.no), words: entry.text, kind: firstKinds[0] ?? '', yuan: entry.yuan ?? null }, now())
  const claimed = entry.status === '已公示' ? null : claimWish(wish, { claimId: newId(), residentId: residentOf('邻居'), to: { channel: 'memory', conversationId: conversationOf('private', '邻居'), chat: 'private', residentId: residentOf('邻居') } }, now())
  const isHeld = claimed !== null && typeof claimed !== 'string'
  await store.commit(communityId, [
    ...(filed === null ? [{ op: 'put', table: 'requests', row: base } as const] : []),
    { op: 'put', table: 'wishes', row: isHeld ? claimed.wish : wish },
    ...(isHeld ? [{ op: 'put', table: 'wishClaims', row: claimed.claim } as const] : []),
  ])
}

/** What the community has published of its affairs. */
async function putDisclosure({ store, communityId, newId, now }: World, { of, title, text, period, on, until }: Extract<Dialogue['setup'][number], { kind: 'disclosure' }>): Promise<void> {
  const row: Disclosure = { id: newId(), rev: 0, kind: of, title, text, period: period ?? null, file: null, source: '居务监督委员会', publishedOn: on, until: until ?? null, by: { id: staffId('S'), name: '值班员' }, at: now() }
  await store.commit(communityId, [{ op: 'put', table: 'disclosures', row }])
}

/** An activity that staff have published; it lasts two hours, and the places taken are other people's. */
async function putActivity(world: World, entry: Extract<Dialogue['setup'][number], { kind: 'activity' }>): Promise<void> {
  // One whose day nobody named is in a week.
  const begins = entry.at === undefined ? world.now() + 7 * 86_400_000 : Date.parse(momentOf(entry.at, '09:00'))
  const at = localTime(begins)
  const until = localTime(begins + 2 * 3_600_000)
  const row: Activity = {
    id: world.newId(), rev: 0, kind: 'service', title: entry.title, at, until, place: '', places: entry.capacity ?? null, closesAt: begins, audience: 'everybody', skills: [], grid: null, note: '', source: '社区登记', state: 'published', reason: '',
    taken: entry.taken ?? 0, isWaitedFor: false, invitedAt: null, by: { id: staffId('S'), name: '值班员' }, changedAt: world.now(),
  }
  await world.store.commit(world.communityId, [{ op: 'put', table: 'activities', row }])
}

/** Who somebody is, as staff found it in their records. */
async function putStanding({ store, communityId, now }: World, { id, tenure, household }: Extract<Dialogue['setup'][number], { kind: 'resident' }>): Promise<void> {
  if (tenure === undefined && household === undefined) return
  const place = household ?? `${id}户`
  const to = { channel: 'memory', conversationId: conversationOf('private', id), chat: 'private', residentId: residentOf(id) } as const
  const told = toldStanding(null, { id: residentOf(id), tenure: tenure === '业主' ? 'owner' : tenure === '租户' ? 'tenant' : 'family', place, to }, now())
  await store.commit(communityId, [{ op: 'put', table: 'standings', row: decideStanding(told, { tenure: told.tenure, place, state: 'confirmed' }, { id: staffId('duty'), name: '值班员' }, now()) }])
}

/** A moment as a set-up writes it; a bare day counts from the hour given. */
function momentOf(written: string, hour: string): string {
  return written.length > 10 ? `${written}:00+08:00` : `${written}T${hour}:00+08:00`
}

/** A vote that is open. */
async function putVote({ store, communityId, newId, now }: World, { no, title, options, until, eligible, only }: Extract<Dialogue['setup'][number], { kind: 'vote' }>): Promise<void> {
  const at = now() - 86_400_000
  const closesAt = until === undefined ? now() + 7 * 86_400_000 : Date.parse(momentOf(until, '23:59'))
  const vote: Vote = { options, opensAt: at, closesAt, who: only == null ? 'everyone' : only.includes('业主') ? 'owners' : 'residents', per: eligible === '户' ? 'household' : 'person', verifyHours: 0, quorum: null, majority: null, count: null }
  const row: Topic = { id: newId(), rev: 0, number: Number(no ?? (await store.nextNumber(communityId, 'topic'))), requestId: null, title, about: '', stage: 'voting', dates: [{ stage: 'proposed', at }, { stage: 'accepted', at }, { stage: 'deliberating', at }, { stage: 'voting', at }], procedure: null, taken: [], minutes: [], vote, result: null, reason: null, endedAt: null }
  await store.commit(communityId, [{ op: 'put', table: 'topics', row }])
}

function requestOf(world: World, entry: Extract<Dialogue['setup'][number], { kind: 'request' }>): ServiceRequest {
  const filedAt = entry.at === undefined ? world.now() - 86_400_000 : Date.parse(entry.at.length > 10 ? `${entry.at}:00+08:00` : `${entry.at}T09:00:00+08:00`)
  const status: RequestStatus = requestStatuses.find((one) => statusName(one) === entry.status) ?? 'assigned'
  const residentId = residentOf(entry.resident ?? 'nobody')
  const handler = entry.handler === undefined ? undefined : world.dialogue.setup.find((one) => one.kind === 'staff' && (one.name === entry.handler || one.as === entry.handler))
  // Whom the set-up names and gives no account is known by the name alone.
  const owner = handler?.kind === 'staff' ? ({ kind: 'staff', id: staffId(handler.as ?? handler.name), name: handler.name } as const) : entry.handler === undefined ? dutyPost : ({ kind: 'staff', id: staffId(entry.handler), name: entry.handler } as const)
  const intent = intentNames.find((one) => one === entry.service) ?? 'repair_env'
  const service = world.services.forMatter(intent, entry.text) ?? world.services.byCode('public-fault')
  const conversationId = conversationOf('private', entry.resident ?? 'nobody')
  return {
    id: world.newId(), rev: 0, number: entry.no, sourceKey: `setup:${entry.no}`, serviceCode: service?.code ?? 'public-fault', serviceName: service?.name ?? '公共设施报修', intent, status, owner, residentId,
    channel: 'memory', conversationId, description: entry.text, address: entry.addr ?? null, placeKey: null, fields: [], attachmentIds: [],
    reporters: [{ residentId, conversationId, chat: 'private', at: filedAt, words: entry.text }], appointment: null, urges: [], ratings: [],
    history: [{ at: filedAt, actor: { kind: 'resident', id: residentId }, from: null, to: 'submitted', note: null }], filedAt, updatedAt: filedAt, settledAt: openStatuses.includes(status) || status === 'done' || status === 'confirming' ? null : filedAt,
  }
}

const residentOf = (name: string, channel: Spoken = 'memory'): string => `${channel}:${name}`
const staffId = (name: string): string => `staff-${name}`
const conversationOf = (chat: 'private' | 'group', who: string, channel: Spoken = 'memory'): string => (chat === 'group' ? `${channel}:room` : `${channel}:private:${who}`)

function staffOf(world: World, from: string): StaffActor {
  const entry = world.dialogue.setup.find((one) => one.kind === 'staff' && one.as === from)
  return { kind: 'staff', id: staffId(from), name: entry?.kind === 'staff' ? entry.name : '值班员', isLead: true }
}

/** The private chat a member of staff works in: that of the last resident who wrote. */
function servedConversation(world: World, number: number): string {
  const before = world.dialogue.turns.slice(0, number - 1).findLast((turn) => turn.from !== 'S')
  return conversationOf(before?.chat ?? world.dialogue.chat, before?.from ?? 'A', before?.channel)
}

async function playTurn(world: World, turn: DialogueTurn, number: number, deliver: (message: InboundMessage) => Promise<void>): Promise<void> {
  const { communityId, engine } = world
  const by = staffOf(world, turn.from)
  const served = servedConversation(world, number)
  switch (turn.action) {
    case 'takeover':
      await engine.takeConversation(communityId, served, by)
      return engine.say(communityId, served, turn.text, by)
    case 'say':
      return engine.say(communityId, served, turn.text, by)
    case 'release':
      await engine.say(communityId, served, turn.text.replace('[结束接管]', '').trim(), by)
      await engine.releaseConversation(communityId, served, by)
      return
    case 'close':
      return closeRequest(world, await requestNamed(world, turn, number), turn.text, by)
    case 'move': {
      const request = await requestNamed(world, turn, number)
      if (turn.move === undefined) throw new InputError('no-move', `${world.dialogue.id} turn ${number}: which move?`)
      const move = moveInWords(turn.move, turn.text)
      await engine.actOnRequest(communityId, request.id, request.rev, turn.route === undefined ? move : { ...move, brings: { kind: 'route', route: turn.route } }, by)
      return
    }
    case 'remind':
      await engine.remind()
      return
    case 'watch':
      await engine.watch()
      return
    case 'talk':
    case 'ask':
    case undefined:
      return deliver(messageOf(world, turn, number))
  }
}

async function requestNamed({ dialogue, store, communityId, madeBy }: World, { request: named }: DialogueTurn, number: number): Promise<ServiceRequest> {
  const id = typeof named === 'object' ? madeBy.get(named.turn) : undefined
  const found = typeof named === 'string' ? (await store.find(communityId, 'requests', { by: 'number', equals: named }))[0] : id === undefined ? null : await store.get(communityId, 'requests', id)
  if (!found) throw new InputError('no-request', `${dialogue.id} turn ${number}: no such request`)
  return found
}

async function closeRequest(world: World, request: ServiceRequest, text: string, by: StaffActor): Promise<void> {
  const { engine, communityId } = world
  // What a colleague has in hand is closed by the colleague, whoever of the desk the dialogue names.
  const hand: StaffActor = request.owner.kind === 'staff' ? { ...request.owner, isLead: true } : by
  const taken = request.owner.kind === 'staff' ? request : await engine.actOnRequest(communityId, request.id, request.rev, moveInWords('take', ''), hand)
  await engine.actOnRequest(communityId, taken.id, taken.rev, moveInWords('close', text), hand)
}

function messageOf(world: World, turn: DialogueTurn, number: number): InboundMessage {
  const chat = turn.action === 'ask' ? 'private' : (turn.chat ?? world.dialogue.chat)
  const isStaff = turn.from === 'S'
  const media = world.dialogue.setup.filter((entry) => entry.kind === 'media').filter((entry) => entry.turn === number)
  const others = [...turn.text.matchAll(/@([^\s@\u2005，。,!！?？:：]{1,20})/gu)].map((match) => match[1] ?? '').filter((name) => !name.startsWith('小助手'))
  const id = `${world.dialogue.id}-${number}`
  const { channel = 'memory' } = turn
  return {
    channel,
    communityId: world.communityId,
    eventId: id,
    messageId: id,
    conversationId: conversationOf(chat, turn.from, channel),
    chat,
    author: { id: residentOf(turn.from, channel), name: null, kind: isStaff && turn.action === 'talk' ? 'staff' : 'resident' },
    text: turn.text,
    attachments: media.map((entry, index) => ({ id: `${id}-${index}`, kind: entry.type, mediaType: entry.type === 'image' ? 'image/jpeg' : 'application/octet-stream', bytes: 1 })),
    mentions: { bot: turn.text.includes('@小助手'), others: others.filter((name) => name !== '所有人'), everyone: others.includes('所有人') },
    quoted: null,
    sentAt: world.now(),
  }
}

function judge(dialogue: Dialogue, number: number, turn: DialogueTurn, outcome: OutcomeKind | null, reply: string): TurnReport {
  const expected = turn.expect
  const why: string[] = []
  if (expected) {
    // What staff say themselves runs no turn of ours: silence is what is expected then.
    const kind = outcome ?? 'silent'
    if (kind !== expected.outcome) why.push(`outcome ${kind}, expected ${expected.outcome}`)
    if (expected.speaks !== (reply !== '') && expected.outcome !== 'silent') why.push(expected.speaks ? 'said nothing' : 'spoke')
    if (expected.outcome === 'silent' && turn.from !== 'S' && reply !== '') why.push('spoke')
    for (const words of expected.must_contain) if (!reply.includes(words)) why.push(`lacks 「${words}」`)
    for (const any of expected.must_contain_any) if (!any.some((words) => reply.includes(words))) why.push(`lacks any of 「${any.join('、')}」`)
    for (const words of expected.must_not_contain) if (reply.includes(words)) why.push(`says 「${words}」`)
  }
  return { dialogue: dialogue.id, turn: number, text: turn.text, reply, outcome, passed: why.length === 0, why }
}
