import { describe, expect, it } from 'vitest'
import { moveInWords } from '../../src/requests/apply-move.js'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'

/** A lamp reported by 甲, mended, and the question asked whether it is solved. */
async function aLampDone(inRoom: boolean): Promise<Neighbourhood> {
  const here = await aNeighbourhood()
  await (inRoom ? here.saysInRoom('甲', '@小助手 5栋楼道灯坏了') : here.says('甲', '5栋楼道灯坏了'))
  const [request] = await here.requests()
  if (!request) throw new Error('no request')
  const taken = await here.engine.actOnRequest(here.communityId, request.id, request.rev, moveInWords('take', ''), clerk)
  await here.engine.actOnRequest(here.communityId, request.id, taken.rev, moveInWords('close', '灯泡已换新'), clerk)
  await here.engine.idle()
  expect((await here.requests())[0]?.status).toBe('confirming')
  return here
}

describe('after 「解决了吗」', () => {
  it.each(['灯亮咧，谢谢师傅', '亮堂着呢，修好了', '弄妥了，辛苦'])('%s settles it in private', async (words) => {
    const here = await aLampDone(false)
    expect(await here.says('甲', words)).toContain('记为已解决')
    expect((await here.requests())[0]?.status).toBe('resolved')
  })

  it('its end told in the room where it was reported settles it too', async () => {
    const here = await aLampDone(true)
    expect(await here.saysInRoom('甲', '@小助手 修好咯，亮得很')).toContain('记为已解决')
    expect((await here.requests())[0]?.status).toBe('resolved')
  })

  it.each(['还是黑的', '亮了两天又灭了', '没弄好'])('%s sends it back', async (words) => {
    const here = await aLampDone(false)
    expect(await here.says('甲', words)).toContain('重新办理')
  })

  it('what is missing yet is asked after, and neither answer is taken from it', async () => {
    const here = await aLampDone(false)
    expect(await here.says('甲', '亮是亮了，就是一闪一闪')).toMatch(/1 解决了/)
    expect((await here.requests())[0]?.status).toBe('confirming')
    expect(await here.says('甲', '2')).toContain('重新办理')
  })

  it('the end of another thing says nothing of it', async () => {
    const here = await aLampDone(false)
    await here.says('甲', '垃圾拉走了，谢谢')
    expect((await here.requests())[0]?.status).toBe('confirming')
  })
})
