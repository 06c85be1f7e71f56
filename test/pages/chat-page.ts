import type { Locator, Page } from 'playwright-core'

/** The residents' page, in a resident's words. */
export class ChatPage {
  constructor(readonly page: Page) {}

  async open(url: string): Promise<void> {
    await this.page.goto(url)
  }

  async chooseCommunity(name: string): Promise<void> {
    await this.page.getByRole('button', { name }).click()
    await this.box.waitFor()
  }

  get box(): Locator {
    return this.page.locator('textarea#say')
  }

  async say(text: string): Promise<void> {
    await this.box.fill(text)
    await this.box.press('Enter')
  }

  /** Taps a quick reply. */
  async choose(text: string): Promise<void> {
    await this.page.getByRole('log').getByRole('button', { name: text, exact: true }).click()
  }

  async askForPerson(): Promise<void> {
    await this.page.getByRole('button', { name: '人工', exact: true }).click()
  }

  async openTab(name: '私聊' | '小区群'): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }

  /** Sends a file as the camera or the gallery hands it over. */
  async sendPicture(file: { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
    await this.page.locator('input[type=file]').setInputFiles(file)
  }

  lines(from: 'me' | 'bot' | 'staff' | 'neighbour'): Locator {
    return this.page.locator(`article.from-${from}`)
  }

  /** The line that holds this text, once it is there. */
  async lineWith(text: string): Promise<Locator> {
    const line = this.page.locator('article.line', { hasText: text }).last()
    await line.waitFor()
    return line
  }

  /** Opens 「详情」 of the line with this text; returns the line. */
  async openDetails(text: string): Promise<Locator> {
    const line = await this.lineWith(text)
    await line.getByText('详情').click()
    return line
  }
}
