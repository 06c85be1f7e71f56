import { expect, it } from 'vitest'
import { madeUpDesk, type DeskPage } from './desk-page.js'
import { aRequest, FixtureDesk } from './fixture-desk.js'

const here = madeUpDesk(() => new FixtureDesk())

/** The files of a page are gone, as after a newer desk has been put up; `times`: so often asked. The route stays: taking it away while a page loads can leave a request waiting for ever. */
async function loseFiles({ page }: DeskPage, name: string, times = Infinity): Promise<void> {
  let asked = 0
  await page.route(`**/assets/${name}-*.js`, (route) => (asked++ < times ? route.fulfill({ status: 404, body: '' }) : route.continue()))
}

it('a desk that was open while a newer one was put up reads itself anew, opens what was asked for, and keeps what was being written', async () => {
  here.desk.requests.set('1', aRequest({ id: '1', status: 'in-progress', owner: { kind: 'staff', id: 's1', name: '林工' } }))
  const staff = await here.logIn()
  await staff.openRequest('0001')
  await staff.answer.fill('今天下午去')
  await loseFiles(staff, 'account-page', 1)
  await staff.page.getByRole('link', { name: '林工' }).click()
  await staff.page.getByRole('heading', { name: '我的账号' }).waitFor()
  await staff.page.goBack()
  await expect.poll(() => staff.answer.inputValue()).toBe('今天下午去')
})

it('a page that cannot be had says so, with what to do, instead of reading itself anew for ever', async () => {
  const staff = await here.logIn()
  await loseFiles(staff, 'account-page')
  await staff.page.getByRole('link', { name: '林工' }).click()
  await staff.page.getByText('这一页没有取到').waitFor()
  await staff.choose('工单')
  await staff.page.getByRole('navigation', { name: '工单范围' }).waitFor()
})
