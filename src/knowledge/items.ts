import { z } from 'zod'
import { InputError, KnowledgeError } from '../errors.js'

/** A service item (事项) as a government service platform lists it; `null` where its list says nothing. */
export interface ServiceItem {
  readonly name: string
  readonly department: string
  /** 行政许可, 公共服务 … */
  readonly type: string
  readonly themes: readonly string[]
  /** What an application must meet, in the words of the list. */
  readonly acceptStandard: string | null
  /** Papers to bring; empty where the list says that none are. */
  readonly materials: readonly string[] | null
  readonly location: string | null
  /** Promised time, in the words of the list: `7(工作日)`. */
  readonly timeLimit: string | null
  readonly url: string | null
  readonly serviceObject: readonly string[]
}

/** The items of one jurisdiction; they answer nowhere else. */
export interface ItemCatalogue {
  /** Administrative division code (GB/T 2260). */
  readonly jurisdiction: string
  /** Name of the file it was imported from; no path. */
  readonly sourceFile: string
  /** ISO date. */
  readonly imported: string
  readonly items: readonly ServiceItem[]
}

const none = /^(?:无|暂无|没有|-+|\/)?$/
const words = z.union([z.string(), z.array(z.string())]).nullish().transform((value) => (value === null || value === undefined ? null : (typeof value === 'string' ? [value] : value).map((each) => each.trim())))
const line = z.string().nullish().transform((value) => (value === null || value === undefined || none.test(value.trim()) ? null : value.trim()))

const row = z
  .looseObject({
    name: z.string().trim().min(2),
    department: z.string().trim().min(2),
    type: line,
    themes: words,
    accept_standard: line,
    materials: words,
    location: line,
    time_limit: line,
    url: line.refine((value) => value === null || /^https?:\/\//.test(value), '要以 http:// 或 https:// 开头'),
    service_object: words,
  })
  .transform((item): ServiceItem => ({
    name: item.name,
    department: item.department,
    type: item.type ?? '',
    themes: item.themes ?? [],
    acceptStandard: item.accept_standard,
    // 「无」 says that nothing is to be brought; a missing field says nothing.
    materials: item.materials === null || item.materials.every((each) => each === '') ? null : item.materials.filter((each) => !none.test(each)),
    location: item.location,
    timeLimit: item.time_limit,
    url: item.url,
    serviceObject: item.service_object ?? [],
  }))

/** Most faults listed of one file. */
const mostFaults = 10

/** Rows of a list of items, one JSON object a line. All or none: throws InputError that names the lines and keys. */
export function readItems(text: string, fileName: string): ServiceItem[] {
  const items: ServiceItem[] = []
  const faults: string[] = []
  for (const [i, source] of text.split('\n').entries()) {
    if (source.trim() === '') continue
    const read = readRow(source)
    if (Array.isArray(read)) faults.push(...read.map((fault) => `第 ${i + 1} 行 ${fault}`))
    else items.push(read)
  }
  if (faults.length > 0)
    throw new InputError('items', `「${fileName}」里有 ${faults.length} 处要改,一条也没有导入:\n${faults.slice(0, mostFaults).join('\n')}${faults.length > mostFaults ? '\n…' : ''}`)
  if (items.length === 0) throw new InputError('empty', `「${fileName}」里没有事项,请换成一行一个事项的 JSONL 文件再导入`)
  return items
}

function readRow(source: string): ServiceItem | string[] {
  let value: unknown
  try {
    value = JSON.parse(source)
  } catch {
    return ['不是完整的 JSON']
  }
  const checked = row.safeParse(value)
  return checked.success ? checked.data : checked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
}

const head = z.strictObject({ jurisdiction: z.string().regex(/^\d{6,12}$/), sourceFile: z.string(), imported: z.string().regex(/^\d{4}-\d{2}-\d{2}$/) })

/** A catalogue as it is kept in `items/<code>.jsonl`: where it is from, then an item a line. */
export function writeCatalogue({ items, ...about }: ItemCatalogue): string {
  const rows = items.map(({ acceptStandard, timeLimit, serviceObject, ...item }) => ({ ...item, materials: item.materials?.length === 0 ? ['无'] : item.materials, accept_standard: acceptStandard, time_limit: timeLimit, service_object: serviceObject }))
  return [about, ...rows].map((each) => `${JSON.stringify(each)}\n`).join('')
}

/** Throws KnowledgeError that names file and lines. */
export function readCatalogue(text: string, name: string): ItemCatalogue {
  const end = text.indexOf('\n')
  try {
    return { ...head.parse(JSON.parse(text.slice(0, end))), items: readItems(text.slice(end + 1), name) }
  } catch (error) {
    throw new KnowledgeError('items', `${name} ${error instanceof InputError ? error.message : '第一行要写 {"jurisdiction","sourceFile","imported"}'}`, { cause: error })
  }
}
