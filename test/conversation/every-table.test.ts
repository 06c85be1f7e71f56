import { beforeAll, describe, expect, it } from 'vitest'
import { copyOwnData } from '../../src/conversation/own-copy.js'
import type { Write } from '../../src/store/store.js'
import { tableNames, type TableName } from '../../src/store/tables.js'
import { oneOfEach } from '../store/rows.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

const who = 'memory:wang'
/** What the rows say of the person: name, numbers, door, own words. */
const words = ['王阿姨', '老张', '13800000001', '13800000002', '2单元', '灯不亮了', '会拉二胡', '楼道扫得干干净净', '市图书馆', '法律咨询', '那个咋弄']

/** The row of each table as if it were this one person's: everybody's id is theirs, and the private chat is theirs. */
function rowsOfOne(): Write[] {
  const own = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/web:huzhou-demo:r\d/g, 'memory:private:wang').replace(/(?<![\w-])r\d(?![\w-])/g, who).replace(/^web$/, 'memory')
    if (Array.isArray(value)) return value.map(own)
    return value === null || typeof value !== 'object' ? value : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, own(each)]))
  }
  const given = { ...oneOfEach, intake: { ...oneOfEach.intake, state: 'done' as const, message: null, doneAt: 1_000 }, wishClaims: { ...oneOfEach.wishClaims, state: 'held' as const }, topics: { ...oneOfEach.topics, requestId: null } }
  const room = { ...oneOfEach.conversations, id: 'web:room', chat: 'group' as const, residentId: null, title: '业主群' }
  // An erasure of before, and news on their way, are not what is looked at.
  return [...tableNames.filter((table) => table !== 'erasures' && table !== 'outbox').map((table) => ({ op: 'put', table, row: own(given[table]) }) as Write), { op: 'put', table: 'conversations', row: room }]
}

/** Each table with the rows that say one of these. */
async function tablesWith(here: Neighbourhood, needles: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(tableNames.map(async (table) => {
    const text = JSON.stringify(await here.store.find(here.communityId, table, { limit: 10_000 }))
    return needles.filter((one) => text.includes(one)).map((one) => `${table}: ${one}`)
  }))
  return found.flat().sort()
}

/** Tables that may name the person after everything is deleted, and why. */
const stays: Partial<Record<TableName, string>> = {
  conversations: 'the chat itself, without a name: the receipt goes there, and they may write again',
  erasures: 'the proof that it was done: counts, no words',
  outbox: 'the receipt on its way',
  chatSessions: 'by it their own page stays signed in',
  wrongCodes: 'how often a wrong code was tried: it guards codes for a day',
  pages: 'a call for help that nobody has answered yet',
  intake: 'that their messages came, so that none is taken twice: seven days',
  dialogs: 'what was said since: the answer that asked for it',
  messages: 'the answer that asked for it and its receipt',
  residents: 'that somebody writes in this chat: no name, no number',
}

/** Of each table, words by which the person finds their own in the copy. */
const copied: Partial<Record<TableName, string>> = {
  requests: '3栋楼下的灯不亮了', residents: '13800000001', messages: '楼下的灯不亮了', attachments: 'image/jpeg', standings: '3栋2单元301室', ballots: '浅灰色', subscriptions: '停水停电', signUps: '清理河边步道',
  volunteers: '会拉二胡', wishClaims: '老花镜', partyMembers: '市图书馆', praises: '保洁李姐', supports: '晾衣架', bookingWaits: '法律咨询',
}
/** What names the person and is not copied, and why. */
const notCopied: Partial<Record<TableName, string>> = {
  intake: 'the same message stands in the talk', conversations: 'only the chat', dialogs: 'where the talk stands', identities: 'the names of all of them are there', linkCodes: 'good for minutes', chatSessions: 'a key', wrongCodes: 'counts wrong tries',
  learning: 'the same words stand in the talk', pages: 'a call to staff', undoables: 'good for ten seconds', webhookDeliveries: 'a copy for another system', visitSteps: 'where staff stood', unsaid: 'names nobody',
}

describe('of every table there is', () => {
  let here: Neighbourhood
  let named: readonly TableName[]
  beforeAll(async () => {
    here = await aNeighbourhood()
    await here.store.commit(here.communityId, rowsOfOne())
    named = [...new Set((await tablesWith(here, [who, 'memory:private:wang'])).map((one) => one.split(':')[0] as TableName))]
  })

  it('what names a resident is in the copy of their own data, or it is said why not', async () => {
    expect(named.filter((table) => copied[table] === undefined && notCopied[table] === undefined)).toEqual([])
    const copy = JSON.stringify(await copyOwnData(here.store, { id: here.communityId, name: '示例社区' }, who, here.now()))
    expect(Object.entries(copied).filter(([, text]) => !copy.includes(text)).map(([table]) => table)).toEqual([])
  })

  it('「我的数据」 tells of each kind of it, so that who has only that is not told there is nothing', async () => {
    const told = await here.says('wang', '我的数据')
    for (const kind of ['报名的活动：1', '认领过的微心愿：1', '夸过别人的话：1', '支持的微项目：1', '投过的票：1', '排队等的时间：1', '居住身份', '在职党员报到', '志愿者登记', '订阅的通知']) expect(told).toContain(kind)
    for (const table of ['ballots', 'standings', 'subscriptions', 'bookingWaits'] as const) {
      const other = await aNeighbourhood()
      await other.store.commit(other.communityId, rowsOfOne().filter((write) => write.table === table))
      expect(`${table} ${await other.says('wang', '删除我的数据')}`).toContain('确认')
    }
  })

  it('nothing of who has everything deleted is left: no word anywhere, no id but where it is said why', async () => {
    expect(named.length).toBeGreaterThan(20)
    expect((await tablesWith(here, words)).length).toBeGreaterThan(15)
    await here.says('wang', '删除我的数据')
    await here.says('wang', '1')
    await here.engine.idle()
    expect(await tablesWith(here, words)).toEqual([])
    const left = new Set((await tablesWith(here, [who, 'memory:private:wang'])).map((one) => one.split(':')[0] as TableName))
    expect([...left].filter((table) => stays[table] === undefined)).toEqual([])
  })
})
