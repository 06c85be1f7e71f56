import { ChannelError, InputError } from '../../errors.js'
import type { Store } from '../../store/store.js'
import type { Attachment } from '../channel.js'
import { keepFile, type FileOf } from '../kept-files.js'
import type { Gateway } from './gateway.js'
import { lines } from './lines.js'

export interface Fetched {
  readonly attachment: Attachment | null
  /** Why it was not taken, a sentence for the resident; `null` when it was. */
  readonly refused: string | null
}

/** Fetches a message's picture or file and keeps it. Rejects with StoreError when it can't be kept. */
export async function fetchFile(
  parts: { readonly gateway: Pick<Gateway, 'fetch'>; readonly store: Store; readonly now: () => number },
  of: Omit<FileOf, 'from'> & { readonly platformId: string; readonly isImage: boolean },
): Promise<Fetched> {
  const { platformId, isImage, ...whose } = of
  try {
    return { attachment: await keepFile(parts, { ...whose, from: `wechat|${platformId}` }, () => parts.gateway.fetch(platformId, isImage)), refused: null }
  } catch (error) {
    if (error instanceof InputError) return { attachment: null, refused: `${error.message}。` }
    if (error instanceof ChannelError) return { attachment: null, refused: lines.fileLost }
    throw error
  }
}
