import type { SlotName } from '../../../nlu/understanding.js'
import type { Actor, Owner, RequestStatus, StatusChange } from '../../../requests/service-request.js'
import type { Due } from '../../../requests/clock.js'
import { moves, type LegalRoute, type Level, type MoveName } from '../../../requests/moves.js'
import { sayExactly } from '../live/time.js'
import type { InboxFilters, InboxView } from '../../api-types.js'

export const statusNames: Readonly<Record<RequestStatus, string>> = {
  draft: '草稿', submitted: '已提交', accepted: '已受理', assigned: '已派单', 'in-progress': '办理中', 'awaiting-resident': '待居民补充',
  forwarded: '转办', returned: '退回', extended: '申请延期', done: '已办结', confirming: '待居民确认', resolved: '已解决', reopened: '重办',
  archived: '已归档', withdrawn: '居民撤回', declined: '不予受理', merged: '已并单',
}

/** How a state looks: what needs somebody's hand is warm, what is under way cool, what is over grey. */
export function toneOf(status: RequestStatus): 'primary' | 'success' | 'warning' | 'danger' | 'info' {
  switch (status) {
    case 'submitted': case 'accepted': case 'assigned': case 'returned': return 'warning'
    case 'reopened': return 'danger'
    case 'in-progress': case 'awaiting-resident': case 'forwarded': case 'extended': return 'primary'
    case 'done': case 'confirming': case 'resolved': return 'success'
    case 'draft': case 'archived': case 'withdrawn': case 'declined': case 'merged': return 'info'
  }
}

export const viewNames: Readonly<Record<InboxView, string>> = {
  open: '未办结', mine: '我的', unclaimed: '待接单', mentioned: '提到我的', overdue: '逾期', awaiting: '待居民', confirming: '待确认', closed: '已结束', all: '全部',
}

/** Moves made from the box of words; the others have a small dialog of their own. */
export const saidMoves = { reply: '答复居民', 'ask-resident': '请居民补充', close: '办结', approve: '网上批准' } as const satisfies Partial<Record<MoveName, string>>
export type SaidMove = keyof typeof saidMoves

export const saidHints: Readonly<Record<SaidMove, string>> = { reply: '居民会看到这些话和您的姓名。', close: '办结后会请居民确认是否解决。', 'ask-resident': '问句会发给居民，等居民补充，时限先停着。', approve: '简易事项网上批准，写明批准了什么；居民不用再跑窗口。' }

/** Made by one press, without a word. */
export const isTaking = (name: MoveName): boolean => name === 'take' || name === 'take-over'

/** Moves with a dialog, in the order in which the desk offers them. */
export const dialogMoves: readonly MoveName[] = [
  'accept-forward', 'refuse-forward', 'approve-extension', 'refuse-extension', 'call-back', 'assign', 'reassign', 'stand-in', 'supplement', 'forward', 'recall-forward', 'return',
  'ask-extension', 'plan-visit', 'cancel-visit', 'split', 'escalate', 'supervise', 'merge', 'reopen', 'decline',
]

/** What a dialog tells before it is made. */
export const moveHints: Readonly<Partial<Record<MoveName, string>>> = {
  assign: '派给谁，谁就要接单；居民会知道由谁负责。', reassign: '换一个人负责，原来的人不再负责；居民会知道。', 'stand-in': 'A岗不在，B岗接着办，状态不变；居民会知道由谁负责。',
  forward: '对方承接以前，仍由您负责（首问负责）。居民会知道转给了谁。', 'accept-forward': '承接以后由您负责。', 'refuse-forward': '不承接的话，仍由转来的人负责。',
  'recall-forward': '收回来接着自己办。', return: '退给负责人重新派人；派定以前仍由您负责，过了定的日子还没派就往上报。', 'ask-extension': '由另一位负责人批；批准以前，原来的时限照算。',
  'approve-extension': '同意以后时限延长，居民会知道新的日子。', 'refuse-extension': '时限不变，请写明理由。', escalate: '一级一级往上报，不越级。', supervise: '督办记在办理经过里，负责的人会看到。',
  merge: '并到另一张在办的工单，报过的居民到时一起通知。', decline: '不予受理会结束这张工单，理由和该走的途径会发给居民。', reopen: '退回重新办理，仍由原来的人负责。',
  'plan-visit': '居民会知道谁、什么时候来。进居民家里，要先问过居民。', 'cancel-visit': '理由会发给居民。',
  split: '居民一次说了两件事，就分成两张，各有编号和负责人；居民只收到一条通知。',
  'call-back': '差评由没有经手的人打电话问清楚，写下居民怎么说。写的话居民看不到。', supplement: '居民在电话里或当面补充了的，记在这里，时限接着走。',
}

export const moveTitle = (name: MoveName): string => moves[name].title

export const routeNames: Readonly<Record<LegalRoute, string>> = {
  lawsuit: '通过法院诉讼解决', arbitration: '通过仲裁解决', petition: '通过信访渠道反映', reconsideration: '申请行政复议', disclosure: '申请政府信息公开', emergency: '拨打110、119、120',
  'other-unit': '由别的单位负责（理由里写明哪个单位）',
}

export const levelNames: Readonly<Record<Level, string>> = { grid: '网格', community: '社区', street: '街道', county: '区县', city: '市' }

/** Where the promise stands, for the desk. */
export function sayDue(due: Due): string {
  switch (due.kind) {
    case 'unpromised': return '没有登记承诺时限'
    case 'unknown': return due.why === 'no-calendar' ? `时限待确认：还没有 ${due.year} 年的工作日历` : '时限待确认：还没有登记办公时间'
    case 'paused': return `等居民补充，时限从 ${sayExactly(due.since)} 起停着`
    case 'running': {
      const stages = { early: '', half: '，已过一半', near: '，快到期了', overdue: '，已经超时' } as const
      return `承诺 ${sayExactly(due.dueAt)} 前办结${stages[due.stage]}`
    }
    case 'closed': return due.inTime ? '在承诺时限内办结' : '超过承诺时限才办结'
    case 'ended': return '已结束，没有时限'
  }
}

export const slotNames: Readonly<Record<SlotName, string>> = {
  matter: '事项', doc: '材料', place: '地点', time: '时间', addr: '地址', object: '对象', target: '对方', person: '为谁办', age: '年龄', phone: '电话',
  id_no: '证件号', name: '姓名', ticket: '工单号', count: '数量', amount: '金额', need: '需要', choice: '选择', hazard: '危险', topic: '话题', fee: '费用',
  jurisdiction: '地区',
}

export const sayOwner = (owner: Owner): string => (owner.kind === 'post' ? `${owner.name}（待接单）` : owner.name)

export function sayActor(actor: Actor): string {
  switch (actor.kind) {
    case 'resident': return '居民'
    case 'staff': return actor.name
    case 'bot': return '一窗'
  }
}

/** One step of a request's life, e.g. 「李师傅：接单，已派单 → 办理中」. */
export function sayChange(change: StatusChange): string {
  const who = sayActor(change.actor)
  const what = change.move === undefined ? '' : moves[change.move].title
  if (change.from === null) return `${who}：${statusNames[change.to]}`
  if (change.from === change.to) return `${who}：${what === '' ? `${statusNames[change.to]}，有新情况` : what}${sayBrought(change)}`
  return `${who}：${what === '' ? '' : `${what}${sayBrought(change)}，`}${statusNames[change.from]} → ${statusNames[change.to]}`
}

function sayBrought({ brought }: StatusChange): string {
  switch (brought?.kind) {
    case 'owner': return `给${brought.owner.name}`
    case 'offer': return `给${brought.to.name}`
    case 'extension': return ` ${brought.workdays} 个工作日`
    case 'into': return `到 ${brought.number}`
    case 'level': return `到${levelNames[brought.level]}`
    case 'route': return `（${routeNames[brought.route]}）`
    case 'evidence': return brought.attachmentIds.length > 0 ? `（照片 ${brought.attachmentIds.length} 份）` : ''
    case 'deadline': return `（${sayExactly(brought.dueAt)} 前）`
    case 'visit': return `：${brought.visit.helper}，${sayExactly(brought.visit.at)}，${whereNames[brought.visit.where]}`
    case 'matter': return brought.filed === null ? '' : `出 ${brought.filed.number}`
    case 'mentions': case undefined: return ''
  }
}

export const whereNames = { site: '到现场', home: '进居民家' } as const

export const filterTitles: Readonly<Record<keyof InboxFilters, string>> = { service: '事项', status: '状态', owner: '负责', grid: '网格', building: '楼栋', from: '从哪天', until: '到哪天' }

/** The inbox. */
export const inboxWords = {
  title: '工单', waiting: '在等人的居民', find: '找', findLabel: '找工单', findHint: '编号、地址、几个字或电话后四位', views: '工单范围', again: '再试一次', older: '更早的', loading: '正在取更早的…', list: '工单',
  nothing: '这里没有工单', noneOpen: '没有未办结的工单', notFound: (search: string): string => `没有找到「${search}」`, notFiltered: '按现在的筛选，没有工单',
  reporters: (count: number): string => ` · ${count} 户反映`, urged: (times: number): string => ` · 催 ${times} 次`, overdue: ' · 已超时', near: ' · 快到期', due: (day: string): string => ` · ${day}前`, gap: ' · ',
  noTake: (number: string): string => `${number} 现在不用接单`, taken: (number: string): string => `${number} 已接单`, quicker: (number: string): string => `${number} 刚刚被别人更新了`,
  filter: '筛选', filterBy: '筛选工单', anything: '不限', clear: '全部清掉', drop: (title: string): string => `去掉「${title}」`, noGrid: '不在网格里', building: (number: string): string => `${number}栋`,
  save: '存成我的列表', saveName: '列表的名字', saveNow: '存下', mine: '我的列表', removeView: (name: string): string => `删掉列表「${name}」`, savedElsewhere: '您在别的窗口改过列表，已换成最新的，请再存一次', full: '最多存 20 个列表，请先删掉一个',
} as const

/** One request. */
export const requestWords = {
  back: (list: string): string => `← 回到「${list}」`, walk: '工单列表', before: '上一张', after: '下一张', gone: '没有这张工单，或不在您的社区。', again: '再试一次', take: '接单', content: '工单内容', clock: '时限和负责', talk: '与居民的对话', noTalk: '没有留下对话', wholeTalk: '打开整段对话',
  takeTalk: '接手对话', takeTalkHint: '接手后一窗不再插话，由您来答。',
  answer: '写给居民', answerHint: '居民会看到这些话和您的姓名', changed: '刚刚有人更新了这张工单，您写的话还在，请看过再提交', theirs: '刚刚的更新', yours: '您写的，还没提交', changedOnly: '内容有更新',
  addPhotos: '添加照片', pickPhotos: '选照片', file: (nth: number): string => `第 ${nth} 份`, dropFile: (nth: number): string => `去掉第 ${nth} 份`, drop: '去掉', photosGo: '照片随答复或办结给居民看，也可以直接粘贴。', draftStays: '写了一半的话会留在本页。',
  others: '其他处理', history: '办理经过', needsWords: (move: string, mayBePhotos: boolean): string => `「${move}」要先写几句给居民看的话${mayBePhotos ? '，或加上照片' : ''}。`, done: (move: string): string => `${move}：已办好`,
  conflict: (steps: string): string => `刚刚有人更新了这张工单（${steps}），您写的话还在，看过再提交。`, conflictOver: '刚刚有人更新了这张工单，这一步现在不能做了；您写的话还在。', between: '；',
  unsure: '没连上服务器，不知道有没有办成。您写的话还在，连上以后会告诉您。', arrived: (move: string): string => `${move}：刚才其实已经办好了`,
  note: '内部备注', noteHint: '只有同事看得到。写 @ 可以叫同事来看。', noteSave: '记下', colleagues: '叫哪位同事', noted: '备注记下了', called: (names: string): string => `备注记下了，已告诉${names}`, nameBetween: '、',
  templates: '常用语', templatesTitle: '常用语（按数字键选）', templatesHint: '在空的框里按 / 也能打开', editTemplates: '改常用语', noTemplates: '还没有常用语',
  visit: '约好上门', context: '来龙去脉', grounds: '可能的依据', groundsNone: '没有找到合适的依据', similar: '可能是同一件事', merge: '并到这张', mergeInto: (number: string): string => `并到这张 ${number}`, linked: '相关的工单', earlier: '这位居民以前的工单', elsewhere: (channel: string): string => `在${channel}里说的`, nothingElse: '没有别的工单', beside: (status: string, when: string, summary: string): string => `${status}，${when}：${summary}`,
} as const

/** Taking the last step back. */
export const undoWords = {
  title: '刚才的一步', undo: '撤销', step: (number: string, move: string): string => `${number} ${move}`, said: (what: string, seconds: number): string => `${what}，${seconds} 秒内可以撤销`, undone: (what: string): string => `${what}已撤销，没有通知居民`,
} as const

/** The sheet of shortcuts. */
export const keyWords = {
  title: '键盘快捷键', open: '快捷键（?）', close: '关上', keys: '键', what: '做什么',
  inbox: [['j', '下一张'], ['k', '上一张'], ['Enter', '打开'], ['t', '接单'], ['r', '打开并答复'], ['/', '找工单'], ['f', '筛选'], ['u', '撤销刚才的一步'], ['?', '这张表']],
  request: [['t', '接单'], ['r', '写给居民'], ['n', '写内部备注'], ['/', '常用语'], ['1–9', '选一条常用语'], ['Ctrl Enter', '答复居民'], ['u', '撤销刚才的一步'], ['j', '列表里下一张'], ['k', '列表里上一张'], ['i', '回到工单列表'], ['?', '这张表']],
  conversation: [['t', '接手'], ['r', '写给居民'], ['Ctrl Enter', '发送'], ['?', '这张表']],
} as const

/** The dialog of a move. */
export const moveWords = {
  toWhom: '转给谁', whom: '给谁', pick: '选一个人或岗位', staff: '同事（手上少的在前）', person: (name: string, load: number, isAway: boolean): string => `${name}，手上 ${load} 件${isAway ? '，不在' : ''}`, posts: '岗位', outside: '外面的单位', writeUnit: '写单位名称', unitName: '单位名称',
  basis: (document: string, section: string): string => `依据《${document}》${section}`, workdays: '延几个工作日（加起来最多 10 个）', redispatch: '哪天以前派定（不选就是一个工作日内）', asksDays: (days: number | null, why: string | null | undefined): string => `申请延期 ${days ?? ''} 个工作日：${why ?? ''}`,
  reportTo: '报到：', topAlready: '已在最上一级', routes: '居民可以走的途径（会告诉居民）', intoWhich: '并到哪一张（编号，或末四位）', look: '查', reason: '说明', reasonIfAny: '说明（可不写）', cancel: '再想想',
  notFound: '没有找到这个编号的在办工单', several: '有好几张，请写全编号', todayOrLater: '请选今天或以后的一天。', pickWhom: '请选给谁。', pickReceiver: '请选转给谁，或写上单位名称。', pickRoute: '请选居民可以走的途径。', findFirst: '请先查到要并入的工单。', atTop: '已经报到最上一级了。', needsReason: '请写一句说明。',
  visitFrom: '什么时候去', visitUntil: '最晚到几点（可不写）', visitWho: '谁去', visitWhere: '去哪里', consent: '居民哪天、怎么同意的', pickTime: '请选什么时候去，要在现在以后。', pickHelper: '请写谁去。', needsConsent: '进居民家里要先问过居民，请写明居民哪天、怎么同意的。',
  splitService: '分出来的是什么事项', splitPick: '选一个事项', splitWords: '分出来的事（居民原来的话）', splitFrom: '居民原来说的', pickService: '请选事项。', needsMatter: '请写明分出来的是什么事。',
} as const

/** Words that are often needed, and their keeping. */
export const templateWords = {
  title: '改常用语', lead: '{编号}、{事项}、{地址}、{姓名}、{时限}、{今天} 会自动换成这张工单的。', name: '标题', text: '话', service: '用在', any: '任何事项', add: '加一条', save: '存下', remove: '删掉', edit: '改', close: '关上', first: '自带', saved: '存好了',
} as const

/** What stands for what in a template. */
export const templateFields = { number: '编号', service: '事项', address: '地址', name: '姓名', term: '时限', today: '今天' } as const

/** The clock beside a request. */
export const clockWords = {
  running: { early: '时限内', half: '已过一半', near: '快到期', overdue: '已超时' }, paused: '暂停', unknown: '待确认', unpromised: '无承诺', ended: '已结束', inTime: '按时', late: '超时',
  term: '时限', marks: (half: string, near: string): string => `（一半 ${half}，八成 ${near}）`, firstOwner: '首问负责', nowWith: '，现在 ', grid: '网格', reported: '已报到', waitsFor: '等承接', until: '，承接以前仍由 ', answers: ' 负责', decides: '等批', extension: (days: number): string => `申请延期 ${days} 个工作日`, unit: '责任单位',
  source: (document: string, section: string): string => `（《${document}》${section}）`, promise: (until: string): string => `承诺${until}前办结。`,
} as const

/** What stands of a request itself. */
export const factWords = {
  words: '诉求', address: '地址', wished: '想约', booked: '预约', toArrange: '（待安排）', helper: '上门的人', came: '到场', yes: '来了', no: '没来', by: (name: string, at: string): string => `（${name}，${at}）`, visit: '上门', visitSays: (at: string, until: string | null, helper: string, where: string): string => `${at}${until === null ? '' : ` 到 ${until}`}，${helper}，${where}`,
  consent: '同意', asked: (matter: string, at: string, asked: string, answered: string): string => `：${matter}（${at}，问「${asked}」，答「${answered}」）`, owner: '负责', community: '社区', filed: '登记', reporters: '反映', households: (count: number): string => `${count} 户`, urges: '催办', urgedTimes: (times: number, last: string): string => `${times} 次，最近 ${last}`,
  rating: '评价', stars: (stars: number, words: string): string => `${stars} 分 ${words}`, photos: '照片', photo: (nth: number): string => `第 ${nth} 份，点开看`, image: (nth: number): string => `照片 ${nth}`,
} as const
