import { parseNumber } from '../nlu/numbers.js'
import { dayParts, type DayPart, type VolunteerTime } from './volunteer.js'

export type VolunteerWish = 'register' | 'offers' | 'leave' | 'hours' | 'own' | 'stars'

const who = '(志愿者|自愿者|义工|志愿服务|志愿)'
const leaves = new RegExp(`(不|别)(想)?(再)?(做|当|干)${who}了|退出${who}|注销${who}|${who}.{0,3}(不做|不当|不干|退出)了?`)
const hours = /(志愿|服务|义工).{0,4}(时长|小时|星级|几星)|(我|俺)(现在)?(是|有|算|评)?(上)?了?几(颗)?星|(我|俺)的?(时长|星级)|时长.{0,4}(多少|查|几|是)|(攒|积|存)了?多少(个)?(小时|时长)/
const star = '(?:[一二两三四五1-5几]颗?星(?!期)|星级)'
/** What it takes to have a star: so many hours, or by which standard. */
const asksStars = new RegExp(`(多少|几|多长|多久)(个)?(小时|钟头|钟点|时长|时间|次|回).{0,10}${star}|${star}.{0,6}(要|得|需要?|够|满).{0,4}(多少|几|多久|多长)|${star}.{0,6}(志愿者)?.{0,3}(标准|条件|门槛|要求)|(攒|积|做|干|存)(够|到|满)?(多少|几).{0,8}${star}`)
/** Stars that are given for other things. */
const notOfStars = /打|给(?!评|算|我|升)|评价|满意|酒店|宾馆|饭店|手机|服务态度|物业/
/** Wrong or missing hours, and what is given for them, are for people. */
const notOfHours = /(?<!多)少|没(记|给|了|算)|错|补|漏|换|兑|证明|证书|怎么评|咋评|条件|保险/
const registers = new RegExp(`(登记|注册)(成|为|当|做|一下|一个)*${who}|${who}(的)?(登记|注册)(一下)?$|改(一下|改)?(我)?的?${who}(的)?(登记|信息|时间|技能|资料)|^${who}信息(改|变)`)
const owns = new RegExp(`(我|俺)的?${who}(的)?(登记|信息|资料)`)
const offers = new RegExp(`(算|加|添|写)(上)?(我|俺|咱)(们)?(一个|个|一名|一份)?${who}|(当|做|加入|成为|报名).{0,4}${who}|${who}(队)?.{0,3}(报名|招人)|想(给|为|帮)(社区|大家|邻居|老人).{0,6}(出|做|干|服务)|(我|俺)(会|能|可以|懂).{1,10}(帮|给|教)(帮)?(老人|邻居|大家|社区|孩子)`)

/** What words want of volunteering itself; `null`: nothing of it. */
export function readVolunteerWish(text: string): VolunteerWish | null {
  if (leaves.test(text)) return 'leave'
  if (asksStars.test(text) && !notOfStars.test(text)) return 'stars'
  if (hours.test(text) && !notOfHours.test(text)) return 'hours'
  if (/怎么|咋|如何|什么|啥|[?？]$/.test(text)) return null
  if (registers.test(text)) return 'register'
  if (owns.test(text)) return 'own'
  return offers.test(text) ? 'offers' : null
}

const anything = /都(行|可以|能|有空|中|成|好)|随便|随时|什么都|啥都|哪儿都|哪里都|哪都|不限|没(有)?要求|天天|每天都?(有空|行)|看安排|听安排/
const nothing = /^(没有?|没啥|没什么|不会什么|啥也不会|不会|不想说|跳过|先不说|无)[吧呢啊了]*[。.]?$/

/** What somebody can do: of the list by name or by number, the rest in their own words. `null`: the words tell nothing of the kind. */
export function readSkills(text: string, list: readonly string[]): { readonly skills: readonly string[]; readonly also: string } | null {
  const bare = text.trim()
  if (nothing.test(bare) || anything.test(bare)) return { skills: [], also: '' }
  const numbers = /^[\d一二三四五六七八九十,，、和\s]+$/.test(bare) ? (bare.match(/\d+|[一二三四五六七八九十]+/g) ?? []).map((one) => parseNumber(one) ?? 0) : []
  const byNumber = numbers.flatMap((number) => list.slice(number - 1, number))
  if (numbers.length > 0) return byNumber.length === numbers.length ? { skills: byNumber, also: '' } : null
  const told = bare.split(/[,，。;；]+/).filter((piece) => piece.trim() !== '' && readTimes(piece) === null).join('，')
  const skills = list.filter((skill) => told.includes(skill))
  const rest = skills.reduce((words, skill) => words.replaceAll(skill, ''), told).replace(/我|俺|会点?|能|还|也|和|以前|是|做过|[,，。、.!！\s]|的|了|可以/g, '')
  if (skills.length > 0) return { skills, also: [...rest].length >= 2 ? told.slice(0, 60) : '' }
  const tells = /会|能|懂|做过|干过|擅长|当过|以前|退休|学过|教|修|拉|唱|跳|写|画|开车|力气|帮/.test(bare) && !/[?？]|吗$/.test(bare)
  return tells || (list.length === 0 && [...bare].length <= 12) ? { skills: [], also: told.slice(0, 60) } : null
}

/** What somebody tells of themselves together with the wish to help. */
export interface Offer {
  readonly skills: readonly string[]
  readonly also: string
  /** `null`: nothing was told of it. */
  readonly times: readonly VolunteerTime[] | null
  /** How they want to be called; `null`: not told so. */
  readonly name: string | null
}

const wishItself = new RegExp(`(我|俺|咱)?(也)?(想|要|愿意|申请|报名|来|去|登记|注册|可以|能|给|把)*(算|加|添|写|当|做|加入|成为)*(上)?(我|俺|咱)?(一个|个|一名|一份)?(社区)?(的)?${who}(队)?(的)?(登记|注册|报名)?(吧|呗|啊|呀|了)*`, 'g')
/** Who it is, where they live, how to reach them: no skill. */
const ofPerson = /^(我|俺|本人)?(叫|姓|名字|是(?!.*(退休|老师|医生|护士|电工|司机|厨师|教师))|住|家住|电话|手机|号码|联系)|\d{7,}|\d+(栋|幢|号楼|单元|室)/
const timeWords = /(每|逢|一到|就)?(个)?(周|星期|礼拜)[一二三四五六日天末、和,到至]+|周末|双休(日)?|工作日|平时|天天|每天|上午|下午|晚上|早上|傍晚|一早|下班(以?后|了)?|随时|有空|得空|有时间|都(行|可以|有|得|中)?|的时候|空闲/g
const canDo = /会|能|懂|做过|干过|擅长|当过|以前是|退休(?!了?$)|学过|教|修|拉|唱|跳|写|画|开车|力气|帮|陪|理发|剪|缝|电工|木工|厨|护士|医生|老师|翻译|摄影|拍照/

/** What is told in one breath with 「我想当志愿者」: what they can do and when; `null`: neither, or somebody wants volunteers to come. */
export function readOffer(text: string, list: readonly string[]): Offer | null {
  if (/(请|找|派|求|叫)(个|一个|几个|位|些)?(志愿者|义工)/.test(text)) return null
  const pieces = text.replace(wishItself, ' ').split(/[,，。;；!！\s]+/).filter((piece) => piece !== '' && !ofPerson.test(piece))
  const name = /(?:^|[,，。;；\s])(?:我|俺)?(?:名?叫|名字(?:叫|是)?|姓名)[:：]?([\p{Script=Han}]{2,4})(?=$|[,，。;；\s])/u.exec(text)?.[1] ?? null
  const told = pieces.map((piece) => readTimes(piece)).filter((times) => times !== null)
  const tells = pieces.map((piece) => piece.replace(timeWords, '').replace(/^(我|俺|咱)?(们)?(是|也|还|都|就)?/, '')).filter((piece) => [...piece].length >= 2 && canDo.test(piece))
  const skills = list.filter((skill) => tells.some((piece) => piece.includes(skill)))
  const others = tells.map((piece) => skills.reduce((rest, skill) => rest.replaceAll(skill, ''), piece).replace(/^(会|能|懂)(一?点|些)?/, '')).filter((piece) => [...piece].length >= 2)
  if (tells.length === 0 && told.length === 0) return null
  return { skills, also: others.join('，').slice(0, 60), name, times: told.length === 0 ? null : told.some((times) => times.length === 0) ? [] : readTimes(pieces.join(' ')) }
}

const days: readonly (readonly [RegExp, readonly number[]])[] = [
  [/周末|双休|星期六日|周六日|周六周日|礼拜六日/, [6, 0]], [/工作日|平时|周内|上班日|周一到周五|周一至周五|星期一到星期五/, [1, 2, 3, 4, 5]], [/每天|天天|一周七天/, [0, 1, 2, 3, 4, 5, 6]],
]
const parts: Readonly<Record<DayPart, RegExp>> = { morning: /上午|早上|早晨|清早|一早|早起|前半晌|晌午前/, afternoon: /下午|午后|后半晌|后晌/, evening: /晚上|晚间|夜里|傍晚|下班(以?后|了)/ }

/** When somebody has time in a usual week, in the order of the week from Monday; empty: any time. `null`: the words tell nothing of the kind. */
export function readTimes(text: string): readonly VolunteerTime[] | null {
  if (/随时|都(行|可以|有空|中)|随便|不限|看安排|听安排/.test(text) && !/[周星礼]|上午|下午|晚上/.test(text)) return []
  const pieces = text.split(/[,，。;；\s]+|还有|另外/).filter((piece) => piece !== '')
  const found = new Set<VolunteerTime>()
  for (const piece of pieces) {
    const named = daysIn(piece)
    const inPiece = dayParts.filter((part) => parts[part].test(piece))
    if (named.length === 0 && inPiece.length === 0) continue
    // 「上午」 of no day is that of any day.
    for (const day of named.length > 0 ? named : [0, 1, 2, 3, 4, 5, 6]) for (const part of inPiece.length > 0 ? inPiece : dayParts) found.add(`${day as 0}-${part}`)
  }
  if (found.size === 0) return null
  return [...found].sort((a, b) => (Number(a[0]) + 6) % 7 - (Number(b[0]) + 6) % 7 || dayParts.findIndex((part) => a.endsWith(part)) - dayParts.findIndex((part) => b.endsWith(part)))
}

function daysIn(piece: string): readonly number[] {
  const several = days.filter(([pattern]) => pattern.test(piece)).flatMap(([, all]) => all)
  const single = [...piece.matchAll(/(?:周|星期|礼拜)([一二三四五六日天](?:[、和,]?[一二三四五六日天])*)/g)].flatMap((match) => [...(match[1] ?? '')].map((one) => '日一二三四五六'.indexOf(one === '天' ? '日' : one)).filter((day) => day >= 0))
  return [...new Set([...several, ...single])]
}

/** Where somebody would help: grids by number, name, or a building of theirs; empty: anywhere. `null`: the words tell nothing of the kind. */
export function readGrids(text: string, grids: readonly { readonly name: string; readonly buildings: readonly string[] }[]): readonly string[] | null {
  if (anything.test(text) || /全(社区|小区)|整个|哪边都/.test(text)) return []
  const numbers = /^[\d,，、和\s]+$/.test(text.trim()) ? (text.match(/\d+/g) ?? []).map(Number) : []
  if (numbers.length > 0) return numbers.every((number) => number >= 1 && number <= grids.length) ? numbers.flatMap((number) => grids.slice(number - 1, number).map(({ name }) => name)) : null
  const named = grids.filter(({ name, buildings }) => text.includes(name) || buildings.some((building) => new RegExp(`(?<!\\d)${building.replace(/[.*+?^${}()|[\]\\]/g, '')}`).test(text)))
  return named.length === 0 ? null : named.map(({ name }) => name)
}

const dayNames = '日一二三四五六'
const partNames: Readonly<Record<DayPart, string>> = { morning: '上午', afternoon: '下午', evening: '晚上' }

/** 周三晚上、周六 */
export function sayTimes(times: readonly VolunteerTime[]): string {
  const byDay = new Map<string, DayPart[]>()
  for (const time of times) byDay.set(time[0] ?? '', [...(byDay.get(time[0] ?? '') ?? []), time.slice(2) as DayPart])
  return [...byDay].map(([day, all]) => `周${dayNames[Number(day)] ?? ''}${all.length === dayParts.length ? '全天' : all.map((part) => partNames[part]).join('')}`).join('、')
}
