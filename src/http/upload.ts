import type { FastifyRequest } from 'fastify'
import { maxFileBytes } from '../channels/web/media.js'
import { InputError } from '../errors.js'

/** The one file of a form's field `file`, at most 10 MB; its name is not looked at. */
export async function readUpload(request: FastifyRequest): Promise<Buffer> {
  try {
    return await readPart(request)
  } catch (error) {
    // The form's reader has errors of its own for forms that break off; they bring no status.
    if (error instanceof InputError || (error as { statusCode?: number }).statusCode !== undefined) throw error
    throw new InputError('bad-input', '文件没有传完整，请再发一次')
  }
}

async function readPart(request: FastifyRequest): Promise<Buffer> {
  const part = await request.file()
  if (part?.fieldname !== 'file') throw new InputError('bad-input', '请选择一个文件')
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of part.file as AsyncIterable<Buffer>) {
    length += chunk.length
    chunks.push(chunk)
  }
  if (part.file.truncated || length > maxFileBytes) throw new InputError('too-large', '文件太大，最多 10 MB')
  return Buffer.concat(chunks)
}
