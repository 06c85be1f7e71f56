import { relative, sep } from 'node:path'
import { StoreError } from '../errors.js'
import { TEMPORARY, type Files } from './files.js'
import type { Sealer } from './seal.js'

/**
 * A disk on which the files of a folder lie sealed whole, each bound to its path: who finds them learns how many there are
 * and how large, no more. Files are written in one piece, as `putFile` does; an empty one stays empty.
 */
export function sealedFiles(files: Files, sealer: Sealer, folder: string): Files {
  const placeOf = (path: string): string => `backup/${relative(folder, path).split(sep).join('/').replace(new RegExp(`\\${TEMPORARY}$`), '')}`
  const read = async (path: string): Promise<Buffer> => {
    const bytes = await files.read(path)
    return bytes.length === 0 ? bytes : sealer.openBytes(bytes, placeOf(path))
  }
  return {
    ...files,
    read,
    readFrom: async (path, position, most) => (await read(path)).subarray(position, position + most),
    async open(path, how) {
      const file = await files.open(path, how)
      return {
        ...file,
        async write(bytes, position) {
          if (position !== 0) throw new StoreError('write-refused', 'store: a sealed file is written in one piece')
          await file.write(sealer.sealBytes(bytes, placeOf(path)), 0)
        },
      }
    },
  }
}
