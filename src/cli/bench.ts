import { benches, runBenches, usualBenches } from '../bench.js'
import { command, UsageError } from './command.js'

export const bench = command({
  name: 'bench',
  summary: '测速度和内存，以 JSON 输出，附机器说明',
  usage: '[名称] [--data 文件夹]',
  options: { data: { kind: 'text', value: '文件夹', help: 'retrieval 用其中 statutes/ 的法条；不写就用知识库文件夹里的政策原文' } },
  words: [0, 1],
  more: `名称：${Object.keys(benches).join('、')}；不写就测一遍（${Object.keys(benches).filter((name) => !usualBenches.includes(name)).join('、')} 除外，它们要几分钟到一刻钟以上）。只在本机 127.x.x.x 上跑，跑完自己停。`,
  async run(given, [name], terminal) {
    if (name !== undefined && !Object.hasOwn(benches, name)) {
      throw new UsageError('usage', `没有「${name}」这一项，有：${Object.keys(benches).join('、')}。`)
    }
    const figures = await runBenches(name === undefined ? usualBenches : [name], (line) => terminal.tell(line), given.data)
    await terminal.out(JSON.stringify(figures, null, 2))
    return 0
  },
})
