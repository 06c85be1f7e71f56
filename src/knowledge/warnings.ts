import { hidden, lostMark } from './clean.js'
import type { Clause, PolicyWarning } from './policy.js'

/** Words that scanning or typing has plainly made of others. They are quoted as they stand and found under both. */
export const misreadings: readonly (readonly [found: string, meant: string])[] = [
  ['杜区', '社区'],
  ['发功工作', '发动工作'],
  ['公序民俗', '公序良俗'],
  ['管控性详细规划', '控制性详细规划'],
  ['推进行一社区', '推行一社区'],
]

/** Places whose meaning is uncertain, clause by clause. Nothing is repaired; an answer that quotes one says so. */
export function findWarnings(clauses: readonly Clause[]): PolicyWarning[] {
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
      if (hidden.test(text)) warn('name-removed', '', '原文此处的个人姓名或号码已隐去')
    }
  }
  return warnings
}
