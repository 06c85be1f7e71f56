import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MoveWish as Wish } from '../../src/conversation/engine.js'
import { StoreError } from '../../src/errors.js'
import type { Move } from '../../src/requests/apply-move.js'
import { aNeighbourhood, clerk, overStore, type Neighbourhood } from './neighbourhood.js'

const phone = '13800000017'

/** A resident with a meal filed (name, phone, door), a fault, and words in the room. */
async function settled(here: Neighbourhood, who = 'wang'): Promise<void> {
  await here.says(who, `给我妈订个送餐，3栋2单元501，电话${phone}`)
  await here.says(who, '对')
  await here.says(who, '5栋楼道灯坏了')
  await here.saysInRoom(who, '@小助手 6栋3单元门口垃圾没人收')
}

/** Everything that lies in the store in the open, as one text. */
async function everythingOf(here: Neighbourhood): Promise<string> {
  const tables = ['messages', 'requests', 'residents', 'dialogs', 'learning', 'conversations', 'outbox', 'attachments', 'intake'] as const
  return JSON.stringify(await Promise.all(tables.map((table) => here.store.find(here.communityId, table, {}))))
}

describe('「我的数据」', () => {
  it('shows name, masked phone, home, requests and since when, with what it is for and how to delete it', async () => {
    const here = await aNeighbourhood()
    await settled(here)
    const shown = await here.says('wang', '我的数据')
    expect(shown).toContain('138****0017（11月23日办')
    expect(shown).toContain('3栋2单元501')
    expect(shown).toMatch(/工单：3件，在办3件/)
    expect(shown).toContain('最早的是11月23日留下的')
    expect(shown).toContain('删除我的数据')
    expect(shown).not.toContain(phone)
  })

  it('shows nothing of it in a room', async () => {
    const here = await aNeighbourhood()
    await settled(here)
    const said = await here.saysInRoom('wang', '@小助手 我的数据')
    expect(said).toContain('私聊')
    expect(said).not.toMatch(/138|501/)
  })

  it('says so where there is nothing', async () => {
    const here = await aNeighbourhood()
    expect(await here.says('new', '我的数据')).toContain('没有')
  })
})

describe('「删除我的数据」', () => {
  it('asks what becomes of open requests first, and deletes nothing on 不删了', async () => {
    const here = await aNeighbourhood()
    await settled(here)
    const asked = await here.says('wang', '删除我的数据')
    expect(asked).toContain('1 在办的也撤掉')
    expect(await here.says('wang', '3')).toContain('没有删')
    expect(await everythingOf(here)).toContain(phone)
  })

  it('with everything withdrawn leaves no word, phone, name or door, and gives a receipt with the day', async () => {
    const here = await aNeighbourhood()
    await settled(here)
    const room = (await here.requests()).map(({ number }) => number)
    await here.says('wang', '把我的数据都删了吧')
    const receipt = await here.says('wang', '1')
    expect(receipt).toContain('删除回执（11月23日）')
    expect(receipt).toContain('只留编号')
    const left = await everythingOf(here)
    for (const trace of [phone, '2单元501', '送餐', '垃圾', '"authorName":"wang"']) expect(left).not.toContain(trace)
    const requests = await here.requests()
    expect(requests.map(({ number }) => number)).toEqual(room)
    expect(requests.map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn', 'withdrawn'])
    expect(requests.map(({ serviceName }) => serviceName)).toContain('公共设施报修')
  })

  it('a bare yes does not say what is to become of the open ones', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '5栋楼道灯坏了')
    await here.says('wang', '删除我的数据')
    expect(await here.says('wang', '确认删除')).toContain('选一个')
    expect((await here.requests())[0]?.status).toBe('assigned')
    expect(await here.says('wang', '1')).toContain('删除回执')
  })

  it('a second time says that nothing is left', async () => {
    const here = await aNeighbourhood()
    await settled(here)
    await here.says('wang', '删除我的数据')
    await here.says('wang', '1')
    expect(await here.says('wang', '删除我的数据')).toContain('没有您的资料')
  })

  it('lets an open request be finished first, tells of its end, and deletes it then', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '5栋楼道灯坏了，晚上黑得很')
    await here.says('wang', '删除我的数据')
    const receipt = await here.says('wang', '2')
    const [open] = await here.requests()
    expect(receipt).toContain(`您要先办完的 ${open?.number ?? '?'}`)
    expect(open?.description).toContain('黑得很')
    await here.engine.actOnRequest(here.communityId, open!.id, open!.rev, { name: 'take', reason: null, brings: null }, clerk)
    const taken = (await here.requests())[0]!
    await here.engine.actOnRequest(here.communityId, taken.id, taken.rev, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '换了灯' } }, clerk)
    await here.says('wang', '1')
    await here.engine.erase()
    await here.engine.idle()
    const [done] = await here.requests()
    expect(done?.status).toBe('resolved')
    expect(done?.description).not.toContain('黑得很')
    expect(here.channel.shown.at(-1)?.reply.text).toContain('内容和照片也删了')
  })

  it('takes a resident out of a neighbour’s request and leaves the neighbour’s own words', async () => {
    const here = await aNeighbourhood()
    await here.says('li', '5栋楼道灯坏了')
    await here.says('wang', '5栋楼道灯不亮，我妈差点摔了')
    await here.says('wang', '删除我的数据')
    await here.says('wang', '确认删除')
    const [request] = await here.requests()
    expect(request?.reporters.map(({ residentId }) => residentId)).toEqual(['memory:li'])
    expect(request?.status).toBe('assigned')
    expect(JSON.stringify(request)).not.toContain('摔')
    expect(request?.description).toContain('5栋楼道灯坏了')
  })

  it('makes what neighbours reported too theirs, with their words, and lets it go on', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '5栋楼道灯坏了，我妈差点摔了')
    await here.says('li', '5栋楼道灯不亮')
    await here.says('wang', '删除我的数据')
    await here.says('wang', '1')
    const [request] = await here.requests()
    expect(request).toMatchObject({ status: 'assigned', residentId: 'memory:li', description: '5栋楼道灯不亮' })
  })

  it('leaves the neighbours’ own data alone', async () => {
    const here = await aNeighbourhood()
    await settled(here, 'wang')
    await settled(here, 'zhao')
    await here.says('wang', '删除我的数据')
    await here.says('wang', '1')
    expect(await here.says('zhao', '我的数据')).toContain('138****0017')
  })

  it('takes the bytes of pictures away', async () => {
    const here = await aNeighbourhood()
    await here.store.saveBlob(here.communityId, 'pic-1', new Uint8Array([1, 2, 3]))
    await here.store.commit(here.communityId, [{ op: 'put', table: 'attachments', row: { id: 'pic-1', rev: 0, residentId: 'memory:wang', conversationId: 'memory:private:wang', kind: 'image', mediaType: 'image/jpeg', bytes: 3, sha256: 'x', at: here.now() } }])
    await here.says('wang', '5栋楼道灯坏了', { attachments: [{ id: 'pic-1', kind: 'image', mediaType: 'image/jpeg', bytes: 3 }] })
    await here.says('wang', '删除我的数据')
    await here.says('wang', '1')
    expect(await here.store.loadBlob(here.communityId, 'pic-1')).toBeNull()
    expect((await here.requests())[0]?.attachmentIds).toEqual([])
  })

  it('takes away what staff sent into the private chat too, before a request has ended and with its end', async () => {
    const here = await aNeighbourhood()
    const attach = async (id: string): Promise<string> => {
      await here.store.saveBlob(here.communityId, id, new Uint8Array([1, 2, 3]))
      await here.store.commit(here.communityId, [{ op: 'put', table: 'attachments', row: { id, rev: 0, residentId: clerk.id, conversationId: 'memory:private:wang', kind: 'image', mediaType: 'image/jpeg', bytes: 3, sha256: '', at: 1 } }])
      return id
    }
    const sent = (id: string): Wish => ({ attachments: [{ id, kind: 'image', mediaType: 'image/jpeg', bytes: 3 }] })
    await here.says('wang', '5栋楼道灯坏了')
    const request = async () => (await here.requests())[0] ?? expect.fail('no request')
    const act = async (move: Move, wish?: Wish): Promise<void> => {
      const { id, rev } = await request()
      await here.engine.actOnRequest(here.communityId, id, rev, move, clerk, wish)
    }
    await act({ name: 'take', reason: null, brings: null })
    await act({ name: 'reply', reason: '师傅看过了', brings: null }, sent(await attach('before')))
    await here.says('wang', '把我的数据都删了吧')
    await here.says('wang', '2')
    expect(await here.store.loadBlob(here.communityId, 'before')).toBeNull()

    await act({ name: 'reply', reason: '材料到了', brings: null }, sent(await attach('later')))
    await act({ name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [await attach('evidence')], statement: '换了灯' } })
    await here.says('wang', '1')
    await here.engine.erase()
    await here.engine.idle()
    expect(await Promise.all(['later', 'evidence'].map((id) => here.store.loadBlob(here.communityId, id)))).toEqual([null, null])
    expect((await request()).attachmentIds).toEqual([])
  })

  it('goes on where it was cut off, whatever commit it was killed before', async () => {
    for (let survives = 1; survives < 12; survives += 1) {
      let left = Number.POSITIVE_INFINITY
      const here = await aNeighbourhood('huzhou-demo', {
        wrap: (store) => overStore(store, {
          commit: async (communityId, writes) => {
            if (left <= 0) throw new StoreError('closed', 'the process was killed')
            left -= 1
            return store.commit(communityId, writes)
          },
        }),
      })
      await settled(here)
      await here.says('wang', '删除我的数据')
      // The intake record and the turn that begins it, then so many of its steps.
      left = 2 + survives
      await here.says('wang', '1').catch(() => undefined)
      left = Number.POSITIVE_INFINITY
      await here.restart()
      await here.engine.idle()
      expect(await everythingOf(here), `killed after ${survives} steps`).not.toMatch(/13800000017|2单元501|送餐|垃圾/)
      expect((await here.store.find(here.communityId, 'erasures', {})).map(({ state }) => state)).toEqual(['done'])
    }
  }, 60_000)

  it('reaches the archive: the lines go, the requests keep number, matter, times and states, and the receipt says so', async () => {
    const here = await aNeighbourhood()
    const archive = async (): Promise<string> => {
      const rows: unknown[] = []
      for (const table of ['messages', 'requests'] as const) await here.store.changeArchived(here.communityId, table, (row) => { rows.push(row); return row })
      return JSON.stringify(rows)
    }
    for (const who of ['wang', 'zhao']) {
      await here.says(who, `给我妈订个送餐，3栋2单元501，电话${phone}`)
      await here.says(who, '对')
      await here.says(who, '撤回')
    }
    await here.says('wang', '6栋楼道灯坏了')
    await here.says('wang', '撤回')
    expect((await here.requests()).map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn', 'withdrawn'])
    here.pass(101 * 86_400_000)
    await here.store.retire(here.now())
    expect(await here.requests()).toEqual([])
    expect(await archive()).toContain('memory:wang')
    expect(await here.says('wang', '删除我的数据')).toContain('我这儿有您的')
    const receipt = await here.says('wang', '确认删除')
    expect(receipt).toContain('存档的也处理了')
    const left = await archive()
    expect(left).not.toMatch(/memory:wang|private:wang/)
    expect(left).toContain('private:zhao')
    expect(left).toContain(phone)
    expect(left.match(/"number":"HZ-2611-\d{4}"/g)?.length).toBe(3)
    expect((await here.store.get(here.communityId, 'conversations', 'memory:private:wang'))?.mode).toBe('bot')
  })

  it('leaves nothing readable in the files either', async () => {
    const here = await aNeighbourhood()
    await settled(here)
    await here.says('wang', '删除我的数据')
    await here.says('wang', '1')
    const files = (await readdir(here.folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    for (const file of files) expect(await readFile(join(file.parentPath, file.name), 'latin1')).not.toContain(phone)
  })
})
