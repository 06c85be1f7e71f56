import { freePlaces, type Activity, type ConfirmedHours, type Shut } from '../../programmes/activity.js'
import type { Aspect, askedOf } from '../../programmes/meant-activity.js'
import { tables } from '../../store/tables.js'
import { shorten } from '../../text.js'
import { clockWords, dayWords } from '../replies.js'

/** Most activities named in one answer in private, and in a room (with the line that leads on, three). */
export const listed = { private: 8, room: 2 } as const

/** 11月28日（周六）08:30；where, how many places */
export function whenWords({ at }: Pick<Activity, 'at'>): string {
  return dayWords(at)
}

function placesLeft(activity: Activity): string {
  const free = freePlaces(activity)
  return free === null ? '' : free === 0 ? '，名额已满' : `，还剩${free}个名额`
}

function line(activity: Activity, isRoom: boolean): string {
  const place = activity.place === '' || isRoom ? '' : `，在${activity.place}`
  return `${isRoom ? shorten(activity.title, 20) : activity.title}，${whenWords(activity)}${place}${placesLeft(activity)}`
}

function asSentence(note: string): string {
  return note === '' || /[。！!]$/.test(note) ? note : `${note}。`
}

const aspectNames: Readonly<Record<Aspect, string>> = { bring: '要带什么', cost: '要不要钱', where: '在哪儿' }

/** Who signed up is kept so long after an activity, days. */
const keptDays = tables.signUps.retire?.afterDays ?? 0

/** What is said of activities and of signing up for them. */
export const activityWords = {
  list: (shown: readonly Activity[], more: number): string =>
    `${shown.length === 1 && more === 0 ? '现在能报的有一个：' : '现在能报的有：'}\n${shown.map((one, index) => `${index + 1}. ${line(one, false)}`).join('\n')}${more > 0 ? `\n还有${more}个，说哪天的或者什么活动，我再给您找。` : ''}\n要报哪个，回数字或者说名字。`,
  listInRoom: (shown: readonly Activity[], more: number): string =>
    `${shown.map((one, index) => `${index + 1}. ${line(one, true)}`).join('\n')}\n${more > 0 ? `还有${more}个，私聊我问「有什么活动」看全。` : ''}要报的说活动名字。`,
  none: '社区现在没有登记要办的活动，以前的都办完了。有了新的，问我「有什么活动」就能看到。',
  noneThen: (others: readonly Activity[], isRoom: boolean): string => `那个时间没有登记的活动。别的有：${others.slice(0, listed.room).map((one) => line(one, isRoom)).join('；')}。`,
  which: (shown: readonly Activity[]): string => `您说的是哪一个？\n${shown.map((one, index) => `${index + 1}. ${one.title}，${whenWords(one)}`).join('\n')}\n回数字或者说名字。`,
  whichLeave: (shown: readonly Activity[]): string => `您报了${shown.length}个，不去哪一个？\n${shown.map((one, index) => `${index + 1}. ${one.title}，${whenWords(one)}`).join('\n')}`,
  joined: (activity: Activity, isRoom: boolean, order: number, person: string | null): string => {
    const whose = person === null ? '' : `${person}，`
    const place = activity.place === '' ? '' : `，在${activity.place}`
    const left = activity.places === null ? '' : `（还剩${freePlaces(activity) ?? 0}个名额）`
    if (isRoom) return `报上了：${shorten(activity.title, 24)}，${whenWords(activity)}${left}。${activity.kind === 'hearing' ? `发言排第${order}位。` : ''}`
    const speaks = activity.kind === 'hearing' ? `您发言排第${order}位，到时按这个顺序来。` : ''
    return `报名成功，报上了：${whose}${activity.title}，${whenWords(activity)}${place}${left}。${speaks}${asSentence(activity.note)}去不了了跟我说「不去了」，好让给别人。`
  },
  already: (activity: Activity, isRoom: boolean, order: number): string => `${isRoom ? '' : '您'}已经报上了，不用再报：${activity.title}，${whenWords(activity)}。${activity.kind === 'hearing' ? `发言排第${order}位。` : ''}`,
  full: (activity: Activity): string => `「${activity.title}」名额满了，这次报不上。要候补回「候补」，有人不去，我按先后私下告诉您。`,
  notFull: (activity: Activity): string => `「${activity.title}」还有名额，不用候补。要去回「我报」。`,
  shut: (activity: Activity, why: Exclude<Shut, 'full'>): string => {
    switch (why) {
      case 'over': return `「${activity.title}」已经开始或办完了（${whenWords(activity)}），报不了了。`
      case 'closed': return `「${activity.title}」的报名${clockWords(activity.closesAt)}就截止了，报不了了。`
      case 'called-off': return `「${activity.title}」取消了，不办了${activity.reason === '' ? '' : `：${activity.reason}`}。`
    }
  },
  /** `isInRoom`: there is no private chat to tell them in. */
  waiting: (activity: Activity, ahead: number, isInRoom: boolean): string => `好的，「${activity.title}」给您候补上了${ahead === 0 ? '' : `，前面还有${ahead}位`}。有人不去，我按先后${isInRoom ? '在群里说一声，不点名；私聊过我的私下告诉' : '私下告诉您'}；位子不留，先报先得。不等了回「不等了」。`,
  waitingAlready: (activity: Activity): string => `「${activity.title}」已经给您候补着了，有空位就告诉您。`,
  stopped: (activities: readonly Activity[]): string => `好的，不等了，${activities.map(({ title }) => `「${title}」`).join('')}的候补取消了。`,
  left: (activities: readonly Activity[], isRoom: boolean, handsOn: boolean): string =>
    `好的，已取消${isRoom ? '' : '您的'}报名：${activities.map((one) => `${one.title}，${whenWords(one)}`).join('；')}。名额释放出来了${handsOn ? '；别人要去，得他本人跟我说一声，我不能替他报' : ''}。`,
  notIn: (activity: Activity | null): string => (activity === null ? '您现在没有报名要去的活动。' : '好的，没有给您报名，不用取消。'),
  leaveOrBooking: (titles: readonly string[]): string => `您是不去活动（${titles.join('、')}），还是不要预约了？直接说「不去${titles[0] ?? '活动'}」或者「取消预约」。`,
  own: (mine: readonly { readonly activity: Activity; readonly isWaiting: boolean; readonly person: string | null; /** Place in the order of who speaks; 0: there is none. */ readonly order: number }[]): string =>
    mine.length === 0 ? '您现在没有报名要去的活动。想看有什么活动，问我「有什么活动」。'
      : `您报了的：\n${mine.map(({ activity, isWaiting, person, order }, index) => `${index + 1}. ${person === null ? '' : `${person}，`}${line({ ...activity, places: null }, false)}${isWaiting ? '（候补）' : order > 0 ? `，发言排第${order}位` : ''}`).join('\n')}\n哪个去不了，说「不去」加名字。`,
  ownInRoom: (count: number, waiting: number): string =>
    count + waiting === 0 ? '没有查到您报的活动。' : `${count === 0 ? '还没报上' : `您报了${count}个活动`}${waiting === 0 ? '' : `，在候补${waiting === 1 ? '' : `（${waiting}个）`}，有空位按先后告诉`}，时间地点请私聊我看。`,
  notInThis: (activity: Activity): string => `「${activity.title}」没有查到您的报名。要报直接说「${activityWords.joinBy(activity)}」。`,
  /** `isIn`: the reader has a place; `asked`: of what besides, and whether it is entered. */
  detail: (activity: Activity, also: { readonly isRoom: boolean; readonly isIn: boolean; readonly asked: ReturnType<typeof askedOf> }): string => {
    const { isRoom, isIn, asked } = also
    const until = activity.until.slice(0, 10) === activity.at.slice(0, 10) ? `—${activity.until.slice(11, 16)}` : ''
    const closes = activity.closesAt < Date.parse(activity.at) ? `，报名${clockWords(activity.closesAt)}截止` : ''
    const note = (isRoom && !asked.some(({ isTold }) => isTold)) ? '' : asSentence(activity.note)
    const untold = asked.filter(({ isTold }) => !isTold).map(({ aspect }) => aspectNames[aspect])
    const unknown = untold.length === 0 ? '' : `${untold.join('、')}没有登记，我不能乱说，要问清楚回「人工」。`
    return `「${activity.title}」${whenWords(activity)}${until}${activity.place === '' ? (untold.length > 0 ? '' : '，地点没有登记') : `，在${activity.place}`}${placesLeft(activity)}${closes}。${note}${unknown}${isIn ? '您已经报上了。' : unknown === '' ? '要报名直接说「我报」。' : ''}`
  },
  volunteersOnly: (activity: Activity): string => `「${activity.title}」只请登记过的志愿者。想做志愿者，私聊我说「我想当志愿者」。`,
  notFitting: (activity: Activity): string => `「${activity.title}」要的${activity.skills.length === 0 ? '时间或地方' : `是会${activity.skills.join('、')}、那个时间有空的`}，和您登记的对不上。登记要改，私聊我说「改志愿者登记」。`,
  ownWord: '替别人报名，得他本人跟我说一声，我才好登记，您请他自己来报。',
  familyMore: '家里别人也要去的，私聊我说「给谁报名」，一个一个记名字。',
  notFound: '没有登记您说的这个活动。',
  familyInPrivate: '给家里人报要记名字，不方便在群里说，请私聊我。',
  askName: (who: string, activity: Activity): string => `给${who}报「${activity.title}」，请问叫什么名字？（只给办活动的人签到用，办完${keptDays}天后自动删；不想说回「算了」）`,
  nameAgain: '没听明白名字，只说两三个字的名字就行；不报了回「算了」。',
  readName: (person: string, activity: Activity): string => `给${person}报名「${activity.title}」，${whenWords(activity)}，对吗？回「对」就报上。`,
  dropped: '好的，没有报。',

  reminder: (activity: Activity, when: 'day-before' | 'hours-before', person: string | null): string =>
    `提醒您：${when === 'day-before' ? '明天' : '今天'}${activity.at.slice(11, 16)}「${activity.title}」${person === null ? '' : `（${person}）`}${activity.place === '' ? '' : `，在${activity.place}`}。${activity.note === '' ? '' : `${shorten(activity.note, 60)}${/[。！!]$/.test(activity.note) ? '' : '。'}`}去不了回「不去了」。`,
  fellFree: (activity: Activity): string => `「${activity.title}」（${whenWords(activity)}）空出名额了。要去回「报名${activity.title}」，先报先得；不去就不用回。`,
  fellFreeInRoom: (activity: Activity): string => `「${shorten(activity.title, 24)}」（${whenWords(activity)}）空出名额了。候补的邻居要去，@我说「报名${activity.title}」，先报先得。`,
  /** What signs up whatever was spoken of since. */
  joinBy: ({ title }: Pick<Activity, 'title'>): string => `报名${title}`,
  invited: (activity: Activity): string => `有个志愿任务和您登记的对得上：「${activity.title}」，${whenWords(activity)}${activity.place === '' ? '' : `，在${activity.place}`}${placesLeft(activity)}。要去回「报名${activity.title}」；没空就不用回。`,
  calledOff: (activity: Activity): string => `您报的「${activity.title}」（${whenWords(activity)}）取消了：${activity.reason}。`,
  moved: (before: Activity, now: Activity): string => {
    const changes = [
      before.title === now.title ? '' : `名称改为「${now.title}」`,
      before.at === now.at && before.until === now.until ? '' : `时间改到${whenWords(now)}—${now.until.slice(11, 16)}`,
      before.place === now.place ? '' : now.place === '' ? '地点待定' : `地点改到${now.place}`,
    ].filter((one) => one !== '')
    return `您报的「${before.title}」（${whenWords(before)}）有变动：${changes.join('，')}。去不了回「不去了」。`
  },
  hours: (total: number, each: readonly ConfirmedHours[], stars: number | null): string =>
    `您的志愿时长一共${total}小时（社区确认过的才算）${stars === null ? '' : stars === 0 ? '，还没到一星' : `，${stars}星`}。${each.length === 0 ? '' : `最近的：${each.slice(-3).reverse().map(({ title, day, count }) => `${Number(day.slice(5, 7))}月${Number(day.slice(8))}日${title}${count}小时`).join('；')}。`}${stars === null ? '星级社区还没有设标准，我不能乱说。' : ''}`,
  noHours: '还没有社区确认过的志愿时长。参加完活动，由社区工作人员确认以后才算；少记了回「人工」。',
  hoursInPrivate: '您的时长不方便在群里说，请私聊我问。',
} as const
