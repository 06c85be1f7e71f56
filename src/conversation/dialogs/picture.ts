import { faultClass } from '../../requests/faults.js'
import type { Attachment } from '../../channels/channel.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import type { Form } from '../memory.js'
import { step, type Step, type Turn } from '../turn.js'

const lines = {
  added: (what: string, { number }: ServiceRequest): string => `${what}已放进工单 ${number}。`,
  only: (what: string): string => `${what}收到了。${what === '录音' ? '我听不了录音，麻烦打字' : '请'}说一下是什么事、在哪儿，我一起登记。`,
} as const

/** What came, as people call it. */
function nameOf(attachments: readonly Attachment[]): string {
  const kinds = new Set(attachments.map(({ kind }) => kind))
  return kinds.has('image') ? '图片' : kinds.has('voice') ? '录音' : '文件'
}

/** How long a picture without a word still belongs to the report before it, ms. */
const belongsMs = 10 * 60_000

/** A picture without a word is asked about once; with an earlier report just filed it belongs to that. */
export async function takePicture(turn: Turn): Promise<Step> {
  const last = turn.memory.lastRequest
  const request = last !== null && turn.now - last.at < belongsMs ? await turn.records.request(last.id) : null
  if (request?.residentId === turn.message.author.id) {
    const row = { ...request, updatedAt: turn.now, attachmentIds: [...request.attachmentIds, ...turn.message.attachments.map((one) => one.id)] }
    return step({ kind: 'filed', requestId: row.id }, lines.added(nameOf(turn.message.attachments), row), { writes: [{ op: 'put', table: 'requests', row }] })
  }
  const service = turn.services.forMatter('repair_env', '')
  const only = lines.only(nameOf(turn.message.attachments))
  if (!service) return step({ kind: 'clarifying', about: 'picture' }, only)
  const form: Form = {
    serviceCode: service.code, intent: 'repair_env', description: '', fields: [], asking: 'object', asked: 1,
    sourceKey: `${turn.message.channel}:${turn.message.messageId}:0`, attachmentIds: turn.message.attachments.map((one) => one.id),
    changes: null, startedAt: turn.now, updatedAt: turn.now, reminded: false,
  }
  return step({ kind: 'clarifying', about: 'picture' }, only, { memory: { form } })
}

/** Words beside a picture that say where it belongs, and no matter of their own. */
const onlyBelongs = /照片|图片|拍|补(一?张|充|上)|(这|那)(个|张|是)|你看|看看|就是/

/** 「补张照片，0001那个」: into the request that is named, else into the one that is open. `null`: it is no such thing, or it could be any of several. */
export async function addPicture(turn: Turn): Promise<Step | null> {
  const { text, matters } = turn.understanding
  if (turn.message.attachments.length === 0 || turn.message.chat !== 'private' || turn.memory.form !== null) return null
  const ticket = matters.flatMap((matter) => matter.slots).find((slot) => slot.name === 'ticket')
  if (ticket === undefined && !(onlyBelongs.test(text) && faultClass(text) === null && [...text].length <= 16)) return null
  const open = (await turn.records.requestsOf(turn.message.author.id)).filter(isOpen)
  const tail = ticket === undefined ? (/(?<!\d)\d{4}(?!\d)/.exec(text)?.[0] ?? null) : (ticket.normal ?? ticket.value).replace(/[^0-9A-Za-z-]/g, '')
  const meant = tail === null ? open : open.filter((one) => one.number.endsWith(tail))
  const recent = open.find((one) => one.id === turn.memory.lastRequest?.id)
  const request = meant.length === 1 ? meant[0] : tail === null ? recent : undefined
  if (request === undefined) return null
  const row = { ...request, updatedAt: turn.now, attachmentIds: [...request.attachmentIds, ...turn.message.attachments.map((one) => one.id)] }
  return step({ kind: 'filed', requestId: row.id }, lines.added(nameOf(turn.message.attachments), row), { writes: [{ op: 'put', table: 'requests', row }] })
}
