import { describe, expect, it } from 'vitest'
import { joinTouching, mergePlace, placePiece, replacePlace, withoutDoors } from '../../src/requests/place.js'
import { dutyPost, firstOwner, leadPost } from '../../src/requests/routing.js'
import { aNeighbourhood } from '../conversation/neighbourhood.js'

describe('a place said in pieces', () => {
  it.each([
    ['3栋2单元', '2栋', '2栋2单元'],
    ['9栋', '2单元', '9栋2单元'],
    ['16栋2单元502', '1单元', '16栋1单元502'],
    ['2栋1单元201', '202', '2栋1单元202'],
    ['10栋2单元', '302室', '10栋2单元302室'],
    ['3栋楼下', '13栋', '13栋楼下'],
    ['荷塘路口', '小区东门', '小区东门'],
    ['3栋2单元', '5栋1单元门口', '5栋1单元门口'],
  ])('%s and then %s is %s', (old, said, whole) => {
    expect(mergePlace(old, said)).toBe(whole)
  })

  it.each(['2单元的', '是1单元', '在三楼', '502室', '门口'])('%s is a piece of a place', (words) => {
    expect(placePiece(words)).not.toBeNull()
  })

  it.each(['0042', '2', '好的', '灯坏了', '9栋2单元', '单元门坏了', ''])('「%s」 is none', (words) => {
    expect(placePiece(words)).toBeNull()
  })

  it('东院 and 3号楼101 that touch are one place, two that do not are two', () => {
    const slot = (value: string, start: number) => ({ name: 'addr', value, start, end: start + value.length })
    expect(joinTouching([slot('东院', 0), slot('3号楼101', 2)]).map((one) => one.value)).toEqual(['东院3号楼101'])
    expect(joinTouching([slot('4栋', 0), slot('6栋', 9)])).toHaveLength(2)
  })
})

describe('a corrected building', () => {
  it('leaves no trace of the old one in the words', () => {
    expect(replacePlace('3栋楼下的灯坏了，就是3栋那个', '3栋楼下', '13栋楼下')).not.toMatch(/(?<!1)3栋楼下/)
    expect(replacePlace('灯坏了；在3栋，快点', '3栋2单元', '5栋2单元')).toBe('灯坏了；在5栋，快点')
  })

  it('does not touch another whose number ends alike', () => {
    expect(replacePlace('13栋和3栋之间', '3栋2单元', '5栋2单元')).toBe('13栋和5栋之间')
  })
})

describe('in a room', () => {
  it.each([
    ['3号楼2单元601门口堆了纸箱', '3号楼2单元门口堆了纸箱'],
    ['9栋2单元1101漏水', '9栋2单元漏水'],
    ['住5-2-301的', '住5-2栋的'],
    ['工单 HZ-2611-0042', '工单 HZ-2611-0042'],
  ])('%s is shown as %s', (said, shown) => {
    expect(withoutDoors(said)).toBe(shown)
  })
})

describe('an opinion about staff', () => {
  it('goes to the head of the community, also where it names the building of the one it is about', async () => {
    const here = await aNeighbourhood()
    await here.says('甲', '我要投诉3栋的网格员李师傅，态度太差了')
    const [request] = await here.requests()
    expect(request?.owner).toEqual(leadPost)
    expect(request?.owner.name).not.toContain('李师傅')
  })

  it('while a fault has the grid of its building as first owner, and the duty post where there is none', () => {
    const grids = [{ name: '第一网格', person: { name: '李师傅', role: '网格员' }, buildings: ['3栋'], areas: [] }]
    expect(firstOwner(grids, '3栋2单元').name).toContain('李师傅')
    expect(firstOwner(grids, '13栋')).toEqual(dutyPost)
  })
})
