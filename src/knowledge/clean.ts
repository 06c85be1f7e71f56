import { mapped, replaceMatches, sliceMapped, toSimplified, trimMapped, type MappedText } from '../text.js'
import type { PolicyWarning } from './policy.js'

/**
 * From a page as it was found to lines of text. In order: adverts and persons' names leave the raw text for good
 * (`redactPage`); then, with the way back kept for every character, annotations and tags are taken out, traditional
 * characters become simplified, and each line is told to be text, site furniture or a repetition (`cleanPage`).
 * Meaning is never repaired: what is damaged stays as it is and is warned of.
 */

export interface Line extends MappedText {
  readonly kind: 'text' | 'dateline' | 'navigation' | 'footer' | 'repeated'
}

export interface CleanPage {
  readonly lines: readonly Line[]
  readonly warnings: readonly PolicyWarning[]
  /** Whether the page was written in traditional characters. */
  readonly traditional: boolean
}

const hiddenName = '[姓名已隐去]'
const hiddenPhone = '[号码已隐去]'

/** Words that stand for something removed for a person's sake; a sentence with one is never quoted. */
export const hidden = /\[(?:姓名|号码)已隐去\]/

/** Adverts: many short pieces joined by `_` or `|` without one sentence mark. */
function isSpam(line: string): boolean {
  if (/[。；;：:！!？?]/.test(line)) return false
  return line.split('_').length >= 5 || line.split(/[|｜]/).length >= 10
}

/** The page without adverts, with the names of contacts and signatories and the contacts' phones hidden. */
export function redactPage(page: string): string {
  return page
    .split('\n')
    .filter((line) => !isSpam(line))
    .join('\n')
    .replace(
      /((?:联系人|聯系人|签发人|簽發人|经办人|起草人)\s*[:：]\s*)([^\s。；;,，]{2,40})/gu,
      (_, label: string, names: string) => label + names.split('、').map(() => hiddenName).join('、'),
    )
    .replace(
      /((?:联系电话|聯系電話)\s*[:：]\s*)([0-9()（）\-—、,，\s]{7,60})(?=[。；;]\s*(?:联系人|聯系人))/gu,
      (_, label: string, phones: string) => label + phones.split(/[、,，]/).map(() => hiddenPhone).join('、'),
    )
}

/** Pinyin in brackets after a character; only letters with their tone marks, so that real brackets stay. */
const annotation = /[(（][a-zA-Zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹ]{1,7}[)）]/gu
const toneMark = /[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]/u
/** What is left where an annotation broke: `?shù)亟?jīng)`, the character before it lost. */
const broken = /\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,7}[)）](?:\p{Script=Han}\?[a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]{1,7}[)）])*/gu
/** Stands for characters that the source has lost. */
export const lostMark = '□'

const furniture: readonly RegExp[] = [
  /^欢迎您?(?:访问|光临)/,
  /首页\s*(?:>|›|»|-->|\/)/,
  /^您?(?:当前的?)?(?:当前)?位置(?:是)?\s*[:：]/,
  /^[\s•·]*字号\s*[:：]/,
  /^前言\s*[:：]\s*本站/,
  /^(?:相关规章|相关法规|相关文件|政策文件|通知公告)$/,
  /进入后台|设为首页|加入收藏|无障碍浏览/,
]

const footers: readonly RegExp[] = [
  /【?打印此?页】?|【关闭窗口】/,
  /^(?:最新文章|相关文章|热门文章|猜你喜欢|友情链接|上一篇|下一篇|分享到)/,
  /^\d+条\s*\[查看全部\]/,
  /本站部分内容|版权所有|All Rights Reserved|技术支持|公网安备|ICP备/i,
  /^主办单位\s*[:：]/,
]

/** 发布日期:…, 时间:…, • 2017年06月08日, a crawl's own date with the day of the week. */
const dateline = /^[\s•·]*(?:(?:发布(?:日期|时间)|时间|日期|来源)\s*[:：]|\d{4}年\d{1,2}月\d{1,2}日(?:\s+星期|$))|^[•·]\s/

/** A line of links: at least four names with only spaces between and no mark of a sentence. */
function isLinks(line: string): boolean {
  if (/[。，；：、《]/.test(line)) return false
  const names = line.split(/\s+/).filter((name) => name.length > 1)
  return names.length >= 4 && names.length === line.split(/\s+/).filter(Boolean).length
}

/** Share of characters that change when made simplified; above it the page counts as traditional. */
const traditionalShare = 0.05

/** Cleans a page that `redactPage` has been over. */
export function cleanPage(page: string): CleanPage {
  const han = page.match(/\p{Script=Han}/gu)?.join('') ?? ''
  const simple = toSimplified(han)
  let changed = 0
  for (let i = 0; i < han.length; i += 1) if (han[i] !== simple[i]) changed += 1
  const traditional = changed > han.length * traditionalShare

  const warnings: PolicyWarning[] = []
  const lines: Line[] = []
  let inFooter = false
  let lastText = ''
  for (const raw of linesOf(page)) {
    const line = cleanLine(raw, traditional, warnings)
    if (line.text === '') continue
    const squeezed = line.text.replace(/\s/g, '')
    let kind: Line['kind'] = 'text'
    if (footers.some((pattern) => pattern.test(line.text))) kind = 'footer'
    else if (furniture.some((pattern) => pattern.test(line.text))) kind = 'navigation'
    else if (dateline.test(line.text)) kind = 'dateline'
    else if (isLinks(line.text)) kind = inFooter ? 'footer' : 'navigation'
    else if (squeezed === lastText && squeezed.length > 20) kind = 'repeated'
    if (kind === 'footer') inFooter = true
    if (kind === 'navigation' && /发布日期|时间\s*[:：]/.test(line.text)) kind = 'dateline'
    if (kind === 'text') {
      lastText = squeezed
      // After the first line of a footer only a footer follows.
      if (inFooter) kind = 'footer'
    }
    lines.push({ ...line, kind })
  }
  return { lines, warnings, traditional }
}

function* linesOf(page: string): Generator<MappedText> {
  const whole = mapped(page)
  let start = 0
  for (;;) {
    const end = page.indexOf('\n', start)
    yield sliceMapped(whole, start, end < 0 ? page.length : end)
    if (end < 0) return
    start = end + 1
  }
}

function cleanLine(raw: MappedText, traditional: boolean, warnings: PolicyWarning[]): MappedText {
  let line = replaceMatches(raw, /\[bookmark:[^\]]*\]/g, '')
  line = replaceMatches(line, /[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\r]/g, '')
  line = replaceMatches(line, /[\u00a0\u2000-\u200a\u3000\t]/g, ' ')
  line = replaceMatches(line, / {2,}/g, ' ')
  if (toneMark.test(line.text)) {
    line = replaceMatches(line, annotation, '')
    for (const [words] of line.text.matchAll(broken))
      warnings.push({ kind: 'garbled', section: '', words, message: '原文此处有乱码,缺字无法辨认,以「□」代替' })
    line = replaceMatches(line, broken, lostMark)
  }
  if (traditional) line = { text: toSimplified(line.text), offsets: line.offsets }
  return trimMapped(line)
}
