import { z } from 'zod'
import { InputError } from '../errors.js'
import type { Community } from '../knowledge/community.js'
import type { ControlHandlers } from '../store/control.js'
import type { HealthBoard } from './health.js'
import { codeHoldsMs, type CodeUse, type Pairing } from './pairing.js'

const issueArgs = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('room'), community: z.string(), use: z.enum(['residents', 'staff']), again: z.string().optional() }),
  z.strictObject({ kind: z.literal('resident'), community: z.string() }),
  z.strictObject({ kind: z.literal('staff'), login: z.string() }),
])

interface PairingControlParts {
  readonly pairing: Pairing
  readonly health: HealthBoard
  readonly communities: () => readonly Community[]
  /** The account's id; `null` when there is none, or it is closed. */
  readonly staffByLogin: (login: string) => Promise<string | null>
  readonly now: () => number
}

/** Codes and channels as the commands reach them in the running process. */
export function pairingControl({ pairing, health, communities, staffByLogin, now }: PairingControlParts): ControlHandlers {
  async function useOf(args: z.infer<typeof issueArgs>): Promise<CodeUse> {
    if (args.kind === 'staff') {
      const staffId = await staffByLogin(args.login.toLowerCase())
      if (staffId === null) throw new InputError('not-found', `没有叫「${args.login}」的账号，或者已停用。`)
      return { kind: 'staff', staffId }
    }
    const community = communities().find(({ id }) => id === args.community)
    if (community === undefined) throw new InputError('not-found', `没有「${args.community}」这个社区。有：${communities().map(({ id }) => id).join('、')}`)
    if (args.kind === 'room' && args.again !== undefined && (await pairing.room(args.again))?.communityId !== community.id) throw new InputError('not-found', `这个社区没有「${args.again}」这个群，用 pair list 看一下。`)
    return args.kind === 'room' ? { kind: 'room', communityId: community.id, use: args.use, ...(args.again === undefined ? {} : { again: args.again }) } : { kind: 'resident', communityId: community.id }
  }

  return {
    'pair issue': async (args) => ({ code: await pairing.issue(await useOf(issueArgs.parse(args))), minutes: codeHoldsMs / 60_000 }),
    'pair list': async () => (await Promise.all((['lark', 'wechat'] as const).map((channel) => pairing.rooms(channel)))).flat(),
    channels: async () => health.all().map((one) => ({ ...one, forMs: now() - one.since })),
  }
}
