import { describe, expect, it } from 'vitest'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

async function hears(here: Neighbourhood, ...lines: readonly string[]): Promise<string> {
  let last = ''
  for (const line of lines) last = await here.says('甲', line)
  return last
}

describe('a booking read back before it is made', () => {
  it('「第一个」 of the only one there is reads it back once more, and books nothing else', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '后天下午约个窗口', '就第一个吧')).toMatch(/办事窗口[^]*对吗/)
  })

  it('another day keeps the hours that were said', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '明天下午约个活动室', '改到周五')).toMatch(/周五下午|11月27日（周五）1[2-9]:/)
  })

  it.each(['不去了', '我去不了啦', '改天再约吧', '算了不约了'])('%s ends it, and it is not asked after again', async (words) => {
    const here = await aNeighbourhood()
    const said = await hears(here, '明天上午约个窗口', words)
    expect(said).toContain('没有登记')
    expect(said).not.toContain('还没确认')
    expect(await here.requests()).toHaveLength(0)
  })

  it('the time that can\'t be is no time wanted', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '明天上午约个窗口', '明天没空')).toContain('什么时间')
  })

  it('a new day told where the thing is asked is a day, not the thing', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '我要预约', '改到后天上午')).toContain('想约什么')
  })
})

describe('a telephone number', () => {
  it.each(['把物业的电话给我一下', '给我个居委会的联系方式', '找一下物业电话号码'])('%s is a question, and nothing is opened by it', async (words) => {
    const here = await aNeighbourhood()
    expect(await hears(here, words)).not.toMatch(/哪个小区|几栋/)
    expect(await hears(here, '6栋路灯坏了')).toContain('已受理：6栋路灯坏了。')
  })

  it('that nobody answers is a complaint still', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '我要投诉3栋的物业，电话老没人接')).toMatch(/已受理|登记/)
  })
})

describe('a form that waits for a place', () => {
  it.each([['这两天心情不太好', /听着呢|不容易/], ['刚搬来，想办个居住证', /清单/], ['你是谁做出来的', /是程序/]])('lets go for %s, and is asked after it', async (words, expected) => {
    const here = await aNeighbourhood()
    const said = await hears(here, '水龙头漏水了', words)
    expect(said).toMatch(expected)
    expect(said).toContain('在哪儿')
  })
})

describe('a fault told beside a question that must not be answered', () => {
  it.each(['6栋1单元天花板漏水，楼上住的谁', '楼上漏水漏到我家厨房了，6栋1单元，他们叫什么名字啊'])('%s: the fault is filed, the neighbour is not named', async (words) => {
    const here = await aNeighbourhood()
    const said = await hears(here, words)
    expect(said).toContain('隐私')
    expect(said).toContain('已受理')
    const [filed] = await here.requests()
    expect(filed?.description).toContain('漏水')
    expect(filed?.description).not.toMatch(/住的谁|叫什么/)
  })

  it('the question alone is only refused', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '对门住的是谁啊')).toContain('隐私')
    expect(await here.requests()).toHaveLength(0)
  })
})

describe('standing for election', () => {
  it.each(['我要报名竞选业委会委员', '我想参选居民代表'])('%s is nothing that is signed up here', async (words) => {
    const here = await aNeighbourhood()
    expect(await hears(here, words)).toContain('法定程序')
    expect(await here.requests()).toHaveLength(0)
  })

  it('what is said next is not written beside a wish of another kind', async () => {
    const here = await aNeighbourhood()
    await hears(here, '我想报名当志愿者')
    const [first] = await here.requests()
    await hears(here, '约个时间见书记')
    expect((await here.requests())[0]?.description).toBe(first?.description)
  })
})

describe('what was never reported here', () => {
  it.each([
    ['帮我查查我的医保', /看不到/], ['我爸的养老金查一下', /看不到|查不到/], ['登录密码忘记了咋整', /不用密码/],
  ])('%s is not looked for among reports', async (words, expected) => {
    const here = await aNeighbourhood()
    const said = await hears(here, words)
    expect(said).toMatch(expected)
    expect(said).not.toContain('没有您的登记')
  })

  it('who told it in vain elsewhere is met as before', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '打了三遍都没一个人理')).toContain('让您着急了')
  })

  it.each(['快点吧，等了半个月了', '我报的那个进度查一下', '我的工单'])('%s is', async (words) => {
    const here = await aNeighbourhood()
    expect(await hears(here, words)).toContain('没有您的登记')
  })
})

describe('a question that no text answers', () => {
  it.each(['刚来打工，想办个暂住证', '我想领老年证'])('%s opens the list of what to bring', async (words) => {
    const here = await aNeighbourhood()
    expect(await hears(here, words)).toContain('列一份您自己的清单')
  })

  it.each(['在这边租房住，用不用去社区备个案', '九十岁老人的高龄津贴怎么申请', '外孙户口不在这，能不能在这转学'])('%s gets no sentence about something else', async (words) => {
    const here = await aNeighbourhood()
    expect(await hears(here, words)).not.toContain('《')
  })

  it('another question while a list is asked answers nothing of it', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '我想办个居住证', '租房子不登记行不行')).toContain('本人')
  })

  it('who made the program is told by itself', async () => {
    const here = await aNeighbourhood()
    expect(await hears(here, '你这个软件是谁开发的')).toContain('是程序')
  })
})

describe('a warm word', () => {
  it.each(['这两天情绪不太好', '一个人在家闷得慌', '有点郁闷'])('%s is listened to, and a person can be called', async (words) => {
    const here = await aNeighbourhood()
    expect(await hears(here, words)).toMatch(/听着呢|不容易/)
  })

  it.each(['我想打听个事', '你好，咨询一下', '有个问题想问问'])('%s: go on', async (words) => {
    const here = await aNeighbourhood()
    expect(await hears(here, words)).toBe('您说，我听着。')
  })
})

describe('a voice message without a mark', () => {
  it('all that is told in it is met', async () => {
    const here = await aNeighbourhood()
    const said = await hears(here, '你好我是6栋的我们6栋楼下垃圾堆了三四天了没人清走路都捂鼻子还有呢就是6栋一单元的门禁也坏了天天敞着另外还想问一下那个老年证要带什么')
    const filed = (await here.requests()).map(({ description }) => description).join('；')
    expect(filed).toContain('垃圾')
    expect(filed).toContain('门禁')
    expect(said).toContain('老人自己去办吗')
  })
})
