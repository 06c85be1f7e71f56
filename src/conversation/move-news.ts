import type { Move } from '../requests/apply-move.js'
import type { Due } from '../requests/clock.js'
import type { LegalRoute } from '../requests/moves.js'
import { statusName, type ServiceRequest } from '../requests/service-request.js'
import { clockWords, replies, sayBasis, visitWords } from './replies.js'
import { shorten } from '../text.js'

/** What a move is to those who reported the request. */
export interface MoveNews {
  /** `filer`: only the one who filed it; the others have nothing to do with it. */
  readonly to: 'all' | 'filer'
  /** For the resident who filed it. */
  readonly own: string
  /** For neighbours who joined it: nothing of what the first one said. */
  readonly others: string
  readonly choices: readonly string[]
  /** Whether the words are those of the member of staff, under their name. */
  readonly isSaid: boolean
}

/** Where a matter goes that the community may not take up, told with the refusal (国办函〔2025〕66号 names the ways). */
const routeWords: Readonly<Record<LegalRoute, string>> = {
  lawsuit: '这类事按规定通过法院解决：可以向有管辖权的人民法院起诉，或先申请调解。',
  arbitration: '这类事按规定先申请仲裁：劳动争议找劳动人事争议仲裁机构，其他按合同约定的仲裁机构。',
  petition: '这类事按规定走信访渠道：可以到信访部门反映，或在网上信访。',
  reconsideration: '对行政决定不服的，可以依法申请行政复议。',
  disclosure: '想要的是政府信息，请向掌握它的机关申请政府信息公开。',
  emergency: '紧急情况请直接拨打110、119或120，不要等工单。',
  'other-unit': '这件事由别的单位负责，请按上面写的单位去问。',
}

export const askedAtEnd = ['1 解决了', '2 没解决', '3 没人联系我'] as const

/** The news of a move; `null` where residents have nothing to hear of it. `due` is the promise as it stands after it. */
export function newsOf(after: ServiceRequest, move: Move, due: Due): MoveNews | null {
  const { number } = after
  const term = due.kind === 'running' || due.kind === 'paused' ? replies.term(due) : ''
  const said = (own: string, others = own, more: Partial<MoveNews> = {}): MoveNews => ({ to: 'all', own, others, choices: [], isSaid: false, ...more })
  const reason = shorten(move.reason?.trim() ?? '', 120)
  switch (move.name) {
    case 'take':
    case 'take-over':
    case 'accept-forward':
      return said(`${replies.takenNews(after)}${term}`, replies.takenNews(after))
    case 'assign':
    case 'reassign':
    case 'stand-in':
      return said(`${number} 现在由${after.owner.name}负责，${after.owner.kind === 'post' ? '接单后告诉您' : '接着办'}。${term}`, `${number} 现在由${after.owner.name}负责。`)
    case 'reply': {
      const words = move.reason?.trim() ?? ''
      return said(words, words, { to: 'filer', isSaid: true })
    }
    case 'ask-resident':
      return said(`${replies.askNews(after, reason)}\n直接回复就行；您补充以前，办理时限先停着。`, '', { to: 'filer' })
    case 'supplement':
      return said(`${number} 您补充的已经记下，${after.owner.name}接着办。${term}`, '', { to: 'filer' })
    case 'forward':
      return move.brings?.kind === 'offer' ? said(`${number} 已转请${move.brings.to.name}办理${sayBasis(move.brings.to)}。对方接下以前，仍由${after.owner.name}负责，有进展告诉您。`, `${number} 已转请${move.brings.to.name}办理。`) : null
    case 'refuse-forward':
      return said(`${number} 对方没有承接，仍由${after.owner.name}负责办理。${term}`, `${number} 仍由${after.owner.name}负责办理。`)
    case 'return':
      return move.brings?.kind === 'deadline' ? said(`${number} 要换人办理，社区负责人${clockWords(move.brings.dueAt)}前派定，派定前仍由${after.owner.name}负责。`, `${number} 要换人办理。`) : null
    case 'approve-extension':
      return said(`${number} 办理时间要延长，负责人已同意。${term}`, `${number} 办理时间要延长。`)
    case 'close':
    case 'approve': {
      const asked = after.history.at(-1)?.brought
      const done = move.brings?.kind === 'evidence' ? move.brings.statement.trim() || '处理的照片已附上' : ''
      const until = asked?.kind === 'deadline' ? asked.dueAt : null
      return said(move.name === 'close' ? replies.resolvedNews(after, done, until) : replies.approvedNews(after, done, until), `${number} 已办结。`, { choices: askedAtEnd })
    }
    case 'reopen':
      return said(replies.reopened(after), `${number} 重新办理中。`)
    case 'decline':
      return said(`${replies.declinedNews(after, reason)}${move.brings?.kind === 'route' ? `\n${routeWords[move.brings.route]}` : ''}`, `${number} 没能受理。`)
    case 'merge':
      return move.brings?.kind === 'into' ? said(`${number} 和 ${move.brings.number} 是同一件事，已并到 ${move.brings.number} 一起办，办好一起通知您。`) : null
    case 'plan-visit': {
      if (move.brings?.kind !== 'visit') return null
      const { visit } = move.brings
      return visit.where === 'home'
        ? said(`${number} ${visitWords(visit)}。时间不方便请直接回复，我们另约；不认识的人请先核对姓名再开门。`, '', { to: 'filer' })
        : said(`${number} ${visitWords(visit)}，不用在家等。`, `${number} 约好了${visitWords({ ...visit, helper: '人' })}。`)
    }
    case 'cancel-visit':
      return said(`${number} 原来约的上门取消了：${reason}`, `${number} 原来约的时间取消了。`, { to: 'filer' })
    case 'split':
      return move.brings?.kind === 'matter' && move.brings.filed !== null
        ? said(`您报的 ${number} 里有两件事，分成两张一起办：\n1. ${number}（${after.serviceName}），${after.owner.name}负责\n2. ${move.brings.filed.number}（${move.brings.filed.serviceName}）\n两张都可以用编号查进度。`, '', { to: 'filer' })
        : null
    case 'note': case 'submit': case 'accept': case 'recall-forward': case 'ask-extension': case 'refuse-extension': case 'ask-confirm': case 'ask-confirm-by':
    case 'confirm': case 'lapse': case 'archive': case 'withdraw': case 'escalate': case 'supervise': case 'call-back':
      return null
  }
}

/** The same in a room: number and state, and what is asked at the end; never whose it is, where it is or what was said. */
export function inRoom(after: ServiceRequest, news: Pick<MoveNews, 'choices'>): string {
  const state = `工单 ${after.number}：`
  return news.choices.length === 0 ? `${state}${statusName(after.status).replace('您', '居民')}。` : `${state}已办结。解决了吗？${news.choices.join('　')}`
}
