import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { InputError } from '../errors.js'

export interface FileToWrite {
  readonly path: string
  readonly text: string
}

/**
 * Writes all of the files or none: each first under another name, flushed, then all moved to their places in the order
 * given, so that the last one is what makes the others count. `onExisting: 'refuse'` never writes over a file.
 */
export async function writeFiles(files: readonly FileToWrite[], onExisting: 'refuse' | 'replace'): Promise<void> {
  const parts = files.map(({ path }) => join(dirname(path), `.${process.pid}-${path.split(/[/\\]/).at(-1)!}.part`))
  const placed: string[] = []
  try {
    for (const [i, { path, text }] of files.entries()) {
      await mkdir(dirname(path), { recursive: true })
      const file = await open(parts[i]!, 'w')
      try {
        await file.writeFile(text)
        await file.sync()
      } finally {
        await file.close()
      }
    }
    for (const [i, { path }] of files.entries()) {
      if (onExisting === 'replace') await rename(parts[i]!, path)
      else await placeNew(parts[i]!, path)
      placed.push(path)
    }
  } catch (error) {
    if (onExisting === 'refuse') for (const path of placed) await rm(path, { force: true })
    throw error
  } finally {
    for (const part of parts) await rm(part, { force: true })
  }
}

async function placeNew(part: string, path: string): Promise<void> {
  try {
    await link(part, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new InputError('exists', `${path} 已经在知识库里。要换成新的，请先移走旧的；要并存，请给文件换个名字。`, { cause: error })
  }
}
