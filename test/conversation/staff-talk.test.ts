import { beforeEach, describe, expect, it } from 'vitest'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'

describe('while staff speak with a resident in a room', () => {
  let hood: Neighbourhood
  beforeEach(async () => {
    hood = await aNeighbourhood()
    await hood.saysInRoom('wang', '@小助手 3栋楼下的灯坏了')
    const [filed] = await hood.requests()
    const taken = await hood.engine.actOnRequest(hood.communityId, filed?.id ?? '', filed?.rev ?? 0, { name: 'take', reason: null, brings: null }, clerk)
    await hood.engine.actOnRequest(hood.communityId, taken.id, taken.rev, { name: 'reply', reason: '下午两点去换', brings: null }, clerk)
    await hood.engine.idle()
  })

  it('what the resident answers is kept for them and not answered by the program', async () => {
    expect(await hood.saysInRoom('wang', '@小助手 好的，记得带梯子')).toBe('')
    expect((await hood.store.find(hood.communityId, 'messages', { by: 'conversationId', equals: 'memory:room' })).at(-1)).toMatchObject({ from: 'resident', text: '@小助手 好的，记得带梯子' })
  })

  it('a neighbour is answered as ever', async () => {
    expect(await hood.saysInRoom('zhang', '@小助手 5栋电梯坏了')).toMatch(/已受理/)
  })

  it('danger is answered at once, also to that resident', async () => {
    expect(await hood.saysInRoom('wang', '@小助手 楼道里着火了')).toContain('119')
  })

  it('it ends a quarter of an hour after their last words, and with the next step of the request', async () => {
    hood.pass(16 * 60_000)
    expect(await hood.saysInRoom('wang', '@小助手 5栋电梯坏了')).toMatch(/已受理/)
    const [request] = await hood.requests()
    const again = await hood.engine.actOnRequest(hood.communityId, request?.id ?? '', request?.rev ?? 0, { name: 'reply', reason: '在路上', brings: null }, clerk)
    await hood.engine.actOnRequest(hood.communityId, again.id, again.rev, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '换了' } }, clerk)
    expect(await hood.saysInRoom('wang', '@小助手 1')).toMatch(/已解决/)
  })
})
