import { describe, expect, it } from 'vitest'
import { loadServices } from '../../src/knowledge/services.js'
import { firstOwner } from '../../src/requests/routing.js'
import { faultClass } from '../../src/requests/faults.js'
import { toOpen311Definition, toOpen311Service } from '../../src/open311/services.js'
import { createCatalogue, missingFields } from '../../src/requests/services.js'

const shipped = await loadServices('knowledge')

describe('the service catalogue', () => {
  it('means the intent’s default when no word of a finer service is said', () => {
    expect(shipped.forMatter('repair_env', '楼道灯坏了')?.code).toBe('public-fault')
  })

  it('means the finer service when one of its words is said', () => {
    expect(shipped.forMatter('repair_env', '一楼私搭了个棚子')?.code).toBe('illegal-building')
    expect(shipped.named('有人私搭乱建')?.code).toBe('illegal-building')
  })

  it('names a unit outside for what the community may not enforce', () => {
    expect(shipped.byCode('illegal-building')?.forwardTo).toBeTruthy()
  })

  it('confirms first wherever an address or a phone of a person is asked', () => {
    for (const service of shipped.services) if (service.disclosure === 'personal') expect(service.filing, service.code).toBe('confirm')
  })

  it('says why it asks, for every field', () => {
    for (const service of shipped.services) for (const field of service.fields) expect(field.why.length, `${service.code}.${field.slot}`).toBeGreaterThan(3)
  })

  it('asks required fields in their order until they are given', () => {
    const service = shipped.byCode('public-fault')
    if (!service) throw new Error('no public-fault')
    expect(missingFields(service, new Map()).map((field) => field.slot)).toEqual(['object', 'addr'])
    expect(missingFields(service, new Map([['object', '灯']])).map((field) => field.slot)).toEqual(['addr'])
  })

  it('refuses a code that stands twice and a key it does not know', () => {
    const [one] = shipped.services
    expect(() => createCatalogue([one, one])).toThrow('stands twice')
    expect(() => createCatalogue([{ ...one, promisedDays: 3 }])).toThrow()
  })
})

describe('a service definition', () => {
  const [one] = shipped.services
  const [service] = createCatalogue([
    {
      ...one, code: 'meals', about: '给老人送饭', group: '养老', words: ['送饭', '老年餐'],
      fields: [
        { slot: 'need', label: '需要', question: '要哪一样？', why: '好安排人', required: true, options: [{ value: '助餐', words: ['送饭'] }, { value: '助浴', words: ['洗澡'] }] },
        { slot: 'time', label: '时间', question: '什么时候送？', why: '好排单', required: true, when: { slot: 'need', is: ['助餐'] } },
        { slot: 'count', label: '份数', question: '几份？', why: '好备饭', required: false },
      ],
    },
  ]).services
  if (!service) throw new Error('no service')

  it('asks a field that hangs on another only where that was answered so', () => {
    const missing = (need: string) => missingFields(service, new Map([['need', { name: 'need', value: need }]])).map(({ slot }) => slot)
    expect([missing('助餐'), missing('助浴')]).toEqual([['time'], []])
  })

  it('has the shape of Open311', () => {
    expect(toOpen311Service(service)).toEqual({ service_code: 'meals', service_name: service.name, description: '给老人送饭', metadata: true, type: 'realtime', keywords: '送饭,老年餐', group: '养老' })
    const { attributes } = toOpen311Definition(service)
    expect(attributes.map(({ code, datatype, required, order }) => [code, datatype, required, order])).toEqual([['need', 'singlevaluelist', true, 1], ['time', 'datetime', false, 2], ['count', 'number', false, 3]])
    expect(attributes[0]?.values).toEqual([{ key: '助餐', name: '助餐' }, { key: '助浴', name: '助浴' }])
  })

  it('promises a time only with its source, and grants nothing online unless it is marked as simple', () => {
    expect(service).toMatchObject({ term: null, simple: false, materials: [] })
    expect(() => createCatalogue([{ ...one, term: { workdays: 5 } }])).toThrow()
    expect(createCatalogue([{ ...one, term: { workdays: 5, source: '社区公示', date: '2026-11-01' } }]).services[0]?.term).toMatchObject({ workdays: 5 })
  })
})

describe('the first owner', () => {
  const grids = [{ name: '第一网格', person: { name: '李师傅', role: '网格员' }, buildings: ['1幢', '2幢', '3幢'], areas: ['东门'] }]

  it.each([['3栋2单元', '李师傅'], ['3号楼楼下', '李师傅'], ['东门外路灯', '李师傅'], ['33栋', '值班'], ['不知道哪儿', '值班']])('%s goes to %s', (address, name) => {
    expect(firstOwner(grids, address).name).toContain(name)
  })

  it('is the duty post when no place is known', () => {
    expect(firstOwner(grids, null).id).toBe('duty')
  })
})

describe('the kind of a fault', () => {
  it.each([['楼道灯不亮', '灯'], ['电梯又停了', '电梯'], ['窨井盖翘了', '井盖'], ['垃圾三天没人收', '垃圾'], ['今天天气不错', null]])('%s → %s', (text, kind) => {
    expect(faultClass(text)).toBe(kind)
  })
})
