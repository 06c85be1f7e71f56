import { describe, expect, it } from 'vitest'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

/** Whoever writes meets a program that does not understand in time. */
const aHangingNeighbourhood = (): Promise<Neighbourhood> => aNeighbourhood('huzhou-demo', { turnDeadlineMs: 20, nlu: { understand: () => new Promise(() => undefined), intents: new Map() } })
const kept = async (here: Neighbourhood): Promise<readonly string[]> => (await here.store.find(here.communityId, 'messages', {})).filter(({ from }) => from === 'resident').map(({ text }) => text)
const words = '3栋2单元502漏水，我叫王桂兰，电话13800000031，身份证11010119900307771X'

describe('what staff find of words whose turn failed', () => {
  it('is all of them, said in private: nobody has to say them again', async () => {
    const here = await aHangingNeighbourhood()
    expect(await here.says('王阿姨', words)).toContain('抱歉')
    expect(await kept(here)).toEqual([words])
  })
  it('holds no identity number where it stood in a room for all to see', async () => {
    const here = await aHangingNeighbourhood()
    expect(await here.saysInRoom('王阿姨', `@小助手 ${words}`)).toContain('抱歉')
    const [text] = await kept(here)
    expect(text).toContain('13800000031')
    expect(text).not.toContain('1101011990')
  })
  it('holds nothing that belongs to a person where neighbours spoke to each other, who hear no apology either', async () => {
    const here = await aHangingNeighbourhood()
    expect(await here.saysInRoom('王阿姨', words)).toBe('')
    const [text] = await kept(here)
    expect(text).toContain('漏水')
    expect(text).not.toMatch(/13800000031|1101011990|王桂兰|502/)
  })
})
