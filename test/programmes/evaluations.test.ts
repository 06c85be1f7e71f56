import { describe, expect, it } from 'vitest'
import { raiseCoordinations, subjectOf, takeStep, type Coordination } from '../../src/programmes/coordination.js'
import { usualRules } from '../../src/programmes/evaluation-rules.js'
import { conclude, evaluationParties, missingParties, type PropertyEvaluation } from '../../src/programmes/property-evaluation.js'
import { providerReports, unitMarkId, unitReports, type UnitMark } from '../../src/programmes/unit-mark.js'
import { scoreWorker, type WorkerMark } from '../../src/programmes/worker-score.js'
import type { Rating, ServiceRequest, StatusChange } from '../../src/requests/service-request.js'
import { requestNamed as aRequest } from '../store/rows.js'

const now = Date.parse('2026-11-23T09:30:00+08:00')
const dayMs = 86_400_000
const by = { id: 'staff-1', name: '李师傅' }

describe('like complaints about a property company', () => {
  const complaint = (id: string, words: string, given: Partial<ServiceRequest> = {}): ServiceRequest => aRequest(id, {
    serviceCode: 'property-complaint', intent: 'property_complaint', status: 'assigned', description: words, residentId: `r-${id}`, filedAt: now - dayMs,
    reporters: [{ residentId: `r-${id}`, conversationId: `c-${id}`, chat: 'private', at: now - dayMs, words }], ...given,
  })
  const raise = (requests: readonly ServiceRequest[], stored: readonly Coordination[] = [], personOf = (id: string): string => id): readonly Coordination[] =>
    raiseCoordinations(requests, stored, { rule: usualRules.coordination, now, newId: () => 'coordination-1', personOf })
  const three = [complaint('1', '物业电梯天天坏没人管'), complaint('2', '电梯又停了，投诉物业'), complaint('3', '电梯按钮坏了一个月')]

  it('raise one proposal once three people complain of the same within thirty days, with the requests linked', () => {
    const [raised, ...others] = raise(three)
    expect(others).toEqual([])
    expect(raised).toMatchObject({ subject: '电梯', openKey: '电梯', requestIds: ['1', '2', '3'], state: 'proposed', rule: { least: 3, withinDays: 30 } })
  })

  it('raise none of two people, of three unlike things, of one person three times, or of what is older', () => {
    expect(raise(three.slice(0, 2))).toEqual([])
    expect(raise([complaint('1', '电梯坏'), complaint('2', '保洁不打扫'), complaint('3', '停车乱')])).toEqual([])
    expect(raise(three, [], () => 'one person')).toEqual([])
    expect(raise(three.map((one) => ({ ...one, filedAt: now - 31 * dayMs })))).toEqual([])
  })

  it('raise none of what is to stay between us, was withdrawn, or is all solved', () => {
    expect(raise(three.map((one) => ({ ...one, discretion: 'private' as const })))).toEqual([])
    expect(raise(three.map((one) => ({ ...one, status: 'withdrawn' as const })))).toEqual([])
    expect(raise(three.map((one) => ({ ...one, status: 'resolved' as const })))).toEqual([])
  })

  it('join the proposal that is open instead of raising a second, and raise none again of what was dealt with', () => {
    const open = { ...raise(three)[0]!, rev: 1 }
    const fourth = complaint('4', '电梯里的灯也不亮')
    expect(raise([...three, fourth], [open])).toEqual([{ ...open, requestIds: ['1', '2', '3', '4'] }])
    expect(raise(three, [open])).toEqual([])
    const over = takeStep(open, { to: 'dropped', result: '物业已在换新' }, by, now)!
    expect(raise(three, [over])).toEqual([])
  })

  it('come to a result only after a meeting, and what is over stays so', () => {
    const open = raise(three)[0]!
    expect(takeStep(open, { to: 'concluded', result: '月底前换新' }, by, now)).toBeNull()
    const convened = takeStep(open, { to: 'convened', meeting: { at: '11月28日下午2点', place: '议事厅', parties: ['居委会', '物业公司'] } }, by, now)!
    const over = takeStep(convened, { to: 'concluded', result: '月底前换新' }, by, now)!
    expect(over).toMatchObject({ state: 'concluded', openKey: null, result: '月底前换新', endedAt: now })
    expect(over.steps.map(({ to }) => to)).toEqual(['proposed', 'convened', 'concluded'])
    expect(takeStep(over, { to: 'dropped', result: '不开' }, by, now)).toBeNull()
  })

  it.each([['物业费乱涨价', '收费'], ['保安不管陌生人进来', '保安门禁'], ['楼道脏得不行', '保洁'], ['车位被占', '停车'], ['物业电话没人接，态度差', '服务态度'], ['他们太差劲', '其他物业服务']])('%s is about %s', (words, subject) => {
    expect(subjectOf(words)).toBe(subject)
  })
})

describe('the evaluation of a property company', () => {
  const begun: PropertyEvaluation = { id: 'e', rev: 1, company: '示例物业', period: '2026年上半年', from: '2026-01-01', until: '2026-06-30', marks: {}, verdict: null, again: null, at: now }
  const marked = (...marks: readonly number[]): PropertyEvaluation => ({ ...begun, marks: Object.fromEntries(marks.map((mark, index) => [evaluationParties[index], { mark, words: '', spokeFor: '代表', enteredBy: by, at: now }])) })

  it('needs all four parties', () => {
    expect(conclude(marked(80, 80, 80), { passMark: 60, rectifyBy: null, by, now })).toBe('parties-missing')
    expect(missingParties(marked(80, 80, 80))).toEqual(['居民代表'])
  })

  it('passes at the mark the admin set, by the mean of the four', () => {
    expect(conclude(marked(60, 70, 50, 60), { passMark: 60, rectifyBy: null, by, now })).toMatchObject({ verdict: { passes: true, mean: 60, rectifyBy: null } })
    expect(conclude(marked(60, 70, 50, 60), { passMark: 61, rectifyBy: '2026-12-31', by, now })).toMatchObject({ verdict: { passes: false, rectifyBy: '2026-12-31' } })
  })

  it('that failed names the day to put it right, after today, and is concluded once', () => {
    expect(conclude(marked(10, 10, 10, 10), { passMark: 60, rectifyBy: null, by, now })).toBe('day-missing')
    expect(conclude(marked(10, 10, 10, 10), { passMark: 60, rectifyBy: '2026-11-23', by, now })).toBe('day-missing')
    const failed = conclude(marked(10, 10, 10, 10), { passMark: 60, rectifyBy: '2026-12-31', by, now })
    expect(conclude(failed as PropertyEvaluation, { passMark: 60, rectifyBy: '2026-12-31', by, now })).toBe('over')
  })
})

describe('units that tasks were forwarded to', () => {
  const forward = (unit: string, at: number, actor: StatusChange['actor'] = { kind: 'staff', ...by }): StatusChange => ({ at, actor, from: 'assigned', to: 'forwarded', note: null, move: 'forward', brought: { kind: 'offer', to: { kind: 'unit', name: unit, citation: null } } })
  const requests = [
    aRequest('1', { history: [forward('城管中队', 1_000), { at: 5_000, actor: { kind: 'staff', ...by }, from: 'forwarded', to: 'done', note: null, move: 'close' }] }),
    aRequest('2', { history: [forward('城管中队', 2_000, { kind: 'bot' })] }), aRequest('3', { history: [forward('供电所', 3_000)] }), aRequest('4'),
  ]
  const mark = (direction: UnitMark['direction'], requestId: string, unit: string, stars: number): UnitMark => ({ id: unitMarkId(direction, { requestId, unit }), rev: 1, requestId, unit, direction, stars, words: '', by, at: 9_000 })

  it('are reported by name with their tasks, times and both marks, each direction for itself', () => {
    const reports = unitReports(requests, [mark('of-unit', '1', '城管中队', 4), mark('of-unit', '2', '城管中队', 2), mark('of-community', '1', '城管中队', 5)])
    expect(reports.map(({ unit }) => unit)).toEqual(['城管中队', '供电所'])
    expect(reports[0]).toMatchObject({ meanOfUnit: 3, meanOfCommunity: 5 })
    expect(reports[0]?.tasks.map(({ requestId, forwardedAt, endedAt, by: who, ofUnit, ofCommunity }) => [requestId, forwardedAt, endedAt, who, ofUnit?.stars, ofCommunity?.stars])).toEqual([['2', 2_000, null, null, 2, undefined], ['1', 1_000, 5_000, 'staff-1', 4, 5]])
    expect(reports[1]).toMatchObject({ meanOfUnit: null, meanOfCommunity: null })
  })
})

describe('providers of bought services', () => {
  const served = (id: string, provider: string, ...stars: readonly number[]): ServiceRequest => aRequest(id, {
    intent: 'elderly_service', residentId: 'r', appointment: { slotId: null, at: '2026-11-20T09:00:00+08:00', what: '助餐', helper: provider },
    ratings: stars.map((one, index): Rating => ({ at: index, residentId: 'r', stars: one, words: '' })),
  })

  it('have the mean of their rated services, the last mark of each', () => {
    const requests = [5, 4, 3, 5].map((stars, index) => served(String(index), '示例助餐点', stars)).concat(served('redone', '示例助餐点', 1, 5), served('unrated', '示例助餐点'))
    expect(providerReports(requests)).toEqual([{ provider: '示例助餐点', rated: 5, mean: 4.4 }])
  })

  it('show no mean of fewer than five', () => {
    expect(providerReports([5, 5, 1, 1].map((stars, index) => served(String(index), '示例助餐点', stars)))).toEqual([{ provider: '示例助餐点', rated: 4, mean: null }])
  })
})

describe('the score of somebody who works for the community', () => {
  const handled = (id: string, stars: number): ServiceRequest => aRequest(id, {
    residentId: 'r', history: [{ at: now - 1_000, actor: { kind: 'staff', ...by }, from: 'assigned', to: 'in-progress', note: null, move: 'take' }],
    ratings: [{ at: now, residentId: 'r', stars, words: '上门快' }],
  })
  const mark: WorkerMark = { id: 'staff-1|2026H2', rev: 1, staffId: 'staff-1', period: '2026H2', stars: 4, words: '', by: { id: 'lead', name: '主任' }, at: now }
  const score = (marks: readonly number[], residentsPercent: number, lead: WorkerMark | null = mark): ReturnType<typeof scoreWorker> => scoreWorker(marks.map((stars, index) => handled(String(index), stars)), lead, { staffId: 'staff-1', period: '2026H2', residentsPercent })

  it('changes by the set weight when one resident changes their mark', () => {
    const [before, after] = [score([5, 5, 5, 5, 5], 60).score, score([5, 5, 5, 5, 0], 60).score]
    expect(before).toBe(4.6)
    expect((before ?? 0) - (after ?? 0)).toBeCloseTo((5 / 5) * 0.6, 5)
    expect(score([5, 5, 5, 5, 5], 80).score).toBe(4.8)
  })

  it('is none until residents and the head have spoken, and shows no mean of fewer than five marks', () => {
    expect(score([5, 5, 5, 5, 5], 60, null).score).toBeNull()
    expect(score([5, 5, 5, 5], 60)).toMatchObject({ rated: 4, residentsMean: null, score: null, words: [] })
  })

  it('counts only what this person had a hand in, in the half-year', () => {
    expect(scoreWorker([handled('1', 5)], mark, { staffId: 'staff-2', period: '2026H2', residentsPercent: 60 }).rated).toBe(0)
    expect(scoreWorker([handled('1', 5)], mark, { staffId: 'staff-1', period: '2026H1', residentsPercent: 60 }).rated).toBe(0)
  })
})
