import { z } from 'zod'
import { accountOf } from '../desk/sign-in.js'
import { InputError } from '../errors.js'
import type { Community } from '../knowledge/community.js'
import type { ControlHandlers } from '../store/control.js'
import type { Store } from '../store/store.js'
import type { Pager } from './pager.js'

const tryArgs = z.strictObject({ community: z.string(), login: z.string() })

/** Calls as the commands reach them in the running process. */
export function pagingControl({ pager, store, communities }: { readonly pager: Pick<Pager, 'call'>; readonly store: Store; readonly communities: () => readonly Community[] }): ControlHandlers {
  return {
    'page try': async (args) => {
      const { community: name, login } = tryArgs.parse(args)
      const community = communities().find(({ id }) => id === name)
      if (community === undefined) throw new InputError('not-found', `没有「${name}」这个社区。有：${communities().map(({ id }) => id).join('、')}`)
      const account = await accountOf(store, login)
      if (account === null || account.disabled) throw new InputError('not-found', `没有叫「${login}」的账号，或者已停用。`)
      const page = await pager.call(community.id, { kind: 'test', staffId: account.id, what: '试一下呼叫通不通，没有居民在等' })
      return { number: page.number, by: page.steps.at(-1)?.by ?? [] }
    },
  }
}
