import { expect, it } from 'vitest'
import { findPersonalData, redact } from '../src/privacy.js'

it.each([
  ['电话１３８００００００１１', 'mobile', '１３８００００００１１'],
  ['电话138​0000​0011', 'mobile', '138​0000​0011'],
  ['电话一三八零零零零零零一一', 'mobile', '一三八零零零零零零一一'],
  ['身份证 110101 19000101 0010', 'id-number', '110101 19000101 0010'],
  ['家里座机010-82345678', 'landline', '010-82345678'],
  ['车是浙E12345', 'plate', '浙E12345'],
  ['我住3栋2单元501', 'door', '3栋2单元501'],
  ['我叫陈小满,', 'name', '陈小满'],
] as const)('finds personal data in %s', (text, kind, value) => {
  expect(findPersonalData(text)).toContainEqual({ kind, value, start: text.indexOf(value), end: text.indexOf(value) + value.length })
})

it('leaves what is nobody’s alone', () => {
  expect(findPersonalData('3栋楼下的灯坏了,催0042,2026-11-25 9:30')).toEqual([])
})

it('masks all of it and nothing else', () => {
  expect(redact('陈小满 138-0000-0011 报名,3栋楼下')).toBe('[姓名] [手机号] 报名,3栋楼下')
  expect(redact('没有什么')).toBe('没有什么')
})
