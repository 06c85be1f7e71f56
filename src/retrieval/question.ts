import { knownJurisdictions, shortName } from '../knowledge/jurisdictions.js'

/** What an answer must hold to answer: a figure of a kind, by what the question asks for. */
export interface FigureCue {
  readonly name: string
  readonly asked: RegExp
  readonly given: RegExp
}

const digits = '(?:\\d|[一二两三四五六七八九十百千万]+)'

/** Kinds of figures. `given` is looked for in the passage; the first cue whose `asked` fits counts. */
const figureCues: readonly FigureCue[] = [
  { name: 'share', asked: /几成|百分之几|多大比例|多少比例|比例是?多少|占.{0,6}(?:几|多少)|覆盖率.{0,4}(?:多少|几)|几几开|各(?:出|掏|摊)(?:多少|几)|怎么(?:分摊|分担|摊)|和.{1,6}怎么分|过半|半数|三分之/, given: /[%％]|三分之|半数|过半|[\d一二三四五六七八九]成|比例|\d\s*[:：]\s*\d/ },
  { name: 'hours', asked: /(?:多少|几)个?(?:小时|钟头)/, given: new RegExp(`${digits}个?(?:小时|钟头)`) },
  { name: 'money', asked: /多少钱|(?<![哪这那好])几块(?:钱|$|[,，。?？])|几毛|(?:几|多少)元|收费标准是?多少|(?:收|给|拨|补|发)多少|(?:工资|经费|津贴|补贴|报酬).{0,4}多少/, given: new RegExp(`${digits}\\s*(?:万|亿)?元|\\d倍`) },
  { name: 'times', asked: /几倍|多少倍/, given: new RegExp(`${digits}(?:\\.\\d+)?倍`) },
  { name: 'area', asked: /多大面积|面积.{0,4}(?:多少|多大)|(?:多少|几)个?平(?:米|方)?/, given: /\d\s*(?:平方米|平米|㎡|平)/ },
  { name: 'households', asked: /(?:多少|几)户|规模.{0,4}(?:多少|多大)/, given: /\d\s*户|\*户/ },
  { name: 'people', asked: /(?:多少|几)(?:个|名|位)?(?:人|工作人员|工作者|社工|干部|网格员|民警)|配几个|配多少|满多少/, given: /\d\s*(?:人|名|职)|[一二三四五六七八九十]+名|一社区一|一区一警|一村/ },
  { name: 'days', asked: /几天|多少天|多久(?!一次)|多长时间|几个?工作日|几个月能/, given: new RegExp(`${digits}\\s*(?:个?工作日|天|日内|个月|年)`) },
  { name: 'number', asked: /多少|(?<![哪咱好有这那第十])几(?:个|家|年|级|次|条|项|所)/, given: /\d|[一二两三四五六七八九十]+(?:个|家|年|级|名|次|所|项)/ },
]

/** The kind of figure a question asks for, `null` where it asks for none. */
export function figureAsked(question: string): FigureCue | null {
  return figureCues.find((cue) => cue.asked.test(question)) ?? null
}

/** Other kinds of answers, told less surely: what the asker wants to see. They lift a passage, and their lack says nothing. */
const likelyCues: readonly Pick<FigureCue, 'asked' | 'given'>[] = [
  { asked: /何时|什么时候|啥时候|哪一?[天年月]|几号|几月|截止|最晚|期限/, given: /\d{1,2}\s*(?:月|日)|\d{4}\s*年|截止|底前|以前/ },
  { asked: /电话|网址|网站|邮箱|热线/, given: /\d{3,4}-?\d{6,8}|\d{5}|www|http|@/ },
  { asked: /谁|哪个(?:部门|单位|局|机构)|哪家|哪些(?:部门|单位|机构)|由.{0,4}负责/, given: /[部局委厅办院]|公司|机构|政府/ },
  { asked: /哪里|哪儿|何处|什么地方|哪些(?:地方|地区)/, given: /[省市县区镇街路]|中心|网站|平台/ },
  { asked: /哪些|哪几|什么(?:条件|措施|要求|内容|情况)|有何/, given: /、.*、|一是|（一）|\(一\)|1[.．、]|①/s },
]

/** What a passage gains that holds the kind of answer asked for, formula F being 0–2. Chosen on both development sets. */
const gains = { figure: 0.25, likely: 0.1 }

/** The kind of words that a question looks for and what a passage gains that holds them; `null` where there is no hint. */
export function cueOf(question: string): { readonly given: RegExp; readonly gain: number } | null {
  const figure = figureAsked(question)
  if (figure) return { given: figure.given, gain: gains.figure }
  const likely = likelyCues.find((cue) => cue.asked.test(question))
  return likely ? { given: likely.given, gain: gains.likely } : null
}

/** Things that only a community can know: no policy text holds them. */
const localMatters: readonly (readonly [kind: LocalMatter, pattern: RegExp])[] = [
  ['phone', /(?:给|发|告诉|报|找|要)(?:我|俺|一?下|一?个)[^,，。]{0,8}(?:电话|热线|联系方式)(?:号码?)?(?:吗|么|呗|吧|呢|行吗|好吗)?[?？。]*$|(?:电话|热线|号码|手机号).{0,5}(?:多少|几号|是啥|是什么|发我|发一下|给我|告诉)|[打拨](?:哪个|什么|啥|几号?|多少)(?:号|电话)|联系方式|怎么联系/],
  ['address', /地址|哪条(?:街|路)|在什么(?:地方|位置)|(?<![花用写落体现放话文句条])在(?:哪儿?|哪里|几楼|几层|哪一?层|哪个楼)(?:$|[,，。?？!！ ])|(?:去|到|上|在)(?:哪儿?|哪里)(?:办|交|缴|领|拿|找)|怎么走/],
  ['hours', /几点|(?:周|星期|礼拜)[一二三四五六日天末].{0,8}(?:班|开|门|办|人|休)|上班时间|办公时间|营业时间|开放时间|(?:开门|关门|上班|下班)(?:吗|没|么|不|嘛|$|[?？])|今天.{0,6}(?:开|上班|有人)/],
  ['materials', /(?:带|要|准备|交)(?:什么|哪些|啥|几样|多少)(?:材料|证件|资料|手续|东西|证)|(?:什么|哪些|啥)(?:材料|证件|手续)|材料清单/],
  ['processing', /(?:几天|多久|多长时间|几个?工作日|什么时候|啥时候).{0,6}(?:办好|办下来|办完|批下来|下来|拿到|答复|修好|到账)/],
  ['price', /(?:多少钱|几块钱|(?<![哪这那好])几块(?=$|[,，。?？])|怎么收费|收多少钱)/],
  ['process', /(?:怎么|如何|咋)(?:申请|办理|申领|申报)|(?:低保|补贴|津贴|手续|户口|证件?)(?:怎么|咋)办(?!法)|办理流程|走什么流程/],
  ['duty', /谁(?:在)?(?:值班|坐班|当班)|(?:值班|坐班)的?(?:是谁|哪个)/],
]

export type LocalMatter = 'phone' | 'address' | 'hours' | 'materials' | 'processing' | 'price' | 'process' | 'duty'

export function localMatter(question: string): LocalMatter | null {
  // Whether the texts say so is another question than how it is here.
  if (/文件|政策|规定|意见里|方案里|写了|写着|意见.{0,3}稿|提.{0,3}意见/.test(question)) return null
  const kind = localMatters.find(([, pattern]) => pattern.test(question))?.[0] ?? null
  // 「一个社区几个人上班」 asks how many, not when.
  return kind === 'hours' && figureAsked(question)?.name === 'people' ? null : kind
}

/** A figure that only a local fact could give, where a text does give it. */
const localFigure = /\d{3,4}-\d{7,8}|\d\s*(?:万|亿)?元|\d\s*(?:个?工作日|日内)/

/** What a text itself may set of such matters: a procedure to go through, who registers or takes in. */
const setByText: Partial<Record<LocalMatter, RegExp>> = {
  materials: /履行.{0,8}(?:程序|手续)|简化.{0,8}手续|出具.{0,6}证明/,
  process: /履行.{0,8}(?:程序|手续)|申请办理|登记管理|提出.{0,12}批准/,
  address: /由.{2,24}(?:登记管理|办理|受理|代管)/,
}

/** Whether a sentence of a text tells what is asked for of such a matter. */
export function tellsLocally(question: string, sentence: string): boolean {
  const kind = localMatter(question)
  return localFigure.test(sentence) || (kind !== null && setByText[kind]?.test(sentence) === true)
}

/** Whether a question asks which unit is responsible. */
export function asksWhoIsResponsible(question: string): boolean {
  return /(?<![想我要能带愿俺])牵.?头|配合单位|责任单位|责任部门|主管部门|主管单位|哪[个些几俩两]*(?:单位|部门|局|厅|委)(?!员)|(?:归|由|是)?(?:谁|哪家|哪个)(?:负责|主管|牵头|配合|管$|管[?？])|分工(?:表|附件)?里|由谁(?:来)?(?:负责|主管|牵头)/.test(question)
}

/** A question for the one in charge without the words of asking for them. */
export function withoutRouting(question: string): string {
  return question.replace(/牵.?头|责任(?:单位|部门)|配合(?:单位|部门)?|主管(?:单位|部门)?|分工(?:表|附件)?[里中]?|负责|(?:归|由|是)?谁(?:来)?管?|(?:归|由|是)?哪[个些几俩两]*(?:单位|部门|局|厅|委|家)?(?:来)?(?:管(?!理))?|单位|部门|方面/g, ' ')
}

/** A clause named by number: 附件第10项, 第18条, 二(三)5. */
export function directReference(question: string): { readonly annex: boolean; readonly item: number } | null {
  const annex = /(?:附件|分工表|附表)(?:里|中|的)?第?\s*(\d{1,3}|[一二三四五六七八九十]{1,3})\s*(?:项|条|行|号|款)/.exec(question)
  if (annex) return { annex: true, item: readNumber(annex[1]!) }
  const item = /(?:第\s*(\d{1,3}|[一二三四五六七八九十]{1,3})|(?<![\d.])(\d{1,3}))\s*(?:条|项)(?!件)/.exec(question)
  return item ? { annex: false, item: readNumber(item[1] ?? item[2]!) } : null
}

function readNumber(words: string): number {
  if (/^\d+$/.test(words)) return Number(words)
  const value = (char: string) => '一二三四五六七八九'.indexOf(char) + 1
  const [tens, ones] = words.includes('十') ? words.split('十') : ['', words]
  return words.includes('十') ? (tens === '' ? 1 : value(tens!)) * 10 + (ones === '' ? 0 : value(ones!)) : value(ones!)
}

/** Whether the document itself is asked about: its number, or when it was made. */
export function aboutDocument(question: string): 'number' | 'date' | null {
  if (/文号|发文字号|几号文/.test(question)) return 'number'
  if (/(?:文件|意见|方案|政策|通知).{0,6}(?:哪年|哪天|几几年|什么时候|啥时候|何时)(?:发|印|出|定|签)/.test(question)) return 'date'
  return null
}

/** Divisions named in a question, in its order: those of `extra` (a chain's own names) and all known ones. */
export function findPlaces(question: string, extra: Iterable<readonly [code: string, name: string]> = []): { readonly code: string; readonly name: string; readonly words: string }[] {
  const found = new Map<string, { code: string; name: string; words: string; at: number }>()
  for (const [code, name] of [...extra, ...knownJurisdictions()]) {
    for (const words of [name, shortName(name)]) {
      if (words.length < 2) continue
      const at = question.indexOf(words)
      if (at < 0 || found.has(code)) continue
      // 河南岸, 青海湖, 吉林大路 are other names.
      if (words !== name && /^[岸湖路街苑园村道]/.test(question.slice(at + words.length))) continue
      // 我安徽来的: where the asker comes from, not where the rule is wanted.
      if (/^(?:那边|那头|老家)?(?:过?来的|过?来打工|过来|人(?![民大])|老乡|户口|籍|口音|打工|上班|务工|读书|做生意)/.test(question.slice(at + words.length))) continue
      found.set(code, { code, name, words, at })
    }
  }
  return [...found.values()].sort((a, b) => a.at - b.at)
}
