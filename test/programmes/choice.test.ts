import { describe, expect, it } from 'vitest'
import { readChoice } from '../../src/programmes/choice.js'

const colours = ['米黄色', '浅灰色', '白色']
const plans = ['A方案', 'B方案']
const yesNo = ['同意', '不同意']

describe('what somebody chooses', () => {
  it.each([
    ['投米黄色', colours, 0], ['我们家投灰的', colours, 1], ['就白的吧', colours, 2], ['米皇色', colours, 0], ['浅灰涩', colours, 1], ['改成浅灰', colours, 1], ['俺选第三个', colours, 2], ['选最后一个', colours, 2], ['投2号', colours, 1], ['头一个', colours, 0],
    ['那个我投A方案', plans, 0], ['投a', plans, 0], ['改成b方案吧', plans, 1], ['支持B', plans, 1], ['我选第二个方案', plans, 1],
    ['我同意', yesNo, 0], ['不同意', yesNo, 1], ['俺反对', yesNo, 1], ['我家不赞成', yesNo, 1], ['支持', yesNo, 0], ['同意的', yesNo, 0],
    ['支持', ['赞成', '反对'], 0], ['不支持', ['赞成', '反对'], 1],
    ['弃权', colours, 'abstain'], ['哪个都不投', plans, 'abstain'],
  ] as const)('in 「%s」 of %j is %s', (words, options, choice) => { expect(readChoice(words, options)).toBe(choice) })

  it.each([
    ['不要米黄色', colours], ['别投A方案', plans], ['投第五个', colours], ['随便', colours], ['电梯坏了', colours], ['同意', colours], ['米黄色还是白色好', colours], ['投A还是B', plans], ['什么时候截止', plans],
  ] as const)('is not told by 「%s」', (words, options) => { expect(readChoice(words, options)).toBeNull() })
})
