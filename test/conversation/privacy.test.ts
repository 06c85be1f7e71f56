import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { aNeighbourhood, clerk } from './neighbourhood.js'
import { moveInWords } from '../../src/requests/apply-move.js'

/** Invented: a mobile of the 138000000xx kind, an ID number of birth year 1900, names and words that stand nowhere else. */
const canaries = ['13800000077', '330502190003170037', '欧阳金丝雀', '金丝雀花园9栋3单元907', '我家的金丝雀病了']

async function everyFile(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return (await Promise.all(files.map((file) => readFile(file, 'latin1')))).join('\n')
}

it('nothing personal can be read on disk after a whole life of requests, talk and hand-overs', async () => {
  const here = await aNeighbourhood()
  const [phone = '', id = '', name = '', door = '', words = ''] = canaries
  await here.says(name, `${words}，想订助餐，${door}，电话${phone}`)
  await here.says(name, '对')
  await here.says(name, `${door}门口的灯坏了`)
  await here.saysInRoom(name, `登记 ${name} ${id}`)
  await here.says(name, `人工 我是${name}`)
  await here.engine.takeConversation(here.communityId, `memory:private:${name}`, clerk)
  await here.engine.say(here.communityId, `memory:private:${name}`, `${name}您好，您的电话是${phone}吗`, clerk)
  await here.says(name, `是的，住${door}`)
  const [request] = await here.requests()
  if (!request) throw new Error('nothing was filed')
  expect(JSON.stringify(request)).toContain(phone)
  const taken = await here.engine.actOnRequest(here.communityId, request.id, request.rev, moveInWords('take', ''), clerk)
  await here.engine.actOnRequest(here.communityId, request.id, taken.rev, moveInWords('close', `已给${name}送到${door}`), clerk)
  await here.engine.idle()
  await here.restart()
  const disk = await everyFile(here.folder)
  expect(disk).toContain('HZ-2611-0001')
  // The author's id is the platform's; in this test it is made from the name, so the name is looked for apart from it.
  const withoutIds = disk.replaceAll(Buffer.from(`memory:${name}`).toString('latin1'), '').replaceAll(Buffer.from(`memory:private:${name}`).toString('latin1'), '')
  for (const canary of canaries) {
    expect(withoutIds, canary).not.toContain(Buffer.from(canary).toString('latin1'))
    expect(withoutIds, canary).not.toContain(JSON.stringify(canary).slice(1, -1).replace(/[\u4e00-\u9fff]/g, (char) => `\\u${char.charCodeAt(0).toString(16)}`))
    expect(withoutIds, canary).not.toContain(Buffer.from(canary).toString('base64').slice(0, 12))
  }
})

it('an ID number from a room is nowhere even in memory', async () => {
  const here = await aNeighbourhood()
  await here.saysInRoom('甲', `登记接龙 ${canaries[1]}`)
  const rows = await Promise.all((['messages', 'intake', 'dialogs', 'outbox'] as const).map((table) => here.store.find(here.communityId, table, {})))
  expect(JSON.stringify(rows)).not.toContain(canaries[1])
})

it('a turn that fails is logged without the resident’s words', async () => {
  const here = await aNeighbourhood('huzhou-demo', { nlu: { understand: () => Promise.reject(new TypeError('a mistake in our code')), intents: new Map() } })
  await here.says('甲', `${canaries[4]}，电话${canaries[0]}`)
  expect(here.log).toContain('turn.failed')
  for (const canary of canaries) expect(here.logLines.join('\n')).not.toContain(canary)
})
