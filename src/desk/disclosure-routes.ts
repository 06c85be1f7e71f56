import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, signatureOf, staffOf } from './caller.js'
import type { DisclosureList, DisclosureRow } from './disclosure-types.js'
import { communityId, notFound, opaqueId, readCommunity, rowAt } from './scope.js'
import { dayOf } from '../booking/slot.js'
import { checkFile } from '../channels/web/media.js'
import { InputError } from '../errors.js'
import { sendAttachment } from '../http/attachments.js'
import { dayLike, readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import { PLATFORM, type Community, type CommunityId } from '../knowledge/community.js'
import { disclosureKinds, isPublished, personalIn, stateOf, type Disclosure } from '../programmes/disclosure.js'
import { sayPeriod } from '../programmes/disclosure-period.js'
import type { Store } from '../store/store.js'

const day = dayLike('2026-10-12')
const month = z.int().min(1).max(12)
const item = z.object({
  kind: z.enum(disclosureKinds),
  title: z.string().trim().min(2, '请写标题').max(60, '标题最多 60 个字'),
  period: z.object({ year: z.int().min(2000).max(2100), from: month, until: month }).refine(({ from, until }) => from <= until, '起止月份反了').nullable(),
  text: z.string().trim().max(5_000, '最多 5000 个字，更长的请传文件'),
  source: z.string().trim().min(2, '请写来源，居民会看到').max(60, '来源最多 60 个字'),
  publishedOn: day,
  until: day.nullable(),
  /** Why it may be let out although it holds what looks like somebody's data; only admins. */
  letOut: z.string().trim().min(4, '请写清楚为什么可以公布').max(120, '最多 120 个字').nullable(),
})
const publishBody = item
const changeBody = item.extend({ item: opaqueId, rev: z.int().min(0) })
const takeDownBody = z.object({ item: opaqueId, rev: z.int().min(0), why: z.string().trim().min(2, '请写为什么撤下').max(120, '最多 120 个字') })
const fileParams = z.object({ community: communityId, item: opaqueId })

/** What a community publishes of its affairs, at the desk; what may be read stands on the board too. */
export function disclosureRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly communities: () => readonly Community[]; readonly now: () => number; readonly newId: () => string }): void {
  const { store, now } = parts

  async function show(community: CommunityId): Promise<DisclosureList> {
    const items = await store.find(community, 'disclosures', { order: 'desc', limit: 10_000 })
    return { today: dayOf(now()), kinds: disclosureKinds, items: items.map((one) => describe(one, now())) }
  }

  /** Names of the data found, for the sentence that refuses them; an admin may let them out with a reason. */
  function refusePersonal(words: string, letOut: string | null, caller: FastifyRequest): void {
    const found = personalIn(words)
    if (found.length === 0) return
    const isAdmin = staffOf(caller).account.role === 'admin'
    if (letOut === null) throw new InputError('personal-data', `里面有${found.join('、')}，公布前请去掉${isAdmin ? '；确实可以公布的，写明理由' : '；确实可以公布的，请管理员写明理由来公布'}`)
    if (!isAdmin) throw new InputError('not-allowed', `里面有${found.join('、')}，只有管理员能写明理由公布`)
  }

  function checked(given: z.output<typeof item>, caller: FastifyRequest): Omit<Disclosure, 'id' | 'rev' | 'file' | 'by' | 'at' | 'takenDown'> {
    const { letOut, ...rest } = given
    if (given.until !== null && given.until < given.publishedOn) throw new InputError('bad-input', '公示到哪天不能早于公布那天')
    refusePersonal(`${given.title}\n${given.text}\n${given.source}`, letOut, caller)
    return letOut === null || personalIn(`${given.title}\n${given.text}\n${given.source}`).length === 0 ? rest : { ...rest, letOut }
  }

  app.get('/api/desk/disclosures/:community', { config: { access: everyRole, does: '居务公开的内容' } }, (request) => show(readCommunity(request)))

  app.post('/api/desk/disclosures/:community/publish', { config: { access: acting, does: '公布一项居务', body: publishBody } }, async (request) => {
    const community = readCommunity(request)
    const row: Disclosure = { ...checked(readInput(publishBody, request.body), request), id: parts.newId(), rev: 0, file: null, by: signatureOf(request), at: now() }
    await store.commit(community, [{ op: 'put', table: 'disclosures', row }])
    return show(community)
  })

  app.post('/api/desk/disclosures/:community/change', { config: { access: acting, does: '修改公布的一项居务', body: changeBody } }, async (request) => {
    const community = readCommunity(request)
    const { item: id, rev: known, ...given } = readInput(changeBody, request.body)
    const { letOut: _before, ...row } = await rowAt(store, community, 'disclosures', id, known)
    await store.commit(community, [{ op: 'put', table: 'disclosures', row: { ...row, ...checked(given, request) } }])
    return show(community)
  })

  app.post('/api/desk/disclosures/:community/take-down', { config: { access: acting, does: '撤下公布的一项居务', body: takeDownBody } }, async (request) => {
    const community = readCommunity(request)
    const { item: id, rev: known, why } = readInput(takeDownBody, request.body)
    const row = await rowAt(store, community, 'disclosures', id, known)
    if (row.takenDown === undefined) await store.commit(community, [{ op: 'put', table: 'disclosures', row: { ...row, takenDown: { at: now(), why, by: signatureOf(request) } } }])
    return show(community)
  })

  app.post('/api/desk/disclosures/:community/files/:item', { config: { access: acting, does: '给公布的一项居务传附件' } }, async (request) => {
    const { community, item: id } = readFilePath(request)
    const row = await store.get(community, 'disclosures', id)
    if (row === null || row.takenDown !== undefined) throw notFound()
    const upload = await readUpload(request)
    const { kind, mediaType, bytes } = checkFile(upload)
    if (kind === 'voice') throw new InputError('unsupported-media', '请传 PDF 或照片')
    if (mediaType === 'application/pdf') refusePersonal(await wordsOf(upload), row.letOut ?? null, request)
    const fileId = `disclosure-${parts.newId()}`
    await store.saveBlob(community, fileId, bytes)
    await store.commit(community, [{ op: 'put', table: 'disclosures', row: { ...row, file: { id: fileId, mediaType, bytes: bytes.length } } }])
    if (row.file !== null) await store.removeBlob(community, row.file.id)
    return show(community)
  })

  async function sendFile(community: CommunityId, row: Disclosure | null, reply: FastifyReply): Promise<FastifyReply> {
    if (row === null || row.file === null) throw notFound()
    const { id, mediaType, bytes } = row.file
    return sendAttachment(reply, { id, mediaType, kind: mediaType.startsWith('image/') ? 'image' : 'file', rev: 0, residentId: '', conversationId: '', bytes, sha256: '', at: row.at }, await store.loadBlob(community, id))
  }

  app.get('/api/desk/disclosures/:community/files/:item', { config: { access: everyRole, does: '公布的一项居务的附件' } }, async (request, reply) => {
    const { community, item: id } = readFilePath(request)
    return sendFile(community, await store.get(community, 'disclosures', id), reply)
  })

  app.get('/api/board/:community/files/:item', { config: { access: 'public', rateLimit: { max: 60, timeWindow: '1 minute' }, does: '公开栏里的附件' } }, async (request, reply) => {
    const { community, item: id } = readFilePath(request)
    if (community === PLATFORM || !parts.communities().some((one) => one.id === community)) throw notFound()
    const row = await store.get(community, 'disclosures', id)
    return sendFile(community, row !== null && isPublished(row, now()) ? row : null, reply)
  })
}

function readFilePath(request: FastifyRequest): z.output<typeof fileParams> {
  const parsed = fileParams.safeParse(request.params)
  if (!parsed.success) throw notFound()
  return parsed.data
}

/** What stands written in a PDF; a scanned one holds none. */
async function wordsOf(bytes: Buffer): Promise<string> {
  try {
    const { extractText } = await import('../knowledge/extract.js')
    return (await extractText(bytes, 'a.pdf')).text
  } catch {
    return ''
  }
}

function describe(row: Disclosure, now: number): DisclosureRow {
  const { id, rev, kind, title, period, text, file, source, publishedOn, until, letOut, by, takenDown } = row
  return {
    id, rev, kind, title, period, periodName: period === null ? '' : sayPeriod(period), text, file: file === null ? null : { mediaType: file.mediaType, bytes: file.bytes }, source, publishedOn, until,
    state: stateOf(row, now), letOut: letOut ?? null, by: by.name, takenDown: takenDown === undefined ? null : { why: takenDown.why, by: takenDown.by.name, at: takenDown.at },
  }
}
