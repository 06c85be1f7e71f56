import { dayOf } from '../booking/slot.js'
import { normalise } from '../text.js'
import { findPersonalData } from '../privacy.js'
import { meets, readPeriod, sayPeriod, type Period } from './disclosure-period.js'
import type { Recorder } from './recorder.js'

/** What a community publishes (村（居）务公开), by the kinds under which residents ask for it. Ours: the texts order it and name none. */
export const disclosureKinds = ['财务收支', '物业收支', '救助公示', '工程项目', '党务', '集体资产', '其他'] as const
export type DisclosureKind = (typeof disclosureKinds)[number]

/** One published item. */
export interface Disclosure {
  readonly id: string
  readonly rev: number
  readonly kind: DisclosureKind
  readonly title: string
  /** The months it is about; `null`: about none in particular. */
  readonly period: Period | null
  /** As published; may be empty where a file says it. */
  readonly text: string
  /** Its bytes lie sealed beside the store under this id; `null`: there is none. */
  readonly file: { readonly id: string; readonly mediaType: string; readonly bytes: number } | null
  /** Where it comes from, as staff name it. */
  readonly source: string
  /** Days of Asia/Shanghai, `2026-10-12`: from when it may be read, and the last day on which it may (`null`: it stays). At the desk it stays for ever. */
  readonly publishedOn: string
  readonly until: string | null
  /** Why an admin let it out although it holds what looks like somebody's data; absent: it holds none. */
  readonly letOut?: string
  readonly by: Recorder
  readonly at: number
  /** Taken down by hand before its day; absent: it was not. */
  readonly takenDown?: { readonly at: number; readonly why: string; readonly by: Recorder }
}

/** Where it stands on the day of `now`; `empty`: it has no words, and its file has not come yet. */
export type DisclosureState = 'empty' | 'ahead' | 'published' | 'over' | 'taken-down'

export function stateOf({ publishedOn, until, takenDown, text, file }: Disclosure, now: number): DisclosureState {
  const today = dayOf(now)
  if (takenDown !== undefined) return 'taken-down'
  if (text === '' && file === null) return 'empty'
  return publishedOn > today ? 'ahead' : until !== null && until < today ? 'over' : 'published'
}

/** Whether everybody may read it now. */
export function isPublished(item: Disclosure, now: number): boolean {
  return stateOf(item, now) === 'published'
}

/** Before a number that is an office's, for everybody to call. */
const ofOffice = /(?:监督|举报|投诉|咨询|办公|值班|服务|公示|受理)(?:室|热线)?(?:的)?(?:电话|热线)?\s*[:：是]?\s*$/

/** The kinds of personal data that words to be published hold, each once; the name of the kind, never the datum. An office's own landline is none. */
export function personalIn(words: string): readonly string[] {
  const found = findPersonalData(words).filter(({ kind, start }) => kind !== 'landline' || !ofOffice.test(words.slice(0, start)))
  return [...new Set(found.map(({ kind }) => dataNames[kind]))]
}

const dataNames: Readonly<Record<ReturnType<typeof findPersonalData>[number]['kind'], string>> = {
  'id-number': '身份证号', mobile: '手机号', landline: '电话号码', 'bank-card': '银行卡号', plate: '车牌号', door: '门牌', name: '姓名',
}

/** What somebody wants to see. */
export interface DisclosureQuestion {
  readonly kind: DisclosureKind | null
  readonly period: Period | null
  /** The words, by which titles are told apart. */
  readonly words: string
}

const kindWords: readonly (readonly [DisclosureKind, RegExp])[] = [
  ['物业收支', /物业(?:费|公司|的)?(?:的|都)?(?:收支|账|帐|开支|支出|明细|收入|花|用|钱)|公共收益|广告(?:费|收入)|停车费?(?:收入|收支)|维修(?:基金|资金)|公维金/],
  ['救助公示', /低保|救助|特困|五保|困难(?:户|补助)|慰问金|临时补助/],
  ['集体资产', /集体(?:资产|经济|收入|资金)|分红|征地|宅基地|土地(?:流转|承包|补偿)|三资/],
  ['工程项目', /工程|招(?:投)?标|改造|项目|修路|施工/],
  ['党务', /党务|党费|发展党员|支部/],
  ['财务收支', /账|帐|财务|收支|开支|支出|经费|预算|决算|花(?:了|到|在|哪)|用(?:了|到|在|哪).{0,4}(?:钱|资金)|钱.{0,6}(?:花|用)/],
]

/** What words ask to see of the community's affairs. */
export function readDisclosureQuestion(words: string, now: number): DisclosureQuestion {
  const text = normalise(words)
  return { kind: kindWords.find(([, pattern]) => pattern.test(text))?.[0] ?? null, period: readPeriod(text, now), words: text }
}

/** Pairs of characters that stand in too many titles to tell one. */
const common = /公开|公示|公布|收支|情况|明细|季度|半年|年度|社区|小区|财务|项目|工程|费用|支出|开支|资金|物业|上个|这个|看看|给看|多少|怎么|什么|有没/

/** When it was: told by the period. */
const times = /第?[一二三四1-4]季度?|[上下]半年|\d{4}年|[\d一二三四五六七八九十]{1,2}月份?/g

/** The items that answer, those of the latest period first; `items` are the ones everybody may read now. */
export function findDisclosures<T extends Pick<Disclosure, 'kind' | 'title' | 'period' | 'publishedOn'>>(items: readonly T[], { kind, period, words }: DisclosureQuestion): readonly T[] {
  const named = (item: T): boolean => pairsOf(normalise(item.title)).some((pair) => words.includes(pair))
  const inTime = items.filter((item) => period === null || (item.period !== null && meets(item.period, period)))
  const byName = inTime.filter(named)
  // 「花了多少钱」 is said of anything that cost money: what is named decides.
  const isNamed = byName.length > 0 && (kind === null || kind === '财务收支' || byName.some((item) => item.kind === kind) || !inTime.some((item) => item.kind === kind))
  const found = isNamed ? byName : inTime.filter((item) => kind === null || item.kind === kind)
  return [...found].sort((one, other) => orderOf(other).localeCompare(orderOf(one)))
}

function pairsOf(title: string): readonly string[] {
  const letters = [...title.replace(times, '').replace(/[^\p{Script=Han}]/gu, '')]
  return letters.slice(1).map((letter, at) => `${letters[at] ?? ''}${letter}`).filter((pair) => !common.test(pair))
}

function orderOf({ period, publishedOn }: Pick<Disclosure, 'period' | 'publishedOn'>): string {
  return `${period === null ? '' : `${period.year}-${String(period.until).padStart(2, '0')}`}|${publishedOn}`
}

/** 财务收支（2026年第三季度） */
export function sayWanted({ kind, period }: DisclosureQuestion): string {
  if (period === null) return kind ?? '您问的这一项'
  return `${sayPeriod(period)}的${kind ?? '居务公开'}`
}
