import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import type { Channel, InboundEvent } from '../../../src/channels/channel.js'
import { createHealthBoard, type HealthBoard } from '../../../src/channels/health.js'
import { createPairing, type Pairing } from '../../../src/channels/pairing.js'
import { wechatChannel, type WechatChannel, type WechatParts } from '../../../src/channels/wechat.js'
import type { CommunityId } from '../../../src/knowledge/community.js'
import type { Store } from '../../../src/store/store.js'
import { aCommunity, huzhou, puyang } from '../../desk/running-server.js'
import { openTempStore } from '../../store/temp-store.js'
import { wechatStandIn, type WechatStandIn } from './stand-in.js'

const root = resolve(import.meta.dirname, '../../..')

/** Our account, a resident, another, and a room they are in. */
export const bot = 'bot-1'
export const wang = 'wang'
export const zhang = 'zhang'
export const room = 'lotus@chatroom'

/** The gateway's process as plain JavaScript, so that it runs as it stands in src now. */
export async function compileGateway(): Promise<{ readonly script: string; remove(): Promise<void> }> {
  const cache = join(root, 'node_modules', '.cache')
  await mkdir(cache, { recursive: true })
  const folder = await mkdtemp(join(cache, 'wechat-test-'))
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  const entry = join(root, 'src/channels/wechat/gateway-process.ts')
  const waiting = [entry]
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const { outputText } = ts.transpileModule(await readFile(path, 'utf8'), { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true } })
    const target = join(folder, relative(root, path).replace(/\.ts$/, '.js'))
    await mkdir(dirname(target), { recursive: true })
    await writeFile(target, outputText)
    for (const [, imported = ''] of outputText.matchAll(/from '(\.[^']+)\.js'/g)) waiting.push(resolve(dirname(path), `${imported}.ts`))
  }
  return { script: join(folder, relative(root, entry).replace(/\.ts$/, '.js')), remove: () => rm(folder, { recursive: true, force: true }) }
}

/** Nobody at the other end of a test needs time to read. */
const atOnce = { conversationGapMs: [0, 0], accountGapMs: [0, 0], perMinuteInConversation: 10_000, perMinute: 10_000 } as const
export const quick = { probeEveryMs: 250, deafAfterMs: 3_000, againAfterMs: 100 } as const

export interface WechatApp {
  readonly wechat: WechatStandIn
  readonly channel: Channel
  readonly store: Store
  readonly pairing: Pairing
  readonly health: HealthBoard
  /** By day. */
  readonly clock: { now: number }
  readonly taken: InboundEvent[]
  readonly logged: string[]
  /** Texts of ours in a chat of the platform, in order. */
  textsIn(to: string): readonly string[]
  /** The process that runs wechaty. */
  childPid(): number | null
  /** Another channel on the same store and gateway, after this one was stopped. */
  again(): Channel
  close(): Promise<void>
}

export async function wechatApp(given: Partial<WechatParts> & { readonly script: string; readonly wechat?: WechatStandIn; readonly start?: (event: InboundEvent) => Promise<void>; readonly isIdle?: boolean; readonly isUnpaired?: boolean; readonly idsLast?: 'per-login' | 'for-good'; readonly health?: HealthBoard }): Promise<WechatApp> {
  const wechat = given.wechat ?? (await wechatStandIn())
  wechat.written.length = 0
  wechat.accepted.length = 0
  await wechat.do('anew')
  const folder = await mkdtemp(join(tmpdir(), 'yichuang-wechat-'))
  const temp = given.store === undefined ? await openTempStore() : null
  const store = given.store ?? temp?.store
  if (store === undefined) throw new Error('no store')
  const clock = { now: Date.parse('2026-11-20T10:00:00+08:00') }
  const now = (): number => clock.now
  const pairing = createPairing({ store, now })
  const health = given.health ?? createHealthBoard(now)
  const taken: InboundEvent[] = []
  const logged: string[] = []
  let serial = 0
  await wechat.do('contact', { id: bot, name: '小助手' })
  for (const [id, name] of [[wang, '王阿姨'], [zhang, '老张']] as const) await wechat.do('contact', { id, name })
  await wechat.do('room', { id: room, topic: '莲花小区', members: [bot, wang, zhang] })
  await wechat.do('login', { id: bot })
  const open = (): WechatChannel => wechatChannel({
    settings: { gateway: { puppet: 'service', token: wechat.token, endpoint: wechat.endpoint, tls: false }, idsLast: given.idsLast ?? 'per-login', dataDir: folder },
    store, pairing, communities: () => [aCommunity(huzhou, '示例社区'), aCommunity(puyang, '另一个社区')], now,
    onState: (state) => { health.report('wechat', state) },
    newId: () => `n${(serial += 1)}`, chance: () => 0.5, log: (level, event, details) => { logged.push(JSON.stringify({ level, event, ...details })) },
    pace: atOnce, timings: quick, ...given,
  })
  const channel = open()
  if (given.isIdle !== true) {
    await channel.start(given.start ?? (async (event) => { taken.push(event) }))
    await until(() => health.all().some(({ channel: one, state }) => one === 'wechat' && state.kind === 'online'))
    if (given.isUnpaired !== true) await pairRoom(wechat, pairing, room)
  }
  return {
    wechat, channel, store, pairing, health, clock, taken, logged,
    textsIn: (to) => wechat.written.filter((one) => one.to === to).map(({ text }) => text),
    childPid: () => channel.gatewayPid,
    again: open,
    async close() {
      await channel.stop()
      if (given.wechat === undefined) await wechat.close()
      await temp?.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** An admin types a one-time code in the room; resolves with our id of the room. */
export async function pairRoom(wechat: WechatStandIn, pairing: Pairing, platformId: string, how: { readonly again?: string; readonly admin?: string; readonly use?: 'residents' | 'staff'; readonly communityId?: CommunityId } = {}): Promise<string> {
  const { again, admin = zhang, use = 'residents', communityId = huzhou } = how
  const before = new Set((await pairing.rooms('wechat')).map(({ id }) => id))
  const shown = wechat.written.length
  const code = await pairing.issue({ kind: 'room', communityId, use, ...(again === undefined ? {} : { again }) })
  await wechat.says(admin, platformId, `配对 ${code}`)
  await until(() => wechat.written.slice(shown).some(({ to, text }) => to === platformId && text.includes('配对成功')))
  return again ?? (await pairing.rooms('wechat')).find(({ id }) => !before.has(id))?.id ?? ''
}

/** Tries until it holds; what it waits for is another process's doing. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 10))
}
