import { normalise, toSimplified } from '../text.js'
import { findAddresses } from './addresses.js'
import { findContactSlots } from './contacts.js'
import { parseNumber } from './numbers.js'
import { findTimes } from './times.js'
import type { SlotName } from './understanding.js'

/** A short answer is read bare: no spaces, punctuation, pictures, softening particles at its end. */
function bare(text: string): string {
  return toSimplified(normalise(text)).replace(/[\s\p{P}\p{S}\p{Extended_Pictographic}]/gu, '')
}

const particles = '(?:[啊呀哦噢喔呢吧啦了哈嘛哩咧的呗哇欸诶喽咯滴嘞]*)'
const yes = new RegExp(
  `^(?:(?:嗯+|恩+|对+|对头|是+|是的|就是|正是|没错|冇错|没得错|么错|莫错|不错|正确|确认|确定|好+|好的|好滴|行+|可以|可得|中+|中嘞|要得|使得|得+|成+|约|办|要|要的|都行|都可以|都中|随便|随你|你定|您定|你看着办|听你的|准|准确|同意|没问题|冇问题|没毛病|就这样|就这么办|就这个|这样就行|ok|okay|yes|y|1|报|报上去|提交|发|登记|晓得|知道|对对|系|系啊|係|能|可|行得|好使|妥|灵|灵的|好额|是额|对额|好嘞|是嘞|是哩|成哩|攒劲|对着|是着|对着哩|对格|对个|对咯|是格|好格|好个|行格|就是哩|[你您]放心|中不中你看着办)${particles}){1,4}(?:麻烦(?:你|您)?(?:们)?|谢谢|谢了|辛苦)?(?:了|啦)?$`, 'u',
)
const no = new RegExp(
  `^(?:(?:不|不是|不对|不行|不要|不用|不中|不成|不得|不好|不可以|不同意|不确定|不约|不报|不办|没有|没|冇|唔系|唔係|唔要|唔使|弗是|勿是|覅|莫|错|错了|写错|搞错|弄错|不对头|no|n|2|否|别|别报|别办|先不|暂时不|暂时不用|还是不|不用麻烦|不了|不需要)${particles}){1,3}$`, 'u',
)

/** Yes or no to an open question, in the ways of many provinces; `null` when it is neither. */
export function readYesNo(text: string): 'yes' | 'no' | null {
  const answer = bare(text)
  if (answer === '') return /^[\s]*(?:👍|👌|🆗|✅|💯|🤝|\[ok\]|\[强\]|\[好的\])+[\s]*$/iu.test(text) ? 'yes' : null
  if (answer.length > 14) return null
  if (yes.test(answer)) return 'yes'
  return no.test(answer) ? 'no' : null
}

const cancels =
  /^(?:那|那就|哎|唉|嗯|还是|好吧|不好意思)?(?:我)?(?:先|都)?(?:取消|撤销|撤回|撤了|撤掉|退出|停止|结束|作废|算了|算啦|算哒|算球|罢了|拉倒|不(?:报|弄|办|约|填|搞|要|问|修|说|整|用|申请|投诉|预约|登记)了|别(?:报|弄|办|约|填|搞|修|登记)了|当我没说|就当没说|没事了|没事儿了|不用(?:报|弄|办|约|管|麻烦|填|修)?了|莫报了|莫弄了|唔报了|唔使了|覅了|不折腾了)(?:吧|啦|了|哈|呗|啊|这个|这单|刚才(?:那个|的|那条)?|报修|预约|登记|申请|当我没说|不(?:报|弄|办|约|填|搞|要|问|修)了|谢谢|麻烦了|先这样|下次再说|以后再说|回头再说|再说)*$/u

/** Whether someone breaks off what they began: 算了不报了, 取消, 当我没说. */
export function readCancel(text: string): boolean {
  const answer = bare(text)
  return answer.length <= 16 && cancels.test(answer)
}

/** A correction of what was said: the slot it is about, the wrong words where told, and the right ones. */
export interface Correction {
  readonly slot: SlotName | null
  readonly from: string | null
  readonly to: string
  readonly normal?: string
}

const wrongSign = /^(?:不对|不是|错了|写错了?|打错了?|说错了?|弄错了?|搞错了?|报错了?|填错了?|更正|改(?:一下|成|为)?|应该是|不不|等等|哦不|噢不|唉?不是)/u
const pair = /(?:是|改成|改为|应该是|换成|换到|改到)\s*(?<to>[^,。!?\s]{1,20})\s*[,。\s]*(?:不是|而不是|别是)\s*(?<from>[^,。!?\s]{1,20})/u
const pairBack = /(?:不是|不要)\s*(?<from>[^,。!?\s]{1,20}?)\s*[,。\s]*(?:是|要|而是|应该是|改成)\s*(?<to>[^,。!?\s]{1,20})/u
/** 不是3栋，5栋: what stands after the comma is right where both are values of one kind. */
const pairBare = /不是\s*(?<from>[^,。!?\s]{1,14})\s*[,。\s]+(?<to>[^,。!?\s]{1,20})$/u
const single = /(?:应该是|应为|改成|改为|换成|改到|是|要|在)\s*(?<to>[^,。!?]{1,24})/u
const mistake = /(?:把)?(?<right>[^,。!?\s]{1,16})(?:打成|写成|说成|听成|报成|填成)(?:了)?(?<wrong>[^,。!?\s]{1,16}?)了?$/u

/**
 * Reads a correction: 不对,是2栋 · 写错了，是12栋不是2栋 · 不是3栋是5栋 · 三零二打成二零三了. `null` when nothing is corrected.
 * `now` resolves times (ms since 1970).
 */
export function readCorrection(text: string, now = 0): Correction | null {
  const plain = toSimplified(normalise(text)).trim().replace(/[。!~\s]+$/u, '')
  if (plain.length > 60) return null
  const swapped = mistake.exec(plain)
  if (swapped) return correct(swapped.groups!['right']!, swapped.groups!['wrong']!, now)
  const both = pair.exec(plain) ?? pairBack.exec(plain)
  if (both && (wrongSign.test(plain) || /不是/.test(plain))) return correct(trimEnds(both.groups!['to']!), trimEnds(both.groups!['from']!), now)
  const told = pairBare.exec(plain)?.groups
  const values = told ? { from: valueOf(trimEnds(told['from']!), now), to: valueOf(trimEnds(told['to']!), now) } : null
  if (told && values?.to && values.from?.slot === values.to.slot) return correct(trimEnds(told['to']!), trimEnds(told['from']!), now)
  const sign = wrongSign.exec(plain) ?? /(?:写|打|说|弄|搞|报|填|听)错了?(?:一位|一个)?/u.exec(plain)
  if (!sign) return null
  const rest = plain.slice(sign.index + sign[0].length).replace(/^[,。!?\s:了的]+/u, '')
  const named = single.exec(rest)
  const to = trimEnds(named ? named.groups!['to']! : rest)
  if (to === '' || /[吗呢]$/u.test(to)) return null
  const found = correct(to, null, now)
  // A bare 不是 with words after it is a correction only when the words are a value, or were led in by 是.
  return found.slot !== null || named ? found : null
}

function trimEnds(words: string): string {
  return words.replace(/^[,\s:]+|(?:[,\s]|才对|的|吧|啊|哈|呀|哦|啦|了)+$/gu, '')
}

function correct(to: string, from: string | null, now: number): Correction {
  const found = valueOf(to, now)
  return { slot: found?.slot ?? null, from, to: found?.value ?? to, ...(found?.normal === undefined ? {} : { normal: found.normal }) }
}

function valueOf(words: string, now: number): { slot: SlotName; value: string; normal?: string } | null {
  const item = findContactSlots(words)[0] ?? findAddresses(words, null)[0] ?? findTimes(words, now)[0]
  if (item) return { slot: item.name, value: words.slice(item.start, item.end), ...(item.normal === undefined ? {} : { normal: item.normal }) }
  const door = /^([零〇一二三四五六七八九]{3,4}|\d{3,4})(?:室)?$/u.exec(words)
  if (door) return { slot: 'addr', value: words, normal: `${parseNumber(door[1]!) ?? door[1]!}室` }
  return null
}

/** Which of `count` offered choices is meant, from 1: 2, 第二个, 选三, 就那个 (when there is one). `null` when none is. */
export function readChoice(text: string, count: number): number | null {
  const answer = bare(text)
  const match = /^(?:我)?(?:选|要|是|就|就要|点|第)*([0-9]+|[一二两三四五六七八九十])(?:个|号|项|条|种|款|吧|了|的|那个|啊|呗)*$/u.exec(answer)
  if (match) {
    const number = parseNumber(match[1]!)
    return number !== null && number >= 1 && number <= count ? number : null
  }
  if (/^(?:就|要|选|是)?(?:那|这)(?:一)?个(?:吧|啊|呗)?$/u.test(answer) && count === 1) return 1
  if (/^(?:就|要|选)?(?:头|前|最前|前面|上面|头里)(?:那|的那)?(?:一)?个(?:吧|啊)?$|^第一$/u.test(answer)) return 1
  return /^(?:就|要|选)?(?:最后|末|末了|后面|下面|后头)(?:那|的那)?(?:一)?个(?:吧|啊)?$/u.test(answer) && count > 0 ? count : null
}

const rated: readonly (readonly [RegExp, number])[] = [
  [/^(?:非常不满意|很不满意|极不满意|太差了?|差评|很差|差得很|糟透了?|差劲)/u, 1],
  [/^(?:不满意|不太满意|不大满意|不怎么样|较差|差)/u, 2],
  [/^(?:一般|一般般|还行|凑合|马马虎虎|中评|将就|基本满意)/u, 3],
  [/^(?:非常满意|很满意|特别满意|十分满意|超级满意|太满意了?|满分|好评|太好了|很好|非常好|巴适|攒劲|棒)/u, 5],
  [/^(?:满意|比较满意|挺满意|挺好|不错|蛮好|可以)/u, 4],
]

/** A mark from 1 to 5: 5分, 打2分, 一星, 满意, 差评. A bare digit is no mark (it answers another question); `null` when none is. */
export function readStars(text: string): number | null {
  const answer = bare(text)
  const match = /^(?:我)?(?:打|给|评|给个|打个)?([0-9]+|[一二两三四五])(?:分|颗星|星)/u.exec(answer)
  if (match) {
    const mark = parseNumber(match[1]!)
    return mark !== null && mark >= 1 && mark <= 5 ? mark : null
  }
  const words = answer.replace(/^(?:我|给|打|给个|打个|评价|总体|总的来说|对这次|这次)+/u, '')
  if (words.length > 12) return null
  for (const [pattern, mark] of rated) if (pattern.test(words)) return mark
  return null
}

/** Thanks or a greeting and nothing else. */
export function readCourtesy(text: string): 'thanks' | 'greeting' | 'farewell' | null {
  const answer = bare(text)
  if (/^(?:好的?|嗯|行|收到|知道了|太)*(?:谢谢|谢啦|谢了|多谢|感谢|感恩|唔该|辛苦|麻烦(?:你|您)们?)(?:你|您|恁|侬|了|啦|哈|啊|们|大家|社区|小助手|一窗|非常|太)*$/u.test(answer)) return 'thanks'
  if (/^(?:你好|您好|在吗|在不在|在么|有人吗|喂|哈喽|hello|hi|嗨|早|早上好|早安|上午好|中午好|下午好|晚上好|好啊)(?:啊|呀|吗|小助手|一窗|社区|同志|各位)*$/u.test(answer)) return 'greeting'
  return /^(?:再见|拜拜|白白|bye|晚安|回头见|先这样|没事了?你忙吧?|你忙吧?)$/u.test(answer) ? 'farewell' : null
}
