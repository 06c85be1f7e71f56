import type { FieldDay, FieldTask } from '../../field-types.js'
import { call, pathOf, queryOf, type Answer } from '../api/client.js'
import type { HeldStep } from './queue.js'

export const readField = (communityId: string): Promise<Answer<FieldDay>> => call('GET', `/field/${encodeURIComponent(communityId)}`)

/** Sends one step; of what the device notes beside it nothing leaves. */
export function sendStep(step: HeldStep): Promise<Answer<FieldTask>> {
  const path = `/field/${pathOf(step.communityId, step.requestId)}`
  const { clientId, madeAt } = step
  switch (step.kind) {
    case 'photo': {
      const form = new FormData()
      form.append('file', new Blob([step.bytes], { type: step.mediaType }), 'photo.jpg')
      return call('POST', `${path}/photos?${queryOf({ client: clientId, made: String(madeAt) })}`, form)
    }
    case 'take': return call('POST', `${path}/steps`, { clientId, madeAt, kind: step.kind })
    case 'arrive': return call('POST', `${path}/steps`, { clientId, madeAt, kind: step.kind, position: step.position })
    case 'close': return call('POST', `${path}/steps`, { clientId, madeAt, kind: step.kind, statement: step.statement, photos: step.photos, seen: step.seen, anyway: step.anyway })
  }
}
