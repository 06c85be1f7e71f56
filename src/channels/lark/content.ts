import { z } from 'zod'
import type { LarkMention } from './events.js'

/** A file that lies with Lark under the message's id. */
export interface Resource {
  readonly key: string
  /** What the interface for fetching calls it: sounds and documents are both `file`. */
  readonly type: 'image' | 'file'
}

/** What a message says. `words` stand for what has none, so that nothing is dropped unanswered. */
export interface Content {
  readonly text: string
  readonly resources: readonly Resource[]
}

const textContent = z.object({ text: z.string() })
const imageContent = z.object({ image_key: z.string().min(1) })
const fileContent = z.object({ file_key: z.string().min(1) })
const locationContent = z.object({ name: z.string().optional() })

const tag = z.object({ tag: z.string(), text: z.string().optional(), user_id: z.string().optional(), user_name: z.string().optional(), image_key: z.string().optional(), file_key: z.string().optional(), emoji_type: z.string().optional() })
type Tag = z.infer<typeof tag>
const postBody = z.object({ title: z.string().optional(), content: z.array(z.array(tag)) })
/** In events the post stands bare; elsewhere under its language. */
const postContent = z.union([postBody, z.record(z.string(), postBody).transform((byLanguage) => byLanguage['zh_cn'] ?? Object.values(byLanguage)[0]).pipe(postBody)])

type Read = (content: unknown) => Content | null

const only = (text: string): Read => () => ({ text, resources: [] })

function reader<T>(schema: z.ZodType<T>, read: (content: T) => Content): Read {
  return (content) => {
    const parsed = schema.safeParse(content)
    return parsed.success ? read(parsed.data) : null
  }
}

/** One reader for each type of message (Lark's 接收消息内容). */
const readers: ReadonlyMap<string, Read> = new Map<string, Read>([
  ['text', reader(textContent, ({ text }) => ({ text, resources: [] }))],
  ['post', reader(postContent, readPost)],
  ['image', reader(imageContent, ({ image_key: key }) => ({ text: '', resources: [{ key, type: 'image' }] }))],
  ['file', reader(fileContent, ({ file_key: key }) => ({ text: '', resources: [{ key, type: 'file' }] }))],
  ['audio', reader(fileContent, ({ file_key: key }) => ({ text: '', resources: [{ key, type: 'file' }] }))],
  ['media', only('[视频]')],
  ['location', reader(locationContent, ({ name }) => ({ text: name === undefined || name.trim() === '' ? '[位置]' : `我在${name.trim()}`, resources: [] }))],
  ['sticker', only('[表情]')],
  ['interactive', only('[卡片]')],
  ['share_chat', only('[群名片]')],
  ['share_user', only('[名片]')],
  ['merge_forward', only('[聊天记录]')],
  ['share_calendar_event', only('[日程]')],
  ['calendar', only('[日程]')],
  ['general_calendar', only('[日程]')],
  ['video_chat', only('[视频会议]')],
  ['todo', only('[任务]')],
  ['vote', only('[投票]')],
  ['hongbao', only('[红包]')],
  ['folder', only('[文件夹]')],
  ['system', only('[系统消息]')],
])

const unreadable: Content = { text: '[看不懂的消息]', resources: [] }

/** What stands where a picture or file was that is not taken. */
export function placeholderOf(messageType: string): string {
  switch (messageType) {
    case 'image': return '[图片]'
    case 'audio': return '[语音]'
    default: return '[文件]'
  }
}

/** Reads a message's `content` (JSON as text). Mentions still stand as their keys. */
export function readContent(messageType: string, content: string): Content {
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch {
    return unreadable
  }
  return readers.get(messageType)?.(parsed) ?? unreadable
}

function readPost({ title, content }: z.infer<typeof postBody>): Content {
  const lines = content.map((line) => line.map(readTag).join(''))
  const resources = content.flat().flatMap(({ tag: kind, image_key: image, file_key: file }): Resource[] =>
    kind === 'img' && image !== undefined ? [{ key: image, type: 'image' }] : kind === 'file' && file !== undefined ? [{ key: file, type: 'file' }] : [])
  return { text: [...(title === undefined || title.trim() === '' ? [] : [title]), ...lines].join('\n').trim(), resources }
}

function readTag({ tag: kind, text, user_id: userId, user_name: userName }: Tag): string {
  switch (kind) {
    // In events a mention's user_id is its key (`@_user_1`); the name is put in with the others.
    case 'at': return userId !== undefined && userId.startsWith('@') ? userId : `@${userName ?? ''}`
    case 'img':
    case 'media':
    case 'file': return ''
    case 'emotion': return ''
    case 'hr': return '\n'
    default: return text ?? ''
  }
}

/** What residents' words call us, whatever our name on the platform is: understanding knows it by this. */
const ownName = '@小助手'

interface Mentions {
  readonly bot: boolean
  readonly others: readonly string[]
  readonly everyone: boolean
}

/** Puts names where Lark put keys. Who is meant is known by id, never by name. */
export function nameMentions(text: string, mentions: readonly LarkMention[], botOpenId: string): { readonly text: string; readonly mentions: Mentions } {
  const byKey = new Map(mentions.map((one) => [one.key, one]))
  const others: string[] = []
  let bot = false
  let everyone = false
  const named = text.replace(/@_all|@_user_\d+/g, (key) => {
    const one = byKey.get(key)
    if (key === '@_all' || one?.key === '@_all') {
      everyone = true
      return '@所有人'
    }
    if (one === undefined) return key
    if (one.id?.open_id === botOpenId) {
      bot = true
      return ownName
    }
    others.push(one.name)
    return `@${one.name}`
  })
  return { text: named, mentions: { bot, others, everyone } }
}
