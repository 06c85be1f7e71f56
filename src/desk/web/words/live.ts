/** What the desk tells by itself. */
export const newsWords = {
  page: (number: number): string => `呼叫 ${number}：请您来处理`, pageHint: (what: string): string => `${what}，点开应答`,
  clock: (number: string, stage: string): string => `工单 ${number} ${stage}`, clockHint: '点开去办', half: '时限过半', near: '时限快到了', top: '已经超时',
  request: (number: string): string => `新工单 ${number}`, requestHint: (place: string): string => `${place}，点开查看`,
  urgent: '有人遇到急事', waiting: '有居民在等人', talkHint: (place: string): string => `${place}，点开接手`,
  mention: (by: string, number: string): string => `${by}在 ${number} 里叫您`, mentionHint: '点开看备注',
} as const

/** Times as people say them. */
export const timeWords = { justNow: '刚刚', minutesAgo: (minutes: number): string => `${minutes} 分钟前` } as const
