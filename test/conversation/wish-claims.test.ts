import { describe, expect, it } from 'vitest'
import { publishWish, wishService } from '../../src/programmes/wish.js'
import { bothStoresOfFile } from '../store/both-stores.js'
import { HUZHOU, requestNamed } from '../store/rows.js'
import { put } from '../store/writes.js'
import { aNeighbourhood } from './neighbourhood.js'

const aWish = [
  put('requests', requestNamed('wish-1', { serviceCode: wishService, intent: 'micro_wish', status: 'in-progress', owner: { kind: 'staff', id: 'staff-1', name: '小周' }, residentId: 'memory:赵奶奶', reporters: [] })),
  put('wishes', publishWish({ requestId: 'wish-1', number: 1, words: '想要一个大字的台历', kind: '生活用品', yuan: null }, 0)),
]

describe.each(bothStoresOfFile())('a wish on %s', (_name, open) => {
  it('goes to one of two who claim it at once, and the other is told', async () => {
    const [one, other] = await open()
    await one.commit(HUZHOU, aWish)
    const [here, there] = await Promise.all([aNeighbourhood(HUZHOU, { wrap: () => one }), aNeighbourhood(HUZHOU, { wrap: () => other })])
    const said = await Promise.all([here.says('小孙', '1号我认了'), there.says('小李', '1号我认了')])
    expect(said.filter((words) => words.includes('由您认领了'))).toHaveLength(1)
    expect(said.filter((words) => words.includes('1号已经有人认领了'))).toHaveLength(1)
    expect(await one.find(HUZHOU, 'wishClaims', {})).toHaveLength(1)
  })
})

describe('who is known by two identities', () => {
  it('is one claimer: cannot claim their own wish by the other, and what they claimed is known to both', async () => {
    const home = await aNeighbourhood(HUZHOU)
    const linked = (who: string) => put('identities', { id: `memory:${who}`, rev: 0, personId: 'person-1', linkedAt: 0 })
    await home.store.commit(HUZHOU, [...aWish, linked('赵奶奶'), linked('赵奶奶的网页')])
    expect(await home.says('赵奶奶的网页', '1号我认了')).toMatch(/您自己的心愿/)
    await home.store.commit(HUZHOU, [put('identities', { id: 'memory:小孙', rev: 0, personId: 'person-2', linkedAt: 0 }), put('identities', { id: 'memory:小孙的网页', rev: 0, personId: 'person-2', linkedAt: 0 })])
    await home.says('小孙', '1号我认了')
    expect(await home.says('小孙的网页', '我认领过哪些')).toMatch(/1号 想要一个大字的台历/)
    expect(await home.says('小孙的网页', '1号我不领了')).toMatch(/认领取消了/)
  })
})
