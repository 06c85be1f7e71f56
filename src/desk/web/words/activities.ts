import type { ActivityRow, SignUpRow } from '../../activity-types.js'
import type { VolunteerTime } from '../../../programmes/volunteer.js'

export const kindNames: Readonly<Record<ActivityRow['kind'], string>> = { service: '志愿服务', culture: '文体活动', talk: '讲座', hearing: '听证、恳谈' }
export const stateNames: Readonly<Record<ActivityRow['state'], string>> = { draft: '草稿', published: '已发布', 'called-off': '已取消' }

const weekdays = '日一二三四五六'

/** 11月28日 周六 08:30–10:30 */
export function saySpan({ at, until }: Pick<ActivityRow, 'at' | 'until'>): string {
  const day = (iso: string): string => `${Number(iso.slice(5, 7))}月${Number(iso.slice(8, 10))}日 周${weekdays[new Date(`${iso.slice(0, 10)}T00:00:00Z`).getUTCDay()] ?? ''}`
  const ends = until.slice(0, 10) === at.slice(0, 10) ? until.slice(11, 16) : `${day(until)} ${until.slice(11, 16)}`
  return `${day(at)} ${at.slice(11, 16)}–${ends}`
}

/** 已报 3 / 10，候补 2 */
export function sayTaken({ places, taken, waiting }: Pick<ActivityRow, 'places' | 'taken' | 'waiting'>): string {
  return `已报 ${taken}${places === null ? '，不限名额' : ` / ${places}`}${waiting === 0 ? '' : `，候补 ${waiting}`}`
}

const partNames: Readonly<Record<string, string>> = { morning: '上午', afternoon: '下午', evening: '晚上' }

/** 周三晚上、周六全天 */
export function sayTimes(times: readonly VolunteerTime[]): string {
  if (times.length === 0) return '随时'
  const byDay = new Map<string, string[]>()
  for (const time of times) byDay.set(time.slice(0, 1), [...(byDay.get(time.slice(0, 1)) ?? []), time.slice(2)])
  return [...byDay].map(([day, parts]) => `周${weekdays[Number(day)] ?? ''}${parts.length === 3 ? '全天' : parts.map((part) => partNames[part] ?? '').join('')}`).join('、')
}

export const activitiesWords = {
  title: '活动',
  about: '发布以后，居民问「有什么活动」就能看到，在聊天里报名；名额由先到的占，满了可以候补。改时间地点、取消，报了名的都会收到通知。',
  add: '添加活动', none: '还没有要办的活动', past: '办完的和取消的', close: '收起', list: '报名的人',
  open: (title: string): string => `看「${title}」`,
  publicUntil: (closes: string): string => `报名到 ${closes.slice(5, 10).replace('-', '月')}日 ${closes.slice(11, 16)} 截止`,
  volunteersOnly: '只请志愿者', skillsOf: (skills: readonly string[]): string => `要会：${skills.join('、')}`, gridOf: (grid: string): string => `在${grid}`,
  source: (source: string): string => `来源：${source}`, why: (reason: string): string => `取消原因：${reason}`,
  edit: '修改', callOff: '取消活动', callOffWhy: '为什么取消？报了名的居民会收到。', calledOff: '已取消，报了名的会收到通知', cancel: '算了', publish: '发布', published: '已发布', removed: '草稿已删掉', remove: '删掉草稿',
  saved: '已保存', savedTold: '已保存，时间地点有变的会通知报了名的人',
  nobody: '还没有人报名。', isWaiting: '候补', isFamily: '家属', isVolunteer: '志愿者', noName: '居民（没留称呼）',
  came: '来了', notCame: '没来', cameOf: (one: SignUpRow): string => `第 ${one.place} 位 来了`, notCameOf: (one: SignUpRow): string => `第 ${one.place} 位 没来`,
  hours: '小时', hoursOf: (one: SignUpRow): string => `第 ${one.place} 位 志愿时长（小时）`, confirm: '确认时长', confirmed: (hours: number): string => `已确认 ${hours} 小时`, undo: '去掉', done: '已记下',
  hoursSays: '志愿时长确认以后才算数，志愿者问自己的时长只看得到确认过的。',
  sheet: '下载报名表（CSV）', print: '打印', scroll: '报名的人，可以左右滚动', heads: ['顺序', '姓名', '电话', '报名', '到场', '志愿时长'],
  fitting: (count: number): string => `技能和时间对得上的志愿者（${count} 位，不分先后）`, noFitting: '现在没有对得上的志愿者。', invite: '告诉他们', invited: '都告诉过了', inviteSays: '一窗私下告诉他们这个任务，每人一次；去不去由他们自己说。', fits: (also: readonly string[]): string => also.filter((one) => one !== '').join('，'),
} as const

export const activityFormWords = {
  addTitle: '添加活动', editTitle: (title: string): string => `修改「${title}」`,
  kind: '哪一种', title: '名称', titleHint: '如 周末清理楼道', at: '开始', until: '结束', place: '地点', placeHint: '如 3栋架空层', places: '名额，空着就是不限', closes: '报名截止，空着就是开始时',
  audience: '谁能报', everybody: '所有居民', volunteers: '只请志愿者', skills: '要会什么（会一样就行，都不选就是谁都行）', noSkills: '还没有登记技能清单，到「志愿者」一页添加。', grid: '在哪个网格', anyGrid: '整个社区',
  note: '要带什么、注意什么', source: '来源', sourceHint: '如 社区公告栏 2026-11-20', save: '存成草稿', saveChange: '保存', publish: '发布', cancel: '算了', needTimes: '请选开始和结束时间',
} as const

export const volunteersWords = {
  title: '志愿者', about: '居民在私聊里说「登记志愿者」，自己登记会什么、哪天有空。这里按登记的先后列出，不评分、不排名，只给安排志愿服务用。',
  none: '还没有人登记', scroll: '志愿者，可以左右滚动', heads: ['称呼', '会什么', '有空', '在哪一片', '确认过的时长', '登记'], noName: '居民（没留称呼）', nothing: '没有说', anywhere: '都行', hours: (count: number): string => `${count} 小时`,
  rules: '技能清单和星级', rulesSays: '技能清单用来问志愿者会什么。星级从多少小时起，由社区自己定；文件没有写数字，没定就只说时长、不说星级。',
  skills: '技能，用顿号隔开', skillsHint: '如 理发、修水电、照看老人', stars: '一星到五星各要多少小时，用顿号隔开', starsHint: '如 20、60、120；空着就是不定星级', save: '保存', saved: '已保存', split: /[、,，;；\s]+/, join: '、',
  noSkills: '还没有技能清单', noStars: '没有定星级', skillsNow: (skills: readonly string[]): string => `技能：${skills.join('、')}`,
  starsNow: (stars: readonly number[]): string => `星级：${stars.map((hours, index) => `${'一二三四五'[index] ?? ''}星 ${hours} 小时`).join('，')}`,
  by: (name: string): string => `${name}设的`, badStars: '星级要写整数小时', edit: '修改', never: '算了',
} as const
