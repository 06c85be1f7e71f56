/** 一窗 against a Lark of its own: npm run dev:lark */
import { randomUUID } from 'node:crypto'
import { playOn } from './dev-chat.mjs'

await playOn(async (load) => {
  const { larkStandIn, wordsOf, buttonsOf, fieldsOf } = await load('/test/channels/lark/stand-in.ts')
  const lark = await larkStandIn()
  const spoken = []
  const photos = new Map()

  /** A message of the bot's as a line of the page: a card's buttons and fields beside its words. */
  function lineOf(shown) {
    const [buttons, fields] = [buttonsOf(shown), fieldsOf(shown)]
    const drawn = new Set([...buttons.map(({ text }) => text), ...fields.flatMap(({ words, options }) => [...words.split(' '), words, ...options.map(({ text }) => text)])])
    const said = shown.type === 'image' ? [] : shown.type === 'file' ? ['[文件]'] : wordsOf(shown).split('\n').filter((line) => !drawn.has(line))
    const folded = shown.type === 'interactive' ? said.indexOf('详情') : -1
    const [text, details] = folded < 0 ? [said.join('\n'), ''] : [said.slice(0, folded).join('\n'), said.slice(folded + 1).join('\n')]
    const chat = shown.to.startsWith('ou_') ? `oc_p2p_${shown.to}` : shown.to
    return { id: shown.id, chat, from: null, text, details, under: shown.replyTo, at: shown.at, isCard: shown.type === 'interactive', buttons, fields, hasPicture: shown.type === 'image' }
  }

  return {
    title: '飞书替身', color: '#1456f0', pagePort: Number(process.env.DEV_LARK_PORT ?? 8091),
    env: { LARK_APP_ID: lark.appId, LARK_APP_SECRET: lark.appSecret, LARK_DOMAIN: lark.domain, LARK_MODE: 'connection' },
    chats: [
      { id: 'oc_group', title: '居民群', people: { ou_wang: '王阿姨', ou_zhang: '老张' }, at: true },
      { id: 'oc_p2p_ou_wang', title: '王阿姨的私聊', people: { ou_wang: '王阿姨' } },
      { id: 'oc_staff', title: '工作群（点一张卡片再写，就是在它下面回复）', people: { ou_zhou: '小周' }, under: true },
    ],
    pairing: { residents: ['ou_zhang', 'oc_group'], staff: ['ou_zhou', 'oc_staff'], own: ['ou_zhou', 'oc_p2p_ou_zhou'] },
    isOnline: () => lark.connections() > 0,
    async speak(from, chat, text, { at = false, parent = null }) {
      const id = `om_${randomUUID().replaceAll('-', '')}`
      const now = Date.now()
      spoken.push({ id, chat, from, text: at ? `@小助手 ${text}` : text, under: parent, at: now })
      const group = chat.startsWith('oc_p2p_') ? {} : { chat }
      await lark.event('im.message.receive_v1', lark.message(from, text, { ...group, id, at: now, mentionsBot: at, ...(parent === null ? {} : { parent }) }))
    },
    async post(from, chat, photo, { parent = null }) {
      const id = `om_${randomUUID().replaceAll('-', '')}`
      const now = Date.now()
      photos.set(id, Buffer.from(photo.base64, 'base64'))
      lark.files.set(`${id}/img_1`, photos.get(id))
      spoken.push({ id, chat, from, text: '', under: parent, at: now, hasPicture: true })
      const group = chat.startsWith('oc_p2p_') ? {} : { chat }
      await lark.event('im.message.receive_v1', lark.message(from, '', { ...group, id, at: now, type: 'image', content: { image_key: 'img_1' }, ...(parent === null ? {} : { parent }) }))
    },
    picture(id) {
      const ours = lark.shown.find((one) => one.id === id && one.type === 'image')
      return photos.get(id) ?? (ours === undefined ? null : (lark.uploads.get(JSON.parse(ours.content).image_key) ?? null))
    },
    lines: () => [...spoken, ...lark.shown.map(lineOf)],
    async press({ by, chat, card, value, fields }) {
      const { answer } = await lark.event('card.action.trigger', { operator: { open_id: by }, action: { tag: 'button', value, form_value: fields }, context: { open_message_id: card, open_chat_id: chat } })
      const shown = lark.shown.find(({ id }) => id === card)
      // Lark's client puts the card that comes back in the place of the pressed one.
      if (answer?.card?.data !== undefined && shown !== undefined) shown.content = JSON.stringify(answer.card.data)
      return answer?.toast?.content ?? null
    },
    cut: (isCut) => { if (isCut) lark.drop(true); else lark.up() },
    close: () => lark.close(),
  }
})
