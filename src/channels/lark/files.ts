import { createHash } from 'node:crypto'
import { InputError, StoreError } from '../../errors.js'
import type { CommunityId } from '../../knowledge/community.js'
import type { Store } from '../../store/store.js'
import type { Attachment } from '../channel.js'
import { checkFile, maxFileBytes } from '../web/media.js'
import type { LarkApi } from './api.js'
import type { ReadMessage } from './decode.js'
import { residentIdOf } from './ids.js'

/** Files of one message that are taken. */
const mostFiles = 9

export interface Fetched {
  readonly attachments: readonly Attachment[]
  /** Why something was not taken, a sentence for the resident; `null` when all was. */
  readonly refused: string | null
}

/**
 * Fetches a message's files, checks them by their bytes and keeps them as the web chat does: without place and device. The same
 * message again finds them kept. Rejects with ChannelError when Lark does not give them, StoreError when they can't be kept.
 */
export async function fetchFiles(parts: { readonly api: Pick<LarkApi, 'resource'>; readonly store: Store; readonly now: () => number }, read: ReadMessage, communityId: CommunityId): Promise<Fetched> {
  const attachments: Attachment[] = []
  let refused: string | null = read.resources.length > mostFiles ? `一次最多收 ${mostFiles} 个文件，前面的收下了，其余请再发。` : null
  for (const { key, type } of read.resources.slice(0, mostFiles)) {
    const id = `att-${createHash('sha256').update(`${read.larkId}|${key}`).digest('hex').slice(0, 32)}`
    const known = await parts.store.get(communityId, 'attachments', id)
    if (known !== null) {
      attachments.push({ id, kind: known.kind, mediaType: known.mediaType, bytes: known.bytes })
      continue
    }
    try {
      const { kind, mediaType, bytes } = checkFile(await parts.api.resource(read.larkId, key, type, maxFileBytes))
      await parts.store.saveBlob(communityId, id, bytes).catch(unlessKept)
      await parts.store.commit(communityId, [{
        op: 'put', table: 'attachments',
        row: {
          id, rev: 0, residentId: residentIdOf(read.openId), conversationId: read.conversationId, kind, mediaType,
          bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), at: parts.now(),
        },
      }]).catch(unlessKept)
      attachments.push({ id, kind, mediaType, bytes: bytes.length })
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      refused = `${error.message}。`
    }
  }
  return { attachments, refused }
}

/** Two deliveries of one message at once: whoever was quicker kept the same bytes. */
function unlessKept(error: unknown): void {
  if (!(error instanceof StoreError) || error.code !== 'conflict') throw error
}
