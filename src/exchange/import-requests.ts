import type { Filer } from '../conversation/filing.js'
import { asReport } from '../conversation/filing.js'
import type { Engine, StaffActor } from '../conversation/engine.js'
import { InputError, StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { moveInWords } from '../requests/apply-move.js'
import { buildingNumber } from '../requests/place.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Service, ServiceCatalogue } from '../requests/services.js'
import { decideAgain } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import type { ImportedLine, ImportResult } from './exchange-types.js'
import type { ReadLine } from './read-file.js'
import type { ExchangeRecord } from './record.js'
import { readTime, writeTime } from './times.js'

export interface ImportParts {
  readonly store: Pick<Store, 'get' | 'find'>
  readonly engine: Pick<Engine, 'actOnRequest'>
  readonly filer: Filer
  readonly services: () => Pick<ServiceCatalogue, 'services' | 'byCode' | 'named'>
  /** The service that the words mean; `null`: none is plain. */
  readonly serviceFor: (words: string) => Promise<Service | null>
  readonly now: () => number
  /** Names the import: what it brings is taken once. */
  readonly newId: () => string
}

/** `line`: lines that are wrong are left out; `file`: one wrong line keeps the whole file out. `dry`: nothing is changed. */
export interface ImportWishes {
  readonly refuse: 'line' | 'file'
  readonly isDry: boolean
}

/** What a line asks for, once it is checked. */
type Plan =
  | { readonly kind: 'file'; readonly reference: string; readonly service: Service; readonly record: ExchangeRecord }
  | { readonly kind: 'reply'; readonly request: ServiceRequest; readonly words: string; readonly from: string; readonly reference: string | null }
  | { readonly kind: 'known'; readonly request: ServiceRequest | null; readonly reference: string | null }
  | { readonly kind: 'wrong'; readonly says: string; readonly reference: string | null }

/** A line waits so long for its turn, ms. */
const turnWaitMs = 30_000

/** Lines that are taken in together: the disk is written to once for all of them. */
const atOnce = 16


/** Characters of a reply that stay in the history, by which it is known again (conversation/staff-work.ts). */
const replyKept = 200

/** What the platforms above call by what we can find again. */
const referenceForm = /^[\p{L}\p{N}][\p{L}\p{N}._\-/()〔〕[\]]{0,63}$/u

/** Reads requests of a platform above into a community, each once by its number there, and what it answers to ours. */
export async function importRequests(parts: ImportParts, communityId: CommunityId, lines: readonly ReadLine[], wishes: ImportWishes): Promise<ImportResult> {
  const run = parts.newId()
  const plans: { readonly line: number; readonly plan: Plan }[] = []
  const first = new Map<string, number>()
  for (const { line, record, fault } of lines) {
    const reference = record.reference?.normalize('NFKC') ?? null
    const twin = reference === null ? undefined : first.get(reference)
    if (reference !== null && twin === undefined) first.set(reference, line)
    const wrong = fault ?? (twin === undefined ? null : `和第 ${twin} 行是同一个编号`)
    plans.push({ line, plan: wrong === null ? await planFor(parts, communityId, { ...record, ...(reference === null ? {} : { reference }) }) : { kind: 'wrong', says: wrong, reference } })
  }
  const isRefused = !wishes.isDry && wishes.refuse === 'file' && plans.some(({ plan }) => plan.kind === 'wrong')
  const done: ImportedLine[] = []
  for (let at = 0; at < plans.length; at += atOnce) {
    // One after the other where they may mean the same fault, so that the second joins the first.
    const lanes = new Map<string, typeof plans>()
    for (const one of plans.slice(at, at + atOnce)) {
      const lane = one.plan.kind === 'file' ? placeOf(one.plan.record) : `line ${one.line}`
      lanes.set(lane, [...(lanes.get(lane) ?? []), one])
    }
    const results = await Promise.all([...lanes.values()].map(async (lane) => {
      const mine: ImportedLine[] = []
      for (const { line, plan } of lane) mine.push({ line, ...(wishes.isDry || isRefused ? foretold(plan) : await carryOut(parts, communityId, plan, run)) })
      return mine
    }))
    done.push(...results.flat().sort((one, other) => one.line - other.line))
  }
  const count = (outcome: ImportedLine['outcome']): number => done.filter((one) => one.outcome === outcome).length
  return { isDry: wishes.isDry, isRefused, counts: { new: count('new'), joined: count('joined'), replied: count('replied'), known: count('known'), wrong: count('wrong') }, lines: done }
}

/** Lines of one building, and those without any. */
function placeOf({ address }: ExchangeRecord): string {
  return address === undefined ? '' : (buildingNumber(address) ?? address)
}

async function planFor(parts: ImportParts, communityId: CommunityId, record: ExchangeRecord): Promise<Plan> {
  const { reference = null, number = null, reply = null, description = null } = record
  const wrong = (says: string): Plan => ({ kind: 'wrong', says, reference })
  if (reference === null && number === null) return wrong('没有工单编号')
  if (reference !== null && !referenceForm.test(reference)) return wrong(`工单编号「${reference.slice(0, 20)}」的写法不对`)
  for (const [name, value] of [['登记时间', record.filed_at], ['办理时限', record.due_at], ['答复时间', record.replied_at]] as const) {
    if (value !== undefined && readTime(value) === null) return wrong(`${name}「${value.slice(0, 20)}」不是时间，要写成 2026-11-23 08:05`)
  }
  if (number !== null) {
    const [ours] = await parts.store.find(communityId, 'requests', { by: 'number', equals: number.normalize('NFKC').toUpperCase() })
    if (ours === undefined) return wrong(`本社区没有编号 ${number}`)
    return reply === null ? { kind: 'known', request: ours, reference } : replyPlan(ours, record, reply, reference)
  }
  const known = reference === null ? null : await parts.filer.known(communityId, 'exchange', reference)
  if (known !== null) return known.request === null || reply === null ? { kind: 'known', request: known.request, reference } : replyPlan(known.request, record, reply, reference)
  if (reference === null || description === null) return wrong('没有诉求内容')
  const service = await serviceOf(parts, record)
  if (service === null) return wrong('看不出是什么事项，请填「事项代码」')
  return service.books ? wrong(`「${service.name}」要约时间，请居民自己约`) : { kind: 'file', reference, service, record }
}

async function serviceOf({ services, serviceFor }: ImportParts, { service_code: code, service: name, description = '' }: ExchangeRecord): Promise<Service | null> {
  if (code !== undefined) return services().byCode(code)
  const called = name === undefined ? undefined : services().services.find((one) => one.name === name)
  return called ?? services().named(description) ?? (await serviceFor(description))
}

/** What is said to the resident: who answers, when, and what. Said once, however often it is imported. */
function replyPlan(request: ServiceRequest, record: ExchangeRecord, reply: string, reference: string | null): Plan {
  const [from, at] = [record.agency ?? '上级平台', record.replied_at === undefined ? null : readTime(record.replied_at)]
  const words = `${from}答复${at === null ? '' : `（${writeTime(at)}）`}：${reply}`
  const isSaid = request.history.some(({ move, note }) => move === 'reply' && note === words.trim().slice(0, replyKept))
  return isSaid ? { kind: 'known', request, reference } : { kind: 'reply', request, words, from, reference }
}

/** What would be done, without doing it. */
function foretold(plan: Plan): Omit<ImportedLine, 'line'> {
  switch (plan.kind) {
    case 'file': return { outcome: 'new', reference: plan.reference, number: null, service: plan.service.name, says: null }
    case 'reply': return { outcome: 'replied', ...about(plan.request, plan.reference), says: null }
    case 'known': return { outcome: 'known', ...about(plan.request, plan.reference), says: null }
    case 'wrong': return { outcome: 'wrong', reference: plan.reference, number: null, service: null, says: plan.says }
  }
}

function about(request: ServiceRequest | null, reference: string | null): Pick<ImportedLine, 'reference' | 'number' | 'service'> {
  return { reference, number: request?.number ?? null, service: request?.serviceName ?? null }
}

async function carryOut(parts: ImportParts, communityId: CommunityId, plan: Plan, run: string): Promise<Omit<ImportedLine, 'line'>> {
  const wrong = (says: string): Omit<ImportedLine, 'line'> => ({ ...foretold(plan), outcome: 'wrong', says })
  try {
    if (plan.kind === 'file') {
      const filed = await parts.filer.file(messageOf(plan, communityId, run, parts.now()), turnWaitMs)
      if (filed.kind === 'pending') return wrong('还在登记，稍后再导入一次就能看到')
      return filed.kind === 'refused' ? wrong(filed.says) : { outcome: filed.kind === 'filed' ? 'new' : 'joined', ...about(filed.request, plan.reference), says: null }
    }
    if (plan.kind === 'reply') await answer(parts, communityId, plan)
    return foretold(plan)
  } catch (error) {
    if (error instanceof InputError) return wrong(error.message)
    if (error instanceof StoreError) return wrong('没有登记成功，请稍后再导入')
    throw error
  }
}

async function answer({ store, engine }: ImportParts, communityId: CommunityId, { request, words, from }: Extract<Plan, { kind: 'reply' }>): Promise<void> {
  const by: StaffActor = { kind: 'staff', id: 'exchange', name: from, isLead: true }
  await decideAgain(async () => {
    const row = await store.get(communityId, 'requests', request.id)
    if (row !== null) await engine.actOnRequest(communityId, row.id, row.rev, moveInWords('reply', words), by)
  })
}

function messageOf({ reference, service, record }: Extract<Plan, { kind: 'file' }>, communityId: CommunityId, run: string, now: number): Parameters<Filer['file']>[0] {
  const { description = '', address = null, name = null, phone = null, filed_at: filed, due_at: due } = record
  const [filedAt, dueAt] = [filed, due].map((words) => (words === undefined ? null : readTime(words)))
  const origin = [`上级平台交办，编号 ${reference}`, ...(filedAt == null ? [] : [`${writeTime(filedAt)} 登记`]), ...(dueAt == null ? [] : [`要求 ${writeTime(dueAt)} 前办结`])].join('，')
  return asReport('exchange', communityId, {
    reference, eventId: `${reference}@${run}`, name, now,
    text: [description, ...(address === null ? [] : [`地点：${address}`]), ...(name === null ? [] : [`诉求人：${name}`]), ...(phone === null ? [] : [`电话：${phone}`]), origin].join('\n'),
    report: {
      serviceCode: service.code, description, address, origin,
      fields: [{ name: 'ticket', value: reference, normal: reference }, ...(name === null ? [] : [{ name: 'name', value: name }]), ...(phone === null ? [] : [{ name: 'phone', value: phone }])],
    },
  })
}
