import { describe, expect, it } from 'vitest'
import type { Closing } from '../../src/knowledge/closing.js'
import type { Community } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

const knowledge = await loadKnowledge('knowledge')
const closing: Closing = { since: '2026-11-24', reason: '并入望溪社区', instead: '新的事请找望溪社区，电话 0572-2100000。' }
const dayMs = 24 * 3_600_000

/** The example community, whose closing begins the day after its first. */
async function aTown(): Promise<Neighbourhood> {
  const home = [...knowledge.communities.values()].find(({ id }) => id === 'huzhou-demo')
  if (home === undefined) throw new Error('no huzhou-demo')
  const closed: Community = { ...home, closed: closing }
  return aNeighbourhood('huzhou-demo', { community: () => closed })
}

describe('a community whose window is closed', () => {
  it('is served until the day', async () => {
    const here = await aTown()
    expect(await here.says('甲', '3栋2单元楼道灯坏了')).toContain('HZ-2611-0001')
  })

  it('registers nothing new: who comes hears since when, why, and where to turn', async () => {
    const here = await aTown()
    here.pass(dayMs)
    for (const text of ['3栋2单元楼道灯坏了', '我要投诉物业态度差', '明天上午九点约个窗口', '你能办什么', '高龄津贴怎么办', '帮我妈上门办个老年卡，4栋2单元201']) {
      expect(await here.says('乙', text), text).toMatch(/不再登记新的事了。.*2026年11月24日起停用：并入望溪社区。新的事请找望溪社区，电话 0572-2100000。.*119/)
    }
    expect(await here.requests()).toEqual([])
  })

  it('finishes what is open: how it goes, to be quicker, to be given up', async () => {
    const here = await aTown()
    await here.says('甲', '3栋2单元楼道灯坏了')
    here.pass(dayMs)
    expect(await here.says('甲', '5栋门口的垃圾桶满了没人清')).toMatch(/停用.*还没办完的 1 件会接着办完/)
    expect(await here.says('甲', '我那个灯修到哪了')).toMatch(/HZ-2611-0001/)
    expect(await here.says('甲', '催一下，快点修')).not.toContain('停用')
    await here.says('甲', '灯好了，撤回吧')
    expect((await here.requests()).map(({ status }) => status)).toEqual(['withdrawn'])
  })

  it('files no form that was begun before', async () => {
    const here = await aTown()
    await here.says('甲', '帮我妈订个送餐，3栋2单元501，电话13800000012')
    here.pass(dayMs)
    expect(await here.says('甲', '对')).toContain('停用')
    expect(await here.requests()).toEqual([])
  })

  it('meets danger as ever', async () => {
    const here = await aTown()
    here.pass(dayMs)
    const said = await here.says('丙', '楼上着火了！')
    expect(said).toContain('119')
    expect(said).not.toContain('停用')
  })

  it('tells another system why it takes nothing', async () => {
    const here = await aTown()
    here.pass(dayMs)
    const said = await here.says('平台', '路灯坏了', { report: { serviceCode: 'public-fault', description: '路灯坏了', address: '3栋', fields: [], origin: '平台' } })
    expect(said).toContain('停用')
    expect(await here.requests()).toEqual([])
  })
})
