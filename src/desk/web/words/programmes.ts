/** The pages of what residents take part in, in their order. */
export const programmePages = [
  ['wishes', '微心愿'],
] as const

export const programmesWords = {
  menu: '居民参与',
  others: (community: string): string => `${community}。要看别的社区，在上面选。`,
} as const
