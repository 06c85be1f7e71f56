import { describe, expect, it } from 'vitest'
import { aNeighbourhood } from './neighbourhood.js'

describe('who writes for the first time', () => {
  it('on a platform without a page of ours is told who answers and what for, once', async () => {
    const here = await aNeighbourhood()
    const said = async (): Promise<string[]> => (await here.store.find(here.communityId, 'outbox', {})).map((row) => row.reply.text)
    await here.says('王阿姨', '3栋2单元楼道灯坏了', { channel: 'lark' })
    expect((await said())[0]).toMatch(/程序，不是真人[^]*已受理/)
    await here.says('王阿姨', '修到哪了', { channel: 'lark' })
    expect((await said()).filter((text) => text.includes('不是真人'))).toHaveLength(1)
  })

  it('in danger hears the advice first and the rest later', async () => {
    const here = await aNeighbourhood()
    await here.says('王阿姨', '着火了着火了 12号楼楼顶冒烟', { channel: 'lark' })
    const [row] = await here.store.find(here.communityId, 'outbox', {})
    expect(row?.reply.text).toMatch(/^⚠️ 先打119/)
    expect((await here.store.get(here.communityId, 'residents', 'memory:王阿姨'))?.noticedAt).toBeNull()
  })

  it('in the room and then in private gets later news in private', async () => {
    const here = await aNeighbourhood()
    await here.saysInRoom('王阿姨', '@小助手 3栋2单元楼道灯坏了')
    await here.says('王阿姨', '你好')
    expect((await here.store.get(here.communityId, 'residents', 'memory:王阿姨'))?.privateConversationId).toBe('memory:private:王阿姨')
  })
})
