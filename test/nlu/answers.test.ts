import { describe, expect, it } from 'vitest'
import { readCancel, readChoice, readCorrection, readCourtesy, readStars, readYesNo } from '../../src/nlu/answers.js'

describe('yes and no in the ways of many provinces', () => {
  it.each(['对', '嗯', '中', '行', '冇错', '约吧', '好的', '可以', '没错', '是', '是的呢', '好嘞', '对头', '要得', '得', 'OK', '👍', '對', '嗯嗯', '行行行'])('%s is yes', (text) => {
    expect(readYesNo(text)).toBe('yes')
  })
  it.each(['不对', '不是', '别', '不中', '不用了', '唔系', '错了', '不要', '先不', '没有'])('%s is no', (text) => {
    expect(readYesNo(text)).toBe('no')
  })
  it.each(['楼道灯坏了', '对了,社区几点下班', '', '不知道什么时候来', '可以带狗进去吗'])('%s is neither', (text) => {
    expect(readYesNo(text)).toBeNull()
  })
})

describe('breaking off', () => {
  it.each(['取消', '算了不报了', '当我没说', '不办了', '算了吧', '取消吧谢谢', '那算了', '别弄了'])('%s', (text) => {
    expect(readCancel(text)).toBe(true)
  })
  it.each(['取消明天的预约要怎么办', '算了一下要三百块', '好', '工单怎么撤销呢'])('%s goes on', (text) => {
    expect(readCancel(text)).toBe(false)
  })
})

describe('corrections', () => {
  it.each([
    ['不对,是2栋', null, '2栋', '2栋'],
    ['写错了，是12栋不是2栋', '2栋', '12栋', '12栋'],
    ['不是3栋是5栋', '3栋', '5栋', '5栋'],
    ['应该是13800000015', null, '13800000015', '+8613800000015'],
    ['三零一打成一零三了', '一零三', '三零一', '301室'],
  ])('%s', (text, from, to, normal) => {
    expect(readCorrection(text)).toMatchObject({ from, to, normal })
  })
  it.each(['是2栋', '楼道灯坏了', '不是你们修吗', '对'])('%s corrects nothing', (text) => {
    expect(readCorrection(text)).toBeNull()
  })
})

it.each([['2', 3, 2], ['第二个', 3, 2], ['选三', 3, 3], ['就那个', 1, 1], ['4', 3, null], ['最后一个', 3, 3], ['2栋', 3, null]])('choice %s of %i is %s', (text, count, index) => {
  expect(readChoice(text, count)).toBe(index)
})

it.each([['5分', 5], ['打2分', 2], ['一星', 1], ['满意', 4], ['非常满意', 5], ['不满意', 2], ['差评', 1], ['2', null], ['6分', null], ['灯坏了', null]])('mark %s is %s', (text, mark) => {
  expect(readStars(text)).toBe(mark)
})

it('tells thanks and greetings from matters', () => {
  expect(readCourtesy('谢谢啊')).toBe('thanks')
  expect(readCourtesy('你好')).toBe('greeting')
  expect(readCourtesy('你忙吧')).toBe('farewell')
  expect(readCourtesy('谢谢,再问下几点关门')).toBeNull()
})
