/** Exit code 0 when the browser that the tests use starts here and shows a page. */
import { chromium } from 'playwright-core'

try {
  const executablePath = process.env.CHROMIUM_PATH ?? (await (await import('@sparticuz/chromium')).default.executablePath())
  if (!process.env.CHROMIUM_PATH) {
    const { default: provideBrowserLibraries } = await import('./browser-libraries.mjs')
    provideBrowserLibraries()
  }
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'],
  })
  const page = await browser.newPage()
  await page.setContent('<p>好</p>')
  const text = await page.textContent('p')
  console.log(`${executablePath} ${browser.version()}`)
  await browser.close()
  process.exit(text === '好' ? 0 : 1)
} catch (error) {
  console.error(`The browser does not start: ${error instanceof Error ? error.message : String(error)}`)
  process.exit(1)
}
