import type { ItemCatalogue, ServiceItem } from '../knowledge/items.js'
import { normalise, toSimplified } from '../text.js'
import { addScores, idf, indexTerms, type TermIndex } from './bm25.js'
import type { Citation } from './citation.js'
import { pairTerms } from './query.js'

/** What a service item can tell. */
export type ItemMatter = 'materials' | 'time' | 'place' | 'way'

/** `asked` is also what is left out of the question before its item is looked for. */
const matters: readonly { readonly matter: ItemMatter; readonly asked: RegExp }[] = [
  { matter: 'materials', asked: /(?:(?:需?要|得|应该?|该)?(?:带|交|备|准备|提交|提供|拿)?(?:什么|哪些|啥|几样|多少|哪几样)(?:样的?)?(?:申请|申报|办理)?(?:材料|证件|资料|手续|东西|文件)|(?:材料|资料)(?:清单)?(?:有哪些|是什么|有什么|要啥|呢)|材料清单|要带(?:什么|啥))/ },
  { matter: 'time', asked: /(?:(?:大概|一般|要|得|需要)*(?:几天|多少天|多久|多长时间|几个?工作日|多少个?工作日|什么时候|啥时候)(?:才|就)?(?:能|可以)?(?:办好|办完|办结|办下来|批下来|下来|办理?|拿到|出结果|搞定|完成)?|(?:办理|办结|承诺)?(?:时限|期限)(?:是?多[久少长]|有多长|是几天)?)/ },
  { matter: 'place', asked: /(?:(?:要|得|该)?(?:去|到|在|上)(?:哪儿?|哪里|什么地方|哪个(?:窗口|地方|大厅))(?:可以|能)?(?:去)?(?:办理?|申请|交|领|拿|弄)?|(?:办理|办事)?(?:地点|地址|窗口)(?:在)?(?:是)?(?:哪儿?|哪里|什么)|哪儿?里?(?:可以|能)?(?:办理?|申请))/ },
  { matter: 'way', asked: /(?:(?:怎么|如何|咋|怎样)(?:办理?|申请|申报|弄|网上办)|(?:网上)?(?:办理)?(?:网址|链接|入口)(?:是什么|在哪|是多少)?)/ },
]

/** What a question asks of an item, `null` where it asks for none of these. */
export function itemMatter(question: string): ItemMatter | null {
  return matters.find(({ asked }) => asked.test(question))?.matter ?? null
}

/** Words of asking that no item is told by. */
const filler = /请问|想问(?:一下|问)?|问一下|我想|我要|想要|打算|准备|帮我|我们?|一下|的话|现在|那个|这个|去办|办个|要办|办理|需要|申请|(?:^|[ ,，])(?:办|要|去|的)|(?:要|得|的|呢|啊|呀|吗|嘛)(?=$|[ ,，。?？])/g

export interface ItemIndex {
  readonly catalogue: ItemCatalogue
  readonly names: TermIndex
}

export function indexItems(catalogue: ItemCatalogue): ItemIndex {
  return { catalogue, names: indexTerms(catalogue.items.map(({ name }) => pairTerms(telling(name)))) }
}

function plain(text: string): string {
  return toSimplified(normalise(text))
}

/** A name without what nobody says. */
function telling(name: string): string {
  return plain(name).replace(/中华人民共和国(?=\p{Script=Han})|[《》「」"“”]/gu, '').replace(/办理|申请/g, ' ')
}

export interface ItemHit {
  /** All items of this name: one matter in several situations, or at several counters. */
  readonly items: readonly ServiceItem[]
  readonly catalogue: ItemCatalogue
  /** Share (0–1) of the question's worth that the name holds. */
  readonly held: number
  /** Share (0–1) of the name's worth that the question holds. */
  readonly named: number
}

/** Least share of the question that a name must hold to be meant. Below it the question is about something else. */
const leastHeld = 0.7
/** Share of a name from which it counts as said in full. */
export const surelyNamed = 0.8
/** Least share of a name to be meant, and its lead before the next one; else one of several may be meant. */
const perhaps = { named: 0.35, lead: 0.15 }
/** Items about an item (查询, 预约, 公证指引): meant only where the question says so. */
const secondary = /查询|咨询|预约|指引|指南|进度|宣传|公示|培训|考试|报名/g
/** What such an item's rank is worth where the question doesn't say so. */
const asideShare = 0.6
/** Who says no more than 办 means the first time. */
const firstTime = /新办|首次|初次|申领|核发/
const later = /补|换|注销|变更|迁|延续|挂失/
const firstGain = 0.1
/** How many near names are offered to choose from. */
export const mostChoices = 3
/** Worth of words that no item's name has: they may be the asker's own way of telling it. */
const unknownWorth = 0.6

export type ItemFinding =
  | { readonly kind: 'found'; readonly hit: ItemHit }
  /** Several are near; best first. */
  | { readonly kind: 'several'; readonly hits: readonly ItemHit[] }

/** The item that a question names; `null` where it names none. */
export function findItem(indexes: readonly ItemIndex[], question: string): ItemFinding | null {
  const asked = matters.reduce((text, matter) => text.replace(matter.asked, ' '), plain(question)).replace(filler, ' ')
  const pairs = new Set(pairTerms(asked.replace(/[《》「」"“”]/g, '')))
  if (pairs.size === 0) return null
  const whole = bare(question)
  const rank = (hit: ItemHit) => hit.held * (0.5 + 0.5 * hit.named) * (isAside(hit, whole) ? asideShare : 1) + (firstTime.test(hit.items[0]!.name) && !later.test(whole) ? firstGain : 0)
  const hits = indexes
    .flatMap((index) => searchNames(index, pairs))
    .sort((one, other) => rank(other) - rank(one))
    .filter(({ held }) => held >= leastHeld)
  const full = hits.filter(({ items }) => whole.includes(bare(items[0]!.name))).sort((one, other) => other.items[0]!.name.length - one.items[0]!.name.length)[0]
  if (full) return { kind: 'found', hit: { ...full, named: 1 } }
  const [first, second] = hits
  if (!first) return null
  const meant = first.named >= perhaps.named && (!second || rank(first) - rank(second) >= perhaps.lead)
  return meant && !isAside(first, whole) ? { kind: 'found', hit: first } : { kind: 'several', hits: hits.slice(0, mostChoices) }
}

/** Letters only, as names are compared. */
function bare(text: string): string {
  return plain(text).replace(/[^\p{L}\p{N}]/gu, '')
}

function isAside({ items }: ItemHit, question: string): boolean {
  const words = items[0]!.name.match(secondary) ?? []
  return words.length > 0 && words.every((word) => !question.includes(word))
}

function searchNames({ catalogue, names }: ItemIndex, pairs: ReadonlySet<string>): ItemHit[] {
  const scores = new Float64Array(names.size)
  addScores(names, new Map([...pairs].map((pair) => [pair, 1] as const)), scores)
  const worth = (pair: string) => idf(names, pair) * (names.terms.has(pair) ? 1 : unknownWorth)
  const all = [...pairs].reduce((sum, pair) => sum + worth(pair), 0)
  const best = [...scores.keys()].filter((i) => scores[i]! > 0).sort((one, other) => scores[other]! - scores[one]!).slice(0, 60)
  const byName = new Map<string, ServiceItem[]>()
  for (const i of best) {
    const item = catalogue.items[i]!
    const same = byName.get(item.name)
    if (same) same.push(item)
    else byName.set(item.name, [item])
  }
  return [...byName].map(([name, items]) => {
    const own = new Set(pairTerms(telling(name)))
    const held = [...pairs].reduce((sum, pair) => sum + (own.has(pair) ? worth(pair) : 0), 0)
    const whole = [...own].reduce((sum, pair) => sum + worth(pair), 0)
    return { items, catalogue, held: all === 0 ? 0 : held / all, named: whole === 0 ? 0 : held / whole }
  })
}

/** Longest quotation, characters. */
const quoteLength = 200

/** What an item says of a matter, in the words of its list; `null` where the list says nothing of it. */
export function citeItem(item: ServiceItem, { jurisdiction, imported, sourceFile }: ItemCatalogue, matter: ItemMatter): Citation | null {
  const said = say(item, matter)
  if (said === null) return null
  const origin = `来源:${item.department}办事指南${item.url === null ? '' : ` ${item.url}`}`
  const quote = `${item.name}——${said}`
  const rest = [item.materials === null ? null : say(item, 'materials'), say(item, 'time'), say(item, 'place'), item.acceptStandard === null ? null : `受理条件:${item.acceptStandard}`]
  return {
    kind: 'fact',
    document: `${item.department} ${item.name.replace(/\s/g, '')}`,
    number: null,
    section: '',
    quote: quote.length > quoteLength ? `${quote.slice(0, quoteLength - 1)}…` : quote,
    source: sourceWords(item, matter),
    status: 'in-force',
    jurisdiction,
    date: imported,
    clause: [item.name, ...rest.filter((each) => each !== null), `${origin}(${sourceFile},${imported}导入)`].join('\n'),
    origin: { issuer: item.department, url: item.url },
  }
}

function say(item: ServiceItem, matter: ItemMatter): string | null {
  switch (matter) {
    case 'materials':
      if (item.materials === null) return null
      return item.materials.length === 0 ? '办理材料:清单上写的是「无」' : `办理材料:${item.materials.map((each, i) => (item.materials!.length > 1 ? `${i + 1}. ${each}` : each)).join(';')}`
    case 'time':
      return item.timeLimit === null ? null : `办理时限:${item.timeLimit}`
    case 'place':
      return item.location === null ? null : /[:：]/.test(item.location) ? item.location : `办理地点:${item.location}`
    case 'way':
      return item.url === null ? null : `网上办理:${item.url}`
  }
}

/** The words of the list behind it. */
function sourceWords(item: ServiceItem, matter: ItemMatter): string {
  const words = { materials: item.materials?.join('\n') || '无', time: item.timeLimit, place: item.location, way: item.url }
  return words[matter] ?? ''
}
