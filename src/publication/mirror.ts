import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { hashFiles, packFiles, unpackFiles, type KnowledgeFiles } from '../knowledge/files.js'
import { writeFiles } from '../knowledge/write-files.js'
import type { Publication } from './publication.js'

/** The version in use as one readable file beside the store, for commands that never open it (`ask`). The store rules; this follows. */
const mirrorSchema = z.object({ number: z.number().int(), folderHash: z.string().nullable(), files: z.string() })

const pathOf = (dataDir: string) => join(dataDir, 'published-knowledge.json')

/** Writes the version in use out, whole or not at all; no file where it is just the knowledge folder. */
export async function writeMirror(dataDir: string, publication: Pick<Publication, 'live' | 'versions' | 'files'>): Promise<void> {
  const [live, versions] = [await publication.live(), await publication.versions()]
  const folderHash = versions.findLast((one) => one.folderHash !== null)?.folderHash ?? null
  if (live.hash === folderHash) return rm(pathOf(dataDir), { force: true })
  await writeFiles([{ path: pathOf(dataDir), text: JSON.stringify({ number: live.number, folderHash, files: packFiles(await publication.files(live)) }) }], 'replace')
}

/** The files of the version in use; `null` where the folder is in use, or holds changes that the store has not seen. */
export async function readMirror(dataDir: string, folder: KnowledgeFiles): Promise<{ readonly number: number; readonly files: KnowledgeFiles } | null> {
  const text = await readFile(pathOf(dataDir), 'utf8').catch(() => null)
  if (text === null) return null
  const { number, folderHash, files } = mirrorSchema.parse(JSON.parse(text))
  return folderHash === hashFiles(folder) ? { number, files: unpackFiles(files) } : null
}
