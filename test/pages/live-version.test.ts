import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PLATFORM } from '../../src/knowledge/community.js'
import { readKnowledge } from '../../src/knowledge/knowledge.js'
import { createLiveKnowledge } from '../../src/publication/live-knowledge.js'
import { createPublication } from '../../src/publication/publication.js'
import type { KnowledgeVersion } from '../../src/publication/version.js'
import { runningServer, staffPassword, type RunningServer } from '../desk/running-server.js'
import { invented } from '../publication/invented-knowledge.js'
import { openBrowser, openPage } from './browser.js'
import { DeskPage } from './desk-page.js'

let browser: Browser
let server: RunningServer
let url: string
beforeAll(async () => {
  browser = await openBrowser()
  server = await runningServer({
    pages: join(process.cwd(), 'dist/web'),
    communities: [...readKnowledge(invented).communities.values()],
    knowledge: async (store, now) => {
      const publication = createPublication(store, now)
      await publication.begin(invented)
      const live = await createLiveKnowledge(publication)
      return { publication, inUse: live.inUse, titleOf: () => '问政策', takeUp: async () => { await live.reload() }, tryOut: () => Promise.reject(new Error('not asked for')) }
    },
  })
  url = await server.listen()
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

async function adminAt(address: string): Promise<Page> {
  const { account } = await server.staff('admin', 'all')
  const { page } = await openPage(browser, { viewport: { width: 1280, height: 900 } })
  const desk = new DeskPage(page)
  await desk.open(url)
  await desk.logIn(account.login, staffPassword)
  await page.getByRole('navigation', { name: '主菜单' }).waitFor()
  await page.goto(`${url}${address}`)
  return page
}

it('what one admin does with a version of the knowledge stands at once on the pages that another has open', async () => {
  const [writer, list] = [await adminAt('/desk/knowledge/facts'), await adminAt('/desk/knowledge/versions')]
  await list.getByText('第 1 版').first().waitFor()
  await writer.getByRole('button', { name: '发一条通知' }).click()
  await writer.getByLabel('具体哪一项').fill('停水')
  await writer.getByLabel('怎么答').fill('周三九点到十二点停水检修')
  await writer.getByLabel('来源').fill('供水公司')
  await writer.getByLabel('为什么改').fill('供水公司来电')
  await writer.getByRole('button', { name: '存成草稿' }).click()
  await writer.getByRole('heading', { name: '第 2 版' }).waitFor()
  await list.getByRole('link', { name: /第 2 版/ }).click()
  await list.getByRole('heading', { name: '第 2 版' }).waitFor()
  await writer.getByRole('button', { name: '核对' }).click()
  await list.getByRole('button', { name: '批准' }).click()
  await writer.getByRole('button', { name: '上线' }).waitFor()
  await list.getByRole('button', { name: '上线' }).click()
  await writer.getByRole('button', { name: '上线' }).waitFor({ state: 'detached' })
  const states = async (): Promise<readonly KnowledgeVersion['state'][]> => (await server.store.find(PLATFORM, 'knowledgeVersions', {})).map(({ state }) => state)
  expect(await states()).toEqual(['retired', 'live'])
})
