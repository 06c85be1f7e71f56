import { pinyin } from '../text.js'

/** Kinds of public things that break, by the words residents use; the first whose word stands in the text is meant. */
const kinds: readonly (readonly [kind: string, words: RegExp])[] = [
  ['电梯', /电梯|升降梯|电题/],
  ['灯', /灯/],
  ['井盖', /井盖|窨井|阴井|下水井/],
  ['化粪池', /化粪池/],
  ['下水道', /下水道|下水|排水|污水|地漏|水沟|管道堵/],
  ['水管', /水管|漏水|爆管|渗水|水龙头/],
  ['停水', /停水|没水|断水/],
  ['停电', /停电|没电|断电|跳闸/],
  ['门禁', /门禁|单元门|楼道门|对讲|道闸|大门/],
  ['垃圾', /垃圾|废品|废旧家具|杂物|沙发/],
  ['暖气', /暖气|供暖|供热|地暖/],
  ['路面', /路面|地砖|台阶|坑|塌|地面|石板/],
  ['树', /树|枝/],
  ['健身器材', /健身器材|单杠|滑梯|秋千/],
  ['车库', /车库|积水/],
  ['电线', /电线|线缆|网线/],
  ['墙面', /墙皮|外墙|墙面|瓷砖/],
  ['监控', /摄像头|监控/],
  ['消防', /消防栓|灭火器|消防通道|消防门/],
  ['充电桩', /充电桩|充电棚/],
]

/** Names that are typed by their sound (电剃, 门紧), with the kind each is of. */
const names: readonly (readonly [name: string, kind: string])[] = [
  ['电梯', '电梯'], ['路灯', '灯'], ['楼灯', '灯'], ['楼道灯', '灯'], ['道灯', '灯'], ['井盖', '井盖'], ['化粪池', '化粪池'], ['下水道', '下水道'], ['污水', '下水道'], ['水管', '水管'], ['漏水', '水管'],
  ['门禁', '门禁'], ['单元门', '门禁'], ['道闸', '门禁'], ['垃圾', '垃圾'], ['暖气', '暖气'], ['台阶', '路面'], ['监控', '监控'], ['摄像头', '监控'], ['消防栓', '消防'], ['充电桩', '充电桩'], ['健身器材', '健身器材'],
]
/** The same by their sounds; made when one is first needed. */
let spelt: readonly { readonly letters: readonly string[]; readonly sounds: readonly string[]; readonly kind: string }[] | null = null

/** The kind of thing a report is about, `null` where none is named. A name that is only heard right counts where one of its characters stands in it and something is out of order. */
export function faultClass(text: string): string | null {
  return kinds.find(([, words]) => words.test(text))?.[0] ?? (hearsFault.test(text) ? heard(text) : null)
}

const hearsFault = /坏|不亮|不动|不转|不通|漏|堵|松|翘|裂|掉|打不开|开不|关不|没人(修|管|来)|还没|修|臭|满/

function heard(text: string): string | null {
  const letters = [...text]
  const sounds = letters.map((letter) => (/\p{Script=Han}/u.test(letter) ? pinyin(letter) : ''))
  spelt ??= names.map(([name, kind]) => ({ letters: [...name], sounds: [...name].map(pinyin), kind }))
  const found = spelt.find((one) => letters.some((_, at) => one.sounds.every((sound, i) => sounds[at + i] === sound) && one.letters.some((letter, i) => letters[at + i] === letter)))
  return found?.kind ?? null
}

const broken = /坏|坑|不亮|不热|不转|不通|不走|不制|漏|渗|堵|塌|断|裂|掉(?!头)|碎|松|翘|歪|灭|冒|溢|积水|倒了|满了|停了|跳闸|没(?:人|有人)(?:收|清|管|修|倒|扫)|没电|没水|少了|没了|关不|打不开|开不|进不|刷不|臭|脏|生锈|锈|破|堆/

/** Whether the words say that something is out of order, not only ask about it. */
export function statesFault(text: string): boolean {
  return broken.test(text)
}

const sound = /好好的|(没|没有|不)坏(?!掉)|(已经|都|又|刚|早就?)(修|弄|搞)?(好|亮|通|来电|来水)了|(没|没有)(问题|毛病)了?$/

/** Whether few words say that the thing is in order: what neighbours have reported may be done already, or never was. */
export function deniesFault(text: string): boolean {
  return [...text].length <= 24 && sound.test(text) && !/但|可是|不过|就是|又(坏|不)|还(是|没)/.test(text)
}
