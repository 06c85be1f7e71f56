import { hidden, lostMark } from './clean.js'
import type { Clause, PolicyWarning } from './policy.js'

/** Words that scanning or typing has plainly made of others. They are quoted as they stand and found under both. */
export const misreadings: readonly (readonly [found: string, meant: string])[] = [
  ['杜区', '社区'],
  ['发功工作', '发动工作'],
  ['公序民俗', '公序良俗'],
  ['管控性详细规划', '控制性详细规划'],
  ['推进行一社区', '推行一社区'],
  ['基层群众性组织', '基层群众性自治组织'],
  ['健全有序发展', '健康有序发展'],
]

/** Places whose meaning is uncertain, clause by clause. Nothing is repaired; an answer that quotes one says so. `dated`: the document has a date, by which 今年 can be told. */
export function findWarnings(clauses: readonly Clause[], dated = true): PolicyWarning[] {
  const warnings: PolicyWarning[] = []
  for (const { path, paragraphs } of clauses) {
    for (const { text } of paragraphs) {
      const warn = (kind: PolicyWarning['kind'], words: string, message: string) =>
        warnings.push({ kind, section: path, words, message })
      // Two figures run together (a lost dash): 7 digits or more before something counted.
      for (const [words] of text.matchAll(/(?<![\d-])\d{7,}(?=户|人|名|个|家|平方米|平米|元)\p{Script=Han}/gu))
        warn('damaged-figure', words, `原文数字「${words}」疑似缺字,不能当作准确数字`)
      for (const [words] of text.matchAll(/\d{0,8}[\p{Script=Han}〔(（]{0,4}\*[\p{Script=Han}〕)）]{0,1}/gu))
        warn('masked', words, `原文「${words}」中的数字被遮去,无法补全`)
      if (text.includes(lostMark))
        warn('garbled', lostMark, '原文此处有乱码,缺字以「□」代替')
      for (const [found, meant] of misreadings)
        if (text.includes(found)) warn('misread', found, `原文作「${found}」,疑为「${meant}」`)
      for (const [words] of text.matchAll(/（[^()（）]{1,40}\)|\([^()（）]{1,40}）/gu)) warn('bracket-mixed', words, `原文「${words}」前后括号不成对,照原样保留`)
      if (!dated)
        for (const [words] of text.matchAll(/今明两年|[今明去]年(?:\d{1,2}月(?:底|初|份)?)?/gu)) warn('date-relative', words, `原文只写「${words}」,文件没有日期,无法确定是哪一年`)
      if (hidden.test(text)) warn('name-removed', '', '原文此处的个人姓名或号码已隐去')
    }
  }
  return [...warnings, ...annexDifferences(clauses)]
}

/** Least share of pairs that two wordings of one thing have in common, and what a piece of a sentence must have to be compared. */
const alike = { share: 0.5, least: 8 }

/** Pieces of annex rows that the body says in nearly the same words: two readings of one duty, of which neither is preferred. */
function annexDifferences(clauses: readonly Clause[]): PolicyWarning[] {
  const rows = clauses.filter(({ path }) => path.startsWith('附件/'))
  if (rows.length === 0) return []
  const body = clauses.filter(({ path }) => !path.startsWith('附件')).flatMap(({ paragraphs }) => paragraphs.map(({ text }) => text))
  const whole = body.join('\n')
  const pieces = new Set(body.flatMap(piecesOf))
  const pairs = new Map([...pieces].map((piece) => [piece, pairSet(piece)] as const))
  return rows.flatMap(({ path, paragraphs }) =>
    paragraphs.flatMap(({ text }) =>
      piecesOf(text.split('\n')[0] ?? '').flatMap((words): PolicyWarning[] => {
        if (whole.includes(words)) return []
        const own = pairSet(words)
        const near = [...pairs]
          .map(([piece, other]) => ({ piece, share: overlap(own, other) }))
          .reduce((best, each) => (each.share > best.share ? each : best), { piece: '', share: 0 })
        if (near.share < alike.share) return []
        return [{ kind: 'annex-differs', section: path, words, message: `附件作「${words}」,正文作「${near.piece}」,两处不一致,引用时以所引的那一处为准` }]
      }),
    ),
  )
}

function piecesOf(text: string): string[] {
  return text.split(/[,，。；;:：\n]/).map((piece) => piece.trim()).filter((piece) => piece.length >= alike.least)
}

function pairSet(text: string): Set<string> {
  return new Set(Array.from({ length: Math.max(0, text.length - 1) }, (_, i) => text.slice(i, i + 2)))
}

function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0
  for (const pair of one) if (other.has(pair)) both += 1
  return both / Math.max(1, one.size + other.size - both)
}
