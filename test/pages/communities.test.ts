import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { huzhou } from '../desk/running-server.js'
import { findBarriers } from './browser.js'
import { pictureFolder, runningDesk } from './running-desk.js'

const here = runningDesk()

async function logIn(role: 'staff' | 'lead' | 'admin' | 'auditor', scope: 'all' | readonly (typeof huzhou)[], viewport = { width: 1280, height: 900 }): Promise<Page> {
  return here.logIn((await here.server.staff(role, scope)).account, { viewport })
}
async function look(page: Page, name: string): Promise<void> {
  expect(await findBarriers(page)).toEqual([])
  if (pictureFolder === '') return
  await page.evaluate('document.fonts.ready.then(() => 1)')
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(pictureFolder, `${name}-${colorScheme}.png`), fullPage: true })
  }
  await page.emulateMedia({ colorScheme: 'light' })
}
const menu = (page: Page, nav: string, link: string) => page.getByRole('navigation', { name: nav, exact: true }).getByRole('link', { name: link, exact: true }).click()

it('a community is added on a page, approved by a second admin at another computer, chosen, and given its grids on a form', async () => {
  const [admin, second] = [await logIn('admin', 'all'), await logIn('admin', 'all')]
  await menu(admin, '主菜单', '社区')
  await menu(admin, '社区', '所有社区')
  await admin.getByRole('button', { name: '添加一个社区' }).click()
  const form = admin.getByRole('form', { name: '添加一个社区' })
  await form.getByLabel('社区的名称').fill('莲花社区')
  await form.getByLabel('社区的名称').press('Tab')
  await expect.poll(() => form.getByLabel('网址里的短名').inputValue()).toBe('lianhua')
  expect(await form.getByLabel('工单号的开头').inputValue()).toBe('LH')
  await form.getByLabel('社区的代码').fill('330502003007')
  expect([await form.getByLabel('街道的代码').inputValue(), await form.getByLabel('市的名称', { exact: true }).inputValue(), await form.getByLabel('省的名称').inputValue()]).toEqual(['330502003', '湖州市', '浙江省'])
  await form.getByLabel('街道的名称').fill('爱山街道')
  await form.getByLabel('区县的名称').fill('吴兴区')
  await form.getByLabel('值班电话').fill('找老王')
  await form.getByLabel('电话的来源').fill('居委会公告')
  await form.getByLabel('办公时间的来源').fill('公告栏')
  await form.getByLabel('为什么添加').fill('莲花社区开通一窗')
  await form.getByRole('button', { name: '存成草稿' }).click()
  await form.getByText('电话只写号码，几个号码用顿号隔开').waitFor()
  await form.getByLabel('值班电话').fill('0572-2100000')
  await look(admin, 'community-form')
  await form.getByRole('button', { name: '存成草稿' }).click()
  await admin.getByRole('link', { name: '去看这一版' }).click()
  await admin.getByRole('heading', { name: '第 2 版' }).waitFor()
  await admin.getByRole('button', { name: '核对', exact: true }).click()
  await admin.getByText('您是这一版的作者，要由另一位管理员批准').waitFor()
  await look(admin, 'community-draft')

  await second.goto(`${here.url}/desk/knowledge/versions/2`)
  await second.getByRole('button', { name: '批准' }).click()
  await second.getByRole('button', { name: '上线' }).click()
  await second.getByText('已上线').waitFor()
  // It can be chosen at once, without the page being read again.
  await second.getByLabel('看哪个社区').selectOption({ label: '莲花社区' })
  await menu(second, '主菜单', '社区')
  await second.getByRole('heading', { name: '概况 · 莲花社区' }).waitFor()
  await look(second, 'community-place')
  await menu(second, '社区', '楼栋和网格')
  await second.getByRole('button', { name: '在这里改' }).click()
  const grids = second.getByRole('form', { name: '改网格' })
  const first = grids.getByRole('group', { name: '第 1 个网格' })
  await first.getByLabel('网格的名称').fill('第一网格')
  await first.getByLabel('负责人').fill('小周')
  await first.getByLabel(/^楼栋/).fill('1栋、2栋 3栋')
  await grids.getByRole('button', { name: '再加一个网格' }).click()
  const other = grids.getByRole('group', { name: '第 2 个网格' })
  await other.getByLabel('网格的名称').fill('第二网格')
  await other.getByLabel('负责人').fill('沈师傅')
  await other.getByLabel(/^楼栋/).fill('3栋')
  await grids.getByLabel('为什么改').fill('第一次登记')
  await grids.getByRole('button', { name: '存成草稿' }).click()
  await second.getByText('「3栋」同时写在第一网格和第二网格').waitFor()
  await other.getByLabel(/^楼栋/).fill('4栋')
  await look(second, 'grid-form')
  await grids.getByRole('button', { name: '存成草稿' }).click()
  await second.getByText('已存成第 3 版草稿').waitFor()
  await menu(second, '社区', '所有社区')
  await second.getByText('330502').or(second.getByText('爱山街道')).first().waitFor()
  await look(second, 'communities')
  await second.setViewportSize({ width: 360, height: 740 })
  expect(await second.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
  await look(second, 'communities-phone')
})

it('an admin of one community changes its name and places, and cannot add another; a lead and staff see no page of all', async () => {
  const admin = await logIn('admin', [huzhou], { width: 360, height: 740 })
  await admin.goto(`${here.url}/desk/place`)
  await admin.getByRole('button', { name: '修改名称、所属和地名' }).click()
  const form = admin.getByRole('form', { name: '修改名称、所属和地名' })
  await form.getByLabel('社区的名称').fill('新荷社区')
  await form.getByLabel('居民说的地方').fill('小区北门\n垃圾房')
  await form.getByLabel('为什么改').fill('改名')
  expect(await admin.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
  await look(admin, 'community-profile-phone')
  await form.getByRole('button', { name: '存成草稿' }).click()
  await admin.getByText('已存成第 2 版草稿').waitFor()
  await admin.goto(`${here.url}/desk/communities`)
  await admin.getByText('要添加社区，请管全部社区的管理员来。').waitFor()
  expect(await admin.getByRole('button', { name: '添加一个社区' }).count()).toBe(0)
  for (const role of ['lead', 'staff'] as const) {
    const page = await logIn(role, [huzhou])
    await page.goto(`${here.url}/desk/communities`)
    await page.getByText('这里没有您能看的内容。').waitFor()
    expect(await page.getByRole('link', { name: '所有社区' }).count()).toBe(0)
  }
})
