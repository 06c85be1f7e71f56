import { describe, expect, it } from 'vitest'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import type { ItemCatalogue, ServiceItem } from '../../src/knowledge/items.js'
import { createRetriever } from '../../src/retrieval/retriever.js'
import { aNeighbourhood } from './neighbourhood.js'

const item = (name: string, timeLimit: string | null): ServiceItem => ({
  name, department: '某省某联合会', type: '公共服务', themes: [], acceptStandard: null, materials: ['居民身份证', '近期照片'], location: '示例市示例路1号', timeLimit, url: null, serviceObject: ['自然人'],
})
const catalogue: ItemCatalogue = {
  jurisdiction: '440000', sourceFile: 'items.jsonl', imported: '2026-11-01',
  items: [item('《残疾人证》新办申请', '30个工作日'), item('《残疾人证》注销', '5个工作日'), item('《残疾人证》迁出', '7个工作日'), item('渔船登记证核发', '20个工作日')],
}
const retriever = createRetriever({ ...(await loadKnowledge('knowledge')), items: [catalogue] })
const [guangdong, huzhou] = [await aNeighbourhood('guangdong-demo', { retriever }), await aNeighbourhood('huzhou-demo', { retriever })]

describe('an imported list of items', () => {
  it('answers materials, days and place with its source', async () => {
    expect(await guangdong.says('阿强', '渔船登记证核发几天办好')).toMatch(/20个工作日[\s\S]*某省某联合会办事指南，2026-11-01导入/)
    expect(await guangdong.says('阿强', '渔船登记证核发要什么材料')).toContain('居民身份证')
    expect(await guangdong.says('阿强', '渔船登记证核发在哪办')).toContain('示例路1号')
  })

  it('comes before an offer of help at home, and offers its items by number', async () => {
    const said = await guangdong.says('阿珍', '残疾证几天办好')
    expect(said).toMatch(/您是不是想问：1 《残疾人证》/)
    const second = /2 《残疾人证》(\S+?)几天/.exec(said)?.[1] ?? ''
    expect(await guangdong.says('阿珍', '2')).toContain(second)
  })

  it('is never seen by a community of another place', async () => {
    expect(await huzhou.says('王阿姨', '渔船登记证核发几天办好')).not.toMatch(/20个工作日|某省/)
  })
})
