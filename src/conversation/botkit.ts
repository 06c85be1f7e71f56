import { Botkit, BotkitConversation, type BotkitDialogWrapper, type BotkitMessage, type BotWorker } from 'botkit'
import { BotAdapter, TurnContext, type Activity, type ResourceResponse, type StatePropertyAccessor } from 'botbuilder'
import { openForm, serveAnswer, serveMessage } from './serve.js'
import type { Say, Step, Turn } from './turn.js'

/**
 * The only file that knows Botkit. A turn enters here and leaves as a Step: Botkit decides between an open question and
 * a new message, keeps which question is open, and carries what is said. What is asked and remembered is ours (serve.ts,
 * memory.ts), so that a changed dialog never puts an answer into the wrong field.
 *
 * Botkit as shipped ends the process when a handler throws, lets two messages of one person run at once, and answers a
 * picture with `[object Object]`. Here handlers run inside one promise that rejects (`SafeBotkit`), the caller runs one
 * turn at a time per conversation, every activity has a text, and nothing is sent before the turn is over.
 */
export interface BotkitRunner {
  /** Runs one turn. `state` is what the last turn of this person here returned (empty the first time). Rejects with what a journey threw. */
  run(turn: Turn, state: BotkitState): Promise<{ readonly step: Step; readonly state: BotkitState }>
}
export type BotkitState = Readonly<Record<string, unknown>>

/** What a turn takes with it through Botkit. */
interface Carrier {
  readonly turn: Turn
  step: Step | null
  readonly dialogs: DialogStack
  readonly said: Say[]
  /** What the open question says; Botkit sends it as its prompt. */
  question: Say | null
}

/** Botkit's own state of the dialogs that are open, which it changes in place. */
interface DialogStack {
  readonly dialogStack: readonly { readonly id?: unknown }[]
}

/** Raised when the steps of the dialog change; a stored dialog of another version is dropped. */
const questionDialog = 'question@1'

const carrierKey = Symbol('what this turn carries')

/** It travels with the turn's own context: whatever finds it through the process (`AsyncLocalStorage`) makes every promise of the process dearer. */
function carrierOf(context: TurnContext): Carrier {
  const found: Carrier | undefined = context.turnState.get<Carrier | undefined>(carrierKey)
  if (!found) throw new Error('botkit: no turn is running')
  return found
}

function contextOf(bot: BotWorker): TurnContext {
  return bot.getConfig('context') as TurnContext
}

/** Hands Botkit the dialogs that the turn was given; what it makes of them goes back with the turn's result, into one transaction. */
const dialogsOfTurn: StatePropertyAccessor<DialogStack> = {
  get: (context: TurnContext) => Promise.resolve(carrierOf(context).dialogs),
  set: () => Promise.reject(new Error('botkit: dialogs are changed in place')),
  delete: () => Promise.reject(new Error('botkit: dialogs are changed in place')),
}

/** Collects what Botkit sends; the real sending happens after the turn, from the outbox. */
class CollectingAdapter extends BotAdapter {
  readonly name = 'yichuang'
  override sendActivities(context: TurnContext, activities: Partial<Activity>[]): Promise<ResourceResponse[]> {
    for (const activity of activities) {
      const data = activity.channelData as { readonly say?: number; readonly question?: boolean } | undefined
      const current = carrierOf(context)
      const said = data?.question === true ? current.question : data?.say === undefined ? null : current.step?.say[data.say]
      if (said) current.said.push(said)
    }
    return Promise.resolve(activities.map((_, index) => ({ id: String(index) })))
  }
  override updateActivity(): Promise<void> {
    return Promise.resolve()
  }
  override deleteActivity(): Promise<void> {
    return Promise.resolve()
  }
  override continueConversation(): Promise<void> {
    return Promise.reject(new Error('botkit: conversations are continued through the outbox'))
  }
  /** Runs a turn with what it carries. No middleware stands in between, so that the context need not be watched by a proxy. */
  receive(activity: Partial<Activity>, current: Carrier, handle: (context: TurnContext) => Promise<void>): Promise<void> {
    const context = new TurnContext(this, activity)
    context.turnState.set(carrierKey, current)
    return handle(context)
  }
}

interface Ware {
  run(bot: BotWorker, message: BotkitMessage, done: (error: unknown, bot: BotWorker, message: BotkitMessage) => void): void
}
interface Insides {
  readonly middleware: { readonly ingest: Ware; readonly receive: Ware; readonly interpret: Ware }
  listenForInterrupts(bot: BotWorker, message: BotkitMessage): Promise<unknown>
  listenForTriggers(bot: BotWorker, message: BotkitMessage): Promise<unknown>
}

/** Under which the dialogs keep what they found registered with their library, the same for every turn. */
const registeredKey = 'DialogStateManagerConfiguration'

/** Botkit's turn without its two leaks: a throw rejects the turn, and nothing of it is left pending. */
class SafeBotkit extends Botkit {
  #registered: unknown

  constructor(config: ConstructorParameters<typeof Botkit>[0]) {
    super(config)
    const { dialogSet } = this as unknown as { readonly dialogSet: { dialogState: StatePropertyAccessor<DialogStack> } }
    dialogSet.dialogState = dialogsOfTurn
  }

  /** Nothing is saved here: the dialogs are the turn's. */
  override saveState(): Promise<void> {
    return Promise.resolve()
  }

  override async handleTurn(context: TurnContext): Promise<void> {
    const insides = this as unknown as Insides
    const { activity } = context
    const message = {
      ...(activity.channelData as object),
      type: activity.type,
      user: activity.from.id,
      text: activity.text,
      channel: activity.conversation.id,
      value: activity.value as unknown,
      reference: TurnContext.getConversationReference(activity),
      context,
      incoming_message: activity,
    } as unknown as BotkitMessage
    context.turnState.set('botkitMessage', message)
    // Found out again, each turn would look through all of the library.
    if (this.#registered !== undefined) context.turnState.set(registeredKey, this.#registered)
    const dialogs = await this.dialogSet.createContext(context)
    this.#registered ??= context.turnState.get(registeredKey)
    const passed = await through(insides.middleware.ingest, await this.spawn(dialogs), message)
    const [bot, received] = await through(insides.middleware.receive, ...passed)
    if ((await insides.listenForInterrupts(bot, received)) === false) {
      const result = await dialogs.continueDialog()
      if (String(result?.status) === 'empty') {
        const [worker, heard] = await through(insides.middleware.interpret, bot, received)
        await insides.listenForTriggers(worker, heard)
      }
    }
  }
}

function through(ware: Ware, bot: BotWorker, message: BotkitMessage): Promise<[BotWorker, BotkitMessage]> {
  return new Promise((resolve, reject) => {
    ware.run(bot, message, (error, nextBot, nextMessage) => {
      if (error) reject(error instanceof Error ? error : new Error('a Botkit middleware failed', { cause: error }))
      else resolve([nextBot, nextMessage])
    })
  })
}

/** Whether the step leaves a question open that belongs to this conversation. */
function leavesOpen(turn: Turn, done: Step): boolean {
  return openForm({ ...turn, memory: { ...turn.memory, ...done.memory } }) !== null
}

/** Says all of a step but its open question, which the dialog's prompt says. */
async function speak(bot: BotWorker, done: Step, open: boolean): Promise<void> {
  const context = contextOf(bot)
  const current = carrierOf(context)
  current.step = done
  const question = open ? (done.say.at(-1) ?? null) : null
  current.question = question
  const count = question === null ? done.say.length : done.say.length - 1
  for (let index = 0; index < count; index += 1) await context.sendActivity({ type: 'message', text: 'say', channelData: { say: index } })
}

/** One runner serves every channel: state is apart by conversation and person. */
export function createBotkitRunner(): BotkitRunner {
  const adapter = new CollectingAdapter()
  const controller = new SafeBotkit({ adapter, disable_webserver: true, disable_console: true })

  const question = new BotkitConversation(questionDialog, controller)
  question.ask(
    { text: ['question'], channelData: { question: true } },
    [{
      default: true,
      handler: async (_answer: string, convo: BotkitDialogWrapper, bot: BotWorker) => {
        const { turn } = carrierOf(contextOf(bot))
        const done = openForm(turn) === null ? await serveMessage(turn) : await serveAnswer(turn)
        const open = leavesOpen(turn, done)
        await speak(bot, done, open)
        if (open) await convo.repeat()
        else await convo.stop()
      },
    }],
    'answer',
  )
  controller.addDialog(question)

  controller.hears(() => Promise.resolve(true), 'message', async (bot) => {
    const { turn } = carrierOf(contextOf(bot))
    const done = openForm(turn) === null ? await serveMessage(turn) : await serveAnswer(turn)
    const open = leavesOpen(turn, done)
    await speak(bot, done, open)
    if (open) await bot.beginDialog(questionDialog)
  })

  return {
    run: async (turn, state) => {
      const { message } = turn
      const known = knownDialogs(state)
      const key = `${message.channel}/conversations/${message.conversationId}-false-${message.author.id}/`
      const before = (known[key] as { readonly dialogState?: DialogStack } | undefined)?.dialogState
      const dialogs = before === undefined || before.dialogStack.length === 0 ? { dialogStack: [] } : structuredClone(before)
      const current: Carrier = { turn, step: null, dialogs, said: [], question: null }
      await adapter.receive(
        {
          type: 'message',
          channelId: message.channel,
          id: message.messageId,
          // Botkit keeps the answer to its question; what was said stands in the turn and, sealed, where it can be taken back.
          text: '-',
          conversation: { id: message.conversationId, isGroup: false, conversationType: '', name: '' },
          from: { id: message.author.id, name: '' },
          recipient: { id: 'yichuang', name: '' },
        },
        current,
        (context) => controller.handleTurn(context),
      )
      const { step } = current
      if (step === null) throw new Error('botkit: the turn ended without a step')
      return { step: { ...step, say: current.said }, state: { ...known, [key]: { dialogState: dialogs } } }
    },
  }
}

/** Drops dialogs of another version: the form in memory is enough to ask again. */
function knownDialogs(state: BotkitState): Record<string, unknown> {
  const known = (id: unknown): boolean => typeof id === 'string' && id.startsWith(questionDialog)
  return Object.fromEntries(
    Object.entries(state).filter(([, value]) => {
      const stack = (value as { dialogState?: { dialogStack?: { id?: unknown }[] } } | null)?.dialogState?.dialogStack ?? []
      return stack.every((entry) => known(entry.id))
    }),
  )
}
