import { describe, expect, it } from 'vitest'
import type { Conversation } from '../../src/conversation/records.js'
import { aNeighbourhood, clerk, type Neighbourhood } from '../conversation/neighbourhood.js'

const queue = (here: Neighbourhood) => here.store.find(here.communityId, 'learning', {})
const unsaid = (here: Neighbourhood) => here.store.find(here.communityId, 'unsaid', {})

async function set(here: Neighbourhood, change: Partial<Conversation>): Promise<void> {
  await here.saysInRoom('物业老吴', '@小助手 你好')
  const room = await here.store.get(here.communityId, 'conversations', 'memory:room')
  if (!room) throw new Error('the room is not known yet')
  await here.store.commit(here.communityId, [{ op: 'put', table: 'conversations', row: { ...room, ...change } }])
}

describe('what the bot did not understand waits for a person to look', () => {
  it('is kept without names, numbers and doors', async () => {
    const here = await aNeighbourhood()
    await here.says('赵姐', '那个啥弄一下子咯 我电话13800000044')
    await here.says('赵姐', '就那个嘛 弄一弄呗')
    const rows = await queue(here)
    expect(rows.length).toBeGreaterThanOrEqual(1)
    expect(rows.every((row) => row.label === null && row.publishedAt === null)).toBe(true)
    expect(JSON.stringify(rows)).not.toContain('13800000044')
  })

  it('tells which candidate the resident took', async () => {
    const here = await aNeighbourhood()
    await here.says('孙叔', '你好')
    const dialog = await here.store.get(here.communityId, 'dialogs', 'memory:private:孙叔|memory:孙叔')
    if (!dialog) throw new Error('no dialog')
    const candidates = { text: '楼上那个动静和那个费的事', intents: ['noise', 'payment'] }
    await here.store.commit(here.communityId, [{ op: 'put', table: 'dialogs', row: { ...dialog, memory: { ...(dialog.memory as object), candidates, unclear: 1 } } }])
    await here.says('孙叔', '2')
    expect(await queue(here)).toMatchObject([{ why: 'corrected-by-choice', chosen: 'payment', text: '楼上那个动静和那个费的事' }])
  })

  it('is what was said to a person who had taken over', async () => {
    const here = await aNeighbourhood()
    await here.says('钱婶', '你好')
    await here.engine.takeConversation(here.communityId, 'memory:private:钱婶', clerk)
    await here.says('钱婶', '我家那口子的慢病本子要换新的去哪里弄')
    await here.says('钱婶', '好')
    expect(await queue(here)).toMatchObject([{ why: 'taken-over' }])
  })

  it('is not what was understood, nor danger, nor who asks for a person', async () => {
    const here = await aNeighbourhood()
    await here.says('周伯', '3栋2单元楼下路灯坏了')
    await here.says('周伯', '谢谢')
    await here.says('吴妈', '我要转人工')
    await here.says('李哥', '家里着火了快来人')
    expect(await queue(here)).toEqual([])
  })
})

describe('a room on trial', () => {
  it('hears nothing that it did not ask for; staff see what would have been said', async () => {
    const here = await aNeighbourhood()
    await set(here, { gateDryRun: true })
    expect(await here.saysInRoom('王姨', '请问社区几点下班，我电话13800000021')).toBe('')
    expect(await here.requests()).toEqual([])
    expect(await here.saysInRoom('王姨', '6栋楼下的路灯不亮了')).toBe('')
    expect(await here.requests()).toEqual([])
    const rows = await unsaid(here)
    expect(rows.map((row) => row.reason)).toEqual(['public-request', 'public-fault'])
    expect(rows.every((row) => row.reply.length > 0)).toBe(true)
    expect(JSON.stringify(rows)).not.toContain('13800000021')
    expect(here.outcomes.at(-1)).toEqual({ kind: 'silent', reason: 'trial' })
  })
  it('is answered where it mentions the bot, in danger, and when an ID number stands in the open', async () => {
    const here = await aNeighbourhood()
    await set(here, { gateDryRun: true })
    expect(await here.saysInRoom('王姨', '@小助手 社区几点下班')).not.toBe('')
    expect(await here.saysInRoom('刘哥', '地下车库着火了快来人')).toContain('119')
    expect(await here.saysInRoom('何姐', '帮我登记 110101190001010030')).not.toBe('')
    expect(await unsaid(here)).toEqual([])
  })
})

it('a room set to speak only when addressed leaves a plain question to people', async () => {
  const here = await aNeighbourhood()
  expect(await here.saysInRoom('王姨', '请问社区几点下班')).not.toBe('')
  await set(here, { gateMode: 'only-when-addressed' })
  expect(await here.saysInRoom('王姨', '请问社区几点下班')).toBe('')
})
