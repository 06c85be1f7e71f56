/** Sounds written with a wrong character in haste: made right before the rules look. Same length, so spans hold. */
export const misspelt: readonly (readonly [RegExp, string])[] = [
  // 找活, 找货 and 找着活 are looking for work and goods.
  [/(?<!找)([着照招起失])[伙货或活](?=了|啦|$|[^食计伴])/g, '$1火'], [/找[伙或](?=了|啦)/g, '着火'],
  [/找火/g, '着火'], [/照火/g, '着火'], [/招火/g, '着火'],
  [/[煤媒每][汽器期]/g, '煤气'], [/[煤媒]起(?=味|漏|罐)/g, '煤气'], [/媒气/g, '煤气'], [/[燃然]汽/g, '燃气'], [/然气/g, '燃气'], [/天然[汽器]/g, '天然气'],
  [/救[名民明]啊/g, '救命啊'], [/冒[言严盐]/g, '冒烟'], [/自[啥沙]/g, '自杀'], [/昏到/g, '昏倒'], [/晕到/g, '晕倒'], [/到地/g, '倒地'],
  [/触典/g, '触电'], [/漏典/g, '漏电'], [/被偏了/g, '被骗了'], [/家[抱爆]/g, '家暴'], [/电[题体]/g, '电梯'],
]
