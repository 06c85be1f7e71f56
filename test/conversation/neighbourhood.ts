import { randomUUID } from 'node:crypto'
import { afterAll } from 'vitest'
import type { Channel, InboundMessage } from '../../src/channels/channel.js'
import { memoryChannel, type MemoryChannel, type Shown } from '../../src/channels/memory.js'
import { createEngine, type EngineParts, type RunningEngine } from '../../src/conversation/create-engine.js'
import type { StaffActor } from '../../src/conversation/engine.js'
import { idMaker } from '../../src/conversation/new-id.js'
import type { Outcome } from '../../src/conversation/outcome.js'
import { isCommunityId, type CommunityId } from '../../src/knowledge/community.js'
import { gazetteerOf } from '../../src/knowledge/gazetteer.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { loadServices } from '../../src/knowledge/services.js'
import { createNlu } from '../../src/nlu/load-nlu.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { createRetriever } from '../../src/retrieval/retriever.js'
import type { Store } from '../../src/store/store.js'
import { openTempStore, type TempStore } from '../store/temp-store.js'

const [knowledge, services] = await Promise.all([loadKnowledge('knowledge'), loadServices('knowledge')])
export const nlu = await createNlu({ intentsDir: 'intents', cacheDir: 'node_modules/.cache/yichuang-test', gazetteer: gazetteerOf(knowledge.communities.values()) })
const retriever = createRetriever(knowledge)

export const clerk: StaffActor = { kind: 'staff', id: 'staff-1', name: '小周', isLead: false }

/** Said at this time unless the test moves the clock: a Monday morning in Asia/Shanghai. */
const monday = Date.parse('2026-11-23T09:30:00+08:00')

/** The same store with some of its verbs replaced, to see what a refusal or a mistake does. */
export function overStore(store: Store, over: Partial<Store>): Store {
  return {
    get: store.get.bind(store), find: store.find.bind(store), commit: store.commit.bind(store), nextNumber: store.nextNumber.bind(store),
    communities: store.communities.bind(store), saveBlob: store.saveBlob.bind(store), loadBlob: store.loadBlob.bind(store), removeBlob: store.removeBlob.bind(store), archived: store.archived.bind(store), changeArchived: store.changeArchived.bind(store), onCommit: store.onCommit.bind(store),
    retire: store.retire.bind(store), backup: store.backup.bind(store), close: store.close.bind(store), ...over,
  }
}

/** A community with its real knowledge, a real store in a folder of its own, and a clock of its own. */
export interface Neighbourhood {
  readonly communityId: CommunityId
  /** Where everything lies on disk. */
  readonly folder: string
  readonly channel: MemoryChannel
  readonly engine: RunningEngine
  readonly store: Store
  readonly outcomes: readonly Outcome[]
  /** Events logged, and the whole lines. */
  readonly log: readonly string[]
  readonly logLines: readonly string[]
  now(): number
  pass(ms: number): void
  /** A resident writes in private; resolves to what the bot said to it, in one text. */
  says(who: string, text: string, more?: Partial<InboundMessage>): Promise<string>
  /** A resident writes in the room. `@小助手` counts as a mention, other `@…` as mentions of others. */
  saysInRoom(who: string, text: string, more?: Partial<InboundMessage>): Promise<string>
  message(who: string, text: string, more?: Partial<InboundMessage>): InboundMessage
  requests(): Promise<readonly ServiceRequest[]>
  /** Stops everything and starts again on the same folder, as after a kill. */
  restart(): Promise<void>
}

export async function aNeighbourhood(community = 'huzhou-demo', more: Partial<EngineParts> & { readonly wrap?: (store: Store) => Store; /** Channels beside the one residents write on. */ readonly besides?: readonly Channel[]; readonly dutyOn?: (store: Store, now: () => number) => NonNullable<EngineParts['duty']> } = {}): Promise<Neighbourhood> {
  if (!isCommunityId(community)) throw new Error(community)
  const home = knowledge.communities.get(community)
  if (!home) throw new Error(`no ${community}`)
  let clock = monday
  const now = (): number => clock
  const temp: TempStore = await openTempStore({ now })
  const outcomes: Outcome[] = []
  const log: string[] = []
  const logLines: string[] = []
  let channel = memoryChannel()
  let engine = await open()

  async function open(): Promise<RunningEngine> {
    channel = memoryChannel()
    const current = channel
    const store = more.wrap ? more.wrap(temp.store) : temp.store
    const made = createEngine({
      nlu, retriever, services, community: () => home ?? (() => { throw new Error('no home') })(), withFacts: true, now, newId: idMaker(now), turnDeadlineMs: 5_000,
      log: (event, details) => { log.push(event); logLines.push(JSON.stringify({ event, ...details })) }, onTurn: (outcome) => void outcomes.push(outcome), channels: () => [current, ...(more.besides ?? [])], ...more, store, ...(more.dutyOn === undefined ? {} : { duty: more.dutyOn(store, now) }),
    })
    await current.start(made.deliver)
    await made.start()
    return made
  }

  afterAll(async () => {
    await engine.stop()
    await temp.close()
  })

  function message(who: string, text: string, given: Partial<InboundMessage> = {}): InboundMessage {
    const id = randomUUID()
    const others = [...text.matchAll(/@([^\s@，。,!！?？:：]{1,20})/gu)].map((match) => match[1] ?? '').filter((name) => !name.startsWith('小助手'))
    return {
      channel: 'memory', communityId: home?.id ?? (community as CommunityId), eventId: id, messageId: id, conversationId: `memory:private:${who}`, chat: 'private',
      author: { id: `memory:${who}`, name: who, kind: 'resident' }, text, attachments: [],
      mentions: { bot: text.includes('@小助手'), others, everyone: false }, quoted: null, sentAt: now(), ...given,
    }
  }

  async function hear(sent: InboundMessage): Promise<string> {
    const before = channel.shown.length
    await channel.deliver(sent)
    await engine.idle()
    return channel.shown.slice(before).map((shown: Shown) => shown.reply.text).join('\n')
  }

  return {
    communityId: home.id,
    folder: temp.folder,
    get channel() { return channel },
    get engine() { return engine },
    get store() { return temp.store },
    outcomes,
    log,
    logLines,
    now,
    pass: (ms) => { clock += ms },
    message,
    says: (who, text, given = {}) => hear(message(who, text, given)),
    saysInRoom: (who, text, given = {}) => hear(message(who, text, { conversationId: 'memory:room', chat: 'group', ...given })),
    requests: () => temp.store.find(home.id, 'requests', {}),
    async restart() {
      await engine.stop()
      await temp.reopen()
      engine = await open()
    },
  }
}
