import { describe, expect, it } from 'vitest'
import type { ProposalList } from '../../src/desk/proposal-types.js'
import type { MemberList, PraiseList, WishList, WishPeople } from '../../src/desk/wish-types.js'
import type { Neighbourhood } from '../conversation/neighbourhood.js'
import { aNeighbourhoodDesk } from './neighbourhood-desk.js'

const town = 'huzhou-demo'

/** A wish with all that tells whose it is, told in private and filed. */
async function wishes(home: Neighbourhood, who: string, thing: string): Promise<void> {
  await home.says(who, `想许个微心愿：${thing}，我叫赵桂兰，住4号楼201，电话13800000026`)
  await home.says(who, '对')
}

describe('wishes at the desk', () => {
  it('wait with what tells whose they are blotted out, and go public only without it', async () => {
    const { home, as, told, board } = await aNeighbourhoodDesk()
    await wishes(home, '赵奶奶', '想要一个大字的台历')
    const staff = await as('staff')
    const waiting = (await staff<WishList>('GET', `wishes/${town}`)).body.waiting[0]
    expect(waiting?.words).toContain('台历')
    expect(waiting?.words).not.toMatch(/13800000026|201|赵桂兰/)
    const publish = (words: string) => staff<WishList>('POST', `wishes/${town}/publish`, { request: waiting?.requestId, rev: waiting?.rev, words, kind: '生活用品', yuan: 20 })
    for (const words of ['4号楼201想要一个台历', '想要一个台历，电话13800000026', '赵桂兰想要一个台历，我叫赵桂兰', '[门牌]想要一个台历']) {
      const refused = await publish(words)
      expect([words, refused.status, refused.text]).toEqual([words, 400, expect.stringContaining('不能有姓名、电话、门牌')])
    }
    const list = (await publish('想要一个大字的台历')).body
    expect(list.waiting).toEqual([])
    expect(list.wishes).toMatchObject([{ number: 1, words: '想要一个大字的台历', state: 'open', yuan: 20 }])
    expect(told('赵奶奶').join('\n')).toMatch(/您的微心愿公示了，编号1号/)
    expect((await home.requests())[0]).toMatchObject({ status: 'in-progress', owner: { kind: 'staff', name: '李师傅' } })
    expect((await board()).wishes).toEqual([{ number: 1, words: '想要一个大字的台历', kind: '生活用品', yuan: 20, state: 'open' }])
  })
  it('that can not go public are declined with a reason that the wisher hears', async () => {
    const { home, as, told } = await aNeighbourhoodDesk()
    await wishes(home, '赵奶奶', '想要一辆新轿车')
    const staff = await as('staff')
    const waiting = (await staff<WishList>('GET', `wishes/${town}`)).body.waiting[0]
    expect((await staff('POST', `wishes/${town}/decline`, { request: waiting?.requestId, rev: waiting?.rev, reason: '微心愿只收几百元以内的小事' })).status).toBe(200)
    expect(told('赵奶奶').join('\n')).toMatch(/没能受理：微心愿只收几百元以内的小事/)
    expect((await home.requests())[0]?.status).toBe('declined')
  })
  it('are brought together by whoever owns the request; neither hears the number of the other', async () => {
    const { home, as, told } = await aNeighbourhoodDesk()
    await wishes(home, '赵奶奶', '想要一个大字的台历')
    const [staff, colleague, auditor] = [await as('staff'), await as('staff', { name: '王芳' }), await as('auditor')]
    const waiting = (await staff<WishList>('GET', `wishes/${town}`)).body.waiting[0]
    await staff('POST', `wishes/${town}/publish`, { request: waiting?.requestId, rev: waiting?.rev, words: '想要一个大字的台历', kind: '生活用品', yuan: null })
    await home.says('小孙', '1号我认了')
    await home.says('小孙', '13800000033')
    const path = `wishes/${town}/${waiting?.requestId ?? ''}/people`
    const people = (await staff<WishPeople>('GET', path)).body
    expect(people).toMatchObject({ wisher: { phone: '138****0026' }, claimer: { phone: expect.stringMatching(/138\*{4}0033/) as string }, isMasked: true })
    expect([(await colleague('GET', path)).status, (await auditor('GET', path)).status]).toEqual([403, 403])
    await staff('POST', `requests/${town}/${waiting?.requestId ?? ''}/unmask`, { reason: '约送台历的时间' })
    expect((await staff<WishPeople>('GET', path)).body).toMatchObject({ wisher: { phone: '13800000026' }, isMasked: false })
    expect(told('赵奶奶').join('\n')).not.toMatch(/0033/)
    expect(told('小孙').join('\n')).not.toMatch(/0026|4号楼|赵桂兰/)
    const wish = (await staff<WishList>('GET', `wishes/${town}`)).body.wishes[0]
    expect((await staff<WishList>('POST', `wishes/${town}/delivered`, { wish: wish?.id, rev: wish?.rev })).body.wishes[0]?.state).toBe('delivered')
    expect(told('赵奶奶').join('\n')).toMatch(/解决了吗/)
    await home.says('赵奶奶', '1')
    expect((await staff<WishList>('GET', `wishes/${town}`)).body.wishes[0]?.state).toBe('fulfilled')
  })
  it('are refused to who comes with what stood before, and to auditors', async () => {
    const { home, as } = await aNeighbourhoodDesk()
    await wishes(home, '赵奶奶', '想要一个大字的台历')
    const [staff, auditor] = [await as('staff'), await as('auditor')]
    const waiting = (await staff<WishList>('GET', `wishes/${town}`)).body.waiting[0]
    const body = { request: waiting?.requestId, rev: waiting?.rev, words: '想要一个大字的台历', kind: '生活用品', yuan: null }
    expect((await auditor('POST', `wishes/${town}/publish`, body)).status).toBe(403)
    const [one, other] = await Promise.all([staff('POST', `wishes/${town}/publish`, body), staff('POST', `wishes/${town}/publish`, body)])
    expect([one.status, other.status].sort()).toEqual([200, 409])
    const wish = (await staff<WishList>('GET', `wishes/${town}`)).body.wishes
    expect(wish).toHaveLength(1)
    expect((await staff('POST', `wishes/${town}/kinds`, { names: ['学习'] })).status).toBe(403)
    expect((await (await as('admin'))<WishList>('POST', `wishes/${town}/kinds`, { names: ['学习', '学习', '陪伴'] })).body.kinds).toEqual(['学习', '陪伴'])
  })
})

describe('members at the desk', () => {
  it('are confirmed, and the sheet of a unit names only its own and what they claimed, with formulas asleep', async () => {
    const { home, as, told } = await aNeighbourhoodDesk()
    const lead = await as('lead')
    await wishes(home, '赵奶奶', '想要一个大字的台历')
    const waiting = (await lead<WishList>('GET', `wishes/${town}`)).body.waiting[0]
    await lead('POST', `wishes/${town}/publish`, { request: waiting?.requestId, rev: waiting?.rev, words: '=想要一个大字的台历', kind: '生活用品', yuan: null })
    for (const [who, unit, name] of [['小孙', '市水文站', '孙志远'], ['小李', '第三中学', '李树青']] as const) {
      await home.says(who, `我是${unit}的党员，叫${name}，来报到`)
      await home.says(who, '对')
    }
    await home.says('小孙', '1号我认了')
    const { members } = (await lead<MemberList>('GET', `members/${town}`)).body
    expect(members.map(({ state }) => state)).toEqual(['waiting', 'waiting'])
    for (const member of members) await lead('POST', `members/${town}/decide`, { member: member.id, rev: member.rev, unit: member.unit, state: 'confirmed' })
    expect(told('小孙').join('\n')).toMatch(/报到社区核实过了，单位是市水文站/)
    const sheet = await lead('GET', `members/${town}/units.csv?unit=${encodeURIComponent('市水文站')}`)
    expect(sheet.text).toContain("孙志远")
    expect(sheet.text).toContain("'=想要一个大字的台历")
    expect(sheet.text).not.toMatch(/李树青|第三中学/)
    expect((await (await as('staff'))('GET', `members/${town}/units.csv?unit=${encodeURIComponent('市水文站')}`)).status).toBe(403)
  })
})

describe('praise at the desk', () => {
  it('is a list in the order of time, to be kept or set aside, with nobody counted', async () => {
    const { home, as } = await aNeighbourhoodDesk()
    await home.says('小孙', '我要表扬保洁李姐，楼道扫得真干净')
    home.pass(60_000)
    await home.says('小李', '感谢物业王师傅，半夜来修水管，真负责')
    const staff = await as('staff')
    const { praises } = (await staff<PraiseList>('GET', `praises/${town}`)).body
    expect(praises.map(({ about }) => about)).toEqual(['物业王师傅', '保洁李姐'])
    const [first] = praises
    expect((await staff<PraiseList>('POST', `praises/${town}/sort`, { praise: first?.id, rev: first?.rev, state: 'kept' })).body.praises[0]).toMatchObject({ about: '物业王师傅', state: 'kept' })
    expect(Object.keys(first ?? {}).sort()).toEqual(['about', 'at', 'id', 'rev', 'state', 'words'])
  })
})

describe('small projects at the desk', () => {
  it('are made public, supported once by each neighbour, listed by how many do, and end with a result that everybody reads', async () => {
    const { home, as, told, board } = await aNeighbourhoodDesk()
    expect(await home.says('小孙', '我提个微项目，3栋楼下装一排晾衣架')).toMatch(/登记为 HZ-/)
    await home.says('小李', '我提个微项目，大门口放一个修鞋摊')
    const [staff, lead] = [await as('staff'), await as('lead')]
    for (const words of ['3栋楼下装一排晾衣架', '大门口放一个修鞋摊']) {
      const waiting = (await staff<ProposalList>('GET', `proposals/${town}`)).body.waiting[0]
      expect((await staff('POST', `proposals/${town}/publish`, { request: waiting?.requestId, rev: waiting?.rev, words })).status).toBe(200)
    }
    expect(told('小孙').join('\n')).toMatch(/您提的微项目公示了，编号1号/)
    expect(await home.says('周阿姨', '支持2号')).toMatch(/支持2号微项目.*现在1人支持/)
    expect(await home.says('周阿姨', '支持2号')).toMatch(/一人算一次，现在1人支持/)
    expect(await home.says('吴大爷', '有哪些微项目')).toMatch(/2号 大门口放一个修鞋摊（1人支持）[\s\S]*1号 3栋楼下装一排晾衣架（0人支持）/)
    const { proposals } = (await lead<ProposalList>('GET', `proposals/${town}`)).body
    expect(proposals.map(({ number, supporters }) => [number, supporters])).toEqual([[2, 1], [1, 0]])
    const [first] = proposals
    expect((await staff('POST', `proposals/${town}/end`, { proposal: first?.id, rev: first?.rev, state: 'funded', result: '由社区公益金支持，下月开始' })).status).toBe(403)
    expect((await lead('POST', `proposals/${town}/end`, { proposal: first?.id, rev: first?.rev, state: 'funded', result: '由社区公益金支持，下月开始' })).status).toBe(200)
    expect(told('小李').join('\n')).toMatch(/由社区公益金支持，下月开始[\s\S]*解决了吗/)
    expect((await board()).proposals).toMatchObject([{ number: 2, state: 'funded', supporters: 1, result: '由社区公益金支持，下月开始' }, { number: 1, state: 'open' }])
    expect(await home.says('周阿姨', '不支持1号了')).toMatch(/没有支持过1号/)
    await home.says('小孙', `取消${(await home.requests())[0]?.number ?? ''}`)
    expect((await staff<ProposalList>('GET', `proposals/${town}`)).body.proposals.find(({ number }) => number === 1)).toMatchObject({ state: 'closed', result: '提议的居民撤回了。' })
  })
})
