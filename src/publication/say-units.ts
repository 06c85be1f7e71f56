import type { Bookable } from '../booking/bookable.js'
import { sayClosing, type Closing } from '../knowledge/closing.js'
import type { Grid, Jurisdiction, LocalFact } from '../knowledge/community.js'
import type { OpeningHours } from '../requests/working-time.js'
import type { Service, Term } from '../requests/services.js'
import { wholeFile } from './units.js'

/** Entries of a community's file. */
const communityNames: Readonly<Record<string, string>> = {
  id: '编号', name: '名称', numberPrefix: '工单号开头', chain: '所属', places: '居民说的地方', policies: '另外适用的文件', hours: '办公时间', bookables: '可以预约的', closed: '停用',
}

/** Entries of a service or a checklist, in the order they are read out. */
const serviceNames: Readonly<Record<string, string>> = {
  name: '名称', group: '归在', about: '说明', words: '居民的说法', intents: '意图', forWhom: '谁能办', materials: '材料', term: '时限', fields: '要问的', questions: '要问的', purpose: '问来做什么',
  disclosure: '在哪里说', filing: '怎么登记', owner: '先交给', agency: '谁来做', forwardTo: '转给', books: '要预约', visit: '能上门', agent: '能代办', simple: '能网上批', photo: '办结要照片',
  claimHours: '几个工作小时没人接就上报', joins: '多近算一件', emergency: '先提醒', responsibility: '责任清单里的说法', gridCase: '网格里归谁', communities: '给哪些社区', source: '来源', date: '登记日期',
}

const values: Readonly<Record<string, string>> = {
  public: '群里也能说', personal: '只在私聊里说', 'at-once': '问清就登记', confirm: '念一遍、居民确认再登记', grid: '网格', lead: '负责人', place: '同一处', building: '同一栋', none: '不并', true: '是', false: '否', null: '没有',
}

/** What a person calls an intent. */
export type TitleOf = (intent: string) => string

/** What a piece is called; `json`: one of its wordings. */
export function nameUnit(path: string, unit: string, json: string): string {
  if (unit === wholeFile) return path
  const [list, ...rest] = unit.split(' ')
  const own = rest.join(' ')
  if (list === 'grids') return own
  const value: unknown = JSON.parse(json)
  if (list === 'bookables' && own !== '') return `预约项目 ${(value as Bookable).name}`
  if (list === 'facts') {
    const { topic, item } = value as LocalFact
    return `社区信息 ${topic}${item === '' ? '' : `·${item}`}`
  }
  return path.startsWith('communities/') ? (communityNames[unit] ?? unit) : ((value as { readonly name?: string }).name ?? unit)
}

/** A piece as a person reads it; `null` where there is none. */
export function sayUnit(path: string, unit: string, json: string | undefined, titleOf?: TitleOf): string | null {
  if (json === undefined) return null
  if (unit === wholeFile) return json
  const value: unknown = JSON.parse(json)
  if (path.startsWith('services/')) return sayEntries(value as Readonly<Record<string, unknown>>, titleOf)
  if (unit.startsWith('facts ')) return sayFact(value as LocalFact)
  if (unit.startsWith('grids ')) return sayGrid(value as Grid)
  if (unit.startsWith('bookables ')) return sayBookable(value as Bookable)
  if (unit === 'closed') return sayClosing(value as Closing)
  if (unit === 'hours') return sayHours(value as OpeningHours)
  if (unit === 'chain') return (value as readonly Jurisdiction[]).map(({ name, code }) => `${name}（${code}）`).join(' → ')
  return say(value)
}

/** A fact with its source and the time it holds. */
export function sayFact({ text, source, date, from, until }: Omit<LocalFact, 'id'>): string {
  return `${text ?? '（未登记）'}（${source}，${date}${from === null ? '' : `，${from}起`}${until === null ? '' : `，到${until}`}）`
}

function sayGrid({ person, standIn, buildings, areas }: Grid): string {
  const lines = [`负责人 ${person.name} ${person.role}`, standIn === undefined ? '' : `替岗 ${standIn.name} ${standIn.role}`, buildings.length === 0 ? '' : `楼栋 ${buildings.join('、')}`, areas.length === 0 ? '' : `地点 ${areas.join('、')}`]
  return lines.filter((line) => line !== '').join('\n')
}

const bookableKinds: Readonly<Record<Bookable['kind'], string>> = { window: '窗口', room: '场地', visitor: '上门' }

function sayBookable({ kind, words = [], place = '', services = [], minutes, capacity, daysAhead, noticeMinutes, hours, source, date }: Partial<Bookable> & Pick<Bookable, 'kind' | 'minutes' | 'capacity' | 'source' | 'date'>): string {
  const lines = [
    `${bookableKinds[kind]}，每次 ${minutes} 分钟，同时 ${capacity} 个号`,
    place === '' ? '' : `地点 ${place}`,
    words.length === 0 ? '' : `也叫 ${words.join('、')}`,
    services.length === 0 ? '' : `用于 ${services.join('、')}`,
    daysAhead === undefined ? '' : `最多提前 ${daysAhead} 天`,
    noticeMinutes === undefined ? '' : `开始前 ${noticeMinutes} 分钟截止`,
    hours === undefined ? '时间和办公时间一样' : sayHours(hours),
    `${source}，${date}`,
  ]
  return lines.filter((line) => line !== '').join('\n')
}

const weekdays = [['monday', '周一'], ['tuesday', '周二'], ['wednesday', '周三'], ['thursday', '周四'], ['friday', '周五'], ['saturday', '周六'], ['sunday', '周日']] as const

function sayHours({ seasons, closed, source, date }: Omit<OpeningHours, 'closed'> & Partial<Pick<OpeningHours, 'closed'>>): string {
  const weeks = seasons.flatMap((season) => [
    ...(season.from === undefined && season.until === undefined ? [] : [`${season.from ?? '01-01'} 至 ${season.until ?? '12-31'}`]),
    ...weekdays.map(([day, name]) => `${name} ${season[day].join('，') || '不开门'}`),
  ])
  return [...weeks, ...(closed ?? []).map((one) => `${one.name} ${one.from} 至 ${one.until} 关门`), `${source}，${date}`].join('\n')
}

function sayEntries(entry: Readonly<Record<string, unknown>>, titleOf: TitleOf | undefined): string {
  const known = Object.keys(serviceNames).filter((key) => key in entry)
  const others = Object.keys(entry).filter((key) => !(key in serviceNames) && key !== 'code' && key !== 'checklist')
  // What is not set is not read out: it would hide what is.
  return [...known, ...others].filter((key) => !isUnset(entry[key])).map((key) => `${serviceNames[key] ?? key}：${key === 'term' ? sayTerm(entry[key] as Term) : key === 'fields' ? (entry[key] as Service['fields']).map(sayField).join('；') : key === 'intents' && titleOf !== undefined ? (entry[key] as Service['intents']).map((intent) => `${titleOf(intent)}（${intent}）`).join('、') : say(entry[key])}`).join('\n')
}

const isUnset = (value: unknown): boolean => value === null || value === '' || value === false || (Array.isArray(value) && value.length === 0)

function sayField({ label, question, required, options = [] }: Omit<Service['fields'][number], 'options'> & Partial<Pick<Service['fields'][number], 'options'>>): string {
  return `${label}「${question}」${required ? '' : '（可以不答）'}${options.length === 0 ? '' : `，常见的答案 ${options.map(({ value, words }) => `${value}（${words.join('、')}）`).join('、')}`}`
}

function sayTerm(term: Term): string {
  return `${'workdays' in term ? `${term.workdays} 个工作日` : `${term.hours} 个工作小时`}（${term.source}，${term.date}）`
}

/** Anything else: lists by 、, entries by their values. */
function say(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? '没有' : value.map(say).join(value.some((one) => typeof one === 'object') ? '；' : '、')
  if (typeof value === 'object' && value !== null) return Object.values(value).map(say).filter((words) => words !== '没有').join(' ')
  return values[String(value)] ?? String(value)
}
