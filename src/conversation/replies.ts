import type { Citation } from '../retrieval/citation.js'
import { pendingOffer } from '../requests/apply-move.js'
import type { Due } from '../requests/clock.js'
import type { PlannedVisit, Receiver } from '../requests/moves.js'
import { statusName, type ServiceRequest } from '../requests/service-request.js'
import type { Service, ServiceField } from '../requests/services.js'
import type { DangerKind, Slot } from '../nlu/understanding.js'
import { shorten } from '../text.js'

/** Every sentence the bot says, as functions of data. Numbers, days, prices and phones never stand here, but for the
 *  national emergency numbers (110, 119, 120, 12356 心理援助 since 2025, 96110 反诈 since 2019). */

const weekdays = '日一二三四五六'

/** `5月22日（周三）15:00` from an ISO local time; a bare date or a span keeps what is known. */
export function dayWords(iso: string): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}:\d{2}))?/.exec(iso)
  if (!match) return iso
  const [, year, month, day, time] = match
  const weekday = weekdays[new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDay()]
  return `${Number(month)}月${Number(day)}日（周${weekday ?? ''}）${time ?? ''}`
}

/** `10月3日`, in Asia/Shanghai. */
export function dateWords(moment: number): string {
  const day = new Date(moment + 8 * 3_600_000)
  return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日`
}

/** Matters whose line is put together from what was confirmed, not from the words of the talk. */
const byFields: readonly ServiceRequest['intent'][] = ['elderly_service', 'home_agent', 'micro_wish', 'social_assistance']

/** 「中午」 alone is of no day, 「明天中午」 is of one. */
const namesDay = /[今明后昨]|周|星期|礼拜|[日号]|月/

/** One line of a request for people: where and what, at most 60 characters. */
export function requestLine(request: Pick<ServiceRequest, 'address' | 'description' | 'serviceName' | 'appointment' | 'intent' | 'fields'>): string {
  if (byFields.includes(request.intent)) {
    const value = (name: Slot['name']): string[] => [...new Set(request.fields.filter((slot) => slot.name === name).map((slot) => (name === 'time' && slot.normal !== undefined && namesDay.test(slot.value) && timeWords(slot.normal) !== slot.value ? `${slot.value}（${timeWords(slot.normal)}）` : slot.value)))]
    const parts = [...value('need').filter((need) => need !== request.serviceName), ...value('matter'), ...(request.address === null ? [] : [request.address]), ...value('time')]
    return shorten(`${request.serviceName}：${parts.join('，')}`, 60)
  }
  if (request.appointment?.slotId === null) {
    // Nothing is held for it: what was wished for, in the width it was wished.
    const wished = request.fields.findLast((slot) => slot.name === 'time')?.normal ?? request.appointment.at
    const matter = request.fields.find((slot) => slot.name === 'matter' && !request.appointment?.what.includes(slot.value))?.value
    return `${request.appointment.what}${matter === undefined ? '' : `（${matter}）`} ${timeWords(wished)}`
  }
  if (request.appointment) return `${request.appointment.what} ${dayWords(request.appointment.at)}`
  if (request.intent === 'mediation') return shorten(`${request.serviceName}：${request.address ?? ''}，${request.description}`, 60)
  const what = asSaid(request.description.replace(/\s+/g, ' ')) || request.serviceName
  const where = request.address !== null && !what.includes(request.address) ? `${request.address}：` : ''
  return shorten(where + what, 60)
}

/** Words as a neighbour would write them: without what they quote or whom they call, full-width marks between Chinese characters. */
export function asSaid(given: string): string {
  const text = fromVoice(given)
  const marks: Readonly<Record<string, string>> = { ',': '，', '?': '？', '!': '！', ':': '：', ';': '；' }
  return text.replace(/^「[^」]*」\s*(?:[-—]\s*){3,}/, '').replace(/@\s*(小助手|一窗)[\u2005\s]*/g, '').replace(/(?<=[\u4e00-\u9fff\d」）])[,?!:;](?=[\u4e00-\u9fff\d「（]|$)/g, (mark) => marks[mark] ?? mark).trim()
}

/** Spaces between so many words are a voice turned into text: without them, and without what fills its pauses. */
const voiceSpaces = 4
const fillers = /^(那个|这个|那|这|嗯+|呃+|额+|啊+|哦+|就是|就是说|然后|然后呢|呢|它那个|那什么|对吧)$/

function fromVoice(text: string): string {
  const words = text.split(/(?<=\p{Script=Han})[ 　]+(?=\p{Script=Han})/u)
  return words.length <= voiceSpaces ? text : words.filter((word) => !fillers.test(word)).join('')
}

/** Stands where the words of a message stood that its author took back. */
export const recalledWords = '（居民撤回了这条消息）'

/** By which text a unit outside is named, e.g. （依据《…》二/（三）/11）; nothing where none names it. */
export function sayBasis(to: Receiver | null): string {
  if (to?.kind !== 'unit' || to.citation === null) return ''
  const { document, section } = to.citation
  return `（依据《${document.replace(/^《|》$/g, '')}》${section}）`
}

/** A moment as people say it, in Asia/Shanghai. */
export function clockWords(moment: number): string {
  return dayWords(new Date(moment + 8 * 3_600_000).toISOString().slice(0, 16))
}

function askedAtEnd(until: number | null): string {
  return `解决了吗？1 解决了　2 没解决　3 没人联系我\n也可以回「5分」到「1分」评价。${until === null ? '' : `${clockWords(until)}前没回，就先归档。`}`
}

/** Who comes when: 「王师傅11月25日（周三）9:00上门」. */
export function visitWords({ at, until, helper, where }: PlannedVisit): string {
  return `${helper}${clockWords(at)}${until === null ? '' : `到${clockWords(until)}`}${where === 'home' ? '上门' : '到现场处理'}`
}

export const replies = {
  askField: (field: ServiceField, service: Service, again: boolean): string =>
    `${again ? '不好意思，我没听明白。' : ''}${field.question}${service.disclosure === 'personal' ? `（${field.why}）` : ''}`,

  receipt: (request: ServiceRequest, also: { readonly howToCorrect: boolean; readonly term: string }): string => {
    if (request.appointment?.slotId === null) return `已记下您想约：${requestLine(request)}。编号 ${request.number}。约没约上，由${request.owner.name}确认后告诉您。`
    if (request.appointment) return `约好了：${requestLine(request)}。编号 ${request.number}。要改时间或不来了，直接告诉我。`
    return `已受理：${requestLine(request)}。工单 ${request.number}，${request.owner.name}负责。${also.term}${also.howToCorrect ? '说错了直接改，比如「不对，是2栋」。' : ''}`
  },

  /** What can be said about when it will be done. */
  term: (due: Due): string => {
    switch (due.kind) {
      case 'unpromised': return '多久能好没有登记，我不敢乱说，有进展告诉您。'
      case 'unknown': return '办结时限待确认，您随时可以问进度。'
      case 'paused': return '等您补充，时限先停着。'
      case 'running': return due.stage === 'overdue' ? `承诺${clockWords(due.dueAt)}前办结，已经超时，我们在催。` : `承诺${clockWords(due.dueAt)}前办结。`
      case 'closed': case 'ended': return ''
    }
  },

  /** About people or their work: never shown in a room, never given to those it may be about. */
  opinion: (request: ServiceRequest, isRoom: boolean): string =>
    `您的意见已登记${isRoom ? '' : `：${requestLine(request)}`}。编号 ${request.number}，由${request.owner.name}核实，不会交给被反映的人。`,

  forwarded: (request: ServiceRequest, agency: string): string => {
    const to = pendingOffer(request)?.to ?? null
    return `已登记：${requestLine(request)}。工单 ${request.number}。这件事社区没有执法权，已按转办记录，转请${to?.name ?? agency}处理${sayBasis(to)}；有进展我告诉您。`
  },

  joined: (request: ServiceRequest, place: string): string =>
    `${place}这件已经有人报过，已并入工单 ${request.number}（${new Set(request.reporters.map((one) => one.residentId)).size}位邻居反映），修好一起通知。`,

  soundAlready: '好的，那就好。没有登记什么，再坏了随时说。',
  soundNoted: (request: ServiceRequest, isOwn: boolean): string => `谢谢，您说的已记给${request.owner.name}去看看（工单 ${request.number}）。${isOwn ? '确实好了、不用再来人，就回「撤回」。' : ''}`,

  added: (request: ServiceRequest): string => `已记进工单 ${request.number}：${requestLine(request)}。`,

  supplemented: (request: ServiceRequest): string => `您补充的已记进工单 ${request.number}，${request.owner.name}接着办。`,

  changed: (request: ServiceRequest): string => `已改好：${requestLine(request)}。工单 ${request.number}。`,

  readBack: (service: Service, lines: readonly string[]): string =>
    `我记的是「${service.name}」：\n${lines.join('\n')}\n${service.purpose}。对吗？回「对」就登记，不对直接说。`,

  cancelledForm: (what: string): string => `好的，不办了，刚才的「${what}」没有登记。`,
  faultUnknown: '社区还没有登记这件事的通知，我不敢乱说。要报修请告诉我在哪儿；要问清楚，回「人工」。',
  bookingKept: '好的，不改了，原来约的照旧。',
  whatIsWrong: '好的，哪里不对？直接说对的就行，比如「地址是2栋」；不办了回「取消」。',
  resumeCarried: (service: Service): string => `群里说的「${service.name}」，要接着办就回「继续」。`,
  resumeConfirm: (service: Service): string => `刚才的「${service.name}」还没确认，对的话回「对」，不办了回「取消」。`,
  notedAsk: (field: ServiceField): string => `记下了。${field.question}`,
  resumeField: (service: Service, field: ServiceField): string => `咱们接着刚才的${service.name}：${field.question}`,
  notFiledYet: '还没登记上，说全了我马上登记，转给负责的人。多久能好我不敢乱说，登记后随时可以问我。',
  neverFiled: '没有，刚才那件没有登记，也没有派人。要报随时说。',
  offerAgain: (request: ServiceRequest): string => `您说的是 ${request.number}「${requestLine(request)}」吗？那张单您撤回了。要重新报就回「是」。`,
  nothingOpen: (request: ServiceRequest): string => `没有在办的了，${request.number} 已经撤回。要报随时说。`,
  noBooking: '我没查到您有预约，也许是打电话或用别的号约的。要查清楚回「人工」。',
  nothingToDrop: '好的，就当没说，没有登记什么。',
  offerElsewhere: (place: string, fault: string): string => `${place}的${fault}也有问题吗？是的话回「是」，我一起登记。`,
  /** After a message was taken back that a request stands on. */
  askTakenBack: (request: ServiceRequest): string => `您撤回了刚才的话，原话我已经删掉。工单 ${request.number} 还在办，要不要连同登记一起撤销？1 撤销　2 不用，照常办`,
  keptTakenBack: (request: ServiceRequest): string => `好的，工单 ${request.number} 照常办，原话不再保留。`,
  formTakenBack: '您撤回了刚才的话，那件事没有登记。',
  answerTakenBack: '刚才那句您撤回了，就不算。',
  rewordedForStaff: (request: ServiceRequest): string => `您改的话已记进工单 ${request.number}，${request.owner.name}看得到。`,
  whatComplaint: '您要投诉的是谁、什么事？直接说一两句就行，我登记给社区负责人核实，不会交给被反映的人。不想露名字就先说「匿名」。',
  whichActivity: '您想报名参加什么？说一下活动或服务的名字。还没登记的活动，回「人工」我转给社区问清楚。',
  nothingToRate: '现在没有等您评价的工单。有什么意见直接告诉我，我转给社区负责人。',
  whereToReport: '坏了、漏了、脏了都可以直接告诉我是什么、在哪儿，我登记好请网格员去看；该谁来修，由工作人员核实后告诉您。',
  offerHomeAgent: '不方便出门的话，可以申请上门或代办，不用本人跑窗口（能不能办由工作人员确认）。要上门吗？',
  withdrawn: (request: ServiceRequest): string =>
    request.appointment ? `好的，已取消预约：${requestLine(request)}${request.appointment.slotId === null ? '' : '，号已退回'}。` : `好的，已撤回工单 ${request.number}：${requestLine(request)}。`,

  status: (request: ServiceRequest): string => {
    const urged = request.urges.length > 0 ? `，已催${request.urges.length}次` : ''
    const to = pendingOffer(request)?.to ?? null
    const offered = to === null ? '' : `已转请${to.name}办理${sayBasis(to)}，对方接下以前由我们跟着。`
    const visit = request.visit == null ? '' : `${visitWords(request.visit)}。`
    return `${request.number}：${requestLine(request)}\n现在${statusName(request.status)}，${request.owner.name}负责${urged}。${visit}${offered}`
  },
  visitSoon: (request: ServiceRequest, visit: PlannedVisit): string => `提醒您：${visitWords(visit)}（${request.number}）。时间不方便请直接回复，我们另约；不认识的人请先核对姓名再开门。`,
  siblings: (requests: readonly ServiceRequest[]): string => `同一次报的：${requests.map((one) => `${one.number} ${requestLine(one)}（${statusName(one.status)}）`).join('；')}。`,
  /** `place`: of what everybody may know, without doors. */
  statusInRoom: (request: ServiceRequest, place: string | null, hasPrivateChat: boolean): string =>
    `工单 ${request.number}${place === null ? '' : `（${place}）`}：${statusName(request.status)}。${hasPrivateChat ? '详细的我私信您。' : '详细的请私聊我看。'}`,
  /** `count`: how many there are, where not all are named. */
  statusList: (requests: readonly ServiceRequest[], count = requests.length): string =>
    `您有${count}件${count > requests.length ? `，最近的${requests.length}件` : ''}：\n${requests.map((request, index) => `${index + 1}. ${request.number} ${requestLine(request)}（${statusName(request.status)}）`).join('\n')}`,
  noRequests: '我这儿没有您的登记。要报修或反映事情，直接告诉我就行。',
  noneOpen: '您报的都办完了，没有在办的了。要报随时说；看以前的回「我的工单」。',
  notYours: '没有查到这个编号，或者不是您报的。请核对一下编号；也可以回「人工」让工作人员查。',

  urged: (request: ServiceRequest): string => `已替您催办：${request.number} ${requestLine(request)}，催办记录已给${request.owner.name}。`,
  urgedEnough: (request: ServiceRequest): string => `${request.number} 今天已经催过了，${request.owner.name}看得到。还着急的话回「人工」。`,

  /** `until`: the moment until which an answer is awaited; `null`: it is awaited without end. */
  resolvedNews: (request: ServiceRequest, note: string, until: number | null): string =>
    `${request.number} 已办结：${shorten(note, 120)}\n${askedAtEnd(until)}`,
  approvedNews: (request: ServiceRequest, note: string, until: number | null): string => `${request.number} 网上已批准：${shorten(note, 120)}\n不用再跑窗口。${askedAtEnd(until)}`,
  lapsed: (request: ServiceRequest): string => `${request.number} 按事先说的先归档了：${requestLine(request)}。还没解决的话，回「1分」我就退回重办。`,
  reopened: (request: ServiceRequest): string => `知道了，${request.number} 已退回重新办理，还由${request.owner.name}负责，社区负责人也看得到。`,
  rated: (stars: number, request: ServiceRequest): string => `谢谢，${request.number} 的评价已记录：${stars}分。`,
  solved: (request: ServiceRequest): string => `好的，${request.number} 记为已解决。这次办得怎么样？请评一评，「5分」最好，「1分」最差。`,
  takenNews: (request: ServiceRequest): string => `${request.number} 已有人接手：${request.owner.name}。`,
  declinedNews: (request: ServiceRequest, reason: string): string => `${request.number} 没能受理：${shorten(reason, 120)}\n有疑问请回「人工」。`,
  askNews: (request: ServiceRequest, question: string): string => `${request.number} 需要您补充：${shorten(question, 120)}`,

  handedOver: '好的，已转给社区工作人员，他们看到就回您，您可以先把事情写在这里。',
  handedOverAgain: '已经在找社区工作人员了，您说的他们都看得到。',
  notSure: '我没有听明白，不敢乱办，已转给社区工作人员看，他们看到就回您。',
  released: '工作人员先把您交回给我了，还有什么事直接说。',

  unclear: '我没太听明白，您说的具体是什么事、在哪儿？',
  unclearChoices: (names: readonly string[]): string => `我没太听明白，您具体是想：${names.map((name, index) => `${index + 1} ${name}`).join('　')}　还是别的？`,

  moveToPrivate: (what: string): string => `${what}要用到您的个人信息，不方便在群里说，请点我私聊，我一对一帮您办。`,
  exposedId: '刚才有人把身份证号发到群里了，请尽快长按撤回；要办事请私聊我，号码我没有保存。',
  exposedAgain: '撤不回来的话，请群主或管理员删除那条消息，也可以让社区工作人员帮忙联系；我这边没有保存。',
  exposedPersonal: '个人电话、证件请别发在群里，建议先撤回，再私聊我办理。',

  notStored: '没有登记成功，请稍后再发。',
  apology: '抱歉，我这边出了点问题，已经请社区工作人员来看您的消息。',
  cut: '您的消息太长，我只看了前 20000 个字。',
  empty: '我没看到内容，请把事情用一两句话告诉我。',
  privacyNotice: '我是社区小助手「一窗」，是程序，不是真人。您说的话只用来答复和办理您的事，回「人工」找工作人员。',

  reminder: (what: string): string => `您刚才的「${what}」还没登记，要继续就接着说，不办了回「取消」。`,
} as const

/** What was gathered for a service, a line each, for reading back. */
export function readBackLines(service: Service, fields: readonly Slot[], extra: readonly string[] = []): readonly string[] {
  const lines = service.fields.flatMap((field) => {
    const given = fields.filter((slot) => slot.name === field.slot)
    if (given.length === 0) return []
    const words = [...new Set(given.map((slot) => (field.slot === 'time' && slot.normal !== undefined && timeWords(slot.normal) !== slot.value ? `${slot.value}（${timeWords(slot.normal)}）` : slot.value)))]
    return [`${field.label}：${words.join('、')}`]
  })
  return [...lines, ...extra]
}

function timeWords(normal: string): string {
  const [from, to] = normal.split('/')
  if (from === undefined) return normal
  if (to === undefined) return dayWords(from)
  if (to === '..') return `${dayWords(from)}以后`
  return from.slice(0, 10) === to.slice(0, 10) ? `${dayWords(from)}—${to.slice(11, 16)}` : `${dayWords(from)}—${dayWords(to)}`
}

/** The fixed advice for a danger: what to do at once, then what to do next when the person writes again. */
export const dangerAdvice: Readonly<Record<DangerKind, { readonly first: string; readonly next: string }>> = {
  fire: {
    first: '⚠️ 先打119！马上离开，走楼梯、不要坐电梯，捂住口鼻弯腰走，别回去拿东西。其他人请远离。',
    next: '请继续撤离到楼下空旷处，不要返回；还没打119的请马上打。',
  },
  gas: {
    first: '⚠️ 马上开窗通风，关掉燃气阀门；不要开关任何电器、不用明火、不在屋里打电话。人离开到室外，再打119和燃气公司抢修电话。',
    next: '请所有人撤离到室外楼下；不要开关电器、不要开灯、不用明火，等燃气公司或119确认安全再回去。',
  },
  trapped: {
    first: '⚠️ 请打119。被困的人按报警铃、靠里站好，千万不要扒门、不要自己往外爬。',
    next: '请陪着里面的人说话，不要扒门，等119或维保人员来。',
  },
  violence: {
    first: '⚠️ 先保护自己：躲到能锁门的地方，马上打110；不方便出声可以发短信到12110。其他人请不要靠近。',
    next: '请待在安全的地方，保持110电话畅通，不要和对方争执。',
  },
  medical: {
    first: '⚠️ 先打120！说清地址和症状，让人平卧休息、松开衣领、别乱动别喂东西，把门打开等急救的人。',
    next: '请保持120电话畅通，人别走动，门开着，等急救的人来。',
  },
  'self-harm': {
    first: '谢谢您愿意告诉我，您现在的安全最要紧。请马上打120或110，也可以打心理援助热线12356，随时有人接。',
    next: '我在这儿陪着您。请把药和危险的东西放远一点，到有人的地方去，或现在就打120、12356。',
  },
  fraud: {
    first: '⚠️ 这很像诈骗，不要再转一分钱！马上打110和反诈专线96110，再打您银行的客服，申请紧急止付、冻结。',
    next: '不要再转账，这是骗子的话，别再和他联系；聊天和转账记录留着，交给警察（110、96110），请银行止付。',
  },
  water: {
    first: '⚠️ 马上打110、120和119！不要自己下水，扔绳子、竹竿、救生圈给落水的人，大声喊人帮忙。',
    next: '不要下水，盯住落水的位置，等救援的人来。',
  },
  electric: {
    first: '⚠️ 离掉落的电线至少8米，不要碰电线和沾水的地方，提醒别人绕开，马上打110和供电部门抢修电话。',
    next: '请继续远离，守住路口提醒别人，等供电部门来处理。',
  },
  collapse: {
    first: '⚠️ 马上离开，远离墙体和楼下，不要回去拿东西，打119；有人受伤打120。',
    next: '请待在空旷的地方，不要返回，等119确认安全。',
  },
  'missing-person': {
    first: '⚠️ 马上打110报警（孩子、老人走失不用等24小时），说清衣着、长相和最后看见的地方，请附近邻居帮忙留意。',
    next: '请保持110电话畅通，留一个人在原地等，把最近的照片交给警察。',
  },
}

/** When the person says that help has come or the danger has passed. */
export const dangerOver = '好的，人平安就好。值班人员看得到您说的话，还会和您联系；再有危险马上打110、119、120。'

/** How an answer from a text names its source and its standing. */
export function sourceLine(citation: Citation): string {
  if (citation.origin) return `（${citation.origin.issuer}办事指南${citation.date === null ? '' : `，${citation.date}导入`}${citation.origin.url === null ? '' : `：${citation.origin.url}`}）`
  if (citation.kind === 'fact') return `（社区登记${citation.date === null ? '' : `，${citation.date}`}：${citation.document.replace(/^.*\s/, '')}）`
  const number = citation.number === null ? '' : `（${citation.number}）`
  return `——《${citation.document.replace(/^《|》$/g, '')}》${number} ${citation.section}`
}

export function standing(citation: Citation): string | null {
  switch (citation.status) {
    case 'in-force':
      return null
    case 'draft':
      return '注意：这份是征求意见稿，不是已生效的规定。'
    case 'expired':
      return '注意：这份文件已经失效，只作历史参考。'
    case 'template':
      return '注意：这份是网站上的范文，不是正式文件，不能当依据。'
  }
}
