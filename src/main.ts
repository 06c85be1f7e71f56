import type { AddressInfo } from 'node:net'
import { pino, type Logger } from 'pino'
import { z } from 'zod'
import type { Channel } from './channels/channel.js'
import { webChannel } from './channels/web.js'
import type { Config } from './config.js'
import { createEngine } from './conversation/create-engine.js'
import { idMaker } from './conversation/new-id.js'
import { ensureFirstAdminInvitation, resetAdmin } from './desk/invitations.js'
import { createServer } from './http.js'
import { KnowledgeError } from './errors.js'
import { gazetteerOf } from './knowledge/gazetteer.js'
import { loadKnowledge } from './knowledge/knowledge.js'
import { loadServices } from './knowledge/services.js'
import { createLiveNlu } from './learning/live-nlu.js'
import { createRoomSettings, roomControl } from './learning/room-settings.js'
import { createLearningWork, learningControl } from './learning/work.js'
import { createRetriever } from './retrieval/retriever.js'
import { serveControl } from './store/control.js'
import { openEmbeddedStore } from './store/embedded.js'
import { isFresh } from './store/load.js'

/** A started 一窗. */
export interface Running {
  readonly chatUrl: string
  readonly deskUrl: string
  /** A one-time link that makes the first admin; `null` once there is one. */
  readonly inviteUrl: string | null
  /** Takes no more, finishes what is in hand, writes everything down. */
  stop(): Promise<void>
}

/** What commands send to the live process (src/cli/upkeep.ts). */
const backupArgs = z.strictObject({ folder: z.string().min(1), withKey: z.boolean() })
const resetArgs = z.strictObject({ login: z.string().min(1) })

/** Settled rows leave for the archive this often, ms. */
const retireEveryMs = 6 * 3_600_000

/**
 * Builds the parts and starts them: knowledge, understanding, store, conversations, channels, one HTTP server. The only
 * file that knows everyone. `onFatal` is called when the process can't go on (a flush to disk failed); stop it then.
 */
export async function startYichuang(config: Config, onFatal: (error: Error) => void): Promise<Running> {
  // Logs go to standard error: standard output is for what commands print.
  const log: Logger = pino({ level: config.logLevel, base: null }, pino.destination({ dest: 2, sync: false }))
  const now = Date.now
  const newId = idMaker(now)
  const [knowledge, services] = await Promise.all([loadKnowledge(config.knowledgeDir), loadServices(config.knowledgeDir)])
  const store = await openEmbeddedStore({
    folder: config.dataDir,
    create: await isFresh(config.dataDir),
    ...(config.key === null ? {} : { key: config.key }),
    now,
    onFatal: (error) => {
      log.fatal({ code: error.code }, error.message)
      onFatal(error)
    },
    onNotice: (message, error) => { log.warn({ error: error instanceof Error ? error.message : undefined }, message) },
  })
  try {
    const learning = createLearningWork(store, now)
    const { nlu, reload } = await createLiveNlu(
      { intentsDir: config.intentsDir, cacheDir: config.cacheDir, gazetteer: gazetteerOf(knowledge.communities.values()) },
      async () => (await learning.labelled()).published,
    )
    const channels: Channel[] = []
    const engine = createEngine({
      store,
      nlu,
      retriever: createRetriever(knowledge),
      services,
      community: (id) => {
        const community = knowledge.communities.get(id)
        if (!community) throw new KnowledgeError('no-community', `no community ${id} in knowledge/communities`)
        return community
      },
      withFacts: true,
      now,
      newId,
      channels: () => channels,
      turnDeadlineMs: config.turnDeadlineMs,
      log: (event, details) => { log.warn(details, event) },
      onTurn: (outcome, message, tookMs) => { log.info({ channel: message.channel, outcome: outcome.kind, ms: Math.round(tookMs) }, 'turn') },
    })
    const web = webChannel({ store, now, newId })
    channels.push(web)
    const server = await createServer({
      config, store, engine, web, communities: () => [...knowledge.communities.values()], now, newId,
      log: log.child({ part: 'http' }),
    })
    const control = await serveControl(config.dataDir, {
      backup: async (args) => {
        const { folder, withKey } = backupArgs.parse(args)
        await store.backup(folder, { withKey })
        return null
      },
      ...learningControl(learning, reload),
      ...roomControl(createRoomSettings(store)),
      'admin reset': async (args) => ({ path: await resetAdmin(store, resetArgs.parse(args).login, now()) }),
    })
    for (const channel of channels) await channel.start(engine.deliver)
    await engine.start()
    await server.listen({ host: config.host, port: config.port })
    const { port } = server.server.address() as AddressInfo
    const base = config.publicUrl ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    const retiring = setInterval(() => {
      store.retire(now()).catch((error: unknown) => { log.error({ error: String(error) }, 'retire') })
    }, retireEveryMs)
    const invite = await ensureFirstAdminInvitation(store, now())
    return {
      chatUrl: `${base}/`,
      deskUrl: `${base}/desk/`,
      inviteUrl: invite === null ? null : `${base}${invite}`,
      async stop() {
        clearInterval(retiring)
        await server.close()
        await control.close()
        for (const channel of channels) await channel.stop()
        await engine.stop()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}
