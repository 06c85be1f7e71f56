import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateSync, crc32 } from 'node:zlib'
import { afterAll } from 'vitest'
import type { ChatLine, ChatSend } from '../../src/channels/web-types.js'
import type { Answer, ChatClient } from '../../src/bench/chat-client.js'
import { startServer, type ServerOptions, type ServerProcess } from '../../src/bench/server-process.js'

/** The compiled program; `npm test` builds what is stale before it runs. */
export const script = join(process.cwd(), 'dist', 'cli.js')

/** What must be undone when the tests of a file are over, last made first. */
const endings: (() => unknown)[] = []
afterAll(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

/** Undoes something when the tests of this file are over, whether or not they passed. */
export function atTheEnd(end: () => unknown): void {
  endings.push(end)
}

export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yichuang-'))
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts the whole product on a data folder; ended after the file's tests if it still runs. */
export async function aServer(dataDir: string, more: Partial<ServerOptions> = {}): Promise<ServerProcess> {
  const server = await startServer({ script, dataDir, ...more })
  atTheEnd(() => (server.isAlive() ? server.end('SIGKILL') : null))
  return server
}

/** How long an answer may take before a test gives up, ms: a lost one, not a slow one. */
const answerWithinMs = 20_000

/** A talk over the live stream: what was said, and the answers as they come. */
export interface Talk {
  readonly lines: readonly ChatLine[]
  /** Says it and resolves to the bot's first line after it. */
  ask(text: string, more?: Partial<ChatSend>): Promise<ChatLine>
  /** Resolves to the first line that passes, now or later. */
  until(passes: (line: ChatLine) => boolean): Promise<ChatLine>
  close(): void
}

export async function talkAs(client: ChatClient): Promise<Talk> {
  const lines: ChatLine[] = []
  let wake = new Set<() => void>()
  const stream = await client.listen((line) => {
    lines.push(line)
    const waiting = wake
    wake = new Set()
    for (const each of waiting) each()
  })
  async function until(passes: (line: ChatLine) => boolean): Promise<ChatLine> {
    const deadline = Date.now() + answerWithinMs
    for (;;) {
      const found = lines.find(passes)
      if (found) return found
      const left = deadline - Date.now()
      if (left <= 0) throw new Error(`no such line; there were:\n${lines.map((line) => `${line.from}: ${line.text}`).join('\n')}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left)
        wake.add(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    }
  }
  return {
    lines,
    until,
    async ask(text, more = {}) {
      const clientId = more.clientId ?? randomUUID()
      const answer = await client.send(text, { ...more, clientId })
      if (answer.status !== 202) throw new Error(`not taken: ${answer.status} ${answer.body}`)
      const conversationId = more.conversationId ?? client.privateId
      const own = await until((line) => line.clientId === clientId)
      return until((line) => line.from === 'bot' && line.conversationId === conversationId && lines.indexOf(line) > lines.indexOf(own))
    },
    close: () => stream.close(),
  }
}

/** Every line of a conversation, oldest first, page by page. */
export async function allLines(client: ChatClient, get: (path: string) => Promise<Answer>): Promise<ChatLine[]> {
  const lines: ChatLine[] = []
  for (;;) {
    const before = lines[0] === undefined ? '' : `&before=${encodeURIComponent(lines[0].id)}`
    const answer = await get(`/api/chat/messages?conversation=${encodeURIComponent(client.privateId)}${before}`)
    const page = JSON.parse(answer.body) as { lines: ChatLine[]; more: boolean }
    lines.unshift(...page.lines)
    if (!page.more || page.lines.length === 0) return lines
  }
}

/** A picture of random dots, of about `bytes` bytes: random so that it does not shrink. */
export function aPng(bytes: number, chance: () => number): Buffer {
  const width = Math.max(1, Math.ceil(Math.sqrt(bytes / 3)))
  const height = Math.max(1, Math.floor(bytes / (width * 3 + 1)))
  const pixels = Buffer.alloc(height * (width * 3 + 1))
  for (let at = 0; at + 4 <= pixels.length; at += 4) pixels.writeUInt32LE(Math.floor(chance() * 2 ** 32), at)
  for (let row = 0; row < height; row += 1) pixels[row * (width * 3 + 1)] = 0
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 0 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

