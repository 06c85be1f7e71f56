import { replies } from '../../conversation/replies.js'
import type { Community } from '../../knowledge/community.js'

/** What the channel itself says, before and beside the conversations. Plain words, three lines at most in a room. */
export const lines = {
  howToPair: '我是社区小助手「一窗」。请管理员领一个群配对码，在群里发「配对 ABCD-2345」这样的一句，我就开始为大家服务。',
  paired: (community: Community): string => `配对成功，我为「${community.name}」服务。要办事、报修、问政策，@我就行；私事请加我好友私聊。`,
  staffPaired: (community: Community): string => `配对成功，这里是「${community.name}」的工作群：新工单会在这里说一声，办单发「接 0042」「回 0042 要说的话」「结 0042 办得怎样」。`,
  linked: '关联成功，您在工作群里写给居民的话会署您的名字。',
  moved: (community: Community): string => `好的，以后按「${community.name}」答复您。`,
  codeWrong: '这个码不对、用过或者过期了，请再领一个。',
  codeElsewhere: '这个码不是在这里用的：群配对码请发到群里，个人的码请私聊发给我。',
  whereDoYouLive: (communities: readonly Community[]): string => `您住在哪个社区？回数字就行：\n${communities.map(({ name }, index) => `${index + 1} ${name}`).join('\n')}`,
  welcome: `欢迎新邻居！${replies.privacyNotice}\n报修、问政策在群里@我；私事加我好友私聊。`,
  befriended: (community: Community | null): string => `您好，我是社区小助手「一窗」${community === null ? '' : `，为「${community.name}」服务`}。报修、问政策、查进度，直接跟我说。\n${replies.privacyNotice}`,
  typeInstead: '语音我听不了，麻烦您打字说一下，或者长按语音点「转文字」再复制给我。',
  fileLost: '这个文件我没取到，请再发一次。',
  notKept: '没有登记成功，请稍后再发。',
  away: (minutes: number): string => `我离线了 ${minutes} 分钟，期间消息请重发。`,
} as const
