import { createHash } from 'node:crypto'
import type { Community, CommunityId } from '../knowledge/community.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import type { Attachment } from './channel.js'
import { checkFile } from './web/media.js'

/** Whose file it is and where it came from; `from` is the platform's name for it, and keeps what is kept once. */
export interface FileOf {
  readonly communityId: CommunityId
  readonly residentId: string
  readonly conversationId: string
  readonly from: string
}

/**
 * Fetches a file of a chat platform, checks it by its bytes and keeps it as the web chat does: without place and device. The same file again is
 * found kept and not fetched. Throws InputError with a sentence for people when it is none that is taken, StoreError when it can't be kept.
 */
export async function keepFile(parts: { readonly store: Store; readonly now: () => number }, of: FileOf, fetch: () => Promise<Buffer>): Promise<Attachment> {
  const { store, now } = parts
  const { communityId, residentId, conversationId } = of
  const id = `att-${createHash('sha256').update(of.from).digest('hex').slice(0, 32)}`
  const known = await store.get(communityId, 'attachments', id)
  if (known !== null) return { id, kind: known.kind, mediaType: known.mediaType, bytes: known.bytes }
  const { kind, mediaType, bytes } = checkFile(await fetch())
  // The same file twice at once: whoever was quicker kept the same bytes.
  await unlessQuicker(store.saveBlob(communityId, id, bytes))
  await unlessQuicker(store.commit(communityId, [{
    op: 'put', table: 'attachments',
    row: { id, rev: 0, residentId, conversationId, kind, mediaType, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), at: now() },
  }]))
  return { id, kind, mediaType, bytes: bytes.length }
}

/** The bytes of a file that a reply brings: an address tells no community, the file's id is one of its own in all of them. `null`: no longer kept. */
export async function loadFile(store: Store, communities: readonly Community[], id: string): Promise<Uint8Array | null> {
  for (const community of communities) if ((await store.get(community.id, 'attachments', id)) !== null) return store.loadBlob(community.id, id)
  return null
}
