/** What residents say in a load run: half questions to the policy texts, the rest requests, their state, small talk. */
const questions = ['一个社区配几个工作人员', '社区工作者的工资由谁发', '网格员要做什么', '居民议事多久一次', '社区用房面积有什么要求']

/** The words of the n-th message; a fault is at a place of its own, so that each is a request of its own. */
export function sentence(n: number): string {
  const house = `${(n % 997) + 1}栋${(Math.floor(n / 997) % 9) + 1}单元`
  switch (n % 10) {
    case 0:
    case 2:
    case 4:
    case 6:
    case 8: return questions[(n / 2) % questions.length] ?? ''
    case 1:
    case 5: return `${house}楼道灯坏了`
    case 3:
    case 7: return '进度'
    // No greeting: one waits a moment for what may follow it.
    default: return '谢谢'
  }
}
