import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadKnowledge, type Knowledge } from '../../src/knowledge/knowledge.js'
import { responsibilities } from '../../src/knowledge/responsibility.js'
import { readUnits, unitToday } from '../../src/knowledge/units.js'

const folder = fileURLToPath(new URL('../../knowledge', import.meta.url))
let knowledge: Knowledge
beforeAll(async () => {
  knowledge = await loadKnowledge(folder)
})
const table = (id: string) => responsibilities(knowledge.policies.find((each) => each.id === id)!)

describe('the routing table of a document', () => {
  it.each([
    ['huzhou-2018', 30],
    ['qinghai-2017', 28],
    ['puyang-2020', 26],
    ['langfang-2017-draft', 0],
    ['guangdong-template', 0],
  ])('%s has %i items', (id, count) => {
    expect(table(id)).toHaveLength(count)
  })

  it.each([
    ['qinghai-2017', '三/(四)/15', '深入推进社区民族团结进步创建工作', ['省委统战部', '省民宗委'], ['省民政厅', '省司法厅', '各市州党委政府']],
    ['qinghai-2017', '三/(五)/20', '改善社区人居环境', ['各市州政府'], ['省住房城乡建设厅', '省民政厅', '省环境保护厅', '省公安厅', '省爱卫办']],
    ['puyang-2020', '二/（六）/22', '发展社区居家养老服务', ['市卫健委'], ['市民政局', '市住建局', '市残联']],
    ['puyang-2020', '二/（四）/16', '增强社区应急管理能力', ['市应急管理局'], []],
  ])('%s %s: %s', (id, path, item, lead, support) => {
    expect(table(id).find((row) => row.path === path)).toEqual({ path, item, lead, support, units: [...lead, ...support] })
  })

  it('湖州 lists units and names no lead', () => {
    expect(table('huzhou-2018').every((row) => row.lead === null && row.support.length === 0 && row.units.length > 0)).toBe(true)
    expect(table('huzhou-2018')[6]).toMatchObject({ path: '附件/7', units: ['市建设局', '市司法局'] })
  })
})

describe('units of before a reform', () => {
  it('have their duties somewhere else today, with year and source', () => {
    expect(unitToday('市卫生计生局', 2018, knowledge.units!)).toMatchObject({ now: '卫生健康部门', year: 2018, source: expect.stringContaining('机构改革') as string })
    expect(unitToday('省农牧厅', 2017, knowledge.units!)?.now).toBe('农业农村部门')
  })

  it('are not guessed: an unknown one, and one that a later document still names, stay as they are', () => {
    expect(unitToday('市民政局', 2017, knowledge.units!)).toBeNull()
    expect(unitToday('市规划局', 2021, knowledge.units!)).toBeNull()
  })

  it('need a source each', () => {
    expect(() => readUnits('[{"was":["某某局"],"now":"某部门","year":2018,"source":""}]', 'units.json')).toThrow(/units\.json 0\.source/)
  })
})
