import { ElNotification } from 'element-plus'
import { chosenCommunity, me, nameOfCommunity } from '../account/me.js'
import { go, place } from '../router.js'
import type { LiveEvent } from './stream.js'

/** How long a notice of a new request stays, ms; of somebody in danger, until it is closed. */
const noticeMs = 8_000
/** Notices stand under the header, whose buttons stay free, px. */
const belowHeaderPx = 58
/** What is raised now, by community and conversation; taken down when somebody has come. */
const raised = new Map<string, { readonly urgent: boolean; readonly close: () => void }>()

/** Who is called hears it until somebody has answered; it is for them whatever community they look at. */
function announcePage(event: Extract<LiveEvent, { readonly type: 'page' }>): void {
  const key = `page ${event.id}`
  const isMine = typeof me.value !== 'string' && event.calls === me.value.id
  const ofTalk = event.conversationId === null ? null : `${event.communityId} ${event.conversationId}`
  if (ofTalk !== null && event.state === 'unanswered') calledFor.delete(ofTalk)
  // One notice for one matter: the call says more than that somebody waits.
  if (isMine && ofTalk !== null) {
    calledFor.add(ofTalk)
    raised.get(ofTalk)?.close()
    raised.delete(ofTalk)
  }
  if (!isMine || place.value.page === 'pages') {
    raised.get(key)?.close()
    raised.delete(key)
    return
  }
  if (raised.has(key)) return
  const notice = ElNotification({
    title: `呼叫 ${event.number}：请您来处理`, message: `${event.what}，点开应答`, type: event.kind === 'danger' ? 'error' : 'warning', duration: 0, offset: belowHeaderPx,
    onClick: () => {
      notice.close()
      go({ page: 'pages' })
    },
  })
  raised.set(key, { urgent: event.kind === 'danger', close: () => notice.close() })
}

const clockWords = { half: '时限过半', near: '时限快到了', top: '已经超时' } as const

/** A promise of mine runs out. */
function announceClock(event: Extract<LiveEvent, { readonly type: 'clock' }>): void {
  if (typeof me.value === 'string' || event.staffId !== me.value.id) return
  const notice = ElNotification({
    title: `工单 ${event.number} ${clockWords[event.stage]}`, message: '点开去办', type: 'warning', duration: noticeMs, offset: belowHeaderPx,
    onClick: () => {
      notice.close()
      go({ page: 'request', communityId: event.communityId, id: event.id, reply: false })
    },
  })
}

/** Conversations for which I am called, until nobody waits there any more; by community and conversation. */
const calledFor = new Set<string>()

/** Tells of what needs somebody now: a call, a new request, somebody waiting for a person. */
export function announceNews(event: LiveEvent): void {
  if (event.type === 'page') return announcePage(event)
  if (event.type === 'clock') return announceClock(event)
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
  if (!event.waiting) calledFor.delete(key)
  const isOpenHere = place.value.page === 'conversation' && place.value.id === event.id
  if (!event.waiting || raised.has(key) || isOpenHere || calledFor.has(key)) return
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
  calledFor.clear()
}
