const digitOf: Readonly<Record<string, number>> = {
  零: 0, 〇: 0, '○': 0, o: 0, 一: 1, 壹: 1, 幺: 1, 二: 2, 贰: 2, 两: 2, 俩: 2, 三: 3, 叁: 3, 仨: 3, 四: 4, 肆: 4, 五: 5, 伍: 5, 六: 6, 陆: 6,
  七: 7, 柒: 7, 八: 8, 捌: 8, 九: 9, 玖: 9,
}
const unitOf: Readonly<Record<string, number>> = { 十: 10, 拾: 10, 百: 100, 佰: 100, 千: 1000, 仟: 1000 }

/** A Chinese or Arabic numeral as a number: 十二 → 12, 五零一 → 501, 一百零三 → 103, 三万八 → 38000, 半 → 0.5. `null` when it is none. */
export function parseNumber(words: string): number | null {
  const text = words.replace(/[,\s]/g, '')
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  if (text === '半') return 0.5
  const tenThousands = /^(.+?)[万w](.*)$/.exec(text)
  if (tenThousands) {
    const high = parseNumber(tenThousands[1]!)
    const rest = tenThousands[2]!
    if (high === null) return null
    if (rest === '') return high * 10000
    const low = parseNumber(rest.replace(/^零/, ''))
    if (low === null) return null
    return high * 10000 + (rest.length === 1 && low < 10 ? low * 1000 : low)
  }
  if (text === '') return null
  const chars = [...text]
  if (chars.every((char) => digitOf[char] !== undefined || /\d/.test(char))) {
    return Number(chars.map((char) => digitOf[char] ?? Number(char)).join(''))
  }
  let total = 0
  let digit: number | null = null
  let unit = 0
  for (const char of chars) {
    if (unitOf[char] !== undefined) {
      unit = unitOf[char]
      total += (digit ?? 1) * unit
      digit = null
    } else if (digitOf[char] !== undefined) {
      if (digitOf[char] === 0) unit = 0
      digit = digitOf[char] === 0 ? digit : digitOf[char]
    } else if (/\d/.test(char)) digit = (digit ?? 0) * 10 + Number(char)
    else return null
  }
  if (digit === null) return total
  return total + (unit >= 100 ? digit * (unit / 10) : digit)
}

/** As on bills, where nobody may turn one into another. */
const billDigits = '壹贰叁肆伍陆柒捌玖'

const spelt = /[零〇○一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖]/g

/** Chinese digits spelt one by one as Arabic ones, character for character: 一三八零 → 1380, 壹叁捌零 too. Others are left as they are. */
export function spellDigits(text: string): string {
  return text.search(spelt) < 0 ? text : text.replace(spelt, (char) => String(digitOf[char] ?? billDigits.indexOf(char) + 1))
}
