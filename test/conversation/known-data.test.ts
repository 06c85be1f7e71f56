import { describe, expect, it } from 'vitest'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

/** A resident who had a meal brought once, 50 days ago. */
async function who(): Promise<Neighbourhood> {
  const here = await aNeighbourhood()
  await here.says('wang', '给我妈订个送餐，3栋2单元501，电话13800000012')
  await here.says('wang', '对')
  here.pass(20 * 86_400_000)
  return here
}

const fields = async (here: Neighbourhood): Promise<Record<string, string>> => Object.fromEntries(((await here.requests()).at(-1)?.fields ?? []).map(({ name, value }) => [name, value]))

describe('what was told once is offered again, with its date, and never filled in silently', () => {
  it('names day, matter and masked number, and takes them with 对', async () => {
    const here = await who()
    const asked = await here.says('wang', '想约个助浴，给老人洗澡')
    expect(asked).toContain('您11月23日办')
    expect(asked).toContain('138****0012')
    expect(asked).toContain('3栋2单元501')
    expect(asked).not.toContain('13800000012')
    expect(await here.says('wang', '对')).toContain('13800000012')
    await here.says('wang', '对')
    expect(await fields(here)).toMatchObject({ phone: '13800000012', addr: '3栋2单元501' })
  })

  it('「换一个」 of several asks which; new ones take their place', async () => {
    const here = await who()
    await here.says('wang', '想约个助浴，给老人洗澡')
    expect(await here.says('wang', '换一个')).toMatch(/换哪个[^]*地址[^]*电话/)
    await here.says('wang', '8栋1单元302，13800000099')
    await here.says('wang', '对')
    expect(await fields(here)).toMatchObject({ phone: '13800000099', addr: '8栋1单元302' })
  })

  it('a new number takes the place of the old one, the home stays on offer', async () => {
    const here = await who()
    await here.says('wang', '想约个助浴，给老人洗澡')
    const asked = await here.says('wang', '电话换成13800000099')
    expect(asked).toContain('3栋2单元501')
    expect(asked).not.toContain('138****0012')
    await here.says('wang', '还是原来的')
    await here.says('wang', '对')
    expect(await fields(here)).toMatchObject({ phone: '13800000099', addr: '3栋2单元501' })
  })

  it('offers nothing in a room, and nothing of a neighbour', async () => {
    const here = await who()
    expect(await here.saysInRoom('wang', '@小助手 想约个助浴，给老人洗澡')).not.toMatch(/138|501/)
    expect(await here.says('li', '想约个助浴，给老人洗澡')).not.toMatch(/138|501/)
  })

  it('the place of a broken lamp is no home', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '9栋1单元楼道灯坏了')
    expect(await here.says('wang', '想约个助浴，给老人洗澡')).not.toContain('9栋')
  })
})
