import { describe, expect, it } from 'vitest'
import { tallyAsItStands } from '../../src/conversation/votes.js'
import { ballotId, countOf, type Ballot, type Vote } from '../../src/programmes/ballot.js'
import { decideStanding, toldStanding, type Tenure } from '../../src/programmes/standing.js'
import type { Topic } from '../../src/programmes/topic.js'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'

const hour = 3_600_000

type Put = Topic & { readonly vote: Vote }

/** A topic that is voted on from an hour ago until in two days. */
async function aVote(home: Neighbourhood, given: Partial<Vote> & { readonly title?: string } = {}): Promise<Put> {
  const { title = '楼道墙面刷什么颜色', ...rule } = given
  const now = home.now()
  const vote: Vote = { options: ['米黄色', '浅灰色'], opensAt: now - hour, closesAt: now + 48 * hour, who: 'owners', per: 'household', verifyHours: 0, quorum: null, majority: null, count: null, ...rule }
  const number = await home.store.nextNumber(home.communityId, 'topic')
  const row: Put = { id: `topic-${number}`, rev: 0, number, requestId: null, title, about: '', stage: 'voting', dates: (['proposed', 'accepted', 'deliberating', 'voting'] as const).map((stage) => ({ stage, at: now - hour })), procedure: null, taken: [], minutes: [], vote, result: null, reason: null, endedAt: null }
  await home.store.commit(home.communityId, [{ op: 'put', table: 'topics', row }])
  return row
}

async function livesAt(home: Neighbourhood, who: string, tenure: Tenure, place: string): Promise<void> {
  const id = `memory:${who}`
  const known = await home.store.get(home.communityId, 'standings', id)
  const told = known ?? toldStanding(null, { id, tenure, place, to: { channel: 'memory', conversationId: `memory:private:${who}`, chat: 'private', residentId: id } }, home.now())
  await home.store.commit(home.communityId, [{ op: 'put', table: 'standings', row: decideStanding(told, { tenure, place, state: 'confirmed' }, clerk, home.now()) }])
}

const ballotOf = (home: Neighbourhood, topic: Topic, who: string): Promise<Ballot | null> => home.store.get(home.communityId, 'ballots', ballotId(topic.id, `memory:${who}`))

async function countNow(home: Neighbourhood, topic: Put): Promise<readonly number[]> {
  return countOf(topic.vote, await tallyAsItStands(home.store, home.communityId, topic), home.now()).options
}

describe('a vote in private', () => {
  it('takes one ballot of a home, changes it, takes it back, and counts it again', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home)
    await livesAt(home, '张姐', 'owner', '3栋2单元301')
    expect(await home.says('张姐', '我投米黄色')).toMatch(/已投，记下了：议题1「楼道墙面刷什么颜色」，您投的是「米黄色」。仅限业主，一户一票/)
    expect(home.outcomes.at(-1)).toEqual({ kind: 'filed', requestId: null })
    expect(await countNow(home, topic)).toEqual([1, 0])
    expect(await home.says('张姐', '改成浅灰吧')).toMatch(/改好了.*现在算的是「浅灰色」，原来那票作废/)
    expect(await countNow(home, topic)).toEqual([0, 1])
    expect(await home.says('张姐', '我那票算上没')).toMatch(/「浅灰色」，已计入/)
    expect(await home.says('张姐', '刚才那票不算')).toMatch(/已撤回/)
    expect(home.outcomes.at(-1)).toEqual({ kind: 'cancelled' })
    expect(await countNow(home, topic)).toEqual([0, 0])
    expect(await home.says('张姐', '我还是投第二个')).toMatch(/「浅灰色」/)
    expect(await countNow(home, topic)).toEqual([0, 1])
  })

  it('is asked about where two could be meant to be taken back, and the answer takes back that one', async () => {
    const home = await aNeighbourhood()
    const [paint, gate] = [await aVote(home), await aVote(home, { title: '大门装不装道闸', options: ['装', '不装'] })]
    await livesAt(home, '张姐', 'owner', '3栋2单元301')
    await home.says('张姐', '楼道墙面我投米黄色')
    await home.says('张姐', '大门道闸那个我投不装')
    expect([await countNow(home, paint), await countNow(home, gate)]).toEqual([[1, 0], [0, 1]])
    home.pass(hour)
    expect(await home.says('张姐', '我投的票撤回')).toMatch(/楼道墙面[\s\S]*大门/)
    expect(await home.says('张姐', '1')).toMatch(/已撤回/)
    expect([await countNow(home, paint), await countNow(home, gate)]).toEqual([[0, 0], [0, 1]])
  })

  it('is not taken in a room, and what was said there is not repeated', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home)
    await livesAt(home, '张姐', 'owner', '3栋2单元301')
    const said = await home.saysInRoom('张姐', '@小助手 刷墙那个我投米黄色')
    expect(said).toMatch(/私聊/)
    expect(said).not.toMatch(/米黄/)
    expect(await ballotOf(home, topic, '张姐')).toBeNull()
  })

  it('leaves no choice in any line that staff can read, nor in the logs', async () => {
    const home = await aNeighbourhood()
    await aVote(home)
    await livesAt(home, '张姐', 'owner', '3栋2单元301')
    await home.says('张姐', '我投米黄色')
    await home.says('张姐', '我投的是啥来着')
    const lines = await home.store.find(home.communityId, 'messages', {})
    expect(lines.length).toBeGreaterThan(2)
    expect(JSON.stringify(lines)).not.toMatch(/米黄/)
    expect(home.logLines.join('\n')).not.toMatch(/米黄/)
    expect(await home.store.find(home.communityId, 'learning', {})).toEqual([])
  })

  it('leaves no choice in a line either where talk, a question or a withdrawal stands around it', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { who: 'everyone', per: 'person' })
    await home.says('张姐', '我投米黄色')
    expect(await home.says('张姐', '儿子说米黄色显脏，换浅灰色吧')).toMatch(/改好了.*「浅灰色」/)
    expect(await home.says('张姐', '浅灰色那票往后还能改不')).toMatch(/能改，也能撤/)
    expect(await home.says('张姐', '唉，浅灰色那票给我退了')).toMatch(/已撤回/)
    expect(await home.says('张姐', '我现在算投了没')).toMatch(/现在没有您的票/)
    expect(JSON.stringify(await home.store.find(home.communityId, 'messages', {}))).not.toMatch(/米黄|浅灰/)
    expect(await countNow(home, topic)).toEqual([0, 0])
  })

  it('is not changed by what is said of other things afterwards', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { who: 'everyone', per: 'person', options: ['同意', '不同意'] })
    await home.says('张姐', '刷墙 同意')
    expect(await countNow(home, topic)).toEqual([1, 0])
    await home.says('张姐', '3栋2单元楼道灯坏了')
    for (const text of ['我不同意你们明天才来修', '还是换个师傅吧', '改成后天上午', '物业涨价我反对']) await home.says('张姐', text)
    await home.says('老李', '停水通知我不同意')
    expect(await countNow(home, topic)).toEqual([1, 0])
  })

  it('of which one asks in the room, is told in private, also after the close', async () => {
    const home = await aNeighbourhood()
    await aVote(home, { who: 'everyone', per: 'person' })
    await home.says('张姐', '投米黄色')
    for (const ms of [60_000, 49 * hour]) {
      home.pass(ms)
      const said = await home.saysInRoom('张姐', '@小助手 我刚投的啥来着')
      expect(said).toMatch(/只在私聊里看/)
      expect(said).not.toMatch(/米黄/)
    }
  })

  it('lets the later of two in one home stand, and tells both', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home)
    await livesAt(home, '张姐', 'owner', '3栋2单元301')
    await livesAt(home, '老张', 'owner', '3幢二单元301室'.replace('二', '2'))
    await home.says('张姐', '投米黄色')
    home.pass(60_000)
    const said = await home.says('老张', '我们家投浅灰')
    expect(said).toMatch(/您家先前有人投过，按一户一票，以您这票为准/)
    expect(said).toMatch(/刚才又投了一票。按一户一票，以后一票为准，您先前那票不再计入/)
    expect(await countNow(home, topic)).toEqual([0, 1])
    expect(await home.says('张姐', '我那票还算不')).toMatch(/不再算/)
  })

  it('counts one ballot of a home also where two vote at one moment', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home)
    for (const who of ['张姐', '老张']) await livesAt(home, who, 'owner', '3栋2单元301')
    await Promise.all([home.says('张姐', '投米黄色'), home.says('老张', '投浅灰色')])
    const tally = await tallyAsItStands(home.store, home.communityId, topic)
    expect(tally.households).toEqual(['3栋2单元301室'])
    expect(tally.valid).toHaveLength(1)
  })

  it('holds a ballot of somebody not confirmed yet, and counts it once staff have', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { verifyHours: 24 })
    expect(await home.says('小李', '投米黄色')).toMatch(/住几栋几单元几室、是业主还是租户.*只用来核对能不能投/)
    expect(await home.says('小李', '我是5栋1单元202的业主')).toMatch(/先给您记下，待核实.*「米黄色」.*5栋1单元202室的业主/)
    expect(await countNow(home, topic)).toEqual([0, 0])
    home.pass(50 * hour)
    expect(await home.engine.votes.run()).toBe(0)
    await livesAt(home, '小李', 'owner', '5栋1单元202')
    expect(await home.engine.votes.run()).toBe(1)
    const after = await home.store.get(home.communityId, 'topics', topic.id)
    expect(after?.vote?.count).toMatchObject({ valid: 1, options: [1, 0], unverified: 0 })
  })

  it('leaves out who was not confirmed in time, and tells them by day', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home)
    await home.says('小李', '投米黄色')
    await home.says('小李', '5栋1单元202，业主')
    home.pass(49 * hour)
    const before = home.channel.shown.length
    expect(await home.engine.votes.run()).toBe(1)
    await home.engine.idle()
    expect(home.channel.shown.slice(before).map(({ reply }) => reply.text).join()).toMatch(/没能核实上身份，按规则没有计入/)
    expect((await home.store.get(home.communityId, 'topics', topic.id))?.vote?.count).toMatchObject({ valid: 0, unverified: 1 })
  })

  it('refuses a tenant where owners vote, with the rule as the reason, and counts one where all residents do', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home)
    await livesAt(home, '租客小王', 'tenant', '5栋1单元101')
    expect(await home.says('租客小王', '我租房的能投不')).toMatch(/仅限业主.*事先定的规则.*不能投/)
    expect(home.outcomes.at(-1)).toEqual({ kind: 'answered' })
    expect(await home.says('租客小王', '我投米黄色')).toMatch(/仅限业主.*不能投/)
    expect(await ballotOf(home, topic, '租客小王')).toBeNull()
    const other = await aNeighbourhood()
    const all = await aVote(other, { who: 'residents', per: 'person' })
    await livesAt(other, '租客小王', 'tenant', '5栋1单元101')
    expect(await other.says('租客小王', '我租房的，能投不')).toMatch(/您能投/)
    await other.says('租客小王', '米黄色')
    expect(await countNow(other, all)).toEqual([1, 0])
  })

  it('refuses who does not live here, and says why', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { who: 'residents' })
    await home.says('外人', '投米黄色')
    expect(await home.says('外人', '我不住这个小区')).toMatch(/不住本社区的不能投/)
    expect(await ballotOf(home, topic, '外人')).toBeNull()
  })

  it('takes nothing after the close, freezes the count, and says who is ahead to nobody before', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { who: 'everyone', per: 'person' })
    await home.says('甲', '投米黄色')
    await home.says('乙', '投米黄色')
    const asked = await home.says('甲', '刷墙的议题现在多少票了')
    expect(asked).toMatch(/表决中/)
    expect(asked).not.toMatch(/\d票|领先/)
    home.pass(49 * hour)
    expect(await home.says('丙', '投浅灰色')).toMatch(/已经截止，不再收票/)
    expect(await home.engine.votes.run()).toBe(1)
    const rows = await home.store.find(home.communityId, 'ballots', { by: 'topicId', equals: topic.id })
    const counted = (await home.store.get(home.communityId, 'topics', topic.id))?.vote?.count
    expect(counted).toMatchObject({ valid: rows.length, options: [rows.filter(({ choice }) => choice === 0).length, rows.filter(({ choice }) => choice === 1).length] })
    await home.store.commit(home.communityId, [{ op: 'remove', table: 'ballots', id: rows[0]?.id ?? '', rev: rows[0]?.rev ?? 0 }])
    expect(await home.engine.votes.run()).toBe(0)
    expect((await home.store.get(home.communityId, 'topics', topic.id))?.vote?.count).toEqual(counted)
    expect(await home.says('甲', '刷墙的议题结果咋样')).toMatch(/有效票2张：米黄色2票，浅灰色0票/)
  })

  it('takes no bare digit for an option unless it asked last', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { who: 'everyone', per: 'person' })
    await home.says('甲', '3栋1单元楼道灯坏了')
    await home.says('甲', '最近有啥议题')
    await home.says('甲', '2')
    expect(await ballotOf(home, topic, '甲')).toBeNull()
    const [request] = await home.requests()
    await home.engine.actOnRequest(home.communityId, request?.id ?? '', request?.rev ?? 0, { name: 'take', reason: null, brings: null }, clerk)
    expect(await home.says('甲', '投票咋投')).toMatch(/您投哪一个？/)
    home.pass(60_000)
    const [taken] = await home.requests()
    await home.engine.actOnRequest(home.communityId, taken?.id ?? '', taken?.rev ?? 0, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '换好了' } }, clerk)
    await home.engine.idle()
    await home.says('甲', '1')
    expect(await ballotOf(home, topic, '甲')).toBeNull()
    expect((await home.requests())[0]?.status).toBe('resolved')
    await home.says('甲', '投票咋投')
    expect(await home.says('甲', '1')).toMatch(/「米黄色」/)
  })

  it('asks which of two votes is meant, and takes the answer', async () => {
    const home = await aNeighbourhood()
    const paint = await aVote(home, { options: ['同意', '不同意'], who: 'everyone', per: 'person' })
    const trees = await aVote(home, { title: '停车位改树池', options: ['同意', '不同意'], who: 'everyone', per: 'person' })
    expect(await home.says('甲', '我同意')).toMatch(/现在有2个表决，您投的是哪一个？/)
    expect(await home.says('甲', '2')).toMatch(/停车位改树池.*「同意」/)
    expect(await countNow(home, trees)).toEqual([1, 0])
    expect(await countNow(home, paint)).toEqual([0, 0])
    expect(await home.says('甲', '刷墙那个我反对')).toMatch(/楼道墙面刷什么颜色.*「不同意」/)
    expect(await countNow(home, paint)).toEqual([0, 1])
  })

  it('goes with its message when that is taken back, and its voter hears so', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { who: 'everyone', per: 'person' })
    const sent = home.message('甲', '投米黄色')
    await home.channel.deliver(sent)
    await home.engine.idle()
    expect(await countNow(home, topic)).toEqual([1, 0])
    home.pass(60_000)
    await home.channel.deliver({ kind: 'recalled', channel: sent.channel, communityId: sent.communityId, messageId: sent.messageId, conversationId: sent.conversationId, sentAt: sent.sentAt })
    await home.engine.idle()
    expect(await countNow(home, topic)).toEqual([0, 0])
    expect(home.channel.shown.map(({ reply }) => reply.text).join()).toMatch(/那一票也不算了/)
  })

  it('says plainly that it is no secret ballot', async () => {
    const home = await aNeighbourhood()
    await aVote(home)
    expect(await home.says('甲', '投票是匿名的吗')).toMatch(/不是法律上说的无记名投票/)
  })

  it('counts two identities of one person once, the later', async () => {
    const home = await aNeighbourhood()
    const topic = await aVote(home, { who: 'everyone', per: 'person' })
    await home.says('甲', '投米黄色')
    home.pass(60_000)
    await home.says('甲手机', '投浅灰色')
    expect(await countNow(home, topic)).toEqual([1, 1])
    await home.store.commit(home.communityId, ['甲', '甲手机'].map((who) => ({ op: 'put', table: 'identities', row: { id: `memory:${who}`, rev: 0, personId: 'p1', linkedAt: home.now() } })))
    expect(await countNow(home, topic)).toEqual([0, 1])
  })
})

describe('a topic', () => {
  it('is filed as proposed and waits for staff; its stages are told with their days', async () => {
    const home = await aNeighbourhood()
    expect(await home.says('王阿姨', '提个议题：楼道墙面刷什么颜色')).toMatch(/作为居民议题收下了，编号 HZ-2611-0001，待社区受理/)
    expect(await home.says('王阿姨', '我那个议题到哪了')).toMatch(/11月23日提出，待社区受理/)
    const [request] = await home.requests()
    expect(request).toMatchObject({ serviceCode: 'deliberation', status: 'assigned' })
    const topic = await aVote(home)
    await home.store.commit(home.communityId, [{ op: 'put', table: 'topics', row: { ...topic, rev: 1, requestId: request?.id ?? null, stage: 'deliberating', vote: null, dates: topic.dates.slice(0, 3) } }])
    expect(await home.says('王阿姨', '楼道刷漆那个议题到哪了')).toMatch(/议题1「楼道墙面刷什么颜色」：11月23日提出，11月23日受理，11月23日开始协商/)
    expect(await home.says('老李', '最近有啥议题')).toMatch(/议题1 楼道墙面刷什么颜色（协商中）/)
    expect(home.outcomes.at(-1)).toEqual({ kind: 'answered' })
  })

  it('is no election: nobody is elected or dismissed here', async () => {
    const home = await aNeighbourhood('puyang-demo')
    for (const words of ['提个议题，选个新的楼长', '发起投票罢免业委会主任', '咱们投票选居委会主任吧', '能不能大家投票决定谁当书记']) {
      const said = await home.says('甲', words)
      expect(said, words).toMatch(/选举要依法.*无记名投票.*不能/)
    }
    expect(await home.requests()).toEqual([])
    expect(await home.says('甲', '那楼道刷什么颜色总能投吧')).toMatch(/议题收下了/)
  })
})
