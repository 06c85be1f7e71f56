import { ElNotification } from 'element-plus'
import { chosenCommunity, nameOfCommunity } from '../account/me.js'
import { go, place } from '../router.js'
import type { LiveEvent } from './stream.js'

/** How long a notice of a new request stays, ms; of somebody in danger, until it is closed. */
const noticeMs = 8_000
/** Notices stand under the header, whose buttons stay free, px. */
const belowHeaderPx = 58
/** What is raised now, by community and conversation; taken down when somebody has come. */
const raised = new Map<string, { readonly urgent: boolean; readonly close: () => void }>()

/** Tells of what needs somebody now: a new request, somebody waiting for a person. */
export function announceNews(event: LiveEvent): void {
  if (event.type === 'again' || (chosenCommunity.value !== null && event.communityId !== chosenCommunity.value)) return
  if (event.type === 'request') {
    if (!event.isNew) return
    const notice = ElNotification({
      title: `新工单 ${event.number}`,
      message: `${nameOfCommunity(event.communityId)}，点开查看`,
      type: 'info',
      duration: noticeMs,
      offset: belowHeaderPx,
      onClick: () => {
        notice.close()
        go({ page: 'request', communityId: event.communityId, id: event.id, reply: false })
      },
    })
    return
  }
  const key = `${event.communityId} ${event.id}`
  const known = raised.get(key)
  if (known !== undefined && (!event.waiting || known.urgent !== event.urgent)) {
    known.close()
    raised.delete(key)
  }
  const isOpenHere = place.value.page === 'conversation' && place.value.id === event.id
  if (!event.waiting || raised.has(key) || isOpenHere) return
  const notice = ElNotification({
    title: event.urgent ? '有人遇到急事' : '有居民在等人',
    message: `${nameOfCommunity(event.communityId)}，点开接手`,
    type: event.urgent ? 'error' : 'warning',
    duration: event.urgent ? 0 : noticeMs,
    offset: belowHeaderPx,
    onClick: () => {
      notice.close()
      go({ page: 'conversation', communityId: event.communityId, id: event.id })
    },
  })
  raised.set(key, { urgent: event.urgent, close: () => notice.close() })
}

/** Nothing of one login is left on the screen for the next. */
export function clearNews(): void {
  ElNotification.closeAll()
  raised.clear()
}
