import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import type { CommunityId } from '../../src/knowledge/community.js'
import { readKnowledge } from '../../src/knowledge/knowledge.js'
import { createLiveKnowledge } from '../../src/publication/live-knowledge.js'
import { createPublication } from '../../src/publication/publication.js'
import { invented } from '../publication/invented-knowledge.js'
import { aDocx, aPdf, paragraphsXml } from '../knowledge/office-files.js'
import { findBarriers } from './browser.js'
import { pictureFolder, runningDesk } from './running-desk.js'

const lotus = 'lotus-demo' as CommunityId

const here = runningDesk({
  communities: [...readKnowledge(invented).communities.values()],
  knowledge: async (store, now) => {
    const publication = createPublication(store, now)
    await publication.begin(invented)
    const live = await createLiveKnowledge(publication)
    return {
      publication, inUse: live.inUse, titleOf: () => '问政策', takeUp: async () => { await live.reload() },
      tryOut: ({ id }) => Promise.resolve({
        understanding: null,
        answer: { id, speaks: true, outcome: 'answered', intents: [{ name: 'policy_standard', confidence: 0.93 }], slots: [{ name: 'count', value: '几个人' }], reply: ['成员不少于九人。'], citations: [], ms: 3 },
      }),
    }
  },
})

async function logIn(role: 'lead' | 'admin' | 'auditor', given: { readonly viewport?: { width: number; height: number }; readonly colorScheme?: 'dark' } = {}): Promise<Page> {
  return here.logIn((await here.server.staff(role, role === 'lead' ? [lotus] : 'all')).account, given)
}
async function look(page: Page, name: string): Promise<void> {
  expect(await findBarriers(page)).toEqual([])
  if (pictureFolder === '') return
  await page.evaluate('document.fonts.ready.then(() => 1)')
  await page.screenshot({ path: join(pictureFolder, `${name}.png`), fullPage: true })
}
const part = (page: Page, name: string) => page.getByRole('navigation', { name: '知识库' }).getByRole('link', { name }).click()

describe('a notice', () => {
  it('goes from a lead’s draft over two admins to residents, and back', async () => {
    const lead = await logIn('lead')
    await lead.getByRole('link', { name: '知识库' }).click()
    await part(lead, '社区信息')
    await lead.getByRole('button', { name: '发一条通知' }).click()
    await lead.getByLabel('具体哪一项').fill('停水')
    await lead.getByLabel('怎么答').fill('周三九点到十二点停水检修')
    await look(lead, 'knowledge-facts')
    await lead.getByRole('button', { name: '存成草稿' }).click()
    await lead.getByText('请写来源').waitFor()
    await lead.getByLabel('来源').fill('供水公司')
    await lead.getByLabel('为什么改').fill('供水公司来电')
    await lead.getByRole('button', { name: '存成草稿' }).click()
    await lead.getByRole('heading', { name: '第 2 版' }).waitFor()
    expect(await lead.getByText('要管理员核对、批准和上线').count()).toBe(1)

    const [admin, second] = [await logIn('admin'), await logIn('admin', { colorScheme: 'dark' })]
    await admin.goto(`${here.url}/desk/knowledge/versions/2`)
    await admin.getByRole('button', { name: '核对' }).click()
    await admin.getByText(/问了 3 个问题：改坏 0 个/).waitFor()
    await second.goto(`${here.url}/desk/knowledge/versions/2`)
    await second.getByRole('button', { name: '批准' }).click()
    await second.getByText('已批准，可以上线了。').waitFor()
    await look(second, 'knowledge-version-dark')
    await second.getByRole('button', { name: '上线' }).click()
    await second.getByText('已上线').waitFor()
    await look(second, 'knowledge-version-live')
    await admin.goto(`${here.url}/desk/knowledge/versions/1`)
    await admin.getByRole('button', { name: '退回到这一版' }).click()
    await admin.getByRole('dialog').getByRole('textbox').fill('通知发错了')
    await admin.getByRole('dialog').getByRole('button', { name: '退回' }).click()
    await admin.getByText('已退回，现在在用。').waitFor()
    await part(admin, '版本')
    expect(await admin.getByRole('list', { name: '上过线的和作废的' }).innerText()).toMatch(/第 3 版[\s\S]*通知发错了[\s\S]*在用/)
    await look(admin, 'knowledge-versions')
  })

  it('is made of an answer of staff in three clicks', async () => {
    const line = (id: string, from: 'resident' | 'staff', text: string) => ({ op: 'put', table: 'messages', row: { id, rev: 0, conversationId: 'c1', at: here.server.clock.now, from, authorId: from, authorName: from === 'staff' ? '王芳' : null, text, attachments: [], reply: null, requestId: null } } as const)
    await here.server.store.commit(lotus, [
      { op: 'put', table: 'conversations', row: { id: 'c1', rev: 0, channel: 'web', chat: 'private', residentId: 'r1', title: '居民', mode: 'bot', handover: null, takenBy: null, lastAt: here.server.clock.now } },
      line('m1', 'resident', '活动室周日开吗'), line('m2', 'staff', '活动室周日上午九点到十一点开放'),
    ])
    const lead = await logIn('lead')
    await lead.goto(`${here.url}/desk/conversations/${lotus}/c1`)
    await lead.getByRole('link', { name: '存为知识' }).click()
    await lead.getByText('活动室周日开吗').waitFor()
    expect([await lead.getByLabel('怎么答').inputValue(), await lead.getByLabel('来源').inputValue()]).toEqual(['活动室周日上午九点到十一点开放', '王芳 2026-11-20 答复居民'])
    await lead.getByLabel('什么事').fill('活动室')
    await lead.getByRole('button', { name: '存成草稿' }).click()
    await lead.getByRole('heading', { name: '第 2 版' }).waitFor()
    expect(await lead.getByText('活动室周日上午九点到十一点开放').count()).toBe(1)
  })
})

describe('a policy file', () => {
  it('is read, shown beside its original, corrected and kept as a draft; a refusal says what to do', async () => {
    const admin = await logIn('admin')
    await admin.goto(`${here.url}/desk/knowledge/policies`)
    const path = join(tmpdir(), 'yichuang-building-rules.txt')
    writeFileSync(path, `首页 > 通知公告\n示例市居民楼道堆物管理办法\n示居发〔2025〕8号\n（2025年3月1日）\n一、总体要求\n${'楼道是大家的通道，任何人不得在楼道堆放杂物，影响通行和安全。'.repeat(6)}\n二、清理期限\n社区发现楼道堆物的，应当通知堆放人在三日内自行清理；逾期不清理的，由社区组织清理。\n版权所有 示例市民政局\n`)
    await admin.getByLabel('文件', { exact: true }).setInputFiles({ name: 'a.rtf', mimeType: 'application/rtf', buffer: Buffer.from('{\\rtf1 abc') })
    await admin.getByLabel(/在哪里有效/).fill('990100')
    await admin.getByRole('button', { name: '读一读' }).click()
    await admin.getByText(/另存为 .docx/).waitFor()
    // As Word, as a web page and as PDF it is the same text.
    const paragraphs = ['示例市居民楼道堆物管理办法', '示居发〔2025〕8号', '一、总体要求', '楼道是大家的通道，任何人不得在楼道堆放杂物，影响通行和安全。'.repeat(6), '二、清理期限', '社区发现楼道堆物的，应当通知堆放人在三日内自行清理；逾期不清理的，由社区组织清理。']
    const html = paragraphs.map((text, at) => (at === 0 ? `<h1>${text}</h1>` : `<p>${text}</p>`)).join('')
    for (const [name, mimeType, buffer] of [
      ['办法.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', await aDocx(paragraphsXml(paragraphs.join('\n')))],
      ['办法.html', 'text/html', Buffer.from(`<!doctype html><html><head><meta charset="utf-8"></head><body>${html}</body></html>`)],
      ['办法.pdf', 'application/pdf', await aPdf(here.browser, html)],
    ] as const) {
      await admin.getByLabel('文件', { exact: true }).setInputFiles({ name, mimeType, buffer })
      await admin.getByRole('button', { name: '读一读' }).click()
      await admin.locator('.original', { hasText: '三日内自行清理' }).waitFor()
      expect(await admin.getByLabel('标题').inputValue(), name).toBe('示例市居民楼道堆物管理办法')
    }
    await admin.getByLabel('文件', { exact: true }).setInputFiles(path)
    await admin.getByRole('button', { name: '读一读' }).click()
    await admin.getByRole('heading', { name: /文件信息/ }).waitFor()
    expect(await admin.getByLabel('标题').inputValue()).toBe('示例市居民楼道堆物管理办法')
    await admin.getByRole('button', { name: /三日内自行清理/ }).click()
    expect(await admin.locator('.original mark').allInnerTexts()).toContainEqual(expect.stringContaining('三日内自行清理'))
    await look(admin, 'knowledge-policy')
    expect(await admin.getByLabel('适用地区').inputValue()).toBe('示例市')
    await admin.getByRole('button', { name: '存成草稿' }).click()
    await admin.getByRole('heading', { name: '第 2 版' }).waitFor()
    await look(admin, 'knowledge-policy-draft')
  })
})

describe('the policy texts in use', () => {
  it('are listed with where and how they hold, read beside their original, and corrected or taken out as a draft', async () => {
    const auditor = await logIn('auditor', { viewport: { width: 360, height: 740 } })
    await auditor.goto(`${here.url}/desk/knowledge/policies`)
    await auditor.getByRole('button', { name: '《示例市关于加强社区议事工作的意见》' }).click()
    await auditor.getByRole('button', { name: /成员不少于九人/ }).waitFor()
    expect([await auditor.getByRole('button', { name: '更正文件信息' }).count(), await auditor.evaluate('document.documentElement.scrollWidth')]).toEqual([0, 360])
    const admin = await logIn('admin')
    await admin.goto(`${here.url}/desk/knowledge/policies`)
    const row = admin.getByRole('row', { name: /示例市关于加强社区议事工作的意见/ })
    expect(await row.innerText()).toMatch(/示民发〔2024〕3号[\s\S]*现行[\s\S]*示例市（990100）[\s\S]*荷塘社区/)
    await row.getByRole('button').click()
    await admin.getByRole('button', { name: '更正文件信息' }).click()
    await look(admin, 'knowledge-policies')
    const form = admin.getByRole('form', { name: '文件信息' })
    await form.getByLabel('有效期至').fill('2027-12-31')
    await form.getByLabel('为什么改').fill('文中写了有效期三年')
    await form.getByRole('button', { name: '存成草稿' }).click()
    await admin.getByRole('heading', { name: '第 2 版' }).waitFor()
    expect(await admin.getByText('2027-12-31').count()).toBe(1)
    await part(admin, '政策文件')
    await admin.getByRole('button', { name: '《示例市关于加强社区议事工作的意见》' }).click()
    await admin.getByRole('button', { name: '撤下' }).click()
    await admin.getByRole('dialog').getByRole('textbox').fill('已经废止')
    await admin.getByRole('dialog').getByRole('button', { name: '撤下' }).click()
    await admin.getByRole('heading', { name: '第 3 版' }).waitFor()
  })
})

describe('what the knowledge says and lacks', () => {
  it('is shown: a trial with the clauses as they were weighed, on a phone too', async () => {
    const auditor = await logIn('auditor', { viewport: { width: 360, height: 740 } })
    await auditor.goto(`${here.url}/desk/knowledge/trial`)
    await auditor.getByLabel('居民会怎么问').fill('居民议事会成员不少于几个人')
    await auditor.getByRole('button', { name: '问一问' }).click()
    await auditor.getByText('有依据，照原文答').waitFor()
    // What it was taken for, what was heard in it, and whether it would be answered at all.
    expect(await auditor.getByRole('region', { name: '会这样答' }).innerText()).toMatch(/出不出声\s+\S+[\s\S]*听成\s+问政策 93%[\s\S]*听出的词\s+数量 几个人/)
    expect(await auditor.locator('.ranking li').first().innerText()).toMatch(/成员不少于九人[\s\S]*＋/)
    expect(await auditor.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await look(auditor, 'knowledge-trial-phone')
  })

  it('is shown: what is past, and what was asked and not answered', async () => {
    const ask = (id: string, text: string) => ({ op: 'put', table: 'learning', row: { id, rev: 0, at: here.server.clock.now, conversationId: 'c1', text, understood: [], why: 'unanswered', chosen: null, label: 'drop', labelledAt: null, publishedAt: null } } as const)
    await here.server.store.commit(lotus, [ask('1', '游泳馆几点开门'), ask('2', '游泳馆开门时间'), ask('3', '旧衣服回收箱在哪里')])
    const admin = await logIn('admin')
    await admin.goto(`${here.url}/desk/knowledge/gaps`)
    await admin.getByText('游泳馆开门时间').first().waitFor()
    await look(admin, 'knowledge-gaps')
    await part(admin, '过期和矛盾')
    await admin.getByText('没有发现矛盾和过期。').waitFor()
    await look(admin, 'knowledge-findings')
    await part(admin, '办事项目')
    await admin.getByRole('heading', { name: '办事项目' }).waitFor()
    await look(admin, 'knowledge-services')
  })
})

describe('a service', () => {
  it('is entered with what is asked for it, and a list of papers with a question; what is missing is said first', async () => {
    const admin = await logIn('admin')
    await admin.goto(`${here.url}/desk/knowledge/services`)
    await admin.getByRole('button', { name: '登记一个办事项目' }).click()
    const form = admin.getByRole('form', { name: '办事项目' })
    await form.getByRole('button', { name: '存成草稿' }).click()
    await form.getByText('请写名称').waitFor()
    await form.getByLabel('名称').fill('共享单车清理')
    await form.getByLabel('居民的说法，一行一个').fill('单车乱停\n共享单车')
    await form.getByLabel(/承诺几个工作日/).fill('2')
    await form.getByLabel('时限的来源').fill('居委会承诺')
    await form.getByRole('button', { name: '再问一项' }).click()
    const field = form.getByRole('group', { name: '第 1 项' })
    await field.getByLabel('叫什么').fill('地点')
    await field.getByLabel('怎么问').fill('请问在哪儿？')
    await field.getByLabel('为什么要问').fill('好找')
    await field.getByLabel(/常见的答案/).fill('东门：大门口、正门')
    await form.getByRole('group', { name: '听成哪几种意思时是它' }).getByRole('checkbox').first().check()
    await form.getByText('怎么办', { exact: true }).click()
    await form.getByLabel(/问这些来做什么/).fill('用来派人去清')
    await form.getByLabel('为什么改').fill('新开的服务')
    await look(admin, 'knowledge-service-form')
    await form.getByRole('button', { name: '存成草稿' }).click()
    await admin.getByRole('heading', { name: '第 2 版' }).waitFor()
    await admin.getByText(/时限：2 个工作日（居委会承诺/).waitFor()
    await look(admin, 'knowledge-service-draft')

    await part(admin, '办事项目')
    await admin.getByRole('button', { name: '登记一份材料清单' }).click()
    const list = admin.getByRole('form', { name: '材料清单' })
    await list.getByLabel('办什么').fill('居住证')
    await list.getByLabel('来源').fill('窗口')
    await list.getByLabel('居民的说法，一行一个').fill('居住证')
    await list.getByRole('button', { name: '再问一个' }).click()
    await list.getByLabel('怎么问').fill('是您本人去办吗？')
    await list.getByLabel('第 1 样', { exact: true }).fill('委托书')
    await list.getByLabel('第 1 样，第 1 问').selectOption({ label: '答「不是」才要' })
    await list.getByLabel('为什么改').fill('窗口来的清单')
    await look(admin, 'knowledge-checklist-form')
    await list.getByRole('button', { name: '存成草稿' }).click()
    await admin.getByRole('heading', { name: '第 3 版' }).waitFor()
  })
})

describe('two drafts of one fact', () => {
  it('stand beside each other with both wordings, and go on as one is chosen', async () => {
    const admin = await here.server.staff('admin', 'all')
    const enter = async (text: string): Promise<number> => {
      const fact = { topic: '办公时间', item: '办事大厅', text, source: '公告', date: '2026-11-19', from: null, until: null }
      return (await admin.call('POST', `/api/desk/knowledge/facts/${lotus}`, { id: 'hours', fact, reason: '改时间' })).json<{ number: number }>().number
    }
    const [first, second] = [await enter('八点半开门'), await enter('九点开门')]
    const page = await logIn('admin')
    for (const act of ['核对', '批准', '上线']) {
      await page.goto(`${here.url}/desk/knowledge/versions/${first}`)
      await page.getByRole('button', { name: act, exact: true }).click()
      await page.getByText({ 核对: /问了 3 个问题/, 批准: '已批准，可以上线了。', 上线: '已上线' }[act]!).first().waitFor()
    }
    await page.goto(`${here.url}/desk/knowledge/versions/${second}`)
    await page.getByText('后来上线的一版也改了同一处').waitFor()
    expect([await page.getByRole('button', { name: '核对', exact: true }).count(), await page.getByText('八点半开门').count() > 0]).toEqual([0, true])
    await look(page, 'knowledge-conflict')
    await page.getByRole('button', { name: '照这样合起来' }).click()
    await page.getByText('每一处都要挑一份').waitFor()
    await page.getByRole('radio', { name: /用这份草稿的/ }).check()
    await page.getByRole('button', { name: '照这样合起来' }).click()
    await page.getByText('合好了，请再核对一次。').waitFor()
    await page.getByRole('button', { name: '核对', exact: true }).click()
    await page.getByText(/问了 3 个问题/).waitFor()
  })
})

describe('a question that must stay answered', () => {
  it('is kept from a trial, listed, entered with the clause that must come, and dropped', async () => {
    const lead = await logIn('lead')
    await lead.goto(`${here.url}/desk/knowledge/trial`)
    await lead.getByLabel('居民会怎么问').fill('议事会最少要几个人')
    await lead.getByRole('button', { name: '问一问' }).click()
    await lead.getByRole('button', { name: '以后都要这样答' }).click()
    await lead.getByText('已记成核对问题。').waitFor()
    await part(lead, '核对问题')
    const list = lead.getByRole('list', { name: '核对问题' })
    await list.getByText('议事会最少要几个人').waitFor()
    await lead.getByLabel('居民会怎么问').fill('议事会的人怎么选出来')
    await lead.getByLabel('该怎么答').selectOption({ label: '引用这一条' })
    await lead.getByRole('button', { name: '记下来' }).click()
    await lead.getByText('请写明该怎么答').waitFor()
    await lead.getByLabel('哪份文件').selectOption({ index: 0 })
    await lead.getByLabel('哪一条').selectOption({ label: '二/（一）' })
    await lead.getByRole('button', { name: '记下来' }).click()
    await list.getByText('议事会的人怎么选出来').waitFor()
    await look(lead, 'knowledge-questions')
    await lead.getByRole('button', { name: '不再核对「议事会最少要几个人」' }).click()
    await expect.poll(() => list.getByText('议事会最少要几个人').count()).toBe(0)
  })
})

describe('what nothing answered', () => {
  it('becomes a fact with the question in view', async () => {
    await here.server.store.commit(lotus, [{ op: 'put', table: 'learning', row: { id: '1', rev: 0, at: here.server.clock.now, conversationId: 'c1', text: '游泳馆几点开门', understood: [], why: 'unanswered', chosen: null, label: 'drop', labelledAt: null, publishedAt: null } }])
    const lead = await logIn('lead')
    await lead.goto(`${here.url}/desk/knowledge/gaps`)
    await lead.getByRole('link', { name: /去登记一条/ }).click()
    await lead.locator('q').getByText('游泳馆几点开门').waitFor()
    expect(await lead.getByLabel('为什么改').inputValue()).toBe('居民问过，没有依据可答')
  })
})
