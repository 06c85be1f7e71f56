import type { Absence } from '../../src/requests/absence.js'
import { describe, expect, it } from 'vitest'
import type { Community, CommunityId } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { levels } from '../../src/requests/moves.js'
import { dutyPost, firstOwner, leadPost, leastLoaded, maySee, mediatorPost, ordersFiveInOne, postOfLevel, responsibleUnit, route, sayRoute, type RoutedMatter } from '../../src/requests/routing.js'

const knowledge = await loadKnowledge('knowledge')
const named = (id: string): Community => {
  const found = knowledge.communities.get(id as CommunityId)
  if (!found) throw new Error(id)
  return found
}
const puyang = named('puyang-demo')
const huzhou = named('huzhou-demo')
const plain: RoutedMatter = { service: { owner: 'grid', forwardTo: null, gridCase: null }, words: '楼道灯坏了', address: '3栋2单元', normal: null }
const nobodyAway: ReadonlyMap<string, Pick<Absence, 'standIn'>> = new Map()

describe('a matter', () => {
  it('goes to the person of its building’s grid', () => {
    expect(route(plain, huzhou, { fiveInOne: false, away: nobodyAway })).toMatchObject({ why: 'grid', owner: { id: '第一网格', name: '网格员 李师傅' } })
  })

  it('of a shop or a gate has a grid as well', () => {
    for (const address of ['荷塘路商铺12号', '小区东门']) expect(route({ ...plain, address }, huzhou, { fiveInOne: false, away: nobodyAway }).owner.id).toBe('第三网格')
  })

  it('of every building and area of every community has exactly one grid', () => {
    for (const community of knowledge.communities.values())
      for (const grid of community.grids) for (const place of [...grid.buildings, ...grid.areas]) expect(firstOwner(community.grids, place).id, place).toBe(grid.name)
  })

  it('of an unknown place goes to the duty post', () => {
    expect(route({ ...plain, address: '河边' }, huzhou, { fiveInOne: false, away: nobodyAway }).owner).toEqual(dutyPost)
  })

  it('goes to the B post when the grid’s person is away, then to the colleague with the least in hand, else to the duty post, and says so', () => {
    const [first, ...others] = huzhou.grids
    if (!first) throw new Error('no grid')
    const paired = { grids: [{ ...first, standIn: { name: '周大姐', role: '网格员' } }, ...others] }
    expect(route(plain, paired, { fiveInOne: false, away: new Map([['第一网格', { standIn: null }]]) })).toMatchObject({ owner: { kind: 'post', id: '第一网格', name: '网格员 周大姐' }, insteadOf: { name: '网格员 李师傅' } })
    const named = { kind: 'staff', id: 's1', name: '王芳' } as const
    expect(route(plain, paired, { fiveInOne: false, away: new Map([['第一网格', { standIn: named }]]) }).owner).toEqual(named)
    expect(sayRoute(route(plain, paired, { fiveInOne: false, away: new Map([['第一网格', { standIn: named }]]) }))).toBe('首问负责：王芳（A岗网格员 李师傅不在，B岗顶上）')
    expect(route(plain, huzhou, { fiveInOne: false, away: new Map([['第一网格', { standIn: null }]]), spare: named }).owner).toEqual(named)
    expect(route(plain, huzhou, { fiveInOne: false, away: new Map([['第一网格', { standIn: null }]]) }).owner).toEqual(dutyPost)
  })

  it('that is not the community’s duty is never dispatched down to a grid', () => {
    expect(route({ ...plain, service: { ...plain.service, forwardTo: '城管执法部门' } }, huzhou, { fiveInOne: false, away: nobodyAway })).toEqual({ owner: dutyPost, why: 'not-ours' })
  })
})

describe('五员合一', () => {
  it('is ordered by the text of 濮阳 and cited, and by no other', () => {
    expect(ordersFiveInOne(puyang, knowledge.policies)).toMatchObject({ number: '濮社区领〔2020〕2号', section: '二/（四）/18', status: 'in-force' })
    expect(ordersFiveInOne(puyang, knowledge.policies)?.quote).toContain('“五员合一”')
    for (const id of ['huzhou-demo', 'langfang-demo', 'qinghai-demo', 'guangdong-demo']) expect(ordersFiveInOne(named(id), knowledge.policies), id).toBeNull()
  })

  it('sends all five kinds of case of a grid to one person there; elsewhere a dispute goes to the mediator', () => {
    for (const gridCase of ['grid', 'stability', 'mediation', 'safety', 'security'] as const) {
      const matter: RoutedMatter = { ...plain, service: { ...plain.service, gridCase }, address: '3号楼' }
      expect(route(matter, puyang, { fiveInOne: true, away: nobodyAway }).owner.name).toBe('专职网格员 赵师傅')
    }
    expect(route({ ...plain, service: { ...plain.service, gridCase: 'mediation' } }, huzhou, { fiveInOne: false, away: nobodyAway }).owner).toEqual(mediatorPost)
  })
})

describe('a complaint about a person', () => {
  const complaint: RoutedMatter = { ...plain, words: '3栋的网格员李师傅态度太差，我要投诉' }

  it('never reaches that person', () => {
    expect(route(complaint, huzhou, { fiveInOne: false, away: nobodyAway })).toEqual({ owner: leadPost, why: 'about-its-person' })
    expect(route({ ...complaint, service: { ...plain.service, owner: 'lead' }, words: '办得太慢' }, huzhou, { fiveInOne: false, away: nobodyAway }).owner).toEqual(leadPost)
  })

  it('is not shown to that person, not even to a lead whom it names', () => {
    const request = { intent: 'rate_complain' as const, description: complaint.words, reporters: [], owner: leadPost, history: [] }
    expect(maySee(request, { id: '李师傅', name: '李师傅', isLead: false })).toBe(false)
    expect(maySee(request, { id: '李师傅', name: '李师傅', isLead: true })).toBe(false)
    expect(maySee(request, { id: '陈主任', name: '陈主任', isLead: true })).toBe(true)
    expect(maySee(request, { id: '周大姐', name: '周大姐', isLead: false })).toBe(false)
  })

  it('is not seen in a report that only mentions the person', () => {
    const request = { intent: 'repair_env' as const, description: '李师傅来看过，灯还是不亮', reporters: [], owner: dutyPost, history: [] }
    expect(maySee(request, { id: '李师傅', name: '李师傅', isLead: false })).toBe(true)
    expect(route({ ...plain, words: '李师傅来看过，灯还是不亮' }, huzhou, { fiveInOne: false, away: nobodyAway }).owner.name).toContain('李师傅')
  })
})

describe('what is to stay between few', () => {
  const staff = (id: string) => ({ id, name: id, isLead: false })
  const filed = { intent: 'mediation' as const, description: '和楼上闹别扭', reporters: [], discretion: 'private' as const, history: [] }

  it('is seen by whoever may take it while nobody has, then by who has it and the lead alone', () => {
    expect(maySee({ ...filed, owner: dutyPost }, staff('周大姐'))).toBe(true)
    const taken = { ...filed, owner: { kind: 'staff' as const, id: '周大姐', name: '周大姐' } }
    expect([staff('周大姐'), staff('小林'), { ...staff('陈主任'), isLead: true }].map((one) => maySee(taken, one))).toEqual([true, false, true])
  })

  it('is seen by who had it before and by whom it is offered to', () => {
    const offered = { at: 1, actor: { kind: 'staff' as const, id: '周大姐', name: '周大姐' }, from: 'in-progress' as const, to: 'forwarded' as const, note: null, brought: { kind: 'offer' as const, to: { kind: 'staff' as const, id: '小林', name: '小林' } } }
    const taken = { ...filed, owner: { kind: 'staff' as const, id: '老王', name: '老王' }, history: [offered] }
    expect(['周大姐', '小林', '小赵'].map((id) => maySee(taken, staff(id)))).toEqual([true, true, false])
  })
})

describe('the responsible unit', () => {
  it.each([
    ['puyang-demo', ['居家养老'], '二/（六）/22', ['市卫健委']],
    ['puyang-demo', ['物业'], '二/（六）/23', ['市住建局']],
    ['puyang-demo', ['网格化服务管理'], '二/（四）/18', ['市委政法委']],
    ['qinghai-demo', ['物业服务管理'], '三/(四)/18', ['省住房城乡建设厅']],
  ])('%s %j: %s, led by %j', (id, responsibility, section, lead) => {
    const found = responsibleUnit({ responsibility, forwardTo: null }, named(id), knowledge.policies)
    expect(found).toMatchObject({ lead, citation: { section } })
    expect(found?.citation.quote.startsWith(lead[0] ?? '')).toBe(true)
  })

  it('of a list without order has no lead (湖州)', () => {
    expect(responsibleUnit({ responsibility: ['物业'], forwardTo: null }, huzhou, knowledge.policies)).toMatchObject({ lead: null, units: ['市建设局', '市司法局'], citation: { section: '附件/7' } })
  })

  it.each([
    ['huzhou-demo', '二/(二)/5'],
    ['qinghai-demo', '三/(三)/9'],
    ['puyang-demo', '二/（三）/9'],
  ])('for enforcement is the one it is passed on to, by the sentence that keeps it from the community (%s %s)', (id, section) => {
    const found = responsibleUnit({ responsibility: ['拆迁拆违'], forwardTo: '城管执法部门' }, named(id), knowledge.policies)
    expect(found).toMatchObject({ lead: null, units: ['城管执法部门'], citation: { section, status: 'in-force' } })
    expect(found?.citation.quote).toMatch(/^不得将.*拆迁拆违.*责任主体$/)
    expect(responsibleUnit({ responsibility: ['拆迁拆违'], forwardTo: null }, named(id), knowledge.policies)).toBeNull()
  })

  it('has no such sentence in a draft or an essay', () => {
    for (const id of ['langfang-demo', 'guangdong-demo']) expect(responsibleUnit({ responsibility: ['拆迁拆违'], forwardTo: '城管执法部门' }, named(id), knowledge.policies)).toBeNull()
  })

  it('is not taken from a draft, nor from another place', () => {
    for (const id of ['langfang-demo', 'guangdong-demo']) expect(responsibleUnit({ responsibility: ['物业'], forwardTo: null }, named(id), knowledge.policies)).toBeNull()
  })
})

describe('levels', () => {
  it('have a post for each link of the chain', () => {
    expect(levels.map((level) => postOfLevel(level, huzhou.chain)?.name ?? null)).toEqual([null, '社区负责人', '望溪街道(示例)', '澄溪区(示例)', '湖州市'])
  })
})

describe('load', () => {
  it('gives the next matter to whom has least of it', () => {
    const people = [{ id: 'a' }, { id: 'b' }, { id: 'c' }]
    expect(leastLoaded(people, new Map([['a', 2], ['b', 1], ['c', 1]]))?.id).toBe('b')
    expect(leastLoaded([], new Map())).toBeNull()
  })
})
