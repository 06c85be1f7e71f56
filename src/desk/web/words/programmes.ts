/** The pages of what residents take part in, in their order. */
export const programmePages = [
  ['wishes', '微心愿'],
  ['members', '在职党员'],
  ['praises', '好人好事'],
  ['proposals', '微项目'],
  ['topics', '议题与表决'],
  ['standings', '居住身份'],
  ['activities', '活动'],
  ['volunteers', '志愿者'],
  ['disclosures', '居务公开'],
  ['announcements', '通知'],
  ['property', '物业'],
  ['projects', '服务项目'],
  ['evaluations', '评价'],
] as const

export const programmesWords = {
  menu: '居民参与',
  others: (community: string): string => `${community}。要看别的社区，在上面选。`,
} as const
