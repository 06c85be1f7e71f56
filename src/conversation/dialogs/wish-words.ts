import type { PartyMember } from '../../programmes/party-member.js'
import type { Wish } from '../../programmes/wish.js'
import type { ServiceRequest } from '../../requests/service-request.js'
import { shorten } from '../../text.js'
import { askedAtEnd } from '../move-news.js'
import { replies } from '../replies.js'
import type { ToldOfRequest } from '../teller.js'

/** 「大字老花镜（约50元）」 */
function sayWish({ words, yuan }: Pick<Wish, 'words' | 'yuan'>): string {
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
  brought: (wish: Wish, request: ServiceRequest): ToldOfRequest => {
    const asked = request.history.at(-1)?.brought
    return { request, text: replies.resolvedNews(request, wishNews.broughtNote(wish), asked?.kind === 'deadline' ? asked.dueAt : null), choices: askedAtEnd }
  },
} as const

const sayAll = (wishes: readonly Pick<Wish, 'number'>[]): string => wishes.map(({ number }) => `${number}号`).join('、')
const line = (wish: Wish): string => `${wish.number}号 ${sayWish(wish)}`
/** So much of a wish stands in a line of a room, characters. */
const roomWords = 14

/** What is said to who claims a wish, or asks after one. */
export const wishWords = {
  none: '现在没有等人认领的微心愿，有了会在公开栏上。您自己有心愿，直接跟我说想要什么就行。',
  noneOfSum: '这个价钱的现在没有。',
  list: (wishes: readonly Wish[], count: number): string => [
    `等人认领的微心愿有${count}个：`, ...wishes.map(line), ...(count > wishes.length ? [`还有${count - wishes.length}个，在公开栏上看得到。`] : []),
    `想认领，回「${wishes[0]?.number ?? 1}号我认领」，先认先得。怎么送，由社区工作人员牵线。`,
  ].join('\n'),
  listInRoom: (wishes: readonly Wish[], count: number): string => `等人认领的微心愿${count}个：${wishes.map((wish) => `${wish.number}号${shorten(wish.words, roomWords)}`).join('；')}${count > wishes.length ? '…' : ''}\n想认领，回「${wishes[0]?.number ?? 1}号我认领」。${count > wishes.length ? '其余的看公开栏，或私聊我。' : ''}`,
  noNumber: (numbers: readonly number[]): string => `没有找到${numbers.map((number) => `${number}号`).join('、')}微心愿。`,
  noSuch: '没有找到您说的这个心愿。',
  which: (wishes: readonly Wish[]): string => `您说的是哪一个？\n${wishes.map(line).join('\n')}\n回编号就行，比如「${wishes[0]?.number ?? 1}号我认领」。`,
  claimed: (wishes: readonly Wish[]): string => (wishes.length === 1 && wishes[0] !== undefined ? `${wishes[0].number}号微心愿「${shorten(wishes[0].words, 30)}」由您认领了，谢谢您！` : `${sayAll(wishes)}微心愿由您认领了，谢谢您！`),
  restInPrivate: '怎么送，社区工作人员私下和您说。',
  askContact: '社区工作人员来牵线，和两边约好再送；您的电话不给许愿的人，他的也不直接给您。方便的话留个电话，只给牵线的工作人员约时间用；不留也行，工作人员就在这儿找您。',
  noContact: '不留电话',
  contactKept: '记下了，只给牵线的工作人员看。送到了跟我说一声「送到了」，办不了说「不领了」。',
  contactDeclined: '好的，不留。工作人员在这儿找您。送到了跟我说一声「送到了」。',
  taken: (wish: Wish): string => `${wish.number}号已经有人认领了，谢谢您的心意。`,
  over: (wish: Wish): string => (wish.state === 'fulfilled' ? `${wish.number}号已经实现了，谢谢您的心意。` : `${wish.number}号已经撤下来了，谢谢您的心意。`),
  already: (wish: Wish): string => `${wish.number}号已经是您认领的。送到了回「${wish.number}号送到了」，办不了回「${wish.number}号不领了」。`,
  ownWish: (wish: Wish): string => `${wish.number}号是您自己的心愿，留给邻居来认领吧。`,
  holdsNone: (wishes: readonly Wish[]): string => (wishes.length === 0 ? '您现在没有认领着的微心愿。' : `您认领着的是${sayAll(wishes)}，请按这个编号说。`),
  whichHeld: (wishes: readonly Wish[], act: 'give-back' | 'delivered'): string => `您认领着${wishes.map(line).join('；')}。说的是哪个？比如「${wishes[0]?.number ?? 1}号${act === 'delivered' ? '送到了' : '不领了'}」。`,
  givenBack: (wish: Wish): string => `好的，${wish.number}号微心愿的认领取消了，让给别的邻居。`,
  brought: (wish: Wish): string => `记下了，${wish.number}号微心愿「${shorten(wish.words, 30)}」已送到，谢谢您！已经请许愿的邻居确认，收到回音告诉您。`,
  broughtInRoom: (wish: Wish): string => `记下了，${wish.number}号微心愿已送到，谢谢您！`,
  ownInRoom: '心愿的进展不在群里说，请私聊我问。',
  ownSent: '进展发您私信了。',
  noOwn: '您还没有在我这儿登记过心愿。想许个心愿，直接告诉我想要什么。',
  inReview: (request: ServiceRequest): string => `您的心愿（${request.number}）社区工作人员还在审核，公示了把编号告诉您。`,
  noneToWithdraw: '您现在没有登记着的心愿，没有可撤的。',
  nobodyTold: '许愿的和认领的是谁、住哪儿、电话多少，都不公开，也不互相告诉。送东西、约时间，由社区工作人员牵线；着急的话回「人工」。',
  claimedInPrivate: '您认领过哪些不在群里说，请私聊我问「我认领过哪些」。',
  record: (wishes: readonly Wish[]): string => (wishes.length === 0 ? '您还没有认领过微心愿。想看看有哪些，回「有哪些微心愿」。' : `您认领过的微心愿：\n${wishes.map((wish) => `${line(wish)}：${stateWords[wish.state]}`).join('\n')}`),
  state: (wish: Wish, isOwn: boolean): string => {
    const lead = isOwn ? `您的${wish.number}号微心愿「${shorten(wish.words, 30)}」` : line(wish)
    switch (wish.state) {
      case 'open': return isOwn ? `${lead}已经公示，还没有人认领，有人认领马上告诉您。` : `${lead}还没有人认领。想认领，回「${wish.number}号我认领」。`
      case 'claimed': return `${lead}有人认领了${isOwn ? '，社区工作人员来牵线，先跟您约好再送' : ''}。`
      case 'delivered': return isOwn ? `${lead}认领的人说已经送到。收到了吗？回「1 解决了」或「2 没解决」` : `${lead}有人认领，已经送到了。`
      case 'fulfilled': return `${lead}已经实现了。`
      case 'taken-down': return `${lead}已经撤下来了。`
    }
  },
} as const

/** To whoever claimed it. */
const stateWords: Readonly<Record<Wish['state'], string>> = { open: '已让给别人', claimed: '等您去办', delivered: '已送到，等许愿的邻居确认', fulfilled: '已实现', 'taken-down': '已撤下' }

/** What a party member hears who reported in. */
export const memberNews = {
  confirmed: (member: PartyMember): string => `您的在职党员报到社区核实过了，单位是${member.unit}。想认领微心愿，回「有哪些微心愿」。`,
  declined: (member: PartyMember): string => `您报到的单位${member.unit}，社区没能核实，请和社区工作人员说一下，回「人工」就行。`,
} as const
