import type { Jurisdiction } from '../../../knowledge/community.js'

/** The pages of a community, in the order of their menu. */
export const placePages = { place: '概况', grids: '楼栋和网格', hours: '办公时间', calendar: '放假和调休', groups: '群和关联码', health: '运行情况' } as const
export type PlacePage = keyof typeof placePages

export const levelNames: Readonly<Record<Jurisdiction['level'], string>> = { community: '社区', street: '街道', county: '区县', city: '市', province: '省' }

export const draftStates = { draft: '草稿', checked: '已核对', broken: '核对没通过', approved: '已批准' } as const

export const weekdays = [
  ['monday', '周一'], ['tuesday', '周二'], ['wednesday', '周三'], ['thursday', '周四'], ['friday', '周五'], ['saturday', '周六'], ['sunday', '周日'],
] as const

/** Days of a month as a calendar shows them: blanks before the first, Monday first. */
export function daysOf(year: number, month: number): readonly (string | null)[] {
  const first = new Date(Date.UTC(year, month - 1, 1))
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const blanks = Array.from({ length: (first.getUTCDay() + 6) % 7 }, () => null)
  return [...blanks, ...Array.from({ length: count }, (_, day) => `${year}-${String(month).padStart(2, '0')}-${String(day + 1).padStart(2, '0')}`)]
}
