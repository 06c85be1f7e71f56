import { replies } from '../../conversation/replies.js'
import { pairingLines } from '../pairing-lines.js'
import type { Community } from '../../knowledge/community.js'

/** What the channel itself says, before and beside the conversations. Plain words, three lines at most in a room. */
export const lines = {
  ...pairingLines,
  howToPair: '我是社区小助手「一窗」。请管理员领一个群配对码，在群里发「配对 ABCD-2345」这样的一句，我就开始为大家服务。',
  paired: (community: Community): string => `配对成功，我为「${community.name}」服务。要办事、报修、问政策，@我就行；私事请加我好友私聊。`,
  staffPaired: (community: Community): string => `配对成功，这里是「${community.name}」的工作群：新工单会在这里说一声，办单发「接 0042」「回 0042 要说的话」「结 0042 办得怎样」。`,
  welcome: `欢迎新邻居！${replies.privacyNotice}\n报修、问政策在群里@我；私事加我好友私聊。`,
  befriended: (community: Community | null): string => `您好，我是社区小助手「一窗」${community === null ? '' : `，为「${community.name}」服务`}。报修、问政策、查进度，直接跟我说。\n${replies.privacyNotice}`,
  typeInstead: '语音我听不了，麻烦您打字说一下，或者长按语音点「转文字」再复制给我。',
  fileLost: '这个文件我没取到，请再发一次。',
  notKept: '没有登记成功，请稍后再发。',
  away: (minutes: number): string => `我离线了 ${minutes} 分钟，期间消息请重发。`,
} as const
