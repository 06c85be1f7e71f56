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
