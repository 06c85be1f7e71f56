import type { RateName } from '../../../requests/figures.js'
import type { FigureGroup } from '../../supervision-types.js'

/** The lead's page. */
export const supervisionWords = {
  title: '督导', everywhere: (count: number): string => `全部 ${count} 个社区`, nameIn: (community: string, name: string): string => `${community} · ${name}`, month: '月份', sayMonth: (month: string): string => `${Number(month.slice(0, 4))}年${Number(month.slice(5))}月`, print: '打印月报', download: '下载表格（CSV）', again: '再试一次',
  overdue: '逾期', noneOverdue: '没有超过承诺时限的工单', overdueList: '逾期的工单', dueBy: (at: string): string => ` · 该在 ${at} 前办结`, climbed: (level: string): string => `已报${level}`, notClimbed: '还没上报',
  glance: '一眼看', absences: '谁不在（AB岗）', decide: '等您决定', undecided: '等您决定（延期、退回）', noneUndecided: '没有要您决定的', undecidedList: '等负责人决定的工单',
  callBacks: '要回访的差评', callBackHint: (unreached: number): string => `由没有经手的人打电话问清楚，在工单里记「回访」，这里就去掉。居民说没人联系的，现在有 ${unreached} 件在重办。`, stars: (stars: number): string => `${stars} 分`, dayUnknown: '日子待确认', before: (at: string): string => `${at} 前`, notBy: (names: string): string => `，不由${names}回访`, between: '、', unreached: '居民说没人联系', unreachedList: '居民说没人联系的工单',
  load: '谁手上有多少', noneOpen: '没有在办的工单', who: '谁', open: '在办', late: '逾期', toTake: '（待接单）', perGrid: '各网格手上有多少', grid: '网格', noGrid: '不在网格里', noGrids: '还没有划网格', list: (name: string, what: string): string => `${name}${what}，看这些工单`,
  report: (month: string): string => `${month} 月报`, behind: '数字后面的工单', fold: '收起', spots: '哪栋楼报得多', counted: ' · 计入', notCounted: ' · 未计入',
} as const

/** The rates in the order in which they are shown. */
export const ratesShown: readonly RateName[] = ['response', 'solved', 'satisfied', 'in-time']

/** The rates. */
export const rateWords = {
  groups: [['community', '按社区'], ['service', '按事项'], ['building', '按楼栋'], ['staff', '按负责人']] as readonly (readonly [FigureGroup, string])[], how: '怎么分', table: '三率表', none: '—', open: '，看这些工单',
  title: (who: string, rate: string, share: string, counted: number, of: number): string => `${who}：${rate} ${share}（${counted} ÷ ${of}）`,
} as const

/** A share as people read it: 91%. */
export const sayShare = (share: number | null): string => (share === null ? rateWords.none : `${(share * 100).toFixed(0)}%`)

/** Buildings by week. */
export const spotWords = {
  none: '近六周没有写明楼栋的工单', table: '楼栋和周', building: '楼栋', most: '多是', mostOf: (name: string, count: number): string => `${name} ${count} 件`, week: (month: number, day: number): string => `${month}月${day}日起`, name: (number: string): string => `${number}栋`, nameIn: (community: string, number: string): string => `${community} ${number}栋`, rising: '这周多起来了',
  risingHint: '标了「多起来」的楼，这周明显比前几周多：不等下一位居民来报，先去看看。', cell: (building: string, week: string, count: number): string => `${building}，${week}，${count} 件，看这些工单`,
} as const

/** Who is away. */
export const absenceWords = {
  title: (community: string) => `AB岗 · ${community}`, hint: 'A岗不在，新的工单直接到B岗，手上在办的也转给B岗，居民会知道由谁负责。', who: '谁不在', pick: '选一位', staff: '同事', posts: '岗位', until: '到什么时候', standIn: '谁顶（B岗）', least: '手上最少的同事', person: (name: string, load: number): string => `${name}，手上 ${load} 件`, save: '记下',
  now: '现在不在的', none: '都在岗', back: (at: string): string => `，${at} 回来`, byLeast: '由手上最少的同事顶', by: (name: string): string => `${name}顶`, enteredBy: (name: string): string => `（${name}登记）`, isBack: '回来了', isBackWho: (name: string): string => `${name}回来了`,
  pickWho: '请选谁不在。', pickDay: '请选哪天回来。', saved: '记好了，B岗从现在起接着办。',
} as const
