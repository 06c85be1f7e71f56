import { describe, expect, it } from 'vitest'
import { nameIn, reportsIn, unitIn } from '../../src/programmes/meant-report.js'
import { costsAbout, readWishWords, wishesNamed, type WishTalk, type WishWords } from '../../src/programmes/meant-wish.js'
import { praisedIn } from '../../src/programmes/praise.js'
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
    // A bare digit answers whatever question was put last.
    ['2', null],
    ['我要一个轮椅', null],
    ['7号楼灯坏了', null],
  ])('「%s」 after a list', (words, meant) => {
    expect(readWishWords(words, afterList)).toEqual(meant)
  })
  it('find the one wish they name, or all that they could mean', () => {
    const all = [['request-1', 1, '给孩子一个新书包'], ['request-2', 2, '借一台轮椅'], ['request-3', 3, '给奶奶的轮椅配个坐垫']].map(([requestId, number, words]) => publishWish({ requestId: String(requestId), number: Number(number), words: String(words), kind: '其他', yuan: null }, 0))
    expect(wishesNamed('书包', all).map(({ number }) => number)).toEqual([1])
    expect(wishesNamed('轮椅', all).map(({ number }) => number)).toEqual([2, 3])
    expect(wishesNamed('电视', all)).toEqual([])
  })
  it('name a sum; what nobody priced is not said to cost it', () => {
    expect(yuanOf('想要个百来块的收音机，60元也行')).toBe(60)
    expect(yuanOf('想要个收音机')).toBeNull()
    expect(costsAbout({ yuan: 60 }, { from: 30, to: 70 })).toBe(true)
    expect(costsAbout({ yuan: null }, { from: 30, to: 70 })).toBe(false)
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
