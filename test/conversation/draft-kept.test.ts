import { describe, expect, it } from 'vitest'
import { loadServices } from '../../src/knowledge/services.js'
import { readMemory } from '../../src/conversation/memory.js'
import { dialogId } from '../../src/conversation/turn-state.js'
import type { SlotName } from '../../src/nlu/understanding.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

const { services } = await loadServices('knowledge')

/** What a resident says to begin with each service that asks something, and how they answer its questions. */
const begins: Readonly<Record<string, string>> = {
  'property-complaint': '物业乱收费，我要投诉物业',
  'public-fault': '我要报个修', 'illegal-building': '有人私搭乱建', noise: '太吵了睡不着', mediation: '跟邻居闹矛盾想找人调解', 'elderly-service': '我想申请养老服务', 'meal-help': '想给我妈订个助餐',
  'bath-help': '想给我妈报个助浴', 'cleaning-help': '想给我妈报个助洁', 'medical-help': '想给我妈要个陪诊', 'urgent-help': '想给我妈装个呼叫器', 'home-agent': '我走不动，想请人上门代办社保认证', 'micro-wish': '我有个微心愿', visit: '请社区来看望一下我家老人',
}
const answers: Partial<Record<SlotName, string>> = { object: '楼道灯坏了', addr: '5栋1单元302', phone: '13800000031', need: '助浴', time: '后天上午' }

interface Asked {
  readonly asking: string
  readonly fields: readonly string[]
}

async function draft(here: Neighbourhood, who: string): Promise<Asked | null> {
  const dialog = await here.store.get(here.communityId, 'dialogs', dialogId(`memory:private:${who}`, `memory:${who}`))
  const form = dialog === null ? null : readMemory(dialog.memory).form
  return form === null ? null : { asking: form.asking, fields: form.fields.map(({ name, value }) => `${name}=${value}`) }
}

/** Fills in a form, killed and started again after every step; answers the questions it was asked. */
async function fillIn(here: Neighbourhood, who: string, first: string): Promise<{ readonly steps: number; readonly lost: string[]; readonly asked: string[] }> {
  const lost: string[] = []
  const asked: string[] = []
  let said = first
  let steps = 0
  for (; steps < 8; steps += 1) {
    await here.says(who, said)
    const before = await draft(here, who)
    await here.restart()
    const after = await draft(here, who)
    if (JSON.stringify(before) !== JSON.stringify(after)) lost.push(`${said}: ${JSON.stringify(before)} became ${JSON.stringify(after)}`)
    if (after === null) break
    asked.push(after.asking)
    said = after.asking === 'confirm' || after.asking === 'offer' ? '对' : (answers[after.asking as SlotName] ?? '随便')
  }
  return { steps, lost, asked }
}

describe('a form that is killed after each of its steps', () => {
  const asking = services.filter((service) => service.fields.some((field) => field.required) && !service.books)

  it('is tried for every service that asks something', () => {
    expect(asking.map(({ code }) => code).filter((code) => begins[code] === undefined)).toEqual([])
  })

  it.each(asking.map(({ code, name }) => [name, code] as const))('%s: keeps every answer, asks each question once, and is filed once', async (_name, code) => {
    const here = await aNeighbourhood()
    const { lost, asked } = await fillIn(here, 'wang', begins[code] ?? '')
    expect(lost).toEqual([])
    expect(new Set(asked).size, `asked ${asked.join(', ')}`).toBe(asked.length)
    expect((await here.requests()).length).toBe(1)
  }, 30_000)

  it('a draft stands for a day and no longer, with one reminder after half an hour', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '想给我妈订个助餐')
    await here.says('wang', '5栋1单元302')
    await here.restart()
    here.pass(31 * 60_000)
    expect([await here.engine.remind(), await here.engine.remind()]).toEqual([1, 0])
    await here.engine.idle()
    here.pass(23 * 3_600_000)
    expect(await here.says('wang', '13800000031')).toContain('5栋1单元302')
    await here.says('wang', '取消')
    expect(await draft(here, 'wang')).toBeNull()
    await here.says('li', '想给我妈订个助餐')
    await here.says('li', '8栋2单元501')
    here.pass(25 * 3_600_000)
    expect(await here.says('li', '13800000032')).not.toContain('8栋2单元501')
  })

  it.each(['取消', '算了不办了'])('「%s」 deletes the draft, and a restart does not bring it back', async (words) => {
    const here = await aNeighbourhood()
    await here.says('wang', '想给我妈订个助餐')
    await here.says('wang', '5栋1单元302')
    await here.says('wang', words)
    await here.restart()
    expect(await draft(here, 'wang')).toBeNull()
    expect(await here.requests()).toEqual([])
  })
})
