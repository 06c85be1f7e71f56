import { existsSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { extname, join } from 'node:path'

/** The strictest policy the pages must live under; violations come back as reports. */
const policy = [
  "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data: blob:", "object-src 'none'", "base-uri 'none'", "form-action 'self'",
  "frame-ancestors 'none'", 'report-uri /reports',
].join('; ')
const mediaTypes: Readonly<Record<string, string>> = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' }
const built = join(import.meta.dirname, '../../dist/web')

export interface Call {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly cookie: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}
/** What an endpoint says; `stream` keeps the connection open for events. */
export type Said =
  | { readonly status: number; readonly json?: unknown; readonly cookie?: string }
  | { readonly status: 200; readonly bytes: Buffer; readonly mediaType: string }
  | { readonly stream: (send: (event: string, data: unknown, id?: string) => void) => () => void }
export type Api = (call: Call) => Said

/** The built pages and a made-up API behind the production's security policy. */
export class FixtureServer {
  readonly reports: string[] = []
  #server: Server | null = null
  #sockets = new Set<Socket>()
  #port = 0
  constructor(private readonly api: Api) {
    if (!existsSync(join(built, 'index.html'))) throw new Error('test/pages: dist/web is missing; build the pages first: npx vite build')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens; after `goDown` on the same port, as a server that was restarted. */
  async goUp(): Promise<this> {
    const server = createServer((request, response) => void this.#answer(request, response))
    server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#port, '127.0.0.1', resolve)
    })
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  /** Cuts every connection at once, as a dead network does. */
  async goDown(): Promise<void> {
    const server = this.#server
    this.#server = null
    if (server === null) return
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', this.url)
    response.setHeader('content-security-policy', policy)
    response.setHeader('x-content-type-options', 'nosniff')
    if (url.pathname === '/reports') {
      this.reports.push(Buffer.concat(chunks).toString())
      return void response.writeHead(204).end()
    }
    if (!url.pathname.startsWith('/api/')) return this.#servePage(url.pathname, response)
    const said = this.api({
      method: request.method ?? 'GET', path: url.pathname, query: url.searchParams, cookie: request.headers.cookie ?? '', headers: request.headers, body: Buffer.concat(chunks),
    })
    if ('stream' in said) {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
      response.write('retry: 200\n\n')
      const stop = said.stream((event, data, id) => response.write(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
      response.on('close', stop)
    } else if ('bytes' in said) response.writeHead(said.status, { 'content-type': said.mediaType }).end(said.bytes)
    else {
      response.writeHead(said.status, { 'content-type': 'application/json', ...(said.cookie === undefined ? {} : { 'set-cookie': said.cookie }) })
      response.end(said.json === undefined ? '' : JSON.stringify(said.json))
    }
  }

  #servePage(path: string, response: ServerResponse): void {
    const isAsset = path.startsWith('/assets/')
    const file = join(built, isAsset ? path : path.startsWith('/desk') ? 'desk/index.html' : path === '/board' ? 'board/index.html' : 'index.html')
    if ((!isAsset && path !== '/' && path !== '/board' && !path.startsWith('/desk')) || !existsSync(file)) return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': mediaTypes[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
  }
}
