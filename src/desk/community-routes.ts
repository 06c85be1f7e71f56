import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import type { CommunityList, CommunityNames } from './community-types.js'
import { pathsOf } from './knowledge-versions.js'
import { change, draftOn, waitingDrafts } from './place-drafts.js'
import { communityId, notFound } from './scope.js'
import { canSee } from './sign-in.js'
import { dayOf } from '../booking/slot.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { closingSchema } from '../knowledge/closing.js'
import { isCommunityId, type Community, type Jurisdiction, type LocalFact } from '../knowledge/community.js'
import { readCommunityFile } from '../knowledge/communities.js'
import { knownJurisdictions } from '../knowledge/jurisdictions.js'
import { within } from '../knowledge/place-code.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import { withCommunity, withPlace } from '../publication/place-edits.js'
import type { Publication } from '../publication/publication.js'
import { openStates } from '../publication/version.js'
import { openingHoursSchema } from '../requests/working-time.js'
import { pinyin } from '../text.js'

const levels = ['community', 'street', 'county', 'city', 'province'] as const satisfies readonly Jurisdiction['level'][]

const name = z.string().trim().min(2, '请写社区的名称').max(40, '社区的名称最多 40 个字')
const places = z.array(z.string().trim().min(1).max(40, '地方的名字最多 40 个字')).max(300, '地方最多写 300 个')
const chain = z.array(z.object({
  code: z.string().regex(/^\d{6,12}$/, '区划代码要写 6 到 12 位数字'), name: z.string().trim().min(2, '每一级都要写名称').max(40, '名称最多 40 个字'), level: z.enum(levels),
})).min(2, '至少要写到上面的一级，居民才问得到那里的规定').max(levels.length).superRefine((links, context) => {
  const fault = chainFault(links)
  if (fault !== null) context.addIssue({ code: 'custom', message: fault })
})
const profileBody = change.extend({ name, chain, places })
const newBody = change.extend({
  community: z.object({
    id: z.string().refine(isCommunityId, '网址里的短名只用小写字母、数字和 -，2 到 40 个'),
    name, chain, places,
    numberPrefix: z.string().regex(/^[A-Z]{2,4}$/, '工单号的开头写 2 到 4 个大写字母'),
  }),
  hours: openingHoursSchema.nullable(),
  phone: z.object({ text: z.string().trim().regex(/^[\d\s,，、;；()（）转+-]{3,60}$/, '电话只写号码，几个号码用顿号隔开'), source: z.string().trim().min(1, '请写电话的来源').max(100, '来源最多 100 个字') }).nullable(),
})
const closingBody = change.extend({ closed: z.object({
  since: closingSchema.shape.since,
  reason: z.string().trim().min(2, '请写为什么停用，居民会看到').max(60, '为什么停用最多 60 个字'),
  instead: z.string().trim().max(120, '以后找谁最多 120 个字'),
}).nullable() })
const communityParams = z.object({ community: communityId })
const namesQuery = z.object({ name: z.string().max(40) })

/** What is wrong with a chain, in words; `null`: nothing. */
function chainFault(links: readonly Jurisdiction[]): string | null {
  if (links[0]?.level !== 'community') return '第一级要写社区自己'
  if (links.some(({ level }, at) => at > 0 && levels.indexOf(level) <= levels.indexOf(links[at - 1]!.level))) return '要从社区写到省，由小到大'
  const odd = links.find(({ code }, at) => at > 0 && !within(links[0]!.code, code))
  return odd === undefined ? null : `${odd.name}的代码 ${odd.code} 和社区的代码 ${links[0].code} 对不上`
}

/** The communities served: which there are, a new one, what one is called and belongs to. All of it is changed as a draft. */
export function communityRoutes(app: FastifyInstance, parts: { readonly publication: Pick<Publication, 'versions' | 'version' | 'files' | 'draft'>; readonly inUse: () => KnowledgeInUse; readonly now: () => number }): void {
  const { publication, inUse } = parts

  /** Those in use, and those that drafts would add. */
  async function known(): Promise<readonly Community[]> {
    const { communities } = inUse()
    const open = (await publication.versions()).filter(({ state }) => openStates.includes(state))
    const waiting = await Promise.all(open.map(async (version) => {
      const [paths, files] = await Promise.all([pathsOf(publication, version), publication.files(version)])
      return paths.flatMap((path): Community[] => {
        const text = path.startsWith('communities/') ? files.get(path) : undefined
        const read = text === undefined ? null : readCommunityFile(path, text)
        return read !== null && 'community' in read && !communities.has(read.community.id) ? [read.community] : []
      })
    }))
    return [...communities.values(), ...waiting.flat()]
  }

  app.get('/api/desk/communities', { config: { access: ['admin', 'auditor'], does: '所有社区' } }, async (request): Promise<CommunityList> => {
    const { account } = staffOf(request)
    const all = [...inUse().communities.values()]
    const divisions = new Map([...knownJurisdictions(), ...all.flatMap((one) => one.chain.slice(1).map(({ code, name: says }) => [code, says] as const))])
    return {
      base: inUse().version.number,
      drafts: await waitingDrafts(publication),
      mayAdd: account.role === 'admin' && account.scope === 'all',
      communities: all.filter(({ id }) => canSee(account, id)).map((one) => ({
        id: one.id, name: one.name, numberPrefix: one.numberPrefix, belongsTo: one.chain.slice(1).map((link) => link.name), grids: one.grids.length,
        hasHours: one.hours !== undefined, hasPhone: one.facts.some(({ topic, text }) => /电话|热线/.test(topic) && text !== null), closed: one.closed ?? null,
      })),
      divisions: [...divisions].map(([code, says]) => ({ code, name: says })),
    }
  })

  app.get('/api/desk/communities/names', { config: { access: ['admin'], does: '给新社区起短名和工单号开头', query: namesQuery } }, async (request): Promise<CommunityNames> => {
    const { name: said } = readInput(namesQuery, request.query)
    return namesFor(said, await known())
  })

  app.post('/api/desk/communities', { config: { access: ['admin'], does: '添加一个社区，存成草稿', body: newBody } }, async (request, reply) => {
    const given = readInput(newBody, request.body)
    const { account } = staffOf(request)
    if (account.scope !== 'all') throw new InputError('forbidden', '要由管全部社区的管理员来添加社区')
    const others = await known()
    const own = given.community.chain[0]!.code
    const clash = others.find((one) => one.id === given.community.id || one.numberPrefix === given.community.numberPrefix || one.chain[0]?.code === own)
    if (clash !== undefined) throw new InputError('taken', `${clash.name}已经用了这个${clash.id === given.community.id ? '短名' : clash.chain[0]?.code === own ? '区划代码' : '工单号开头'}，请换一个`)
    const facts: readonly LocalFact[] = given.phone === null ? [] : [{ id: 'phone', topic: '电话', item: '社区值班电话', ...given.phone, date: dayOf(parts.now()), from: null, until: null }]
    const { hours, community } = given
    return reply.code(201).send(await draftOn(parts, request, given, (files) => withCommunity(files, { ...community, grids: [], policies: [], facts, ...(hours === null ? {} : { hours }) })))
  })

  app.post('/api/desk/places/:community/profile', { config: { access: ['admin'], does: '改社区的名称、所属和地名', body: profileBody } }, async (request, reply) => {
    const { community } = readInput(communityParams, request.params)
    if (!inUse().communities.has(community)) throw notFound()
    const given = readInput(profileBody, request.body)
    return reply.code(201).send(await draftOn(parts, request, given, (files) => withPlace(files, community, { name: given.name, chain: given.chain, places: given.places })))
  })

  app.post('/api/desk/places/:community/closing', { config: { access: ['admin'], does: '停用或恢复一个社区，存成草稿', body: closingBody } }, async (request, reply) => {
    const { community } = readInput(communityParams, request.params)
    if (!inUse().communities.has(community)) throw notFound()
    const given = readInput(closingBody, request.body)
    if (staffOf(request).account.scope !== 'all') throw new InputError('forbidden', '要由管全部社区的管理员来停用或恢复社区')
    if (given.closed !== null && given.closed.since < dayOf(parts.now())) throw new InputError('bad-input', '停用不能从已经过去的日子算起')
    return reply.code(201).send(await draftOn(parts, request, given, (files) => withPlace(files, community, { closed: given.closed ?? undefined })))
  })
}

/** `lianhua` and `LH` for 莲花社区, with a figure or a letter more where somebody has them. */
function namesFor(said: string, taken: readonly Community[]): CommunityNames {
  const bare = said.normalize('NFKC').replace(/\(.*?\)|社区(?:居委会|居民委员会)?|居委会|居民委员会|村委会/g, '')
  const sounds = [...bare].map((char) => (/\p{Script=Han}/u.test(char) ? pinyin(char) : char).toLowerCase().replace(/[^a-z0-9]/g, '')).filter((sound) => sound !== '')
  const id = sounds.join('').slice(0, 30)
  const letters = sounds.map((sound) => sound[0]!.toUpperCase()).filter((letter) => /[A-Z]/.test(letter)).join('').slice(0, 4)
  const [ids, prefixes] = [new Set(taken.map((one): string => one.id)), new Set(taken.map((one) => one.numberPrefix))]
  const free = (first: string, used: ReadonlySet<string>, more: readonly string[]): string => [first, ...more.map((each) => first + each)].find((one) => !used.has(one)) ?? ''
  return {
    id: id.length < 2 ? '' : free(id, ids, ['-2', '-3', '-4', '-5', '-6', '-7', '-8', '-9']),
    numberPrefix: letters.length < 2 ? '' : free(letters.slice(0, 3), prefixes, [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']),
  }
}
