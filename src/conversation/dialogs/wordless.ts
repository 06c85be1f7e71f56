import { step, type Step, type Turn } from '../turn.js'

/** Messages of chat platforms that hold no words: the channels put these names in brackets in their place. */

const here = '在的，有事直接打字跟我说。'
const cannotOpen = '这个我打不开，要说什么请打字告诉我。'
const noMoney = '我是程序，不能收红包和转账，请您收回去。有事直接打字跟我说。'

/** What is said to each; a name that is not here is served as words. */
const answers: Readonly<Record<string, string>> = {
  红包: noMoney, 转账: noMoney,
  视频: '视频我看不了：请拍张照片，或者打字说一下是什么事、在哪儿。',
  位置: '这个位置没有地名，我看不出在哪儿，请打字说是几栋几单元。',
  名片: '名片我打不开，要说什么请打字告诉我。',
  群名片: cannotOpen, 链接: cannotOpen, 小程序: cannotOpen, 聊天记录: cannotOpen, 卡片: cannotOpen, 日程: cannotOpen, 任务: cannotOpen, 投票: cannotOpen, 文件夹: cannotOpen,
  视频会议: cannotOpen, 消息: cannotOpen, 看不懂的消息: cannotOpen,
}

/**
 * A message without words, in private: said what can't be done with it. An emoticon needs no answer while a question of ours is open, which is
 * only put again. `null`: it is something else.
 */
export function meetWordless({ message }: Turn, isAsked: boolean): Step | null {
  const name = message.chat === 'private' ? /^\[([^\]]{2,6})\]$/.exec(message.text.trim())?.[1] : undefined
  if (name === '表情') return step({ kind: 'answered' }, isAsked ? null : here)
  const answer = name === undefined ? undefined : answers[name]
  return answer === undefined ? null : step({ kind: 'answered' }, answer)
}
