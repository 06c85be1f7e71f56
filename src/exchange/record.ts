/**
 * A request as systems hand it to each other: what docs/exchange.md describes. In JSON lines under these names, in tables
 * under the Chinese heads. `reference` is the number of the platform above, `number` is ours.
 */
export const recordFields = [
  'number', 'service', 'status', 'filed_at', 'updated_at', 'owner', 'address', 'description', 'households', 'urges',
  'reference', 'service_code', 'due_at', 'reply', 'replied_at', 'agency', 'name', 'phone',
] as const
export type RecordField = (typeof recordFields)[number]
export type ExchangeRecord = Readonly<Partial<Record<RecordField, string>>>

/** What a table's column is called: the first is what we write, the others are what the platforms above write. */
export const heads: Readonly<Record<RecordField, readonly [string, ...string[]]>> = {
  number: ['编号', '社区编号', '社区工单编号', '一窗编号'],
  service: ['事项', '事项名称', '诉求分类', '诉求类别', '诉求类型', '问题分类', '事项类别'],
  status: ['状态', '办理状态', '工单状态'],
  filed_at: ['登记时间', '受理时间', '来电时间', '诉求时间', '反映时间', '派单时间', '交办时间'],
  updated_at: ['最近更新', '更新时间'],
  owner: ['负责', '负责人'],
  address: ['地点', '地址', '诉求地址', '事发地址', '事发地点', '问题地址'],
  description: ['诉求', '诉求内容', '问题描述', '内容', '反映内容', '工单内容'],
  households: ['反映户数'],
  urges: ['催办次数'],
  reference: ['上级编号', '工单编号', '工单号', '受理编号', '平台编号', '诉求编号', '上级工单编号'],
  service_code: ['事项代码', '分类代码', '诉求分类代码'],
  due_at: ['办理时限', '办结时限', '截止时间', '要求办结时间', '办理期限'],
  reply: ['答复', '办理结果', '答复内容', '处理结果', '回复内容', '办理情况', '办理意见'],
  replied_at: ['答复时间', '回复时间', '办结时间'],
  agency: ['承办单位', '处置单位', '答复单位'],
  name: ['诉求人', '姓名', '来电人', '联系人', '反映人'],
  phone: ['联系电话', '电话', '来电号码', '手机号', '手机号码', '联系方式'],
}

const fieldByHead: ReadonlyMap<string, RecordField> = new Map([...recordFields.flatMap((field) => heads[field].map((head) => [head, field] as const)), ...recordFields.map((field) => [field, field] as const)])

/** Longest of any value, characters. */
const longest = 4_000

/** A line of JSON: names that we do not know are left alone, numbers count as their digits. The name of what is no text, where there is any. */
export function readJsonRecord(value: unknown): { readonly record: ExchangeRecord } | { readonly fault: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { fault: '这一行不是一个对象' }
  const given = new Map(Object.entries(value))
  const odd = recordFields.find((field) => !['string', 'number', 'undefined'].includes(typeof (given.get(field) ?? undefined)))
  if (odd !== undefined) return { fault: `${odd} 要写成文字` }
  return { record: tidy(Object.fromEntries(recordFields.map((field) => [field, given.get(field) == null ? '' : String(given.get(field))]))) }
}

/** Which column holds what, where this row is the head of a table: at least two heads are known, and one of them is a number or the words; `null` where it is none. */
export function columnsOf(cells: readonly string[]): ReadonlyMap<number, RecordField> | null {
  const found = new Map<number, RecordField>()
  const taken = new Set<RecordField>()
  for (const [column, cell] of cells.entries()) {
    const field = fieldByHead.get(cell.normalize('NFKC').replace(/[\s*＊]/g, '').replace(/\(.*\)$/, ''))
    if (field === undefined || taken.has(field)) continue
    taken.add(field)
    found.set(column, field)
  }
  return found.size >= 2 && (taken.has('reference') || taken.has('number') || taken.has('description')) ? found : null
}

/** What was written, without what is empty. Throws nothing; what is too long is cut. */
export function tidy(record: Readonly<Partial<Record<RecordField, string | undefined>>>): ExchangeRecord {
  return Object.fromEntries(Object.entries(record).flatMap(([field, value]) => {
    const plain = value?.trim() ?? ''
    return plain === '' ? [] : [[field, [...plain].slice(0, longest).join('')]]
  }))
}
