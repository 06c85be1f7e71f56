import { describe, expect, it } from 'vitest'
import { findAddresses } from '../../src/nlu/addresses.js'
import { findContacts, findNames, findTickets, isIdNumber } from '../../src/nlu/contacts.js'
import { parseNumber } from '../../src/nlu/numbers.js'

const address = (text: string) => findAddresses(text, null).map(({ start, end, normal }) => normal ?? text.slice(start, end))

describe('an address comes to one form however it is written', () => {
  it.each(['3栋2单元501', '三栋二单元五零一', '3-2-501', '3#2-501', '3幢2单元501室', '三号楼二单元501', '我家住3栋2单元501'])('%s', (text) => {
    expect(address(text)).toEqual(['3栋2单元501室'])
  })
  it.each([
    ['15栋楼下的灯坏了', ['15栋楼下']],
    ['杏花村小区6号楼1单元302', ['杏花村小区6栋1单元302室']],
    ['梅家沟2社的水渠', ['梅家沟2社']],
    ['东门进来第二根杆上的灯', ['东门进来第二根杆']],
    ['1号楼和2号楼都停电', ['1栋', '2栋']],
    ['二单元楼道里有股味', ['二单元楼道里']],
    ['粮站门口的杆子倒了', ['粮站门口']],
    ['柳河小学对过水管爆了', ['柳河小学对过']],
    ['尚德名居6-1-802', ['尚德名居6栋1单元802室']],
    ['9号楼大堂的门碎了', ['9栋大堂']],
  ])('%s', (text, expected) => {
    expect(address(text)).toEqual(expected)
  })
  it.each(['3点到5点', '2026-11-25', '138-0000-0001', '一个月一百五', '老旧小区改造', '大雪封了路', '我们小区', '咱们小区真好', '多绕一站路'])('no address in %s', (text) => {
    expect(address(text)).toEqual([])
  })
  it.each(['我502的', '我家502', '我是502的', '俺住502'])('where someone says they live: %s', (text) => {
    expect(address(text)).toEqual(['502室'])
  })
  it.each(['我1960的', '我2019年的', '给我100块', '我要200个'])('no door in %s', (text) => {
    expect(address(text)).toEqual([])
  })
  it('knows the places of the community when they are given', () => {
    expect(findAddresses('水木坊门口积水', { places: ['水木坊'] })).toMatchObject([{ start: 0, end: 5 }])
  })
})

describe('numbers of people', () => {
  it.each(['13800000011', '138 0000 0011', '138-0000-0011', '+86 13800000011', '一三八零零零零零零一一'])('finds the phone in %s', (text) => {
    expect(findContacts(`电话${text}谢谢`)).toMatchObject([{ kind: 'mobile' }])
  })
  it('finds an identity number by its day of birth, and checks its last character', () => {
    expect(isIdNumber('110101190001010017')).toBe(false)
    expect(findContacts('号码110101 19000101 0010哦')).toMatchObject([{ kind: 'id-number', digits: '110101190001010010' }])
    expect(findContacts('订单110101190013010010')).toEqual([])
  })
  it('reads names that are given as names', () => {
    const name = (text: string) => findNames(text).map(({ start, end }) => text.slice(start, end))
    expect(name('我叫陈小满,住3栋')).toEqual(['陈小满'])
    expect(name('姓林 两个人')).toEqual(['林'])
    expect(name('李双全 13800000012')).toEqual(['李双全'])
    expect(name('今天天气不错')).toEqual([])
  })
  it.each([
    ['查一下HZ-2611-0042', 'HZ-2611-0042'], ['尾号0077', '0077'], ['0412那单子', '0412'], ['17号心愿', '17'], ['催0033', '0033'],
    ['我那个0526办得咋样', '0526'], ['1177 啥情况', '1177'], ['W-203号送到了', 'W-203'], ['3360号催催', '3360'],
  ])('reads the request number in %s', (text, number) => {
    expect(findTickets(text).map(({ normal }) => normal)).toEqual([number])
  })
  it.each([['十二', 12], ['五零一', 501], ['一百零三', 103], ['三万八', 38_000], ['两百三', 230], ['58', 58], ['半', 0.5], ['门', null]])('%s is %s', (words, value) => {
    expect(parseNumber(words)).toBe(value)
  })
})
