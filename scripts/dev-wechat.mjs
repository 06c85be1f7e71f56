/** 一窗 against a WeChat of its own, behind a real wechaty gateway: npm run dev:wechat */
import { playOn } from './dev-chat.mjs'

const bot = 'bot'

await playOn(async (load) => {
  const { wechatStandIn, messageTypes } = await load('/test/channels/wechat/stand-in.ts')
  const wechat = await wechatStandIn()
  const spoken = []
  const photos = new Map()
  for (const [id, name] of [[bot, '小助手'], ['wang', '王阿姨'], ['zhang', '老张'], ['zhou', '小周']]) await wechat.do('contact', { id, name })
  await wechat.do('room', { id: 'lotus@chatroom', topic: '莲花小区', members: [bot, 'wang', 'zhang'] })
  await wechat.do('room', { id: 'staff@chatroom', topic: '工作群', members: [bot, 'zhou'] })
  await wechat.do('login', { id: bot })

  return {
    title: '微信替身', color: '#07c160', pagePort: Number(process.env.DEV_WECHAT_PORT ?? 8093),
    hint: '它按人的快慢说话：同一个群里两句之间隔几秒；晚上十点到早上七点只回刚说过话的人。',
    env: { WECHAT_PUPPET: 'service', WECHAT_TOKEN: wechat.token, WECHAT_ENDPOINT: wechat.endpoint, WECHAT_TLS: 'no' },
    chats: [
      { id: 'lotus@chatroom', title: '居民群', people: { wang: '王阿姨', zhang: '老张' }, at: true },
      { id: 'wang', title: '王阿姨的私聊', people: { wang: '王阿姨' } },
      { id: 'staff@chatroom', title: '工作群（「接 0001」「回 0001 要说的话」「图 0001」再发照片，「结 0001 办得怎样」）', people: { zhou: '小周' } },
    ],
    pairing: { residents: ['zhang', 'lotus@chatroom'], staff: ['zhou', 'staff@chatroom'], own: ['zhou', 'zhou'] },
    isOnline: (cli) => cli('channels').then(() => true, () => false),
    async speak(from, chat, text, { at = false }) {
      const words = at ? `@小助手\u2005${text}` : text
      spoken.push({ chat, from, text: words, at: Date.now() })
      await wechat.says(from, chat.includes('@') ? chat : bot, words)
    },
    async post(from, chat, photo) {
      const id = await wechat.says(from, chat.includes('@') ? chat : bot, '', { type: messageTypes.image, file: photo })
      photos.set(id, Buffer.from(photo.base64, 'base64'))
      spoken.push({ id, chat, from, text: '', at: Date.now(), hasPicture: true })
    },
    picture: (id) => photos.get(id) ?? wechat.written.find((one) => one.id === id)?.file ?? null,
    lines: () => [...spoken, ...wechat.written.map(({ id, to, text, at, file }) => ({ id, chat: to, from: null, text: file === undefined ? text : '', at, hasPicture: file !== undefined }))],
    cut: (isCut) => { wechat.signal(isCut ? 'SIGSTOP' : 'SIGCONT') },
    close: () => wechat.close(),
  }
})
