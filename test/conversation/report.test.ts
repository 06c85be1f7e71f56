import { describe, expect, it } from 'vitest'
import { aNeighbourhood } from './neighbourhood.js'

describe('a public fault with its place', () => {
  it('is filed at once and read back with its number, and the number is on record', async () => {
    const here = await aNeighbourhood()
    const reply = await here.says('王阿姨', '3栋2单元楼道灯坏了')
    const [request] = await here.requests()
    expect(request?.number).toMatch(/^HZ-2611-\d{4}$/)
    expect(reply).toContain(request?.number)
    expect(reply).toContain('3栋2单元')
    expect(reply).toContain('已受理')
  })

  it('is corrected by one word, on the same request', async () => {
    const here = await aNeighbourhood()
    await here.says('王阿姨', '3栋2单元楼道灯坏了')
    expect(await here.says('王阿姨', '不对,是2栋')).toContain('2栋2单元')
    const requests = await here.requests()
    expect(requests).toHaveLength(1)
    expect(requests[0]?.address).toMatch(/^2栋2单元/)
  })

  it('has an owner from the first moment', async () => {
    const here = await aNeighbourhood()
    await here.says('王阿姨', '99栋楼下路灯不亮')
    expect((await here.requests())[0]?.owner.name).not.toBe('')
  })

  it('promises no day, because none is configured', async () => {
    const here = await aNeighbourhood()
    expect(await here.says('王阿姨', '3栋2单元楼道灯坏了')).not.toMatch(/\d+\s*(天|个工作日|小时)/)
  })
})

describe('what is missing', () => {
  it('is asked one at a time, first what, then where', async () => {
    const here = await aNeighbourhood()
    expect(await here.says('李大爷', '我要报修')).toMatch(/什么/)
    expect(await here.says('李大爷', '单元门关不上')).toMatch(/哪/)
    expect(await here.says('李大爷', '6幢1单元')).toContain('已受理')
    expect((await here.requests())[0]?.address).toBe('6幢1单元')
  })

  it('keeps the answers over a restart and asks nothing twice', async () => {
    const here = await aNeighbourhood()
    await here.says('李大爷', '下水道堵了')
    await here.restart()
    const reply = await here.says('李大爷', '7幢2单元门口')
    expect(reply).toContain('已受理')
    expect((await here.requests())[0]?.description).toContain('下水道堵了')
  })

  it('is left when the resident says 取消, and nothing is filed', async () => {
    const here = await aNeighbourhood()
    await here.says('李大爷', '路灯不亮了')
    expect(await here.says('李大爷', '取消')).toContain('没有登记')
    expect(await here.requests()).toHaveLength(0)
    expect(here.outcomes.at(-1)?.kind).toBe('cancelled')
  })

  it('waits while a policy question in the middle is answered, and is asked again', async () => {
    const here = await aNeighbourhood()
    await here.says('李大爷', '楼下水管漏水')
    const reply = await here.says('李大爷', '先问个别的，一个社区配几个工作人员？')
    expect(reply).toContain('6至12人')
    expect(reply).toMatch(/在哪儿|位置/)
    expect(await here.says('李大爷', '3幢1单元门口')).toContain('已受理')
    expect((await here.requests())[0]?.description).toContain('漏水')
  })

  it('is never mixed between two residents in one room', async () => {
    const here = await aNeighbourhood()
    await here.saysInRoom('甲', '@小助手 路灯灭了')
    await here.saysInRoom('乙', '@小助手 井盖翘起来了')
    await here.saysInRoom('甲', '@小助手 东门口')
    await here.saysInRoom('乙', '@小助手 5幢北边')
    const filed = (await here.requests()).map((request) => [request.residentId, request.address, request.description])
    expect(filed).toHaveLength(2)
    expect(filed.find(([who]) => who === 'memory:甲')?.[2]).toContain('路灯')
    expect(filed.find(([who]) => who === 'memory:甲')?.[1]).toContain('东门')
    expect(filed.find(([who]) => who === 'memory:乙')?.[2]).toContain('井盖')
    expect(filed.find(([who]) => who === 'memory:乙')?.[1]).toContain('5幢')
  })

  it('is recalled once after half an hour, and not at night', async () => {
    const here = await aNeighbourhood()
    await here.says('李大爷', '下水道堵了')
    here.pass(31 * 60_000)
    expect(await here.engine.remind()).toBe(1)
    await here.engine.idle()
    expect(here.channel.shown.at(-1)?.reply.text).toContain('还没登记')
    here.pass(31 * 60_000)
    expect(await here.engine.remind()).toBe(0)
    const other = await aNeighbourhood()
    other.pass(13 * 3_600_000)
    await other.says('李大爷', '下水道堵了')
    other.pass(31 * 60_000)
    expect(await other.engine.remind()).toBe(0)
  })
})

describe('the same fault reported twice', () => {
  it('joins the open request instead of making a second', async () => {
    const here = await aNeighbourhood()
    await here.says('甲', '3栋2单元楼道灯坏了')
    const reply = await here.says('乙', '3幢2单元的灯不亮')
    expect(reply).toContain('已并入')
    const requests = await here.requests()
    expect(requests).toHaveLength(1)
    expect(requests[0]?.reporters.map((one) => one.residentId)).toEqual(['memory:甲', 'memory:乙'])
  })

  it('does not join another fault at the same place', async () => {
    const here = await aNeighbourhood()
    await here.says('甲', '3栋2单元楼道灯坏了')
    await here.says('乙', '3栋2单元门口垃圾没人收')
    expect(await here.requests()).toHaveLength(2)
  })
})

describe('what carries personal data, a visit or a booking', () => {
  it('is read back with its purpose and filed only after the resident agrees', async () => {
    const here = await aNeighbourhood()
    const asked = await here.says('小王', '想给我妈订助餐，5幢2单元301，电话13800000012')
    expect(asked).toMatch(/对吗/)
    expect(asked).toContain('5幢2单元301')
    expect(await here.requests()).toHaveLength(0)
    expect(await here.says('小王', '嗯 对')).toMatch(/已受理|约好/)
    expect(await here.requests()).toHaveLength(1)
  })

  it('moves from the room to the private chat and goes on there', async () => {
    const here = await aNeighbourhood()
    const inRoom = await here.saysInRoom('小王', '@小助手 我爸想订助餐，在哪登记')
    expect(inRoom).toContain('私聊')
    const inPrivate = await here.says('小王', '5幢2单元301，我妈78，电话13800000012')
    expect(inPrivate).toContain('5幢2单元301')
    await here.says('小王', '对')
    expect((await here.requests())[0]?.serviceCode).toBe('meal-help')
  })

  it('never repeats a phone number in the room, and asks for a recall', async () => {
    const here = await aNeighbourhood()
    const reply = await here.saysInRoom('小王', '@小助手 我电话13800000012')
    expect(reply).toContain('撤回')
    expect(reply).not.toContain('13800000012')
  })
})
