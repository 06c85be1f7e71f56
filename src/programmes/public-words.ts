import { findPersonalData, redact } from '../privacy.js'

/** Stands where a personal datum stood, while a text is taken apart. */
const gone = '\u0001'
const kin = '(?:(?:老)?(?:娘|妈妈?|爸爸?|爹|母亲|父亲)|奶奶?|爷爷?|姥姥|姥爷|外婆|外公|老伴|老头子?|老太太?|老人家?|婆婆|公公|孩子|娃娃?|孙子|孙女|闺女|儿子|女儿)'
/** How old somebody is, and nothing else. */
const onlyAge = new RegExp(`^(?:我|俺|咱|阿拉|伢)?(?:们|家|们家)?${kin}?(?:他|她)?(?:今年|都|快|已经|有|也)*(?:\\d{1,3}|[一二三四五六七八九十]{1,4})(?:多|来)?(?:周|虚)?岁?(?:多)?(?:了|啦|咧|嘞|哩)?$`, 'u')
/** That there is a wish, a greeting, thanks: none of it says what is wanted. */
const saysNothing = new RegExp(`^(?:@?小助手|你好|您好|在吗|我|俺|咱|阿拉|给|帮|替|为|想|要|能不能|可以|来|再|也|就|她|他|${kin})*(?:(?:许|提|登记|报|申请|发|求|有)(?:一?个|一?下)?(?:小|微)*(?:心[愿原]|愿望?))?(?:呗|吧|啊|呀|了|嘛|哈|不|吗|[:：是])*$|^(?:麻烦|谢谢?|多谢|辛苦|拜托)[^，,。]{0,6}$|^(?:你|您)?放心$`, 'u')
/** What stands around a door or a telephone. */
const aroundData = /家住|住址?|住在|地址|电话|手机|号码|联系(?:方式)?|门牌|我叫|姓名|名字|[我俺咱在是家的叫姓：:]/gu

/** What is wanted, out of what a resident said: nothing of age, door or telephone, whatever stands between them; `null` where no more was said. */
export function wantedIn(words: string): string | null {
  const blotted = findPersonalData(words).reduceRight((text, { start, end }) => text.slice(0, start) + gone + text.slice(end), words)
  const clauses = blotted.split(/[，,。；;]+|(?<=[\u4e00-\u9fff\d\u0001）」])\s+(?=[\u4e00-\u9fff\d\u0001（「@])/u).map((clause) => clause.trim()).filter((clause) => clause !== '' && !onlyAge.test(clause) && !saysNothing.test(clause))
  const clean = clauses.filter((clause) => !clause.includes(gone))
  const kept = clean.length > 0 ? clean : clauses.map((clause) => clause.replaceAll(gone, '').trim()).filter((clause) => [...clause.replace(aroundData, '')].length > 1 && !onlyAge.test(clause) && !saysNothing.test(clause))
  return kept.length > 0 ? kept.join('，') : null
}

/** The same for staff to begin with: where nothing else was said, what tells whose it is is blotted out where it stands. */
export function withoutWhose(words: string): string {
  return wantedIn(words) ?? redact(words)
}
