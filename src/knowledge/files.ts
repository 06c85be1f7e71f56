import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { KnowledgeError } from '../errors.js'

/** All files of a `knowledge/` folder: path below it, with `/`, to text. */
export type KnowledgeFiles = ReadonlyMap<string, string>

const kept = /\.(?:md|txt|jsonl?)$/

/** Reads a folder's files. Throws KnowledgeError where there is no such folder. */
export async function readKnowledgeFolder(dir: string): Promise<KnowledgeFiles> {
  let found
  try {
    found = await readdir(dir, { recursive: true, withFileTypes: true })
  } catch (error) {
    throw new KnowledgeError('knowledge-folder', `找不到文件夹 ${dir};请用 --knowledge 指明 knowledge 所在的位置`, { cause: error })
  }
  const paths = found
    .filter((entry) => entry.isFile() && kept.test(entry.name))
    .map((entry) => relative(dir, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    // Nothing hidden, nothing in a hidden folder.
    .filter((path) => !path.split('/').some((part) => part.startsWith('.')))
    .sort()
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(dir, path), 'utf8')] as const)))
}

/** The files as one string, the same for the same files. */
export function packFiles(files: KnowledgeFiles): string {
  return JSON.stringify([...files].sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** Throws KnowledgeError for what `packFiles` has not written. */
export function unpackFiles(packed: string): KnowledgeFiles {
  const entries: unknown = JSON.parse(packed)
  if (!Array.isArray(entries) || !entries.every((entry): entry is [string, string] => Array.isArray(entry) && entry.length === 2 && entry.every((part) => typeof part === 'string')))
    throw new KnowledgeError('knowledge', '知识库的这一版读不出来;请从备份恢复')
  return new Map(entries)
}

/** SHA-256 over names and contents, hexadecimal. */
export function hashFiles(files: KnowledgeFiles): string {
  return createHash('sha256').update(packFiles(files)).digest('hex')
}

/** Names of the files right below `folder` that end so, in order. */
export function namesIn(files: KnowledgeFiles, folder: string, ending: string): string[] {
  return [...files.keys()]
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith(ending) && !path.slice(folder.length + 1).includes('/'))
    .map((path) => path.slice(folder.length + 1))
    .sort()
}
