import type { FastifyReply } from 'fastify'
import type { StoredAttachment } from '../conversation/records.js'
import { InputError } from '../errors.js'
import { attachmentSecurityPolicy } from './security-headers.js'

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp', 'image/gif': 'gif', 'application/pdf': 'pdf',
  'audio/amr': 'amr', 'audio/mpeg': 'mp3', 'audio/mp4': 'm4a', 'audio/ogg': 'ogg',
}

/** A file's name of ours: what people called it may tell more than they wished. */
export function fileNameOf({ id, mediaType }: Pick<StoredAttachment, 'id' | 'mediaType'>): string {
  return `${id}.${endings[mediaType] ?? 'bin'}`
}

/** Sends a resident's file under a name of ours: pictures shown in place, the rest as a download; nothing in it can run. */
export function sendAttachment(reply: FastifyReply, { kind, mediaType, id }: StoredAttachment, bytes: Uint8Array | null): FastifyReply {
  if (!bytes) throw new InputError('not-found', '没有找到这个文件')
  return reply
    .type(mediaType)
    .header('content-disposition', `${kind === 'image' ? 'inline' : 'attachment'}; filename="${fileNameOf({ id, mediaType })}"`)
    .header('content-security-policy', attachmentSecurityPolicy)
    .header('cache-control', 'private, no-store')
    .send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}
