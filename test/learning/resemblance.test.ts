import { expect, it } from 'vitest'
import { checkResemblance } from '../../src/learning/resemblance.js'

const intents = [
  { path: 'intents/repair_env.json', text: JSON.stringify({ name: 'repair_env', utterances: ['楼下的路灯坏了三天了', '电梯停在五楼', '漏'] }, null, 2) },
  { path: 'intents/none.json', text: JSON.stringify({ name: 'none', utterances: ['番茄炒蛋怎么做'] }, null, 2) },
]
const file = (...texts: string[]) => ({ path: 'unseen.jsonl', text: texts.map((text) => JSON.stringify({ text })).join('\n') + '\n' })

it('names file and line of both when an utterance is nearly a line that is to be unseen', () => {
  expect(checkResemblance(intents, file('今天天气好', '@小助手 楼下的路灯,坏了三天啦!', '番茄炒蛋怎么做'))).toEqual([
    { where: 'intents/none.json:4', utterance: '番茄炒蛋怎么做', other: 'unseen.jsonl:3', line: '番茄炒蛋怎么做', similarity: 1 },
    { where: 'intents/repair_env.json:4', utterance: '楼下的路灯坏了三天了', other: 'unseen.jsonl:2', line: '@小助手 楼下的路灯,坏了三天啦!', similarity: 0.8 },
  ])
})

it('lets pass what only speaks of the same', () => {
  expect(checkResemblance(intents, file('门口的路灯不亮', '电梯又停了', '漏水了'))).toEqual([])
})
