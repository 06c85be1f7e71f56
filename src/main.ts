import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as passing } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Channel } from './channels/channel.js'
import { fetchedChannel } from './channels/fetched.js'
import { verifyAudit } from './audit/log.js'
import { notedEnd } from './audit/noted-end.js'
import { watchChannels } from './paging/channel-watch.js'
import { pagingControl } from './paging/paging-control.js'
import { createReach } from './paging/reach.js'
import { createHealthBoard, type HealthBoard } from './channels/health.js'
import { tellLosses } from './channels/loss-news.js'
import type { LarkChannel, LarkParts, LarkSettings } from './channels/lark.js'
import { createPairing, type Pairing } from './channels/pairing.js'
import { pairingControl } from './channels/pairing-control.js'
import { webChannel } from './channels/web.js'
import { alone } from './cluster/cluster.js'
import { healthEverywhere, presentEverywhere } from './cluster/everywhere.js'
import { keepHeldChannel } from './cluster/held-channel.js'
import { createMembership } from './cluster/membership.js'
import type { WechatParts, WechatSettings } from './channels/wechat.js'
import type { Config } from './config.js'
import { createBotkitRunner, type BotkitRunner } from './conversation/botkit.js'
import { createEngine } from './conversation/create-engine.js'
import { askOnce } from './conversation/dry-run.js'
import { idMaker } from './conversation/new-id.js'
import { ensureFirstAdminInvitation, resetAdmin } from './desk/invitations.js'
import { accountOf } from './desk/sign-in.js'
import { YichuangError } from './errors.js'
import { exchangeControl } from './exchange/control.js'
import { serviceMeant } from './exchange/service-meant.js'
import { createServer } from './http.js'
import { newToken } from './http/tokens.js'
import { gazetteerOf } from './knowledge/gazetteer.js'
import { PLATFORM, type Community } from './knowledge/community.js'
import { readKnowledgeFolder } from './knowledge/files.js'
import { createLiveNlu } from './learning/live-nlu.js'
import { createRoomSettings, roomControl } from './learning/room-settings.js'
import { learnApart, trainApart } from './learning/train-apart.js'
import { createTrainingDesk } from './learning/training.js'
import { createLearningWork, learningControl } from './learning/work.js'
import { openLog } from './log.js'
import { publicationControl } from './publication/control.js'
import { createLiveKnowledge } from './publication/live-knowledge.js'
import { writeMirror } from './publication/mirror.js'
import { createPublication } from './publication/publication.js'
import type { IntentName } from './nlu/understanding.js'
import type { ServiceCatalogue } from './requests/services.js'
import { createAddressGuard } from './webhooks/address-guard.js'
import { createPost } from './webhooks/post.js'
import { createWebhookSender } from './webhooks/sender.js'
import { serveControl } from './store/control.js'
import { createOperation } from './metrics/operation.js'
import { backUpIfDue } from './store/backup-schedule.js'
import { isFresh } from './store/load.js'
import { moveControl } from './store/move-control.js'
import { openStore } from './store/open-store.js'
import { probeDatabase, probeFolder } from './store/probe.js'
import { decideAgain } from './store/quicker.js'
import type { Store } from './store/store.js'

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
/** Whether a backup is due is looked at this often, and what was committed since the last is added to it, ms. */
const backupLookEveryMs = 60_000
/** From listening until what only operators ask for is made ready: the first residents come first, ms. */
const warmAfterMs = 5_000

/**
 * Builds the parts and starts them: knowledge, understanding, store, conversations, channels, one HTTP server. The only
 * file that knows everyone. `onFatal` is called when the process can't go on (a flush to disk failed); stop it then.
 */
export async function startYichuang(config: Config, onFatal: (error: Error) => void): Promise<Running> {
  const log = openLog(config.logLevel)
  const now = Date.now
  const newId = idMaker(now)
  const opened = await openStore(config, {
    create: config.databaseUrl === null && await isFresh(config.dataDir),
    now,
    onFatal: (error) => {
      log.fatal({ code: error.code }, error.message)
      onFatal(error)
    },
    onNotice: (message, error) => { log.warn({ error: error instanceof Error ? error.message : undefined }, message) },
  })
  const { store } = opened
  try {
    const publication = createPublication(store, now)
    // Two processes that start at once both begin.
    const { notices } = await decideAgain(async () => publication.begin(await readKnowledgeFolder(config.knowledgeDir)))
    for (const notice of notices) log.warn(notice)
    await writeMirror(config.dataDir, publication)
    const knowledge = await createLiveKnowledge(publication)
    const learning = createLearningWork(store, now)
    const { nlu, reload, catchUp } = await createLiveNlu({
      // Read anew at each reload: a published community brings its own places.
      settings: { intentsDir: config.intentsDir, cacheDir: config.cacheDir, get gazetteer() { return gazetteerOf(knowledge.inUse().communities.values()) } },
      published: async () => (await learning.labelled()).published,
      learnApart: learnApart({ intentsDir: config.intentsDir, cacheDir: config.cacheDir }),
    })
    const titleOf = (intent: string): string => nlu.intents.get(intent as IntentName)?.title ?? intent
    const channels: Channel[] = []
    const pairing = createPairing({ store, now })
    const ownHealth = createHealthBoard(now)
    let presentHere: () => Promise<ReadonlySet<string>> = () => Promise.resolve(new Set())
    const version = opened.kind === 'embedded' ? '' : programVersion()
    const membership = opened.kind === 'embedded' ? null : createMembership({
      processId: opened.store.processId, share: (options) => opened.store.share(options), single: config.wechat === null ? [] : ['wechat'], clock: () => performance.now(),
      standing: async () => ({ version, serves: ['web', ...(config.lark === null ? [] : ['lark'])], channels: ownHealth.all(), present: [...(await presentHere())] }),
      log: (event, details) => { log.warn(details, event) },
      onFatal,
    })
    const cluster = membership ?? alone
    const health = membership === null ? ownHealth : healthEverywhere(ownHealth, membership)
    const reach = createReach({ store, pairing, health, present: () => presentEverywhere(presentHere, cluster), now })
    const engine = createEngine({
      store,
      ...(membership === null ? {} : { cluster: membership }),
      nlu,
      retriever: { answer: (question) => knowledge.inUse().retriever.answer(question) },
      services: currentServices(() => knowledge.inUse().services),
      community: (id) => knowledge.inUse().community(id),
      inUse: knowledge.inUse,
      withFacts: true,
      now,
      newId,
      channels: () => channels,
      duty: { reach, deskUrl: () => (config.publicUrl === null ? null : `${config.publicUrl}/desk`) },
      webChat: config.publicUrl === null ? undefined : { url: config.publicUrl, newToken },
      turnDeadlineMs: config.turnDeadlineMs,
      after: (ms, work) => { const timer = setTimeout(work, ms); return () => { clearTimeout(timer) } },
      log: (event, details) => { log.warn(details, event) },
      onTurn: (outcome, message, tookMs) => { log.info({ channel: message.channel, outcome: outcome.kind, ms: Math.round(tookMs) }, 'turn'); operation.metrics.turn(message.channel, outcome.kind, tookMs) },
    })
    const web = webChannel({ store, now, newId, cluster })
    const operation = createOperation({
      store, probeStore: opened.kind === 'embedded' ? probeFolder(store, config.dataDir) : probeDatabase(store), isStarted: () => web.isStarted(), channels: () => ownHealth.all(), now, steady: () => performance.now(),
      onClockJump: (byMs) => { log.warn({ byMs: Math.round(byMs) }, 'the clock was set') },
      onFailure: (error) => { log.warn({ error: String(error) }, 'operation') },
    })
    channels.push(web, fetchedChannel('open311'), fetchedChannel('exchange'))
    const communities = () => [...knowledge.inUse().communities.values()]
    health.onChange(({ channel, state }) => { log[state.kind === 'offline' || state.kind === 'needs-login' ? 'error' : 'info']({ channel, state: state.kind, reason: 'reason' in state ? state.reason : undefined }, 'channel') })
    const stopWatching = engine.pager === null ? () => undefined : watchChannels({ health, isMine: () => cluster.isMine(PLATFORM), pager: engine.pager, log: (event, details) => { log.error(details, event) } })
    const work = {
      engine, cluster,
      // What is about people who work there, or touches a resident's private life, is the handler's alone.
      isForAll: (serviceCode: string) => { const service = knowledge.inUse().services.byCode(serviceCode); return service?.disclosure === 'public' && service.owner !== 'lead' },
    }
    const lark = config.lark === null ? null : await openLark(config.lark, {
      store, pairing, health, communities, now, work,
      log: log.child({ part: 'lark' }),
    })
    if (lark !== null) {
      channels.push(lark.channel)
      tellLosses({
        health, lark: lark.channel, now, log: (event, details) => { log.error(details, event) },
        adminChats: async () => (await Promise.all((await store.find(PLATFORM, 'staff', { limit: 10_000 })).filter(({ role, disabled }) => role === 'admin' && !disabled).map(({ id }) => reach.chats(id)))).flat().filter(({ channel }) => channel === 'lark').map(({ conversationId }) => conversationId),
        drawCode: async (code) => (await import('qrcode')).toBuffer(code, { width: 320, margin: 2 }),
      })
    }
    const { wechat } = config
    const openedWechat = wechat === null ? null : () => openWechat(wechat, { store, pairing, health, communities, now, newId, work, log: log.child({ part: 'wechat' }) })
    if (openedWechat !== null && membership === null) channels.push(await openedWechat())
    let trialBotkit: BotkitRunner | null = null
    const guard = createAddressGuard(config.webhookNetworks)
    const sender = createWebhookSender({
      store, cluster, communities, post: createPost(guard), now, newId,
      after: (ms, work) => { const timer = setTimeout(work, ms); timer.unref(); return () => { clearTimeout(timer) } },
      onGivenUp: ({ id, name }) => {
        log.error({ webhook: id }, 'webhook given up')
        engine.pager?.call(PLATFORM, { kind: 'channel', channel: `webhook:${id}`, what: `推送「${name}」一直送不到，已停用。请到工作台「对接」看记录，修好后重新启用` }).catch((error: unknown) => { log.error({ error: String(error) }, 'webhook') })
      },
      log: (event, details) => { log.error(details, event) },
    })
    const connections = { webhooks: { sender, guard }, services: () => knowledge.inUse().services, serviceFor: (words: string) => serviceMeant(nlu, knowledge.inUse().services, words, now()) }
    const server = await createServer({
      config, store, engine, web, communities, now, newId, log: log.child({ part: 'http' }), operation: { ...operation, metricsToken: config.metricsToken }, bookings: engine.bookings, activities: engine.activities, teller: engine.teller, votes: engine.votes, announcer: engine.announcer, coordinations: engine.coordinations, webhooks: lark === null ? [] : lark.webhooks,
      connections,
      work: {
        services: () => knowledge.inUse().services,
        workingTime: (id) => ({ years: knowledge.inUse().years, hours: knowledge.inUse().communities.get(id)?.hours ?? null }),
        responsibleFor: (id, code) => knowledge.inUse().responsibleFor(id, code),
        grounds: (id, question) => {
          const { retriever, communities: known } = knowledge.inUse()
          const community = known.get(id)
          const answer = community === undefined ? null : retriever.answer({ question, community, now: now(), includeFacts: true })
          // A report is no question: what comes after the likeliest is mostly beside the point.
          return answer === null || answer.kind === 'no-passage' ? [] : answer.citations.slice(0, 1)
        },
      },
      places: { publication, inUse: knowledge.inUse, pairing, health, work: learning },
      understanding: {
        work: learning, rooms: createRoomSettings(store), intents: () => nlu.intents.values(),
        training: createTrainingDesk({
          work: learning, store, reload, now,
          ...(opened.kind === 'embedded' ? {} : { among: { processId: opened.store.processId, isAlive: (id: string) => cluster.others().some((one) => one.id === id) } }),
          train: trainApart({ intentsDir: config.intentsDir, cacheDir: config.cacheDir }),
          onFailure: (error) => { log.error({ error: error instanceof Error ? error.message : String(error) }, 'training') },
        }),
      },
      knowledge: {
        publication, inUse: knowledge.inUse, takeUp: () => takeUp(), titleOf,
        tryOut: (question) => askOnce({ nlu, botkit: (trialBotkit ??= createBotkitRunner()), withFacts: true, now, newId, ...knowledge.inUse() }, question),
      },
      ...(engine.pager === null ? {} : { duty: { pager: engine.pager, reach, health, attend: (who) => { presentHere = who } } }),
    })
    let takenUp: Promise<void> = Promise.resolve()
    const takeUp = () => {
      // One after the other: a command waits for the same version that the commit has announced.
      const next = takenUp.then(async () => {
        const before = knowledge.inUse()
        const { version } = await knowledge.reload()
        if (version.number === before.version.number) return
        log.info({ version: version.number }, 'knowledge')
        await writeMirror(config.dataDir, publication)
        await reload()
      })
      takenUp = next.then(() => { operation.knowledge(null) }, (error: unknown) => { operation.knowledge(error instanceof YichuangError ? error.code : 'failed') })
      return next
    }
    // Whoever published it: a command, the desk, another process on the same store.
    store.onCommit(({ communityId, writes }) => {
      if (communityId !== PLATFORM || !writes.some((write) => write.op === 'put' && write.table === 'knowledgeVersions' && write.row.state === 'live')) return
      takeUp().catch((error: unknown) => { log.error({ error: String(error) }, 'knowledge') })
    })
    store.onCommit(({ writes, elsewhere }) => {
      if (elsewhere !== true || !writes.some((write) => write.op === 'put' && write.table === 'learning' && write.row.publishedAt !== null)) return
      catchUp().catch((error: unknown) => { log.error({ error: String(error) }, 'learning') })
    })
    const control = await serveControl(config.dataDir, {
      backup: async (args) => {
        const { folder, withKey } = backupArgs.parse(args)
        await store.backup(folder, { withKey })
        return null
      },
      ...moveControl(opened, config, now),
      ...learningControl(learning, reload),
      ...roomControl(createRoomSettings(store)),
      ...publicationControl(store, publication, now, takeUp, titleOf),
      ...pairingControl({
        pairing, health, communities, now,
        staffByLogin: async (login) => {
          const account = await accountOf(store, login)
          return account === null || account.disabled ? null : account.id
        },
      }),
      ...(engine.pager === null ? {} : pagingControl({ pager: engine.pager, store, communities })),
      ...exchangeControl({ ...connections, store, engine, communities, workingTime: (id) => ({ years: knowledge.inUse().years, hours: knowledge.inUse().communities.get(id)?.hours ?? null }), now, newId }),
      'audit verify': (args) => verifyAudit(store, notedEnd.parse(args)),
      'admin reset': async (args) => ({ path: await resetAdmin(store, resetArgs.parse(args).login, now()) }),
    })
    await membership?.start()
    await web.start(engine.deliver)
    for (const channel of channels) {
      // A platform that can't be reached, or refuses us, keeps nobody from the others; its state tells.
      if (channel !== web) channel.start(engine.deliver).catch((error: unknown) => { log.error({ channel: channel.name, error: error instanceof Error ? error.message : String(error) }, 'channel not started') })
    }
    // A login exists once: one process has it for all.
    const endHeld = openedWechat === null || membership === null ? async () => undefined : keepHeldChannel({
      name: 'wechat', membership, open: openedWechat, channels, deliver: engine.deliver, onOpened: engine.takeUp,
      onFailure: (error) => { log.error({ channel: 'wechat', error: error instanceof Error ? error.message : String(error) }, 'channel not started') },
    })
    await engine.start()
    await sender.start()
    // Published by others after it was read here and before they could be heard.
    if (membership !== null) Promise.all([takeUp(), catchUp()]).catch((error: unknown) => { log.error({ error: String(error) }, 'knowledge') })
    await server.listen({ host: config.host, port: config.port })
    const { port } = server.server.address() as AddressInfo
    const base = config.publicUrl ?? `http://${config.host.includes(':') ? `[${config.host}]` : config.host}:${port}`
    const retiring = setInterval(() => {
      if (cluster.isMine(PLATFORM)) store.retire(now()).catch((error: unknown) => { log.error({ error: String(error) }, 'retire') })
    }, retireEveryMs)
    const beginning = setTimeout(() => { void operation.begin() }, warmAfterMs)
    const backingUp = config.backups === null ? undefined : setInterval(() => {
      if (config.backups !== null && cluster.isMine(PLATFORM)) void backUpIfDue({
        settings: config.backups, now, backup: (folder) => store.backup(folder), ...(opened.kind === 'embedded' ? { addTo: (folder: string) => opened.store.addToBackup(folder) } : {}),
        onDone: (folder, error, what) => {
          operation.backup(error === null ? null : error instanceof YichuangError ? error.code : 'failed')
          if (error !== null || what === 'made') log[error === null ? 'info' : 'error']({ folder, error: error instanceof Error ? error.message : undefined }, 'backup')
        },
      })
    }, backupLookEveryMs)
    // A link made anew ends the one before, which another process has shown.
    const invite = cluster.others().length > 0 ? null : await ensureFirstAdminInvitation(store, now())
    return {
      chatUrl: `${base}/`,
      deskUrl: `${base}/desk/`,
      inviteUrl: invite === null ? null : `${base}${invite}`,
      async stop() {
        operation.readiness.drain()
        if (config.drainMs > 0) await passing(config.drainMs)
        clearInterval(retiring)
        clearTimeout(beginning)
        clearInterval(backingUp)
        operation.stop()
        stopWatching()
        await server.close()
        await control.close()
        await endHeld()
        for (const channel of channels) await channel.stop()
        await sender.stop()
        await engine.stop()
        await membership?.stop()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** The version of this program, from its package.json. */
function programVersion(): string {
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))).version
}

/** Lark, loaded only where it is asked for: its SDK is large. */
async function openLark(settings: LarkSettings, parts: { readonly store: Store; readonly pairing: Pairing; readonly health: HealthBoard; readonly communities: () => readonly Community[]; readonly now: () => number; readonly work: NonNullable<LarkParts['work']>; readonly log: Logger }): Promise<{ readonly channel: LarkChannel; readonly webhooks: readonly ((app: FastifyInstance) => void)[] }> {
  const { store, pairing, health, communities, now, work, log } = parts
  const { larkChannel } = await import('./channels/lark.js')
  const channel = larkChannel({
    settings, store, pairing, communities, now, work,
    onState: (state) => { health.report('lark', state) },
    log: (level, event, details) => { log[level](details, event) },
  })
  if (settings.by.kind === 'connection') return { channel, webhooks: [] }
  const { larkWebhook } = await import('./channels/lark/webhook.js')
  const keys = { appId: settings.appId, encryptKey: settings.by.encryptKey, verificationToken: settings.by.verificationToken }
  return { channel, webhooks: [(app) => { larkWebhook(app, { keys, take: (payload) => channel.take(payload), now, log: (event, details) => { log.warn(details, event) } }) }] }
}

/** WeChat; wechaty itself is loaded only in a process of its own. */
async function openWechat(settings: WechatSettings, parts: { readonly store: Store; readonly pairing: Pairing; readonly health: HealthBoard; readonly communities: () => readonly Community[]; readonly now: () => number; readonly newId: () => string; readonly work: NonNullable<WechatParts['work']>; readonly log: Logger }): Promise<Channel> {
  const { health, log, ...rest } = parts
  const { wechatChannel } = await import('./channels/wechat.js')
  return wechatChannel({
    settings, ...rest, chance: Math.random,
    onState: (state) => { health.report('wechat', state) },
    log: (level, event, details) => { log[level](details, event) },
  })
}

/** The services of the version in use, for parts that hold on to them between turns. */
function currentServices(services: () => ServiceCatalogue): ServiceCatalogue {
  return {
    get services() { return services().services },
    get checklists() { return services().checklists },
    byCode: (code) => services().byCode(code),
    called: (text) => services().called(text),
    named: (text) => services().named(text),
    forMatter: (intent, text) => services().forMatter(intent, text),
  }
}
