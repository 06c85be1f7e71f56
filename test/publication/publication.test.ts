import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PLATFORM, type CommunityId, type LocalFact } from '../../src/knowledge/community.js'
import type { KnowledgeFiles } from '../../src/knowledge/files.js'
import { readKnowledge } from '../../src/knowledge/knowledge.js'
import { withListed } from '../../src/publication/edits.js'
import { createLiveKnowledge } from '../../src/publication/live-knowledge.js'
import { withCommunity } from '../../src/publication/place-edits.js'
import { createPublication, type Publication } from '../../src/publication/publication.js'
import { replayMessage, replayQuestion } from '../../src/publication/replay.js'
import { applyChanges } from '../../src/publication/version.js'
import { aStaffAccount } from '../store/rows.js'
import { openTempStore, type TempStore } from '../store/temp-store.js'
import { invented, withDays, withFactUntil, withoutCouncil } from './invented-knowledge.js'

const lotus = 'lotus-demo' as CommunityId
const october = Date.parse('2026-10-01T09:00:00+08:00')

let temp: TempStore
let publication: Publication
let clock: number
const now = () => clock
beforeEach(async () => {
  clock = october
  temp = await openTempStore({ now })
  publication = createPublication(temp.store, now)
  await publication.begin(invented)
})
afterEach(() => temp.close())

/** A change all the way to its readers, one day later. */
async function publish(changes: ReadonlyMap<string, string | null>, author = '小周') {
  clock += 86_400_000
  const { number } = await publication.draft(changes, author, '试一试')
  await publication.check(number)
  await publication.approve(number, { by: '老李', alone: false })
  return publication.publish(number)
}

describe('a version of the knowledge', () => {
  it('begins with what lies in the folder, once', async () => {
    expect(await publication.begin(invented)).toMatchObject({ live: { number: 1, state: 'live', base: null }, notices: [] })
    expect(await publication.versions()).toHaveLength(1)
  })

  it('has author, reason, time, hash and who approved it', async () => {
    expect(await publish(withDays('五'))).toMatchObject({ number: 2, state: 'live', author: '小周', reason: '试一试', at: october + 86_400_000, base: 1, approval: { by: '老李', alone: false }, hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string })
    expect(await publication.version(1)).toMatchObject({ state: 'retired', retiredAt: october + 86_400_000 })
  })

  it('says by clause what changed, old and new words', async () => {
    await publish(withDays('五'))
    expect(await publication.diff(1, 2)).toEqual([{ what: 'clause', where: '《示例市关于加强社区议事工作的意见》二/（二）', before: expect.stringContaining('十个工作日') as string, after: expect.stringContaining('五个工作日') as string }])
  })

  it('names what a service is heard as by its title, beside the name in the data', async () => {
    const service = { code: 'noise-1', name: '噪声扰民', words: ['太吵'], intents: ['noise'], disclosure: 'public', filing: 'at-once', fields: [], forwardTo: null, books: false, purpose: '用来派人去劝' }
    await publish(new Map([['services/community.json', JSON.stringify([service])]]))
    expect((await publication.diff(1, 2, () => '噪声')).find(({ what }) => what === 'service')?.after).toContain('意图：噪声（noise）')
    expect((await publication.diff(1, 2)).find(({ what }) => what === 'service')?.after).toContain('意图：noise')
  })

  it('is not published by the one who wrote it, unless alone, and that is on record', async () => {
    const { number } = await publication.draft(withDays('五'), '小周', '试一试')
    await publication.check(number)
    await expect(publication.approve(number, { by: '小周', alone: false })).rejects.toThrow('另一个人批准')
    expect(await publication.approve(number, { by: '小周', alone: true })).toMatchObject({ approval: { by: '小周', alone: true } })
  })

  it('is not published without a check and an approval', async () => {
    const { number } = await publication.draft(withDays('五'), '小周', '试一试')
    await expect(publication.publish(number)).rejects.toThrow('草稿')
    await publication.check(number)
    await expect(publication.publish(number)).rejects.toThrow('已核对')
    expect((await publication.live()).number).toBe(1)
  })

  it('is not published where it breaks a question, which is named with both quotations', async () => {
    const { number } = await publication.draft(withoutCouncil, '小周', '删一条')
    const checked = await publication.check(number)
    expect(checked.state).toBe('broken')
    expect(checked.check?.broken).toEqual([expect.objectContaining({ question: '居民议事会成员不少于几个人', before: { right: true, said: expect.stringContaining('不少于九人') as string }, after: expect.objectContaining({ right: false }) as object })])
    await expect(publication.approve(number, { by: '老李', alone: false })).rejects.toThrow('核对没通过')
  })

  it('is not let through by taking its question out with the clause', async () => {
    const { number } = await publication.draft(new Map([...withoutCouncil, ['questions.jsonl', null]]), '小周', '删一条')
    expect((await publication.check(number)).state).toBe('broken')
  })

  it('answers to the questions that admins have added', async () => {
    const kept = await publication.keepQuestion({ question: '议定的事多少天内公开办理情况', community: lotus, expect: { policy: 'opinion', section: '二/（二）' } }, '老李')
    const { number } = await publication.draft(new Map([['policies/opinion.md', null]]), '小周', '删掉')
    expect((await publication.check(number)).check?.broken.map(({ question }) => question)).toContain(kept.question)
    await publication.dropQuestion(kept.id)
    expect(await publication.questions()).toEqual([])
  })

  it('cannot be what no program could read', async () => {
    await expect(publication.draft(new Map([['policies/opinion.md', '没有说明部分']]), '小周', '试一试')).rejects.toThrow('policies/opinion.md')
    await expect(publication.draft(withDays('十'), '小周', '没改')).rejects.toThrow('没有不同')
    expect(await publication.versions()).toHaveLength(1)
  })

  it('made while another was published is put upon that one, and never undoes it', async () => {
    const { number } = await publication.draft(withFactUntil('2026-12-31'), '小周', '加期限')
    await publication.check(number)
    await publication.approve(number, { by: '老李', alone: false })
    await publish(withDays('五'))
    await expect(publication.publish(number)).rejects.toThrow(`knowledge check ${number}`)
    await publication.check(number)
    await publication.approve(number, { by: '老李', alone: false })
    const live = await publication.publish(number)
    const files = await publication.files(live)
    expect([files.get('policies/opinion.md'), files.get('communities/lotus-demo.json')]).toEqual([expect.stringContaining('五个工作日'), expect.stringContaining('2026-12-31')])
  })

  it('that changes what another has changed meanwhile is refused with the name of the file', async () => {
    const { number } = await publication.draft(withDays('三'), '小周', '三天')
    await publish(withDays('五'))
    await expect(publication.check(number)).rejects.toThrow('policies/opinion.md')
  })

  it('comes back by one command, as a version of its own', async () => {
    await publish(withDays('五'))
    const back = await publication.rollback(1, '老李', '改错了')
    expect(back).toMatchObject({ number: 3, state: 'live', origin: { kind: 'rollback', of: 1 }, hash: (await publication.version(1)).hash })
    await expect(publication.rollback(1, '老李', '再退')).rejects.toThrow('内容一样')
    await expect(publication.rollback(9, '老李', '再退')).rejects.toThrow('没有第 9 版')
  })

  it('is not gone back to where a community would be gone that has residents by now', async () => {
    const willow = 'willow-demo' as CommunityId
    const [known] = [...readKnowledge(invented).communities.values()]
    await publish(withCommunity(invented, { ...known!, id: willow, name: '柳林社区(示例)', numberPrefix: 'WL', facts: [] }))
    const words = { op: 'put', table: 'conversations', row: { id: 'c1', rev: 0, channel: 'web', chat: 'private', residentId: 'r1', title: '', mode: 'bot', handover: null, takenBy: null, lastAt: 1 } } as const
    await temp.store.commit(willow, [words])
    await expect(publication.rollback(1, '老李', '不要了')).rejects.toThrow('还没有柳林社区(示例)')
    await temp.store.commit(willow, [{ op: 'remove', table: 'conversations', id: 'c1', rev: 1 }])
    expect((await publication.rollback(1, '老李', '不要了')).state).toBe('live')
  })

  it('needs no second person where there is at most one admin', async () => {
    expect(await publication.isAlone()).toBe(true)
    await temp.store.commit(PLATFORM, ['a', 'b'].map((id) => ({ op: 'put', table: 'staff', row: { ...aStaffAccount(), id, login: id, role: 'admin', rev: 0 } })))
    expect(await publication.isAlone()).toBe(false)
  })
})

describe('the knowledge folder', () => {
  it('rules until something was published: what changed in it is the new version', async () => {
    expect(await publication.begin(applyChanges(invented, withDays('七')))).toMatchObject({ live: { number: 2, state: 'live', origin: { kind: 'folder' } }, notices: [] })
  })

  it('rules no more afterwards: what changed in it is a draft upon what is live', async () => {
    await publish(withFactUntil('2026-12-31'))
    const { live, notices } = await publication.begin(applyChanges(invented, withDays('七')))
    expect([live.number, notices.join('')]).toEqual([2, expect.stringContaining('第 3 版草稿')])
    const draft = await publication.version(3)
    expect([draft.state, (await publication.files(draft)).get('communities/lotus-demo.json')]).toEqual(['draft', expect.stringContaining('2026-12-31')])
    expect((await publication.begin(applyChanges(invented, withDays('七')))).live.number).toBe(2)
    expect(await publication.versions()).toHaveLength(3)
  })
})

describe('the running process', () => {
  it('takes a version up without a restart; who began before it ends on the old one', async () => {
    const live = await createLiveKnowledge(publication)
    const begun = live.inUse()
    await publish(withDays('五'))
    await live.reload()
    const ask = (inUse: typeof begun) => inUse.retriever.answer({ question: '议定事项多少个工作日内公开办理情况', community: inUse.community(lotus), now: clock, includeFacts: true })
    expect(ask(begun)).toMatchObject({ citations: [{ quote: expect.stringContaining('十个工作日') as string, knowledge: { version: 1 } }] })
    expect(ask(live.inUse())).toMatchObject({ citations: [{ quote: expect.stringContaining('五个工作日') as string, knowledge: { version: 2 } }] })
  })

  it('finds the old or the new version after it was killed, never half of one', async () => {
    const { number } = await publication.draft(withDays('五'), '小周', '试一试')
    await publication.check(number)
    await publication.approve(number, { by: '老李', alone: false })
    let store = await temp.reopen()
    expect((await createPublication(store, now).live()).number).toBe(1)
    await createPublication(store, now).publish(number)
    store = await temp.reopen()
    const again = createPublication(store, now)
    expect([(await again.live()).number, (await again.files(await again.live())).get('policies/opinion.md')]).toEqual([2, expect.stringContaining('五个工作日')])
  })
})

describe('an answer of before', () => {
  it('is asked again of the version that was live that day', async () => {
    await publish(withDays('五'))
    const question = '议定事项多少个工作日内公开办理情况'
    expect(await replayQuestion(publication, question, lotus, october + 3_600_000)).toMatchObject({ version: 1, says: expect.stringContaining('十个工作日') as string })
    expect(await replayQuestion(publication, question, lotus, clock)).toMatchObject({ version: 2, says: expect.stringContaining('五个工作日') as string })
    await expect(replayQuestion(publication, question, lotus, october - 1)).rejects.toThrow('还没有上线')
  })

  it('is shown by its message, with the words it stood on', async () => {
    const live = await createLiveKnowledge(publication)
    const question = '议定事项多少个工作日内公开办理情况'
    const answer = live.inUse().retriever.answer({ question, community: live.inUse().community(lotus), now: clock, includeFacts: true })
    const citations = answer.kind === 'answered' ? answer.citations : []
    const line = { rev: 0, conversationId: 'c', at: clock, authorId: 'r', authorName: null, attachments: [], requestId: null }
    await temp.store.commit(lotus, [
      { op: 'put', table: 'messages', row: { ...line, id: 'm1', from: 'resident', text: question, reply: null } },
      { op: 'put', table: 'messages', row: { ...line, id: 'm2', from: 'bot', text: '十个工作日', reply: { text: '十个工作日', choices: [], citations, urgency: 'normal', from: { kind: 'bot' } } } },
    ])
    await publish(withDays('五'))
    const replay = await replayMessage(temp.store, publication, 'm2')
    expect(replay).toMatchObject({ version: 1, question, says: expect.stringContaining('十个工作日') as string })
    expect(replay.then?.quotations.map(({ stands }) => stands)).toEqual(citations.map(() => true))
    await expect(replayMessage(temp.store, publication, 'm1')).rejects.toThrow('不是小助手')
  })
})

describe('two drafts of one community', () => {
  const facts = (files: KnowledgeFiles) => (JSON.parse(files.get('communities/lotus-demo.json')!) as { facts: LocalFact[] }).facts.map(({ id, text }) => `${id} ${text ?? ''}`)
  const aFact = (id: string, text: string): LocalFact => ({ id, topic: '通知', item: id, text, source: '居委会', date: '2026-10-01', from: null, until: null })

  it('that enter two facts both come to be published', async () => {
    const files = await publication.files(await publication.live())
    const second = await publication.draft(withListed(files, lotus, 'facts', 'water', aFact('water', '周三停水')), '小周', '停水')
    await publish(withListed(files, lotus, 'facts', 'power', aFact('power', '周四停电')))
    await publication.check(second.number)
    await publication.approve(second.number, { by: '老李', alone: false })
    expect(facts(await publication.files(await publication.publish(second.number)))).toEqual([expect.stringContaining('hours'), 'power 周四停电', 'water 周三停水'])
  })

  it('that change one fact differently are not mixed', async () => {
    const files = await publication.files(await publication.live())
    const second = await publication.draft(withListed(files, lotus, 'facts', 'hours', { ...aFact('hours', '八点开门'), topic: '办公时间', item: '办事大厅' }), '小周', '改时间')
    await publish(withListed(files, lotus, 'facts', 'hours', { ...aFact('hours', '九点开门'), topic: '办公时间', item: '办事大厅' }))
    await expect(publication.check(second.number)).rejects.toThrow('都改了：社区信息 办公时间·办事大厅')
  })
})
