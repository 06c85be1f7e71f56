import type { PolicyStatus } from '../retrieval/citation.js'
import type { CleanPage, Line } from './clean.js'

/** What a text says about itself. Everything is shown to a person before it is published. */
export interface FoundMetadata {
  readonly title: string | null
  readonly issuingBody: string | null
  readonly number: string | null
  readonly signed: string | null
  readonly issued: string | null
  readonly published: string | null
  readonly status: PolicyStatus
  readonly effective: string | null
  readonly validUntil: string | null
  readonly supersedes: readonly string[]
}

const titleEnd = /(?:意见|方案|办法|规定|条例|细则|规划|决定|公告|纲要|清单|制度|规则|通知)(?:[(（][^()（）]{2,10}[)）])?$/
const numberForm = /^([\p{Script=Han}]{1,10}[〔[(（]\d{4}[〕\])）]\s*\d+\s*号?)(?:\s|$)/u
const day = '(\\d{4})年\\s?(\\d{1,2})月\\s?(\\d{1,2})日'

/** Title, number, body, dates and status; the lines of the body that only repeat the title are left out. */
export function readMetadata(page: CleanPage): { metadata: FoundMetadata; body: readonly Line[] } {
  const text = page.lines.filter((line) => line.kind === 'text')
  const end = text.findIndex((line) => /^(?:一、|第[一1]章)/.test(line.text))
  const head = text.slice(0, end < 0 ? Math.min(text.length, 12) : end)
  const candidates = head.filter((line) => line.text.length >= 6 && line.text.length <= 80 && titleEnd.test(line.text) && !/[。；;]/.test(line.text))
  const first = candidates[0]?.text ?? null
  const forwarded = first === null ? null : /(?:印发|转发|下发)《(.+)》的通知/.exec(first)
  const title = forwarded ? forwarded[1]! : first

  const number = head.map((line) => numberForm.exec(line.text)?.[1]).find((found) => found !== undefined) ?? null
  const signed = head.map((line) => isoDate(/^[(（](\d{4})年\s?(\d{1,2})月(?:\s?(\d{1,2})日)?[)）]$/.exec(line.text))).find((date) => date !== null) ?? null
  const issued = text.map((line) => isoDate(new RegExp(`${day}\\s*印发$`).exec(line.text))).find((date) => date !== null) ?? null
  const datelines = page.lines.filter((line) => line.kind === 'dateline')
  const published =
    datelines
      .map((line) => isoDate(/(\d{4})-(\d{1,2})-(\d{1,2})/.exec(line.text)) ?? isoDate(new RegExp(day).exec(line.text)))
      .find((date) => date !== null) ?? null
  const year = /[〔[(（](\d{4})[〕\])）]/.exec(number ?? '')?.[1] ?? null

  const plainTitle = strip(title ?? '')
  const body = dropTitles(text, head.length, plainTitle)
  return {
    metadata: {
      title,
      issuingBody: readBody(head, title),
      number,
      signed,
      issued: issued ?? (signed === null ? year : null),
      published,
      status: readStatus(page, head, title),
      ...readTerm(text, signed ?? issued ?? published),
    },
    body,
  }
}

function readStatus(page: CleanPage, head: readonly Line[], title: string | null): PolicyStatus {
  if (/征求意见|草案|公开征求/.test(title ?? '') || head.some((line) => /^[(（]?征求意见稿[)）]?$/.test(line.text))) return 'draft'
  if (page.lines.some((line) => line.kind !== 'text' && /范文/.test(line.text))) return 'template'
  return 'in-force'
}

/** From when, how long and instead of what it holds: 自…起施行, 有效期…, 《…》同时废止. */
function readTerm(text: readonly Line[], dated: string | null): Pick<FoundMetadata, 'effective' | 'validUntil' | 'supersedes'> {
  const words = text.map((line) => line.text).join('\n')
  const from = isoDate(new RegExp(`自${day}起(?:正式)?(?:施行|实施|执行|生效)`).exec(words))
  const effective = from ?? (/自(?:印发|发布|公布)之日起(?:正式)?(?:施行|实施|执行|生效)/.test(words) ? dated : null)
  const until = isoDate(new RegExp(`有效期(?:限)?(?:至|到)${day}`).exec(words))
  const years = /有效期(?:限)?(?:为)?([1-9]|10|[一二三四五六七八九十两])年/.exec(words)?.[1]
  return { effective, validUntil: until ?? (years === undefined || effective === null ? null : dayBefore(effective, yearsOf(years))), supersedes: replacedTitles(words) }
}

function yearsOf(word: string): number {
  return word === '两' ? 2 : /\d/.test(word) ? Number(word) : '一二三四五六七八九十'.indexOf(word) + 1
}

/** The last day of so many years that begin on a day; `null` where the day is not known in full. */
function dayBefore(date: string, years: number): string | null {
  const [year, month, dayOfMonth] = date.split('-').map(Number)
  return year === undefined || month === undefined || dayOfMonth === undefined ? null : new Date(Date.UTC(year + years, month - 1, dayOfMonth - 1)).toISOString().slice(0, 10)
}

function replacedTitles(words: string): string[] {
  const sentences = words.split(/[。\n]/).filter((sentence) => /(?:同时|即行|予以)废止|废止(?:原|《)/.test(sentence))
  return [...new Set(sentences.flatMap((sentence) => [...sentence.matchAll(/《([^《》]+)》/g)].map(([, title]) => title!)))]
}

/** 中共…委 …人民政府, a leading group: from the title, else from a line of the head that is a body's name. */
function readBody(head: readonly Line[], title: string | null): string | null {
  const inTitle = /^(中共.+?(?:委员会|委)(?:[、\s]*\S+?人民政府)?)(?=关于)/.exec(title ?? '')
  if (inTitle) return inTitle[1]!
  const line = head.find((each) => /^(?:中共)?[\p{Script=Han}\s、]{4,40}(?:委员会|人民政府|领导小组|办公室|厅|局|市委)$/u.test(each.text) && !titleEnd.test(each.text))
  return line?.text ?? null
}

/** The head without lines (or up to three lines together) that say the title again. */
function dropTitles(text: readonly Line[], headLength: number, title: string): readonly Line[] {
  if (title === '') return text
  const kept: Line[] = []
  for (let i = 0; i < text.length; ) {
    const taken = i < headLength ? [1, 2, 3].find((n) => strip(text.slice(i, i + n).map((line) => line.text).join('')) === title) : undefined
    if (taken === undefined) kept.push(text[i]!)
    i += taken ?? 1
  }
  return kept
}

function strip(text: string): string {
  return text.replace(/\s/g, '').replace(/[(（](?:征求意见稿|试行|草案)[)）]$/, '')
}

function isoDate(match: RegExpExecArray | null): string | null {
  if (!match) return null
  const [, year, month, date] = match
  return [year, month?.padStart(2, '0'), date?.padStart(2, '0')].filter((part) => part !== undefined).join('-')
}
