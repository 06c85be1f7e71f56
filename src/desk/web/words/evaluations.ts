/** The page of units, providers, one's own score, and the rules. */
export const evaluationWords = {
  title: '评价',
  own: '我的评价', colleagues: '同事的评价', ownSay: '只有本人和社区负责人看得到，不排名。', worker: '看一位同事的', pick: '选一位', score: '总评', of5: (score: number): string => `${score} / 5`,
  residents: (mean: number | null, rated: number, least: number): string => (mean === null ? `居民评价：${rated} 次，满 ${least} 次才显示平均` : `居民评价：平均 ${mean}（${rated} 次）`),
  lead: (stars: number | null): string => (stars === null ? '负责人还没评' : `负责人评：${stars}`),
  weight: (percent: number): string => `居民占 ${percent}%，负责人占 ${100 - percent}%`, noScore: '两部分都有了才有总评',
  said: '居民写的', period: (period: string): string => `${period.slice(0, 4)}年${period.endsWith('1') ? '上' : '下'}半年`,
  give: '给分', given: '已记下', stars: '几分（1–5）', words: '评语',
  units: '转办单位', unitsSay: '转办的人给办事单位打分，也记下单位给社区的分；两边分开存。按单位名称排列。', noUnits: '还没有转办给单位的工单',
  means: (unit: number | null, community: number | null): string => `${unit === null ? '还没评过单位' : `单位平均 ${unit}`}；${community === null ? '单位还没评过社区' : `社区平均 ${community}`}`,
  number: '工单', forwarded: '转办', ended: '回来', open: '还在单位', ofUnit: '评单位', ofCommunity: '单位评社区', mark: '打分', unmarked: '还没评', markOf: (number: string, what: string): string => `${number} ${what}`, change: '改',
  marked: '已记下', save: '记下', cancel: '不改了', star: (stars: number): string => `${stars} 分`,
  providers: '服务机构', providersSay: (least: number): string => `助餐、助浴、代办这些服务，按服务对象打的分算平均；不满 ${least} 次的不显示。按名称排列。`, noProviders: '还没有评过的服务', provider: '机构或人员', rated: '评价次数', mean: '平均', few: '次数少，不显示',
  rules: '规则', rulesSay: '文件要求做这些评价，没有写具体数字；下面的数字由管理员定，没改过就是默认的。',
  least: '几户投诉同一类事就建议协调', days: '多少天以内', passMark: '物业评价几分合格', percent: '居民评价占百分之几（51 以上）', saved: '规则已改',
} as const
