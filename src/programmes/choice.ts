import { matchesIn } from '../nlu/found.js'
import { parseNumber } from '../nlu/numbers.js'
import { pinyin } from '../text.js'
import type { Choice } from './ballot.js'

const plain = (words: string): string => words.toLowerCase().replace(/@\S+/g, '').replace(/[\s\p{P}\p{S}]/gu, '')

const agrees = /同意|赞成|支持|可以|要得/
const objects = /不(同意|赞成|支持|可以|愿意)|反对|要不得/
const abstains = /弃权|(哪个|谁|都|一个)也?不(投|选)|都不(投|选)/

/** What people say around an option: 那我就投…吧, 改成…的. */
const around = /^(?:那|这|就|嗯|哦|好的?|行|中|我们?|俺们?|咱们?|家|要|想|还是|也|来|给|帮|把|将|票|一票|是|投|选|改|换|成|为|到|用|刷|的|个|支持|赞成|同意|觉得|定|喜欢)+|(?:的|吧|呗|了|啊|呀|嘛|哈|那个|这个|一票|好|色|方案|的票|算了)+$/gu

/** Without what every such option ends in: 米黄 of 米黄色. */
const core = (option: string): string => plain(option).replace(/^(.+)(?:颜色|色|方案|选项|款|型|种)$/u, '$1')
const soundOf = (words: string): string => [...words].map(pinyin).join(' ')

/** The only option that passes; `null`: none, or several. */
function only(options: readonly string[], passes: (option: string, index: number) => boolean): number | null {
  const found = options.flatMap((option, index) => (passes(option, index) ? [index] : []))
  return found.length === 1 ? (found[0] ?? null) : null
}

/** The option that somebody's words choose, by its name, its place, its letter, or nearly by its sound; `null`: none for sure. */
export function readChoice(words: string, options: readonly string[]): Exclude<Choice, 'withdrawn'> | null {
  const text = plain(words)
  if (abstains.test(text)) return only(options, (option) => text.includes(plain(option))) ?? 'abstain'
  const named = options.filter((option) => isNamed(text, plain(option)))
  const whole = named.filter((one) => !named.some((other) => other !== one && plain(other).includes(plain(one))))
  if (whole.length > 0) return whole.length === 1 ? options.indexOf(whole[0] ?? '') : null
  const against = (option: string): boolean => objects.test(option) || /^(不|别|莫)/.test(plain(option))
  if (objects.test(text)) return only(options, against)
  if (/(不|别|莫)(要|投|选|想|用|刷)/.test(text)) return null
  const tail = /^.*(?:投|选|成|为|给|支持|赞成|同意)(.+)$/u.exec(text)?.[1] ?? text
  const rest = tail.replace(around, '').replace(around, '')
  if (agrees.test(text) && (rest === '' || agrees.test(rest))) return only(options, (option) => agrees.test(option) && !against(option)) ?? (options.some(against) ? only(options, (option) => !against(option)) : null)
  return byPlace(text, options) ?? byLetter(text, options) ?? (rest === '' || /不|别|莫/.test(rest) ? null : nearly(rest, options))
}

/** Whether an option is named and not turned down: 不要米黄色 chooses nothing. */
function isNamed(text: string, option: string): boolean {
  const at = text.lastIndexOf(option)
  return at >= 0 && !/(不|别|莫|反对)(要|投|选|想|喜欢|同意|支持|用|刷)*$/.test(text.slice(0, at))
}

function byPlace(text: string, options: readonly string[]): number | null {
  if (/(最后|末尾|后头|后边|后面)(面|边)?(一个|那个|个)/.test(text)) return options.length - 1
  if (/(头|前头|前面|前边)(一个|那个)/.test(text)) return 0
  const figure = /第([一二两三四五六七八九十\d]{1,2})(?:个|项|种|号|条|款)?/.exec(text)?.[1] ?? /^(?:我|俺|咱)?(?:就|要)?(?:投|选|改成|改投|改选|换成)?([一二三四五六七八九十\d]{1,2})(?:号|项)?(?:方案|选项)?(?:吧|呗|的)?$/.exec(text)?.[1]
  const place = figure === undefined ? null : parseNumber(figure)
  return place !== null && place >= 1 && place <= options.length ? place - 1 : null
}

function byLetter(text: string, options: readonly string[]): number | null {
  const [letter, ...others] = new Set(matchesIn(text, /(?<![a-z])[a-h](?![a-z])/g).map(([one]) => one))
  return letter === undefined || others.length > 0 ? null : only(options, (option) => new RegExp(`(?<![a-z])${letter}(?![a-z])`).test(plain(option)))
}

/** A piece of one option's name (灰的), or its name misspelt: alike in sound, or but for one character. */
function nearly(rest: string, options: readonly string[]): number | null {
  if ([...rest].length > 10) return null
  const piece = only(options, (option) => core(option).includes(rest) || rest.includes(core(option)))
  if (piece !== null) return piece
  return only(options, (option) => {
    const name = [...core(option)]
    const letters = [...rest]
    if (name.length < 2) return false
    return letters.some((_, at) => {
      const window = letters.slice(at, at + name.length)
      if (window.length < name.length) return false
      const differ = window.filter((char, index) => char !== name[index]).length
      return soundOf(window.join('')) === soundOf(name.join('')) || (name.length >= 3 && differ <= 1)
    })
  })
}
