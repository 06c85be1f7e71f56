import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatHistory, ChatUploaded } from '../../src/channels/web-types.js'
import { attachmentSecurityPolicy } from '../../src/http/security-headers.js'
import { aClientId, huzhou, puyang, runningServer, type RunningServer } from '../desk/running-server.js'
import { aMessage } from '../store/rows.js'
import { put } from '../store/writes.js'
import { aJpeg, aPng, aWebp, segment } from './pictures.js'

let server: RunningServer
let resident: Awaited<ReturnType<RunningServer['resident']>>
beforeAll(async () => {
  server = await runningServer()
  resident = await server.resident()
})
afterAll(() => server.close())

const limit = 10 * 1024 * 1024

async function upload(bytes: Buffer, name = 'photo.jpg', page: Pick<typeof resident, 'call'> = resident) {
  const boundary = 'xyzzy'
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: image/jpeg\r\n\r\n`
  const payload = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
  return page.call('POST', '/api/chat/attachments', payload, { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } })
}

async function kept(bytes: Buffer): Promise<Buffer> {
  const { id } = (await upload(bytes)).json<ChatUploaded>()
  return (await resident.call('GET', `/api/chat/attachments/${id}`)).rawPayload
}

describe('a file', () => {
  it.each([
    ['a photo', aJpeg(), 'image', 'image/jpeg'],
    ['a screenshot', aPng(), 'image', 'image/png'],
    ['a sticker', aWebp(), 'image', 'image/webp'],
    ['a moving picture', Buffer.from('GIF89a\x10\0\x10\0\0\0\0;', 'latin1'), 'image', 'image/gif'],
    ['a document', Buffer.from('%PDF-1.7\n'), 'file', 'application/pdf'],
    ['a voice message of WeChat', Buffer.from('#!AMR\n\x3c'), 'voice', 'audio/amr'],
    ['a recording', Buffer.from('ID3\x04\0\0\0\0\0\0'), 'voice', 'audio/mpeg'],
    ['a recording of a phone', Buffer.from('\0\0\0\x1cftypM4A \0\0\0\0'), 'voice', 'audio/mp4'],
    ['a recording of a browser', Buffer.from('OggS\0\x02'), 'voice', 'audio/ogg'],
  ] as const)('%s is taken for what its bytes are, whatever its name', async (_what, bytes, kind, mediaType) => {
    const answer = await upload(bytes, '../../../etc/passwd\u202Egpj.html')
    expect([answer.statusCode, answer.json()]).toMatchObject([201, { kind, mediaType }])
    const { id } = answer.json<ChatUploaded>()
    const served = await resident.call('GET', `/api/chat/attachments/${id}`)
    expect(served.headers).toMatchObject({
      'content-type': mediaType, 'x-content-type-options': 'nosniff', 'content-security-policy': attachmentSecurityPolicy, 'cache-control': 'private, no-store',
    })
    expect(served.headers['content-disposition']).toMatch(kind === 'image' ? /^inline; filename="att-[0-9a-f-]+\.\w+"$/ : /^attachment; filename="att-[0-9a-f-]+\.\w+"$/)
  })

  it.each([
    ['a page named as a photo', Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a drawing with script in it', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a program', Buffer.from('MZ\x90\0')],
    ['an archive', Buffer.from('PK\x03\x04')],
    ['a photo of an iPhone in a format browsers can not show', Buffer.from('\0\0\0\x18ftypheic\0\0\0\0')],
    ['three bytes of a photo', Buffer.from([0xff, 0xd8, 0xff])],
    ['a photo that broke off before the picture', aJpeg().subarray(0, 100)],
    ['a screenshot that broke off', aPng().subarray(0, 40)],
    ['a page behind the first bytes of a photo', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('<script>alert(1)</script>')])],
  ])('%s is refused with a sentence', async (_what, bytes) => {
    const answer = await upload(bytes)
    expect([answer.statusCode, answer.json<{ code: string }>().code]).toEqual([415, 'unsupported-media'])
    expect(answer.json<{ message: string }>().message).toMatch(/照片/)
  })

  it('of nothing is refused', async () => {
    expect((await upload(Buffer.alloc(0))).statusCode).toBe(400)
  })

  it('of 10 MB is taken whole; one byte more is refused with a sentence', async () => {
    const largest = aPng({ bytes: limit })
    expect(largest).toHaveLength(limit)
    expect((await upload(largest)).json()).toMatchObject({ bytes: limit })
    expect((await kept(largest)).equals(largest)).toBe(true)
    const answer = await upload(aPng({ bytes: limit + 1 }))
    expect([answer.statusCode, answer.json<{ message: string }>().message]).toEqual([413, '文件太大，最多 10 MB'])
  })

  it('that would unpack to more than 32 million pixels is refused by its header alone', async () => {
    for (const bomb of [aPng({ width: 60_000, height: 60_000 }), aJpeg({ width: 65_000, height: 65_000 }), aWebp({ width: 16_000, height: 16_000 })]) {
      expect((await upload(bomb)).json()).toMatchObject({ code: 'too-large', message: '这张照片尺寸太大，请缩小后再发' })
    }
    expect((await upload(aPng({ width: 8_000, height: 4_000 }))).statusCode).toBe(201)
  })

  it('that is a photo without its end is taken, and ends', async () => {
    expect((await kept(aJpeg().subarray(0, -2))).equals(aJpeg())).toBe(true)
  })

  it('must come alone, as a form, under the name `file`', async () => {
    const call = async (payload: unknown, type: string): Promise<number> => (await resident.call('POST', '/api/chat/attachments', payload, { headers: { 'content-type': type } })).statusCode
    expect(await call('{}', 'application/json')).toBe(415)
    expect(await call('--x\r\nContent-Disposition: form-data; name="other"; filename="a"\r\n\r\nabc\r\n--x--\r\n', 'multipart/form-data; boundary=x')).toBe(400)
    expect(await call('--x--\r\n', 'multipart/form-data; boundary=x')).toBe(400)
    expect(await call('nonsense', 'multipart/form-data; boundary=x')).toBe(400)
  })
})

describe('a photo keeps nothing of where and when it was taken', () => {
  const canary = 'GPS-120.09E-30.89N'

  it('in its Exif, XMP, IPTC, comments, second pictures and what hangs on behind its end', async () => {
    const photo = Buffer.concat([
      aJpeg({ besides: [segment(0xe1, `Exif\0\0MM\0*${canary}`), segment(0xe1, `http://ns.adobe.com/xap/1.0/\0${canary}`), segment(0xe2, `MPF\0${canary}`), segment(0xed, `Photoshop 3.0\0${canary}`), segment(0xfe, canary)] }),
      Buffer.from(canary),
    ])
    expect(photo.includes(canary)).toBe(true)
    const clean = await kept(photo)
    expect(clean.includes('GPS')).toBe(false)
    expect(clean.equals(aJpeg())).toBe(true)
  })

  it('but how it is turned, and its colours', async () => {
    const turned = Buffer.from('Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0', 'latin1')
    const profile = segment(0xe2, 'ICC_PROFILE\0\x01\x01colours')
    const clean = await kept(aJpeg({ besides: [segment(0xe1, turned), profile] }))
    expect(clean.includes(Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6]))).toBe(true)
    expect(clean.includes(profile)).toBe(true)
  })

  it('in the text chunks of a screenshot, and in a sticker', async () => {
    const png = await kept(aPng({ text: canary }))
    expect([png.includes('GPS'), png.equals(aPng())]).toEqual([false, true])
    const webp = await kept(aWebp({ exif: canary }))
    expect([webp.includes('GPS'), (webp[20] ?? 0) & 0x0c, webp.readUInt32LE(4) + 8]).toEqual([false, 0, webp.length])
  })
})

describe('a file is seen', () => {
  it('by the resident who sent it and by staff of that community; by no other resident, community or stranger', async () => {
    const { id } = (await upload(aPng())).json<ChatUploaded>()
    const neighbour = await server.resident()
    const elsewhere = await server.resident(puyang)
    const colleague = await server.staff('staff', [huzhou])
    const foreign = await server.staff('admin', [puyang])
    const chat = `/api/chat/attachments/${id}`
    expect((await resident.call('GET', chat)).statusCode).toBe(200)
    expect((await colleague.call('GET', `/api/desk/attachments/${huzhou}/${id}`)).rawPayload.equals(aPng())).toBe(true)
    expect([
      (await neighbour.call('GET', chat)).statusCode, (await elsewhere.call('GET', chat)).statusCode, (await server.browser().call('GET', chat)).statusCode,
      (await foreign.call('GET', `/api/desk/attachments/${huzhou}/${id}`)).statusCode, (await foreign.call('GET', `/api/desk/attachments/${puyang}/${id}`)).statusCode,
    ]).toEqual([404, 404, 401, 404, 404])
  })

  it('with a message only when it is the resident\'s own', async () => {
    const { id } = (await upload(aPng())).json<ChatUploaded>()
    const send = (page: typeof resident) => page.call('POST', '/api/chat/messages', { conversationId: page.privateId, clientId: aClientId(), text: '', attachmentIds: [id] })
    expect((await send(resident)).statusCode).toBe(202)
    expect(server.engine.taken.at(-1)?.attachments).toMatchObject([{ id, kind: 'image', mediaType: 'image/png' }])
    expect((await send(await server.resident())).statusCode).toBe(404)
  })

  it('that shows how a matter ended by the resident to whom it was sent, once it was, and by no neighbour', async () => {
    const colleague = await server.staff('staff', [huzhou])
    const at = server.clock.now
    await server.store.saveBlob(huzhou, 'att-after', aPng())
    await server.store.commit(huzhou, [put('attachments', { id: 'att-after', rev: 0, residentId: `staff:${colleague.account.id}`, conversationId: resident.privateId, kind: 'image', mediaType: 'image/png', bytes: aPng().length, sha256: 'ab', at })])
    const see = async (page: Pick<typeof resident, 'call'>): Promise<number> => (await page.call('GET', '/api/chat/attachments/att-after')).statusCode
    expect(await see(resident)).toBe(404)
    await server.store.commit(huzhou, [put('messages', aMessage({ id: 'zz-after', conversationId: resident.privateId, at, from: 'bot', attachments: [{ id: 'att-after', kind: 'image', mediaType: 'image/png', bytes: aPng().length }] }))])
    expect([await see(resident), await see(await server.resident())]).toEqual([200, 404])
    const { lines } = (await resident.call('GET', `/api/chat/messages?conversation=${resident.privateId}`)).json<ChatHistory>()
    expect(lines.at(-1)?.attachments.map(({ id }) => id)).toEqual(['att-after'])
  })

  it('in the room as a note only: neighbours do not get what may show a door or a face', async () => {
    const { id } = (await upload(aPng())).json<ChatUploaded>()
    await resident.call('POST', '/api/chat/messages', { conversationId: resident.roomId, clientId: aClientId(), text: '', attachmentIds: [id] })
    const neighbour = await server.resident()
    const seen = (await neighbour.call('GET', `/api/chat/messages?conversation=${resident.roomId}`)).body
    expect([seen.includes('[图片或文件]'), seen.includes(id)]).toEqual([true, false])
  })
})
