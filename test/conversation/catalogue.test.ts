import { expect, it } from 'vitest'
import { loadServices } from '../../src/knowledge/services.js'
import { becomes, createCatalogue } from '../../src/requests/services.js'
import { aNeighbourhood } from './neighbourhood.js'

const { services } = await loadServices('knowledge')

it.each(['你们有哪些服务', '社区能办什么事', '办事清单'])('「%s」 lists the services by their branches, and asks for no department', async (words) => {
  const here = await aNeighbourhood()
  const said = await here.says('wang', words)
  expect(said).toMatch(/养老：.*助餐.*助浴/)
  for (const { group, name } of services) expect(said).toContain(group === '' ? '' : name)
  expect(said).not.toContain('找哪个部门')
})

it('tells what a service is, what will be asked and why', async () => {
  const here = await aNeighbourhood()
  const said = await here.says('wang', '助浴是什么')
  expect(said).toContain('洗澡')
  expect(said).toContain('电话（上门前和您约时间）')
  expect(await here.requests()).toEqual([])
})

it('in a room the list is one line', async () => {
  const here = await aNeighbourhood()
  expect((await here.saysInRoom('wang', '@小助手 你们有哪些服务')).split('\n')).toHaveLength(1)
})

it('tells for whom it is and what to have ready when it is read back, where somebody entered it', async () => {
  const catalogue = createCatalogue(services.map((service) => (service.code === 'meal-help' ? { ...service, forWhom: '60岁以上', materials: ['身份证'], agency: '老年食堂' } : service)))
  const here = await aNeighbourhood('huzhou-demo', { services: catalogue })
  const said = await here.says('wang', '给我妈订个送餐，3栋2单元501，电话13800000012')
  for (const words of ['谁能办：60岁以上', '要备好：身份证', '由老年食堂来办']) expect(said).toContain(words)
})

it('every service says what it is, on a branch of the catalogue, and why each field is asked', () => {
  for (const service of services) {
    expect(service.group, service.code).not.toBe('')
    expect(service.about, service.code).not.toBe('')
    for (const field of service.fields) expect(field.why.length, `${service.code} ${field.slot}`).toBeGreaterThan(3)
  }
})

it('the five 助 are five services, and the general one becomes the one that is answered', () => {
  const general = services.find(({ code }) => code === 'elderly-service')
  for (const name of ['助餐', '助浴', '助洁', '助急', '助医']) {
    const own = services.find((service) => service.name === name)
    expect(own?.disclosure).toBe('personal')
    expect(general && becomes(general, [{ name: 'need', value: name }])).toBe(own?.code)
  }
})

it('refuses an answer that leads to a service that is none', () => {
  const broken = services.map((service) => (service.code === 'elderly-service' ? { ...service, fields: service.fields.map((field) => ({ ...field, options: field.options.map((option) => ({ ...option, service: 'no-such' })) })) } : service))
  expect(() => createCatalogue(broken)).toThrow(/no-such/)
})
