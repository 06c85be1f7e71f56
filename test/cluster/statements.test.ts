import { describe, expect, it } from 'vitest'
import { aNeighbourhood, overStore } from '../conversation/neighbourhood.js'
import type { Store } from '../../src/store/store.js'

/** Each call of the store is one statement on PostgreSQL, whatever it writes. */
type Asked = { reads: number; commits: number; numbers: number }

async function counted() {
  const asked: Asked = { reads: 0, commits: 0, numbers: 0 }
  const wrap = (store: Store): Store => overStore(store, {
    get: (...of) => { asked.reads += 1; return store.get(...of) },
    find: (...of) => { asked.reads += 1; return store.find(...of) },
    commit: (...of) => { asked.commits += 1; return store.commit(...of) },
    nextNumber: (...of) => { asked.numbers += 1; return store.nextNumber(...of) },
  })
  const here = await aNeighbourhood('huzhou-demo', { wrap })
  async function cost(say: () => Promise<unknown>): Promise<Asked> {
    const before = { ...asked }
    await say()
    return { reads: asked.reads - before.reads, commits: asked.commits - before.commits, numbers: asked.numbers - before.numbers }
  }
  return { here, cost }
}

/** Commits of a message: its arrival, its turn, and the mark that its answer has left. */
const commits = 3

describe('statements of a message', () => {
  it('are bounded for a question that a text answers', async () => {
    const { here, cost } = await counted()
    await here.says('老周', '你好')
    const { reads, ...writes } = await cost(() => here.says('老周', '一个社区配几个工作人员'))
    expect(writes).toEqual({ commits, numbers: 0 })
    expect(reads).toBeLessThanOrEqual(10)
  })

  it('are bounded for a fault that is filed at once', async () => {
    const { here, cost } = await counted()
    await here.says('老周', '你好')
    const { reads, ...writes } = await cost(() => here.says('老周', '12栋2单元楼道灯坏了'))
    expect(writes).toEqual({ commits, numbers: 1 })
    expect(reads).toBeLessThanOrEqual(20)
    expect(await here.requests()).toHaveLength(1)
  })

  it('are fewest where the bot stays silent: the arrival and that it was let pass', async () => {
    const { here, cost } = await counted()
    const { reads, ...writes } = await cost(() => here.saysInRoom('老周', '晚上吃什么'))
    expect(writes).toEqual({ commits: 2, numbers: 0 })
    expect(reads).toBeLessThanOrEqual(10)
  })

  it('do not grow with what a resident has said and filed before', async () => {
    const { here, cost } = await counted()
    await here.says('老周', '3栋1单元楼道灯坏了')
    const first = await cost(() => here.says('老周', '一个社区配几个工作人员'))
    for (let n = 0; n < 12; n += 1) await here.says('老周', `${n + 20}栋1单元楼道灯坏了`)
    expect((await cost(() => here.says('老周', '一个社区配几个工作人员'))).reads).toBeLessThanOrEqual(first.reads + 1)
  })
})
