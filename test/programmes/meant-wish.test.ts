import { describe, expect, it } from 'vitest'
import { nameIn, reportsIn, unitIn } from '../../src/programmes/meant-report.js'
import { costsAbout, readWishWords, namedBy, type WishTalk, type WishWords } from '../../src/programmes/meant-wish.js'
import { praisedIn } from '../../src/programmes/praise.js'
import { wantedIn } from '../../src/programmes/public-words.js'
import { publishWish, yuanOf } from '../../src/programmes/wish.js'

const alone: WishTalk = { listed: false, holds: false }
const afterList: WishTalk = { listed: true, holds: false }

const saysAlone: readonly (readonly [string, WishWords | null])[] = [
  ['现在有啥心愿可以领', { act: 'list', yuan: null }],
  ['社区里还有没有没人领的心愿呀', { act: 'list', yuan: null }],
  ['还有没人领的吗', { act: 'list', yuan: null }],
  ['给咱看看心愿墙', { act: 'list', yuan: null }],
  ['俺想帮老人圆个心愿', { act: 'list', yuan: null }],
  ['我想认领一个微心愿', { act: 'list', yuan: null }],
  ['三百块以内的心愿有哪些', { act: 'list', yuan: { from: 0, to: 300 } }],
  ['有没有不花钱的心愿', { act: 'list', yuan: { from: 0, to: 0 } }],
  ['7号我认了', { act: 'claim', numbers: [7] }],
  ['七号心愿我来办', { act: 'claim', numbers: [7] }],
  ['认领7号', { act: 'claim', numbers: [7] }],
  ['2号跟9号我都认领了', { act: 'claim', numbers: [2, 9] }],
  ['7号我领了', { act: 'claim', numbers: [7] }],
  ['收音机那个我认了', { act: 'claim-named', words: '收音机' }],
  ['7号我不认了', { act: 'give-back', number: 7 }],
  ['我不领了', { act: 'give-back', number: null }],
  ['取消认领', { act: 'give-back', number: null }],
  ['7号送到了', { act: 'delivered', number: 7 }],
  ['东西送过去了', { act: 'delivered', number: null }],
  ['7号心愿办妥了', { act: 'delivered', number: 7 }],
  ['7号有人认领没', { act: 'state', number: 7 }],
  ['我那个有人领了没', { act: 'own' }],
  ['俺许的愿有人管没', { act: 'own' }],
  ['我的心愿批了没', { act: 'own' }],
  ['我认领过哪些', { act: 'claimed' }],
  ['咱社区有没有啥心愿没人领的', { act: 'list', yuan: null }],
  ['我是党员 想认领一个', { act: 'list', yuan: null }],
  ['那个轮椅的我来认领', { act: 'claim-named', words: '轮椅' }],
  ['认领 7', { act: 'claim', numbers: [7] }],
  ['我领的那个办不了了', { act: 'give-back', number: null }],
  ['送到了 老人不在家 放门口了', { act: 'delivered', number: null }],
  ['我不想要那个心愿了', { act: 'withdraw' }],
  ['谁领了我的心愿', { act: 'who' }],
  ['7号是谁的心愿', { act: 'who' }],
  // A question comes before what is wanted with it.
  ['14号还在伐 我也想认', { act: 'state', number: 14 }],
  ['14号那个还能认不 我想买', { act: 'state', number: 14 }],
  ['14号叫人认走了没', { act: 'state', number: 14 }],
  ['14号我也想认', { act: 'claim', numbers: [14] }],
  ['14号我来认好伐', { act: 'claim', numbers: [14] }],
  ['噶么 14号我认', { act: 'claim', numbers: [14] }],
  ['要不 14号我认了吧', { act: 'claim', numbers: [14] }],
  // Who it was is told to nobody.
  ['14号哪个认走的', { act: 'who' }],
  ['谁认走的呀 把他微信给我', { act: 'who' }],
  ['认领的那个人电话多少', { act: 'who' }],
  ['许愿的老人住哪 我直接给送去', { act: 'who' }],
  ['钥匙谁领走的', null],
  // How one's own stands, in the words of many places.
  ['我许的心愿阿么样了', { act: 'own' }],
  ['俺那个心愿咋样咧', { act: 'own' }],
  ['我的心愿有着落没得', { act: 'own' }],
  ['阿拉的心愿有下文了伐', { act: 'own' }],
  ['我要的那个热水袋 有人管没', { act: 'own-perhaps', thing: '热水袋' }],
  ['俺娘想要的那把椅子 有信儿没', { act: 'own-perhaps', thing: '椅子' }],
  ['我那台收音机有人认没', { act: 'own-perhaps', thing: '收音机' }],
  ['公示栏上有了没', { act: 'own-perhaps', thing: null }],
  ['贴出来了伐', { act: 'own-perhaps', thing: null }],
  ['我报的路灯有人管没', null],
  ['我要的快递有人拿没', null],
  ['俺那个愿到底有没得人管', { act: 'own' }],
  ['我缺的那副手套 阿有人认啦', { act: 'own-perhaps', thing: '手套' }],
  ['都有谁认领了啊', { act: 'who' }],
  ['能帮我提个心愿不 想换个灯泡 够不着', { act: 'tell' }],
  ['怎么许个心愿', null],
  // What else there is.
  ['别的心愿还有伐', { act: 'list', yuan: null }],
  ['其他心愿有没有', { act: 'list', yuan: null }],
  ['心愿还有没', { act: 'list', yuan: null }],
  // Of other things altogether.
  ['7号楼我来修', null],
  ['7号下午我来办身份证', null],
  ['我7号领了工资', null],
  ['这个月补贴不领了', null],
  ['我去社区领轮椅', null],
  ['我家的快递有人领了吗', null],
  ['捡到一串钥匙，谁的快来认领', null],
  ['失物在哪认领', null],
  ['楼道灯坏了有人来吗', null],
  ['认领 3 楼的快递', null],
  ['不要公示我的心愿里的名字', null],
  ['我家没有啥大心愿', null],
  ['饭送到了没', null],
  ['身份证办好了', null],
  ['领导来了没', null],
  // One's own wish is told, not claimed.
  ['想许个微心愿，想要一副老花镜', null],
  ['俺家老人有个小心愿，想要个收音机', null],
]

describe('words about wishes', () => {
  it.each(saysAlone)('「%s」 by itself', (words, meant) => {
    expect(readWishWords(words, alone)).toEqual(meant)
  })
  it.each<readonly [string, WishWords | null]>([
    ['就7号吧', { act: 'claim', numbers: [7] }],
    ['7号我要了', { act: 'claim', numbers: [7] }],
    ['要书包那个我来', { act: 'claim-named', words: '书包' }],
    ['第二个我认了', { act: 'claim-nth', nth: 2 }],
    ['有50块左右的吗', { act: 'list', yuan: { from: 30, to: 70 } }],
    ['还有别的吗', { act: 'list', yuan: null }],
    ['那别的还有伐', { act: 'list', yuan: null }],
    ['哪个领走的', { act: 'who' }],
    ['电饭锅还在不 在的话我来', { act: 'state-named', words: '电饭锅' }],
    ['那陪散步的还有人要没', { act: 'state-named', words: '陪散步' }],
    ['还在的话我认了', { act: 'claim-it' }],
    ['3号有谁要了没', { act: 'state', number: 3 }],
    ['电梯修好了没', null],
    // A bare digit answers whatever question was put last.
    ['2', null],
    ['我要一个轮椅', null],
    ['7号楼灯坏了', null],
  ])('「%s」 after a list', (words, meant) => {
    expect(readWishWords(words, afterList)).toEqual(meant)
  })
  it('find the one wish they name, or all that they could mean', () => {
    const all = [['request-1', 1, '给孩子一个新书包'], ['request-2', 2, '借一台轮椅'], ['request-3', 3, '给奶奶的轮椅配个坐垫']].map(([requestId, number, words]) => publishWish({ requestId: String(requestId), number: Number(number), words: String(words), kind: '其他', yuan: null }, 0))
    expect(namedBy('书包', all).map(({ number }) => number)).toEqual([1])
    expect(namedBy('轮椅', all).map(({ number }) => number)).toEqual([2, 3])
    expect(namedBy('电视', all)).toEqual([])
  })
  it('name a sum; what nobody priced is not said to cost it', () => {
    expect(yuanOf('想要个百来块的收音机，60元也行')).toBe(60)
    expect(yuanOf('想要个收音机')).toBeNull()
    expect(costsAbout({ yuan: 60 }, { from: 30, to: 70 })).toBe(true)
    expect(costsAbout({ yuan: null }, { from: 30, to: 70 })).toBe(false)
  })
})

describe('after a claim', () => {
  const holding: WishTalk = { listed: false, holds: true }
  it.each<readonly [string, WishWords | null]>([
    ['老人住哪 我给送过去', { act: 'who' }],
    ['人家电话多少啊', { act: 'who' }],
    ['往哪儿送', { act: 'who' }],
    ['啥时候送合适', { act: 'who' }],
    ['我订的饭啥时候送', null],
    ['热水袋送去了', { act: 'delivered', number: null }],
    ['饭送到了', null],
    ['我电话13800000042', null],
  ])('「%s」', (words, meant) => {
    expect(readWishWords(words, holding)).toEqual(meant)
  })
})

describe('what is wanted, out of all that is told', () => {
  it.each<readonly [string, string | null]>([
    ['小板凳 矮一点的 俺爹83了 住3号楼2单元402 电话13800000041', '小板凳，矮一点的'],
    ['想要个放大镜，我今年七十九岁，家住5栋1单元301', '想要个放大镜'],
    ['给许个微心愿呗 俺娘想要个泡脚桶 13800000042', '俺娘想要个泡脚桶'],
    ['想要个泡脚桶3号楼2单元402', '想要个泡脚桶'],
    ['80岁了 想有人陪着去公园走走 麻烦了', '想有人陪着去公园走走'],
    ['我想许个心愿', null],
    ['13800000042', null],
    ['奶奶88岁，住3号楼2单元402', null],
  ])('「%s」', (words, wanted) => {
    expect(wantedIn(words)).toBe(wanted)
  })
})

describe('words of a party member who reports in', () => {
  it.each<readonly [string, boolean, string | null, string | null]>([
    ['我是市水文站的党员，来报到', true, '市水文站', null],
    ['俺在第三中学上班，是党员，来社区报道', true, '第三中学', null],
    ['在职党员报到', true, null, null],
    ['我是纺织厂党员，叫老李，来报个到', true, '纺织厂', '老李'],
    ['党员报到怎么报', false, null, null],
    ['在职党员要到社区报到吗', false, null, null],
  ])('「%s」', (words, reports, unit, name) => {
    expect(reportsIn(words)).toBe(reports)
    if (reports) expect([unitIn(words), nameIn(words)]).toEqual([unit, name])
  })
})

describe('words of praise', () => {
  it.each<readonly [string, string | null]>([
    ['感谢物业王师傅，半夜来修水管', '物业王师傅'], ['网格员小刘真负责', '网格员小刘'], ['夸夸咱社区的志愿者', '社区志愿者'], ['表扬一下3栋的张大妈，天天帮着看孩子', '张大妈'], ['你们真好', null],
  ])('「%s」 name %s', (words, name) => {
    expect(praisedIn(words, null)).toBe(name)
  })
})
