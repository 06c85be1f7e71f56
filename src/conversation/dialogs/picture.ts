import { faultClass } from '../../requests/faults.js'
import { isOpen } from '../../requests/service-request.js'
import type { Form } from '../memory.js'
import { replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'

/** How long a picture without a word still belongs to the report before it, ms. */
const belongsMs = 10 * 60_000

/** A picture without a word is asked about once; with an earlier report just filed it belongs to that. */
export async function takePicture(turn: Turn): Promise<Step> {
  const last = turn.memory.lastRequest
  const request = last !== null && turn.now - last.at < belongsMs ? await turn.records.request(last.id) : null
  if (request?.residentId === turn.message.author.id) {
    const row = { ...request, updatedAt: turn.now, attachmentIds: [...request.attachmentIds, ...turn.message.attachments.map((one) => one.id)] }
    return step({ kind: 'filed', requestId: row.id }, replies.pictureAdded(row), { writes: [{ op: 'put', table: 'requests', row }] })
  }
  const service = turn.services.forMatter('repair_env', '')
  if (!service) return step({ kind: 'clarifying', about: 'picture' }, replies.pictureOnly)
  const form: Form = {
    serviceCode: service.code, intent: 'repair_env', description: '', fields: [], asking: 'object', asked: 1,
    sourceKey: `${turn.message.channel}:${turn.message.messageId}:0`, attachmentIds: turn.message.attachments.map((one) => one.id),
    changes: null, startedAt: turn.now, updatedAt: turn.now, reminded: false,
  }
  return step({ kind: 'clarifying', about: 'picture' }, replies.pictureOnly, { memory: { form } })
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
  return step({ kind: 'filed', requestId: row.id }, replies.pictureAdded(row), { writes: [{ op: 'put', table: 'requests', row }] })
}
