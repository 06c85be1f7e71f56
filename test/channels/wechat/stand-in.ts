import { fork, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { join } from 'node:path'

export interface Written {
  readonly id: string
  readonly to: string
  readonly text: string
  /** The bytes, of a file; its name and length are the text. */
  readonly file?: Buffer
  /** ms since 1970. */
  readonly at: number
}

/** wechaty's numbers of message types. */
export const messageTypes = { file: 1, voice: 2, contact: 3, emoticon: 5, image: 6, text: 7, location: 8, note: 10, redPacket: 12, recalled: 13, link: 14, video: 15 } as const

/** A WeChat of our own behind a real wechaty gateway in another process. */
export interface WechatStandIn {
  readonly endpoint: string
  readonly token: string
  /** What our account wrote, in order. */
  readonly written: Written[]
  readonly accepted: string[]
  do(order: string, given?: Readonly<Record<string, unknown>>): Promise<void>
  /** Somebody writes; `to` a room's id or our account's. */
  says(who: string, to: string, text: string, more?: { readonly id?: string; readonly type?: number; readonly mentionIds?: readonly string[]; readonly file?: { readonly base64: string; readonly name: string } }): Promise<string>
  /** The gateway's process: ended, begun anew at the same address, or stopped and let go on by signal. */
  kill(): Promise<void>
  begin(): Promise<void>
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  close(): Promise<void>
}

export const token = 'insecure_5e0f7c1a-0000-4000-8000-138000000000'

export async function wechatStandIn(): Promise<WechatStandIn> {
  const endpoint = `127.0.0.1:${await freePort()}`
  const written: Written[] = []
  const accepted: string[] = []
  const done = new Map<number, () => void>()
  let child: ChildProcess | null = null
  let numbers = 0

  async function begin(): Promise<void> {
    const mine = fork(join(import.meta.dirname, 'stand-in-gateway.mjs'), [JSON.stringify({ endpoint, token })], {
      execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'], env: { PATH: process.env['PATH'], WECHATY_LOG: 'silent', HOME: '/nonexistent' },
    })
    child = mine
    await new Promise<void>((resolve, reject) => {
      mine.once('exit', (code) => { reject(new Error(`the stand-in gateway ended with ${String(code)}`)) })
      mine.on('message', (said: { readonly said: string; readonly number?: number; readonly id?: string; readonly to?: string; readonly text?: string; readonly base64?: string }) => {
        if (said.said === 'ready') resolve()
        if (said.said === 'sent') written.push({ id: said.id ?? '', to: said.to ?? '', text: said.text ?? '', at: Date.now(), ...(said.base64 === undefined ? {} : { file: Buffer.from(said.base64, 'base64') }) })
        if (said.said === 'accepted') accepted.push(said.id ?? '')
        if (said.said === 'done') { done.get(said.number ?? -1)?.(); done.delete(said.number ?? -1) }
      })
    })
  }

  async function kill(): Promise<void> {
    const mine = child
    child = null
    if (mine === null) return
    await new Promise<void>((resolve) => { mine.once('exit', () => { resolve() }); mine.kill('SIGKILL') })
  }

  const tell: WechatStandIn['do'] = (order, given = {}) => new Promise((resolve) => {
    const number = numbers += 1
    done.set(number, resolve)
    child?.send({ order, number, ...given })
  })

  await begin()
  return {
    endpoint, token, written, accepted, begin, kill,
    do: tell,
    async says(who, to, text, more = {}) {
      const id = more.id ?? randomUUID()
      const isRoom = to.includes('@')
      await tell('message', {
        message: { id, talkerId: who, ...(isRoom ? { roomId: to, mentionIdList: more.mentionIds ?? [] } : { listenerId: to }), text, type: more.type ?? messageTypes.text, timestamp: Date.now() },
        ...(more.file === undefined ? {} : { file: more.file }),
      })
      return id
    },
    signal(name) { child?.kill(name) },
    close: kill,
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => { resolve() }) })
  const address = server.address()
  await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
