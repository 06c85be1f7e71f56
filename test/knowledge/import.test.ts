import { describe, expect, it } from 'vitest'
import { importPolicy } from '../../src/knowledge/import.js'

const page = `某市民政网 政务服务网 省民政厅 中国某市
关于加强社区服务的实施意见
某政发〔2024〕8号
(2024年3月5日)
为做好社区服务工作,结合我市实际,提出如下意见。
一、总体要求
坚持以人民为中心,把社区服务办好办实,让居民少跑腿。${'完善社区服务设施,健全服务制度。'.repeat(12)}
二、重点任务
1.推行一窗受理。社区服务大厅设综合窗口,当场能办的当场办结。(牵头单位:市民政局;配合单位:市财政局)
2.开展上门服务。对行动不便的居民上门办理。(牵头单位:市残联;配合单位:市民政局)
`
const options = { jurisdiction: '330500', fileName: 'fuwu.txt' }

describe('importPolicy', () => {
  it('finds title, number, date, standing and clauses', async () => {
    const { metadata, tree, warnings } = await importPolicy(Buffer.from(page), options)
    expect(metadata).toMatchObject({ title: '关于加强社区服务的实施意见', number: '某政发〔2024〕8号', signed: '2024-03-05', status: 'in-force', jurisdictionName: '湖州市' })
    expect(tree.map(({ path }) => path)).toEqual(['篇首', '一', '二', '二/1', '二/2'])
    expect(warnings).toEqual([])
  })

  it('refuses a code that is none', async () => {
    await expect(importPolicy(Buffer.from(page), { ...options, jurisdiction: '湖州' })).rejects.toThrow(/行政区划代码/)
  })
})
