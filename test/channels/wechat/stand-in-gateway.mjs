/**
 * A WeChat of our own behind a real wechaty gateway: PuppetServer (gRPC) around PuppetMock, in a process of its own. The test tells it
 * by the channel between parent and child what people do, and hears what our account wrote. Ids of rooms must have an @ in them.
 */
import { randomUUID } from 'node:crypto'
import { setImmediate } from 'node:timers'
import { FileBox } from 'file-box'
import * as PUPPET from 'wechaty-puppet'
import { PuppetMock, mock } from 'wechaty-puppet-mock'
import { PuppetServer } from 'wechaty-puppet-service'

const { endpoint, token } = JSON.parse(process.argv[2])
const tell = (said) => { if (process.connected) process.send(said) }

class TestPuppet extends PuppetMock {
  // The shipped one answers after a second of its own.
  ding(data) { setTimeout(() => this.emit('dong', { data: data ?? '' }), 0) }
  async messageSendText(to, text) {
    if (!this.isLoggedIn) throw new Error('not logged in')
    if (!mocker.cacheContactPayload.has(to) && !mocker.cacheRoomPayload.has(to)) throw new Error(`no payload found for id ${to}`)
    const id = randomUUID()
    tell({ said: 'sent', id, to, text })
    return id
  }
  async messageSendFile(to, file) {
    const id = randomUUID()
    const bytes = await file.toBuffer()
    tell({ said: 'sent', id, to, text: `[${file.name}，${bytes.length}字节]`, base64: bytes.toString('base64') })
    return id
  }
  async messageImage(id) { return this.messageFile(id) }
  async messageLocation() { return { accuracy: 15, address: '', latitude: 30.8, longitude: 120.1, name: '示例小区3号楼' } }
  async friendshipRawPayload(id) { return friendships.get(id) }
  async friendshipAccept(id) { tell({ said: 'accepted', id }) }
}

const friendships = new Map()
const mocker = new mock.Mocker()
const puppet = new TestPuppet({ mocker })
const server = new PuppetServer({ endpoint, puppet, token, tls: { disable: true } })
puppet.on('error', () => undefined)
process.on('unhandledRejection', () => undefined)
process.on('disconnect', () => process.exit(0))

const ordersOf = {
  contact: ({ id, name }) => { mocker.cacheContactPayload.set(id, { id, name, type: PUPPET.types.Contact.Individual, gender: 0, avatar: '', phone: [] }) },
  room: ({ id, topic, members }) => { mocker.cacheRoomPayload.set(id, { id, topic, memberIdList: members, adminIdList: [] }) },
  anew: async () => {
    ordersOf.forget()
    if (puppet.isLoggedIn) await puppet.logout('')
  },
  forget: () => { mocker.cacheContactPayload.clear(); mocker.cacheRoomPayload.clear() },
  login: ({ id }) => (puppet.isLoggedIn ? undefined : puppet.login(id)),
  logout: async ({ reason }) => {
    await puppet.logout(reason)
    // It forgets who was logged in a moment later.
    while (puppet.isLoggedIn) await new Promise((resolve) => { setTimeout(resolve, 1) })
  },
  // The two arrive together, the second before the first is done.
  'out-and-in': async ({ id }) => {
    const out = puppet.logout('')
    setImmediate(() => puppet.login(id))
    await out
    while (!puppet.isLoggedIn) await new Promise((resolve) => { setTimeout(resolve, 1) })
  },
  scan: ({ qr }) => { mocker.scan(qr) },
  message: ({ message, file }) => {
    if (file) mocker.cacheFileBoxPayload.set(message.id, FileBox.fromBase64(file.base64, file.name).toJSON())
    mocker.cacheMessagePayload.set(message.id, message)
    puppet.emit('message', { messageId: message.id })
  },
  join: ({ roomId, ids }) => { puppet.emit('room-join', { roomId, inviteeIdList: ids, inviterId: ids[0], timestamp: Date.now() }) },
  leave: ({ roomId, ids }) => { puppet.emit('room-leave', { roomId, removeeIdList: ids, removerId: ids[0], timestamp: Date.now() }) },
  topic: ({ roomId, topic }) => {
    mocker.cacheRoomPayload.set(roomId, { ...mocker.cacheRoomPayload.get(roomId), topic })
    puppet.emit('room-topic', { roomId, newTopic: topic, oldTopic: '', changerId: '', timestamp: Date.now() })
  },
  friendship: ({ friendship }) => {
    friendships.set(friendship.id, friendship)
    puppet.emit('friendship', { friendshipId: friendship.id })
  },
}

process.on('message', async ({ order, number, ...rest }) => {
  await ordersOf[order](rest)
  tell({ said: 'done', number })
})

await puppet.start()
await server.start()
tell({ said: 'ready' })
