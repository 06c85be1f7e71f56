import { benches, runBenches } from '../bench.js'
import { command, UsageError } from './command.js'

export const bench = command({
  name: 'bench',
  summary: '测速度和内存，以 JSON 输出，附机器说明',
  usage: '[名称]',
  options: {},
  words: [0, 1],
  more: `名称：${Object.keys(benches).join('、')}；不写就全部测一遍（几分钟）。只在本机 127.x.x.x 上跑，跑完自己停。`,
  async run(_, [name], terminal) {
    if (name !== undefined && !Object.hasOwn(benches, name)) {
      throw new UsageError('usage', `没有「${name}」这一项，有：${Object.keys(benches).join('、')}。`)
    }
    const figures = await runBenches(name === undefined ? Object.keys(benches) : [name], (line) => terminal.tell(line))
    await terminal.out(JSON.stringify(figures, null, 2))
    return 0
  },
})
