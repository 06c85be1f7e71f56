import { describe, expect, it } from 'vitest'
import { readSolved } from '../../src/nlu/solved.js'

describe('asked whether it is solved', () => {
  it.each([
    '解决了', '解决啦，谢谢', '好了', '好咧', '好嘞谢谢', '修好了', '弄好了，辛苦师傅', '灯亮了', '亮了亮了，多谢', '楼道灯修好咧，亮堂堂的', '水通了', '来水了', '不漏了，太感谢了', '现在不堵了', '能用了',
    '门能开了', '门禁可以刷卡了', '下水道通了谢谢你们', '搞掂咗，唔该晒', '总算修好了！', '电梯能坐了', '垃圾拉走了', '清理干净了', '没有臭味了', '正常了', '好用了，师傅真利索', '昨天就修好了', '暖气热乎了',
    '这回真修好哩', '都弄好了，你们效率真高', '换好了', '已经处理好了', '路灯亮咯，晚上不怕了', '👍修好了', '可以', '妥了',
  ])('%s is a yes', (text) => { expect(readSolved(text)).toBe('solved') })

  it.each([
    '没解决', '还是不亮', '又漏了', '没修好', '没好', '修了又坏了', '仍然堵着，还是不通', '照样漏', '还没弄', '根本没修', '灯还是黑的', '亮了一天又灭了', '没用，白修了', '老样子', '没有', '水还是没来', '修好了又开始漏', '一样臭', '冇修好',
  ])('%s is a no', (text) => { expect(readSolved(text)).toBe('unsolved') })

  it.each(['没人来过', '到现在没人联系我'])('%s says that nobody came', (text) => { expect(readSolved(text)).toBe('nobody-came') })

  it.each(['好是好了，就是有点暗', '亮是亮了，不过一闪一闪的', '修好了，但是门关不严', '修了一半走了', '通了，就是水有点小'])('%s is neither: what is missing is asked', (text) => { expect(readSolved(text)).toBe('partly') })

  it.each([
    '修好了吗', '好了没', '灯亮了没', '社区几点开门', '我想办老年证', '谢谢', '知道了', '明天下午约个窗口', '6栋电梯坏了', '麻烦催一下', '修好了告诉我', '等修好了再说', '要是好了我告诉你', '我要投诉物业', '灯坏了', '水停了', '怎么办居住证', '快修好了', '他说能修好', '我自己弄好的话报销吗', '好了伤疤忘了疼',
  ])('%s says nothing of it', (text) => { expect(readSolved(text)).toBeNull() })

  it('修得还不错 is praise, no complaint', () => { expect(readSolved('灯修好了，修得还不错')).not.toBe('unsolved') })
})
