import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { errnoOf, flush, listFolder, makeFolders, putFile, readIfThere, refused, type Files } from './files.js'
import type { Sealer } from './seal.js'

export const BLOB_FOLDER = 'attachments'

/** A blob's file is named by a hash, so that no id of a platform or a person can lead elsewhere. */
export function blobPath(communityId: CommunityId, id: string): { readonly folder: string; readonly name: string } {
  const hash = createHash('sha256').update(`${communityId}/${id}`).digest('hex')
  return { folder: join(BLOB_FOLDER, hash.slice(0, 2)), name: hash }
}

export async function writeBlob(files: Files, folder: string, sealer: Sealer, communityId: CommunityId, id: string, bytes: Uint8Array): Promise<void> {
  const path = blobPath(communityId, id)
  try {
    await makeFolders(files, join(folder, path.folder))
    await putFile(files, join(folder, path.folder, path.name), sealer.sealBytes(bytes, `${communityId}/blob/${id}`), { exclusive: true })
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw new StoreError('conflict', `store: the attachment ${id} is kept already`, { cause: error })
    throw refused(error, `keep an attachment in ${folder}`)
  }
}

export async function readBlob(files: Files, folder: string, sealer: Sealer, communityId: CommunityId, id: string): Promise<Uint8Array | null> {
  const path = blobPath(communityId, id)
  let bytes: Buffer | null
  try {
    bytes = await readIfThere(files, join(folder, path.folder, path.name))
  } catch (error) {
    throw refused(error, `read an attachment in ${folder}`)
  }
  return bytes === null ? null : sealer.openBytes(bytes, `${communityId}/blob/${id}`)
}

export async function removeBlob(files: Files, folder: string, communityId: CommunityId, id: string): Promise<void> {
  const path = blobPath(communityId, id)
  const place = join(folder, path.folder)
  try {
    await files.remove(join(place, path.name))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return
    throw refused(error, `remove an attachment in ${folder}`)
  }
  await flush(() => files.syncFolder(place), place)
}

/** Paths (below the data folder) of all blobs. */
export async function listBlobs(files: Files, folder: string): Promise<string[]> {
  const paths: string[] = []
  for (const part of (await listFolder(files, join(folder, BLOB_FOLDER))) ?? []) {
    for (const name of (await listFolder(files, join(folder, BLOB_FOLDER, part))) ?? []) {
      if (/^[0-9a-f]{64}$/.test(name)) paths.push(join(BLOB_FOLDER, part, name))
    }
  }
  return paths
}
