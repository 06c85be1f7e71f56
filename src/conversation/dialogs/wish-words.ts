import type { Wish } from '../../programmes/wish.js'
import type { ServiceRequest } from '../../requests/service-request.js'
import { shorten } from '../../text.js'
import { askedAtEnd } from '../move-news.js'
import { replies } from '../replies.js'
import type { Told } from '../teller.js'

/** 「大字老花镜（约50元）」 */
export function sayWish({ words, yuan }: Pick<Wish, 'words' | 'yuan'>): string {
  return `${words}${yuan === null || yuan === 0 ? '' : `（约${yuan}元）`}`
}

/** What wisher and claimer hear of a wish. Neither hears who the other is. */
export const wishNews = {
  published: (wish: Wish): string => `您的微心愿公示了，编号${wish.number}号：「${wish.words}」。上面没有您的姓名、电话和住址。有人认领，我在这儿告诉您。`,
  claimed: (wish: Wish): string => `您的${wish.number}号微心愿「${shorten(wish.words, 30)}」有人认领了。怎么送、什么时候送，由社区工作人员牵线，先跟您说好。`,
  openAgain: (wish: Wish): string => `您的${wish.number}号微心愿「${shorten(wish.words, 30)}」认领的人这次办不了了，已经重新公示，再有人认领告诉您。`,
  takenBack: (wish: Wish, reason: string): string => `您认领的${wish.number}号微心愿不用再办了：${shorten(reason, 120)}。谢谢您的心意。`,
  takenDown: (wish: Wish, reason: string): string => `您的${wish.number}号微心愿撤下来了：${shorten(reason, 120)}。有疑问请回「人工」。`,
  reported: (wish: Wish): string => `${wish.number}号微心愿记下已送到，已请许愿的邻居确认。谢谢您！`,
  fulfilled: (wish: Wish): string => `您认领的${wish.number}号微心愿「${shorten(wish.words, 30)}」，许愿的邻居说收到了。谢谢您！`,
  notYet: (wish: Wish): string => `${wish.number}号微心愿「${shorten(wish.words, 30)}」，许愿的邻居说还没收到，麻烦您再看看；社区工作人员也会联系。办不了回「${wish.number}号不领了」。`,
  over: (wish: Wish): string => `您认领的${wish.number}号微心愿许愿的人不用了，您不用再办。谢谢您的心意。`,
  broughtNote: (wish: Wish): string => `微心愿${wish.number}号，认领的人说已经送到`,
  /** Asks the wisher whether it came. */
  brought: (wish: Wish, request: ServiceRequest): Told => {
    const asked = request.history.at(-1)?.brought
    return { request, text: replies.resolvedNews(request, wishNews.broughtNote(wish), asked?.kind === 'deadline' ? asked.dueAt : null), choices: askedAtEnd }
  },
} as const
