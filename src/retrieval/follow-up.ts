import { findPlaces } from './question.js'

/** Words that stand against each other: a follow-up that names one asks the question before for it instead of the other. */
const contrasts: readonly (readonly (readonly string[])[])[] = [
  [['城市', '城区', '市区', '城里', '城镇'], ['农村', '乡村', '乡下', '村里', '村子']],
  [['新建', '新小区', '新建小区', '新建社区'], ['老旧', '老小区', '旧小区', '已建', '老社区', '现有']],
  [['平原'], ['半山区', '山区']],
  [['书记', '主职'], ['委员', '副职', '普通社工']],
  [['牵头'], ['配合']],
]

/** Those of them that a rule sets apart: what holds for one side does not hold for the other. */
const sidesOfRules = contrasts.slice(0, 3)

/** Tells of a sentence whether it names only the other side of what the question names. */
export function otherSideOf(question: string): (sentence: string) => boolean {
  const named = (sides: readonly (readonly string[])[], text: string) => sides.filter((words) => words.some((word) => text.includes(word)))
  const asked = sidesOfRules.flatMap((sides) => {
    const [side, ...others] = named(sides, question)
    return side === undefined || others.length > 0 ? [] : [{ sides, side }]
  })
  return (sentence) => asked.some(({ sides, side }) => {
    const said = named(sides, sentence)
    return said.length === 1 && said[0] !== side
  })
}

/** Longest follow-up, letters; what is longer stands alone. */
const longest = 10

/**
 * A question that leans on the one before (「那农村呢」) made whole; one that stands alone as it is. A word that stands
 * against one of the question before takes its place, so that the answer is not drawn to both.
 */
export function wholeQuestion(question: string, previous: string | null): string {
  const before = previous?.trim() ?? ''
  const asked = question.trim()
  if (before === '' || !leans(asked)) return question
  const rest = asked.replace(/^(?:那么?|要是|如果是?|换成|那要是|要不)+/, '').replace(/(?:的话|怎么样|怎么说|咋样|又?呢|吗|嘛|啊|的)*[?？。!！]*$/g, '')
  if (rest === '') return before
  for (const sides of contrasts) {
    const side = sides.find((words) => words.some((word) => rest.includes(word)))
    if (!side) continue
    const word = side.filter((each) => rest.includes(each)).sort((one, other) => other.length - one.length)[0]!
    const replaced = sides.filter((other) => other !== side).flat().sort((one, other) => other.length - one.length).find((other) => before.includes(other))
    if (replaced !== undefined) return before.replaceAll(replaced, word)
    return before.includes(word) ? before : `${word}${before}`
  }
  const [place] = findPlaces(rest)
  if (place) return `${place.name}${findPlaces(before).reduce((text, old) => text.replaceAll(old.words, ''), before)}`
  return `${before} ${rest}`
}

/** A follow-up after its question in one line, as a conversation may hand it on: `新建城市社区多少户 那农村呢`. */
export function splitFollowUp(line: string): { readonly previous: string | null; readonly question: string } {
  const match = /^(.{4,}?)[\s,，。?？]+([^\s,，。?？]{1,12}[?？]?)$/su.exec(line.trim())
  return match && /^那|呢[?？]?$/.test(match[2]!) && leans(match[2]!) ? { previous: match[1]!, question: match[2]! } : { previous: null, question: line }
}

function leans(question: string): boolean {
  const letters = question.replace(/[^\p{L}\p{N}]/gu, '').length
  return letters > 0 && letters <= longest && (/^(?:那|要是|换成|如果)/.test(question) || /呢[?？]?$/.test(question))
}
