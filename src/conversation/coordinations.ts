import { alone, type Cluster } from '../cluster/cluster.js'
import type { CommunityId } from '../knowledge/community.js'
import { isPropertyComplaint, raiseCoordinations, takeStep, type Coordination, type CoordinationStep } from '../programmes/coordination.js'
import { usualRules, type EvaluationRules } from '../programmes/evaluation-rules.js'
import type { Recorder } from '../programmes/recorder.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import { personsOf } from '../residents/identities.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Reads } from '../store/read-once.js'
import type { Store, Write } from '../store/store.js'
import { everything } from './kept.js'
import type { Teller, Told } from './teller.js'

/** Requests read at once while those of the last days are looked for. */
const atOnce = 500

/** What residents are told of a meeting about what they complained of. */
const coordinationNews = {
  convened: (subject: string, { at, place, parties }: NonNullable<Coordination['meeting']>, numbers: readonly string[]): string =>
    `您反映的${subject}问题（${numbers.join('、')}），不止一户提了。社区约了${parties.join('、')}一起商量，时间：${at}，地点：${place}。结果会告诉您。`,
  concluded: (subject: string, result: string, numbers: readonly string[]): string => `您反映的${subject}问题（${numbers.join('、')}），社区和各方商量的结果：${result}\n您的工单还照常办，办完会问您解决没有。`,
} as const

/** Brings like complaints about a property company to one table (三方联动). */
export interface Coordinations {
  /** Raises what follows from the complaints as they stand; how many proposals are new. */
  look(communityId: CommunityId): Promise<number>
  /** Rejects with StoreError `conflict` when somebody was quicker; `null` where the step may not follow. */
  step(communityId: CommunityId, row: Coordination, step: CoordinationStep, by: Recorder): Promise<Coordination | null>
  start(): void
  /** Resolves when nothing is being looked at. */
  idle(): Promise<void>
  /** What is being looked at is finished first. */
  stop(): Promise<void>
}

/** A complaint just filed, or one that a neighbour may have joined: nothing else makes them more. */
function isNews(request: ServiceRequest): boolean {
  return isPropertyComplaint(request) && isOpen(request) && (request.rev === 1 || request.reporters.length > 1)
}

/** The rules of a community's evaluations, the usual ones where nobody has set any. */
export async function evaluationRulesOf(store: Reads, communityId: CommunityId): Promise<EvaluationRules> {
  return (await store.get(communityId, 'evaluationRules', usualRules.id)) ?? usualRules
}

export function createCoordinations(parts: {
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly store: Store
  readonly teller: Teller
  readonly now: () => number
  readonly newId: () => string
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}): Coordinations {
  const { store } = parts
  let stopListening: (() => void) | null = null
  let work: Promise<unknown> = Promise.resolve()
  const due = new Set<CommunityId>()

  /** Those of the last days; ids grow with time. */
  async function requestsSince(communityId: CommunityId, since: number): Promise<readonly ServiceRequest[]> {
    const found: ServiceRequest[] = []
    for (let after: string | undefined; ;) {
      const page = await store.find(communityId, 'requests', { order: 'desc', limit: atOnce, ...(after === undefined ? {} : { after }) })
      found.push(...page.filter(({ filedAt }) => filedAt >= since))
      const last = page.at(-1)
      if (last === undefined || page.length < atOnce || last.filedAt < since) return found
      after = last.id
    }
  }

  async function look(communityId: CommunityId): Promise<number> {
    const rule = (await evaluationRulesOf(store, communityId)).coordination
    const [complaints, stored, personOf] = await Promise.all([
      requestsSince(communityId, parts.now() - rule.withinDays * 86_400_000), everything(store, communityId, 'coordinations', {}), personsOf(store, communityId),
    ])
    const raised = raiseCoordinations(complaints, stored, { rule, now: parts.now(), newId: parts.newId, personOf })
    if (raised.length === 0) return 0
    const isTaken = await unlessQuicker(store.commit(communityId, raised.map((row): Write => ({ op: 'put', table: 'coordinations', row }))))
    return isTaken ? raised.filter(({ rev }) => rev === 0).length : 0
  }

  /** Everyone who complained and can be written to in private, once, with the numbers of what they complained of. */
  async function complainants(communityId: CommunityId, row: Coordination, textOf: (numbers: readonly string[]) => string): Promise<readonly Told[]> {
    const [requests, personOf] = await Promise.all([Promise.all(row.requestIds.map((id) => store.get(communityId, 'requests', id))), personsOf(store, communityId)])
    const found = new Map<string, { readonly conversationId: string; readonly numbers: string[] }>()
    for (const request of requests) {
      for (const { residentId, conversationId, chat } of request?.status === 'withdrawn' ? [] : (request?.reporters ?? [])) {
        if (request === null || chat !== 'private') continue
        const known = found.get(personOf(residentId))
        if (known === undefined) found.set(personOf(residentId), { conversationId, numbers: [request.number] })
        else if (!known.numbers.includes(request.number)) known.numbers.push(request.number)
      }
    }
    const told = await Promise.all([...found.values()].map(async ({ conversationId, numbers }): Promise<readonly Told[]> => {
      const chat = await store.get(communityId, 'conversations', conversationId)
      return chat === null ? [] : [{ to: { channel: chat.channel, conversationId, chat: 'private', residentId: chat.residentId }, about: null, text: textOf(numbers) }]
    }))
    return told.flat()
  }

  return {
    look,
    async step(communityId, row, step, by) {
      const after = takeStep(row, step, by, parts.now())
      if (after === null) return null
      const told = step.to === 'convened' ? await complainants(communityId, row, (numbers) => coordinationNews.convened(row.subject, step.meeting, numbers))
        : step.to === 'concluded' ? await complainants(communityId, row, (numbers) => coordinationNews.concluded(row.subject, step.result, numbers)) : []
      await parts.teller.commitAndTell(communityId, [{ op: 'put', table: 'coordinations', row: after }], told)
      return after
    },
    start() {
      stopListening = store.onCommit(({ communityId, writes }) => {
        if (!writes.some((write) => write.op === 'put' && write.table === 'requests' && isNews(write.row)) || !(parts.cluster ?? alone).isMine(communityId) || due.has(communityId)) return
        due.add(communityId)
        work = work.then(async () => {
          due.delete(communityId)
          await look(communityId)
        }).catch((error: unknown) => { parts.log('coordination.failed', { communityId, error: String(error) }) })
      })
    },
    async idle() {
      await work
    },
    async stop() {
      stopListening?.()
      stopListening = null
      await work
    },
  }
}
