import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import { draftAs } from './knowledge-versions.js'
import type { Drafted, WaitingDraft } from './place-types.js'
import { InputError } from '../errors.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import type { Publication } from '../publication/publication.js'
import { openStates, type FileChanges } from '../publication/version.js'

/** What every change of a community brings besides itself: the version it was made from, and why. */
export const change = z.object({ base: z.int().positive(), reason: z.string().trim().min(2, '请写一句为什么改').max(200, '为什么改请写在 200 字以内') })

/** Changes that wait to be checked, approved and published. */
export async function waitingDrafts(publication: Pick<Publication, 'versions'>): Promise<readonly WaitingDraft[]> {
  const waiting = (await publication.versions()).filter(({ state }) => openStates.includes(state))
  return waiting.map(({ number, state, author, reason, at }) => ({ number, state, author, reason, at }))
}

/** A draft of what `to` makes of the files in use, where they still are those that the person saw; InputError `conflict` where they are not. */
export async function draftOn(parts: { readonly publication: Pick<Publication, 'draft'>; readonly inUse: () => KnowledgeInUse }, request: FastifyRequest, { base, reason }: z.infer<typeof change>, to: (files: KnowledgeInUse['files']) => FileChanges): Promise<Drafted> {
  const { version, files } = parts.inUse()
  if (version.number !== base) throw new InputError('conflict', '刚刚有新的一版上线，请刷新后照新的再改')
  const { number } = await draftAs(parts.publication, staffOf(request).account, to(files), reason)
  return { number }
}
