import type { Community } from '../../knowledge/community.js'
import { replies } from '../../conversation/replies.js'
import { pairingLines } from '../pairing-lines.js'

/** What the channel itself says, before and beside the conversations. Plain words, three lines at most in a group. */
export const lines = {
  ...pairingLines,
  howToPair: '我是社区小助手「一窗」。请管理员领一个群配对码，在群里@我并发「配对 ABCD-2345」这样的一句，我就开始为大家服务。',
  paired: (community: Community): string => `配对成功，我为「${community.name}」服务。要办事、报修、问政策，@我就行；私事请点我的头像私聊。`,
  staffPaired: (community: Community): string => `配对成功，这里是「${community.name}」的工作群：新工单会发到这里，在工单下面回复，居民就能看到。`,
  welcome: `欢迎新邻居！${replies.privacyNotice}\n报修、问政策在群里@我；私事点我的头像私聊。`,
  pressed: (text: string): string => `已收到：${text}`,
  notYours: '这个按钮是给提问的那位邻居的。',
  nothingFilled: '还什么都没填，填一项也行；也可以直接打字告诉我。',
  answeredBefore: (text: string): string => `您已经选过了：${text}。要改就直接打字告诉我。`,
  tooOld: '这个按钮已经失效了，请直接打字告诉我。',
  writeFirst: '我没法主动私信您：请点我的头像发一句话，我就把结果告诉您。',
  confided: '居民又说话了。这段话只给接手的人看，请到工作台看、回。',
  shownToAll: '照片也发到居民群里了，群里的邻居都看得到；不该看到的请撤下来。',
  nobodyToKeepFor: '这里没有对应的居民，照片和文件发不出去：请写成一句话。',
  notFound: '没有找到这张工单。',
  nothingSaid: '写一句话再发，居民才看得到。',
  done: (label: string): string => `已${label}。`,
  releasedByStaff: '已交还小助手，居民再说话由小助手先答。',
  nothingToRelease: '现在没有在和居民说话，小助手照常答。',
  endsByItself: '居民在群里，不用交还：您最后一句话之后 15 分钟内他接的话回到这里，之后小助手照常答；办结也就结束了。',
  away: (minutes: number): string => `刚才网络断了约${minutes}分钟，期间发给我的话可能没收到。要紧的事请再@我说一次。`,
} as const
