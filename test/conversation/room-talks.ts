import { seededRandom } from '../../src/random.js'
/** Talks in rooms with invented personal data in them, made by chance from a seed. What is planted is known, so that it can be looked for without our own detection. */

export interface Planted {
  readonly name: string
  readonly phone: string
  readonly idNumber: string
  readonly card: string
  readonly plate: string
  /** Building, unit and door: `7栋2单元1203`. */
  readonly door: string
  /** The door alone. */
  readonly room: string
}

export type RoomStep =
  | { readonly kind: 'room' | 'private'; readonly who: string; readonly text: string }
  /** Staff make the next move they may make on the newest request, with these words. */
  | { readonly kind: 'staff'; readonly move: 'take' | 'reply' | 'ask-resident' | 'close' | 'decline'; readonly text: string }
  /** Staff take the room over, say something and hand it back. */
  | { readonly kind: 'staff-in-room'; readonly text: string }
  /** The next message meets a fault of ours. */
  | { readonly kind: 'fault' }

export interface RoomTalk {
  readonly planted: Planted
  readonly steps: readonly RoomStep[]
}

const families = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严魏陶姜谢'
const given = '秀兰桂珍建国玉梅志强丽华海燕德福春生小红阿宝佩芬永康雪琴'

function plant(chance: () => number): Planted {
  const pick = (from: string): string => from[Math.floor(chance() * from.length)] ?? ''
  const digits = (count: number): string => Array.from({ length: count }, () => Math.floor(chance() * 10)).join('')
  const two = (most: number): string => String(1 + Math.floor(chance() * most)).padStart(2, '0')
  // Nobody born then lives: the number has the right check digit and belongs to nobody.
  const body = `330502190${digits(1)}${two(12)}${two(28)}${digits(3)}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  const check = '10X98765432'[weights.reduce((sum, weight, index) => sum + weight * Number(body[index]), 0) % 11] ?? '0'
  const cardBody = `622200${digits(12)}`
  const sum = [...cardBody].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  const room = `${2 + Math.floor(chance() * 17)}0${1 + Math.floor(chance() * 8)}`
  return {
    name: pick(families) + pick(given) + pick(given), phone: `138000000${digits(2)}`, idNumber: body + check, card: cardBody + String((10 - (sum % 10)) % 10),
    plate: `浙E${digits(5)}`, door: `${1 + Math.floor(chance() * 20)}栋${1 + Math.floor(chance() * 4)}单元${room}`, room,
  }
}

const wide = (text: string): string => text.replace(/[0-9]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))
const spaced = (text: string): string => text.replace(/^(\d{3})(\d{4})/, '$1 $2 ')
const spoken = (text: string): string => text.replace(/\d/g, (digit) => '零一二三四五六七八九'[Number(digit)] ?? digit)

/** One talk: a resident with something to hide, a neighbour, staff who write more than they should. */
export function aRoomTalk(seed: number): RoomTalk {
  const chance = seededRandom(seed)
  const p = plant(chance)
  const one = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T
  const phone = one([p.phone, wide(p.phone), spaced(p.phone), spoken(p.phone)])
  const who = `居民${seed}`
  const neighbour = `邻居${seed}`
  const fault = one(['楼道灯坏了', '门口的水管漏水', '电梯停了', '垃圾桶满了没人收', '下水道堵了'])
  const room = (text: string, by = who): RoomStep => ({ kind: 'room', who: by, text })
  const inPrivate = (text: string): RoomStep => ({ kind: 'private', who, text })
  const staff = (move: Extract<RoomStep, { kind: 'staff' }>['move'], text: string): RoomStep => ({ kind: 'staff', move, text })
  const building = p.door.replace(/单元.*$/, '单元')
  const openings: readonly (readonly RoomStep[])[] = [
    [room(`@小助手 ${p.door}${fault}，我叫${p.name}，电话${phone}`)],
    [room(`@小助手 ${p.door}${fault}`)],
    [room(`${building}${fault}，住${p.door}的${p.name}等着修`)],
    [room(`@小助手 ${fault}`), room(p.door)],
    [room(`@小助手 ${fault}`), room(`${p.door}，打我电话${phone}`)],
    [room(`@小助手 我妈${p.name}，住${p.door}，想订助餐，电话${phone}`)],
    [room(`@小助手 我要上门办老年证，身份证${one([p.idNumber, wide(p.idNumber)])}`)],
    [room(`登记：${p.name} ${p.idNumber} ${phone}`)],
    [room(`@小助手 物业费打到这张卡 ${p.card} 对吗`)],
    [room(`@小助手 ${p.plate}这车天天堵在${building}门口，${fault}`)],
    [inPrivate(`想给我妈${p.name}订助餐，${p.door}，电话${phone}`), inPrivate('对'), room('@小助手 我那个办得怎么样了')],
    [inPrivate(`${p.door}${fault}，我姓${p.name[0] ?? ''}，手机${phone}`), room('@小助手 我报的到哪了')],
    [inPrivate('绑定'), room('@小助手 绑定 123456')],
    [room(`@小助手 楼上${p.door}的${p.name}天天半夜吵，帮我投诉`)],
    [room(`@小助手 我和${p.door}的${p.name}吵架了，想调解，我电话${phone}`)],
    [room(`@小助手 ${p.name}家低保办下来没有，${p.door}`)],
  ]
  const goesOn: readonly (readonly RoomStep[])[] = [
    [], [room('@小助手 催一下')], [room('@小助手 不对，是2栋')], [room('@小助手 取消')], [room('@小助手 人工')], [room(`@小助手 补充一下，找${p.name}，${phone}`)],
    [room(`@小助手 我们${building}也是${fault}`, neighbour)], [room(`@小助手 ${p.name}报的那个修好没`, neighbour)], [room('@小助手 撤不回来了怎么办')], [room('@小助手 我的工单')], [room('@小助手 查询码')],
    [inPrivate(`我电话${phone}，住${p.door}`)], [inPrivate('我的数据')],
  ]
  const replies: readonly (readonly RoomStep[])[] = [
    [], [],
    [staff('take', ''), staff('reply', `${p.name}您好，${p.door}的我们下午去，打${phone}没人接`)],
    [staff('take', ''), staff('close', `已到${p.door}修好，${p.name}本人签字，电话${phone}`)],
    [staff('ask-resident', `${p.name}，您是${p.door}吗？电话是${phone}？`)],
    [staff('decline', `${p.name}家${p.door}属于产权人自己的事`)],
    [{ kind: 'staff-in-room', text: `${p.name}您好，您的电话${phone}打不通，请到${p.door}等，身份证${p.idNumber}` }],
  ]
  const steps = [...(chance() < 0.06 ? [{ kind: 'fault' } as const] : []), ...one(openings), ...one(goesOn), ...one(replies), ...(chance() < 0.3 ? one(goesOn) : [])]
  return { planted: p, steps }
}

/** Digits as anybody reads them: full-width, Chinese and separated ones are the same number. */
function plain(text: string): string {
  return text.normalize('NFKC').replace(/[零〇一二三四五六七八九]/g, (digit) => String('〇一二三四五六七八九'.indexOf(digit === '零' ? '〇' : digit)))
}

/** What of the planted data stands in a text; and whatever looks like a phone, an ID or a card, whoever's. */
export function leaksIn(text: string, planted: Planted): readonly string[] {
  const joined = plain(text).replace(/(?<=\d)[\s\-·,，.。]+(?=\d)/g, '')
  const found: string[] = []
  if (text.includes(planted.name)) found.push('name')
  if (joined.includes(planted.phone) || joined.includes(planted.phone.slice(-8))) found.push('phone')
  if (/(?<!\d)1[3-9]\d{9}(?!\d)/.test(joined)) found.push('a mobile')
  if (/\d{17}[\dX]|(?<!\d)\d{15,19}(?!\d)/i.test(joined)) found.push('an ID or card')
  if (text.toUpperCase().includes(planted.plate)) found.push('plate')
  if (new RegExp(`(?:栋|幢|号楼|单元|-)\\s*${planted.room}(?!\\d)|(?<!\\d)${planted.room}(?:室|户|号)`).test(joined)) found.push('door')
  return found
}
