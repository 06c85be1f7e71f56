import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { PLATFORM } from '../../src/knowledge/community.js'
import type { StaffAccount } from '../../src/desk/accounts.js'
import { aRequest, huzhou } from '../desk/running-server.js'
import { findBarriers } from './browser.js'
import { pictureFolder, runningDesk } from './running-desk.js'

const here = runningDesk()

async function colleague(role: 'staff' | 'lead' | 'auditor', name: string): Promise<StaffAccount> {
  const { account } = await here.server.staff(role)
  const kept = (await here.server.store.get(PLATFORM, 'staff', account.id))!
  await here.server.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: { ...kept, name } }])
  return account
}
async function open(account: StaffAccount): Promise<Page> {
  const page = await here.logIn(account)
  await page.goto(`${here.url}/desk/absences`)
  return page
}
async function pick(page: Page, field: string, name: RegExp): Promise<void> {
  await page.locator('.el-select').filter({ has: page.getByLabel(field) }).click()
  await page.getByRole('option', { name }).click()
}
const list = (page: Page) => page.getByRole('list', { name: '现在不在的' })

it('a lead enters who is away and who stands in: what lies open changes hands, it is shown to all, and ends when the person is back', async () => {
  const [lead, away, standIn, auditor] = [await colleague('lead', '王主任'), await colleague('staff', '李师傅'), await colleague('staff', '周大姐'), await colleague('auditor', '沈审计')]
  await here.server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest('r1', { status: 'in-progress', owner: { kind: 'staff', id: away.id, name: '李师傅' } }) }])
  const page = await open(lead)
  await page.getByRole('button', { name: '记下' }).click()
  await page.getByText('请选谁不在。').waitFor()
  await pick(page, '谁不在', /^李师傅/)
  // The server's clock stands at 2026-11-20.
  await page.getByLabel('到什么时候').fill('2026-11-27 18:00')
  await page.getByLabel('到什么时候').press('Enter')
  await pick(page, '谁顶（B岗）', /^周大姐/)
  await page.getByRole('button', { name: '记下' }).click()
  await list(page).getByText('李师傅', { exact: true }).waitFor()
  expect(await list(page).innerText()).toMatch(/周大姐[\s\S]*王主任/)
  expect((await here.server.store.get(huzhou, 'requests', 'r1'))?.owner).toMatchObject({ id: standIn.id })
  await page.mouse.move(5, 500)
  expect(await findBarriers(page)).toEqual([])
  if (pictureFolder !== '') await page.screenshot({ path: join(pictureFolder, 'absences-filled.png'), fullPage: true })

  // An auditor reads it, and has nothing to press.
  const reader = await open(auditor)
  await list(reader).getByText('李师傅', { exact: true }).waitFor()
  expect([await reader.getByRole('button', { name: '记下' }).count(), await list(reader).getByRole('button').count()]).toEqual([0, 0])

  await page.getByRole('button', { name: /李师傅.*回来/ }).click()
  await expect.poll(() => list(page).count()).toBe(0)
  expect(await here.server.store.find(huzhou, 'absences', {})).toEqual([])
})

it('staff enter themselves and nobody else', async () => {
  const [away, other] = [await colleague('staff', '李师傅'), await colleague('staff', '周大姐')]
  await here.server.store.commit(huzhou, [{ op: 'put', table: 'absences', row: { id: other.id, rev: 0, kind: 'staff', name: '周大姐', until: here.server.clock.now + 86_400_000, standIn: null, setBy: { id: other.id, name: '周大姐' }, at: here.server.clock.now } }])
  const page = await open(away)
  await list(page).getByText('周大姐', { exact: true }).waitFor()
  expect([await page.getByLabel('谁不在').isDisabled(), await list(page).getByRole('button').count()]).toEqual([true, 0])
  await page.getByLabel('到什么时候').fill('2026-11-24 18:00')
  await page.getByLabel('到什么时候').press('Enter')
  await page.getByRole('button', { name: '记下' }).click()
  await list(page).getByText('李师傅', { exact: true }).waitFor()
  expect((await here.server.store.get(huzhou, 'absences', away.id))?.setBy.name).toBe('李师傅')
})
