import type { EventType, Try, Webhook, WebhookDelivery } from '../../../webhooks/webhook.js'
import type { ExportFormat } from '../../../exchange/write-file.js'
import type { ImportedLine } from '../../../exchange/exchange-types.js'
import type { KeyRight } from '../../../open311/api-key.js'

export const exchangeNavWords = { menu: '对接', files: '导入导出', webhooks: '推送', keys: '接口钥匙' } as const

export const outcomeNames: Readonly<Record<ImportedLine['outcome'], string>> = { new: '新登记', joined: '并入同一件事', replied: '转达答复', known: '早已有', wrong: '不对' }
export const outcomeTones: Readonly<Record<ImportedLine['outcome'], 'success' | 'info' | 'danger'>> = { new: 'success', joined: 'success', replied: 'success', known: 'info', wrong: 'danger' }

export const formatNames: Readonly<Record<ExportFormat, string>> = { csv: 'CSV 表格', xlsx: 'Excel 表格（.xlsx）', jsonl: 'JSON lines（给程序）' }

export const fileWords = {
  importTitle: (community: string): string => `导入上级平台的工单 · ${community}`,
  importSays: '12345 等平台交办的工单，或者他们对转办工单的答复。先试看，再导入；同一个编号再导入一次不会重复登记，答复会转给居民。',
  columns: '表头认得：工单编号、诉求内容、诉求地址、诉求分类、诉求人、联系电话、受理时间、办理时限；答复用：编号（我们的）、承办单位、办理结果、答复时间。',
  choose: '选文件（.xlsx、CSV 或 JSON lines）',
  noFile: '请先选一个文件',
  dry: '试看',
  doIt: '导入',
  skip: '不对的行跳过，其余照常导入',
  dryDone: '只是试看，什么都没改。',
  refused: (wrong: number): string => `有 ${wrong} 行不对，整份没有导入。改好再导入，或者勾选「不对的行跳过」。`,
  done: '导入完了。',
  counts: (counts: Readonly<Record<ImportedLine['outcome'], number>>): string => (Object.keys(outcomeNames) as ImportedLine['outcome'][]).filter((one) => counts[one] > 0).map((one) => `${outcomeNames[one]} ${counts[one]}`).join('，'),
  result: '导入结果',
  line: '行',
  outcome: '结果',
  reference: '上级编号',
  number: '我们的编号',
  service: '事项',
  says: '说明',
  more: (count: number): string => `还有 ${count} 行没有显示`,
  exportTitle: (community: string): string => `导出工单 · ${community}`,
  exportSays: '没有居民的姓名、号码和门牌；第一行和最后一行写着谁导出、做什么用，操作记录里也有。',
  reason: '做什么用',
  reasonHint: '例如：报区平台十一月办理情况',
  whyNeeded: '请写明导出做什么用，至少 4 个字',
  format: '格式',
  from: '登记日期从',
  until: '到',
  gbk: '用 GBK 编码（对方软件只认 GBK 时）',
  export: '导出',
  exported: '已导出，文件在浏览器的下载里。',
} as const

export const eventNames: Readonly<Record<EventType, string>> = {
  'request.filed': '登记了', 'request.moved': '换了状态或负责人', 'request.escalated': '上报、督办', 'request.closed': '办结、撤回、不予受理', 'request.confirmed': '居民说解决了', 'request.reopened': '重办',
}

const offWords: Readonly<Record<NonNullable<Webhook['off']>['by'], string>> = { staff: '已停用', failures: '连着三天送不到，自动停用了', gone: '对方说地址作废，自动停用了' }

/** Why a message did not arrive, by the code of the machine's own error. */
const errorWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: '对方没有开', ETIMEDOUT: '对方太久没有回', ENOTFOUND: '找不到这个地址', EAI_AGAIN: '域名解析不了', EFORBIDDEN: '地址在内部网络，不送', ECONNRESET: '对方断开了', CERT_HAS_EXPIRED: '对方的证书过期了', DEPTH_ZERO_SELF_SIGNED_CERT: '对方的证书是自己签的',
}

export const webhookWords = {
  title: '推送',
  says: '工单有变化时告诉别的系统。每件事只算一次，没送到会再送，最长三天；内容里默认没有居民的话，也从来没有姓名、号码和门牌。签名用 Standard Webhooks，写法见说明。',
  add: '加一个推送',
  change: '修改',
  changeOf: (name: string): string => `修改${name}`,
  changeSave: '改好',
  never: '算了',
  changed: '改好了，从下一条起照新的推。',
  renew: '换密钥',
  renewOf: (name: string): string => `给${name}换密钥`,
  renewAsk: (name: string): string => `给「${name}」换一把密钥？换好以后一天内，每条都用新旧两把各签一次，对方在这一天里换过来就不会断。`,
  renewed: '换好了。新密钥只在这里显示一次，请交给对方：',
  previous: (until: string): string => `旧密钥到${until}还能用`,
  name: '推给谁',
  nameHint: '例如：区网格平台',
  url: '地址（https）',
  urlHint: 'https://example.org/hooks',
  scope: '哪些社区',
  all: '全部社区',
  events: '什么时候推',
  withWords: '带上诉求内容和地点（去掉姓名、号码、门牌）',
  save: '加上',
  made: '加好了。签名用的密钥只在这里显示一次，请交给对方：',
  none: '还没有推送',
  list: '推送列表',
  on: '正常',
  failing: (since: string): string => `${since}起没送到`,
  off: (off: NonNullable<Webhook['off']>): string => offWords[off.by],
  madeBy: (name: string, at: string): string => `${name} ${at}加的`,
  test: '试一下',
  testOf: (name: string): string => `试一下：给${name}发一条`,
  tested: (one: { readonly state: WebhookDelivery['state']; readonly tries: readonly Try[] }): string => (one.state === 'sent' ? '试推送送到了。' : `试推送没送到：${sayTry(one.tries.at(-1))}`),
  stop: '停用',
  stopOf: (name: string): string => `停用${name}`,
  start: '启用',
  startOf: (name: string): string => `启用${name}`,
  remove: '删掉',
  removeOf: (name: string): string => `删掉${name}`,
  removeAsk: (name: string): string => `删掉推送「${name}」？以后不再告诉它，记录还留 30 天。`,
  cancel: '不删',
  log: '记录',
  logOf: (name: string): string => `${name}的推送记录`,
  noLog: '还没有推送过',
  close: '收起',
  again: '再送一次',
  againOf: (number: string): string => `再送一次 ${number}`,
  state: (one: { readonly state: WebhookDelivery['state']; readonly attempts: number }, next: string): string => (one.state === 'sent' ? '送到了' : one.state === 'failed' ? '没送到，不再试' : one.attempts === 0 ? '等着送' : `试了 ${one.attempts} 次，${next}再试`),
  trial: '试推送',
} as const

export function sayTry(last: Try | undefined): string {
  if (last === undefined) return ''
  return last.status !== null ? `对方答 ${last.status}` : (errorWords[last.error ?? ''] ?? `连不上（${last.error ?? ''}）`)
}

export const rightNames: Readonly<Record<KeyRight, string>> = { file: '可以登记工单', details: '可以看公开工单的内容和地点（去掉姓名、号码、门牌）' }

export const keyWords = {
  title: '接口钥匙',
  says: '给用 Open311（GeoReport v2）接进来的系统。看公开的工单不要钥匙；登记、看内容要。接口地址：',
  add: '发一把钥匙',
  name: '给谁用',
  nameHint: '例如：掌上城管',
  rights: '能做什么',
  scope: '哪些社区',
  all: '全部社区',
  perMinute: '每分钟最多登记几张',
  save: '发钥匙',
  made: '发好了。钥匙只在这里显示一次，请交给对方：',
  none: '还没有钥匙',
  list: '钥匙列表',
  tail: (tail: string): string => `尾号 ${tail}`,
  madeBy: (name: string, at: string): string => `${name} ${at}发的`,
  used: (at: string | null): string => (at === null ? '还没用过' : `最近用在${at}`),
  revoked: (at: string): string => `${at}停用了`,
  revoke: '停用',
  revokeOf: (name: string): string => `停用${name}的钥匙`,
  revokeAsk: (name: string): string => `停用「${name}」的钥匙？停用后不能恢复，对方马上就连不上。`,
  cancel: '不停用',
} as const

export const scopeWords = { all: '全部社区', comma: '、', pick: '请选社区' } as const
