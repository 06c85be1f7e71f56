import { InputError } from '../../errors.js'
import type { CommunityId } from '../../knowledge/community.js'
import type { Store } from '../../store/store.js'
import type { Attachment } from '../channel.js'
import { keepFile } from '../kept-files.js'
import { maxFileBytes } from '../web/media.js'
import type { LarkApi } from './api.js'
import type { ReadMessage } from './decode.js'

/** Files of one message that are taken. */
const mostFiles = 9

export interface Fetched {
  readonly attachments: readonly Attachment[]
  /** Why something was not taken, a sentence for who sent it; `null` when all was. */
  readonly refused: string | null
}

/** Fetches a message's files and keeps them for a resident. Rejects with ChannelError when Lark does not give them, StoreError when they can't be kept. */
export async function fetchFiles(
  parts: { readonly api: Pick<LarkApi, 'resource'>; readonly store: Store; readonly now: () => number }, read: Pick<ReadMessage, 'larkId' | 'resources'>,
  whose: { readonly communityId: CommunityId; readonly residentId: string; readonly conversationId: string },
): Promise<Fetched> {
  const attachments: Attachment[] = []
  let refused: string | null = read.resources.length > mostFiles ? `一次最多收 ${mostFiles} 个文件，前面的收下了，其余请再发。` : null
  for (const { key, type } of read.resources.slice(0, mostFiles)) {
    try {
      attachments.push(await keepFile(parts, { ...whose, from: `${read.larkId}|${key}` }, () => parts.api.resource(read.larkId, key, type, maxFileBytes)))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      refused = `${error.message}。`
    }
  }
  return { attachments, refused }
}
