import type { FastifyRequest } from 'fastify'
import { actorFrom } from './accounts.js'
import type { SignedIn } from './sign-in.js'
import type { StaffActor } from '../conversation/engine.js'
import { InputError } from '../errors.js'
import type { Recorder } from '../programmes/recorder.js'

/** The member of staff who asks; on a route for roles there always is one. */
export function staffOf(request: FastifyRequest): SignedIn {
  if (!request.signedIn) throw new InputError('unauthenticated', '请先登录')
  return request.signedIn
}

/** The same as the one who acts on a request or a conversation. */
export function actorOf(request: FastifyRequest): StaffActor {
  return actorFrom(staffOf(request).account)
}

/** Who changes something, as it is kept with what they changed. */
export function signatureOf(request: FastifyRequest): Recorder {
  const { id, name } = actorOf(request)
  return { id, name }
}

/** Who may change things; auditors only read. */
export const acting = ['staff', 'lead', 'admin'] as const
