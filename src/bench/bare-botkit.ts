/**
 * The yardstick: a bare Botkit that echoes, with no store, no understanding and no checks, behind the same few HTTP calls
 * as our web chat, so that the same client measures both. Run as a program of its own; prints its address.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Botkit } from 'botkit'
import { BotAdapter, TurnContext, type Activity, type ConversationReference, type ResourceResponse } from 'botbuilder'
import type { ChatLine, ChatSend, ChatSessionInfo } from '../channels/web-types.js'

const streams = new Map<string, ServerResponse>()
let lines = 0

function show(conversationId: string, from: ChatLine['from'], text: string, clientId: string | null): string {
  lines += 1
  const id = String(lines)
  const line: ChatLine = {
    id, conversationId, at: Date.now(), from, name: null, text, choices: [], citations: [], attachments: [], urgent: false, clientId,
  }
  streams.get(conversationId)?.write(`event: line\nid: ${id}\ndata: ${JSON.stringify(line)}\n\n`)
  return id
}

class EchoAdapter extends BotAdapter {
  readonly name = 'echo'
  override async sendActivities(_: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    return activities.map((activity) => {
      const conversationId = activity.conversation?.id ?? ''
      return { id: show(conversationId, 'bot', activity.text ?? '', null) }
    })
  }
  override async updateActivity(): Promise<void> {}
  override async deleteActivity(): Promise<void> {}
  override async continueConversation(_: Partial<ConversationReference>, logic: (context: TurnContext) => Promise<void>): Promise<void> {
    await logic(new TurnContext(this, {}))
  }
  async receive(activity: Partial<Activity>, logic: (context: TurnContext) => Promise<void>): Promise<void> {
    await this.runMiddleware(new TurnContext(this, activity), logic)
  }
}

const adapter = new EchoAdapter()
const controller = new Botkit({ adapter, disable_webserver: true, disable_console: true })
controller.on('message', async (bot, message) => {
  await bot.reply(message, `收到：${message.text ?? ''}`)
})

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function end(response: ServerResponse, status: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value))
}

let sessions = 0

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? ''
  if (path === '/api/chat/session') {
    sessions += 1
    const id = `echo-${sessions}`
    await bodyOf(request)
    const info: ChatSessionInfo = {
      community: { id: 'bare', name: 'bare', place: '' },
      residentId: id,
      conversations: [{ id, chat: 'private', title: '' }],
    }
    return end(response, 200, info, { 'set-cookie': `chat=${id}; Path=/` })
  }
  const id = /chat=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
  if (path === '/api/chat/stream') {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': open\n\n')
    streams.set(id, response)
    request.on('close', () => streams.delete(id))
    return
  }
  if (path === '/api/chat/messages' && request.method === 'POST') {
    const sent = JSON.parse(await bodyOf(request)) as ChatSend
    const activity: Partial<Activity> = {
      type: 'message', id: sent.clientId, channelId: 'bare', text: sent.text, timestamp: new Date(),
      from: { id, name: '' }, recipient: { id: 'bot', name: '' },
      conversation: { id: sent.conversationId, isGroup: false, conversationType: 'personal', name: '' },
    }
    show(sent.conversationId, 'me', sent.text, sent.clientId)
    await adapter.receive(activity, (context) => controller.handleTurn(context) as Promise<void>)
    return end(response, 202, {})
  }
  end(response, 404, {})
}

controller.ready(() => {
  const server = createServer((request, response) => void serve(request, response).catch((error: unknown) => end(response, 500, { message: String(error) })))
  server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`))
})
process.once('SIGTERM', () => process.exit(0))
