import { describe, expect, it } from 'vitest'
import { aNeighbourhood } from './neighbourhood.js'

const [huzhou, puyang, qinghai, langfang] = [await aNeighbourhood('huzhou-demo'), await aNeighbourhood('puyang-demo'), await aNeighbourhood('qinghai-demo'), await aNeighbourhood('langfang-demo')]

describe('a list of what to bring', () => {
  it('is made by a few questions, of what applies to this person, with source and date', async () => {
    const here = huzhou
    expect(await here.says('王阿姨', '办居住证要带什么')).toContain('是您本人去办吗')
    expect(await here.says('王阿姨', '是')).toContain('自己家买的')
    expect(await here.says('王阿姨', '租的')).toContain('有单位上班')
    const list = await here.says('王阿姨', '没有')
    expect(list).toContain('租房合同')
    expect(list).not.toMatch(/房产证|委托书|在职证明/)
    expect(list).toContain('2026-11-01')
  })

  it('is what a question after it goes on from', async () => {
    await huzhou.says('孙姨', '办居住证要带什么')
    for (const answer of ['是', '租的', '没有']) await huzhou.says('孙姨', answer)
    const said = await huzhou.says('孙姨', '那要多久办好')
    expect(said).toMatch(/没有登记|没有写/)
    expect(said).not.toContain('没太听明白')
  })

  it('says what depends on an answer that nobody knows', async () => {
    const here = puyang
    await here.says('老张', '给老人办老年证需要什么材料')
    await here.says('老张', '不是，我去代办')
    const list = await here.says('老张', '不清楚')
    expect(list).toMatch(/代办人的身份证[\s\S]*看情况还要：.*居住证/)
  })

  it('goes on after another question, and after a restart', async () => {
    const here = huzhou
    await here.says('陈伯', '办老年证要带什么材料')
    const between = await here.says('陈伯', '一个社区配几个专职工作者')
    expect(between).toMatch(/6至12人[\s\S]*老人自己去办吗/)
    await here.restart()
    expect(await here.says('陈伯', '自己去')).toContain('户口在本地吗')
    expect(await here.says('陈伯', '算了')).toContain('不列了')
  })

  it('asks nobody about themselves in a room', async () => {
    const here = huzhou
    const said = await here.saysInRoom('王阿姨', '@小助手 办居住证要带什么')
    expect(said).toMatch(/身份证[\s\S]*看情况还要[\s\S]*私聊/)
  })
})

describe('a question that no sentence surely answers', () => {
  it('names near questions, and a bare number answers one', async () => {
    const here = qinghai
    const said = await here.says('老马', '村里开会商量事情的章程是啥样的文件')
    const offered = /您是不是想问：1 (.+?)(?:　|（回数字)/.exec(said)?.[1]
    if (offered === undefined) expect(said).toMatch(/「.+」/)
    else expect(await here.says('老马', '1')).toMatch(/——《.+》/)
  })
})

describe('who is responsible', () => {
  it('is told with the lead first, in the names of the document', async () => {
    const here = puyang
    expect(await here.says('老赵', '社区居家养老服务由谁牵头')).toContain('牵头：市卫健委；配合：市民政局、市住建局、市残联')
  })

  it('names no lead where the document names none, and the names of today beside former ones', async () => {
    const here = huzhou
    const said = await here.says('老周', '社区便民服务信息平台的责任单位是谁')
    expect(said).toContain('没有写哪个牵头')
  })

  it('says that the annex is missing where it is', async () => {
    const here = langfang
    expect(await here.says('小李', '养老服务由哪个部门牵头')).toMatch(/附件.*缺失/)
  })
})
