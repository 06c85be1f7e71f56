import type { DisclosureRow } from '../../disclosure-types.js'

export const disclosureStates: Readonly<Record<DisclosureRow['state'], string>> = { empty: '还没传附件，居民看不到', ahead: '到日子才公布', published: '公布中', over: '公示期已过', 'taken-down': '已撤下' }

/** The page of 居务公开. */
export const disclosureWords = {
  title: '居务公开',
  about: '在这里公布的，居民问一窗就答原文和公布日期，公开栏里也看得到；过了公示期公开栏不再显示，这里一直留着。里面不能有姓名、电话、门牌。',
  none: '还没有公布过什么',
  publish: '公布一项',
  published: '已公布',
  heading: '标题', headingHint: '如 第三季度财务收支',
  kind: '类别',
  year: '哪一年的', from: '从几月', until: '到几月', noPeriod: '不分时段',
  text: '正文', textHint: '居民看到的原文；内容长就传附件，这里写几句概要',
  source: '来源', sourceHint: '如 居务监督委员会',
  publishedOn: '从哪天公布', stays: '公示到哪天（空着就一直公布）',
  letOut: '为什么可以公布（有姓名、电话等时才填，只有管理员能填）',
  ok: '公布', save: '保存', cancel: '不改了', notNow: '先不公布',
  change: '修改', changed: '已修改',
  takeDown: '撤下', takeDownWhy: '为什么撤下？会留在记录里。', takenDown: '已撤下，居民看不到了', confirm: '撤下',
  file: '传附件', fileDone: '附件已传', fileOpen: (size: string): string => `看附件（${size}）`, fileOf: (title: string): string => `给「${title}」传附件（PDF 或照片）`,
  size: (bytes: number): string => (bytes < 1_048_576 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`),
  days: (from: string, until: string | null): string => (until === null ? `${from} 起公布` : `${from} 至 ${until}`),
  by: (name: string, source: string): string => `${name}公布，来源：${source}`,
  let: (why: string): string => `含个人信息，管理员准予公布：${why}`,
  down: (why: string, by: string): string => `${by}撤下：${why}`,
} as const
