import { alone, type Cluster } from '../cluster/cluster.js'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { Store } from '../store/store.js'
import { everySoOften, type ClockWork } from './clock-work.js'
import type { Delivery } from './deliver.js'
import { draftLastsMs, readMemory } from './memory.js'
import type { Outbox } from './outbox.js'
import { nightEnds, noticeRow, noticeWrites } from './notices.js'
import type { DialogState } from './records.js'
import { replies } from './replies.js'

/** A draft is recalled once, after half an hour (product rule 7), ms. */
const remindAfterMs = 30 * 60_000
/** How often drafts are looked at, ms. */
const lookEveryMs = 60_000

export interface RemindersParts {
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly store: Store
  readonly outbox: Outbox
  readonly delivery: Delivery
  readonly services: ServiceCatalogue
  readonly now: () => number
  readonly newId: () => string
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** Recalls drafts that wait for their resident: once, in private, never at night. */
export function createReminders(parts: RemindersParts): ClockWork & { run(): Promise<number> } {
  async function remindOne(communityId: CommunityId, dialog: DialogState): Promise<boolean> {
    const { form } = readMemory(dialog.memory)
    const now = parts.now()
    if (form === null || form.reminded || now - form.updatedAt < remindAfterMs || now - form.updatedAt > draftLastsMs) return false
    return parts.delivery.alone(communityId, dialog.conversationId, async () => {
      const [current, conversation] = await Promise.all([parts.store.get(communityId, 'dialogs', dialog.id), parts.store.get(communityId, 'conversations', dialog.conversationId)])
      if (!current || current.rev !== dialog.rev || !conversation || conversation.chat !== 'private' || conversation.mode !== 'bot') return false
      const service = parts.services.byCode(form.serviceCode)
      const row = noticeRow({
        to: { channel: conversation.channel, conversationId: conversation.id, chat: 'private', residentId: conversation.residentId },
        text: replies.reminder(service?.name ?? '登记'), choices: ['继续', '取消'], about: null, when: 'by-day',
      }, conversation, { id: parts.newId(), now })
      await parts.store.commit(communityId, [
        { op: 'put', table: 'dialogs', row: { ...current, memory: { ...readMemory(current.memory), form: { ...form, reminded: true } }, waiting: null } },
        ...noticeWrites([row], now, null),
      ])
      parts.outbox.push(communityId, [row])
      return true
    })
  }

  async function run(): Promise<number> {
    if (nightEnds(parts.now()) !== null) return 0
    let count = 0
    for (const communityId of await parts.store.communities()) {
      for (const dialog of await parts.store.find(communityId, 'dialogs', { by: 'waiting', equals: 'reminder' })) {
        if ((parts.cluster ?? alone).isMine(communityId, dialog.conversationId) && await remindOne(communityId, dialog)) count += 1
      }
    }
    return count
  }

  return {
    run,
    ...everySoOften('reminders', lookEveryMs, run, parts.log),
  }
}
