import { randomUUID } from 'node:crypto'
import type { ChatLine } from '../channels/web-types.js'
import { enterChat, type ChatClient } from './chat-client.js'
import { spreadOf, type Spread } from './spread.js'

/** What a load run found. Times in ms from the moment the message was to be sent. */
export interface LoadFigures {
  readonly messages: number
  readonly seconds: number
  readonly messagesPerSecond: number
  /** To the acknowledgement (202: the message is durable). */
  readonly acknowledged: Spread
  /** To the first line of the answer in the live stream. */
  readonly replied: Spread
  /** Neither acknowledged nor answered in time. */
  readonly failed: number
}

export interface Load {
  readonly base: string
  readonly communityId: string
  /** Conversations that talk at the same time. */
  readonly conversations: number
  readonly messages: number
  /** Messages a second in all, sent on schedule whether or not the last is answered; `null` = each conversation sends its next when it has its answer. */
  readonly perSecond: number | null
  /** The words of the n-th message. */
  readonly text: (n: number) => string
}

/** A resident may send ten messages at once and then one a second; so each browser sends ten and hands over to a fresh one. */
const messagesPerResident = 10

/** Longest wait for an answer, ms. */
const answerWithinMs = 10_000

/** A resident with an open stream, waiting for at most one answer. */
interface Browser {
  readonly client: ChatClient
  sent: number
  waiting: ((line: ChatLine) => void) | null
  close(): void
}

/** Sends messages as residents in browsers would and measures what they wait. Ends by itself. */
export async function runLoad(load: Load): Promise<LoadFigures> {
  const needed = Math.ceil(load.messages / messagesPerResident) + load.conversations
  const browsers = await openBrowsers(load, needed)
  const acknowledged: number[] = []
  const replied: number[] = []
  let failed = 0

  async function exchange(browser: Browser, n: number, due: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const clientId = randomUUID()
    // Our own line comes back once it is kept; the bot's next one is the answer to it.
    let own = false
    const answer = new Promise<number | null>((resolve) => {
      browser.waiting = (line) => {
        if (own && line.from === 'bot') resolve(performance.now())
        own ||= line.clientId === clientId
      }
      timer = setTimeout(() => resolve(null), answerWithinMs)
    })
    browser.sent += 1
    const got = await browser.client.send(load.text(n), { clientId }).catch(() => null)
    if (got?.status === 202) acknowledged.push(performance.now() - due)
    const at = got?.status === 202 ? await answer : null
    clearTimeout(timer)
    browser.waiting = null
    if (at === null) failed += 1
    else replied.push(at - due)
  }

  const started = performance.now()
  try {
    if (load.perSecond === null) await talkInTurn(load, browsers, exchange)
    else await talkOnSchedule(load, load.perSecond, browsers, exchange)
  } finally {
    for (const browser of browsers) browser.close()
  }
  const seconds = (performance.now() - started) / 1_000
  return {
    messages: load.messages,
    seconds: Math.round(seconds * 100) / 100,
    messagesPerSecond: Math.round(replied.length / seconds),
    acknowledged: spreadOf(acknowledged),
    replied: spreadOf(replied),
    failed,
  }
}

type Exchange = (browser: Browser, n: number, due: number) => Promise<void>

async function talkInTurn(load: Load, browsers: Browser[], exchange: Exchange): Promise<void> {
  let next = 0
  const fresh = browsers.values()
  const lane = async () => {
    let browser = fresh.next().value
    while (browser && next < load.messages) {
      if (browser.sent >= messagesPerResident) browser = fresh.next().value
      if (!browser) return
      const n = next
      next += 1
      await exchange(browser, n, performance.now())
    }
  }
  await Promise.all(Array.from({ length: load.conversations }, lane))
}

/** Takes the browser that has been idle longest; a message with none idle waits, and its wait counts. */
async function talkOnSchedule(load: Load, perSecond: number, browsers: Browser[], exchange: Exchange): Promise<void> {
  const started = performance.now()
  const idle = [...browsers]
  const running = new Set<Promise<void>>()
  for (let n = 0; n < load.messages; n += 1) {
    const due = started + (n * 1_000) / perSecond
    const wait = due - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    while (idle.length === 0) await Promise.race(running)
    const browser = idle.shift()
    if (!browser) continue
    const one = exchange(browser, n, due).then(() => {
      running.delete(one)
      if (browser.sent < messagesPerResident) idle.push(browser)
    })
    running.add(one)
  }
  await Promise.all(running)
}

async function openBrowsers(load: Load, count: number): Promise<Browser[]> {
  const browsers: Browser[] = []
  // Ten at a time: entering is not what is measured, and the server checks each.
  while (browsers.length < count) {
    const homes = Array.from({ length: Math.min(10, count - browsers.length) }, (_, n) => homeAddress(browsers.length + n))
    browsers.push(...(await Promise.all(homes.map((home) => openBrowser(load, home)))))
  }
  return browsers
}

/** Addresses of this machine, ten browsers behind each: new browsers are limited by address. */
export function homeAddress(n: number): string {
  const home = Math.floor(n / 10)
  return `127.1.${Math.floor(home / 250) % 250}.${(home % 250) + 1}`
}

async function openBrowser({ base, communityId }: Load, home: string): Promise<Browser> {
  const client = await enterChat(base, communityId, home)
  const browser: Browser = { client, sent: 0, waiting: null, close: () => undefined }
  const stream = await client.listen((line) => browser.waiting?.(line))
  browser.close = () => stream.close()
  return browser
}
