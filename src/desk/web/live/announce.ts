import { ElNotification } from 'element-plus'
import { chosenCommunity, me, nameOfCommunity } from '../account/me.js'
import { go, place } from '../router.js'
import { newsWords as words } from '../words/live.js'
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
    title: words.page(event.number), message: words.pageHint(event.what), type: event.kind === 'danger' ? 'error' : 'warning', duration: 0, offset: belowHeaderPx,
    onClick: () => {
      notice.close()
      go({ page: 'pages' })
    },
  })
  raised.set(key, { urgent: event.kind === 'danger', close: () => notice.close() })
}

/** A promise of mine runs out. */
function announceClock(event: Extract<LiveEvent, { readonly type: 'clock' }>): void {
  if (typeof me.value === 'string' || event.staffId !== me.value.id) return
  const notice = ElNotification({
    title: words.clock(event.number, words[event.stage]), message: words.clockHint, type: 'warning', duration: noticeMs, offset: belowHeaderPx,
    onClick: () => {
      notice.close()
      go({ page: 'request', communityId: event.communityId, id: event.id, reply: false })
    },
  })
}

/** A colleague calls me by name in a note. */
function announceMention(event: Extract<LiveEvent, { readonly type: 'mention' }>): void {
  if (typeof me.value === 'string' || !event.staffIds.includes(me.value.id)) return
  const notice = ElNotification({
    title: words.mention(event.by, event.number), message: words.mentionHint, type: 'warning', duration: noticeMs, offset: belowHeaderPx,
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
  if (event.type === 'mention') return announceMention(event)
  if (event.type === 'again' || event.type === 'version' || event.type === 'booking' || event.type === 'programme' || (chosenCommunity.value !== null && event.communityId !== chosenCommunity.value)) return
  if (event.type === 'request') {
    if (!event.isNew) return
    const notice = ElNotification({
      title: words.request(event.number),
      message: words.requestHint(nameOfCommunity(event.communityId)),
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
    title: event.urgent ? words.urgent : words.waiting,
    message: words.talkHint(nameOfCommunity(event.communityId)),
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
