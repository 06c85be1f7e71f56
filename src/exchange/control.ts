import { z } from 'zod'
import { markOf, recordOf } from './export-requests.js'
import { importRequests, type ImportParts } from './import-requests.js'
import { readExchangeFile } from './read-file.js'
import { sayCounts } from './routes.js'
import { exportFormats, writeExchangeFile } from './write-file.js'
import { createAuditLog } from '../audit/log.js'
import type { Engine } from '../conversation/engine.js'
import { createFiler } from '../conversation/filing.js'
import { InputError } from '../errors.js'
import { isCommunityId, type Community, type CommunityId } from '../knowledge/community.js'
import { dueOf } from '../requests/clock.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { WorkingTime } from '../requests/working-time.js'
import type { ControlHandlers } from '../store/control.js'
import { pages } from '../store/pages.js'
import type { Store } from '../store/store.js'

/** Files travel in base64. */
const importArgs = z.strictObject({ community: z.string(), file: z.base64(), dry: z.boolean(), refuse: z.enum(['line', 'file']) })
const exportArgs = z.strictObject({ community: z.string(), format: z.enum(exportFormats), encoding: z.enum(['utf-8', 'gbk']), reason: z.string().min(4), by: z.string().min(1) })

/** Import and export as the commands reach them, through the running process; both are written down. */
export function exchangeControl(parts: Omit<ImportParts, 'filer' | 'store' | 'engine'> & {
  readonly store: Store
  readonly engine: Engine
  readonly communities: () => readonly Community[]
  readonly workingTime: (communityId: CommunityId) => WorkingTime
}): ControlHandlers {
  const { store, services, now } = parts
  const audit = createAuditLog({ store, now })
  const filer = createFiler(parts)

  function homeOf(id: string): Community {
    const home = isCommunityId(id) ? parts.communities().find((one) => one.id === id) : undefined
    if (home === undefined) throw new InputError('not-found', `没有社区「${id}」。这里有：${parts.communities().map((one) => one.id).join('、')}`)
    return home
  }

  return {
    async 'requests import'(args) {
      const { community, file, dry, refuse } = importArgs.parse(args)
      const home = homeOf(community)
      const result = await importRequests({ ...parts, filer }, home.id, await readExchangeFile(Buffer.from(file, 'base64')), { isDry: dry, refuse })
      if (!dry) await audit.record({ who: null, act: 'import', communityId: home.id, about: null, words: sayCounts(result), result: result.isRefused ? 'refused' : 'done' })
      return result
    },
    async 'requests export'(args) {
      const { community, format, encoding, reason, by } = exportArgs.parse(args)
      const home = homeOf(community)
      const rows: ServiceRequest[] = []
      for await (const page of pages(store, home.id, 'requests', {})) rows.push(...page.filter(({ status }) => status !== 'draft'))
      await audit.record({ who: null, act: 'export', communityId: home.id, about: null, words: `${rows.length} 张工单，${by}：${reason}`, result: 'done' })
      const mark = markOf({ by, at: now(), communityName: home.name, count: rows.length, reason })
      return (await writeExchangeFile(rows.map((one) => recordOf(one, dueOf(one, services().byCode(one.serviceCode)?.term ?? null, parts.workingTime(home.id), now()))), mark, format, encoding)).toString('base64')
    },
  }
}
