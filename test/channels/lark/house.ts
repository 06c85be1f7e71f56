import type { Channel } from '../../../src/channels/channel.js'
import type { Store } from '../../../src/store/store.js'
import { larkChannel, type LarkChannel } from '../../../src/channels/lark.js'
import { createPairing, type Pairing } from '../../../src/channels/pairing.js'
import { aNeighbourhood, type Neighbourhood } from '../../conversation/neighbourhood.js'
import { PLATFORM } from '../../../src/knowledge/community.js'
import type { Role } from '../../../src/desk/accounts.js'
import { aCommunity } from '../../desk/running-server.js'
import { aStaffAccount } from '../../store/rows.js'
import { group, until, wang } from './app.js'
import { buttonsOf, larkStandIn, wordsOf, type Delivered, type LarkStandIn, type Shown } from './stand-in.js'

/** The whole house with Lark for a channel. */
export interface House {
  readonly hood: Neighbourhood
  readonly lark: LarkStandIn
  readonly channel: LarkChannel
  /** Takes events as a program that has just been started: what the one before remembered is gone. */
  restartChannel(): Promise<void>
  readonly pairing: Pairing
  close(): Promise<void>
}

/** Who is called for, and where; absent: nobody is. */
type DutyOn = NonNullable<Parameters<typeof aNeighbourhood>[1]>['dutyOn']

/** `besides`: other channels of the same house. `wrap`: its store with some verbs replaced. */
export async function aHouse(besides: () => readonly Channel[] = () => [], wrap: (store: Store) => Store = (store) => store, dutyOn?: DutyOn): Promise<House> {
  const lark = await larkStandIn()
  let channel: LarkChannel | null = null
  const hood = await aNeighbourhood('huzhou-demo', { channels: () => (channel === null ? [] : [channel, ...besides()]), wrap, ...(dutyOn === undefined ? {} : { dutyOn }) })
  const pairing = createPairing({ store: hood.store, now: hood.now })
  await pairing.pair({ id: `lark:chat:${group}`, channel: 'lark', communityId: hood.communityId, use: 'residents' })
  const opened = (): LarkChannel => larkChannel({
    settings: { appId: lark.appId, appSecret: lark.appSecret, domain: lark.domain, by: { kind: 'connection' } },
    work: { engine: hood.engine, isForAll: (code) => code !== 'staff-complaint' && code !== 'mediation' },
    store: hood.store, pairing, communities: () => [aCommunity(hood.communityId, '新荷社区')], onState: () => undefined, now: Date.now, log: () => undefined,
  })
  let current = channel = opened()
  await current.start((event) => hood.engine.deliver(event))
  return {
    hood, lark, pairing,
    get channel() { return current },
    async restartChannel() {
      await current.stop()
      current = channel = opened()
      await current.start((event) => hood.engine.deliver(event))
    },
    close: async () => { await current.stop(); await lark.close() },
  }
}

/** The group in which staff work. */
export const staffRoom = 'oc_staff'
export const zhou = 'ou_zhou'

/** A house with a staff group, its people linked to their accounts: 小周, and whoever is named. */
export interface StaffedHouse extends House {
  /** The newest card of the staff group. */
  card(): Shown
  /** What was said under a card, in order. */
  inThread(card?: Shown): readonly string[]
  shownIn(to: string): readonly string[]
  say(from: string, text: string, how?: Parameters<LarkStandIn['message']>[2]): Promise<Delivered>
  /** Somebody of the staff writes under the card. */
  write(text: string, how?: Parameters<LarkStandIn['message']>[2] & { readonly from?: string }): Promise<Delivered>
  /** Somebody presses a button of the card; answers what is shown to them. */
  press(label: string, how?: { readonly from?: string; readonly fields?: Readonly<Record<string, string>> }): Promise<string>
  /** 王 reports a fault in private; resolves once the staff group has its card. */
  aFault(text?: string): Promise<void>
  link(openId: string, name: string, role?: Role): Promise<void>
}

export async function aStaffedHouse(besides?: () => readonly Channel[], dutyOn?: DutyOn): Promise<StaffedHouse> {
  const house = await aHouse(besides, undefined, dutyOn)
  const { hood, lark, pairing } = house
  const card = (): Shown => lark.shown.findLast((one) => one.to === staffRoom && one.type === 'interactive') ?? { id: '', to: staffRoom, type: 'text', content: '{"text":""}', replyTo: null, at: 0 }
  const say: StaffedHouse['say'] = (from, text, how = {}) => lark.event('im.message.receive_v1', lark.message(from, text, how))
  const staffed: StaffedHouse = {
    ...house, get channel() { return house.channel }, card, say,
    inThread: (of = card()) => lark.shown.filter(({ replyTo }) => replyTo === of.id).map(wordsOf),
    shownIn: (to) => lark.shown.filter((one) => one.to === to).map(wordsOf),
    write: (text, { from = zhou, ...how } = {}) => say(from, text, { chat: staffRoom, parent: card().id, ...how }),
    async press(label, { from = zhou, fields } = {}) {
      const shown = card()
      const value = buttonsOf(shown).find(({ text }) => text === label)?.value
      const { answer } = await lark.event('card.action.trigger', {
        operator: { open_id: from }, action: { tag: 'button', value, ...(fields === undefined ? {} : { form_value: fields }) }, context: { open_message_id: shown.id, open_chat_id: staffRoom },
      })
      await hood.engine.idle()
      return (answer as { toast?: { content: string } } | null)?.toast?.content ?? ''
    },
    async aFault(text = '3栋楼下的灯坏了') {
      await say(wang, text)
      await hood.engine.idle()
      await until(() => card().id !== '')
    },
    async link(openId, name, role = 'staff') {
      const id = openId.replace('ou_', 'staff-')
      await hood.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id, login: id, name, role, scope: [hood.communityId] }) }])
      await say(openId, `关联 ${await pairing.issue({ kind: 'staff', staffId: id })}`)
    },
  }
  await pairing.pair({ id: `lark:chat:${staffRoom}`, channel: 'lark', communityId: hood.communityId, use: 'staff' })
  await staffed.link(zhou, '小周')
  return staffed
}
