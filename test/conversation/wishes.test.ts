import { describe, expect, it } from 'vitest'
import { alone } from '../../src/cluster/cluster.js'
import { publishWish, type Wish, type WishClaim } from '../../src/programmes/wish.js'
import { copyOwnData } from '../../src/conversation/own-copy.js'
import { createWishKeeper } from '../../src/conversation/wish-keeper.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

/** A wish told in private, read back and filed; resolves to the id of its request. */
async function wishes(home: Neighbourhood, who: string, words: string): Promise<string> {
  await home.says(who, `想许个微心愿：${words}`)
  expect(await home.says(who, '对')).toMatch(/受理|登记|收到|提交/)
  const request = (await home.requests()).at(-1)
  expect(request).toMatchObject({ serviceCode: 'micro-wish', residentId: `memory:${who}` })
  return request?.id ?? ''
}

/** The same, made public as staff do. */
async function publicWish(home: Neighbourhood, who: string, words: string, yuan: number | null = null): Promise<Wish> {
  const requestId = await wishes(home, who, words)
  const wish = publishWish({ requestId, number: await home.store.nextNumber(home.communityId, 'wish'), words, kind: '生活用品', yuan }, home.now())
  const request = await home.store.get(home.communityId, 'requests', requestId)
  if (request === null) throw new Error('no request')
  await home.store.commit(home.communityId, [{ op: 'put', table: 'wishes', row: wish }, { op: 'put', table: 'requests', row: { ...request, status: 'in-progress', owner: { kind: 'staff', id: 'staff-1', name: '小周' } } }])
  return wish
}

const wishNow = (home: Neighbourhood, wish: Wish): Promise<Wish | null> => home.store.get(home.communityId, 'wishes', wish.id)
const claimsOf = (home: Neighbourhood, who: string): Promise<readonly WishClaim[]> => home.store.find(home.communityId, 'wishClaims', { by: 'residentId', equals: `memory:${who}` })
const heard = (home: Neighbourhood, who: string): string => home.channel.shown.filter(({ to }) => to.conversationId === `memory:private:${who}`).map(({ reply }) => reply.text).join('\n')
const last = (home: Neighbourhood): string => home.outcomes.at(-1)?.kind ?? ''

/** A public wish that a neighbour, 小孙, has claimed. */
async function aClaimedWish(): Promise<{ readonly home: Neighbourhood; readonly wish: Wish }> {
  const home = await aNeighbourhood()
  const wish = await publicWish(home, '赵奶奶', '想要一个大字的台历')
  await home.says('小孙', '1号我认了')
  return { home, wish }
}

describe('a micro wish', () => {
  it('is listed by number and words alone, claimed by number, and its wisher hears that it was, never by whom', async () => {
    const home = await aNeighbourhood()
    const wish = await publicWish(home, '赵奶奶', '想要一个大字的台历')
    const list = await home.says('小孙', '现在有哪些微心愿能领')
    expect(list).toContain('1号 想要一个大字的台历')
    expect(list).not.toContain('赵')
    expect(last(home)).toBe('answered')
    expect(await home.says('小孙', '1号我认了')).toMatch(/1号微心愿「想要一个大字的台历」由您认领了/)
    expect(last(home)).toBe('filed')
    expect(await wishNow(home, wish)).toMatchObject({ state: 'claimed' })
    expect(heard(home, '赵奶奶')).toMatch(/1号微心愿「想要一个大字的台历」有人认领了/)
    expect(heard(home, '赵奶奶')).not.toContain('小孙')
    expect(await home.says('赵奶奶', '我那个有人领没')).toMatch(/1号.*有人认领了/)
    expect(last(home)).toBe('status-given')
  })
  it('goes to the first of two who claim it; the other hears what is left', async () => {
    const home = await aNeighbourhood()
    await publicWish(home, '赵奶奶', '想要一个大字的台历')
    await publicWish(home, '钱爷爷', '想有人教我用手机', 0)
    const [one, other] = await Promise.all([home.says('小孙', '1号我认了'), home.says('小李', '1号我认了')])
    const said = `${one}${other}`
    expect(said).toMatch(/由您认领了/)
    expect(said).toMatch(/1号已经有人认领了[\s\S]*2号 想有人教我用手机/)
    expect([...(await claimsOf(home, '小孙')), ...(await claimsOf(home, '小李'))]).toHaveLength(1)
  })
  it('can be claimed by what is wished: asked where two could be meant, and never by the wisher', async () => {
    const home = await aNeighbourhood()
    await publicWish(home, '赵奶奶', '想借一台轮椅')
    await publicWish(home, '钱爷爷', '想给轮椅配个坐垫')
    await publicWish(home, '周阿姨', '给孩子一个书包')
    await home.says('小孙', '有哪些微心愿')
    expect(await home.says('小孙', '要书包那个我来')).toMatch(/3号微心愿.*由您认领了/)
    expect(await home.says('小孙', '轮椅那个我认领')).toMatch(/您说的是哪一个[\s\S]*1号[\s\S]*2号/)
    expect(last(home)).toBe('clarifying')
    expect(await home.says('赵奶奶', '1号我认了')).toMatch(/1号是您自己的心愿/)
  })
  it('is fulfilled by the process that takes a community over from one that died before it could', async () => {
    const home = await aNeighbourhood()
    const wish = await publicWish(home, '赵奶奶', '想要一个大字的台历')
    let [isMine, taken] = [false, (): void => undefined]
    const keeper = createWishKeeper({
      store: home.store, now: home.now, log: () => undefined, teller: { commitAndTell: (communityId, writes) => home.store.commit(communityId, writes) },
      cluster: { ...alone, isMine: () => isMine, onChange(listener) { taken = listener; return () => undefined } },
    })
    keeper.start()
    // Nobody heard that it was solved: written as a process leaves it that is killed at once.
    await home.engine.stop()
    const request = await home.store.get(home.communityId, 'requests', wish.id)
    if (request === null) throw new Error('no request')
    await home.store.commit(home.communityId, [{ op: 'put', table: 'requests', row: { ...request, status: 'resolved' } }])
    await keeper.idle()
    expect(await wishNow(home, wish)).toMatchObject({ state: 'open' })
    isMine = true
    taken()
    await keeper.idle()
    expect(await wishNow(home, wish)).toMatchObject({ state: 'fulfilled' })
    await keeper.stop()
  })
  it('is brought, and the wisher is asked whether it came: yes fulfils it, and the claimer hears so', async () => {
    const { home, wish } = await aClaimedWish()
    expect(await home.says('小孙', '送到了')).toMatch(/1号.*已送到/)
    expect(await wishNow(home, wish)).toMatchObject({ state: 'delivered' })
    expect(heard(home, '赵奶奶')).toMatch(/认领的人说已经送到[\s\S]*解决了吗？1 解决了/)
    await home.says('赵奶奶', '1')
    expect(await wishNow(home, wish)).toMatchObject({ state: 'fulfilled' })
    expect(heard(home, '小孙')).toMatch(/许愿的邻居说收到了/)
    expect(await home.says('小孙', '我认领过哪些')).toMatch(/1号 想要一个大字的台历：已实现/)
  })
  it('that did not come is told to the claimer, who still has it', async () => {
    const { home, wish } = await aClaimedWish()
    await home.says('小孙', '1号送到了')
    await home.says('赵奶奶', '2')
    expect(await wishNow(home, wish)).toMatchObject({ state: 'claimed' })
    expect(heard(home, '小孙')).toMatch(/1号微心愿.*还没收到/)
    expect((await claimsOf(home, '小孙'))[0]).toMatchObject({ state: 'held' })
  })
  it('that is given back waits for another, and its wisher hears so', async () => {
    const { home, wish } = await aClaimedWish()
    expect(await home.says('小孙', '1号我不领了')).toMatch(/1号微心愿的认领取消了/)
    expect(last(home)).toBe('cancelled')
    expect(await wishNow(home, wish)).toMatchObject({ state: 'open', claimId: null })
    expect(heard(home, '赵奶奶')).toMatch(/重新公示/)
    expect(await home.says('小李', '1号我认领')).toMatch(/由您认领了/)
  })
  it('comes down when its wisher withdraws it, and the claimer need not go on', async () => {
    const { home, wish } = await aClaimedWish()
    await home.says('赵奶奶', '我的微心愿撤回，不要了')
    expect(await wishNow(home, wish)).toMatchObject({ state: 'taken-down' })
    expect(heard(home, '小孙')).toMatch(/1号微心愿许愿的人不用了/)
  })
  it('is not taken by a bare number that answers another open question', async () => {
    const home = await aNeighbourhood()
    const wish = await publicWish(home, '赵奶奶', '想要一个大字的台历')
    await home.says('小孙', '有哪些微心愿')
    await home.says('小孙', '我想给我妈订个助餐')
    await home.says('小孙', '1号')
    expect(await wishNow(home, wish)).toMatchObject({ state: 'open' })
  })
  it('costs about what is asked for', async () => {
    const home = await aNeighbourhood()
    await publicWish(home, '赵奶奶', '想要一个大字的台历', 20)
    await publicWish(home, '钱爷爷', '想要一个电饭锅', 180)
    const list = await home.says('小孙', '有没有200块以内，150元左右的心愿')
    expect(list).toContain('电饭锅')
    const cheap = await home.says('小孙', '20块左右的心愿有吗')
    expect(cheap).toContain('台历')
    expect(cheap).not.toContain('电饭锅')
  })
})

describe('in a room', () => {
  it('three lines at most are said, with no word of whose it is; the rest goes to the private chat', async () => {
    const home = await aNeighbourhood()
    for (const [who, words] of [['赵奶奶', '想要一个大字的台历'], ['钱爷爷', '想有人教我用手机'], ['周阿姨', '给孩子一个书包'], ['吴大爷', '想修一修老收音机']] as const) await publicWish(home, who, words)
    await home.says('小孙', '你好')
    const list = await home.saysInRoom('小孙', '@小助手 有哪些微心愿没人领')
    expect(list.split('\n').length).toBeLessThanOrEqual(3)
    expect(list).toMatch(/1号想要一个大字的台历/)
    const before = home.channel.shown.length
    await home.saysInRoom('小孙', '2号我认了')
    const said = home.channel.shown.slice(before)
    const inRoom = said.filter(({ to }) => to.chat === 'group').map(({ reply }) => reply.text).join('\n')
    expect(inRoom).toMatch(/2号微心愿.*由您认领了/)
    expect(inRoom).not.toMatch(/电话/)
    expect(heard(home, '小孙')).toMatch(/方便的话留个电话/)
  })
  it('nobody learns there that a wish is theirs', async () => {
    const home = await aNeighbourhood()
    await publicWish(home, '赵奶奶', '想要一个大字的台历')
    const said = await home.saysInRoom('赵奶奶', '@小助手 我的心愿有人认领了吗')
    const inRoom = home.channel.shown.filter(({ to }) => to.chat === 'group').map(({ reply }) => reply.text).join('\n')
    expect(said).toMatch(/私/)
    expect(inRoom).not.toMatch(/1号|台历/)
  })
})

describe('what is personal', () => {
  it('a phone left after a claim is for staff alone, and not a word of it goes to the wisher', async () => {
    const home = await aNeighbourhood()
    await publicWish(home, '赵奶奶', '想要一个大字的台历')
    await home.says('小孙', '1号我认了')
    expect(await home.says('小孙', '13800000033')).toMatch(/只给牵线的工作人员看/)
    expect((await claimsOf(home, '小孙'))[0]?.contact?.phone).toContain('13800000033')
    expect(heard(home, '赵奶奶')).not.toContain('13800000033')
    expect(await home.says('小孙', '我的数据')).toMatch(/认领过的微心愿：1个/)
    const copy = await copyOwnData(home.store, { id: home.communityId, name: '' }, 'memory:小孙', home.now())
    expect(copy.claims).toMatchObject([{ wish: '1号 想要一个大字的台历' }])
  })
  it('goes when its owner deletes their data: the wish waits for another', async () => {
    const { home, wish } = await aClaimedWish()
    await home.says('小孙', '我要表扬保洁李姐，楼道扫得真干净')
    await home.says('小孙', '我是市水文站的党员，叫小孙，来报到')
    await home.says('小孙', '对')
    await home.says('小孙', '删除我的数据')
    await home.says('小孙', '确认删除')
    expect(await claimsOf(home, '小孙')).toEqual([])
    expect(await home.store.find(home.communityId, 'praises', {})).toEqual([])
    expect(await home.store.find(home.communityId, 'partyMembers', {})).toEqual([])
    expect(await wishNow(home, wish)).toMatchObject({ state: 'open', claimId: null })
  })
  it('of a member who reports in is asked for in private, read back, and waits for staff', async () => {
    const home = await aNeighbourhood()
    expect(await home.saysInRoom('小孙', '@小助手 我是市水文站的党员，来报到')).toMatch(/私聊/)
    expect(await home.says('小孙', '我是市水文站的党员，来报到')).toMatch(/怎么称呼[\s\S]*只用来/)
    expect(await home.says('小孙', '孙志远')).toMatch(/单位 市水文站，称呼 孙志远[\s\S]*对吗/)
    expect(await home.says('小孙', '对')).toMatch(/核实后告诉您/)
    expect(await home.store.find(home.communityId, 'partyMembers', {})).toMatchObject([{ unit: '市水文站', name: '孙志远', state: 'waiting' }])
    expect(await home.says('小孙', '我是党员，来报到')).toMatch(/已经报到过了/)
  })
})

describe('praise', () => {
  it('is kept under whom it names, is no complaint and no request', async () => {
    const home = await aNeighbourhood()
    expect(await home.says('小孙', '我要表扬保洁李姐，楼道扫得真干净')).toMatch(/保洁李姐/)
    expect(last(home)).toBe('filed')
    expect(await home.store.find(home.communityId, 'praises', {})).toMatchObject([{ about: '保洁李姐', state: 'new' }])
    expect(await home.requests()).toEqual([])
  })
})
