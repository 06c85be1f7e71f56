import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { huzhou } from '../desk/running-server.js'
import { servedKnowledge } from '../desk/served-knowledge.js'
import { runningDesk } from './running-desk.js'

const here = runningDesk({ knowledge: servedKnowledge })
const { look } = here

async function logIn(role: 'staff' | 'admin', scope: 'all' | readonly (typeof huzhou)[], viewport = { width: 1280, height: 900 }): Promise<Page> {
  return here.logIn((await here.server.staff(role, scope)).account, { viewport })
}
/** A second admin checks, approves and publishes it at another computer. */
async function publish(page: Page, number: number): Promise<void> {
  await page.goto(`${here.url}/desk/knowledge/versions/${number}`)
  for (const name of ['核对', '批准', '上线']) await page.getByRole('button', { name, exact: true }).click()
  await page.getByText('已上线').waitFor()
}

it('a room that can be booked is entered with its hours, published by a second admin, changed and given up', async () => {
  const [admin, second] = [await logIn('admin', 'all'), await logIn('admin', 'all')]
  await admin.getByLabel('看哪个社区').selectOption({ label: '示例社区' })
  await admin.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: '社区', exact: true }).click()
  await admin.getByRole('navigation', { name: '社区' }).getByRole('link', { name: '预约项目' }).click()
  await admin.getByRole('heading', { name: '办事窗口' }).waitFor()
  await look(admin, 'bookables')
  await admin.getByRole('button', { name: '添加一项' }).click()
  const form = admin.getByRole('form', { name: '添加预约项目' })
  await form.getByLabel('场地').check()
  await form.getByLabel('名称').fill('办事窗口')
  await form.getByLabel('到哪里').fill('二楼')
  await form.getByLabel('居民还叫它什么').fill('棋牌室、会议室')
  await form.getByLabel('每次多少分钟').fill('120')
  await form.getByLabel('周一').fill('9:00～11:00，14:00至18:00')
  await form.getByLabel('来源').fill('公告栏')
  await form.getByLabel('为什么改').fill('活动室开放了')
  await form.getByRole('button', { name: '存成草稿' }).click()
  await form.getByText('已经有「办事窗口」了，请换一个名称').waitFor()
  await form.getByLabel('名称').fill('活动室')
  await look(admin, 'bookable-form')
  await form.getByRole('button', { name: '存成草稿' }).click()
  await admin.getByText('已存成第 2 版草稿').waitFor()
  await publish(second, 2)
  await admin.reload()
  const room = admin.getByRole('listitem').filter({ has: admin.getByRole('heading', { name: '活动室' }) })
  expect(await room.innerText()).toMatch(/每次 120 分钟，同时 1 个号[^]*周一 09:00-11:00，14:00-18:00；周二至周五 08:30-12:00/)

  await room.getByRole('button', { name: '不再开放活动室' }).click()
  await admin.getByText('上线以后居民就约不到它了').waitFor()
  await admin.getByLabel('为什么改').fill('改作他用')
  await admin.getByRole('button', { name: '存成草稿' }).click()
  await admin.getByText('已存成第 3 版草稿').waitFor()
  await publish(second, 3)
  await admin.reload()
  await admin.getByRole('heading', { name: '办事窗口' }).waitFor()
  expect(await admin.getByRole('heading', { name: '活动室' }).count()).toBe(0)
})

it('staff read what can be booked and change nothing; it fits a phone', async () => {
  const clerk = await logIn('staff', [huzhou], { width: 360, height: 740 })
  await clerk.goto(`${here.url}/desk/bookables`)
  await clerk.getByRole('heading', { name: '办事窗口' }).waitFor()
  expect(await clerk.getByRole('button', { name: /添加|修改|不再开放/ }).count()).toBe(0)
  await look(clerk, 'bookables-phone')
})

it('a community is closed by two admins; a desk that is open says so by itself, and a resident reads why', async () => {
  const [admin, second, clerk] = [await logIn('admin', 'all'), await logIn('admin', 'all', { width: 360, height: 740 }), await logIn('staff', 'all')]
  await admin.getByLabel('看哪个社区').selectOption({ label: '示例社区' })
  await admin.goto(`${here.url}/desk/place`)
  await admin.getByRole('button', { name: '停用这个社区' }).click()
  const form = admin.getByRole('form', { name: '停用示例社区' })
  await form.getByLabel('从哪天起').fill('2026-11-20')
  await form.getByLabel('从哪天起').press('Enter')
  await form.getByLabel('为什么停用').fill('并入望溪社区')
  await form.getByLabel('以后找谁').fill('新的事请找望溪社区。')
  await form.getByText('这里的一窗2026年11月20日起停用：并入望溪社区。新的事请找望溪社区。').waitFor()
  await form.getByLabel('为什么改').fill('合并')
  await look(admin, 'closing-form')
  await form.getByRole('button', { name: '存成草稿' }).click()
  await admin.getByText('已存成第 2 版草稿').waitFor()
  await publish(second, 2)
  // Nobody read these pages anew.
  await clerk.getByRole('option', { name: '示例社区（已停用）' }).waitFor({ state: 'attached' })
  await admin.goto(`${here.url}/desk/communities`)
  await admin.getByText('2026-11-20 起停用').waitFor()
  await look(admin, 'communities-closed')
  const resident = await here.open(`${here.url}/?community=${huzhou}`)
  await resident.getByText('这里的一窗2026年11月20日起停用：并入望溪社区。新的事请找望溪社区。还没办完的照样可以问。').waitFor()
  await look(resident, 'closed-chat')
  expect(await resident.getByRole('button', { name: '我要报修' }).count()).toBe(0)
  await resident.getByRole('button', { name: /^示例社区/ }).click()
  await resident.getByText('已停用').waitFor()
  await resident.goto(`${here.url}/board?community=${huzhou}`)
  await resident.getByText('还没办完的会接着办完').waitFor()
  await look(resident, 'closed-board')
})
