import { createHash } from 'node:crypto'
import { ChannelError, InputError, StoreError } from '../../errors.js'
import type { CommunityId } from '../../knowledge/community.js'
import type { Store } from '../../store/store.js'
import type { Attachment } from '../channel.js'
import { checkFile } from '../web/media.js'
import type { Gateway } from './gateway.js'
import { lines } from './lines.js'

export interface Fetched {
  readonly attachment: Attachment | null
  /** Why it was not taken, a sentence for the resident; `null` when it was. */
  readonly refused: string | null
}

/** Fetches a message's picture or file, checks it by its bytes and keeps it as the web chat does. Rejects with StoreError when it can't be kept. */
export async function fetchFile(
  parts: { readonly gateway: Pick<Gateway, 'fetch'>; readonly store: Store; readonly now: () => number },
  of: { readonly platformId: string; readonly isImage: boolean; readonly residentId: string; readonly conversationId: string; readonly communityId: CommunityId },
): Promise<Fetched> {
  const { store, now } = parts
  const id = `att-${createHash('sha256').update(`wechat|${of.platformId}`).digest('hex').slice(0, 32)}`
  const known = await store.get(of.communityId, 'attachments', id)
  if (known !== null) return { attachment: { id, kind: known.kind, mediaType: known.mediaType, bytes: known.bytes }, refused: null }
  try {
    const { kind, mediaType, bytes } = checkFile(await parts.gateway.fetch(of.platformId, of.isImage))
    await store.saveBlob(of.communityId, id, bytes).catch(unlessKept)
    await store.commit(of.communityId, [{
      op: 'put', table: 'attachments',
      row: {
        id, rev: 0, residentId: of.residentId, conversationId: of.conversationId, kind, mediaType,
        bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), at: now(),
      },
    }]).catch(unlessKept)
    return { attachment: { id, kind, mediaType, bytes: bytes.length }, refused: null }
  } catch (error) {
    if (error instanceof InputError) return { attachment: null, refused: `${error.message}。` }
    if (error instanceof ChannelError) return { attachment: null, refused: lines.fileLost }
    throw error
  }
}

/** The same message twice at once: whoever was quicker kept the same bytes. */
function unlessKept(error: unknown): void {
  if (!(error instanceof StoreError) || error.code !== 'conflict') throw error
}
