import { describe, expect, it } from 'vitest'
import { aNeighbourhood } from './neighbourhood.js'

const [huzhou, puyang, qinghai, guangdong, langfang] = [await aNeighbourhood('huzhou-demo'), await aNeighbourhood('puyang-demo'), await aNeighbourhood('qinghai-demo'), await aNeighbourhood('guangdong-demo'), await aNeighbourhood('langfang-demo')]

describe('a question that a text answers', () => {
  it('is the text’s when its own words are asked for, though it speaks of people and doors', async () => {
    expect(await huzhou.says('小陈', '书记主任的工资要高出多少，文件里那句找出来给我，我好转给同事')).toMatch(/1\.4倍/)
    expect(await puyang.says('小吴', '开发商占着社区用房不交，哪条能管住他，请给原句')).toMatch(/濮社区领/)
  })

  it('is the text’s when it complains of nobody and asks how a thing is set', async () => {
    expect(await qinghai.says('马阿姨', '物业定的等级和收费有没有关系')).toContain('等级评定标准相适应')
  })

  it('is the text’s when a word in it only looks like asking for a person', async () => {
    expect(await guangdong.says('梁叔', '居委会委员有冇人工补贴')).toContain('任期职务补贴')
  })

  it('is the text’s when it sounds like asking for a person', async () => {
    expect(await puyang.says('老郑', '谁是直接责任人')).toContain('直接责任人')
  })
})

describe('a certificate that somebody needs', () => {
  it('is for a person to verify, though the texts speak of certificates; whether it may be asked for is the text’s', async () => {
    expect(await qinghai.says('小冶', '单位要一份居住情况的证明，社区给打不')).toContain('核实')
    expect(await langfang.says('小高', '公司非要居委会出证明，这合理吗')).toContain('不得要求社区出具证明')
  })
})

describe('what is to be done', () => {
  it('is done, not answered with a clause', async () => {
    expect(await huzhou.says('周师傅', '3号楼2单元楼道灯坏了，派人来修')).not.toMatch(/湖委发/)
    expect(await huzhou.says('吴阿姨', '帮我约明天上午10点的窗口')).not.toMatch(/湖委发/)
  })
})
