import { describe, expect, it } from 'vitest'
import { asStaffSee } from '../../src/requests/discretion.js'
import { aNeighbourhood } from './neighbourhood.js'

describe('匿名', () => {
  it('a complaint made anonymously is filed, and staff see neither name nor phone in it', async () => {
    const here = await aNeighbourhood()
    const said = await here.says('wang', '我要匿名投诉，5栋物业的人态度太差，我叫王秀英，电话13800000012')
    expect(said).toContain('匿名')
    const [request] = await here.requests()
    expect(request?.discretion).toBe('anonymous')
    expect(JSON.stringify(asStaffSee(request!))).not.toMatch(/王秀英|13800000012/)
    expect(asStaffSee(request!).description).toContain('态度太差')
  })

  it('said after the report, it goes to that report', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '3栋2单元楼道有人堆杂物')
    expect(await here.says('wang', '匿名行吗')).toContain('HZ-2611-0001')
    expect((await here.requests())[0]?.discretion).toBe('anonymous')
  })

  it('said before the report, it waits for it, and not for the one after', async () => {
    const here = await aNeighbourhood()
    expect(await here.says('wang', '我要匿名举报')).toContain('什么事')
    await here.says('wang', '3栋2单元楼道有人堆杂物')
    await here.says('wang', '9栋门禁坏了')
    expect((await here.requests()).map(({ discretion }) => discretion)).toEqual(['anonymous', undefined])
  })

  it('what needs somebody at the door is kept between these two instead', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '匿名，给我妈订个送餐，3栋2单元501，电话13800000012')
    await here.says('wang', '对')
    const [request] = await here.requests()
    expect(request?.discretion).toBe('private')
    expect(JSON.stringify(asStaffSee(request!))).toContain('13800000012')
  })

  it('joining an anonymous report tells nobody whose it was', async () => {
    const here = await aNeighbourhood()
    await here.says('王秀英', '匿名反映，5栋楼道灯坏了')
    const joined = await here.says('li', '5栋楼道灯不亮')
    expect(joined).toContain('已并入')
    expect(joined + (await here.says('li', '进度'))).not.toMatch(/王秀英|匿名/)
  })
})

describe('不公开', () => {
  it('nobody joins what is not public, and the room hears the number only', async () => {
    const here = await aNeighbourhood()
    const said = await here.saysInRoom('wang', '@小助手 3栋2单元楼道灯坏了，不要公开')
    expect(said).toMatch(/HZ-2611-0001/)
    expect(said).not.toContain('楼道灯')
    expect(await here.says('li', '3栋2单元楼道灯坏了')).toContain('HZ-2611-0002')
    expect((await here.requests())[0]?.placeKey).toBeNull()
  })
})

describe('the wish to stay unnamed', () => {
  it('in a clause of its own calls nobody', async () => {
    const here = await aNeighbourhood('puyang-demo')
    const said = await here.says('wang', '社区窗口那个人骂我，太不像话，别让他晓得是我')
    expect(here.outcomes.at(-1)?.kind).toBe('filed')
    expect(said).toContain('匿名')
    expect(said).not.toContain('已转给社区工作人员')
  })
})

describe('several matters of one message', () => {
  it('get one receipt with every number, and each knows the others', async () => {
    const here = await aNeighbourhood()
    const said = await here.says('wang', '3栋楼道灯坏了，还有7栋门口垃圾没人收')
    expect(said).toContain('两件都记下了')
    expect(said).toMatch(/1\. .*HZ-2611-0001[\s\S]*2\. .*HZ-2611-0002/)
    const [first, second] = await here.requests()
    expect(first?.linked).toEqual([{ id: second?.id, number: second?.number }])
    expect(second?.linked).toEqual([{ id: first?.id, number: first?.number }])
  })

  it('two things broken at one place are two, where the second is turned to', async () => {
    const here = await aNeighbourhood()
    expect(await here.says('wang', '3栋电梯不走了，还有楼道里堆着旧沙发垃圾')).toContain('两件都记下了')
    expect((await here.requests()).map(({ address, description }) => [address, description])).toEqual([['3栋', '3栋电梯不走了'], ['3栋', '3栋楼道里堆着旧沙发垃圾']])
  })

  it('what else is said of one broken thing stays with it', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '3栋楼道灯坏了，还有电线头露在外面')
    await here.says('wang', '6栋电梯坏了，按钮也松了，老人上不去')
    expect(await here.requests()).toHaveLength(2)
  })

  it('the state of one tells of the other', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '3栋楼道灯坏了，还有7栋门口垃圾没人收')
    expect(await here.says('wang', '进度0001')).toMatch(/同一次报的：HZ-2611-0002 .*垃圾/)
  })

  it('the one that needs an answer first is linked when it is filed', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '3栋楼道灯坏了，另外我妈想订助餐')
    await here.says('wang', '3栋2单元501，电话13800000012')
    await here.says('wang', '对')
    const requests = await here.requests()
    expect(requests).toHaveLength(2)
    expect(requests.map(({ linked }) => linked?.length)).toEqual([1, 1])
  })

  it('anonymous holds for all of them', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '匿名反映，3栋楼道灯坏了，还有7栋门口垃圾没人收')
    expect((await here.requests()).map(({ discretion }) => discretion)).toEqual(['anonymous', 'anonymous'])
  })
})
