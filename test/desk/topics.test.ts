import { describe, expect, it } from 'vitest'
import type { Role } from '../../src/desk/accounts.js'
import type { StandingList, TopicAct, TopicList, TopicRow } from '../../src/desk/topic-types.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { loadServices } from '../../src/knowledge/services.js'
import { aNeighbourhoodDesk } from './neighbourhood-desk.js'

const [services, years] = await Promise.all([loadServices('knowledge'), loadCalendar('knowledge')])
const hour = 3_600_000

async function aDesk() {
  const { as: callAs, ...desk } = await aNeighbourhoodDesk({ services, years })
  const { home } = desk
  async function as(role: Role) {
    const call = await callAs(role)
    const list = async (): Promise<TopicList> => (await call<TopicList>('GET', `topics/${home.communityId}`)).body
    return {
      call, list,
      act: (act: TopicAct, body: object) => call<TopicList>('POST', `topics/${home.communityId}/${act}`, body),
      /** The same for the newest topic, as it stands now. */
      async next(act: TopicAct, more: object = {}): Promise<{ readonly status: number; readonly topic: TopicRow | undefined; readonly text: string }> {
        const [topic] = (await list()).topics
        const done = await call<TopicList>('POST', `topics/${home.communityId}/${act}`, { topic: topic?.id, rev: topic?.rev, ...more })
        return { status: done.status, topic: done.status === 200 ? done.body.topics[0] : undefined, text: done.text }
      },
    }
  }
  return { ...desk, as }
}

const vote = (now: number) => ({ options: ['米黄色', '浅灰色'], opensAt: now, closesAt: now + 48 * hour, who: 'owners', per: 'household', verifyHours: 24, quorum: null, majority: null })

describe('a topic at the desk', () => {
  it('goes from the proposal to its result, each stage with its day, told to who proposed it and on the board', async () => {
    const { home, as, told, board } = await aDesk()
    await home.says('王阿姨', '提个议题：楼道墙面刷什么颜色')
    let staff = await as('staff')
    const [proposal] = (await staff.list()).proposals
    expect(proposal).toMatchObject({ number: 'HZ-2611-0001', words: expect.stringContaining('楼道墙面刷什么颜色') as string })
    const accepted = await staff.act('accept', { request: proposal?.requestId, rev: proposal?.rev, title: '楼道墙面刷什么颜色', about: '', procedure: null })
    expect(accepted.status, accepted.text).toBe(200)
    expect(accepted.body.proposals).toEqual([])
    expect(told('王阿姨').at(-1)).toMatch(/HZ-2611-0001 受理为议题1「楼道墙面刷什么颜色」/)
    home.pass(24 * hour)
    staff = await as('staff')
    await staff.next('deliberate')
    await staff.next('minutes', { day: '2026-11-24', words: '12户到会，先看样板再定。' })
    expect((await staff.next('vote', vote(home.now()))).topic).toMatchObject({ stage: 'voting', turnout: { valid: 0, unverified: 0, households: [] } })
    expect(told('王阿姨').at(-1)).toMatch(/付表决：仅限业主，一户一票.*选项：1 米黄色　2 浅灰色/)
    await home.says('王阿姨', '投米黄色')
    await home.says('王阿姨', '我是3栋2单元301的业主')
    const standings = (await staff.call<StandingList>('GET', `standings/${home.communityId}`)).body.standings
    expect(standings).toMatchObject([{ household: '3栋2单元301室', tenure: 'owner', state: 'told' }])
    await staff.call('POST', `standings/${home.communityId}/decide`, { standing: standings[0]?.id, rev: standings[0]?.rev, tenure: 'owner', place: '3栋2单元301', state: 'confirmed' })
    expect(told('王阿姨').at(-1)).toMatch(/社区核对过了：您是3栋2单元301室的业主/)
    const during = await staff.list()
    expect(during.topics[0]?.turnout).toEqual({ valid: 1, unverified: 0, households: ['3栋2单元301室'] })
    expect(during.topics[0]?.vote?.count).toBeNull()
    expect((await staff.next('publish', { words: '刷米黄色。', rooms: [] })).status).toBe(409)
    home.pass(49 * hour)
    staff = await as('staff')
    const done = await staff.next('publish', { words: '刷米黄色，12月开工。', rooms: [] })
    expect(done.text).toMatch(/刷米黄色，12月开工/)
    expect(done.topic).toMatchObject({ stage: 'published', vote: { count: { valid: 1, options: [1, 0] } } })
    expect(done.topic?.dates.map(({ stage }) => stage)).toEqual(['proposed', 'accepted', 'deliberating', 'voting', 'published'])
    expect(told('王阿姨').at(-1)).toMatch(/有效票1张：米黄色1票，浅灰色0票。刷米黄色，12月开工。[\s\S]*解决了吗/)
    expect((await board()).topics).toMatchObject([{ number: 1, stage: 'published', result: { words: '刷米黄色，12月开工。', by: '李师傅' }, vote: { count: { valid: 1 } } }])
    expect(await home.says('老李', '刷墙的议题结果咋样')).toMatch(/刷米黄色，12月开工。（李师傅 11月26日记录）/)
  })

  it('is declined with a reason that who proposed it hears, and can ask for', async () => {
    const { home, as, told } = await aDesk()
    await home.says('王阿姨', '提个议题：给马路对面也装路灯')
    const staff = await as('staff')
    const [proposal] = (await staff.list()).proposals
    expect((await staff.act('decline', { request: proposal?.requestId, rev: proposal?.rev, reason: '' })).status).toBe(400)
    const declined = await staff.act('decline', { request: proposal?.requestId, rev: proposal?.rev, reason: '马路对面不归本社区，已建议街道' })
    expect(declined.body.proposals, declined.text).toEqual([])
    expect(told('王阿姨').at(-1)).toMatch(/马路对面不归本社区/)
    expect(await home.says('王阿姨', '我的议题到哪了')).toMatch(/没有受理为议题。原因：马路对面不归本社区/)
  })

  it('cannot be ended with a step of its procedure skipped, nor be taken up without the procedure that the community requires', async () => {
    const { as } = await aDesk()
    const [staff, admin] = [await as('staff'), await as('admin')]
    expect((await staff.act('procedure', { id: null, rev: 0, name: '三议一表决', steps: ['甲', '乙'], required: true })).status).toBe(403)
    const [procedure] = (await admin.act('procedure', { id: null, rev: 0, name: '三议一表决', steps: ['支部提议', '代表议事', '村民表决'], required: true })).body.procedures
    const own = { title: '村口水渠怎么修', about: '' }
    expect((await staff.act('open', { ...own, procedure: null })).text).toMatch(/要按定下的程序走/)
    await staff.act('open', { ...own, procedure: procedure?.id })
    await staff.next('deliberate')
    for (const words of ['会上提了', '代表议了']) {
      await staff.next('step', { words })
      expect((await staff.next('publish', { words: '按方案修。', rooms: [] })).text).toMatch(/还有步骤没走完/)
    }
    await staff.next('step', { words: '表决通过' })
    expect((await staff.next('publish', { words: '按方案修。', rooms: [] })).topic).toMatchObject({ stage: 'published', taken: [{ words: '会上提了' }, { words: '代表议了' }, { words: '表决通过' }] })
  })

  it('is no election, whoever asks for one, and holds nobody’s data', async () => {
    const { as } = await aDesk()
    const admin = await as('admin')
    for (const title of ['推选新的楼长', '业委会换届', '罢免居委会主任', '谁来当3栋的楼栋长']) expect((await admin.act('open', { title, about: '', procedure: null })).text, title).toMatch(/选举、换届、罢免/)
    await admin.act('open', { title: '北门停车位重新划线', about: '', procedure: null })
    await admin.next('deliberate')
    expect((await admin.next('vote', { ...vote(Date.parse('2026-11-23T09:30:00+08:00')), options: ['选老王当主任', '选老李当主任'] })).text).toMatch(/选举、换届、罢免/)
    expect((await admin.act('open', { title: '3栋2单元301太吵', about: '找13800000001', procedure: null })).text).toMatch(/不能有姓名、电话、门牌/)
    expect((await admin.list()).topics).toHaveLength(1)
  })

  it('shows nobody at the desk what anybody chose', async () => {
    const { home, as } = await aDesk()
    const admin = await as('admin')
    await admin.act('open', { title: '北门停车位重新划线', about: '', procedure: null })
    await admin.next('deliberate')
    await admin.next('vote', { ...vote(home.now()), who: 'everyone', per: 'person' })
    await home.says('甲', '投浅灰色')
    const shown = (await admin.call('GET', `topics/${home.communityId}`)).text
    expect(shown).not.toMatch(/"choice"|memory:甲/)
    expect((await admin.list()).topics[0]?.turnout).toEqual({ valid: 1, unverified: 0, households: [] })
    const talk = await home.store.find(home.communityId, 'messages', { by: 'conversationId', equals: 'memory:private:甲' })
    expect(JSON.stringify(talk)).not.toMatch(/浅灰/)
    const auditor = await as('auditor')
    expect((await auditor.call('GET', `topics/${home.communityId}`)).status).toBe(200)
    expect((await auditor.next('call-off', { reason: '不办了' })).status).toBe(403)
  })

  it('tells its result to the rooms that staff choose', async () => {
    const { home, as } = await aDesk()
    await home.saysInRoom('甲', '@小助手 你好')
    const staff = await as('staff')
    await staff.act('open', { title: '北门停车位重新划线', about: '', procedure: null })
    await staff.next('deliberate')
    const { rooms } = await staff.list()
    await staff.next('publish', { words: '按新线停车。', rooms: rooms.map(({ id }) => id) })
    const inRoom = home.channel.shown.filter(({ to }) => to.chat === 'group').map(({ reply }) => reply.text)
    expect(inRoom.at(-1)).toMatch(/议题1「北门停车位重新划线」结果公示：按新线停车。/)
  })
})

describe('one’s own standing and ballots', () => {
  it('are shown with one’s data, and gone when these are deleted', async () => {
    const { home, as } = await aDesk()
    const staff = await as('staff')
    await staff.act('open', { title: '楼道墙面刷什么颜色', about: '', procedure: null })
    await staff.next('deliberate')
    await staff.next('vote', vote(home.now()))
    await home.says('王阿姨', '投米黄色')
    await home.says('王阿姨', '我是3栋2单元301的业主')
    expect(await home.says('王阿姨', '我的数据')).toMatch(/居住身份：3栋2单元301室的业主（待核对）/)
    await home.says('王阿姨', '删除我的数据')
    await home.says('王阿姨', '确认删除')
    await home.engine.erase()
    await home.engine.idle()
    expect(await home.store.find(home.communityId, 'ballots', {})).toEqual([])
    expect(await home.store.find(home.communityId, 'standings', {})).toEqual([])
  })
})
