import type { CoordinationRow } from '../../coordination-types.js'

export const coordinationStates: Readonly<Record<CoordinationRow['state'], string>> = { proposed: '建议召集', convened: '已召集', concluded: '有结果', dropped: '不开会' }

/** The page of property companies: meetings and evaluations. */
export const propertyWords = {
  title: '物业协调和评价',
  rule: (least: number, days: number): string => `${days} 天里有 ${least} 户以上投诉物业同一类事，自动建议开一次三方联动的协调会。户数和天数由管理员在「评价」里定。`,
  coordinations: '协调会', none: '没有要协调的',
  raised: (at: string, count: number): string => `${at} 提出，关联 ${count} 件投诉`,
  requests: '关联的工单', request: (number: string): string => `工单 ${number}`,
  convene: '召集', at: '哪天几点', atHint: '如 11月28日（周六）下午2点', place: '在哪里', parties: '哪几方参加（顿号隔开）', split: /[、,，;；\s]+/, join: '、',
  ok: '定下并告诉投诉的居民', convened: '已定下，投诉的居民会收到通知',
  again: '改时间',
  conclude: '记结果', result: '商量的结果，会发给投诉的居民', concluded: '已记下，居民会收到',
  drop: '不开会', dropWhy: '为什么不开会？只留在这里。', dropped: '已记下',
  confirm: '好', cancel: '不改了',
  meeting: (at: string, place: string, parties: string): string => `${at}，${place}，${parties}`,
  outcome: (words: string): string => `结果：${words}`,
  step: (what: string, by: string | null, at: string): string => `${at} ${by === null ? '一窗' : by}：${what}`,
  evaluations: '物业服务评价', evaluationsSay: '四方都评了才有结论；不合格的写明整改到哪天，整改后另开一次复评。退出由各方依程序商定，一窗不会自己宣布。',
  noneEvaluated: '还没有评价过', begin: '开始一次评价', begun: '已开始，请四方来评',
  company: '物业公司', period: '哪个时段', periodHint: '如 2026年上半年', from: '从哪天', until: '到哪天', start: '开始', notNow: '先不评',
  mark: '分数（0–100）', words: '评语', spokeFor: '谁代表', enter: (party: string, again: boolean): string => `${again ? '改' : '记'}${party}的评价`, entered: (party: string): string => `${party}的评价已记下`, missing: '还没评', save: '记下',
  finish: '下结论', rectifyBy: '不合格整改到哪天（合格的空着）', finished: '已下结论',
  verdict: (passes: boolean, mean: number, passMark: number): string => `${passes ? '合格' : '不合格'}：四方平均 ${mean} 分，${passMark} 分合格`,
  rectify: (day: string): string => `限 ${day} 前整改`,
  reevaluate: '复评', isAgain: '复评', passAt: (passMark: number): string => `四方平均 ${passMark} 分合格。`,
  complaints: (list: string): string => `这段时间的投诉：${list}`, complaint: (subject: string, count: number): string => `${subject} ${count} 件`, noComplaints: '这段时间没有物业投诉',
} as const
